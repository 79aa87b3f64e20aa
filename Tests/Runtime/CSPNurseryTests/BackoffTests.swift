// Waits between attempts against sequences computed by hand.
import CSP
import ChannelScenarios
import Testing

@testable import CSPNursery

@Suite("backoff") struct BackoffTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let backoff: Backoff
    /// Random bits for each wait.
    let bits: UInt64
    /// Microseconds.
    let waits: [Int64]
    var testDescription: String { name }
  }

  static let base = Duration.milliseconds(100)
  static let cap = Duration.seconds(1)

  static let rows: [Row] = [
    Row(name: "constant", backoff: .constant(base), bits: half, waits: [100_000, 100_000, 100_000]),
    Row(name: "at once", backoff: .constant(.zero, jitter: .full), bits: .max, waits: [0, 0]),
    Row(name: "constant, full", backoff: .constant(base, jitter: .full), bits: half, waits: [50_000, 50_000]),
    Row(name: "constant, decorrelated", backoff: .constant(base, jitter: .decorrelated), bits: half, waits: [100_000]),
    Row(
      name: "doubling", backoff: .exponential(from: base, cap: cap, jitter: .none), bits: half,
      waits: [100_000, 200_000, 400_000, 800_000, 1_000_000, 1_000_000]),
    Row(
      name: "by a half more",
      backoff: .exponential(from: .milliseconds(10), factor: 1.5, cap: .milliseconds(30), jitter: .none), bits: half,
      waits: [10_000, 15_000, 22_500, 30_000, 30_000]),
    Row(
      name: "full, least", backoff: .exponential(from: base, cap: cap, jitter: .full), bits: 0, waits: [0, 0, 0]),
    Row(
      name: "full, middle", backoff: .exponential(from: base, cap: cap, jitter: .full), bits: half,
      waits: [50_000, 100_000, 200_000, 400_000, 500_000, 500_000]),
    Row(
      name: "full, most", backoff: .exponential(from: base, cap: cap, jitter: .full), bits: .max,
      waits: [100_000, 200_000, 400_000, 800_000, 1_000_000]),
    Row(
      name: "equal, least", backoff: .exponential(from: base, cap: cap, jitter: .equal), bits: 0,
      waits: [50_000, 100_000, 200_000, 400_000, 500_000]),
    Row(
      name: "equal, middle", backoff: .exponential(from: base, cap: cap, jitter: .equal), bits: half,
      waits: [75_000, 150_000, 300_000, 600_000, 750_000]),
    Row(
      name: "equal, most", backoff: .exponential(from: base, cap: cap, jitter: .equal), bits: .max,
      waits: [100_000, 200_000, 400_000, 800_000, 1_000_000]),
    Row(
      name: "decorrelated, least", backoff: .exponential(from: base, cap: cap, jitter: .decorrelated), bits: 0,
      waits: [100_000, 100_000, 100_000]),
    // 100 + 200/2; 100 + 500/2; 100 + 950/2; 100 + 1625/2; then 1418.75 and 1550, which the cap cuts.
    Row(
      name: "decorrelated, middle", backoff: .exponential(from: base, cap: cap, jitter: .decorrelated), bits: half,
      waits: [200_000, 350_000, 575_000, 912_500, 1_000_000, 1_000_000]),
    Row(
      name: "decorrelated, most", backoff: .exponential(from: base, cap: cap, jitter: .decorrelated), bits: .max,
      waits: [300_000, 900_000, 1_000_000, 1_000_000]),
  ]

  @Test(arguments: rows)
  func `waits are those computed by hand`(_ row: Row) {
    var sequence = DelaySequence(row.backoff)
    #expect(row.waits.map { _ in sequence.next(row.bits) } == row.waits.map { $0 * 1000 })
  }

  /// ⌊1000 · bits / 2^64⌋ for the first numbers of SplitMix64 from the seed 1234567, as its authors list them.
  @Test func `a seed gives the same waits each time`() {
    let backoff = Backoff.constant(.nanoseconds(999), jitter: .full, seed: 1_234_567)
    let expected = [350, 173, 532, 249, 889].map { Duration.nanoseconds($0) }
    #expect(Array(backoff.makeDelays().prefix(5)) == expected)
    #expect(Array(backoff.makeDelays().prefix(5)) == expected)
  }

  @Test func `without a seed, calls differ`() {
    let backoff = Backoff.constant(.seconds(1000), jitter: .full)
    #expect(Array(backoff.makeDelays().prefix(4)) != Array(backoff.makeDelays().prefix(4)))
  }

  @Test func `the longest times do not overflow`() {
    let long = Duration.seconds(Int64.max / 1_000_000_000)
    for jitter in Backoff.Jitter.allCases {
      var sequence = DelaySequence(.exponential(from: .nanoseconds(1), factor: 1e9, cap: long, jitter: jitter))
      for _ in 0..<50 { #expect((0...long.inNanoseconds).contains(sequence.next(.max))) }
    }
  }

  @Test func `random waits stay within what the formula allows`() {
    let seed: UInt64 = 0xB0FF
    var bits = SplitMix(seed)
    for _ in 0..<2000 {
      let base = Int64.random(in: 1...1000, using: &bits)
      let cap = base + Int64.random(in: 0...10_000, using: &bits)
      let factor = Double(Int.random(in: 1...3, using: &bits))
      for jitter in Backoff.Jitter.allCases {
        var sequence = DelaySequence(
          .exponential(from: .nanoseconds(base), factor: factor, cap: .nanoseconds(cap), jitter: jitter))
        var before = base
        var ceiling = base
        for _ in 0..<12 {
          let wait = sequence.next(bits.next())
          let allowed =
            switch jitter {
            case .none: ceiling...ceiling
            case .full: 0...ceiling
            case .equal: ceiling / 2...ceiling
            case .decorrelated: min(base, cap)...min(cap, 3 * before)
            }
          #expect(allowed.contains(wait), "seed \(seed): \(jitter) from \(base) to \(cap) by \(factor)")
          before = wait
          ceiling = min(cap, ceiling * Int64(factor))
        }
      }
    }
  }

  @Test func `bits are scaled evenly`() {
    #expect([0, half, .max].map { (bits: UInt64) in bits.scaled(through: 0) } == [0, 0, 0])
    #expect([0, half - 1, half, .max].map { (bits: UInt64) in bits.scaled(through: 1) } == [0, 0, 1, 1])
    #expect(UInt64.max.scaled(through: .max) == .max)
    #expect([0, half, UInt64.max].map(\.unitInterval) == [0, 0.5, 1 - 0x1p-53])
  }
}
