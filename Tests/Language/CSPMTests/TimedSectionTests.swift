import Testing

/// Each row of the translation of timed sections, against the same written by hand (FDR manual, "Timed sections").
@Suite struct TimedSectionTests {
  static let prelude = """
    channel tock, a, b
    channel c : {0..1}
    TSTOP_ = tock -> TSTOP_
    TSKIP_ = tock -> TSKIP_ [] SKIP
    A(n) = tock -> A(n) [] a -> AFTER(n)
    AFTER(0) = TSTOP_
    AFTER(n) = tock -> AFTER(n - 1)
    B = tock -> B [] b -> tock -> TSTOP_

    """

  /// A process of a section with a duration, and what it is.
  static let rows: [(duration: String, timed: String, hand: String)] = [
    ("", "STOP", "TSTOP_"), ("", "SKIP", "TSKIP_"), ("", "TSTOP", "TSTOP_"), ("", "TSKIP", "TSKIP_"),
    ("", "a -> STOP", "A(1)"), ("(\\ _ @ 0)", "a -> STOP", "A(0)"), ("(\\ _ @ 3)", "a -> STOP", "A(3)"),
    ("(f)", "a -> STOP", "A(2)"),
    ("(f)", "c?x -> STOP", "let X = tock -> X [] c.0 -> TSTOP_ [] c.1 -> tock -> TSTOP_ within X"),
    ("", "a -> STOP [] b -> STOP", "A(1) [+{tock}+] B"), ("", "a -> STOP ||| b -> STOP", "A(1) [| {tock} |] B"),
    ("", "a -> STOP [| {a} |] a -> STOP", "A(1) [| {a, tock} |] A(1)"),
    ("", "a -> STOP [{a} || {b}] b -> STOP", "A(1) [{a, tock} || {b, tock}] B"),
    ("", "a -> STOP /\\ b -> STOP", "A(1) /+ {tock} +\\ B"),
    ("", "a -> STOP [+ {a} +] a -> STOP", "A(1) [+ {a, tock} +] A(1)"),
    ("", "a -> STOP /+ {a} +\\ b -> STOP", "A(1) /+ {a, tock} +\\ B"), ("", "true & a -> STOP", "A(1)"),
    ("", "false & a -> STOP", "TSTOP_"),
    ("", "a -> STOP |~| b -> STOP", "A(1) |~| B"), ("", "a -> STOP [> b -> STOP", "A(1) [> B"),
    ("", "a -> STOP [| {a} |> b -> STOP", "A(1) [| {a} |> B"), ("", "(a -> STOP) \\ {a}", "A(1) \\ {a}"),
    ("", "(a -> STOP)[[a <- b]]", "A(1)[[a <- b]]"), ("", "SKIP ; a -> STOP", "TSKIP_ ; A(1)"),
    ("", "WAIT(0)", "TSKIP_"), ("", "WAIT(2)", "tock -> tock -> TSKIP_"),
    ("", "WAIT(1) ; a -> STOP", "(tock -> TSKIP_) ; A(1)"),
    ("", "timed_priority(a -> STOP)", "A(1)"),
    ("", "timed_priority((a -> STOP) \\ {a})", "tock -> TSTOP_ [> tock -> TSTOP_ |~| tock -> TSTOP_"),
    // Replicated forms, over some and over none.
    ("", "[] x : {0..1} @ c.x -> STOP", "c.0 -> tock -> TSTOP_ [] c.1 -> tock -> TSTOP_ [] tock -> C_"),
    ("", "[] x : {} @ a -> STOP", "TSTOP_"), ("", "||| x : {} @ a -> STOP", "TSTOP_"),
    ("", "; x : <> @ a -> STOP", "TSKIP_"),
    ("", "[| {a} |] x : {} @ a -> STOP", "TSTOP_"), ("", "|| x : {} @ [{a}] a -> STOP", "TSTOP_"),
    ("", "[+ {a} +] x : {} @ a -> STOP", "TSTOP_"), ("", "||| x : {0..1} @ a -> STOP", "A(1) [| {tock} |] A(1)"),
    ("", "[| {a} |] x : {0..1} @ a -> STOP", "A(1) [| {a, tock} |] A(1)"),
    ("", "; x : <0, 1> @ SKIP", "TSKIP_ ; TSKIP_"),
  ]

