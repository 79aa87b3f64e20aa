import ProcessTerms
import Testing
import TransitionSystems

@testable import Refinement

/// The engine against the definitions, on random systems.
@Suite struct BruteForceTests {
  static let seeds = 0..<10 as Range<UInt64>

  private func checkers() -> [NetworkChecker] {
    ([.steps, .ruleSets, .rules] as [PackedGenerator]).map { generator in
      var checker = NetworkChecker()
      checker.generator = generator
      return checker
    }
  }

  private func replay(_ network: Network) -> Replay<[Int32]> {
    let system = network.components[0]
    return Replay { state in system[Int(state[0])].map { ($0.label, [$0.target] + state.dropFirst()) } }
  }

  /// Runs `check` with both generators and compares with what is expected.
  private func expect(
    _ expected: Bool, _ network: Network, _ what: String,
    _ check: (NetworkChecker, Network) throws -> Outcome<[Int32]>
  ) throws {
    var kinds: [Counterexample<[Int32]>?] = []
    for checker in checkers() {
      let outcome = try check(checker, network)
      #expect(outcome.holds == expected, "\(what)")
      if let counterexample = outcome.counterexample {
        let complaint = replay(network).complaint(counterexample)
        #expect(complaint == nil, "\(what)")
      }
      kinds.append(outcome.counterexample)
    }
    #expect(kinds[0] == kinds[1], "depends on the generator: \(what)")
    // 64 idle components of one bit: the same search in words of 128 bits.
    var wide = network
    wide.components += (0..<64).map { _ in ExplicitSystem(successors: [[], []]) }
    let outcome = try check(NetworkChecker(), wide)
    #expect(outcome.holds == expected, "wide, \(what)")
    #expect(outcome.counterexample?.behaviour.trace == kinds[0]?.behaviour.trace, "wide, \(what)")
    // The same by numbers of states, in trees of one block and of several.
    var numbering = NetworkChecker()
    numbering.limits.widestWord = 0
    for network in [network, wide] {
      let numbered = try check(numbering, network)
      #expect(numbered.holds == expected, "numbered, \(what)")
      #expect(numbered.counterexample?.behaviour.steps.count == kinds[0]?.behaviour.steps.count, "numbered, \(what)")
      if let counterexample = numbered.counterexample {
        let complaint = replay(network).complaint(counterexample)
        #expect(complaint == nil, "numbered, \(what)")
      }
    }
  }

  @Test(arguments: seeds) func `checks of one random system agree with their definitions`(_ seed: UInt64) throws {
    var random = SplitMix(seed)
    for i in 0..<25 {
      let system = randomProcessSystem(&random, states: Int.random(in: 1...7, using: &random))
      let network = Network(system), brute = BruteForce(system: system), what = "seed \(seed), system \(i)"
      try expect(brute.isDivergenceFree(), network, "divergence, \(what)") { try $0.divergenceFree($1) }
      for model in [SemanticModel.failures, .failuresDivergences] {
        try expect(brute.isDeadlockFree(model), network, "deadlock \(model), \(what)") {
          try $0.deadlockFree($1, model)
        }
        try expect(brute.isDeterministic(model), network, "determinism \(model), \(what)") {
          try $0.deterministic($1, model)
        }
      }
      let trace = randomTrace(of: system, &random)
      for model in SemanticModel.allCases {
        try expect(brute.hasTrace(trace, model), network, "trace \(trace) \(model), \(what)") {
          try $0.hasTrace($1, trace.map { Event(id: $0) }, model)
        }
      }
    }
  }

  @Test(arguments: seeds) func `refinement of random systems agrees with its definition`(_ seed: UInt64) throws {
    var random = SplitMix(seed &+ 1000)
    for i in 0..<40 {
      let spec = randomProcessSystem(&random, states: Int.random(in: 1...5, using: &random), visible: 2)
      // Half of the implementations are the specification with edges left out, so that many refinements hold.
      var impl = randomProcessSystem(&random, states: Int.random(in: 1...5, using: &random), visible: 2)
      if i % 2 == 0 {
        impl = ExplicitSystem(
          successors: (0..<spec.stateCount).map { s in
            spec[s].filter { _ in Int.random(in: 0..<6, using: &random) > 0 }
          })
      }
      let network = Network(impl)
      for model in SemanticModel.allCases {
        let expected = BruteForce(system: spec).isRefined(by: BruteForce(system: impl), model)
        try expect(expected, network, "\(model), seed \(seed), pair \(i)") {
          let outcome = try $0.refinement(specification: Network(spec), implementation: $1, model)
          if expected {
            let pairs = BruteForce(system: spec).pairCount(of: BruteForce(system: impl), model)
            #expect(outcome.statistics.states == pairs, "\(model), seed \(seed), pair \(i)")
          }
          return outcome
        }
      }
    }
  }

  @Test(arguments: seeds) func `no counterexample is longer than the shallowest offence`(_ seed: UInt64) throws {
    var random = SplitMix(seed &+ 2000)
    for i in 0..<30 {
      let spec = randomProcessSystem(&random, states: 4), impl = randomProcessSystem(&random, states: 6)
      for model in SemanticModel.allCases {
        let outcome = try NetworkChecker().refinement(
          specification: Network(spec), implementation: Network(impl), model)
        guard let found = outcome.counterexample else { continue }
        var length = found.behaviour.steps.count
        if case .eventNotAllowed = found.kind { length -= 1 }
        let least = BruteForce(system: spec).depthOfOffence(by: BruteForce(system: impl), model)
        #expect(length == least, "\(model), seed \(seed), pair \(i)")
      }
    }
  }

  private func randomTrace(of system: ExplicitSystem, _ random: inout SplitMix) -> [Int32] {
    var trace: [Int32] = [], state = Int(system.initial)
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      guard let edge = system[state].randomElement(using: &random) else { break }
      if edge.label != 0 { trace.append(edge.label) }
      state = Int(edge.target)
    }
    if Int.random(in: 0..<4, using: &random) == 0 { trace.append(Int32.random(in: 1...4, using: &random)) }
    return trace
  }
}

extension BruteForce {
  /// The least number of transitions after which a state of `implementation` offends.
  func depthOfOffence(by implementation: BruteForce, _ model: SemanticModel) -> Int? {
    struct Pair: Hashable { var spec: Set<Int32>, state: Int32 }
    var ply: Set<Pair> = [Pair(spec: start, state: implementation.system.initial)], seen = ply
    for depth in 0... {
      if ply.isEmpty { return nil }
      var next: Set<Pair> = []
      for pair in ply {
        let edges = implementation.system[Int(pair.state)]
        if model == .failuresDivergences {
          if pair.spec.contains(where: diverges) { continue }
          if implementation.diverges(pair.state) { return depth }
        }
        if !Set(edges.map(\.label)).subtracting([0]).isSubset(of: events(pair.spec)) { return depth }
        if model != .traces, let offer = implementation.offer(pair.state),
          !pair.spec.contains(where: { self.offer($0)?.isSubset(of: offer) ?? false })
        {
          return depth
        }
        for edge in edges {
          let spec = edge.label == 0 ? pair.spec : after(pair.spec, edge.label)
          next.insert(Pair(spec: spec, state: edge.target))
        }
      }
      ply = next.subtracting(seen)
      seen.formUnion(ply)
    }
    return nil
  }
}
