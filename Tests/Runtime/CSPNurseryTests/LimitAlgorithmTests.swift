// The algorithms of adaptive limits against steps computed by hand, and against their formulas.
import CSP
import ChannelScenarios
import Testing

@testable import CSPNursery

@Suite("limit algorithms") struct LimitAlgorithmTests {
  static func close(_ left: Double, _ right: Double) -> Bool { abs(left - right) < 1e-9 * max(1, abs(right)) }

  struct Sample: Sendable {
    var latency: Int64 = 100
    var inFlight = 1000
    var dropped = false
    let estimate: Double
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let algorithm: AdaptiveLimit.Algorithm
    var bits: UInt64 = 0
    let samples: [Sample]
    var testDescription: String { name }
  }

  // MARK: Gradient2

  static let gradient: [Row] = [
    // 20 · 0.8 + (20 · 1 + 4) · 0.2, and so on.
    Row(
      name: "steady latency: 0.8 more each time", algorithm: .gradient2(),
      samples: [20.8, 21.6, 22.4, 23.2, 24].map { Sample(estimate: $0) }),
    Row(
      name: "less than half in use: no step", algorithm: .gradient2(),
      samples: [
        Sample(inFlight: 9, estimate: 20), Sample(inFlight: 10, estimate: 20.8), Sample(inFlight: 10, estimate: 20.8),
        Sample(inFlight: 11, estimate: 21.6),
      ]),
    // Averages 100, 250, 500; gradients 1, 1.5 · 250 / 400 = 0.9375, 1.5 · 500 / 1000 = 0.75.
    Row(
      name: "rising latency", algorithm: .gradient2(initial: 100, maximum: 200),
      samples: [
        Sample(estimate: 100.8), Sample(latency: 400, estimate: 100.8 * 0.8 + (100.8 * 0.9375 + 4) * 0.2),
        Sample(latency: 1000, estimate: 100.34 * 0.8 + (100.34 * 0.75 + 4) * 0.2),
      ]),
    // An average of 5050 and a sample of 10000: 1.5 · 0.505 is cut to nothing less than a half only below 1/3.
    Row(
      name: "the gradient is at least a half", algorithm: .gradient2(initial: 100, tolerance: 1, smoothing: 1),
      samples: [
        Sample(latency: 1, estimate: 104), Sample(latency: 1, estimate: 108), Sample(latency: 1, estimate: 112),
        Sample(latency: 9997, estimate: 60),  // average 2500: 0.25 becomes 0.5, and 112 · 0.5 + 4
      ]),
    Row(
      name: "not below the minimum", algorithm: .gradient2(initial: 21, queue: 0, tolerance: 1, smoothing: 1),
      samples: [Sample(latency: 1, estimate: 21), Sample(latency: 999, estimate: 20)]),
    Row(
      name: "not above the maximum", algorithm: .gradient2(initial: 199, maximum: 200, smoothing: 1),
      samples: [Sample(estimate: 200), Sample(estimate: 200)]),
    Row(
      name: "a drop is a sample like any other", algorithm: .gradient2(),
      samples: [Sample(dropped: true, estimate: 20.8), Sample(dropped: true, estimate: 21.6)]),
  ]

  // MARK: Vegas

