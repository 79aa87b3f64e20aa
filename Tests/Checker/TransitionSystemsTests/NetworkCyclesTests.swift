import CheckerModels
import Testing

@testable import TransitionSystems

/// Where a network can go round in a circle, judged by its components.
@Suite struct NetworkCyclesTests {
  /// The transitions of a network that lie on a cycle of transitions with this event.
  private func cycling(_ network: Network, _ event: Int32) -> Set<[[Int32]]> {
    let naive = NaiveNetwork(network), states = naive.reachable(limit: 2000)
    let numbers = Dictionary(uniqueKeysWithValues: states.enumerated().map { ($1, Int32($0)) })
    let graph = ExplicitSystem(
      successors: states.map { state in
        naive.moves(of: state).compactMap { move in
          numbers[move.target].map { ExplicitSystem.Edge(label: move.event, target: $0) }
        }
      })
    let components = graph.componentNumbers { $0 == event }.numbers
    var found: Set<[[Int32]]> = []
    for (number, state) in states.enumerated() {
      for edge in graph[number] where edge.label == event && components[number] == components[Int(edge.target)] {
        found.insert([state, states[Int(edge.target)]])
      }
    }
    return found
  }

  @Test func `every step on a cycle is left, in random networks`() {
    var removed = 0, left = 0, emptied = 0
    for seed in 0..<600 as Range<UInt64> {
      var random = SplitMix(seed)
      let network = randomNetwork(&random), rest = network.cycles(of: 0)
      #expect(rest.components.map(\.stateCount) == network.components.map(\.stateCount))
      #expect(rest.components.map(\.initial) == network.components.map(\.initial))
      let naive = NaiveNetwork(rest)
      for transition in cycling(network, 0) {
        left += 1
        #expect(
          naive.moves(of: transition[0]).contains(NaiveNetwork.Move(event: 0, target: transition[1])), "seed \(seed)")
      }
      removed += network.steps(of: 0).rules.count - rest.rules.count
      if rest.rules.isEmpty, !network.steps(of: 0).rules.isEmpty { emptied += 1 }
    }
    #expect(removed > 100 && left > 100 && emptied > 50)
  }

  @Test func `a table at which eating is seen cannot go on unseen for ever`() {
    #expect(Network.philosophers(5).hiding { $0 % 7 != 5 }.cycles(of: 0).rules.isEmpty)
    #expect(Network.philosophers(5).hiding { $0 % 7 != 5 || $0 < 9 }.cycles(of: 0).rules.count == 7)
  }

  @Test func `what goes takes with it what needs it`() {
    // A token passes from one to the next and never comes back; each could go round if it did.
    let station = ExplicitSystem(successors: [[.init(label: 2, target: 1)], [.init(label: 3, target: 0)]])
    let start = ExplicitSystem(successors: [[.init(label: 3, target: 1)], []])
    let rules = (0..<4 as Range<Int32>).map { i in
      Network.Rule(premises: [.init(component: i, label: 3), .init(component: i + 1, label: 2)], result: 0)
    }
    let end = ExplicitSystem(successors: [[.init(label: 2, target: 0)]])
    let chain = Network(components: [start, station, station, station, end], rules: rules)
    #expect(chain.cycles(of: 0).rules.isEmpty)
    #expect(chain.cycles(of: 0).components.allSatisfy { $0.edges.isEmpty })
    // With a station that can give out tokens without end nothing goes.
    let source = ExplicitSystem(successors: [[.init(label: 3, target: 0)]])
    let fed = Network(components: [source, station, station, station, end], rules: rules)
    #expect(fed.cycles(of: 0).rules.count == 4)
  }
}
