import Testing
import TransitionSystems

@Suite struct ExplicitSystemTests {
  @Test(arguments: 0..<200 as Range<UInt64>) func `components are the classes of mutual reachability`(_ seed: UInt64) {
    var random = SplitMix(seed)
    let system = randomSystem(states: Int.random(in: 1...12, using: &random), labels: 2, &random)
    let reach = reachability(system) { $0 == 0 }
    let classes = Set(
      (0..<system.stateCount).map { s in
        (0..<system.stateCount).filter { $0 == s || reach[s][$0] && reach[$0][s] }.map { Int32($0) }
      })
    let components = system.components { $0 == 0 }
    #expect(Set(components) == classes, "seed \(seed)")
    #expect(components.count == classes.count, "seed \(seed)")
    // What a component leads to was finished before it.
    for (i, component) in components.enumerated() {
      for later in components[(i + 1)...] { #expect(!reach[Int(component[0])][Int(later[0])], "seed \(seed)") }
    }
    #expect(
      system.statesOnCycles { $0 == 0 } == (0..<system.stateCount).filter { reach[$0][$0] }.map { Int32($0) },
      "seed \(seed)")
  }

  @Test func `a long chain needs no deep stack`() {
    let n = 200_000
    let chain = ExplicitSystem(successors: (0..<n).map { [.init(label: 0, target: Int32(($0 + 1) % n))] })
    #expect(chain.components().map(\.count) == [n])
  }

  @Test func `the Aldebaran text lists every transition`() {
    let system = ExplicitSystem(successors: [[.init(label: 1, target: 1), .init(label: 0, target: 0)], []])
    #expect(
      system.aut { ["a", "say \"hi\""][Int($0)] } == """
        des (0, 2, 2)
        (0, "a", 0)
        (0, "say \\"hi\\"", 1)

        """)
  }

  @Test func `the Graphviz text names states and events`() {
    let system = ExplicitSystem(initial: 1, successors: [[], [.init(label: 0, target: 0)]])
    #expect(
      system.dot(label: { _ in "a" }, state: { "S\($0)" }) == """
        digraph {
          start [shape=none, label=""];
          start -> 1;
          0 [label="S0"];
          1 [label="S1"];
          1 -> 0 [label="a"];
        }

        """)
  }

  /// Whether a path of at least one accepted edge leads from s to t (Warshall).
  private func reachability(_ system: ExplicitSystem, _ accepts: (Int32) -> Bool) -> [[Bool]] {
    let n = system.stateCount
    var reach = [[Bool]](repeating: [Bool](repeating: false, count: n), count: n)
    for s in 0..<n { for edge in system[s] where accepts(edge.label) { reach[s][Int(edge.target)] = true } }
    for k in 0..<n { for i in 0..<n where reach[i][k] { for j in 0..<n where reach[k][j] { reach[i][j] = true } } }
    return reach
  }
}
