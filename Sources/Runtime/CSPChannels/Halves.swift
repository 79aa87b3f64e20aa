// The two halves of a channel, counted: what cannot be forgotten closes by itself.
//
// I1. A half's token is shared by its copies; the last copy gone, its deinit closes the channel for the other side.
// I2. A waiting operation holds its half, so that no half disappears under a waiter of its own side.
internal import CScheduling

/// Makes a channel and gives its two halves.
///
/// The channel is closed when the last copy of the sender is gone; when the last copy of the receiver is gone, sends
/// throw ``ChannelClosed`` and what is buffered is released. An operation that waits holds its half. So neither side
/// can be left waiting for the other's forgotten half.
///
/// - Parameters:
///   - kind: What happens to values that nobody waits for.
///   - name: Shown by inspectors and in errors.
///   - file: With `line`, where inspectors show that the channel comes from.
///
/// > Source: Trio's memory channels; Rust's `std::sync::mpsc`.
public func makeChannel<Element: ~Copyable>(
  _ kind: ChannelKind, of: Element.Type = Element.self, name: String? = nil, file: StaticString = #fileID,
  line: UInt = #line
) -> (sender: Sender<Element>, receiver: Receiver<Element>) {
  let channel = Channel<Element>(kind, name: name, file: file, line: line)
  martlet_halved_set(channel.header)
  return (Sender(channel), Receiver(channel))
}

/// Closes a channel for its receivers when the last sender is gone.
@usableFromInline final class SenderToken<Element: ~Copyable>: Sendable {
  @usableFromInline let channel: Channel<Element>
  init(_ channel: Channel<Element>) { self.channel = channel }
  deinit { channel.close() }
}

/// Closes a channel for its senders when the last receiver is gone; nobody will receive what is buffered.
@usableFromInline final class ReceiverToken<Element: ~Copyable>: Sendable {
  @usableFromInline let channel: Channel<Element>
  init(_ channel: Channel<Element>) { self.channel = channel }
  deinit { channel.close(discardingBuffered: true) }
}

/// The half of a channel that sends. Copies count as senders; the last one gone, the channel is closed.
public struct Sender<Element: ~Copyable>: Sendable {
  @usableFromInline let token: SenderToken<Element>
  @inlinable var channel: Channel<Element> { @inline(__always) get { token.channel } }

  init(_ channel: Channel<Element>) { token = SenderToken(channel) }

  /// See ``Channel/send(moving:file:line:)``.
  @inlinable @inline(__always)
  public nonisolated(nonsending) func send(
    moving value: consuming sending Element, file: StaticString = #fileID, line: UInt = #line
  ) async -> sending SendOutcome<Element> { await channel.send(moving: value, file: file, line: line) }

  /// See ``Channel/trySend(_:)``.
  @inlinable @inline(__always)
  public func trySend(_ value: consuming sending Element) -> sending TrySendResult<Element> { channel.trySend(value) }

  /// See ``Channel/sendBlocking(moving:file:line:)``.
  @available(*, noasync, message: "blocks the thread; use send")
  public func sendBlocking(
    moving value: consuming sending Element, file: StaticString = #fileID, line: UInt = #line
  ) -> sending SendOutcome<Element> { channel.sendBlocking(moving: value, file: file, line: line) }

  /// A case of a select that sends the value in a slot; it stays there unless this case happens. Does not count as a
  /// sender: keep this half until the select has ended.
  @inlinable public func sending(from slot: Slot<Element>) -> SlotSending<Element> { channel.sending(from: slot) }

  /// The name given at creation.
  public var name: String? { channel.name }
  /// Whether the channel is closed: a send would not succeed.
  public var isClosed: Bool { channel.isClosed }
  /// Values in the buffer, at this moment.
  public var count: Int { channel.count }
  /// What the buffer holds at most: 0 for a rendezvous, nil where it is unbounded.
  public var capacity: Int? { channel.capacity }
  /// The channel as it is at this moment. See ``Channel/statistics``.
  public var statistics: ChannelStatistics { channel.statistics }
}

extension Sender where Element: Sendable {
  /// See ``Channel/send(_:file:line:)``.
  @inlinable @inline(__always)
  public nonisolated(nonsending) func send(
    _ value: Element, file: StaticString = #fileID, line: UInt = #line
  ) async throws { try await channel.send(value, file: file, line: line) }

  /// See ``Channel/sendBlocking(_:file:line:)``.
  @available(*, noasync, message: "blocks the thread; use send")
  public func sendBlocking(_ value: Element, file: StaticString = #fileID, line: UInt = #line) throws(ChannelClosed) {
    try channel.sendBlocking(value, file: file, line: line)
  }

  /// A case of a select that sends a value. Does not count as a sender: keep this half until the select has ended.
  @inlinable public func sending(_ value: Element) -> Sending<Element> { channel.sending(value) }
}

/// The half of a channel that receives. Copies count as receivers; the last one gone, sends throw ``ChannelClosed``.
public struct Receiver<Element: ~Copyable>: Sendable {
  @usableFromInline let token: ReceiverToken<Element>
  @inlinable var channel: Channel<Element> { @inline(__always) get { token.channel } }

  init(_ channel: Channel<Element>) { token = ReceiverToken(channel) }

  /// See ``Channel/receive(file:line:)``.
  @inlinable @inline(__always)
  public nonisolated(nonsending) func receive(
    file: StaticString = #fileID, line: UInt = #line
  ) async throws(CancellationError) -> sending Element? { try await channel.receive(file: file, line: line) }

  /// See ``Channel/tryReceive()``.
  @inlinable @inline(__always)
  public func tryReceive() -> sending TryReceiveResult<Element> { channel.tryReceive() }

  /// See ``Channel/receiveBlocking(file:line:)``.
  @available(*, noasync, message: "blocks the thread; use receive")
  public func receiveBlocking(file: StaticString = #fileID, line: UInt = #line) -> sending Element? {
    channel.receiveBlocking(file: file, line: line)
  }

  /// A case of a select that receives into a slot. Does not count as a receiver: keep this half until the select has
  /// ended.
  @inlinable public func receiving(into slot: Slot<Element>) -> SlotReceiving<Element> {
    channel.receiving(into: slot)
  }

  /// The name given at creation.
  public var name: String? { channel.name }
  /// Whether the channel is closed; values may still be buffered.
  public var isClosed: Bool { channel.isClosed }
  /// Values in the buffer, at this moment.
  public var count: Int { channel.count }
  /// What the buffer holds at most: 0 for a rendezvous, nil where it is unbounded.
  public var capacity: Int? { channel.capacity }
  /// The channel as it is at this moment. See ``Channel/statistics``.
  public var statistics: ChannelStatistics { channel.statistics }
}

extension Receiver where Element: Sendable {
  /// A case of a select that receives. Does not count as a receiver: keep this half until the select has ended.
  @inlinable public var receiving: Receiving<Element> { channel.receiving }
}
