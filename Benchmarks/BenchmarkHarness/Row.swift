// What a row of a benchmark is, for the Swift programs that have rows.
//
// I1: a tenth of the work, done before, warms up and is in no figure of time.
// I2: whoever runs a row by hand sees one line on standard output, the figure.

/// A row: what is done `count` times, and how its figure is made of it.
public enum Row: Sendable {
  /// Nanoseconds for each of `count` operations.
  case perOperation(@Sendable (_ count: Int) async throws -> Void)
  /// Nanoseconds in all.
  case inAll(@Sendable (_ count: Int) async throws -> Void)
  /// What the row itself says.
  case figure(@Sendable (_ count: Int) async throws -> Double)

  public func measure(_ count: Int) async throws -> Double {
    switch self {
    case .perOperation(let body): try await nanosecondsPerOperation(count, body)
    case .inAll(let body): try await nanoseconds(count, body)
    case .figure(let body): try await body(count)
    }
  }
}

/// For a row that prepares something which its operations share and which is not in its figure.
public func nanosecondsPerOperation(_ count: Int, _ body: (Int) async throws -> Void) async throws -> Double {
  try await nanoseconds(count, body) / Double(count)
}

/// The time that `count` operations take after a warm-up of a tenth of them.
private func nanoseconds(_ count: Int, _ body: (Int) async throws -> Void) async throws -> Double {
  try await body(count / 10)
  let start = ContinuousClock.now
  try await body(count)
  return (ContinuousClock.now - start) / .nanoseconds(1)
}

/// 400 rounds of xorshift, about 0.65 µs: the same rounds as in the Go program.
@inline(never)
public func burn(_ seed: Int) -> Int {
  var x = UInt64(bitPattern: Int64(seed)) ^ 88_172_645_463_325_252
  for _ in 0..<400 {
    x ^= x &<< 13
    x ^= x &>> 7
    x ^= x &<< 17
  }
  return Int(truncatingIfNeeded: x)
}

/// A row that did not do its work has no figure.
public func mustBe(_ value: Int, _ expected: Int) {
  if value != expected { fail("a sum is \(value) instead of \(expected)") }
}

public func sumBelow(_ count: Int) -> Int { count * (count - 1) / 2 }

/// Takes what no sum is known for, so that it is not compiled away.
@inline(never)
public func keep(_ value: Int) { withExtendedLifetime(value) {} }
