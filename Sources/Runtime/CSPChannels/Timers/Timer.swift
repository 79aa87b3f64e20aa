// Timers and tickers: alarms that arrive as values on a channel of capacity one.
//
// I1. After `stop` nothing arrives: the callback neither runs nor will run, and what had arrived is taken out.
// I2. Dropping a timer or ticker stops it: it cannot leak.
public import CSPScheduling
public import CScheduling

/// An alarm that puts a value into a channel.
@usableFromInline final class AlarmSource: @unchecked Sendable {
  // SAFETY: @unchecked: the waiter is reached through martlet_alarm_set, _period and _stop alone, which take the
  // queue's lock.
  @usableFromInline let fired: Channel<Void>
  private let queue: AlarmQueue
  private let waiter: UnsafeMutablePointer<MartletWaiter>

  init(_ queue: AlarmQueue, file: StaticString, line: UInt) {
    self.queue = queue
    fired = Channel(.dropping(.newest, capacity: 1), file: file, line: line)
    fired.showAsTimer()
    waiter = martlet_alarm_allocate(queue._queue, 0)
  }

  deinit {
    martlet_alarm_stop(waiter)
    martlet_waiter_free(waiter, 8)
  }

  func set(_ delay: Duration, period: Duration? = nil) {
    stop()
    let deadline = queue.deadline(after: delay)
    let interval = period.map { max(1, _nanoseconds($0)) } ?? 0
    // SAFETY: unretained: the channel lives as long as this object, whose deinit stops the alarm and waits for a
    // callback that is running.
    martlet_alarm_set(
      waiter, deadline, interval,
      { context, _ in _ = Unmanaged<Channel<Void>>.fromOpaque(context!).takeUnretainedValue().trySend(()) },
      Unmanaged.passUnretained(fired).toOpaque())
  }

  /// Of a setting that repeats, in nanoseconds; 0 where it does not.
  var interval: Int64 { martlet_alarm_period(waiter) }

  func stop() {
    martlet_alarm_stop(waiter)
    _ = fired.tryReceive()
  }
}

/// A case of a select that happens when a timer or ticker fires.
public struct Firing: Selectable, Sendable {
  // Keeps the channel and its alarm; not the timer or ticker, whose end stops the alarm.
  @usableFromInline let source: AlarmSource
  @usableFromInline var base: Receiving<Void> { source.fired.receiving }

  public var _mightHappen: Bool { base._mightHappen }
  public var _versionBefore: UInt64 { base._versionBefore }
  public var _versionAfter: UInt64 { base._versionAfter }
  public func _attempt() -> Void? { base._attempt().map { _ in } }
  public func _makeWaiter(_ site: MartletSite) -> UnsafeMutablePointer<MartletWaiter> { base._makeWaiter(site) }
  public func _complete(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ partner: UnsafeMutablePointer<MartletWaiter>?
  ) { _ = base._complete(waiter, partner) }
  public func _free(_ waiter: UnsafeMutablePointer<MartletWaiter>) { base._free(waiter) }
}

/// Fires once, a while after it is made or reset.
///
/// It keeps having fired until somebody takes it, by ``wait(file:line:)`` or as a case; taken, it is over until reset.
/// Stopped by ``stop()`` and by going out of scope: keep it for as long as it is waited for. After ``stop()`` or
/// ``reset(after:)`` nothing arrives from an earlier setting (as since Go 1.23).
public final class Timer: Sendable {
  private let source: AlarmSource

  /// - Parameter delay: From now, by the clock. Zero or less: at once.
  public convenience init(after delay: Duration, file: StaticString = #fileID, line: UInt = #line) {
    self.init(after: delay, clock: ContinuousClock(), file: file, line: line)
  }

  /// - Parameter clock: Whose time is meant; a ``ManualClock`` in tests.
  public init(after delay: Duration, clock: some AlarmClock, file: StaticString = #fileID, line: UInt = #line) {
    source = AlarmSource(clock.alarms, file: file, line: line)
    source.set(delay)
  }

