// A channel: typed values handed from one task to another, in order.
//
// I1. The header's lock protects everything; nothing is resumed, and no value is destroyed, while it is held.
// I2. A value is in exactly one place: with the caller, in the ring, or in a waiter. It is moved, never copied.
// I3. A waiter is resumed by whoever unlinked it under the lock (and won its select): exactly once.
// I4. A cancelled operation did not happen: its waiter was still linked when the canceller took it out.
// The fast paths stand in ChannelCore.swift, waiting in ChannelCore+Waiting.swift.
internal import CSPScheduling
public import CScheduling

/// A typed channel between tasks, after Hoare's CSP and Go.
///
/// A channel is shared by reference; any number of tasks may send and receive. Values leave it in the order in which
/// they went in. It is closed by ``close()``, or, through the halves that ``makeChannel(_:of:name:)`` gives, when the
/// last sender is gone. Elements may be non-`Sendable` and non-`Copyable`: a value that is sent moves.
///
/// > Cancellation: An operation that throws `CancellationError` did not happen. A cancelled task's next operation
/// > throws at once, whether or not it would have had to wait.
///
/// > Ordering: What a sender did before a send happens before what the receiver does with the value.
///
/// > Source: C. A. R. Hoare, Communicating Sequential Processes, chapter 4; the Go specification, "Send statements" and
/// > "Receive operator"; `runtime/chan.go` for the direct hand-over.
public final class Channel<Element: ~Copyable>: @unchecked Sendable {
  // SAFETY: @unchecked: the header is shared between threads and every access to it is made under its lock or is one of
  // the relaxed peeks of MartletChannel.h; elements cross threads only by `sending` or as Sendable.
  @usableFromInline let header: UnsafeMutablePointer<MartletChannel>

  @inlinable var core: ChannelCore<Element> { @inline(always) get { ChannelCore(header) } }

  /// - Parameters:
  ///   - kind: What happens to values that nobody waits for.
  ///   - of: The type of the elements, where it cannot be inferred.
  ///   - name: Shown by inspectors and in errors.
  ///   - file: With `line`, where inspectors show that the channel comes from.
  ///
  /// - Complexity: constant; the memory of the buffer is allocated here.
  public init(
    _ kind: ChannelKind, of: Element.Type = Element.self, name: String? = nil, file: StaticString = #fileID,
    line: UInt = #line
  ) {
    let (slots, overflow) = kind.storage
    header = martlet_channel_allocate()
    // SAFETY: the copy of the name is owned by the channel, read by inspectors under the lock, freed in deinit.
    martlet_kind_set(
      header, overflow, name.map { martlet_tally_make(MartletResource.channel.rawValue, $0) }, MartletSite(file, line))
    martlet_ring_set(header, slots > 0 ? ChannelCore<Element>.allocateRing(Int(slots)) : nil, slots, 0)
    martlet_channel_show(header)
  }

  /// From now on inspectors take it for the channel of a timer: whoever waits for it goes on by itself.
  func showAsTimer() {
    martlet_lock(core.lock)
    header.pointee.resource = .timer
    martlet_unlock(core.lock)
  }

  deinit {
    // Nobody waits in an operation, which holds the channel; but a select may, and nothing can reach it any more.
    martlet_lock(core.lock)
    let waiters = martlet_channel_close(header)
    martlet_channel_retire(header)
    martlet_unlock(core.lock)
    martlet_resume_all(waiters)
    if let ring = header.pointee.ring {
      while header.pointee.count > 0 { _ = core.takeBuffered() }
      ring.deallocate()
    }
    martlet_tally_free(header.pointee.name)
    martlet_channel_free(header)
  }

  /// Closes the channel. Closing it again does nothing.
  ///
  /// Waiting receivers get nil and waiting senders ``ChannelClosed``; what is buffered can still be received.
  ///
  /// - Complexity: linear in the waiters.
  public func close() {
    martlet_lock(core.lock)
    let waiters = martlet_channel_close(header)
    martlet_unlock(core.lock)
    martlet_resume_all(waiters)
  }

  /// Closes the channel and, if asked to, releases what is buffered, after the lock is: a value's deinit may use
  /// channels.
  ///
  /// - Complexity: linear in the waiters, and in what is released.
  public func close(discardingBuffered: Bool) {
    if discardingBuffered { closeAndDiscard() } else { close() }
  }

  // Not inlined: to look up the class of what is dropped would be a third of closing a channel.
  @inline(never) private func closeAndDiscard() {
    martlet_lock(core.lock)
    let waiters = martlet_channel_close(header)
    var discarded: [Drop] = []
    while header.pointee.count > 0 { discarded.append(Drop(core.takeBuffered())) }
    martlet_unlock(core.lock)
    martlet_resume_all(waiters)
    withExtendedLifetime(discarded) {}
  }

  /// Holds a value until the lock is released: what its deinit does may use the channel.
  private final class Drop {
    let value: Element
    init(_ value: consuming Element) { self.value = value }
  }

  /// The name given at creation.
  public var name: String? { header.pointee.name.map { String(cString: $0) } }

  /// Whether the channel has been closed. Values may still be buffered.
  public var isClosed: Bool { martlet_peek_closed(header) }

  /// Values in the buffer, at this moment; another one by the time that it is used.
  public var count: Int { Int(martlet_peek_count(header)) }

  /// What the buffer holds at most: 0 for a rendezvous, nil where it is unbounded.
  public var capacity: Int? {
    martlet_lock(core.lock)
    defer { martlet_unlock(core.lock) }
    return lockedCapacity
  }

  private var lockedCapacity: Int? { header.pointee.overflow == .grow ? nil : Int(header.pointee.capacity) }

  /// The channel as it is at this moment, all figures from one instant.
  ///
  /// - Complexity: linear in the waiters.
  public var statistics: ChannelStatistics {
    martlet_lock(core.lock)
    defer { martlet_unlock(core.lock) }
    return ChannelStatistics(
      buffered: Int(header.pointee.count), capacity: lockedCapacity,
      waitingSenders: Self.length(header.pointee.senders), waitingReceivers: Self.length(header.pointee.receivers),
      sent: Int(header.pointee.sent), dropped: Int(header.pointee.dropped), isClosed: header.pointee.closed != 0)
  }

  private static func length(_ first: UnsafeMutablePointer<MartletWaiter>?) -> Int {
    var count = 0
    var next = first
    while let waiter = next {
      // One that was claimed through another of its select's cases is not waiting here any more.
      if waiter.pointee.select.map({ martlet_select_is_open($0) }) ?? true { count += 1 }
      next = waiter.pointee.next
    }
    return count
  }
}
