// A rate limiter: so many permits a while, some more at once after a quiet time, and a line for those who come too
// early.
//
// I1. Permits are granted in the order in which they were asked for: nobody overtakes who waits, `tryAcquire` included.
// I2. One alarm is set if and only if somebody waits, for the time at which the first one's permits have flowed in.
// I3. Permits leave the bucket when they are granted and not before: who is cancelled in the line has taken nothing.
// Locks: the limiter's, then the alarms'. The alarm's callback is called under none, and takes the limiter's.
public import CSPScheduling
import CScheduling
import Synchronization

/// Lets through so many a while: a token bucket.
///
/// The bucket holds `burst` permits and is full at first; `rate` permits flow into it each `period`, evenly: one each
/// `period / rate`. Arithmetic is exact, in fractions of a nanosecond: the rate does not drift, however long it runs.
///
/// ```
/// let limiter = RateLimiter(rate: 100, burst: 10)
/// try await limiter.acquire()
/// ```
///
/// > Source: the token bucket is Turner's leaky bucket as a meter ("New directions in communications", 1986).
public final class RateLimiter: Sendable {
  /// Permits a period.
  public let rate: Int
  /// The time in which `rate` permits flow in.
  public let period: Duration
  /// The most permits that are kept, and the most that can be asked for at once.
  public let burst: Int
  private let core: Core

  /// A limiter with a full bucket.
  ///
  /// - Parameters:
  ///   - rate: Permits a period, at least 1. Otherwise a precondition fails.
  ///   - period: A whole number of nanoseconds, at least one. Otherwise a precondition fails.
  ///   - burst: The most permits that are kept, at least 1. Otherwise a precondition fails.
  ///   - clock: Whose time is meant; a ``ManualClock`` in tests.
  public init<C: AlarmClock>(
    rate: Int, per period: Duration = .seconds(1), burst: Int, clock: C = ContinuousClock()
  ) {
    precondition(rate > 0, "a rate limiter's rate is at least 1 permit a period, not \(rate)")
    precondition(burst > 0, "a rate limiter's burst is at least 1 permit, not \(burst)")
    precondition(
      period > .zero && .nanoseconds(period.inNanoseconds) == period,
      "a rate limiter's period is a whole number of nanoseconds, at least one, not \(period)")
    self.rate = rate
    self.period = period
    self.burst = burst
    let bucket = TokenBucket(rate: rate, period: period.inNanoseconds, burst: burst, at: clock.alarms.now)
    core = Core(bucket, clock.alarms)
  }

  deinit { core.retire() }

  /// Takes permits, waiting until they have flowed in and everybody who came before has been served.
  ///
  /// Throws `CancellationError` if the task is cancelled; then no permit was taken, and those behind in the line move
  /// up.
  ///
  /// - Parameter permits: From 1 to ``burst``, taken at once or not at all. Otherwise a precondition fails.
  ///
  /// - Complexity: constant, without allocation, if it does not wait; logarithmic in the alarms on the clock if it
  ///   does.
  ///
  /// > Cancellation: A checkpoint, also when it would not have to wait. If it returns, the permits are taken, also if
  ///   the task has been cancelled since they were granted.
  ///
  /// > Ordering: Permits are granted in the order of the calls.
  public nonisolated(nonsending) func acquire(_ permits: Int = 1) async throws(CancellationError) {
    check(permits)
    if martlet_is_cancelled() { throw CancellationError() }
    if core.tryAcquire(permits) { return }
    let task = WaitingTask(permits: permits)
    let core = core
    await waitInLine(task) {
      core.join(task, $0)
    } leave: {
      core.leave(task)
    }
    // The limiter's end would stop the alarm that this waits for.
    withExtendedLifetime(self) {}
    if !task.wasGranted { throw CancellationError() }
  }

  /// Takes permits if they are there and nobody waits for any; never waits.
  ///
  /// - Parameter permits: From 1 to ``burst``, taken at once or not at all. Otherwise a precondition fails.
  ///
  /// - Returns: Whether they were taken.
  ///
  /// - Complexity: constant, without allocation.
  ///
  /// > Cancellation: No checkpoint.
  public func tryAcquire(_ permits: Int = 1) -> Bool {
    check(permits)
    return core.tryAcquire(permits)
  }

