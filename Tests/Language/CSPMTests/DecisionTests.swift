import CSPMEvaluation
import CSPMSyntax
import Refinement
import Testing

@testable import CSPM

/// The decisions of Documentation/Semantics, each as assertions with their verdicts.
@Suite struct DecisionTests {
  static let prelude = """
    channel a, b, c, d
    channel x, y : {0..1}
    external prioritise, prioritisepo, chase
    transparent sbisim, normal

    """

  /// What is decided, an assertion, its verdict, and the trace where it is unique.
  static let decisions: [(topic: String, assertion: String, verdict: String)] = [
    ("τ does not resolve []", "(a -> STOP |~| b -> STOP) [] c -> STOP [T= c -> STOP", "holds"),
    ("τ does not resolve []", "((a -> STOP |~| b -> STOP) [] c -> STOP) :[has trace [F]]: <c>", "holds"),
    ("the timeout is left by itself", "(a -> STOP [> b -> STOP) :[has trace [F]]: <a>", "fails"),
    ("only the timeout is stable", "(a -> STOP [> b -> STOP) :[has trace [F]]: <b>", "holds"),
    ("interrupt", "a -> SKIP /\\ b -> STOP [T= a -> b -> STOP", "holds"),
    ("interrupt ends with the left side", "SKIP /\\ b -> STOP [T= SKIP ; b -> STOP", "holds"),
    ("synchronising choice keeps both sides", "(a -> b -> STOP [+ {a} +] a -> c -> STOP) :[has trace]: <a, b>", "holds"),
    ("synchronising choice keeps both sides", "(a -> b -> STOP [+ {a} +] a -> c -> STOP) :[has trace]: <a, c>", "holds"),
    ("synchronising interrupt", "(a -> b -> STOP /+ {a} +\\ a -> c -> STOP) :[has trace [T]]: <a, c>", "holds"),
    ("synchronising interrupt", "(a -> b -> STOP /+ {a} +\\ a -> c -> STOP) :[has trace [T]]: <a, b, c>", "holds"),
    ("exception", "(a -> b -> STOP [| {b} |> c -> STOP) :[has trace]: <a, b, c>", "holds"),
    ("sequence hides ✓", "(SKIP ; a -> STOP) :[has trace [FD]]: <a>", "holds"),
    ("✓ is not hidden", "SKIP \\ {a} [FD= SKIP", "holds"),
    ("termination is distributed", "(SKIP ||| a -> SKIP) [FD= a -> SKIP", "holds"),
    ("termination is distributed", "a -> SKIP [FD= (SKIP ||| a -> SKIP)", "holds"),
    ("one side that has not terminated holds the others", "(SKIP [| {a} |] a -> SKIP) :[deadlock free [F]]", "fails"),
    ("✓ is a signal", "SKIP [] a -> STOP [F= SKIP", "holds"),
    ("✓ is a signal", "(SKIP [] a -> STOP) :[deterministic]", "fails"),
    ("F looks at stable states alone", "STOP [F= DIV", "holds"),
    ("F looks at stable states alone", "DIV [F= STOP", "fails"),
    ("FD is strict", "DIV [FD= a -> STOP", "holds"),
    ("FD is strict", "STOP [FD= DIV", "fails"),
    ("FD is strict", "a -> DIV [FD= a -> b -> STOP", "holds"),
    ("deadlock", "SKIP :[deadlock free [F]]", "holds"),
    ("deadlock", "STOP :[deadlock free]", "fails"),
    ("deadlock", "DIV :[deadlock free [FD]]", "fails"),
    ("deadlock", "DIV :[deadlock free [F]]", "holds"),
    ("deadlock: FD by default", "DIV :[deadlock free]", "fails"),
    ("livelock", "(let P = a -> P within P \\ {a}) :[livelock free]", "fails"),
    ("livelock", "(let P = a -> b -> P within P \\ {a}) :[divergence free]", "holds"),
    ("determinism", "(a -> STOP [] a -> STOP) :[deterministic]", "holds"),
    ("determinism", "(a -> b -> STOP [] a -> c -> STOP) :[deterministic [F]]", "fails"),
    ("determinism", "(a -> STOP |~| STOP) :[deterministic]", "fails"),
    ("determinism: FD by default", "DIV :[deterministic]", "fails"),
    ("determinism", "DIV :[deterministic [F]]", "holds"),
    ("has trace", "(a -> STOP |~| b -> STOP) :[has trace [T]]: <a>", "holds"),
    ("has trace", "(a -> STOP |~| b -> STOP) :[has trace [F]]: <a>", "fails"),
    ("has trace: FD by default", "(a -> DIV) :[has trace]: <a>", "fails"),
    ("has trace", "(a -> DIV) :[has trace [F]]: <a>", "holds"),
    ("has trace", "STOP :[has trace]: <>", "holds"),
    ("empty replication", "SKIP [FD= ||| i : {} @ a -> STOP", "holds"),
    ("empty replication", "SKIP [FD= || i : {} @ [{a}] a -> STOP", "holds"),
    ("empty replication", "SKIP [FD= [| {a} |] i : {} @ a -> STOP", "holds"),
    ("empty replication", "SKIP [FD= ; i : <> @ a -> STOP", "holds"),
    ("empty replication", "STOP [FD= [] i : {} @ a -> STOP", "holds"),
    ("empty replication", "STOP [FD= [+ {a} +] i : {} @ a -> STOP", "holds"),
    ("empty replication", "STOP [FD= |~| i : {} @ a -> STOP", "error"),
    ("empty replication", "STOP [FD= [a <-> b] i : <> @ a -> STOP", "error"),
    ("linked parallel", "STOP [T= a -> STOP [a <-> b] b -> STOP", "holds"),
    ("linked parallel", "(a -> c -> STOP [a <-> b] b -> d -> STOP) :[has trace]: <d, c>", "holds"),
    ("linked parallel ties an event once", "STOP [T= a -> STOP [a <-> b, a <-> c] STOP", "error"),
    ("linked parallel by channels", "(x!1 -> STOP [x <-> y] y?v -> (v == 1 & a -> STOP)) :[has trace]: <a>", "holds"),
    ("$ is an internal choice", "(x$v -> STOP) :[deterministic]", "fails"),
    ("$ is an internal choice", "x?v -> STOP [FD= x$v -> STOP", "fails"),
    ("$ is an internal choice", "x$v -> STOP [FD= x?v -> STOP", "holds"),
    ("priority", "a -> STOP [FD= prioritise(a -> STOP [] b -> STOP, <{a}, {b}>)", "holds"),
    ("priority: an event in no set takes no part", "c -> STOP [T= prioritise(a -> STOP [] c -> STOP, <{a}, {b}>)", "fails"),
    ("priority: τ ranks with the first set", "prioritise(a -> STOP [> b -> STOP, <{}, {a}>) :[has trace [T]]: <a>", "fails"),
    ("priority: no sets", "STOP [T= prioritise(STOP, <>)", "error"),
    ("priority by a partial order", "a -> STOP [FD= prioritisepo(a -> STOP [] b -> STOP, {a, b}, {(a, b)}, {})", "holds"),
    ("priority by a partial order", "b -> STOP [FD= prioritisepo(a -> STOP [> b -> STOP, {a}, {}, {})", "holds"),
    ("priority by a partial order", "prioritisepo(a -> STOP [> b -> STOP, {a}, {}, {a}) :[has trace [T]]: <a>", "holds"),
    ("chase follows one τ", "chase(a -> STOP |~| b -> STOP) :[deterministic]", "holds"),
    ("CHAOS", "CHAOS({a}) :[divergence free]", "holds"),
    ("CHAOS", "CHAOS({a}) :[deadlock free [F]]", "fails"),
    ("CHAOS does not terminate", "CHAOS({a}) [F= SKIP", "fails"),
    ("RUN", "RUN({a}) :[deterministic]", "holds"),
    ("compressions change nothing", "normal(sbisim(a -> STOP)) [FD= a -> STOP", "holds"),
    ("not", "not STOP [T= a -> STOP", "holds"),
    ("hiding and renaming", "c -> STOP [FD= (a -> b -> STOP)[[b <- c]] \\ {a}", "holds"),
    ("renaming is relational", "(a -> STOP)[[a <- b, a <- c]] :[has trace]: <b>", "holds"),
    ("renaming by channels", "(x.1 -> STOP)[[x <- y]] :[has trace]: <y.1>", "holds"),
    ("project", "(a -> b -> STOP) |\\ {b} :[has trace]: <b>", "holds"),
    ("unfolding a name is no step", "(let P = Q\nQ = a -> P within P) :[deterministic]", "holds"),
  ]

