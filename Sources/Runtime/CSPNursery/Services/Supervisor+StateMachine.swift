// What becomes of a service that has ended: pure, times come in as nanoseconds of the supervisor's clock.
//
// I1. The log has the restarts of the last window, at most one more than are tolerated, in order.
// I2. Giving up and shutting down are final: nothing is started after either.

/// The decisions of a supervisor, for all its services.
struct SupervisorState {
  enum Ending {
    case returned
    case failed
  }

  enum Order: Equatable {
    /// Start the service again after a pause; it is restart `number` in a row.
    case restart(after: Duration, number: Int)
    /// The service has ended for good, as it may.
    case retire
    /// It has failed, and is not to be started again.
    case report
    /// It would have to be started again once too often: everything is to end.
    case giveUp
  }

  private enum Phase { case running, ending }

  /// One service's restarts in a row.
  private struct Row {
    var number = 0
    var started: Int64 = 0
  }

  let intensity: RestartIntensity
  let backoff: RestartBackoff
  private var phase = Phase.running
  private var log: [Int64] = []
  private var rows: [Row]

  init(services: Int, intensity: RestartIntensity, backoff: RestartBackoff) {
    (self.intensity, self.backoff) = (intensity, backoff)
    rows = Array(repeating: Row(), count: services)
  }

  /// A service has been started.
  mutating func serviceStarted(_ service: Int, at now: Int64) { rows[service].started = now }

  /// All services are asked to end.
  mutating func shutdownRequested() { phase = .ending }

  /// A service has ended, and was not cancelled.
  mutating func serviceEnded(_ service: Int, _ ending: Ending, _ policy: RestartPolicy, at now: Int64) -> Order {
    switch (phase, policy, ending) {
    case (.ending, _, .returned), (.running, .never, .returned), (.running, .onFailure, .returned): return .retire
    case (.ending, _, .failed), (.running, .never, .failed): return .report
    case (.running, .onFailure, .failed), (.running, .always, .returned), (.running, .always, .failed): break
    }
    let window = intensity.window.wholeNanoseconds
    log.removeAll { now - $0 >= window }
    log.append(now)
    if log.count > intensity.restarts {
      phase = .ending
      return .giveUp
    }
    // A service that has stayed up for a window is well again: its next failure is the first in a row.
    if rows[service].number > 0, now - rows[service].started >= window { rows[service].number = 0 }
    rows[service].number += 1
    return .restart(after: backoff.pause(before: rows[service].number), number: rows[service].number)
  }
}

extension Duration {
  /// Nanoseconds, rounded up, or as many as fit.
  fileprivate var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isTooLong) = whole.addingReportingOverflow((attoseconds + 999_999_999) / 1_000_000_000)
    return overflow || isTooLong ? .max : sum
  }
}