  /// Whole permits in the bucket now. What waits in the line has not taken any.
  public var availablePermits: Int { core.availablePermits }

  /// Tasks that wait.
  public var waitingCount: Int { core.waitingCount }

  private func check(_ permits: Int) {
    precondition(
      permits > 0 && permits <= burst, "permits are taken from 1 up to the limiter's burst of \(burst), not \(permits)")
  }
}

/// What the alarm's callback keeps hold of: the limiter may go while it runs, this may not.
private final class Core: @unchecked Sendable {
  // SAFETY: @unchecked: `alarm` is reached through the functions of the alarms alone, which take their queue's lock,
  // and freed when nobody has this any more; all else is immutable or a mutex.
  private struct State {
    var bucket: TokenBucket
    var line = WaitingLine()
    /// When the alarm is due, if it is set.
    var due: Int64?
  }

  private let state: Mutex<State>
  private let queue: AlarmQueue
  private let alarm: UnsafeMutablePointer<MartletWaiter>

  init(_ bucket: TokenBucket, _ queue: AlarmQueue) {
    state = Mutex(State(bucket: bucket))
    self.queue = queue
    alarm = martlet_alarm_allocate(queue._queue, 0).unsafelyUnwrapped
  }

  deinit { martlet_waiter_free(alarm, 8) }

  /// Afterwards the callback neither runs nor will run.
  func retire() { martlet_alarm_stop(alarm) }

  var availablePermits: Int { state.withLock { $0.bucket.available(at: queue.now) } }
  var waitingCount: Int { state.withLock { $0.line.count } }

  func tryAcquire(_ permits: Int) -> Bool {
    state.withLock { $0.line.isEmpty && $0.bucket.take(permits, at: queue.now) }
  }

  func join(_ task: WaitingTask, _ continuation: UnsafeContinuation<Void, Never>) {
    serve { line, resumable, now in
      task.since = now
      line.taskSuspended(task, continuation, &resumable)
    }
  }

  func leave(_ task: WaitingTask) {
    serve { line, resumable, _ in line.taskCancelled(task, &resumable) }
  }

  /// Changes the line, grants what can be granted now, and sets the alarm for what cannot.
  private func serve(_ change: (inout WaitingLine, inout WaitingLine.Granted, Int64) -> Void = { _, _, _ in }) {
    let resumable = state.withLock { state in
      var resumable = WaitingLine.Granted()
      change(&state.line, &resumable, queue.now)
      // Again if the time has come while the alarm was set: a manual clock that has moved on would not ring any more.
      repeat {
        let now = queue.now
        while let first = state.line.first, state.bucket.take(first.permits, since: first.since, at: now) {
          state.line.grantFirst(&resumable)
        }
        setAlarm(&state)
      } while state.due.map { $0 <= queue.now } ?? false
      return resumable
    }
    resumable.resume()
  }

  private func setAlarm(_ state: inout State) {
    let due = state.line.first.map { state.bucket.ready($0.permits) }
    guard due != state.due else { return }
    state.due = due
    if let due {
      // SAFETY: unretained: the limiter keeps this until it has stopped the alarm, and waiting tasks keep the limiter.
      martlet_alarm_set(
        alarm, due, 0, { context, _ in Unmanaged<Core>.fromOpaque(context!).takeUnretainedValue().alarmFired() },
        Unmanaged.passUnretained(self).toOpaque())
    } else {
      // Not martlet_alarm_stop: it waits for a callback that runs, which may be waiting for the lock that is held here.
      martlet_lock(martlet_lock_of(alarm))
      if martlet_standing(alarm) == .queued { martlet_alarm_unlink(alarm) }
      martlet_unlock(martlet_lock_of(alarm))
    }
  }

  private func alarmFired() {
    // What is due may have been set anew since; then this finds nothing to grant.
    state.withLock { state in
      if let due = state.due, due <= queue.now { state.due = nil }
    }
    serve()
  }
}
