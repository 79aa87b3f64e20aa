// What the tests of races and services share: virtual time, who is running, and random numbers that repeat.
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

/// SplitMix64 (Steele, Lea, Flood, 2014): the same numbers for the same seed, everywhere.
struct PinnedRandom: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
