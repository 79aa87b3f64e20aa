// A token bucket in exact arithmetic: `rate` permits each `period` nanoseconds flow in, `burst` at most are kept.
//
// Time is counted in parts of a nanosecond, `rate` of them each, so that a permit is worth exactly `period` of them and
// nothing is ever rounded: after a million years of permits at 7 a second the bucket is where it should be. The whole
// state is one number, the time at which the bucket would be full again if nobody took anything. Only what flows into a
// full bucket for which nobody waits is lost, as it should be.
//
// I1. available(now) = burst − max(0, full − now·rate) / period, in permits; a permit may be taken if that is ≥ 1.
// I2. `full` never falls.

/// > Source: the virtual scheduling form of the generic cell rate algorithm, ITU-T I.371 annex A, which is a token
///   bucket.
struct TokenBucket: Sendable, Equatable {
  let burst: Int
  private let rate: Int128
  private let period: Int128
  /// In parts of a nanosecond.
  private var full: Int128

  /// A full bucket.
  init(rate: Int, period: Int64, burst: Int, at now: Int64) {
    self.rate = Int128(rate)
    self.period = Int128(period)
    self.burst = burst
    full = Int128(now) * self.rate
  }

  /// Takes all the permits, or none.
  ///
  /// - Parameter arrival: Since when somebody has been waiting for them. They are taken as of the fraction of a
  ///   nanosecond from which on they were there: who is woken late has not let the bucket run over meanwhile.
  mutating func take(_ permits: Int, since arrival: Int64, at now: Int64) -> Bool {
    let taken = max(full, Int128(arrival) * rate) + Int128(permits) * period
    guard taken - Int128(now) * rate <= Int128(burst) * period else { return false }
    full = taken
    return true
  }

  mutating func take(_ permits: Int, at now: Int64) -> Bool { take(permits, since: now, at: now) }

  /// The first nanosecond at which so many permits, not more than `burst`, could be taken if nobody else took any.
  func ready(_ permits: Int) -> Int64 {
    let time = full - Int128(burst - permits) * period
    let (whole, rest) = time.quotientAndRemainder(dividingBy: rate)
    return Int64(clamping: rest > 0 ? whole + 1 : whole)
  }

  /// Whole permits that could be taken.
  func available(at now: Int64) -> Int {
    let missing = max(0, full - Int128(now) * rate)
    return burst - Int((missing + period - 1) / period)
  }
}
