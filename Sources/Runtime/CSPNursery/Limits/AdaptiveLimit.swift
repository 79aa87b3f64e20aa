// A limit on how many calls are under way at once that finds its own height.
//
// I1. `inFlight` is the number of permits that exist; one is granted only while inFlight < limit, in the order in which
//     they were asked for. A limit that falls takes no permit back: it grants none until enough have ended.
// I2. A sample is the time from the grant of a permit to its end; the wait in the line is not in it, and who was turned
//     away or cancelled in the line gives none.
// I3. The lock protects the algorithm, the counts and the line. Nothing is resumed under it, no code of the user's
//     called.
public import CSPScheduling
import CScheduling
import Synchronization

/// Limits how many calls are under way at once, by what their latencies and losses say of the service behind them.
///
/// By Little's law a service in which each call takes w seconds, and which can do λ of them a second, has λ·w calls
/// under way; more only wait inside it. Nobody knows these numbers in advance, and they change: the limit follows them,
/// by one of three algorithms.
///
/// ```
/// let limit = AdaptiveLimit(.gradient2())
/// let answer = try await limit.withPermit { try await backend.answer(request) }
/// ```
///
/// A server that must not let a line build up asks with ``tryAcquire()`` and turns the call away on nil; a client may
/// wait with ``acquire()``.
///
/// > Source: Netflix/concurrency-limits.
public final class AdaptiveLimit: Sendable {
  /// How a call ended, as far as the limit is concerned.
  public enum Outcome: Sendable, Hashable {
    /// It ran to its end: its latency is a sample.
    case success
    /// Its latency says nothing: it failed early, or was cancelled for other reasons.
    case ignored
    /// It was turned away for overload, or timed out.
    case dropped
  }

  struct State {
    var algorithm: RunningAlgorithm
    var limit: Int
    var inFlight = 0
    var line = WaitingLine()
    var random: RandomBits

    mutating func take() -> Int? {
      guard inFlight < limit else { return nil }
      inFlight += 1
      return inFlight
    }
    mutating func grant(_ resumable: inout WaitingLine.Granted) {
      while let first = line.first, let inFlight = take() {
        first.note = inFlight
        line.grantFirst(&resumable)
      }
    }
  }

  private let state: Mutex<State>
  private let queue: AlarmQueue
  private let deadlineHasPassed: @Sendable () -> Bool

  /// - Parameters:
  ///   - algorithm: How the limit moves, and where it begins.
  ///   - clock: By which latencies are measured; a ``ManualClock`` in tests.
  ///   - seed: Of the random bits with which Vegas spreads its probes; nil for other ones each time.
  public init<C: AlarmClock>(
    _ algorithm: Algorithm = .gradient2(), clock: C = ContinuousClock(), seed: UInt64? = nil
  ) {
    var random = RandomBits(seed: seed)
    let running = RunningAlgorithm(algorithm, bits: random.next())
    state = Mutex(State(algorithm: running, limit: running.limit, random: random))
    queue = clock.alarms
    deadlineHasPassed = { nearestDeadlineHasPassed(on: clock) }
  }

  /// Calls that may be under way at once, now.
  public var limit: Int { state.withLock { $0.limit } }
  /// Calls that are under way.
  public var inFlight: Int { state.withLock { $0.inFlight } }
  /// Tasks that wait for a permit.
  public var waitingCount: Int { state.withLock { $0.line.count } }

  /// A permit if the limit allows for one more call and nobody waits for it; never waits.
  ///
  /// - Returns: Nil if the call has to be turned away. That leaves no trace in the limit.
  ///
  /// - Complexity: constant, without allocation.
  ///
  /// > Cancellation: No checkpoint.
  public func tryAcquire() -> Permit? {
    guard let inFlight = takeAtOnce() else { return nil }
    return Permit(limit: self, began: queue.now, inFlight: inFlight)
  }

