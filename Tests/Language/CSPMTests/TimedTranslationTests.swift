import Testing

/// Each row of the translation of timed sections under several duration functions: the process of the section against
/// its translation written by hand (FDR manual, "Timed sections").
@Suite struct TimedTranslationTests {
  /// A duration function, and how long `a`, `b`, `c.0` and `c.1` take by it.
  static let durations: [(function: String, a: Int, b: Int, c: [Int])] = [
    ("", 1, 1, [1, 1]), ("(\\ _ @ 0)", 0, 0, [0, 0]), ("(\\ _ @ 3)", 3, 3, [3, 3]), ("(byEvent)", 2, 0, [0, 1]),
    ("(\\ x @ if x == b then 1 else 2)", 2, 1, [2, 2]),
  ]

  /// `A(P)` is `a -> P` in a section, and so on; TSTOP_ and TSKIP_ are its STOP and SKIP.
  private static func prelude(_ d: (function: String, a: Int, b: Int, c: [Int])) -> String {
    """
    channel tock, a, b
    channel c : {0..1}
    byEvent(a) = 2
    byEvent(b) = 0
    byEvent(c.x) = x
    TSTOP_ = tock -> TSTOP_
    TSKIP_ = tock -> TSKIP_ [] SKIP
    LATER(0, P) = P
    LATER(n, P) = tock -> LATER(n - 1, P)
    A(P) = let X = tock -> X [] a -> LATER(\(d.a), P) within X
    B(P) = let X = tock -> X [] b -> LATER(\(d.b), P) within X
    C(0, P) = let X = tock -> X [] c.0 -> LATER(\(d.c[0]), P) within X
    C(1, P) = let X = tock -> X [] c.1 -> LATER(\(d.c[1]), P) within X
    CC(P, Q) = let X = tock -> X [] c.0 -> LATER(\(d.c[0]), P) [] c.1 -> LATER(\(d.c[1]), Q) within X
    LATER_A(P) = LATER(\(d.a), P)
    AS = A(TSTOP_)
    BS = B(TSTOP_)
    """
  }

