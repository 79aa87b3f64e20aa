import CheckerModels
import Testing
import TransitionSystems

/// The models that the benchmark explores, at sizes at which a network can be taken word for word.
@Suite struct ModelTests {
  struct Model: Sendable { var name: String, network: Network, states: Int, transitions: Int }

  static let closedForms =
    (2...6).map { n in
      Model(
        name: "token ring \(n)", network: .tokenRing(n), states: n * 3 << (n - 1),
        transitions: n * (3 * n + 5) << (n - 2))
    }
    + (2...6).map { n in
      Model(
        name: "Milner's scheduler \(n)", network: .milnerScheduler(n), states: n * 3 << (n - 1),
        transitions: n * (n + 1) * 3 << (n - 2))
    }

  /// Counted by Spin too (`Benchmarks/Spin`), or from scripts of the same processes (`BenchmarkModelTests`).
  static let counted = [
    Model(name: "hasty philosophers 6", network: .hastyPhilosophers(6), states: 728, transitions: 2910),
    Model(name: "pegs 4x4", network: .pegs(4, 4), states: 1871, transitions: 6167),
    Model(name: "bully 4", network: .bullyElection(4), states: 252, transitions: 1030),
    Model(name: "bully 5", network: .bullyElection(5), states: 2874, transitions: 16_605),
    Model(name: "window 1, 1 cell", network: .slidingWindow(1, capacity: 1), states: 220, transitions: 654),
    Model(name: "window 2, 1 cell", network: .slidingWindow(2, capacity: 1), states: 2064, transitions: 6621),
  ]

  @Test(arguments: closedForms + counted) func `a model has its size, taken word for word`(_ model: Model) {
    let naive = NaiveNetwork(model.network), states = naive.reachable(limit: 10_000)
    #expect(states.count == model.states)
    #expect(states.reduce(0) { $0 + naive.moves(of: $1).count } == model.transitions)
  }

  @Test func `nobody reaches the table at which everyone holds the neighbour's fork alone`() {
    for n in 2...6 {
      let states = NaiveNetwork(.hastyPhilosophers(n)).reachable(limit: 10_000)
      #expect(states.count == (0..<n).reduce(1) { power, _ in power * 3 } - 1)
      // A philosopher in state 3 has put down its own fork.
      #expect(!states.contains { state in (0..<n).allSatisfy { state[2 * $0] == 3 } })
    }
  }
}