  @Test(arguments: decisions.indices)
  func `a decision holds`(_ index: Int) throws {
    let (topic, assertion, verdict) = Self.decisions[index]
    let found = try Stack.run { () -> String in
      let session = ScriptSession(ScriptLoader().load(text: Self.prelude + "assert " + assertion), path: "-")
      for diagnostic in session.diagnostics { Issue.record("\(assertion): \(diagnostic.message)") }
      guard let first = session.assertions.first else { return "none" }
      let result = session.check(first)
      for diagnostic in result.diagnostics where verdict != "error" { Issue.record("\(diagnostic.message)") }
      return result.verdict.rawValue
    }
    #expect(found == verdict, "\(topic): \(assertion)")
  }

  @Test func `an error in one assertion leaves the others decided`() throws {
    let script = Self.prelude + "assert STOP [T= head(<>)\nassert STOP [T= STOP\nassert 1 [T= STOP"
    let verdicts = try Stack.run {
      let session = ScriptSession(ScriptLoader().load(text: script), path: "-")
      return session.assertions.map { session.check($0).verdict.rawValue }
    }
    #expect(verdicts == ["error", "holds", "error"])
  }

  @Test func `a name costs no state`() throws {
    let script = Self.prelude + """
      P = a -> Q
      Q = R
      R = b -> P
      S = a -> b -> S
      assert RUN(Events) [T= P
      assert RUN(Events) [T= S
      """
    let states = try Stack.run {
      let session = ScriptSession(ScriptLoader().load(text: script), path: "-")
      return session.assertions.map { session.check($0).statistics.states }
    }
    #expect(states == [2, 2])
  }
}
