import Testing

/// The three buffers against the same written by hand, over capacities, kinds and numbers of pairs.
@Suite struct BufferTests {
  /// `B(n, xs, w, s)` holds xs and at most n; when full it does `full` if w, when empty `none` if s.
  static let prelude = """
    channel i, o : {0..1}
    channel full, none, p, q, r, s
    PAIRS = {(i.x, o.x) | x <- {0..1}}
    B(n, xs, w, e) =
      (if length(xs) < n then i?x -> B(n, xs ^ <x>, w, e) else if w then full -> B(n, xs, w, e) else STOP)
      [] (if null(xs) then (if e then none -> B(n, xs, w, e) else STOP) else o!head(xs) -> B(n, tail(xs), w, e))

    """

  @Test(arguments: 1...4)
  func `a buffer of any capacity gives out what it took, in order`(_ capacity: Int) throws {
    for (generated, hand) in [
      ("BUFFER(\(capacity), PAIRS)", "B(\(capacity), <>, false, false)"),
      ("WEAK_BUFFER(\(capacity), full, PAIRS)", "B(\(capacity), <>, true, false)"),
      ("SIGNAL_BUFFER(\(capacity), full, none, PAIRS)", "B(\(capacity), <>, true, true)"),
    ] {
      try expectSame(generated, hand, behind: Self.prelude)
    }
  }

  static let kinds: [(String, String)] = [
    ("BUFFER(1, {(p, q)})", "let X = p -> q -> X within X"),
    ("BUFFER(2, {(p, q)})", "let X = p -> Y\nY = p -> q -> Y [] q -> X within X"),
    // Two kinds of data keep the order between them.
    ("BUFFER(2, {(p, q), (r, s)}) :[has trace]: <p, r, q, s>", "holds"),
    ("BUFFER(2, {(p, q), (r, s)}) :[has trace]: <p, r, s>", "fails"),
    ("BUFFER(2, {(p, q), (r, s)}) :[has trace]: <p, r, p>", "fails"), ("BUFFER(3, PAIRS) :[deterministic]", "holds"),
    ("BUFFER(3, PAIRS) :[deadlock free]", "holds"), ("BUFFER(3, PAIRS) :[divergence free]", "holds"),
    ("BUFFER(1, {}) :[deadlock free]", "fails"),
    ("WEAK_BUFFER(1, full, {(p, q)})", "let X = p -> Y\nY = full -> Y [] q -> X within X"),
    ("WEAK_BUFFER(1, full, {}) :[deadlock free]", "fails"),
    ("SIGNAL_BUFFER(1, full, none, {(p, q)})", "let X = p -> Y [] none -> X\nY = full -> Y [] q -> X within X"),
    ("SIGNAL_BUFFER(1, full, none, {})", "RUN({none})"),
    // A larger buffer takes more, and does all that a smaller one does.
    ("BUFFER(2, PAIRS) [T= BUFFER(1, PAIRS)", "holds"), ("BUFFER(1, PAIRS) [T= BUFFER(2, PAIRS)", "fails"),
    ("BUFFER(2, PAIRS) [F= BUFFER(1, PAIRS)", "fails"),
    ("BUFFER(2, {(p, q)}) [FD= (BUFFER(1, {(p, r)}) [| {r} |] BUFFER(1, {(r, q)})) \\ {r}", "holds"),
  ]

  @Test(arguments: kinds)
  func `a buffer is what its pairs make of it`(_ generated: String, _ expected: String) throws {
    if expected == "holds" || expected == "fails" {
      let found = try verdicts([generated], behind: Self.prelude)
      #expect(found == [expected])
    } else {
      try expectSame(generated, "(\(expected))", behind: Self.prelude)
    }
  }

  /// What is refused, as `P = …` in the first line.
  static let refused: [(String, String)] = [
    ("BUFFER(0, PAIRS)", "buffer-capacity 1:5"), ("BUFFER(-3, PAIRS)", "buffer-capacity 1:5"),
    ("WEAK_BUFFER(0, full, PAIRS)", "buffer-capacity 1:5"),
    ("BUFFER(1, {(p, q), (p, r)})", "buffer-event-twice 1:5"),
    ("BUFFER(1, {(p, q), (r, q)})", "buffer-event-twice 1:5"), ("BUFFER(1, {(p, p)})", "buffer-event-twice 1:5"),
    ("BUFFER(1, {(p, q), (q, r)})", "buffer-event-twice 1:5"),
    ("WEAK_BUFFER(1, p, {(p, q)})", "buffer-event-twice 1:5"),
    ("SIGNAL_BUFFER(1, full, q, {(p, q)})", "buffer-event-twice 1:5"),
    ("SIGNAL_BUFFER(1, full, full, {(p, q)})", "buffer-event-twice 1:5"), ("BUFFER(1, {p})", "type-mismatch 1:15"),
    ("BUFFER('a', {(p, q)})", "type-mismatch 1:12"),
    ("BUFFER(1, <(p, q)>)", "type-mismatch 1:15"), ("BUFFER(1, {(i, o)})", "type-mismatch 1:15"),
    ("BUFFER(1)", "wrong-argument-count 1:5"), ("WEAK_BUFFER(1, {(p, q)})", "wrong-argument-count 1:5"),
    ("WEAK_BUFFER(1, i, {(p, q)})", "type-mismatch 1:20"),
  ]

  @Test(arguments: refused)
  func `a buffer that cannot be is refused where it stands`(_ process: String, _ expected: String) throws {
    let found = try places("P = \(process)\n\(Self.prelude)assert P :[deadlock free]").first
    #expect(found == expected)
  }
}