  /// A permit, waiting until the limit allows for one more call and everybody who came before has been served.
  ///
  /// Throws `CancellationError` if the task is cancelled; then no permit was taken.
  ///
  /// - Complexity: constant, without allocation if it does not wait.
  ///
  /// > Cancellation: A checkpoint, also when it would not have to wait. If it returns, the permit is the caller's, also
  ///   if the task has been cancelled since it was granted.
  ///
  /// > Ordering: Permits are granted in the order of the calls.
  public nonisolated(nonsending) func acquire() async throws(CancellationError) -> Permit {
    if martlet_is_cancelled() { throw CancellationError() }
    if let inFlight = takeAtOnce() { return Permit(limit: self, began: queue.now, inFlight: inFlight) }
    let task = WaitingTask(permits: 1)
    await waitInLine(task) { continuation in
      serve { state, resumable in
        state.line.taskSuspended(task, continuation, &resumable)
        state.grant(&resumable)
      }
    } leave: {
      self.serve { state, resumable in state.line.taskCancelled(task, &resumable) }
    }
    guard task.wasGranted else { throw CancellationError() }
    return Permit(limit: self, began: queue.now, inFlight: task.note)
  }

  /// Runs a call with a permit, waiting for one, and tells the limit how it ended.
  ///
  /// A call that returns is a success. One that throws `CancellationError` is ignored, unless the nearest deadline has
  /// passed: then it was dropped. What another error says, `judging` decides.
  ///
  /// Throws what `body` throws, and `CancellationError` if the task is cancelled while it waits; then `body` was not
  /// run.
  ///
  /// - Parameter judging: Which errors mean overload. As it is, those of a deadline, ``DeadlineExceeded``, do, and
  ///   others are ignored.
  ///
  /// - Complexity: constant, without allocation if it does not wait.
  ///
  /// > Cancellation: A checkpoint before `body` is called.
  public nonisolated(nonsending) func withPermit<Result>(
    judging: (any Error) -> Outcome = { $0 is DeadlineExceeded ? .dropped : .ignored },
    _ body: nonisolated(nonsending) () async throws -> Result
  ) async throws -> Result {
    let permit = try await acquire()
    do {
      let result = try await body()
      permit.success()
      return result
    } catch {
      if error.isMereCancellation {
        permit.finish(deadlineHasPassed() ? .dropped : .ignored)
      } else {
        permit.finish(judging(error))
      }
      throw error
    }
  }

  private func takeAtOnce() -> Int? { state.withLock { $0.line.isEmpty ? $0.take() : nil } }

  fileprivate func callEnded(_ outcome: Outcome, began: Int64, inFlight: Int) {
    // A latency of nothing, as on a clock that stands still, would be divided by.
    let latency = max(1, queue.now - began)
    serve { state, resumable in
      state.inFlight -= 1
      if outcome != .ignored {
        state.algorithm.callEnded(
          latency: latency, inFlight: inFlight, dropped: outcome == .dropped, bits: state.random.next())
        state.limit = state.algorithm.limit
      }
      state.grant(&resumable)
    }
  }

  private func serve(_ change: (inout State, inout WaitingLine.Granted) -> Void) {
    let resumable = state.withLock { state in
      var resumable = WaitingLine.Granted()
      change(&state, &resumable)
      return resumable
    }
    resumable.resume()
  }
}

extension AdaptiveLimit {
  /// The right to have one call under way. It ends with ``success()``, ``ignored()`` or ``dropped()``; one that goes
  /// out of scope otherwise is ignored.
  public struct Permit: ~Copyable, Sendable {
    private let limit: AdaptiveLimit
    private let began: Int64
    private let inFlight: Int
    private var outcome = Outcome.ignored

    fileprivate init(limit: AdaptiveLimit, began: Int64, inFlight: Int) {
      (self.limit, self.began, self.inFlight) = (limit, began, inFlight)
    }

    deinit { limit.callEnded(outcome, began: began, inFlight: inFlight) }

    /// The call ran to its end: the time since the permit was granted is a sample.
    public consuming func success() { outcome = .success }
    /// The call's latency says nothing.
    public consuming func ignored() { outcome = .ignored }
    /// The call was turned away for overload, or timed out.
    public consuming func dropped() { outcome = .dropped }
    /// The call ended so.
    public consuming func finish(_ outcome: Outcome) { self.outcome = outcome }
  }
}
