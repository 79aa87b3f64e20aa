import CSPMEvaluation
import CSPMSyntax
import ReferenceSemantics
import Refinement
import Testing

@testable import CSPM

@Suite struct ExampleTests {
  @Test(arguments: Example.all + Example.specifications)
  func `every verdict of an example is the one that it says`(_ example: Example) throws {
    let found = try Stack.run { () -> [Example.Expectation] in
      let session = example.load()
      #expect(session.diagnostics.map(\.message) == [])
      return session.assertions.map { assertion in
        let result = session.check(assertion)
        for diagnostic in result.diagnostics { Issue.record("assertion \(assertion.number): \(diagnostic.message)") }
        return Example.Expectation(
          verdict: result.verdict.rawValue, trace: result.counterexample?.trace, states: result.statistics.states,
          transitions: result.statistics.transitions)
      }
    }
    #expect(found.count == example.expectations.count)
    for (i, (expected, found)) in zip(example.expectations, found).enumerated() {
      guard let expected else {
        Issue.record("assertion \(i + 1) pins no verdict")
        continue
      }
      var comparable = found
      if expected.trace == nil { comparable.trace = nil }
      if expected.states == nil { comparable.states = nil }
      if expected.transitions == nil { comparable.transitions = nil }
      #expect(comparable == expected, "assertion \(i + 1)")
    }
  }

  @Test(arguments: Example.all + Example.specifications)
  func `an antichain in place of the normal form gives the same verdicts`(_ example: Example) throws {
    var limits = Limits()
    limits.normalFormNodes = 0
    try Stack.run {
      let session = example.load()
      for (assertion, expected) in zip(session.assertions, example.expectations) {
        guard assertion.specification != nil, expected?.states ?? 0 < 10_000 else { continue }
        let result = session.check(assertion, limits: limits)
        #expect(result.verdict.rawValue == expected?.verdict, "assertion \(assertion.number)")
      }
    }
  }

  @Test func `there are enough examples, and they pin enough`() {
    #expect(Example.all.count >= 20)
    let all = Example.all.flatMap { $0.expectations.compactMap(\.self) }
    #expect(all.contains { $0.trace != nil })
    #expect(all.contains(Example.Expectation(verdict: "holds", trace: nil, states: 46_656, transitions: 246_612)))
    #expect(all.contains(Example.Expectation(verdict: "holds", trace: nil, states: 7_774, transitions: 34_240)))
  }

  /// How many assertions of a specification hold, and how many, those about its wrong variants, fail.
  static let specified = [
    "biased-lock.csp": Count(holding: 4, failing: 10),
    "buffer.csp": Count(holding: 6, failing: 5),
    "cancellation.csp": Count(holding: 6, failing: 6),
    "close.csp": Count(holding: 8, failing: 4),
    "condition.csp": Count(holding: 4, failing: 4),
    "errgroup.csp": Count(holding: 8, failing: 4),
    "halves.csp": Count(holding: 5, failing: 2),
    "lock.csp": Count(holding: 10, failing: 7),
    "nursery.csp": Count(holding: 10, failing: 15),
    "race.csp": Count(holding: 9, failing: 8),
    "rendezvous.csp": Count(holding: 5, failing: 6),
    "run-next.csp": Count(holding: 1, failing: 5),
    "select.csp": Count(holding: 9, failing: 8),
  ]
  struct Count: Equatable { var holding = 0, failing = 0 }

  @Test func `every protocol of channels and nurseries is specified, and each has wrong variants that fail`() {
    var found: [String: Count] = [:]
    for specification in Example.specifications {
      let verdicts = specification.expectations.map { $0?.verdict }
      found[String(specification.path.split(separator: "/").last ?? "")] = Count(
        holding: verdicts.count { $0 == "holds" }, failing: verdicts.count { $0 == "fails" })
    }
    #expect(found == Self.specified)
    #expect(Self.specified.values.allSatisfy { $0.holding > 0 && $0.failing > 0 })
  }

  /// States that the reference interpreter may walk; it is slow on purpose.
  static let referenceLimit = 1_500

  @Test(arguments: Example.all)
  func `the reference interpreter alone decides the examples alike`(_ example: Example) throws {
    try Stack.run {
      let session = example.load()
      for (assertion, expected) in zip(session.assertions, example.expectations) {
        let check = try session.check(assertion.assertion, at: assertion.span)
        guard let verdict = try session.reference.decide(check, limit: Self.referenceLimit) else { continue }
        let holds = verdict.holds != assertion.assertion.isNegated
        #expect(holds == (expected?.verdict == "holds"), "assertion \(assertion.number): \(assertion.text)")
      }
    }
  }

  @Test func `the reference interpreter decides most assertions of the examples`() throws {
    var decided = 0, all = 0
    for example in Example.all where !example.path.contains("/benchmarks/") {
      try Stack.run {
        let session = example.load()
        for assertion in session.assertions {
          all += 1
          let check = try session.check(assertion.assertion, at: assertion.span)
          if try session.reference.decide(check, limit: Self.referenceLimit) != nil { decided += 1 }
        }
      }
    }
    #expect(decided * 4 >= all * 3, "\(decided) of \(all)")
  }
}

extension ReferenceInterpreter {
  /// The verdict of the brute-force decider that goes with a check.
  func decide(_ check: Check, limit: Int) throws -> Verdict? {
    switch check {
    case .refinement(let specification, let implementation, let model):
      try refines(specification, by: implementation, in: Model(model), limit: limit)
    case .deadlockFree(let p, let model): try isDeadlockFree(p, in: Model(model), limit: limit)
    case .divergenceFree(let p): try isDivergenceFree(p, limit: limit)
    case .deterministic(let p, let model): try isDeterministic(p, in: Model(model), limit: limit)
    case .hasTrace(let p, let trace, let model): try hasTrace(p, trace, in: Model(model), limit: limit)
    }
  }
}

extension ReferenceInterpreter.Model {
  init(_ model: SemanticModel) {
    self =
      switch model {
      case .traces: .traces
      case .failures: .failures
      case .failuresDivergences: .failuresDivergences
      }
  }
}
