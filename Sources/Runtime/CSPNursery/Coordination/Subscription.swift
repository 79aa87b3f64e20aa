// A subscriber's side of a broadcast: its buffer, and the credits that stand for the room in it.
//
// I1. Where sends wait for it: credits in their channel + the one the sender keeps + values in the buffer, and those
//     being received, are `capacity`. So a sender that keeps a credit finds room.
// I2. `isLagging` is set before the buffer is closed, and never reset.
import CSPChannels
import Synchronization

/// What one subscriber of a ``Broadcast`` receives from. It may be handed on; it ends with its scope.
public final class Subscription<Element: Sendable>: Sendable {
  private struct State {
    /// Whether the sender has taken a credit that no value has used.
    var hasCredit = false
    var isLagging = false
    /// Whether nobody is to wait for this subscriber any more.
    var isUnrestrained = false
  }

  /// What happens if it lags.
  public let policy: LagPolicy
  private let broadcast: String?
  private let buffer: Channel<Element>
  private let credits: Channel<Void>?
  private let state = Mutex(State())

  init(_ policy: LagPolicy, broadcast: String?) {
    let capacity = policy.capacity
    precondition(capacity >= 1, "a subscription's capacity is at least 1, not \(capacity)")
    (self.policy, self.broadcast) = (policy, broadcast)
    switch policy {
    case .wait:
      buffer = Channel(.buffered(capacity), name: broadcast)
      let credits = Channel<Void>(.buffered(capacity), name: "broadcast credits")
      for _ in 0..<capacity { _ = credits.trySend(()) }
      self.credits = credits
    case .dropOldest:
      buffer = Channel(.dropping(.oldest, capacity: capacity), name: broadcast)
      credits = nil
    case .disconnect:
      buffer = Channel(.buffered(capacity), name: broadcast)
      credits = nil
    }
  }

  /// Receives the next value. Nil when the broadcast has been closed, or the scope of the subscription has ended, and
  /// what was buffered has been received.
  ///
  /// Throws ``SubscriberLagged`` after the last value if the subscriber was disconnected for lagging.
  ///
  /// - Complexity: constant.
  ///
  /// > Cancellation: A checkpoint. If it throws `CancellationError`, no value was taken.
  public nonisolated(nonsending) func receive() async throws -> Element? {
    if let value = try await buffer.receive() {
      _ = credits?.trySend(())
      return value
    }
    if state.withLock({ $0.isLagging }) { throw SubscriberLagged(broadcast: broadcast, capacity: policy.capacity) }
    return nil
  }

  /// Values that were lost so far because the subscriber lagged.
  ///
  /// - Complexity: linear in those who wait to receive.
  public var dropped: Int { credits == nil ? buffer.statistics.dropped : 0 }

  /// Values that wait for the subscriber, at this moment.
  public var count: Int { buffer.count }

  // MARK: For the sender who has the turn

  var lacksCredit: Bool { credits != nil && state.withLock { !$0.hasCredit && !$0.isUnrestrained } }

  /// Waits for room. Returns also when nobody is to wait any more.
  nonisolated(nonsending) func takeCredit() async throws {
    guard let credits else { return }
    let isCredit = try await credits.receive() != nil
    state.withLock { state in
      if isCredit { state.hasCredit = true } else { state.isUnrestrained = true }
    }
  }

  /// Puts a value into the buffer; false if the subscriber is disconnected because there is no room.
  func publish(_ value: Element) -> Bool {
    if credits != nil {
      state.withLock { $0.hasCredit = false }
      _ = buffer.trySend(value)
      return true
    }
    guard case .full = buffer.trySend(value) else { return true }
    state.withLock { $0.isLagging = true }
    buffer.close()
    return false
  }

  /// Nobody waits for room here any more.
  func giveUpCredits() { credits?.close() }

  func end() {
    giveUpCredits()
    buffer.close()
  }
}

extension Subscription: AsyncSequence {
  /// Receives until the broadcast is closed; throws as ``Subscription/receive()`` does.
  public struct Iterator: AsyncIteratorProtocol {
    let subscription: Subscription

    public nonisolated(nonsending) mutating func next() async throws -> Element? { try await subscription.receive() }

    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Element? {
      try await subscription.receive()
    }
  }

  /// An iterator that takes values from here on; it holds none back.
  public func makeAsyncIterator() -> Iterator { Iterator(subscription: self) }
}

/// The subscriber did not keep up and was disconnected: see ``LagPolicy/disconnect(capacity:)``.
public struct SubscriberLagged: Error, Equatable, CustomStringConvertible {
  /// The name of the broadcast, if it has one.
  public let broadcast: String?
  /// How many values could wait for the subscriber.
  public let capacity: Int

  public var description: String {
    "a subscriber of the broadcast\(broadcast.map { " \"\($0)\"" } ?? "") had more than \(capacity) values to receive, "
      + "and was disconnected"
  }
}