  @Test(arguments: rows)
  func `a process in a section is its translation`(_ row: (duration: String, timed: String, hand: String)) throws {
    let script =
      Self.prelude + """
        f(a) = 2
        f(c.x) = x
        C_ = c.0 -> tock -> TSTOP_ [] c.1 -> tock -> TSTOP_ [] tock -> C_
        Timed\(row.duration) {
          T_ = \(row.timed)
        }
        """
    try expectSame("T_", row.hand, behind: script)
  }

  @Test func `an inner section has its own durations, and processes from outside stay what they are`() throws {
    let script =
      Self.prelude + """
        OUTSIDE = a -> STOP
        Timed {
          P = a -> STOP
          Timed(\\ _ @ 3) { Q = a -> STOP }
          R = OUTSIDE
        }
        """
    try expectSame("P", "A(1)", behind: script)
    try expectSame("Q", "A(3)", behind: script)
    try expectSame("R", "a -> STOP", behind: script)
  }

  @Test func `a section may stand in a let, with what the let knows`() throws {
    try expectSame("let n = 2\nTimed(\\ _ @ n) { X = a -> STOP }\nwithin X", "A(2)", behind: Self.prelude)
  }

  static let refused: [(String, String)] = [
    ("Timed { P = STOP [a <-> b] STOP }", "error not-timed"),
    ("Timed { P = [a <-> b] x : <0, 1> @ STOP }", "error not-timed"),
    ("Timed { P = c$x -> STOP }", "error not-timed"), ("Timed(\\ _ @ -1) { P = a -> STOP }", "error negative-duration"),
    ("Timed { P = WAIT(-1) }", "error negative-duration"), ("Timed(3) { P = STOP }", "error type-mismatch"),
  ]

  @Test(arguments: refused)
  func `what time cannot pass through is refused`(_ section: String, _ expected: String) throws {
    #expect(
      try verdicts(["P :[deadlock free]"], behind: "channel tock, a, b\nchannel c : {0..1}\n" + section) == [expected])
  }
}

/// `BUFFER` and its kin, and `loop`, against the same written by hand.
@Suite struct GeneratedProcessTests {
  static let prelude = """
    external loop
    channel i, o : {0..1}
    channel full, empty_
    PAIRS = {(i.x, o.x) | x <- {0..1}}
    B(n, xs, w, s) =
      (if length(xs) < n then i?x -> B(n, xs ^ <x>, w, s) else if w then full -> B(n, xs, w, s) else STOP)
      [] (if null(xs) then (if s then empty_ -> B(n, xs, w, s) else STOP) else o!head(xs) -> B(n, tail(xs), w, s))
    """

  static let rows: [(String, String)] = [
    ("BUFFER(1, PAIRS)", "B(1, <>, false, false)"), ("BUFFER(3, PAIRS)", "B(3, <>, false, false)"),
    ("WEAK_BUFFER(2, full, PAIRS)", "B(2, <>, true, false)"),
    ("SIGNAL_BUFFER(2, full, empty_, PAIRS)", "B(2, <>, true, true)"),
    ("BUFFER(1, {})", "STOP"), ("loop(full -> SKIP)", "let X = full -> X within X"), ("loop(STOP)", "STOP"),
    ("loop(full -> empty_ -> SKIP)", "let X = full -> empty_ -> X within X"),
  ]

  @Test(arguments: rows)
  func `a generated process is what its description says`(_ generated: String, _ hand: String) throws {
    try expectSame(generated, hand, behind: Self.prelude)
  }

  static let refused: [(String, String)] = [
    ("BUFFER(0, PAIRS)", "error buffer-capacity"), ("BUFFER(-1, PAIRS)", "error buffer-capacity"),
    ("BUFFER(1, {(i.0, o.0), (i.1, o.0)})", "error buffer-event-twice"),
    ("BUFFER(1, {(i.0, i.0)})", "error buffer-event-twice"),
    ("WEAK_BUFFER(1, i.0, PAIRS)", "error buffer-event-twice"),
    ("SIGNAL_BUFFER(1, full, full, PAIRS)", "error buffer-event-twice"),
  ]

  @Test(arguments: refused)
  func `a buffer that cannot be told apart is refused`(_ buffer: String, _ expected: String) throws {
    #expect(try verdicts(["\(buffer) :[deadlock free]"], behind: Self.prelude) == [expected])
  }
}
