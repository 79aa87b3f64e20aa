import CheckerModels
import ProcessTerms
import Testing
import TransitionSystems

@testable import Refinement

@Suite struct SearchTests {
  static let everything = ExplicitSystem(
    successors: [(2..<200).map { ExplicitSystem.Edge(label: $0, target: 0) }])

  @Test(arguments: [PackedGenerator.steps, .ruleSets, .rules])
  func `philosophers that may do anything have the known sizes`(_ generator: PackedGenerator) throws {
    var checker = NetworkChecker()
    checker.generator = generator
    for (n, states, transitions) in [(5, 7774, 34_240), (6, 46_656, 246_612)] {
      let outcome = try checker.refinement(
        specification: Network(Self.everything), implementation: .philosophers(n), .traces)
      #expect(outcome.holds == true)
      #expect(outcome.statistics.states == states)
      #expect(outcome.statistics.transitions == transitions)
    }
  }

  @Test func `philosophers deadlock when everyone holds a fork`() throws {
    for model in [SemanticModel.failures, .failuresDivergences] {
      let outcome = try NetworkChecker().deadlockFree(.philosophers(5), model)
      let found = try #require(outcome.counterexample)
      #expect(found.kind == .deadlock)
      // Everyone sits and picks up the own fork.
      #expect(found.behaviour.steps.count == 10)
      #expect(Set(found.behaviour.trace.map { ($0.id - 2) % 7 }) == [0, 1])
    }
  }

  @Test(arguments: [4, 5, 6]) func `states are those of the network as it was given, however it lies in a word`(
    _ n: Int
  ) throws {
    // All philosophers, then all forks.
    let together = Network.philosophers(n), all = Array(together.components.indices)
    let apart = together.arranged(by: all.filter { $0 % 2 == 0 } + all.filter { $0 % 2 == 1 })
    #expect(apart.arrangement() != nil && together.arrangement() == nil)
    let outcome = try NetworkChecker().deadlockFree(apart, .failures)
    let found = try #require(outcome.counterexample)
    let states = found.behaviour.steps.map(\.target)
    #expect(found.behaviour.initial == Array(repeating: 0, count: 2 * n))
    // Everyone sits and holds a fork; every fork is held by its owner.
    #expect(states.last == Array(repeating: 2, count: n) + Array(repeating: 1, count: n))
    // One philosopher, and the own fork in the second step, at a time.
    var at = found.behaviour.initial
    for (step, next) in zip(found.behaviour.steps, states) {
      let philosopher = Int(step.event.id - 2) / 7
      #expect(next[philosopher] == at[philosopher] + 1)
      let changed = at.indices.filter { at[$0] != next[$0] }
      #expect(changed == (next[philosopher] == 1 ? [philosopher] : [philosopher, n + philosopher]))
      at = next
    }
  }

  @Test func `a state too wide for one word is searched in two`() throws {
    // Fifteen philosophers are 75 bits; they cannot all be counted here, but the first one can be watched.
    var limits = Limits()
    limits.states = 20_000
    let outcome = try NetworkChecker(limits: limits).refinement(
      specification: Network(Self.everything), implementation: .philosophers(15), .traces)
    guard case .undecided(.states(20_000)) = outcome.verdict else {
      Issue.record("\(outcome.verdict)")
      return
    }
    #expect(outcome.statistics.states > 20_000)
    // Only the first philosopher may act: the others' first step is the offence.
    let alone = ExplicitSystem(successors: [(2..<9).map { ExplicitSystem.Edge(label: $0, target: 0) }])
    let failing = try NetworkChecker().refinement(
      specification: Network(alone), implementation: .philosophers(15), .traces)
    #expect(failing.counterexample?.behaviour.trace == [Event(id: 9)])
  }

  @Test func `more nodes than fit beside the state move the search to the wider word`() throws {
    // 40 cells of one bit and a counter of 2^20 states: 60 bits, which leaves 4 for the node, but the
    // specification counts to 100.
    let cells = (0..<58).map { _ in ExplicitSystem(successors: [[], []]) }
    let clock = ExplicitSystem(successors: [[.init(label: 2, target: 0)]])
    let network = Network(
      components: cells + [clock], rules: [.init(premises: [.init(component: 58, label: 2)], result: 2)])
    let counter = ExplicitSystem(successors: (0..<100).map { [.init(label: 2, target: Int32($0 + 1) % 100)] })
    let outcome = try NetworkChecker().refinement(
      specification: Network(counter), implementation: network, .failuresDivergences)
    #expect(outcome.holds == true)
    #expect(outcome.statistics.states == 100)
  }

  @Test func `the node field widens as nodes are found`() throws {
    let clock = ExplicitSystem(successors: [[.init(label: 2, target: 0), .init(label: 3, target: 0)]])
    let n = 5000
    let counter = ExplicitSystem(
      successors: (0..<n).map {
        [.init(label: 2, target: Int32(($0 + 1) % n)), .init(label: 3, target: Int32($0 * 2 % n))]
      })
    let outcome = try NetworkChecker().refinement(
      specification: Network(counter), implementation: Network(clock), .failures)
    #expect(outcome.holds == true)
    #expect(outcome.statistics.states == n)
  }

  @Test func `events far apart in number are told apart`() throws {
    let spec = ExplicitSystem(successors: [[.init(label: 70_000, target: 0), .init(label: 5, target: 0)]])
    let fine = ExplicitSystem(successors: [[.init(label: 70_000, target: 0), .init(label: 5, target: 0)]])
    let other = ExplicitSystem(successors: [[.init(label: 70_000, target: 1)], [.init(label: 70_001, target: 0)]])
    let checker = NetworkChecker()
    #expect(try checker.refinement(specification: .init(spec), implementation: .init(fine), .failures).holds == true)
    let found = try checker.refinement(specification: .init(spec), implementation: .init(other), .traces)
    #expect(found.counterexample?.kind == .eventNotAllowed(Event(id: 70_001)))
  }

  // MARK: Limits

  @Test func `a deadline in the past decides nothing`() throws {
    var limits = Limits()
    limits.deadline = ContinuousClock.now
    let outcome = try NetworkChecker(limits: limits).divergenceFree(.philosophers(7))
    guard case .undecided(.deadline) = outcome.verdict else { Issue.record("\(outcome.verdict)"); return }
  }

  @Test func `a cancelled check decides nothing`() throws {
    var limits = Limits()
    let cancellation = Cancellation()
    limits.cancellation = cancellation
    cancellation.cancel()
    let outcome = try NetworkChecker(limits: limits).divergenceFree(.philosophers(6))
    guard case .undecided(.cancelled) = outcome.verdict else { Issue.record("\(outcome.verdict)"); return }
  }

  @Test func `too little memory decides nothing`() throws {
    var limits = Limits()
    limits.memory = 1000
    let outcome = try NetworkChecker(limits: limits).divergenceFree(.philosophers(6))
    guard case .undecided(.memory(1000)) = outcome.verdict else { Issue.record("\(outcome.verdict)"); return }
  }

  @Test func `as many states as allowed are enough`() throws {
    var limits = Limits()
    limits.states = 36
    #expect(try NetworkChecker(limits: limits).divergenceFree(.philosophers(2)).holds == true)
    limits.states = 35
    #expect(try NetworkChecker(limits: limits).divergenceFree(.philosophers(2)).holds == nil)
  }
}
