import CSPMEvaluation
import CSPMSyntax
import ProcessTerms
import ReferenceSemantics
import Refinement
import Testing

@testable import CSPM

/// `martlet check --certify`, from the session down.
@Suite struct CertificationTests {
  /// Examples that are small, also without compressions, so that all of them can be certified in full.
  static let certified = Example.all.filter { example in
    let isNamed = ["peterson", "token-ring", "lock-ordering", "alternating-bit"].contains { example.path.contains($0) }
    let isOfFolder = ["buffers", "machines", "operators"].contains { example.path.contains("/\($0)/") }
    return isNamed || isOfFolder && !example.path.contains("compressed")
  }

  @Test(arguments: certified)
  func `what holds in an example is certified in full`(_ example: Example) throws {
    try Stack.run {
      let session = example.load()
      for assertion in session.assertions {
        let result = session.check(assertion, certification: CertificationLimits())
        #expect(result.verdict == .holds || result.verdict == .fails, "assertion \(assertion.number)")
        let engineHolds = (result.verdict == .holds) != assertion.assertion.isNegated
        guard case .inFull(let states)? = result.certificate else {
          #expect(!engineHolds && result.certificate == nil, "assertion \(assertion.number)")
          continue
        }
        #expect(engineHolds, "assertion \(assertion.number)")
        let counted = result.statistics
        switch assertion.assertion.kind {
        case .refinement, .property(_, .deadlockFree, _), .property(_, .divergenceFree, _):
          // Of a compressed process the engine has fewer.
          let isCompressed = !counted.compilation.compressions.isEmpty
          #expect(isCompressed ? states >= counted.states : states == counted.states, "assertion \(assertion.number)")
        case .property(_, .deterministic, _), .property(_, .hasTrace, _): #expect(states > 0)
        }
      }
    }
  }

  @Test func `there are examples that are certified`() { #expect(Self.certified.count > 12) }

  @Test func `a certificate is given where it is asked for, and of what holds`() throws {
    let script = "channel a\nassert STOP [T= STOP\nassert STOP [T= a -> STOP\nassert not STOP [T= STOP"
    let found = try Stack.run {
      let session = ScriptSession(ScriptLoader().load(text: script), path: "-")
      return [nil, CertificationLimits()].map { limits in
        session.assertions.map { session.check($0, certification: limits).certificate }
      }
    }
    #expect(found == [[nil, nil, nil], [.inFull(states: 1), nil, .inFull(states: 1)]])
  }

  @Test func `beyond the limit the certificate is by walks, and says of which seed`() throws {
    let script = "channel c : {0..9}\nP(n) = c!n -> (n < 9 & P(n + 1))\nassert RUN({|c|}) [T= P(0) ||| P(0)"
    let found = try Stack.run { () -> Certificate? in
      let session = ScriptSession(ScriptLoader().load(text: script), path: "-")
      var limits = CertificationLimits()
      (limits.states, limits.walks, limits.walkLength, limits.seed) = (20, 10, 50, 3)
      return session.check(session.assertions[0], certification: limits).certificate
    }
    #expect(found == .byWalks(count: 10, length: 50, seed: 3))
  }

  @Test func `a certificate is of the processes without compressions`() throws {
    let script = """
      transparent normal
      channel a
      P = STOP |~| a -> (STOP |~| a -> STOP)
      assert RUN({a}) [T= normal(P)
      """
    let (states, found) = try Stack.run { () -> (Int, Certificate?) in
      let session = ScriptSession(ScriptLoader().load(text: script), path: "-")
      let result = session.check(session.assertions[0], certification: CertificationLimits())
      return (result.statistics.states, result.certificate)
    }
    #expect(states < 5)
    #expect(found == .inFull(states: 5))
  }

  /// An engine that says of everything that it holds.
  private static func believing(_ check: Check) -> Outcome<Process> {
    Outcome(verdict: .holds, statistics: Statistics())
  }

  /// Assertions that fail, and the trace to the fault.
  static let planted: [(assertion: String, fault: String)] = [
    ("STOP [T= P", "after ⟨⟩: P can do a, which is not allowed"),
    ("P [F= STOP", "after ⟨⟩: STOP refuses more than is allowed"),
    ("STOP [FD= DIV", "after ⟨⟩: it can diverge"),
    ("P :[deadlock free]", "after ⟨a⟩: STOP is a deadlock"),
    ("DIV :[divergence free]", "after ⟨⟩: it can diverge"),
    ("(P |~| STOP) :[deterministic [F]]", "after ⟨⟩: STOP refuses more than is allowed"),
    ("P :[has trace]: <a, b>", "after ⟨a⟩: b is not possible"),
    ("a -> STOP [T= b -> STOP :[tau priority]: {a}", "after ⟨⟩:"),
    ("a -> STOP [T= normal(a -> b -> STOP)", "after ⟨a⟩:"),
  ]

  @Test(arguments: planted.indices)
  func `a wrong answer of the engine is an internal error that says where it is wrong`(_ index: Int) throws {
    let (assertion, fault) = Self.planted[index]
    try Stack.run {
      let session = ScriptSession(
        ScriptLoader().load(text: "transparent normal\nchannel a, b\nP = a -> STOP\nassert \(assertion)"), path: "-")
      let wrong = session.assertions[0]
      #expect(session.check(wrong).verdict == .fails)
      let result = session.check(wrong, Limits(), CertificationLimits(), nil, by: Self.believing)
      #expect(result.isInternalError)
      #expect(result.certificate == nil)
      #expect(result.diagnostics.map(\.message.description).first?.contains(fault) == true, "\(result.diagnostics)")
      // Nobody asked.
      #expect(session.check(wrong, Limits(), nil, nil, by: Self.believing).verdict == .holds)
    }
  }

  @Test func `a limit that is reached while certifying leaves the verdict, and no certificate`() throws {
    try Stack.run {
      let script = "channel a : {0..1}\nP = a?x -> P\nassert P :[deadlock free]\nassert not P :[deadlock free]"
      let session = ScriptSession(ScriptLoader().load(text: script), path: "-")
      for (assertion, verdict) in zip(session.assertions, [AssertionResult.Verdict.holds, .fails]) {
        let cancellation = Cancellation()
        var limits = Limits()
        limits.cancellation = cancellation
        // Over once the engine has answered, and before the first state of the certificate.
        let result = session.check(assertion, limits, CertificationLimits(), nil) { check in
          cancellation.cancel()
          return Self.believing(check)
        }
        #expect(result.verdict == verdict)
        #expect(result.certificate == .unfinished(.cancelled))
        #expect(result.limit == nil)
      }
    }
  }

  @Test func `what one trace leads to can be too much for a certificate`() throws {
    let script = "P(n) = n < 9 & (STOP |~| P(n + 1))\nassert P(0) :[has trace [T]]: <>"
    let found = try Stack.run { () -> Certificate? in
      let session = ScriptSession(ScriptLoader().load(text: script), path: "-")
      var limits = CertificationLimits()
      limits.states = 3
      return session.check(session.assertions[0], certification: limits).certificate
    }
    #expect(found == .unfinished(.states(3)))
  }
}
