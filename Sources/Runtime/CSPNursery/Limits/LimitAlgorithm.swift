// The algorithms of an adaptive limit, as values that say which one and with which numbers.

extension AdaptiveLimit {
  /// How a limit moves: with the latencies of calls, or with their losses. The defaults are Netflix's.
  public struct Algorithm: Sendable {
    enum Kind: Sendable, Equatable {
      case gradient2(Gradient2)
      case vegas(initial: Int, maximum: Int, smoothing: Double, probeFactor: Int)
      case aimd(AdditiveIncrease)
    }

    let kind: Kind

    /// Follows the ratio of the usual latency to that of the last call: for servers, and calls of differing sizes.
    ///
    /// With each sample: gradient = tolerance · usual / last, cut to 0.5 … 1; target = limit · gradient + queue; limit
    /// = limit · (1 − smoothing) + target · smoothing. The usual latency is an exponential average over about
    /// `longWindow` samples. The limit does not move while less than half of it is in use.
    ///
    /// - Parameters:
    ///   - initial: The limit before the first sample, from `minimum` to `maximum`.
    ///   - minimum: At least 1.
    ///   - maximum: At least `minimum`.
    ///   - queue: Calls that may queue, by which the limit grows: not negative.
    ///   - tolerance: How many times the usual latency is still taken for usual: at least 1.
    ///   - smoothing: The weight of a sample: above 0, at most 1.
    ///   - longWindow: Samples: at least 1.
    ///
    /// > Source: Netflix/concurrency-limits, Gradient2Limit.
    public static func gradient2(
      initial: Int = 20, minimum: Int = 20, maximum: Int = 200, queue: Int = 4, tolerance: Double = 1.5,
      smoothing: Double = 0.2, longWindow: Int = 600
    ) -> Algorithm {
      check(initial, minimum, maximum)
      check(smoothing: smoothing)
      precondition(queue >= 0, "the queue that Gradient2 allows for is not negative, as \(queue) is")
      precondition(tolerance >= 1, "Gradient2's tolerance is at least 1, not \(tolerance)")
      precondition(longWindow >= 1, "Gradient2's long window is at least 1 sample, not \(longWindow)")
      return Algorithm(
        kind: .gradient2(
          Gradient2(
            initial: initial, minimum: minimum, maximum: maximum, queue: queue, tolerance: tolerance,
            smoothing: smoothing, longWindow: longWindow)))
    }

    /// Follows the queue that latencies tell of: for clients of one service whose calls are alike.
    ///
    /// With each sample: queue = ⌈limit · (1 − least / last)⌉. With s = ⌊log10 limit⌋, at least 1: the limit grows by
    /// 6s if the queue is at most s, by s if it is below 3s, shrinks by s if it is above 6s or if the call was dropped.
    /// It does not grow while less than half of it is in use.
    ///
    /// - Parameters:
    ///   - initial: The limit before the first sample, from 1 to `maximum`.
    ///   - maximum: At least 1.
    ///   - smoothing: The weight of a step: above 0, at most 1.
    ///   - probeFactor: The least latency is measured anew after this times the limit of samples, or after half as
    ///     many: at least 1.
    ///
    /// > Source: Netflix/concurrency-limits, VegasLimit.
    public static func vegas(
      initial: Int = 20, maximum: Int = 1000, smoothing: Double = 1, probeFactor: Int = 30
    ) -> Algorithm {
      check(initial, 1, maximum)
      check(smoothing: smoothing)
      precondition(probeFactor >= 1, "Vegas probes after at least 1 times the limit of samples, not \(probeFactor)")
      return Algorithm(
        kind: .vegas(initial: initial, maximum: maximum, smoothing: smoothing, probeFactor: probeFactor))
    }

    /// Grows by one for a call that went well while at least half of the limit is in use; is multiplied by `backoff`
    /// for one that was dropped or took longer than `timeout`: for clients of a service that says when it is
    /// overloaded.
    ///
    /// - Parameters:
    ///   - initial: The limit before the first sample, from `minimum` to `maximum`.
    ///   - minimum: At least 1.
    ///   - maximum: At least `minimum`.
    ///   - backoff: At least 0.5, below 1.
    ///   - timeout: Positive.
    ///
    /// > Source: Netflix/concurrency-limits, AIMDLimit.
    public static func aimd(
      initial: Int = 20, minimum: Int = 20, maximum: Int = 200, backoff: Double = 0.9, timeout: Duration = .seconds(5)
    ) -> Algorithm {
      check(initial, minimum, maximum)
      precondition(backoff >= 0.5 && backoff < 1, "a limit is cut to at least a half and less than all, not \(backoff)")
      precondition(timeout > .zero, "the timeout of a limit is positive, not \(timeout)")
      return Algorithm(
        kind: .aimd(
          AdditiveIncrease(
            initial: initial, minimum: minimum, maximum: maximum, backoff: backoff, timeout: timeout.inNanoseconds)))
    }

    private static func check(_ initial: Int, _ minimum: Int, _ maximum: Int) {
      precondition(minimum >= 1, "a limit's minimum is at least 1, not \(minimum)")
      precondition(
        minimum <= initial && initial <= maximum,
        "a limit begins between its minimum and its maximum, \(minimum) and \(maximum), not at \(initial)")
    }

    private static func check(smoothing: Double) {
      precondition(smoothing > 0 && smoothing <= 1, "smoothing is above 0 and at most 1, not \(smoothing)")
    }
  }
}

/// An algorithm that runs.
enum RunningAlgorithm: Sendable {
  case gradient2(Gradient2)
  case vegas(Vegas)
  case aimd(AdditiveIncrease)

  init(_ algorithm: AdaptiveLimit.Algorithm, bits: UInt64) {
    switch algorithm.kind {
    case .gradient2(let state): self = .gradient2(state)
    case .aimd(let state): self = .aimd(state)
    case .vegas(let initial, let maximum, let smoothing, let probeFactor):
      self = .vegas(
        Vegas(initial: initial, maximum: maximum, smoothing: smoothing, probeFactor: probeFactor, bits: bits))
    }
  }

  /// Calls that may be under way.
  var limit: Int {
    switch self {
    case .gradient2(let state): Int(state.estimate)
    case .vegas(let state): Int(state.estimate)
    case .aimd(let state): state.limit
    }
  }

  /// Parameters as of ``Vegas/callEnded(latency:inFlight:dropped:bits:)``.
  mutating func callEnded(latency: Int64, inFlight: Int, dropped: Bool, bits: UInt64) {
    switch self {
    case .gradient2(var state):
      state.callEnded(latency: latency, inFlight: inFlight)
      self = .gradient2(state)
    case .vegas(var state):
      state.callEnded(latency: latency, inFlight: inFlight, dropped: dropped, bits: bits)
      self = .vegas(state)
    case .aimd(var state):
      state.callEnded(latency: latency, inFlight: inFlight, dropped: dropped)
      self = .aimd(state)
    }
  }
}
