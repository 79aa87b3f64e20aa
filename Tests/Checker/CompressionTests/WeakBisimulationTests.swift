import CheckerModels
import Testing
import TransitionSystems

@testable import Compression

@Suite struct WeakBisimulationTests {
  struct Kind: Sendable {
    var compression: Compression
    var naive: @Sendable (ExplicitSystem) -> NaiveBisimulation
  }
  static let kinds = [
    Kind(compression: .delay) { NaiveBisimulation.delay($0) }, Kind(compression: .weak) { NaiveBisimulation.weak($0) },
  ]

  /// As ever, by sets alone, and by sketches that leave much to sets.
  static let efforts: [SketchRounds.Effort] = [
    .init(), .init(rounds: 0, searched: 0), .init(rounds: 1, searched: 1), .init(rounds: 16, searched: 0),
    .init(rounds: 0),
  ]

  @Test(arguments: kinds) func `the result is the naive quotient of what can be reached`(_ kind: Kind) throws {
    for seed in 0..<2000 as Range<UInt64> {
      var random = RandomBits(seed)
      let effort = Self.efforts[Int(seed) % Self.efforts.count]
      try expectQuotient(kind, of: ExplicitSystem.odd(states: 10, labels: 2 + random.number(3), &random), effort)
    }
  }

  @Test(arguments: kinds) func `the result is the naive quotient for small systems, one by one`(_ kind: Kind) throws {
    for system in ExplicitSystem.smallest { try expectQuotient(kind, of: system) }
    for system in ExplicitSystem.small(labels: [0, 2], offset: Int(kind.compression.rawValue), stride: 13) {
      try expectQuotient(kind, of: system)
    }
  }

  @Test(arguments: kinds) func `sketches and sets agree, also where sketches are full`(_ kind: Kind) throws {
    for seed in 0..<60 as Range<UInt64> {
      var random = RandomBits(seed)
      // Many steps are τ, so that many states can become many others; copies are there to be related.
      let count = 100 + random.number(400)
      let system = ExplicitSystem.random(
        states: count, steps: 2 + random.number(2), tauPercent: 20 + random.number(40), tauSpan: count / 4,
        copies: 1 + random.number(3), &random)
      let results = try Self.efforts.map {
        try system.compressedByWeakBisimulation(delay: kind.compression == .delay, CompressionLimits(), $0)
      }
      for result in results { #expect(result == results[0], "seed \(seed)") }
    }
  }

  @Test(arguments: kinds) func `no step of the result can be left out`(_ kind: Kind) throws {
    for seed in 0..<400 as Range<UInt64> {
      var random = RandomBits(seed)
      let system = ExplicitSystem.odd(states: 7, labels: 3, &random)
      let effort = Self.efforts[Int(seed) % Self.efforts.count]
      let result = try compress(system, kind, effort).system
      for edge in result.edges.indices {
        let less = ExplicitSystem(
          successors: (0..<result.stateCount).map { state in
            let row = Int(result.starts[state])..<Int(result.starts[state + 1])
            return row.filter { $0 != edge }.map { result.edges[$0] }
          })
        #expect(!kind.naive(result.beside(less)).areRelated(0, result.stateCount), "seed \(seed), step \(edge)")
      }
    }
  }

  @Test(arguments: [Compression.delay, .weak])
  func `long chains of τ and of visible steps take no square of time`(_ compression: Compression) throws {
    let n: Int32 = 60_000
    for (label, count) in [(0, 2), (2, n + 1)] as [(Int32, Int32)] {
      // The chain's end can do an event of its own.
      let chain = (0..<n).map { [ExplicitSystem.Edge(label: label, target: $0 + 1)] }
      let system = ExplicitSystem(successors: chain + [[.init(label: 3, target: n)]])
      let result = try CompressionTests.compress(system, compression)
      #expect(result.system.stateCount == (label == 0 ? 1 : count))
    }
  }

  @Test(arguments: [Compression.delay, .weak])
  func `a state with many steps costs no square of time`(_ compression: Compression) throws {
    let n: Int32 = 30_000
    for label in [0, 2] as [Int32] {
      // To states of as many classes, each of which can become the next but one by τ.
      let hub = (1...n).map { ExplicitSystem.Edge(label: label, target: $0) }
      let leaves = (1...n).map { leaf -> [ExplicitSystem.Edge] in
        [.init(label: 2 + leaf, target: n + 1)] + (leaf % 2 == 0 && leaf < n ? [.init(label: 0, target: leaf + 1)] : [])
      }
      let system = ExplicitSystem(successors: [hub] + leaves + [[]])
      let result = try CompressionTests.compress(system, compression)
      #expect(result.system.stateCount == Int(n) + 2)
      // What the hub can become by way of another leaf it need not become at once.
      let spared = label == 0 || compression == .weak ? Int(n) / 2 - 1 : 0
      #expect(result.system.edges.count == system.edges.count - spared)
    }
  }

  @Test func `weak bisimulation relates what delay bisimulation does not`() throws {
    // a.(b + τ.c) + a.c is weakly a.(b + τ.c).
    let system = ExplicitSystem(
      successors: [
        [.init(label: 2, target: 1), .init(label: 2, target: 2)],
        [.init(label: 3, target: 3), .init(label: 0, target: 2)], [.init(label: 4, target: 3)], [],
      ])
    #expect(try CompressionTests.compress(system, .delay).system.edges.count == 5)
    #expect(try CompressionTests.compress(system, .weak).system.edges.count == 4)
  }

  @Test func `a state that diverges is told from one that does not`() throws {
    // τ to a loop of τ with a, or to a alone.
    let system = ExplicitSystem(
      successors: [
        [.init(label: 2, target: 1), .init(label: 2, target: 2)],
        [.init(label: 0, target: 1), .init(label: 3, target: 3)], [.init(label: 3, target: 3)], [],
      ])
    for kind in Self.kinds { #expect(try CompressionTests.compress(system, kind.compression).system == system) }
  }

  private func compress(
    _ system: ExplicitSystem, _ kind: Kind, _ effort: SketchRounds.Effort
  ) throws -> CompressedSystem {
    try #require(
      try system.compressedByWeakBisimulation(delay: kind.compression == .delay, CompressionLimits(), effort))
  }

  private func expectQuotient(
    _ kind: Kind, of system: ExplicitSystem, _ effort: SketchRounds.Effort = .init()
  ) throws {
    let result = try compress(system, kind, effort)
    let naive = kind.naive(system.beside(result.system)), reachable = system.reachableStates
    let count = result.system.stateCount, first = system.stateCount
    #expect(naive.areRelated(Int(system.initial), first), "\(system)")
    #expect(naive.classCount(among: reachable) == count, "\(system)")
    #expect(naive.classCount(among: first..<(first + count)) == count, "\(system)")
    for (state, representative) in result.representatives.enumerated() {
      #expect(naive.areRelated(Int(representative), first + state), "\(system)")
    }
  }
}
