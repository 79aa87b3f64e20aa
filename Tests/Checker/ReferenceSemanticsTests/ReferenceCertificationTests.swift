import ProcessTerms
import ReferenceSemantics
import Testing

typealias Statement = ReferenceInterpreter.Statement
typealias Certificate = ReferenceInterpreter.Certificate

/// A statement that does not hold, as an engine with a defect would make it, and what is found against it.
struct FalseStatement: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let statement: @Sendable (Fixture) -> Statement
  let refutation: String

  init(_ description: String, _ refutation: String, _ statement: @escaping @Sendable (Fixture) -> Statement) {
    testDescription = description
    self.refutation = refutation
    self.statement = statement
  }
}

private let falseStatements: [FalseStatement] = [
  FalseStatement("STOP [T= a -> STOP", "after ⟨⟩: a -> STOP can do a, which is not allowed") {
    .refinement(specification: $0.stop, implementation: $0.once($0.a), .traces)
  },
  FalseStatement("a later event", "after ⟨a, b⟩: c -> STOP can do c, which is not allowed") {
    .refinement(
      specification: $0.table.run($0.set($0.a, $0.b)),
      implementation: $0.pre($0.a, $0.pre($0.b, $0.once($0.c))), .traces)
  },
  FalseStatement("a -> STOP [F= STOP", "after ⟨⟩: STOP refuses more than is allowed") {
    .refinement(specification: $0.once($0.a), implementation: $0.stop, .failures)
  },
  FalseStatement("STOP [FD= DIV", "after ⟨⟩: it can diverge") {
    .refinement(specification: $0.stop, implementation: $0.div, .failuresDivergences)
  },
  FalseStatement("divergence elsewhere than the specification's", "after ⟨b⟩: it can diverge") {
    .refinement(
      specification: $0.choice($0.pre($0.a, $0.div), $0.once($0.b)),
      implementation: $0.choice($0.pre($0.a, $0.div), $0.pre($0.b, $0.div)), .failuresDivergences)
  },
  FalseStatement("a deadlock behind an event", "after ⟨a⟩: STOP is a deadlock") {
    .deadlockFree($0.once($0.a), .failures)
  },
  FalseStatement("a divergence that is no deadlock", "after ⟨⟩: it can diverge") {
    .deadlockFree($0.div, .failuresDivergences)
  },
  FalseStatement("a hidden loop", "after ⟨b⟩: it can diverge") {
    .divergenceFree($0.pre($0.b, $0.table.hide($0.forever($0.a), $0.set($0.a))))
  },
  FalseStatement("an internal choice", "after ⟨⟩: b -> STOP refuses more than is allowed") {
    .deterministic($0.either($0.once($0.b), $0.pre($0.a, $0.skip)), .failuresDivergences)
  },
  FalseStatement("an optional end", "after ⟨⟩: STOP refuses more than is allowed") {
    .deterministic($0.either($0.skip, $0.stop), .failures)
  },
  FalseStatement("determinism of a divergence", "after ⟨⟩: it can diverge after a") {
    .deterministic($0.pre($0.a, $0.div), .failuresDivergences)
  },
  FalseStatement("a trace that is not there", "after ⟨a⟩: b is not possible") {
    .hasTrace($0.once($0.a), [$0.a, $0.b], .traces)
  },
  FalseStatement("a trace that can be refused", "after ⟨⟩: a can be refused") {
    .hasTrace($0.either($0.once($0.a), $0.stop), [$0.a], .failures)
  },
  FalseStatement("a trace into a divergence", "after ⟨a⟩: it can diverge") {
    .hasTrace($0.pre($0.a, $0.div), [$0.a], .failuresDivergences)
  },
  FalseStatement("a compression hides no fault", "after ⟨⟩: it can diverge") {
    .divergenceFree($0.table.compress($0.table.hide($0.forever($0.a), $0.set($0.a)), .normal))
  },
]

