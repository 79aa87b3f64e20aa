// The breaker around the machine: its lock, its clock, and tickets for calls that are let in.
//
// I1. Each ticket reports to the machine exactly once.
// I2. The lock protects the machine; no code of the user's is called under it.
public import CSPScheduling
import CScheduling
import Synchronization

/// Stops calls to a service that fails, until it has had time to recover; then lets a few probe it.
///
/// *Closed*, it lets every call through and looks at the last `window` of them: once at least `minimumCalls` are known,
/// and `failurePercentage` of them failed or `slowPercentage` were slow, it opens. *Open*, it refuses every call with
/// ``CircuitOpen``. After `openTime` it is *half open*: at most `probes` calls go through, and when they are known it
/// closes, or opens again by the same percentages.
///
/// ```
/// let breaker = CircuitBreaker(name: "inventory")
/// let stock = try await breaker.call { try await inventory.stock(of: article) }
/// ```
///
/// Unlike Resilience4j's it does not hear what a call says that was let in before its state last changed.
///
/// > Source: Nygard, "Release It!", and resilience4j, whose defaults these are.
public final class CircuitBreaker: Sendable {
  /// How a call ended, as far as the breaker is concerned.
  public enum Outcome: Sendable, Hashable {
    case success
    case failure
    /// It says nothing of the service: not counted, and a probe's place is free again.
    case ignored
  }

  /// Where a breaker stands.
  public enum State: Sendable, Hashable {
    case closed
    /// For so long; zero if the next call will be a probe.
    case open(for: Duration)
    case halfOpen
  }

  /// For the errors and for whoever reads logs.
  public let name: String?
  private let machine: Mutex<CircuitMachine>
  private let queue: AlarmQueue
  private let deadlineHasPassed: @Sendable () -> Bool

  /// A closed breaker. Numbers out of their range fail a precondition.
  ///
  /// - Parameters:
  ///   - name: For its errors.
  ///   - window: How many of the last calls are looked at, at least 1.
  ///   - minimumCalls: How many must be known before the breaker may open, at least 1; if it is more than `window`, or
  ///     than `probes`, those are meant.
  ///   - failurePercentage: From how many failed calls on the breaker opens: above 0, at most 100.
  ///   - slowCall: A call that takes longer is slow, failed or not; positive.
  ///   - slowPercentage: From how many slow calls on the breaker opens: above 0, at most 100.
  ///   - openTime: How long it stays open, positive.
  ///   - probes: Calls that go through when it is half open, at least 1.
  ///   - clock: Whose time is meant; a ``ManualClock`` in tests.
  public init<C: AlarmClock>(
    name: String? = nil, window: Int = 100, minimumCalls: Int = 100, failurePercentage: Double = 50,
    slowCall: Duration = .seconds(60), slowPercentage: Double = 100, openTime: Duration = .seconds(60),
    probes: Int = 10, clock: C = ContinuousClock()
  ) {
    precondition(window >= 1, "a breaker's window is at least 1 call, not \(window)")
    precondition(minimumCalls >= 1, "a breaker needs to know at least 1 call, not \(minimumCalls)")
    precondition(
      failurePercentage > 0 && failurePercentage <= 100,
      "a breaker's percentage of failures is above 0 and at most 100, not \(failurePercentage)")
    precondition(
      slowPercentage > 0 && slowPercentage <= 100,
      "a breaker's percentage of slow calls is above 0 and at most 100, not \(slowPercentage)")
    precondition(slowCall > .zero, "a slow call takes a positive time, not \(slowCall)")
    precondition(openTime > .zero, "a breaker is open for a positive time, not \(openTime)")
    precondition(probes >= 1, "a half-open breaker lets through at least 1 call, not \(probes)")
    self.name = name
    machine = Mutex(
      CircuitMachine(
        CircuitMachine.Rules(
          window: window, minimumCalls: minimumCalls, failurePercentage: failurePercentage,
          slowPercentage: slowPercentage, slowCall: slowCall.inNanoseconds, openTime: openTime.inNanoseconds,
          probes: probes)))
    queue = clock.alarms
    deadlineHasPassed = { nearestDeadlineHasPassed(on: clock) }
  }

