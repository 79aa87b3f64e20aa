// Gradient2: the limit follows the ratio of the usual latency to the latest one.
//
// A sample's latency is compared with a slowly moving average. As long as it stays within `tolerance` of that, the
// limit grows by `queue` a step; where it does not, calls queue up somewhere, and the limit shrinks in proportion, at
// most to half a step; both smoothed. Written from the formulas of the source, with its order of events:
// - the average takes the sample in first, and is then compared as it is;
// - an average above twice the sample is a leftover of a bad time and is worn down by 5 %, from the next sample on;
// - no step is taken while less than half of the limit is in use: an idle client would grow without bound.
// A dropped call is a sample like any other: its latency speaks for it.

/// > Source: Netflix/concurrency-limits, Gradient2Limit and ExpAvgMeasurement; the defaults are theirs.
struct Gradient2: Sendable, Equatable {
  let minimum, maximum, queue: Int
  let tolerance, smoothing: Double
  private(set) var estimate: Double
  private(set) var usual: SlowAverage

  init(
    initial: Int, minimum: Int, maximum: Int, queue: Int, tolerance: Double, smoothing: Double, longWindow: Int
  ) {
    (self.minimum, self.maximum, self.queue) = (minimum, maximum, queue)
    (self.tolerance, self.smoothing) = (tolerance, smoothing)
    estimate = Double(initial)
    usual = SlowAverage(window: longWindow)
  }

  /// - Parameters:
  ///   - latency: Of the call, in nanoseconds, positive.
  ///   - inFlight: Calls under way when it began, itself included.
  mutating func callEnded(latency: Int64, inFlight: Int) {
    let latest = Double(latency)
    usual.add(latest)
    let average = usual.value
    if average / latest > 2 { usual.wearDown(to: 0.95) }
    if Double(inFlight) < estimate / 2 { return }
    let gradient = max(0.5, min(1, tolerance * average / latest))
    let target = estimate * gradient + Double(queue)
    estimate = max(Double(minimum), min(Double(maximum), estimate * (1 - smoothing) + target * smoothing))
  }
}

/// An exponential average whose first ten samples are averaged plainly, so that it does not begin at nothing.
struct SlowAverage: Sendable, Equatable {
  static let warmUp = 10
  private(set) var value = 0.0
  private var sum = 0.0
  private var count = 0
  /// Of the newest sample: 2 / (n + 1) for a window of n.
  private let weight: Double

  init(window: Int) { weight = 2 / (Double(window) + 1) }

  mutating func add(_ sample: Double) {
    if count < Self.warmUp {
      count += 1
      sum += sample
      value = sum / Double(count)
    } else {
      value = value * (1 - weight) + sample * weight
    }
  }

  /// Until it is warm, the next sample forgets this.
  mutating func wearDown(to part: Double) { value *= part }
}
