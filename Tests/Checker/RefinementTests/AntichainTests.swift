import ProcessTerms
import Testing
import TransitionSystems

@testable import Refinement

/// Refinement decided with an antichain: the definitions of the models, and what may and may not be left out.
@Suite struct AntichainTests {
  static let seeds = 0..<12 as Range<UInt64>

  private func checker(_ nodes: Int?, _ generator: PackedGenerator = .steps) -> NetworkChecker {
    var checker = NetworkChecker()
    checker.limits.normalFormNodes = nodes
    checker.generator = generator
    return checker
  }

  @Test(arguments: seeds)
  func `refinement of random systems agrees with its definition, and counterexamples are as short as can be`(
    _ seed: UInt64
  ) throws {
    var random = SplitMix(seed &+ 5000), kept = 0, met = 0
    for i in 0..<60 {
      let spec = randomProcessSystem(&random, states: Int.random(in: 1...7, using: &random), visible: 2)
      var impl = randomProcessSystem(&random, states: Int.random(in: 1...6, using: &random), visible: 2)
      // Many refinements hold of a specification with edges left out.
      if i % 2 == 0 {
        impl = ExplicitSystem(
          successors: (0..<spec.stateCount).map { s in
            spec[s].filter { _ in Int.random(in: 0..<8, using: &random) > 0 }
          })
      }
      let brute = BruteForce(system: spec), other = BruteForce(system: impl)
      for model in SemanticModel.allCases {
        let what = "\(model), seed \(seed), pair \(i)"
        func run(_ checker: NetworkChecker, _ network: Network = Network(impl)) throws -> Outcome<[Int32]> {
          try checker.refinement(specification: Network(spec), implementation: network, model)
        }
        let outcome = try run(checker(0))
        #expect(outcome.holds == brute.isRefined(by: other, model), "\(what)")
        #expect(try run(checker(0, .rules)).counterexample == outcome.counterexample, "generator, \(what)")
        // 64 idle components of one bit: the same search in words of 128 bits.
        var wide = Network(impl)
        wide.components += (0..<64).map { _ in ExplicitSystem(successors: [[], []]) }
        let wideTrace = try run(checker(0), wide).counterexample?.behaviour.trace
        #expect(wideTrace == outcome.counterexample?.behaviour.trace, "wide, \(what)")
        if let found = outcome.counterexample {
          let replay = Replay<[Int32]> { state in impl[Int(state[0])].map { ($0.label, [$0.target]) } }
          let complaint = replay.complaint(found)
          #expect(complaint == nil, "\(what)")
          var length = found.behaviour.steps.count
          if case .eventNotAllowed = found.kind { length -= 1 }
          #expect(length == brute.depthOfOffence(by: other, model), "\(what)")
        } else {
          let pairs = brute.pairCount(of: other, model)
          #expect(outcome.statistics.states <= pairs, "\(what)")
          kept += outcome.statistics.states
          met += pairs
        }
      }
    }
    #expect(kept < met, "nothing was left out")
  }

  @Test(arguments: seeds) func `of a ply the pairs with minimal sets are kept, and those alone`(_ seed: UInt64) throws {
    var random = SplitMix(seed &+ 6000)
    let budget = Budget(Limits()), states: UInt64 = 3
    let system = randomProcessSystem(&random, states: 9, visible: 3)
    let nodes = try NormalForm(
      KnownGraph(ExplicitGraph(system), budget), budget, findsDivergence: seed % 2 == 0)
    for _ in 0..<200 {
      _ = try nodes.next(
        Int32.random(in: 0..<Int32(nodes.nodeCount), using: &random), Int32.random(in: 1...4, using: &random))
    }
    var pairs = (0..<UInt64(nodes.nodeCount)).flatMap { node in (0..<states).map { node << 2 | $0 } }
    pairs.shuffle(using: &random)
    var antichain = Antichain<UInt64>(nodes, stateBits: 2, budget), met: [UInt64] = [], keptInAll = 0
    while !pairs.isEmpty {
      let ply = pairs.suffix(Int.random(in: 1...6, using: &random)).sorted()
      pairs.removeLast(ply.count)
      met += ply
      func members(_ pair: UInt64) -> Set<Int32> { Set(nodes.members(Int32(pair >> 2))) }
      let expected = ply.filter { pair in
        !met.contains { $0 != pair && $0 & 3 == pair & 3 && members($0).isSubset(of: members(pair)) }
      }
      #expect(words(try antichain.minimal(of: stream(ply))) == expected)
      keptInAll += expected.count
      #expect(antichain.pairCount == keptInAll)
    }
  }

  private func stream(_ words: [UInt64]) -> WordStream<UInt64> {
    var writer = WordStream<UInt64>.Writer(room: 16)
    for word in words { writer.append(word) }
    return writer.finish()
  }

  private func words(_ stream: WordStream<UInt64>) -> [UInt64] {
    var reader = WordStream.Reader(stream), words: [UInt64] = []
    while reader.remaining > 0 { words.append(reader.read()) }
    return words
  }

  // MARK: Specifications that explode

  private static let a: Int32 = 2, b: Int32 = 3, stop: Int32 = 4

  /// `stop` comes exactly `n` letters after some a: after a trace any set of the states 1 to n is possible.
  private func guess(_ n: Int32) -> ExplicitSystem { letters(n, first: [(Self.a, 0), (Self.a, 1), (Self.b, 0)]) }

  /// The same for an a that is known when it comes.
  private func counter(_ n: Int32) -> ExplicitSystem { letters(n, first: [(Self.a, 1), (Self.b, 0)]) }