  static let rows: [(timed: String, hand: String)] = [
    // Prefixes, with every kind of field, and recursion.
    ("a -> SKIP", "A(TSKIP_)"), ("a -> b -> STOP", "A(BS)"), ("c?x -> STOP", "CC(TSTOP_, TSTOP_)"),
    ("c!1 -> STOP", "C(1, TSTOP_)"), ("c.1 -> STOP", "C(1, TSTOP_)"), ("c?x:{1} -> STOP", "C(1, TSTOP_)"),
    ("c?x -> c!x -> STOP", "CC(C(0, TSTOP_), C(1, TSTOP_))"),
    ("let X = a -> b -> X within X", "let X = A(B(X)) within X"),
    ("let X(n) = if n == 0 then STOP else a -> X(n - 1) within X(2)", "A(AS)"),
    // Choices.
    ("a -> STOP [] b -> STOP", "AS [+ {tock} +] BS"), ("a -> STOP [] SKIP", "AS [+ {tock} +] TSKIP_"),
    ("a -> STOP |~| b -> STOP", "AS |~| BS"), ("a -> STOP [> b -> STOP", "AS [> BS"),
    ("true & a -> STOP", "AS"), ("1 == 2 & a -> STOP", "TSTOP_"), ("a -> STOP [] false & b -> STOP", "AS"),
    ("a -> STOP [+ {a} +] a -> b -> STOP", "AS [+ {a, tock} +] A(BS)"),
    ("a -> STOP [+ {} +] b -> STOP", "AS [+ {tock} +] BS"),
    // In turn.
    ("SKIP ; a -> STOP", "TSKIP_ ; AS"), ("a -> SKIP ; b -> STOP", "A(TSKIP_) ; BS"),
    ("a -> STOP /\\ b -> STOP", "AS /+ {tock} +\\ BS"), ("a -> SKIP /\\ b -> STOP", "A(TSKIP_) /+ {tock} +\\ BS"),
    ("a -> STOP /+ {a} +\\ a -> b -> STOP", "AS /+ {a, tock} +\\ A(BS)"),
    ("a -> b -> STOP [| {a} |> c.0 -> STOP", "A(BS) [| {a} |> C(0, TSTOP_)"),
    // In parallel: all of them let time pass together.
    ("a -> STOP ||| b -> STOP", "AS [| {tock} |] BS"), ("SKIP ||| a -> SKIP", "TSKIP_ [| {tock} |] A(TSKIP_)"),
    ("a -> STOP [| {a} |] a -> b -> STOP", "AS [| {a, tock} |] A(BS)"),
    ("a -> STOP [| {} |] b -> STOP", "AS [| {tock} |] BS"),
    ("a -> b -> STOP [{a, b} || {b}] b -> STOP", "A(BS) [{a, b, tock} || {b, tock}] BS"),
    // Relabelling is left as it is.
    ("(a -> b -> STOP) \\ {b}", "A(BS) \\ {b}"), ("(a -> STOP) |\\ {a, tock}", "AS |\\ {a, tock}"),
    ("(a -> STOP)[[a <- b]]", "AS[[a <- b]]"), ("(a -> STOP)[[a <- b, a <- c.0]]", "AS[[a <- b, a <- c.0]]"),
    ("(c?x -> STOP)[[c.x <- c.1 - x | x <- {0}]]", "CC(TSTOP_, TSTOP_)[[c.0 <- c.1]]"),
    // Waiting and priority.
    ("WAIT(0)", "TSKIP_"), ("WAIT(1)", "tock -> TSKIP_"), ("WAIT(3)", "LATER(3, TSKIP_)"),
    ("WAIT(2) ; a -> STOP", "LATER(2, TSKIP_) ; AS"),
    ("WAIT(1) ||| WAIT(3)", "LATER(1, TSKIP_) [| {tock} |] LATER(3, TSKIP_)"),
    ("WAIT(2) /\\ a -> STOP", "LATER(2, TSKIP_) /+ {tock} +\\ AS"), ("timed_priority(a -> STOP)", "AS"),
    ("timed_priority(STOP [> a -> STOP)", "AS"), ("timed_priority(SKIP)", "SKIP"),
    ("timed_priority((a -> b -> STOP) \\ {a})", "LATER_A(BS)"),
    // Replicated forms over none, one and several.
    ("[] x : {0} @ c.x -> STOP", "C(0, TSTOP_)"),
    ("[] x : {0..1} @ c.x -> STOP", "C(0, TSTOP_) [+ {tock} +] C(1, TSTOP_)"),
    ("|~| x : {0} @ c.x -> STOP", "C(0, TSTOP_)"), ("|~| x : {0..1} @ c.x -> STOP", "C(0, TSTOP_) |~| C(1, TSTOP_)"),
    ("||| x : {0} @ c.x -> STOP", "C(0, TSTOP_)"),
    ("||| x : {0..1} @ c.x -> STOP", "C(0, TSTOP_) [| {tock} |] C(1, TSTOP_)"),
    ("|| x : {0} @ [{a, c.x}] a -> c.x -> STOP", "A(C(0, TSTOP_))"),
    (
      "|| x : {0..1} @ [{a, c.x}] a -> c.x -> STOP",
      "A(C(0, TSTOP_)) [{a, c.0, tock} || {a, c.1, tock}] A(C(1, TSTOP_))"
    ),
    ("[| {a} |] x : {0..1} @ a -> c.x -> STOP", "A(C(0, TSTOP_)) [| {a, tock} |] A(C(1, TSTOP_))"),
    ("[+ {a} +] x : {0..1} @ a -> c.x -> STOP", "A(C(0, TSTOP_)) [+ {a, tock} +] A(C(1, TSTOP_))"),
    ("; x : <0, 1> @ c.x -> SKIP", "C(0, TSKIP_) ; C(1, TSKIP_)"), ("; x : <0> @ c.x -> SKIP", "C(0, TSKIP_)"),
  ]

  @Test(arguments: rows, 0..<durations.count)
  func `a process in a section is its translation`(_ row: (timed: String, hand: String), _ index: Int) throws {
    let duration = Self.durations[index]
    let script = Self.prelude(duration) + "\nTimed\(duration.function) {\n  T_ = \(row.timed)\n}\n"
    try expectSame("T_", row.hand, behind: script)
  }

  /// What a section means for the processes around it and in it.
  static let scopes: [(section: String, process: String, hand: String)] = [
    // A section in a section has its own durations; what stands behind it has those of the outer one again.
    ("Timed {\nP = a -> STOP\nTimed(\\ _ @ 3) { Q = a -> STOP }\nR = a -> STOP\n}", "Q", "A3"),
    ("Timed {\nP = a -> STOP\nTimed(\\ _ @ 3) { Q = a -> STOP }\nR = a -> STOP\n}", "R", "A1"),
    ("Timed(\\ _ @ 3) {\nP = let Timed { X = a -> STOP }\nwithin X\nQ = a -> STOP\n}", "P", "A1"),
    ("Timed(\\ _ @ 3) {\nP = let Timed { X = a -> STOP }\nwithin X\nQ = a -> STOP\n}", "Q", "A3"),
    // What a section calls is as it was written, and so is what calls a section.
    ("P = a -> STOP\nTimed { Q = P }", "Q", "a -> STOP"), ("P = a -> Q\nTimed { Q = STOP }", "P", "a -> TSTOP_"),
    ("F(X) = a -> X\nTimed { Q = F(STOP) }", "Q", "a -> TSTOP_"),
    ("Timed { F(X) = a -> X }\nP = F(STOP)", "P", "let X = tock -> X [] a -> tock -> STOP within X"),
    // Durations that a let or a function knows.
    ("P(n) = let Timed(\\ _ @ n) { X = a -> STOP }\nwithin X", "P(3)", "A3"),
    ("P(n) = let Timed(\\ _ @ n) { X = a -> STOP }\nwithin X", "P(1)", "A1"),
    ("d(x) = if x == a then length(<1, 2, 3>) else 0\nTimed(d) { P = a -> STOP }", "P", "A3"),
    // In modules, with a duration that is a parameter.
    ("module M(n)\nexports\nTimed(\\ _ @ n) { P = a -> STOP }\nendmodule\ninstance I = M(3)", "I::P", "A3"),
    ("module M\nexports\nTimed { P = a -> STOP }\nendmodule", "M::P", "A1"),
    // What is no process is what it was.
    ("Timed { f(x) = x + 1\nP = (if f(1) == 2 then a -> STOP else STOP)\n}", "P", "A1"),
    ("Timed { F(X) = X\nP = F(a -> STOP)\n}", "P", "A1"),
    // RUN and CHAOS are built in, and know no time.
    ("Timed { P = RUN({a}) }", "P", "RUN({a})"), ("Timed { P = CHAOS({a}) }", "P", "CHAOS({a})"),
    ("Timed { P = DIV }", "P", "DIV"),
  ]

