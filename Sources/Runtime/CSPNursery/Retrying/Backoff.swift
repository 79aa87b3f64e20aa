// How long to wait before each retry: a value, and the pure sequence that it stands for.
//
// Delays are whole nanoseconds. The ceiling is kept in floating point, which is exact for a factor of 2 up to 104 days.

/// How long to wait before each retry of a call.
///
/// With v the ceiling before the n-th retry, base for a constant backoff and min(cap, base · factorⁿ⁻¹) for an
/// exponential one, the wait is v, or random between 0 and v, or between v/2 and v, by the ``Jitter``.
///
/// > Source: Brooker, "Exponential backoff and jitter", AWS Architecture Blog, 2015.
public struct Backoff: Sendable {
  /// How waits are spread, so that clients that failed together do not come back together.
  public enum Jitter: Sendable, Hashable, CaseIterable {
    /// Not at all: v.
    case none
    /// Random between 0 and v: the least work for the service in Brooker's comparison.
    case full
    /// Random between v/2 and v.
    case equal
    /// Random between base and three times the wait before, which is base at first; at most the cap. The factor has no
    /// part in it.
    case decorrelated
  }

  /// The first ceiling.
  public let base: Duration
  /// From one ceiling to the next.
  public let factor: Double
  /// The highest ceiling, and the longest wait.
  public let cap: Duration
  /// How waits are spread.
  public let jitter: Jitter
  /// Where the random bits of each call begin; nil for other ones each time.
  public let seed: UInt64?

  private init(base: Duration, factor: Double, cap: Duration, jitter: Jitter, seed: UInt64?) {
    (self.base, self.factor, self.cap, self.jitter, self.seed) = (base, factor, cap, jitter, seed)
  }

  /// The same ceiling before each retry.
  ///
  /// - Parameters:
  ///   - delay: Not negative. Otherwise a precondition fails. Zero retries at once.
  ///   - jitter: With `decorrelated`, for which there is no room here, each wait is `delay`.
  ///   - seed: Of the random bits; with one, all calls wait alike. Nil for other ones each time.
  public static func constant(_ delay: Duration, jitter: Jitter = .none, seed: UInt64? = nil) -> Backoff {
    precondition(delay >= .zero, "a backoff is not negative, as \(delay) is")
    return Backoff(base: delay, factor: 1, cap: delay, jitter: jitter, seed: seed)
  }

  /// A ceiling that grows with each retry.
  ///
  /// - Parameters:
  ///   - base: The first ceiling, positive. Otherwise a precondition fails.
  ///   - factor: From one ceiling to the next, at least 1. Otherwise a precondition fails.
  ///   - cap: The highest ceiling, at least `base`. Otherwise a precondition fails.
  ///   - jitter: How waits are spread.
  ///   - seed: Of the random bits; with one, all calls wait alike. Nil for other ones each time.
  public static func exponential(
    from base: Duration, factor: Double = 2, cap: Duration, jitter: Jitter = .full, seed: UInt64? = nil
  ) -> Backoff {
    precondition(base > .zero, "an exponential backoff begins with a positive time, not \(base)")
    precondition(factor >= 1 && factor.isFinite, "a backoff's factor is at least 1, not \(factor)")
    precondition(cap >= base, "a backoff's cap is at least its base of \(base), not \(cap)")
    return Backoff(base: base, factor: factor, cap: cap, jitter: jitter, seed: seed)
  }

  /// The waits of one call, without end.
  public func makeDelays() -> Delays { Delays(sequence: DelaySequence(self), random: RandomBits(seed: seed)) }

  /// The waits of one call: the first one is that before the first retry.
  public struct Delays: Sequence, IteratorProtocol, Sendable {
    var sequence: DelaySequence
    var random: RandomBits

    /// The wait before the next retry; never nil.
    public mutating func next() -> Duration? { .nanoseconds(sequence.next(random.next())) }
  }
}

/// The waits as a pure machine: random bits come in.
struct DelaySequence: Sendable {
  private let base, cap: Int64
  private let factor: Double
  private let jitter: Backoff.Jitter
  private var ceiling: Double
  private var before: Int64

  init(_ backoff: Backoff) {
    base = backoff.base.inNanoseconds
    cap = backoff.cap.inNanoseconds
    (factor, jitter) = (backoff.factor, backoff.jitter)
    ceiling = Double(base)
    before = base
  }

  /// Nanoseconds.
  mutating func next(_ bits: UInt64) -> Int64 {
    // The cap is what an Int64 holds; a double close to it may not be.
    let value = ceiling >= Double(cap) ? cap : Int64(ceiling.rounded())
    ceiling = min(Double(cap), ceiling * factor)
    switch jitter {
    case .none: return value
    case .full: return bits.scaled(through: value)
    case .equal: return value / 2 + bits.scaled(through: value - value / 2)
    case .decorrelated:
      let (triple, overflow) = before.multipliedReportingOverflow(by: 3)
      before = min(cap, base + bits.scaled(through: (overflow ? .max : triple) - base))
      return before
    }
  }
}
