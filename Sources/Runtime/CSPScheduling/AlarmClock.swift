// Clocks that can wake: what timers, tickers and the time cases of a select are set on.
public import CScheduling

/// The alarms of one clock, in order of their time.
///
/// The machine's queue is served by a thread that sleeps until the earliest; a manual queue fires when it is advanced.
public final class AlarmQueue: @unchecked Sendable {
  // SAFETY: @unchecked: the queue is shared between threads; it has its own lock.
  public let _queue: UnsafeMutablePointer<MartletAlarmQueue>
  private let owned: Bool

  private init(_ queue: UnsafeMutablePointer<MartletAlarmQueue>, owned: Bool) {
    _queue = queue
    self.owned = owned
  }

  deinit { if owned { martlet_alarms_free(_queue) } }

  /// The queue of the machine's monotonic clock.
  public static let machine = AlarmQueue(martlet_alarms_monotonic(), owned: false)

  /// A queue whose time stands at zero until it is advanced.
  public static func manual() -> AlarmQueue { AlarmQueue(martlet_alarms_manual(), owned: true) }

  /// Nanoseconds on this queue's clock.
  public var now: Int64 { martlet_alarms_now(_queue) }

  /// Alarms that are set, those of waiting selects included.
  public var count: Int { Int(martlet_alarms_count(_queue)) }

  /// Moves a manual queue on and fires, in order of their times, the alarms that fall due; the queue's time is the
  /// alarm's while it is served.
  public func advance(to nanoseconds: Int64) {
    precondition(_queue.pointee.manual, "the machine's clock advances by itself")
    martlet_alarms_advance(_queue, nanoseconds)
  }

  /// The time on this queue that lies `duration` ahead, rounded up to nanoseconds. What would lie beyond 292 years of the
  /// queue's time means never; what would lie before its beginning, then.
  public func deadline(after duration: Duration) -> Int64 {
    martlet_alarms_deadline(_queue, _nanoseconds(duration))
  }
}

/// A duration in nanoseconds, rounded up; the least or greatest number where it has none that fits.
@inlinable @inline(__always) public func _nanoseconds(_ duration: Duration) -> Int64 {
  if duration._high >= 0, duration._high < 1 << 9 {
    // A billion is 2⁹ · 1,953,125: what is below 2⁷³ attoseconds, two hours and a half, is divided by a constant.
    let (units, cut) = (UInt64(duration._high) << 55 | duration._low >> 9, duration._low & 0x1ff)
    let (quotient, remainder) = units.quotientAndRemainder(dividingBy: 1_953_125)
    // Rounded up: an alarm never fires before its time.
    return Int64(quotient) + (remainder | cut > 0 ? 1 : 0)
  }
  return _manyNanoseconds(duration)
}

@usableFromInline func _manyNanoseconds(_ duration: Duration) -> Int64 {
  let (seconds, attoseconds) = duration.components
  let (whole, tooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
  if tooLong { return seconds < 0 ? .min : .max }
  let part = attoseconds / 1_000_000_000, isCut = attoseconds > part * 1_000_000_000
  let (sum, overflow) = whole.addingReportingOverflow(part + (isCut ? 1 : 0))
  return overflow ? (whole < 0 ? .min : .max) : sum
}

/// A clock on which alarms can be set. Timers, tickers, `after` and `at` take one, so that a test can bring its own.
public protocol AlarmClock: Clock where Duration == Swift.Duration {
  /// The alarms of this clock, always the same queue.
  var alarms: AlarmQueue { get }
}

extension ContinuousClock: AlarmClock {
  /// The machine's: while it is suspended, no time passes for alarms.
  public var alarms: AlarmQueue { .machine }
}

extension SuspendingClock: AlarmClock {
  /// The machine's.
  public var alarms: AlarmQueue { .machine }
}

/// A clock that stands still until it is told to move: for tests that must not wait.
///
/// It begins at zero. It may be advanced from any thread or task, by one at a time.
public final class ManualClock: AlarmClock {
  /// A time on a manual clock: how long after its start.
  public struct Instant: InstantProtocol, CustomStringConvertible {
    /// How long after the clock's start, not negative.
    public var sinceStart: Swift.Duration

    /// The instant this long after the start of its clock.
    public init(sinceStart: Swift.Duration) { self.sinceStart = sinceStart }
    public func advanced(by duration: Swift.Duration) -> Instant { Instant(sinceStart: sinceStart + duration) }
    public func duration(to other: Instant) -> Swift.Duration { other.sinceStart - sinceStart }
    public static func < (left: Instant, right: Instant) -> Bool { left.sinceStart < right.sinceStart }
    public var description: String { "\(sinceStart)" }
  }

  /// Its alarms.
  public let alarms = AlarmQueue.manual()

  /// A clock that stands at its start.
  public init() {}

  /// Where the clock stands; during ``advance(by:)``, at the alarm that is being served.
  public var now: Instant { Instant(sinceStart: .nanoseconds(alarms.now)) }
  /// A nanosecond.
  public var minimumResolution: Swift.Duration { .nanoseconds(1) }

  /// Alarms that are set on this clock: a test may wait for it to rise before it advances.
  public var pendingAlarms: Int { alarms.count }

  /// Moves the clock on. What falls due on the way is woken in order; on return it can run, and need not have run.
  ///
  /// - Parameter duration: Not negative: otherwise a precondition fails.
  /// - Complexity: logarithmic in the alarms that are set, for each that falls due.
  public func advance(by duration: Swift.Duration) {
    precondition(duration >= .zero, "a clock does not run backwards")
    alarms.advance(to: alarms.deadline(after: duration))
  }

  /// Waits until the clock has been advanced to `deadline`. Returns at once if it has been. Throws `CancellationError`
  /// if the task is cancelled.
  ///
  /// - Parameter tolerance: Not used: a manual clock is exact.
  ///
  /// > Cancellation: A checkpoint, also when the deadline has passed.
  public nonisolated(nonsending) func sleep(until deadline: Instant, tolerance: Swift.Duration? = nil) async throws {
    try await waitForAlarm(alarms, at: alarms.deadline(after: now.duration(to: deadline)))
  }
}
