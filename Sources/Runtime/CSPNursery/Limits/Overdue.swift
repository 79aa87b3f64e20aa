// Whether a call that was cancelled had taken too long, for those who judge how a call ended.
import CSPScheduling

/// Whether the reason of a cancellation may be that the call took too long, which speaks against who was called.
func nearestDeadlineHasPassed(on clock: some AlarmClock) -> Bool {
  currentDeadline(on: clock).map { $0 <= clock.now } ?? false
}
