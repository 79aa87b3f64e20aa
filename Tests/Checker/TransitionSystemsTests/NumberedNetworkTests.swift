import CheckerModels
import Testing

@testable import TransitionSystems

/// Networks of any width: their states by numbers.
@Suite struct NumberedNetworkTests {
  private static func idle(_ count: Int) -> [ExplicitSystem] {
    (0..<count).map { _ in ExplicitSystem(successors: [[], []]) }
  }

  /// The network with idle components of one bit before, between and behind its own, so that its state takes several
  /// blocks; and where its own stand.
  private static func spread(_ network: Network, _ random: inout SplitMix) -> (network: Network, places: [Int]) {
    var components: [ExplicitSystem] = [], places: [Int] = []
    for component in network.components {
      components += idle(Int.random(in: 0...90, using: &random))
      places.append(components.count)
      components.append(component)
    }
    components += idle(Int.random(in: 0...90, using: &random))
    let rules = network.rules.map { rule in
      Network.Rule(
        premises: rule.premises.map { .init(component: Int32(places[Int($0.component)]), label: $0.label) },
        result: rule.result)
    }
    return (Network(components: components, rules: rules), places)
  }

  /// Everything that can be reached, by numbers, with the moves of each.
  private func explore(_ network: Network, limit: Int) -> [(state: [Int32], moves: [NaiveNetwork.Move])] {
    let numbered = NumberedNetwork(network)
    var found: [(state: [Int32], moves: [NaiveNetwork.Move])] = [], outbox = Outbox<UInt64>(capacity: 1), at: UInt32 = 0
    while at < numbered.count, at < limit {
      outbox.count = 0
      numbered.successors(of: at, into: &outbox)
      let moves = (0..<outbox.count).map {
        NaiveNetwork.Move(event: outbox.events[$0], target: numbered.components(of: UInt32(outbox.words[$0])))
      }
      found.append((numbered.components(of: at), moves))
      at += 1
    }
    return found
  }

  @Test(arguments: 0..<200 as Range<UInt64>) func `random networks agree with naive enumeration`(_ seed: UInt64) {
    var random = SplitMix(seed)
    let network = randomNetwork(&random), naive = NaiveNetwork(network)
    let (wide, places) = Self.spread(network, &random)
    for (network, places) in [(network, Array(network.components.indices)), (wide, places)] {
      func own(_ state: [Int32]) -> [Int32] { places.map { state[$0] } }
      let explored = explore(network, limit: 300)
      for (state, moves) in explored {
        let moves = moves.map { NaiveNetwork.Move(event: $0.event, target: own($0.target)) }
        #expect(moves.count == Set(moves).count, "repeats, seed \(seed)")
        #expect(Set(moves) == naive.moves(of: own(state)), "seed \(seed)")
      }
      #expect(Set(explored.map(\.state)).count == explored.count, "seed \(seed)")
      let all = Set(naive.reachable(limit: 300))
      if explored.count < 300 { #expect(Set(explored.map { own($0.state) }) == all, "seed \(seed)") }
    }
  }

  @Test(arguments: [(2, 36), (3, 214), (4, 1296), (5, 7774)])
  func `a table of philosophers has its size, beside idle components too`(_ n: Int, _ states: Int) {
    #expect(explore(.philosophers(n), limit: .max).count == states)
    var random = SplitMix(UInt64(n))
    #expect(explore(Self.spread(.philosophers(n), &random).network, limit: .max).count == states)
  }

  @Test func `states far beyond a word are explored`() {
    #expect(PackedLayout(Network.philosophers(40).components).width > 128)
    #expect(explore(.philosophers(40), limit: 2_000).count == 2_000)
  }

  @Test(arguments: 1...40) func `a tree gives equal states equal numbers, and the state of a number back`(_ blocks: Int) {
    var random = SplitMix(UInt64(blocks))
    let tree = StateTree(blockCount: blocks)
    var numbers: [[UInt64]: UInt32] = [:], states: [[UInt64]] = []
    func met(_ state: [UInt64], _ number: UInt32) {
      if let known = numbers[state] {
        #expect(known == number)
      } else {
        #expect(number == UInt32(states.count))
        numbers[state] = number
        states.append(state)
      }
    }
    // Few values a block, so that states meet again; enough of them for the tables to grow.
    func bits() -> UInt64 { UInt64.random(in: 0..<3, using: &random) << UInt64.random(in: 0...61, using: &random) }
    for _ in 0..<50 {
      let state = (0..<blocks).map { _ in bits() }
      met(state, tree.number(of: state))
    }
    for _ in 0..<2_000 {
      let number = UInt32.random(in: 0..<UInt32(states.count), using: &random)
      var state = states[Int(number)]
      tree.read(number)
      #expect((0..<blocks).map { tree.blocks[$0] } == state)
      for block in (0..<blocks).shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random)) {
        state[block] = bits()
        tree.change(block, to: state[block])
      }
      met(state, tree.numberChanged())
    }
    #expect(tree.count == states.count && states.count > 60)
  }
}