  private func letters(_ n: Int32, first: [(Int32, Int32)]) -> ExplicitSystem {
    var successors = [edges(first)]
    for state in 1..<n { successors.append(edges([(Self.a, state + 1), (Self.b, state + 1)])) }
    successors.append(edges([(Self.stop, 0)]))
    return ExplicitSystem(successors: successors)
  }

  private func edges(_ list: [(Int32, Int32)]) -> [ExplicitSystem.Edge] {
    list.map { ExplicitSystem.Edge(label: $0.0, target: $0.1) }
  }

  @Test(arguments: SemanticModel.allCases)
  func `a normal form of 2^20 nodes is not made where it is not needed`(_ model: SemanticModel) throws {
    for nodes in [0, Limits().normalFormNodes] {
      func run(_ length: Int32) throws -> Outcome<[Int32]> {
        try checker(nodes).refinement(
          specification: Network(guess(20)), implementation: Network(counter(length)), model)
      }
      let right = try run(20)
      #expect(right.holds == true)
      #expect(right.statistics.states == 21)
      #expect(right.statistics.bytes < 1 << 20)
      let hasty = try run(19)
      #expect(hasty.counterexample?.kind == .eventNotAllowed(Event(id: Self.stop)))
      #expect(hasty.counterexample?.behaviour.steps.count == 20)
    }
    var normal = checker(nil)
    normal.limits.states = 20_000
    let outcome = try normal.refinement(
      specification: Network(guess(20)), implementation: Network(counter(20)), model)
    guard case .undecided(.states(20_000)) = outcome.verdict else { Issue.record("\(outcome.verdict)"); return }
  }

  @Test func `a check that changes over does what one with an antichain from the start does`() throws {
    for length in [8, 7] as [Int32] {
      let outcomes = try [0, 40].map { nodes in
        try checker(nodes).refinement(
          specification: Network(guess(8)), implementation: Network(counter(length)), .failures)
      }
      #expect(outcomes[0].holds == (length == 8))
      #expect(outcomes[0].counterexample == outcomes[1].counterexample)
      #expect(outcomes.allSatisfy { $0.statistics.states < 10 })
      #expect(outcomes[0].statistics.transitions == outcomes[1].statistics.transitions)
    }
  }

  @Test func `a normal form that is large as its specification is large is no reason to change over`() throws {
    let n = 300
    let ring = ExplicitSystem(successors: (0..<n).map { edges([(Self.a, Int32(($0 + 1) % n))]) })
    let loop = ExplicitSystem(successors: [edges([(Self.a, 0)])])
    let outcome = try checker(10).refinement(
      specification: Network(ring), implementation: Network(loop), .failures)
    #expect(outcome.holds == true)
    #expect(outcome.statistics.states == n)
  }

  @Test func `sets of which none includes another are all kept, also where they are many`() throws {
    // A register of bits; state 1 + 2k + v has seen that bit k is v. A node has one state for each bit.
    let bits: Int32 = 12
    var successors = [edges((0..<bits).map { (0, 1 + 2 * $0) })]
    for watched in 0..<bits {
      for value in 0...1 as ClosedRange<Int32> {
        var list: [(Int32, Int32)] = []
        for bit in 0..<bits {
          for new in 0...1 as ClosedRange<Int32> {
            list.append((2 + 2 * bit + new, 1 + 2 * watched + (bit == watched ? new : value)))
          }
        }
        successors.append(edges(list))
      }
    }
    let specification = Network(ExplicitSystem(successors: successors))
    let anything = ExplicitSystem(successors: [edges((0..<2 * bits).map { (2 + $0, 0) })])
    for nodes in [0, nil] as [Int?] {
      let outcome = try checker(nodes).refinement(
        specification: specification, implementation: Network(anything), .traces)
      #expect(outcome.holds == true)
      // The first node has the start beside the register's.
      #expect(outcome.statistics.states == 1 + 1 << 12)
    }
  }

  // MARK: Limits

  @Test func `an attempt that was given up does not count against the terms`() throws {
    let random = RandomProcesses(seed: 1)
    let check = Check.refinement(
      specification: random.process(of: guess(20)), implementation: random.process(of: counter(20)), .traces)
    func leastTerms(nodes: Int) throws -> Int? {
      let checker = Checker(random.table)
      checker.limits.normalFormNodes = nodes
      return try (1...200).first {
        checker.limits.terms = $0
        return try checker.run(check).holds == true
      }
    }
    // The antichain takes 22 states of the specification and meets 39 pairs, of which it keeps 21; the attempt before it
    // takes more.
    #expect(try leastTerms(nodes: 0) == 61)
    // An attempt that runs out of terms is given up and what it took is returned; the states of the specification that it
    // has found need not be found again.
    let afterAnAttempt = try #require(try leastTerms(nodes: 100))
    #expect((39...61).contains(afterAnAttempt))
  }

  @Test func `limits end a search with an antichain without a verdict`() throws {
    let cancellation = Cancellation()
    cancellation.cancel()
    let cases: [(LimitReached, (inout Limits) -> Void)] = [
      (.states(5), { $0.states = 5 }), (.terms(5), { $0.terms = 5 }), (.deadline, { $0.deadline = .now }),
      (.cancelled, { $0.cancellation = cancellation }), (.memory(1000), { $0.memory = 1000 }),
    ]
    for (expected, limit) in cases {
      var checker = checker(0)
      limit(&checker.limits)
      let outcome = try checker.refinement(
        specification: Network(guess(20)), implementation: Network(counter(20)), .failures)
      guard case .undecided(expected) = outcome.verdict else { Issue.record("\(outcome.verdict)"); continue }
    }
  }
}
