// Times of limiters, budgets and breakers: whole nanoseconds in Int64, so that sums are exact and a clock may be any.
import CScheduling

extension Duration {
  /// In nanoseconds, rounded up; `Int64.max` where it is longer than that (292 years).
  var inNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, tooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if tooLong { return seconds < 0 ? .min : .max }
    let fraction = attoseconds / 1_000_000_000 + (attoseconds % 1_000_000_000 > 0 ? 1 : 0)
    let (sum, overflow) = whole.addingReportingOverflow(fraction)
    return overflow ? .max : sum
  }
}

extension Int64 {
  /// The sum, or `Int64.max` where that would be more.
  func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

/// Random bits from a seed, or from the thread's own generator: the one place where the pure parts get theirs from.
///
/// > Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014 (SplitMix64).
struct RandomBits: Sendable {
  private var state: UInt64?

  init(seed: UInt64?) { state = seed }

  mutating func next() -> UInt64 {
    guard var seeded = state else { return martlet_random() }
    defer { state = seeded }
    return martlet_random_step(&seeded)
  }
}

extension UInt64 {
  /// Taken as random bits: a number from 0 to `bound`, both included; each with the same probability, to 2^-64 a
  /// number. It is the integer part of (bound + 1) · bits / 2^64.
  func scaled(through bound: Int64) -> Int64 {
    Int64((UInt64(bound) + 1).multipliedFullWidth(by: self).high)
  }

  /// Taken as random bits: a number from 0 up to, not including, 1: the upper 53 bits.
  var unitInterval: Double { Double(self >> 11) * 0x1p-53 }
}