  /// Where it stands now.
  public var state: State {
    switch machine.withLock({ $0.state }) {
    case .closed: .closed
    case .open(let until): .open(for: .nanoseconds(max(0, until - queue.now)))
    case .halfOpen: .halfOpen
    }
  }

  /// Lets a call in, or refuses it; never waits.
  ///
  /// Throws ``CircuitOpen`` if the breaker is open, or half open with all its probes under way.
  ///
  /// - Returns: A ticket, with which to say how the call ended.
  ///
  /// - Complexity: constant, without allocation.
  ///
  /// > Cancellation: No checkpoint.
  public func tryEnter() throws(CircuitOpen) -> Ticket {
    let now = queue.now
    switch machine.withLock({ $0.callArrived(at: now) }) {
    case .admitted(let turn):
      return Ticket(breaker: self, turn: turn, began: now)
    case .refused(let until):
      throw CircuitOpen(breaker: name, retryAfter: until.map { .nanoseconds($0 - now) })
    }
  }

  /// Makes a call if the breaker lets it, and looks at how it ends.
  ///
  /// A call that returns is a success. One that throws `CancellationError` is ignored, unless the nearest deadline has
  /// passed: then it failed. What another error says, `judging` decides.
  ///
  /// Throws ``CircuitOpen`` without calling `body`, or what `body` throws.
  ///
  /// - Parameter judging: Which errors speak against the service: as it is, all. A wrong request, for example, does
  ///   not.
  ///
  /// - Complexity: constant, without allocation.
  ///
  /// > Cancellation: No checkpoint but those of `body`.
  public nonisolated(nonsending) func call<Result>(
    judging: (any Error) -> Outcome = { _ in .failure },
    _ body: nonisolated(nonsending) () async throws -> Result
  ) async throws -> Result {
    let ticket = try tryEnter()
    do {
      let result = try await body()
      ticket.success()
      return result
    } catch {
      if error.isMereCancellation {
        ticket.finish(deadlineHasPassed() ? .failure : .ignored)
      } else {
        ticket.finish(judging(error))
      }
      throw error
    }
  }

  fileprivate func callEnded(_ outcome: Outcome, turn: Int, began: Int64) {
    let now = queue.now
    machine.withLock { $0.callEnded(outcome, after: now - began, turn: turn, at: now) }
  }
}

extension CircuitBreaker {
  /// A call that a breaker has let in. It ends with ``success()``, ``failure()`` or ``ignored()``; one that goes out of
  /// scope otherwise is ignored.
  public struct Ticket: ~Copyable, Sendable {
    private let breaker: CircuitBreaker
    private let turn: Int
    private let began: Int64
    private var outcome = Outcome.ignored

    fileprivate init(breaker: CircuitBreaker, turn: Int, began: Int64) {
      (self.breaker, self.turn, self.began) = (breaker, turn, began)
    }

    deinit { breaker.callEnded(outcome, turn: turn, began: began) }

    /// The call went well. Whether it was slow, the breaker sees itself.
    public consuming func success() { outcome = .success }
    /// The service failed.
    public consuming func failure() { outcome = .failure }
    /// The call says nothing of the service.
    public consuming func ignored() { outcome = .ignored }
    /// The call ended so.
    public consuming func finish(_ outcome: Outcome) { self.outcome = outcome }
  }
}

/// A breaker refused a call, which was not made.
public struct CircuitOpen: Error, Hashable, CustomStringConvertible {
  /// The breaker's name.
  public let breaker: String?
  /// After how long a call may be let in again. Nil while probes are under way: what comes of them is not known.
  public let retryAfter: Duration?

  public var description: String {
    let name = breaker.map { " \"\($0)\"" } ?? ""
    let end = retryAfter.map { "come back in \($0)" } ?? "its probes are under way"
    return "the circuit breaker\(name) is open: the call was not made; \(end)"
  }
}