  static let vegas: [Row] = [
    Row(
      name: "the first sample is the least latency", algorithm: .vegas(),
      samples: [Sample(estimate: 20), Sample(estimate: 26), Sample(inFlight: 12, estimate: 26)]),
    // With s = 1: queues of ⌈26 · 5/105⌉ = 2, ⌈27 · 10/110⌉ = 3, ⌈27 · 25/125⌉ = 6, ⌈27 · 40/140⌉ = 8.
    Row(
      name: "few in the queue, some, many", algorithm: .vegas(),
      samples: [
        Sample(estimate: 20), Sample(estimate: 26), Sample(latency: 105, estimate: 27),
        Sample(latency: 110, estimate: 27),
        Sample(latency: 125, estimate: 27), Sample(latency: 140, estimate: 26), Sample(dropped: true, estimate: 25),
        Sample(latency: 90, estimate: 25),
      ]),
    Row(
      name: "a drop counts also when little is in use", algorithm: .vegas(),
      samples: [Sample(estimate: 20), Sample(inFlight: 1, dropped: true, estimate: 19)]),
    // s = 2: 6s more; then ⌈112 · 5/105⌉ = 6 is not below 3s; ⌈112 · 4/104⌉ = 5 is.
    Row(
      name: "steps go with the logarithm", algorithm: .vegas(initial: 100),
      samples: [
        Sample(estimate: 100), Sample(estimate: 112), Sample(latency: 105, estimate: 112),
        Sample(latency: 104, estimate: 114), Sample(latency: 200, estimate: 112),
      ]),
    Row(
      name: "smoothing takes a part of the step", algorithm: .vegas(smoothing: 0.5),
      samples: [Sample(estimate: 20), Sample(estimate: 23), Sample(dropped: true, estimate: 22.5)]),
    Row(
      name: "from one to the maximum", algorithm: .vegas(initial: 1, maximum: 8),
      samples: [
        Sample(estimate: 1), Sample(dropped: true, estimate: 1), Sample(estimate: 7), Sample(estimate: 8),
        Sample(estimate: 8),
      ]),
    // With bits of 0 the share is a half: 0.5 · 1 · 10 = 5 samples. The fifth is the least latency then, slow as it is,
    // so that the sixth finds no queue: ⌈10 · 0⌉.
    Row(
      name: "the least latency is measured anew", algorithm: .vegas(initial: 10, probeFactor: 1), bits: 0,
      samples: [
        Sample(estimate: 10), Sample(latency: 150, estimate: 10), Sample(latency: 150, estimate: 10),
        Sample(latency: 150, estimate: 10), Sample(latency: 150, estimate: 10), Sample(latency: 150, estimate: 16),
      ]),
    // With all bits set it is all but one: on the tenth.
    Row(
      name: "and later with other bits", algorithm: .vegas(initial: 10, probeFactor: 1), bits: .max,
      samples: [Sample(estimate: 10)] + Array(repeating: Sample(latency: 150, estimate: 10), count: 9)
        + [Sample(latency: 150, estimate: 16)]),
  ]

  // MARK: AIMD

  static let aimd: [Row] = [
    Row(
      name: "one more while half is in use", algorithm: .aimd(),
      samples: [
        Sample(inFlight: 10, estimate: 21), Sample(inFlight: 10, estimate: 21), Sample(inFlight: 11, estimate: 22),
      ]),
    Row(
      name: "a tenth less on a drop", algorithm: .aimd(initial: 100),
      samples: [
        Sample(dropped: true, estimate: 90), Sample(dropped: true, estimate: 81), Sample(dropped: true, estimate: 72),
      ]),
    Row(
      name: "too long is a drop", algorithm: .aimd(initial: 100),
      samples: [Sample(latency: 5 * second, estimate: 101), Sample(latency: 5 * second + 1, estimate: 90)]),
    Row(
      name: "between minimum and maximum", algorithm: .aimd(initial: 20, minimum: 19, maximum: 21, backoff: 0.5),
      samples: [Sample(estimate: 21), Sample(estimate: 21), Sample(dropped: true, estimate: 19)]),
  ]

  @Test(arguments: gradient + vegas + aimd)
  func `steps are those computed by hand`(_ row: Row) {
    var running = RunningAlgorithm(row.algorithm, bits: row.bits)
    for (i, sample) in row.samples.enumerated() {
      running.callEnded(
        latency: sample.latency, inFlight: sample.inFlight, dropped: sample.dropped, bits: row.bits)
      let estimate =
        switch running {
        case .gradient2(let state): state.estimate
        case .vegas(let state): state.estimate
        case .aimd(let state): Double(state.limit)
        }
      #expect(Self.close(estimate, sample.estimate), "sample \(i): \(estimate)")
      #expect(running.limit == Int(estimate))
    }
  }

