// What the tests of limits and retries share: random bits with a pinned seed, and waiting without sleeping.
import CSP
import Foundation

/// SplitMix64 in Swift, so that the tests do not take their bits from what they test.
struct TestBits: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

struct Failed: Error, Equatable, CustomStringConvertible {
  let number: Int
  init(_ number: Int = 0) { self.number = number }
  var description: String { "failed \(number)" }
}

/// Lets other tasks run until something has happened that they do.
func settle(_ hasHappened: () -> Bool) async {
  while !hasHappened() { await Task.yield() }
}

let millisecond: Int64 = 1_000_000
let second: Int64 = 1_000_000_000
let half: UInt64 = 1 << 63

/// A value under a lock. No `Mutex`: the tests import what the manifest lists for them.
final class Locked<Value>: @unchecked Sendable {
  // SAFETY: @unchecked: `value` is touched under the lock alone.
  private let lock = NSLock()
  private var value: Value
  init(_ value: Value) { self.value = value }
  func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    lock.lock()
    defer { lock.unlock() }
    return body(&value)
  }
}
