// What the operations of a channel answer. Where a value was not delivered, it is in the answer: nothing is lost.

/// The channel is closed: the value was not sent.
public struct ChannelClosed: Error, Equatable, CustomStringConvertible {
  /// The channel's name, if it has one.
  public let channel: String?

  /// - Parameter channel: Its name.
  public init(channel: String? = nil) { self.channel = channel }

  public var description: String {
    "the channel\(channel.map { " \"\($0)\"" } ?? "") is closed: the value was not sent"
  }
}

/// The answer of a send that took its value: either it was sent, or here it is again.
public enum SendOutcome<Element: ~Copyable>: ~Copyable {
  /// A receiver, or the channel's buffer, has the value.
  case sent
  /// The channel is closed.
  case closed(Element)
  /// The task was cancelled; the send did not happen.
  case cancelled(Element)
}

extension SendOutcome: Copyable where Element: Copyable {}
extension SendOutcome: Sendable where Element: Sendable & ~Copyable {}
extension SendOutcome: Equatable where Element: Equatable {}

/// The answer of a send that does not wait.
public enum TrySendResult<Element: ~Copyable>: ~Copyable {
  /// A receiver, or the channel's buffer, has the value.
  case sent
  /// No receiver waits and the buffer has no room.
  case full(Element)
  /// The channel is closed.
  case closed(Element)
}

extension TrySendResult: Copyable where Element: Copyable {}
extension TrySendResult: Sendable where Element: Sendable & ~Copyable {}
extension TrySendResult: Equatable where Element: Equatable {}

/// The answer of a receive that does not wait.
public enum TryReceiveResult<Element: ~Copyable>: ~Copyable {
  /// The value that had waited longest.
  case received(Element)
  /// Nothing is buffered and no sender waits.
  case empty
  /// The channel is closed and everything that was buffered has been received.
  case closed
}

extension TryReceiveResult: Copyable where Element: Copyable {}
extension TryReceiveResult: Sendable where Element: Sendable & ~Copyable {}
extension TryReceiveResult: Equatable where Element: Equatable {}

/// How a receive that waits ends, inside this module.
@usableFromInline enum ReceiveOutcome<Element: ~Copyable>: ~Copyable {
  case received(Element)
  case closed
  case cancelled
}

/// A channel as it is at one moment.
public struct ChannelStatistics: Sendable, Equatable {
  /// Values in the buffer.
  public var buffered: Int
  /// What the buffer holds at most; nil where it is unbounded.
  public var capacity: Int?
  /// Tasks and threads that wait to send, those in a select included.
  public var waitingSenders: Int
  /// Tasks and threads that wait to receive, those in a select included.
  public var waitingReceivers: Int
  /// Values sent so far: handed to a receiver, buffered or dropped.
  public var sent: Int
  /// Values dropped so far because the buffer was full.
  public var dropped: Int
  /// Whether it has been closed; values may still be buffered.
  public var isClosed: Bool
}