  @Test func `the defaults are Netflix's`() {
    let limits = [AdaptiveLimit.Algorithm.gradient2(), .vegas(), .aimd()].map { RunningAlgorithm($0, bits: 0).limit }
    #expect(limits == [20, 20, 20])
    guard case .gradient2(let state) = AdaptiveLimit.Algorithm.gradient2().kind else { return }
    #expect((state.minimum, state.maximum, state.queue) == (20, 200, 4))
    #expect((state.tolerance, state.smoothing) == (1.5, 0.2))
    #expect(state.usual == SlowAverage(window: 600))
    #expect(
      AdaptiveLimit.Algorithm.vegas().kind == .vegas(initial: 20, maximum: 1000, smoothing: 1, probeFactor: 30))
    #expect(
      AdaptiveLimit.Algorithm.aimd().kind
        == .aimd(AdditiveIncrease(initial: 20, minimum: 20, maximum: 200, backoff: 0.9, timeout: 5 * second)))
  }

  @Test(arguments: [(1, 1), (9, 1), (10, 1), (99, 1), (100, 2), (999, 2), (1000, 3), (9999, 3), (10_000, 4)])
  func `the logarithm is the number of digits after the first, and at least one`(_ number: Int, _ logarithm: Int) {
    #expect(Vegas.log10(number) == logarithm)
  }

  /// Ten samples of 1000; then, with a weight of 1/300, (1000 · 299 + 100) / 300 = 997, worn down to 947.15; then
  /// (947.15 · 299 + 100) / 300.
  @Test func `a usual latency from a bad time is worn down`() {
    var state = Gradient2(
      initial: 20, minimum: 20, maximum: 200, queue: 4, tolerance: 1.5, smoothing: 0.2, longWindow: 599)
    for _ in 0..<10 { state.callEnded(latency: 1000, inFlight: 0) }
    #expect(Self.close(state.usual.value, 1000))
    state.callEnded(latency: 100, inFlight: 0)
    #expect(Self.close(state.usual.value, 947.15))
    state.callEnded(latency: 100, inFlight: 0)
    #expect(Self.close(state.usual.value, (947.15 * 299 + 100) / 300 * 0.95))
  }

  /// The n-th value is the mean of the first ten, and of every later one its share: Σ w (1−w)ⁿ⁻ⁱ xᵢ.
  @Test func `the usual latency is an exponential average`() {
    let seed: UInt64 = 0xA7E4A6E
    var bits = SplitMix(seed)
    for window in [1, 2, 10, 600] {
      var average = SlowAverage(window: window)
      var samples: [Double] = []
      let weight = 2 / (Double(window) + 1)
      for _ in 0..<60 {
        samples.append(Double.random(in: 1...1e6, using: &bits))
        average.add(samples.last!)
        let warm = samples.prefix(10).reduce(0, +) / Double(min(10, samples.count))
        var expected = 0.0
        var share = 1.0
        for sample in samples.dropFirst(10).reversed() {
          expected += sample * weight * share
          share *= 1 - weight
        }
        #expect(Self.close(average.value, expected + warm * share), "seed \(seed)")
      }
    }
  }

  @Test func `limits stay between their bounds, whatever the samples`() {
    let seed: UInt64 = 0x11A17
    var bits = SplitMix(seed)
    let algorithms: [(AdaptiveLimit.Algorithm, ClosedRange<Int>)] = [
      (.gradient2(initial: 5, minimum: 2, maximum: 30), 2...30), (.vegas(initial: 5, maximum: 30), 1...30),
      (.aimd(initial: 5, minimum: 2, maximum: 30), 2...30),
    ]
    for (algorithm, bounds) in algorithms {
      var running = RunningAlgorithm(algorithm, bits: bits.next())
      for _ in 0..<5000 {
        running.callEnded(
          latency: Int64.random(in: 1...(1 << Int64.random(in: 0...62, using: &bits)), using: &bits),
          inFlight: Int.random(in: 0...60, using: &bits), dropped: Int.random(in: 0..<8, using: &bits) == 0,
          bits: bits.next())
        guard bounds.contains(running.limit) else {
          Issue.record("seed \(seed): \(running.limit)")
          return
        }
      }
    }
  }
}
