// What the tests of races and services share: virtual time and who is running.
import CSP
import Synchronization

/// A failure that says whose it is.
struct Refusal: Error, Equatable {
  var number: Int
}

/// Counts who is inside: a loser that was abandoned still is.
final class Attendance: Sendable {
  private let state = Mutex((inside: 0, entered: 0))

  var inside: Int { state.withLock { $0.inside } }
  var entered: Int { state.withLock { $0.entered } }

  func attend<Value: Sendable>(_ body: () async throws -> Value) async rethrows -> Value {
    state.withLock { $0 = ($0.inside + 1, $0.entered + 1) }
    defer { state.withLock { $0.inside -= 1 } }
    return try await body()
  }
}

/// Waits, without sleeping, until something holds that other tasks bring about.
func until(_ condition: () -> Bool) async {
  while !condition() { await Task.yield() }
}

extension ManualClock {
  /// Waits until as many alarms are set, and moves the clock.
  func advance(by duration: Duration, whenAlarms count: Int) async {
    await until { pendingAlarms == count }
    advance(by: duration)
  }
}
