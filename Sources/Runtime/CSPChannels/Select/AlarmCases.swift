// The cases of a select that wait for a time.
public import CSPScheduling
public import CScheduling

/// A case that happens when a time has come.
public struct AlarmCase: Selectable, Sendable {
  enum When: Sendable {
    /// From the moment at which the select begins to wait.
    case after(Duration)
    /// Nanoseconds on the queue's clock.
    case at(Int64)
  }

  // Nil for the machine's queue, which needs nobody to keep it alive.
  private let manual: AlarmQueue?
  let when: When
  private var queue: AlarmQueue { manual ?? .machine }

  init(queue: AlarmQueue, when: When) {
    manual = queue === AlarmQueue.machine ? nil : queue
    self.when = when
  }

  init(machineAfter duration: Duration) {
    manual = nil
    when = .after(duration)
  }

  public var _mightHappen: Bool {
    switch when {
    case .after(let duration): duration <= .zero
    case .at(let deadline): deadline <= queue.now
    }
  }

  public func _attempt() -> Void? { _mightHappen ? () : nil }

  public func _makeWaiter(_ site: MartletSite) -> UnsafeMutablePointer<MartletWaiter> {
    let waiter = martlet_alarm_allocate(queue._queue, 0).unsafelyUnwrapped
    martlet_site_note(waiter, site)
    return waiter
  }

  public func _load(_ waiter: UnsafeMutablePointer<MartletWaiter>) {
    martlet_alarm(waiter).pointee.deadline =
      switch when {
      case .after(let duration): queue.deadline(after: duration)
      case .at(let deadline): deadline
      }
  }

  public func _complete(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ partner: UnsafeMutablePointer<MartletWaiter>?
  ) {
    if martlet_outcome(waiter) == .pending { martlet_unlock(martlet_lock_of(waiter)) }
  }

  public func _free(_ waiter: UnsafeMutablePointer<MartletWaiter>) { martlet_waiter_free(waiter, 8) }
}

/// A case that happens when the select has waited this long. Costs nothing where another case is ready.
///
/// It counts from when the select begins to wait, so that in a loop it starts again each time: for a deadline use
/// ``at(_:)``.
///
/// - Parameter duration: Zero or less: ready at once.
/// - Complexity: logarithmic in the alarms that are set, if the select waits.
public func after(_ duration: Duration) -> AlarmCase { AlarmCase(machineAfter: duration) }

/// A case that happens when the select has waited this long by a clock.
public func after(_ duration: Duration, clock: some AlarmClock) -> AlarmCase {
  AlarmCase(queue: clock.alarms, when: .after(duration))
}

/// A case that happens at an instant of the continuous clock, and is ready from then on.
public func at(_ instant: ContinuousClock.Instant) -> AlarmCase { at(instant, clock: ContinuousClock()) }

/// A case that happens at an instant of a clock, and is ready from then on.
///
/// - Complexity: logarithmic in the alarms that are set, if the select waits.
public func at<C: AlarmClock>(_ instant: C.Instant, clock: C) -> AlarmCase {
  let alarms = clock.alarms
  return AlarmCase(queue: alarms, when: .at(alarms.deadline(after: clock.now.duration(to: instant))))
}
