import CheckerModels
import Testing
import TransitionSystems

@Suite struct ArrangementTests {
  /// All philosophers first and then all forks, as a script may name them.
  private static func split(_ network: Network) -> Network {
    let all = Array(network.components.indices)
    return network.arranged(by: all.filter { $0 % 2 == 0 } + all.filter { $0 % 2 == 1 })
  }

  private func codeWidth(_ network: Network) throws -> Int {
    let machine = try #require(PackedMachine<UInt64>(network))
    return machine.stateCoder(leastGain: 1).width
  }

  @Test(arguments: [4, 6, 9, 10]) func `philosophers come to lie beside their forks`(_ n: Int) throws {
    let together = Network.philosophers(n), apart = Self.split(together)
    #expect(together.arrangement() == nil)
    let order = try #require(apart.arrangement())
    #expect(order.sorted() == Array(0..<2 * n))
    #expect(order[0] == 0)
    // Neighbours have a rule in common.
    for (one, other) in zip(order, order.dropFirst()) {
      let haveCommon = apart.rules.contains { rule in
        let components = rule.premises.map { Int($0.component) }
        return components.contains(one) && components.contains(other)
      }
      #expect(haveCommon, "\(one) and \(other)")
    }
    let width = try codeWidth(apart.arranged(by: order))
    let (widthTogether, widthApart) = (try codeWidth(together), try codeWidth(apart))
    #expect(width <= widthTogether)
    if n > 6 { #expect(width < widthApart) }
  }

  @Test func `what does not act together is left as it is`() {
    let clock = ExplicitSystem(successors: [[.init(label: 2, target: 1)], [.init(label: 2, target: 0)]])
    #expect(Network(components: [], rules: []).arrangement() == nil)
    let alone = (0..<5 as Range<Int32>).map { i in
      Network.Rule(premises: [.init(component: i, label: 2)], result: i + 2)
    }
    #expect(Network(components: Array(repeating: clock, count: 5), rules: alone).arrangement() == nil)
    // Everybody with everybody: no order is better than another.
    var all: [Network.Rule] = []
    for i in 0..<5 as Range<Int32> {
      for j in i + 1..<5 {
        all.append(.init(premises: [.init(component: i, label: 2), .init(component: j, label: 2)], result: 2))
      }
    }
    #expect(Network(components: Array(repeating: clock, count: 5), rules: all).arrangement() == nil)
    #expect(Network(components: Array(repeating: clock, count: 1000), rules: all).arrangement() == nil)
  }

  @Test func `a network in another order does the same`() {
    for seed in 0..<100 as Range<UInt64> {
      var random = SplitMix(seed)
      let network = randomNetwork(&random), order = Array(network.components.indices).shuffled(using: &random)
      let naive = NaiveNetwork(network), other = NaiveNetwork(network.arranged(by: order))
      func arranged(_ state: [Int32]) -> [Int32] { order.map { state[$0] } }
      for state in naive.reachable(limit: 30) {
        let expected = naive.moves(of: state).map { NaiveNetwork.Move(event: $0.event, target: arranged($0.target)) }
        #expect(other.moves(of: arranged(state)) == Set(expected), "seed \(seed)")
      }
    }
  }
}
