import CheckerModels
import Compression
import Testing
import TransitionSystems

@Suite struct NormalFormTests {
  @Test func `systems have the same normal form exactly if they behave alike`() throws {
    var systems: [(behaviour: Behaviour, normal: ExplicitSystem)] = []
    for seed in 0..<150 as Range<UInt64> {
      var random = RandomBits(seed)
      let system = ExplicitSystem.odd(states: 4, labels: 3, &random)
      systems.append((Behaviour(system), try CompressionTests.compress(system, .normal).system))
    }
    var alike = 0
    for a in systems {
      for b in systems {
        let difference = Behaviour.difference(a.behaviour, b.behaviour)
        #expect((difference == nil) == (a.normal == b.normal))
        if difference == nil { alike += 1 }
      }
    }
    #expect(alike > 300)
  }

  @Test func `a choice by τ stays where it can be observed`() throws {
    // a → STOP ⊓ b → STOP, and the same with both offered too.
    let choice = ExplicitSystem(
      successors: [[0, 0], [2], [3], []].enumerated().map { state, labels in
        labels.enumerated().map { .init(label: $1, target: state == 0 ? Int32(1 + $0) : 3) }
      })
    #expect(try CompressionTests.compress(choice, .normal).system == choice)
    #expect(try CompressionTests.compress(choice, .diamond).system == choice)
    // τ.a + τ.a is a.
    let same = ExplicitSystem(
      successors: [
        [.init(label: 0, target: 1), .init(label: 0, target: 2)], [.init(label: 2, target: 3)],
        [.init(label: 2, target: 3)], [],
      ])
    let one = ExplicitSystem(successors: [[.init(label: 2, target: 1)], []])
    #expect(try CompressionTests.compress(same, .normal).system == one)
    #expect(try CompressionTests.compress(same, .diamond).system == one)
  }

  @Test(arguments: [Compression.diamond, .normal])
  func `a limit ends what would grow`(_ compression: Compression) throws {
    // Whether 2 was done twenty events ago must be known: 2^20 sets of states.
    let system = ExplicitSystem(
      successors: (0...20).map { state in
        if state == 20 { return [.init(label: 0, target: 0)] }
        let ahead = [2, 3].map { ExplicitSystem.Edge(label: $0, target: Int32(state + 1)) }
        return state > 0 ? ahead : [ahead[0], .init(label: 2, target: 0), .init(label: 3, target: 0)]
      })
    var limits = CompressionLimits()
    limits.states = compression == .normal ? 10_000 : 5
    #expect(try system.compressed(by: compression, limits: limits) == nil)
    limits = CompressionLimits()
    limits.transitions = 10
    #expect(try system.compressed(by: compression, limits: limits) == nil)
  }
}
