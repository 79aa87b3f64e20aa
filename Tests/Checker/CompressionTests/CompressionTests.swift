import CheckerModels
import Compression
import Testing
import TransitionSystems

/// What every compression promises, on random systems with τ-cycles, ✓ anywhere and terminated states.
@Suite struct CompressionTests {
  static let seeds = 0..<800 as Range<UInt64>

  @Test(arguments: Compression.allCases)
  func `traces, failures and divergences stay as they are`(_ compression: Compression) throws {
    for seed in Self.seeds {
      try expectSameBehaviour(Self.system(seed), compression)
    }
  }

  @Test(arguments: Compression.allCases)
  func `traces, failures and divergences of small systems stay, one by one`(_ compression: Compression) throws {
    for system in ExplicitSystem.smallest { try expectSameBehaviour(system, compression) }
    for labels in [[0, 2], [0, 1]] as [[Int32]] {
      for system in ExplicitSystem.small(labels: labels, offset: Int(compression.rawValue), stride: 61) {
        try expectSameBehaviour(system, compression)
      }
    }
  }

  @Test(arguments: Compression.allCases)
  func `a result is reachable, starts at 0, and stands for reachable states`(_ compression: Compression) throws {
    for seed in Self.seeds {
      let system = Self.system(seed)
      let result = try Self.compress(system, compression), reachable = system.reachableStates
      #expect(result.system.initial == 0, "seed \(seed)")
      #expect(result.system.reachableStates.count == result.system.stateCount, "seed \(seed)")
      #expect(result.representatives.count == result.system.stateCount, "seed \(seed)")
      #expect(result.representatives.allSatisfy { reachable.contains(Int($0)) }, "seed \(seed)")
      for state in 0..<result.system.stateCount {
        #expect(zip(result.system[state], result.system[state].dropFirst()).allSatisfy { $0 < $1 }, "seed \(seed)")
      }
    }
  }

  @Test(arguments: Compression.allCases)
  func `compressing again changes nothing`(_ compression: Compression) throws {
    for seed in Self.seeds {
      let once = try Self.compress(Self.system(seed), compression).system
      #expect(try Self.compress(once, compression).system == once, "seed \(seed)")
    }
  }

  @Test(arguments: [Compression.strong, .delay, .weak, .tauLoops])
  func `these compressions never make a system larger`(_ compression: Compression) throws {
    for seed in Self.seeds {
      let system = Self.system(seed)
      let result = try Self.compress(system, compression).system
      #expect(result.stateCount <= system.stateCount && result.edges.count <= system.edges.count, "seed \(seed)")
    }
  }

  @Test func `a state that terminates is told from one that is stuck`() throws {
    // ✓ to a state with the loop −1, and a to one without.
    let system = ExplicitSystem(
      successors: [[.init(label: 1, target: 1), .init(label: 2, target: 2)], [.init(label: -1, target: 1)], []])
    for compression in Compression.allCases {
      #expect(try Self.compress(system, compression).system == system, "\(compression)")
    }
  }

  private func expectSameBehaviour(_ system: ExplicitSystem, _ compression: Compression) throws {
    let result = try Self.compress(system, compression).system
    let difference = Behaviour.difference(Behaviour(system), Behaviour(result))
    #expect(difference == nil, "\(system)")
  }

  static func system(_ seed: UInt64) -> ExplicitSystem {
    var random = RandomBits(seed)
    return ExplicitSystem.odd(states: 9, labels: 4, &random)
  }

  static func compress(_ system: ExplicitSystem, _ compression: Compression) throws -> CompressedSystem {
    try #require(try system.compressed(by: compression, limits: CompressionLimits()))
  }
}
