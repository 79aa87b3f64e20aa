// A client that turns its own calls away, at random, the more of them the service behind does not accept.
//
// I1. A call is counted before it is made, and if it is turned away here as well: `requests` is what the program
//     wanted.
// I2. The lock protects the two sums and the random bits; no code of the user's is called under it.
public import CSPScheduling
import CScheduling
import Synchronization

/// The pure part: two sums over the last while.
struct ThrottleMachine: Sendable {
  static let slices = 120
  let multiplier: Double
  private var requests: SlidingSum
  private var accepts: SlidingSum

  init(multiplier: Double, window: Int64) {
    self.multiplier = multiplier
    requests = SlidingSum(window: window, slices: Self.slices)
    accepts = SlidingSum(window: window, slices: Self.slices)
  }

  /// With what probability a call that arrives now is turned away.
  ///
  /// > Source: Beyer et al., "Site Reliability Engineering", chapter 21, "Client-Side Throttling".
  mutating func rejectionProbability(at now: Int64) -> Double {
    let requests = Double(requests.sum(at: now))
    return max(0, (requests - multiplier * Double(accepts.sum(at: now))) / (requests + 1))
  }

  /// - Returns: Nil if it is let through; or the probability by which it was turned away.
  mutating func callArrived(at now: Int64, bits: UInt64) -> Double? {
    let probability = rejectionProbability(at: now)
    requests.add(1, at: now)
    return bits.unitInterval < probability ? probability : nil
  }

  mutating func callEnded(_ outcome: AdaptiveThrottle.Outcome, at now: Int64) {
    switch outcome {
    case .accepted: accepts.add(1, at: now)
    case .rejected: break
    case .ignored: requests.add(-1, at: now)
    }
  }
}

/// Turns calls away before they are made, with a probability that grows as the service accepts fewer of them.
///
/// Of the calls of the last `window`, with `requests` that the program wanted to make and `accepts` that the service
/// took, the next one is turned away with probability max(0, (requests − K · accepts) / (requests + 1)). A service that
/// takes one in K is left alone; below that, about K times what it takes goes through, so that it is noticed soon when
/// it recovers. There is no state to flip, as a ``CircuitBreaker`` has.
///
/// > Source: Beyer et al., "Site Reliability Engineering", chapter 21, "Client-Side Throttling"; K = 2 and two minutes
///   are its defaults.
public final class AdaptiveThrottle: Sendable {
  /// How a call ended, as far as the throttle is concerned.
  public enum Outcome: Sendable, Hashable {
    /// The service took it, whatever it answered.
    case accepted
    /// The service turned it away, or did not answer.
    case rejected
    /// It says nothing of the service, as if it had not been made.
    case ignored
  }

  private struct State {
    var machine: ThrottleMachine
    var random: RandomBits
  }

  private let state: Mutex<State>
  private let queue: AlarmQueue
  private let deadlineHasPassed: @Sendable () -> Bool

  /// - Parameters:
  ///   - multiplier: K, at least 1: how many calls a service is sent for one that it takes. Otherwise a precondition
  ///     fails.
  ///   - window: For how long a call counts, to the precision of its 120th part; at least 120 ns. Otherwise a
  ///     precondition fails.
  ///   - clock: Whose time is meant; a ``ManualClock`` in tests.
  ///   - seed: Of the random bits; nil for other ones each time.
  public init<C: AlarmClock>(
    multiplier: Double = 2, window: Duration = .seconds(120), clock: C = ContinuousClock(), seed: UInt64? = nil
  ) {
    precondition(multiplier >= 1, "a throttle's multiplier is at least 1, not \(multiplier)")
    precondition(
      window >= .nanoseconds(ThrottleMachine.slices), "a throttle's window is at least 120 nanoseconds, not \(window)")
    let machine = ThrottleMachine(multiplier: multiplier, window: window.inNanoseconds)
    state = Mutex(State(machine: machine, random: RandomBits(seed: seed)))
    queue = clock.alarms
    deadlineHasPassed = { nearestDeadlineHasPassed(on: clock) }
  }

  /// With what probability the next call will be turned away.
  public var rejectionProbability: Double { state.withLock { $0.machine.rejectionProbability(at: queue.now) } }

  /// Counts a call and lets it through, or turns it away; never waits.
  ///
  /// Throws ``Throttled`` if it is turned away.
  ///
  /// - Returns: A ticket, with which to say whether the service took the call.
  ///
  /// - Complexity: constant, without allocation.
  ///
  /// > Cancellation: No checkpoint.
  public func tryEnter() throws(Throttled) -> Ticket {
    let rejected = state.withLock { $0.machine.callArrived(at: queue.now, bits: $0.random.next()) }
    if let rejected { throw Throttled(probability: rejected) }
    return Ticket(throttle: self)
  }

  /// Makes a call if the throttle lets it, and looks at how it ends.
  ///
  /// A call that returns was accepted. One that throws `CancellationError` is ignored, unless the nearest deadline has
  /// passed: then it was rejected. What another error says, `judging` decides.
  ///
  /// Throws ``Throttled`` without calling `body`, or what `body` throws.
  ///
  /// - Parameter judging: Which errors mean that the service did not take the call: as it is, all. A service that
  ///   answers "not found" has taken it.
  ///
  /// - Complexity: constant, without allocation.
  ///
  /// > Cancellation: No checkpoint but those of `body`.
  public nonisolated(nonsending) func call<Result>(
    judging: (any Error) -> Outcome = { _ in .rejected },
    _ body: nonisolated(nonsending) () async throws -> Result
  ) async throws -> Result {
    let ticket = try tryEnter()
    do {
      let result = try await body()
      ticket.accepted()
      return result
    } catch {
      if error.isMereCancellation {
        ticket.finish(deadlineHasPassed() ? .rejected : .ignored)
      } else {
        ticket.finish(judging(error))
      }
      throw error
    }
  }

  fileprivate func callEnded(_ outcome: Outcome) {
    state.withLock { $0.machine.callEnded(outcome, at: queue.now) }
  }

  /// A call that a throttle has let through. It ends with ``accepted()``, ``rejected()`` or ``ignored()``; one that
  /// goes out of scope otherwise is ignored.
  public struct Ticket: ~Copyable, Sendable {
    private let throttle: AdaptiveThrottle
    private var outcome = Outcome.ignored

    fileprivate init(throttle: AdaptiveThrottle) { self.throttle = throttle }

    deinit { throttle.callEnded(outcome) }

    /// The service took the call.
    public consuming func accepted() { outcome = .accepted }
    /// The service turned the call away, or did not answer.
    public consuming func rejected() { outcome = .rejected }
    /// The call says nothing of the service.
    public consuming func ignored() { outcome = .ignored }
    /// The call ended so.
    public consuming func finish(_ outcome: Outcome) { self.outcome = outcome }
  }
}

/// A throttle turned a call away, which was not made.
public struct Throttled: Error, Hashable, CustomStringConvertible {
  /// With what probability it was turned away.
  public let probability: Double

  public var description: String {
    "the call was not made: the service takes so few that \(Int(probability * 100)) % are turned away unsent"
  }
}
