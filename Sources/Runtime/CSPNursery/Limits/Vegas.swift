// Vegas: the limit follows the length of the queue that the latencies tell of.
//
// The least latency ever seen is taken for that of a call that queues nowhere. Of a limit of L calls, L · (1 − least /
// latest) must then be standing in queues. Few of them, and the limit grows; many, and it shrinks; what is few and many
// goes with log10 of the limit. The least latency is measured anew now and then, lest the limit hang on a lucky call of
// long ago: after `probeFactor` times as many samples as the limit, cut at random to between half and all, so that
// clients do not do it together.

/// > Source: Netflix/concurrency-limits, VegasLimit and Log10RootIntFunction, the defaults included; after Brakmo and
///   Peterson, "TCP Vegas", IEEE JSAC 13(8), 1995.
struct Vegas: Sendable, Equatable {
  let maximum, probeFactor: Int
  let smoothing: Double
  private(set) var estimate: Double
  /// Nanoseconds; 0 before the first sample.
  private(set) var leastLatency: Int64 = 0
  private var samples = 0
  private var probeShare: Double

  init(initial: Int, maximum: Int, smoothing: Double, probeFactor: Int, bits: UInt64) {
    (self.maximum, self.probeFactor, self.smoothing) = (maximum, probeFactor, smoothing)
    estimate = Double(initial)
    probeShare = Self.share(bits)
  }

  /// - Parameters:
  ///   - latency: Of the call, in nanoseconds, positive.
  ///   - inFlight: Calls under way when it began, itself included.
  ///   - dropped: It was turned away or timed out.
  ///   - bits: Random ones, for when the next probe is due.
  mutating func callEnded(latency: Int64, inFlight: Int, dropped: Bool, bits: UInt64) {
    samples += 1
    if probeShare * Double(probeFactor) * estimate <= Double(samples) {
      probeShare = Self.share(bits)
      samples = 0
      leastLatency = latency
      return
    }
    if leastLatency == 0 || latency < leastLatency {
      leastLatency = latency
      return
    }
    let step = Self.log10(Int(estimate))
    let queued = Int((estimate * (1 - Double(leastLatency) / Double(latency))).rounded(.up))
    let target: Double
    if dropped {
      target = estimate - Double(step)
    } else if Double(inFlight) * 2 < estimate {
      return
    } else if queued <= step {
      target = estimate + Double(6 * step)
    } else if queued < 3 * step {
      target = estimate + Double(step)
    } else if queued > 6 * step {
      target = estimate - Double(step)
    } else {
      return
    }
    estimate = (1 - smoothing) * estimate + smoothing * max(1, min(Double(maximum), target))
  }

  private static func share(_ bits: UInt64) -> Double { 0.5 + bits.unitInterval / 2 }

  /// The whole part of the decimal logarithm, at least 1.
  static func log10(_ number: Int) -> Int {
    var (rest, result) = (number / 10, 0)
    while rest > 0 { (rest, result) = (rest / 10, result + 1) }
    return max(1, result)
  }
}