  /// A case of a select that happens once the timer has fired. It does not keep the timer.
  public var firing: Firing { Firing(source: source) }

  /// Waits until the timer has fired.
  ///
  /// Throws `CancellationError` if the task is cancelled. A timer that is stopped does not end the wait.
  ///
  /// > Cancellation: A checkpoint. If it throws, the timer can still be waited for.
  public nonisolated(nonsending) func wait(file: StaticString = #fileID, line: UInt = #line) async throws {
    _ = try await source.fired.receive(file: file, line: line)
  }

  /// Stops the timer: it will not fire unless it is reset. Waits for nobody but the alarm's own step, if that runs now.
  ///
  /// - Complexity: logarithmic in the alarms that are set on its clock.
  public func stop() { source.stop() }

  /// Sets the timer anew, whether or not it has fired. What it had fired and nobody took is gone.
  ///
  /// - Parameter delay: From now, by the clock. Zero or less: at once.
  public func reset(after delay: Duration) { source.set(delay) }
}

/// Fires again and again. A tick that nobody has taken when the next one is due is dropped (as in Go).
///
/// Ticks keep to the grid of the period, however late one was served. Stopped by ``stop()``, by going out of scope, and
/// at the end of ``withTicker(every:_:)``: it cannot leak.
public final class Ticker: Sendable {
  private let source: AlarmSource

  /// - Parameter period: Positive. The first tick comes after one period.
  public convenience init(every period: Duration, file: StaticString = #fileID, line: UInt = #line) {
    self.init(every: period, clock: ContinuousClock(), file: file, line: line)
  }

  /// - Parameters:
  ///   - period: Positive. The first tick comes after one period.
  ///   - clock: Whose time is meant; a ``ManualClock`` in tests.
  public init(every period: Duration, clock: some AlarmClock, file: StaticString = #fileID, line: UInt = #line) {
    precondition(period > .zero, "a ticker's period is positive, not \(period)")
    source = AlarmSource(clock.alarms, file: file, line: line)
    source.set(period, period: period)
  }

  /// The period that is set, in nanoseconds: for tests.
  package var interval: Int64 { source.interval }

  /// A case of a select that happens at each tick. It does not keep the ticker.
  public var ticking: Firing { Firing(source: source) }

  /// Waits for the next tick, or takes the one that is kept.
  ///
  /// Throws `CancellationError` if the task is cancelled.
  ///
  /// > Cancellation: A checkpoint. If it throws, no tick was taken.
  public nonisolated(nonsending) func next(file: StaticString = #fileID, line: UInt = #line) async throws {
    _ = try await source.fired.receive(file: file, line: line)
  }

  /// Stops the ticks. One that was kept is gone; whoever waits goes on waiting.
  public func stop() { source.stop() }

  /// Starts over with another period.
  public func reset(every period: Duration) {
    precondition(period > .zero, "a ticker's period is positive, not \(period)")
    source.set(period, period: period)
  }
}

/// Runs a body with a ticker that is stopped when the body ends, however it ends.
///
/// - Parameter period: Positive, of the continuous clock. The first tick comes after one period.
public nonisolated(nonsending) func withTicker<Result>(
  every period: Duration, file: StaticString = #fileID, line: UInt = #line,
  _ body: nonisolated(nonsending) (Ticker) async throws -> Result
) async rethrows -> Result {
  try await withTicker(every: period, clock: ContinuousClock(), file: file, line: line, body)
}

/// Runs a body with a ticker by a clock, which is stopped when the body ends, however it ends.
///
/// - Parameters:
///   - period: Positive. The first tick comes after one period.
///   - clock: Whose time is meant; a ``ManualClock`` in tests.
public nonisolated(nonsending) func withTicker<Result>(
  every period: Duration, clock: some AlarmClock, file: StaticString = #fileID, line: UInt = #line,
  _ body: nonisolated(nonsending) (Ticker) async throws -> Result
) async rethrows -> Result {
  let ticker = Ticker(every: period, clock: clock, file: file, line: line)
  defer { ticker.stop() }
  return try await body(ticker)
}
