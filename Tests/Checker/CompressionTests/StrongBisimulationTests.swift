import CheckerModels
import Testing
import TransitionSystems

@testable import Compression

@Suite struct StrongBisimulationTests {
  /// By signatures alone, by splitters alone, and by both.
  static let rounds = [1000, 0, 1]

  @Test(arguments: rounds) func `the result is the naive quotient of what can be reached`(_ rounds: Int) throws {
    for seed in 0..<4000 as Range<UInt64> {
      var random = RandomBits(seed)
      let system = ExplicitSystem.odd(states: 9, labels: 4, &random)
      let result = try system.compressedByStrongBisimulation(CompressionLimits(), rounds: rounds)
      expectStrongQuotient(result, of: system, "seed \(seed)")
      let again = try result.system.compressedByStrongBisimulation(CompressionLimits(), rounds: rounds)
      #expect(again.system == result.system, "seed \(seed)")
    }
  }

  @Test(arguments: rounds) func `the result is the naive quotient for small systems, one by one`(_ rounds: Int) throws {
    // Each way takes others.
    let offset = Self.rounds.firstIndex(of: rounds)!
    for system in ExplicitSystem.small(labels: [2, 3], offset: offset, stride: 13) {
      let result = try system.compressedByStrongBisimulation(CompressionLimits(), rounds: rounds)
      expectStrongQuotient(result, of: system, "\(system)")
    }
  }

  @Test func `rounds and splitters agree on large systems`() throws {
    for seed in 0..<40 as Range<UInt64> {
      var random = RandomBits(seed)
      let system = ExplicitSystem.odd(states: 3000, labels: 3 + random.number(9), &random)
      let results = try Self.rounds.map {
        try system.compressedByStrongBisimulation(CompressionLimits(), rounds: $0).system
      }
      #expect(results[1] == results[0], "seed \(seed)")
      #expect(results[2] == results[0], "seed \(seed)")
    }
  }

  @Test func `a long chain of equal steps keeps all its states`() throws {
    let n = 100_000
    let chain = ExplicitSystem(
      successors: (0..<n).map { $0 + 1 < n ? [.init(label: 2, target: Int32($0 + 1))] : [] })
    let result = try #require(try chain.compressed(by: .strong, limits: CompressionLimits()))
    #expect(result.system == chain)
    let ring = ExplicitSystem(successors: (0..<n).map { [.init(label: 2, target: Int32(($0 + 1) % n))] })
    let point = try #require(try ring.compressed(by: .strong, limits: CompressionLimits()))
    #expect(point.system == ExplicitSystem(successors: [[.init(label: 2, target: 0)]]))
  }

  @Test func `a state with many steps to states that split one by one costs no square`() throws {
    // The hub steps to every state of a chain.
    let n: Int32 = 60_000
    let hub = (1...n).map { ExplicitSystem.Edge(label: 2, target: $0) }
    let chain = (1...n).map { $0 < n ? [ExplicitSystem.Edge(label: 3, target: $0 + 1)] : [] }
    let system = ExplicitSystem(successors: [hub] + chain)
    let result = try #require(try system.compressed(by: .strong, limits: CompressionLimits()))
    #expect(result.system == system)
  }

  @Test func `the checkpoint ends a compression`() {
    struct Stop: Error {}
    var limits = CompressionLimits()
    limits.checkpoint = { throw Stop() }
    #expect(throws: Stop.self) { try ExplicitSystem(successors: [[]]).compressed(by: .strong, limits: limits) }
  }

  /// Every state of the result stands for its representative; nothing else is bisimilar; every class is there.
  private func expectStrongQuotient(
    _ result: CompressedSystem, of system: ExplicitSystem, _ comment: @autoclosure () -> Comment
  ) {
    let naive = NaiveBisimulation.strong(system.beside(result.system)), reachable = system.reachableStates
    let count = result.system.stateCount, first = system.stateCount
    var isQuotient = result.representatives.count == count && result.system.initial == 0
    isQuotient = isQuotient && naive.areRelated(Int(system.initial), first)
    for (state, representative) in result.representatives.enumerated() {
      isQuotient = isQuotient && reachable.contains(Int(representative))
      isQuotient = isQuotient && naive.areRelated(Int(representative), first + state)
    }
    isQuotient = isQuotient && naive.classCount(among: reachable) == count
    isQuotient = isQuotient && naive.classCount(among: first..<(first + count)) == count
    #expect(isQuotient, comment())
  }
}
