import CSPMEvaluation
import CheckerModels
import Refinement
import Testing
import TransitionSystems

@testable import CSPM

/// The networks that the benchmark explores, beside scripts of the same processes: these were written apart.
@Suite struct BenchmarkModelTests {
  struct Pair: Sendable { var script: String, assertion: Int, network: Network }

  static let pairs = [
    Pair(script: "mutual-exclusion/milner-scheduler.csp", assertion: 4, network: .milnerScheduler(5)),
    Pair(script: "mutual-exclusion/bully-election.csp", assertion: 4, network: .bullyElection(4)),
    Pair(script: "benchmarks/sliding-window.csp", assertion: 1, network: .slidingWindow(1, capacity: 1)),
    Pair(script: "benchmarks/sliding-window.csp", assertion: 2, network: .slidingWindow(2, capacity: 1)),
    Pair(script: "benchmarks/sliding-window.csp", assertion: 3, network: .slidingWindow(2, capacity: 2)),
    Pair(script: "benchmarks/sliding-window.csp", assertion: 4, network: .slidingWindow(3, capacity: 2)),
  ]

  @Test(arguments: pairs) func `a model of the benchmark is as large as the script says`(_ pair: Pair) throws {
    let example = try #require(Example.all.first { $0.path.hasSuffix(pair.script) })
    let events = Set(pair.network.rules.map(\.result))
    let anything = ExplicitSystem(successors: [events.map { ExplicitSystem.Edge(label: $0, target: 0) }])
    let ours = try NetworkChecker().refinement(
      specification: Network(anything), implementation: pair.network, .traces)
    try Stack.run {
      let session = example.load()
      // States that are bisimilar would be one.
      session.compresses = false
      let assertion = try #require(session.assertions.first { $0.number == pair.assertion })
      let result = session.check(assertion)
      #expect(result.verdict == .holds)
      #expect(result.statistics.states == ours.statistics.states)
      #expect(result.statistics.transitions == ours.statistics.transitions)
    }
  }
}
