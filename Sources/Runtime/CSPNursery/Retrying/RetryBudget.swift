// What all calls to one service together may spend on retries and hedges.
//
// I1. The lock protects the machine; nothing is called under it.
public import CSPScheduling
import Synchronization

/// What all calls to one service may together spend on retries, so that retries do not multiply the load of a service
/// that fails under its load. Share one among all who call that service, hedged calls included.
///
/// Two kinds: a share of the requests (``requests(percentage:minimumPerSecond:window:clock:)``), which bounds the load
/// that retries add; and tokens (``tokens(maximum:perSuccess:)``), which stop retries while a service fails.
/// ``retrying`` does all of the counting; whoever retries otherwise calls ``requestBegan()`` once a call,
/// ``attemptSucceeded()`` or ``attemptFailed()`` once an attempt, and ``tryWithdraw()`` before each further attempt.
public final class RetryBudget: Sendable {
  private let machine: Mutex<BudgetMachine>
  private let queue: AlarmQueue

  private init(_ machine: BudgetMachine, _ queue: AlarmQueue) {
    self.machine = Mutex(machine)
    self.queue = queue
  }

  /// Retries up to a percentage of the requests of the last while, and a few a second on top of that.
  ///
  /// - Parameters:
  ///   - percentage: Retries for 100 requests, from 0 to 100,000.
  ///   - minimumPerSecond: Retries a second of the window that need no requests, not negative: for those who have just
  ///     begun, or make few. With both 0 there are no retries.
  ///   - window: For how long a request counts, to the precision of its 10th part: from 1 to 60 seconds.
  ///   - clock: Whose time is meant; a ``ManualClock`` in tests.
  ///
  /// > Source: Finagle, RetryBudget, whose defaults and ranges these are.
  public static func requests<C: AlarmClock>(
    percentage: Double = 20, minimumPerSecond: Int = 10, window: Duration = .seconds(10),
    clock: C = ContinuousClock()
  ) -> RetryBudget {
    precondition(
      percentage >= 0 && percentage <= 100_000,
      "a budget's percentage of requests is from 0 to 100000, not \(percentage)")
    precondition(
      minimumPerSecond >= 0 && minimumPerSecond <= 1_000_000,
      "a budget's minimum a second is from 0 to 1000000, not \(minimumPerSecond)")
    precondition(
      window >= .seconds(1) && window <= .seconds(60), "a budget's window is from 1 to 60 seconds, not \(window)")
    let share = RequestShare(
      percentage: percentage, minimumPerSecond: minimumPerSecond, window: window.inNanoseconds)
    return RetryBudget(BudgetMachine(share: share), clock.alarms)
  }

  /// Retries while fewer attempts fail than succeed: each failure takes a token of `maximum`, each success gives
  /// `perSuccess` of one back, and there are retries while more than half of the tokens are there.
  ///
  /// - Parameters:
  ///   - maximum: From 1 to 1000. Otherwise a precondition fails.
  ///   - perSuccess: Above 0, to three decimal places: at least 0.001. Otherwise a precondition fails.
  ///
  /// > Source: gRPC proposal A6, whose example the defaults are.
  public static func tokens(maximum: Int = 10, perSuccess: Double = 0.1) -> RetryBudget {
    precondition(maximum >= 1 && maximum <= 1000, "a budget has from 1 to 1000 tokens, not \(maximum)")
    precondition(
      perSuccess >= 0.001 && perSuccess <= 1000, "a success gives from 0.001 to 1000 tokens, not \(perSuccess)")
    let tokens = TokenThrottle(maximum: maximum, perSuccess: perSuccess)
    return RetryBudget(BudgetMachine(tokens: tokens), .machine)
  }

  /// A call begins; its retries do not count as calls.
  ///
  /// - Complexity: constant, without allocation; so are the other three.
  public func requestBegan() { change { machine, now in machine.requestBegan(at: now) } }

  /// An attempt succeeded, the first one or another.
  public func attemptSucceeded() { change { machine, _ in machine.attemptSucceeded() } }

  /// An attempt failed with an error after which one might retry.
  public func attemptFailed() { change { machine, _ in machine.attemptFailed() } }

  /// Takes a retry out of the budget, if one is in it; never waits.
  ///
  /// - Returns: Whether the retry may be made.
  public func tryWithdraw() -> Bool { change { machine, now in machine.tryWithdraw(at: now) } }

  /// Whether a retry could be made now.
  public var allowsRetry: Bool { change { machine, now in machine.allowsRetry(at: now) } }

  private func change<Result: Sendable>(_ body: (inout BudgetMachine, Int64) -> Result) -> Result {
    let now = queue.now
    return machine.withLock { body(&$0, now) }
  }
}