  @Test(arguments: scopes)
  func `a section reaches as far as its brackets`(_ row: (section: String, process: String, hand: String)) throws {
    let prelude = """
      channel tock, a
      TSTOP_ = tock -> TSTOP_
      A1 = tock -> A1 [] a -> tock -> TSTOP_
      A3 = tock -> A3 [] a -> tock -> tock -> tock -> TSTOP_

      """
    try expectSame(row.process, row.hand, behind: prelude + row.section)
  }

  /// What is refused, where; the first of the script's mistakes.
  static let refused: [(String, String)] = [
    ("channel tock, a\nTimed { P = STOP [a <-> a] STOP }", "not-timed 2:13"),
    ("channel tock, a\nTimed { P = [a <-> a] x : <0, 1> @ STOP }", "not-timed 2:13"),
    ("channel tock\nchannel c : {0..1}\nTimed { P = c$x -> STOP }", "not-timed 3:14"),
    ("channel tock\nchannel c : {0..1}\nTimed { P = c$x:{0} -> STOP }", "not-timed 3:14"),
    ("Timed { P = STOP }", "no-tock 1:1"), ("tock = 1\nTimed { P = STOP }", "no-tock 2:1"),
    ("channel tock : {0..1}\nTimed { P = STOP }", "type-mismatch 1:9"),
    ("datatype T = tock\nTimed { P = STOP }", "no-tock 2:1"),
    ("channel tock\nP = WAIT(1)\nTimed { Q = STOP }", "only-timed 2:5"), ("P = timed_priority(STOP)", "only-timed 1:5"),
    ("P = TSTOP", "only-timed 1:5"), ("P = TSKIP", "only-timed 1:5"),
    ("channel tock\nTimed(1) { P = STOP }", "type-mismatch 2:7"),
    ("channel tock\nf(x) = true\nTimed(f) { P = STOP }", "type-mismatch 3:7"),
    ("channel tock\nTimed { P = WAIT('a') }", "type-mismatch 2:18"),
    ("channel tock\nf(x, y) = 1\nTimed(f) { P = STOP }", "type-mismatch 3:7"),
    ("channel tock\nTimed { P = timed_priority(1) }", "type-mismatch 2:28"),
    ("channel tock\nTimed { P = WAIT(1, 2) }", "wrong-argument-count 2:13"),
    // Found when the process is built.
    ("channel tock\nTimed { P = WAIT(-1) }", "negative-duration 2:13"),
    ("channel tock, a\nTimed(\\ _ @ -1) { P = a -> STOP }", "negative-duration 2:23"),
    ("channel tock, a\nTimed(\\ _ @ error(\"none\")) { P = a -> STOP }", "script-error 2:13"),
    ("channel tock, a, b\nf(b) = 1\nTimed(f) { P = a -> STOP }", "no-matching-clause 3:16"),
  ]

  @Test(arguments: refused)
  func `what time cannot pass through is refused where it stands`(_ script: String, _ expected: String) throws {
    let found = try places(script + "\nassert P :[deadlock free]").first
    #expect(found == expected)
  }

  @Test func `a module that time runs in finds the tock of its surroundings`() throws {
    // Its own channel is nearer than the script's.
    let script = """
      channel tock, a
      module M
      exports
      channel tock
      Timed { P = STOP }
      endmodule
      Timed { P = STOP }
      """
    let found = try verdicts(
      ["M::P :[has trace]: <M::tock>", "P :[has trace]: <tock>", "P [T= M::P"], behind: script)
    #expect(found == ["holds", "holds", "fails"])
  }
}
