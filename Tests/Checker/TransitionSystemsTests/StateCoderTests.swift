import CheckerModels
import Testing
import TransitionSystems

/// Codes of states: what goes in comes out, in the same order, whatever lies above.
@Suite struct StateCoderTests {
  @Test(arguments: 0..<300 as Range<UInt64>) func `the reachable states of random networks keep their order`(
    _ seed: UInt64
  ) {
    var random = SplitMix(seed)
    let network = randomNetwork(&random), states = NaiveNetwork(network).reachable(limit: 300)
    check(PackedMachine<UInt64>(network)!.stateCoder(leastGain: 1), PackedMachine<UInt64>(network)!.layout, states)
    check(PackedMachine<UInt128>(network)!.stateCoder(leastGain: 1), PackedMachine<UInt128>(network)!.layout, states)
  }

  private func check<Word: PackedWord>(_ coder: StateCoder<Word>, _ layout: PackedLayout, _ states: [[Int32]]) {
    let words = states.map { layout.pack($0, as: Word.self) }.sorted()
    #expect(coder.width <= layout.width)
    let codes = words.map { coder.encode($0) }
    #expect(codes.allSatisfy { $0 >> Word(coder.width) == 0 })
    #expect(codes.map { coder.decode($0) } == words)
    #expect(zip(codes, codes.dropFirst()).allSatisfy { $0 < $1 })
    let above = (5 as Word) << Word(layout.width), codeAbove = (5 as Word) << Word(coder.width)
    #expect(words.map { coder.encode($0 | above) } == codes.map { $0 | codeAbove })
    #expect(codes.map { coder.decode($0 | codeAbove) } == words.map { $0 | above })
  }

  @Test func `networks whose components hold each other back take fewer bits`() {
    let table = PackedMachine<UInt64>(.philosophers(10))!
    // 62 of the 1024 values of two philosophers with their forks.
    #expect((table.layout.width, table.stateCoder(leastGain: 4).width) == (50, 30))
    let board = PackedMachine<UInt64>(.knights(5, 5))!
    #expect((board.layout.width, board.stateCoder(leastGain: 4).width) == (50, 40))
    #expect(!board.stateCoder(leastGain: 10).isIdentity && board.stateCoder(leastGain: 11).isIdentity)
  }

  @Test func `components without anything in common are left as they are`() {
    let ring = (0..<8).map { [ExplicitSystem.Edge(label: 2, target: Int32(($0 + 1) % 8))] }
    let rules = (0..<4 as Range<Int32>).map {
      Network.Rule(premises: [Network.Premise(component: $0, label: 2)], result: 2)
    }
    let network = Network(components: Array(repeating: ExplicitSystem(successors: ring), count: 4), rules: rules)
    let coder = PackedMachine<UInt64>(network)!.stateCoder(leastGain: 1)
    #expect(coder.isIdentity)
    #expect(coder.encode(0o7531) == 0o7531)
  }

  @Test func `a component too large for a table is left as it is`() {
    let wide = ExplicitSystem(successors: (0..<40_000).map { _ in [ExplicitSystem.Edge(label: 2, target: 1)] })
    let rule = Network.Rule(premises: [Network.Premise(component: 0, label: 2)], result: 2)
    #expect(PackedMachine<UInt64>(Network(components: [wide], rules: [rule]))!.stateCoder(leastGain: 1).isIdentity)
  }
}
