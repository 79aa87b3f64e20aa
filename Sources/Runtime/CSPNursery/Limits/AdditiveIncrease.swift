// Additive increase, multiplicative decrease: the limit grows by one for a call that went well, and is cut by a part
// for one that was dropped or took too long. It looks at losses and not at latencies.

/// > Source: Netflix/concurrency-limits, AIMDLimit, the defaults included; after Chiu and Jain, "Analysis of the
///   increase and decrease algorithms for congestion avoidance", 1989.
struct AdditiveIncrease: Sendable, Equatable {
  let minimum, maximum: Int
  let backoff: Double
  /// Nanoseconds: a call that took longer counts as dropped.
  let timeout: Int64
  private(set) var limit: Int

  init(initial: Int, minimum: Int, maximum: Int, backoff: Double, timeout: Int64) {
    (self.minimum, self.maximum, self.backoff, self.timeout) = (minimum, maximum, backoff, timeout)
    limit = initial
  }

  /// Parameters as of ``Vegas/callEnded(latency:inFlight:dropped:bits:)``.
  mutating func callEnded(latency: Int64, inFlight: Int, dropped: Bool) {
    var next = limit
    if dropped || latency > timeout {
      next = Int(Double(limit) * backoff)
    } else if inFlight * 2 >= limit {
      next += 1
    }
    limit = min(maximum, max(minimum, next))
  }
}
