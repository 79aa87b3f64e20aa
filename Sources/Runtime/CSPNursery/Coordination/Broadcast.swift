// One sends, everybody who listens receives: each at its own pace, under a rule for those who lag.
//
// I1. One send at a time: whoever has the turn. So all subscribers see the values in the same order.
// I2. A send has two parts. First it takes a credit from each subscriber that is waited for, which may wait and may be
//     cancelled; then it publishes to all, which does neither. So a send that throws has reached nobody.
// I3. A credit is room for one value in a subscriber's buffer. It is taken by the sender, kept with the subscriber
//     until a value uses it, and given back when the value is received.
// I4. Buffers are closed either by the sender that publishes or while none does, so that a value reaches all or none.
// I5. Nothing is resumed while the lock is held.
import CSPChannels
import Synchronization

/// What happens to a subscriber of a ``Broadcast`` that does not keep up.
public enum LagPolicy: Sendable, Equatable {
  /// Sends wait for it, once this many values wait for it. One slow subscriber slows everybody down.
  case wait(capacity: Int)
  /// It loses the values that have waited longest, which are counted, so that at most this many wait.
  case dropOldest(capacity: Int)
  /// It is disconnected when one value more than this would wait: it gets those that do, and then an error.
  case disconnect(capacity: Int)

  var capacity: Int {
    switch self {
    case .wait(let capacity), .dropOldest(let capacity), .disconnect(let capacity): capacity
    }
  }
}

/// Hands every value to every subscriber, in the same order to all.
///
/// Each subscriber has a buffer of its own and says what happens when it is full: ``LagPolicy``. It gets the values
/// that are sent after it has subscribed; without subscribers a value goes nowhere.
///
/// > Source: Rust's `tokio::sync::broadcast`, which has one policy, that the oldest are lost and counted; Go has none.
public final class Broadcast<Element: Sendable>: Sendable {
  private struct State {
    var subscriptions: [Subscription<Element>] = []
    var isClosed = false
    var isPublishing = false
  }

  /// Shown by inspectors and in errors.
  public let name: String?
  private let state = Mutex(State())
  /// Holds one token: whoever has it has the turn.
  private let turn = Channel<Void>(.buffered(1), name: "broadcast turn")

  /// - Parameter name: Shown by inspectors and in errors.
  public init(of: Element.Type = Element.self, name: String? = nil) {
    self.name = name
    _ = turn.trySend(())
  }

  deinit { close() }

  /// Subscribers at this moment.
  public var subscriberCount: Int { state.withLock { $0.subscriptions.count } }

  /// Whether it has been closed: nothing more can be sent.
  public var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Sends a value to all subscribers, waiting for room at those who are to be waited for.
  ///
  /// Throws ``ChannelClosed`` if the broadcast is closed before. Whatever it throws, no subscriber has the value.
  ///
  /// - Complexity: linear in the subscribers.
  ///
  /// > Cancellation: A checkpoint. A cancelled send did not happen, for any subscriber.
  ///
  /// > Ordering: As that of a send on a channel, for each subscriber.
  public nonisolated(nonsending) func send(_ value: Element) async throws {
    if try await turn.receive() == nil { throw ChannelClosed(channel: name) }
    defer { _ = turn.trySend(()) }
    while let subscription = state.withLock({ $0.subscriptions.first { $0.lacksCredit } }) {
      try await subscription.takeCredit()
    }
    let subscriptions = state.withLock { state -> [Subscription<Element>]? in
      if state.isClosed { return nil }
      state.isPublishing = true
      return state.subscriptions
    }
    guard let subscriptions else { throw ChannelClosed(channel: name) }
    for subscription in subscriptions where !subscription.publish(value) { remove(subscription) }
    let remaining = state.withLock { state in
      state.isPublishing = false
      return state.isClosed ? state.subscriptions : []
    }
    for subscription in remaining { subscription.end() }
  }

  /// Subscribes for the time of a body.
  ///
  /// ```
  /// try await prices.withSubscription(.dropOldest(capacity: 16)) { subscription in
  ///   while let price = try await subscription.receive() { show(price) }
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - policy: What happens if this subscriber lags. Its capacity is at least 1.
  ///   - body: Gets the subscription. When it ends, however it ends, the subscription does, and no send waits for it.
  /// - Complexity: linear in the subscribers, when it ends.
  ///
  /// > Cancellation: Itself no checkpoint.
  public nonisolated(nonsending) func withSubscription<Result>(
    _ policy: LagPolicy, _ body: nonisolated(nonsending) (Subscription<Element>) async throws -> Result
  ) async rethrows -> Result {
    let subscription = Subscription<Element>(policy, broadcast: name)
    let isClosed = state.withLock { state in
      if !state.isClosed { state.subscriptions.append(subscription) }
      return state.isClosed
    }
    if isClosed { subscription.end() }
    defer {
      remove(subscription)
      subscription.end()
    }
    return try await body(subscription)
  }

  private func remove(_ subscription: Subscription<Element>) {
    state.withLock { state in state.subscriptions.removeAll { $0 === subscription } }
  }

  /// Closes the broadcast: sends throw, and subscribers get what waits for them, and then the end. Closing again does
  /// nothing.
  ///
  /// - Complexity: linear in the subscribers.
  public func close() {
    let (subscriptions, isPublishing) = state.withLock { state in
      state.isClosed = true
      return (state.subscriptions, state.isPublishing)
    }
    turn.close()
    for subscription in subscriptions {
      subscription.giveUpCredits()
      if !isPublishing { subscription.end() }
    }
  }
}