@Suite struct ReferenceCertificationTests {
  @Test(arguments: falseStatements)
  func `a statement that does not hold gets no certificate, in full or by walks`(_ wrong: FalseStatement) throws {
    for known in [0, 1_000] {
      let f = Fixture()
      // Beyond what may be visited in full, walks are taken at once.
      var limits = ReferenceInterpreter.CertificationLimits()
      limits.states = 100
      let refutation = #expect(throws: ReferenceInterpreter.Refutation.self) {
        try f.interpreter.certify(wrong.statement(f), limits: limits, atLeast: known)
      }
      // Which of several faults a walk meets first is open.
      if known == 0 { #expect(refutation?.description == wrong.refutation) }
    }
  }

  /// Two counters to n, side by side: (n + 1)² states.
  private func counters(_ f: Fixture, _ n: Int) -> Process {
    func counter(_ event: Event) -> Process {
      let up = (0..<n).reduce(f.stop) { after, _ in f.pre(event, after) }
      return f.table.sequence(up, f.stop)
    }
    return f.interleaved(counter(f.a), counter(f.b))
  }

  @Test func `beyond the limit of states a certificate is by walks, and says so`() throws {
    let f = Fixture()
    let statement = Statement.refinement(
      specification: f.table.run(f.set(f.a, f.b)), implementation: counters(f, 9), .traces)
    var limits = ReferenceInterpreter.CertificationLimits()
    #expect(try f.interpreter.certify(statement, limits: limits) == .inFull(states: 100))
    limits.states = 50
    (limits.walks, limits.walkLength, limits.seed) = (20, 30, 7)
    let byWalks = ReferenceInterpreter.Certificate.byWalks(count: 20, length: 30, seed: 7)
    #expect(try f.interpreter.certify(statement, limits: limits) == byWalks)
    limits.states = 1_000
    #expect(try f.interpreter.certify(statement, limits: limits, atLeast: 1_001) == byWalks)
  }

  @Test func `walks are those of their seed`() throws {
    // A fault that a walk meets by a chance of one half each step, so that few walks may or may not.
    func isFound(_ seed: UInt64) throws -> Bool {
      let f = Fixture()
      let faulty = (0..<6).reduce(f.once(f.c)) { after, _ in f.choice(f.pre(f.a, after), f.pre(f.b, f.forever(f.b))) }
      var limits = ReferenceInterpreter.CertificationLimits()
      (limits.states, limits.walks, limits.walkLength, limits.seed) = (4, 30, 20, seed)
      let allowed = f.table.run(f.set(f.a, f.b))
      do {
        _ = try f.interpreter.certify(
          .refinement(specification: allowed, implementation: faulty, .traces), limits: limits)
        return false
      } catch is ReferenceInterpreter.Refutation {
        return true
      }
    }
    let first = try (0..<40).map { try isFound($0) }
    #expect(try (0..<40).map { try isFound($0) } == first)
    #expect(Set(first) == [true, false])
  }

  @Test func `the work can be ended from outside`() throws {
    struct Enough: Error {}
    let f = Fixture()
    #expect(throws: Enough.self) {
      try f.interpreter.certify(.divergenceFree(counters(f, 30))) { met in if met > 300 { throw Enough() } }
    }
  }

  @Test func `certificates count what the definitions count`() throws {
    let f = Fixture()
    let p = counters(f, 4)
    let statements: [Statement] = [
      .divergenceFree(p), .deterministic(p, .failuresDivergences), .deterministic(p, .failures),
      .refinement(specification: p, implementation: p, .failuresDivergences),
      .deadlockFree(f.table.sequence(p, f.skip), .failures),
    ]
    let certificates = try statements.dropLast().map { try f.interpreter.certify($0) }
    #expect(certificates == Array(repeating: .inFull(states: 25), count: 4))
    #expect(throws: ReferenceInterpreter.Refutation.self) { try f.interpreter.certify(statements[4]) }
  }
}
