// What counts as the end of a call by cancellation, for those who judge how a call ended.
import CSPScheduling

extension Error {
  /// The call was cancelled, and nothing else went wrong.
  var isCancellationAlone: Bool { self is CancellationError || (self as? NurseryError)?.isCancellation == true }
}

/// Whether the reason of a cancellation may be that the call took too long, which speaks against who was called.
func nearestDeadlineHasPassed(on clock: some AlarmClock) -> Bool {
  currentDeadline(on: clock).map { $0 <= clock.now } ?? false
}
