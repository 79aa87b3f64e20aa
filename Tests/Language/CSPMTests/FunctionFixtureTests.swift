import CSPMNames
import Testing

/// The functions on processes: compressions, which change nothing, and those that are operators of their own (FDR
/// manual, "Compressions", "Operators").
@Suite struct FunctionFixtureTests {
  static let prelude = """
    channel a, b, c
    P = a -> (b -> P |~| c -> SKIP)
    Q = (a -> b -> STOP [] a -> c -> STOP) \\ {b}
    D = (let X = b -> X within a -> X) \\ {b}

    """

  static let compressions = BuiltIn.allCases.filter { $0.availability == .imported([.transparent]) }

  @Test(arguments: compressions, ["P", "Q", "D", "STOP", "SKIP", "DIV", "P ||| Q", "P [| {a} |] P"])
  func `a compression changes no meaning`(_ compression: BuiltIn, _ process: String) throws {
    let prelude = "transparent \(compression.rawValue)\n" + Self.prelude
    try expectSame("\(compression.rawValue)(\(process))", "(\(process))", behind: prelude)
  }

  static let operators: [(String, String)] = [
    // chase follows one τ; where there is none it changes nothing.
    ("chase(a -> b -> STOP)", "a -> b -> STOP"), ("chase(a -> STOP [] b -> STOP)", "a -> STOP [] b -> STOP"),
    ("chase_nocache(SKIP)", "SKIP"), ("chase(DIV)", "DIV"),
    ("chase((a -> b -> STOP) \\ {a})", "b -> STOP"), ("chase(SKIP ; a -> STOP)", "a -> STOP"),
    // Priority: an event gives way to those of earlier sets, and to τ and ✓.
    ("prioritise(a -> STOP [] b -> STOP, <{a}, {b}>)", "a -> STOP"),
    ("prioritise(a -> STOP [] b -> STOP, <{b}, {a}>)", "b -> STOP"),
    ("prioritise(a -> STOP [] b -> STOP, <{a, b}>)", "a -> STOP [] b -> STOP"),
    ("prioritise(a -> STOP [] c -> STOP, <{a}, {b}>)", "a -> STOP [] c -> STOP"),
    ("prioritise(b -> STOP, <{a}, {b}>)", "b -> STOP"), ("prioritise(SKIP [] b -> STOP, <{a}, {b}>)", "SKIP"),
    ("prioritise(SKIP [] a -> STOP, <{a}, {b}>)", "SKIP [] a -> STOP"),
    ("prioritise(c -> STOP [> b -> STOP, <{}, {c}>)", "b -> STOP"),
    ("prioritise(a -> b -> STOP [] b -> a -> STOP, <{a}, {b}, {c}>)", "a -> b -> STOP"),
    ("prioritise_nocache(a -> STOP [] b -> STOP, <{a}, {b}>)", "a -> STOP"),
    // By a partial order: a pair (x, y) puts x above y; what is not maximal is below τ.
    ("prioritisepo(a -> STOP [] b -> STOP, {a, b}, {(a, b)}, {})", "a -> STOP"),
    ("prioritisepo(a -> STOP [] b -> STOP, {a, b}, {}, {})", "a -> STOP [] b -> STOP"),
    ("prioritisepo(a -> STOP [] b -> STOP [] c -> STOP, {a, b, c}, {(a, b), (b, c)}, {})", "a -> STOP"),
    ("prioritisepo(a -> STOP [> b -> STOP, {a}, {}, {})", "b -> STOP"),
    ("prioritisepo(a -> STOP [> b -> STOP, {a}, {}, {a})", "a -> STOP [> b -> STOP"),
    // deter resolves every choice within; a watchdog follows what is allowed and barks at the rest.
    ("deter(a -> STOP [] a -> b -> STOP)", "a -> STOP"), ("deter(a -> STOP [] b -> STOP)", "a -> STOP [] b -> STOP"),
    ("deter((a -> STOP) [] SKIP)", "SKIP"), ("deter(DIV)", "DIV"), ("deter(SKIP ; a -> STOP)", "a -> STOP"),
    ("deter((a -> b -> STOP) \\ {a})", "b -> STOP"),
    ("trace_watchdog(a -> STOP, {a, b}, c)", "a -> (a -> c -> STOP [] b -> c -> STOP) [] b -> c -> STOP"),
    ("trace_watchdog(a -> STOP |~| a -> b -> STOP, {a, b}, c)",
      "a -> (a -> c -> STOP [] b -> (a -> c -> STOP [] b -> c -> STOP)) [] b -> c -> STOP"),
    ("trace_watchdog(SKIP, {a}, c)", "a -> c -> STOP"), ("trace_watchdog(b -> STOP, {}, c)", "b -> STOP"),
    ("failure_watchdog(STOP, {}, c)", "DIV"),
    ("failure_watchdog(DIV, {a}, c)", "a -> c -> STOP [> STOP"),
    ("failure_watchdog(let P = a -> P within P, {a, b}, c)",
      "let W = (a -> W [] b -> c -> STOP) [> a -> W within W"),
    ("loop(a -> b -> SKIP)", "let X = a -> b -> X within X"), ("loop(STOP)", "STOP"), ("loop(a -> STOP)", "a -> STOP"),
    ("loop(SKIP [] a -> SKIP)", "let X = (SKIP [] a -> SKIP) ; X within X"),
    ("loop(a -> SKIP |~| b -> SKIP)", "let X = a -> X |~| b -> X within X"),
    ("RUN({a, b})", "let X = a -> X [] b -> X within X"), ("RUN({})", "STOP"),
    ("CHAOS({a})", "let X = a -> X |~| STOP within X"), ("CHAOS({})", "STOP"),
    // Relations between events make renamings and sets.
    ("[] e : relational_image({(1, a), (1, b), (2, c)})(1) @ e -> STOP", "a -> STOP [] b -> STOP"),
    ("[] e : {y | (x, y) <- transpose({(a, 1), (b, 2)})} @ e -> STOP", "a -> STOP [] b -> STOP"),
    ("(a -> b -> STOP)[[x <- y | (y, x) <- mtransclose({(a, b)}, {a, b})]]", "a -> a -> STOP"),
  ]

  private static let imports =
    "external chase, chase_nocache, prioritise, prioritise_nocache, prioritisepo, loop, transpose\n"
    + "external relational_image, relational_inverse_image, mtransclose, deter, trace_watchdog, failure_watchdog\n"

  @Test(arguments: operators)
  func `a function of processes is what is written beside it`(_ process: String, _ expected: String) throws {
    try expectSame("(\(process))", "(\(expected))", behind: Self.imports + Self.prelude)
  }

  /// What is refused, as `P = …` in the first line behind the imports.
  static let refused: [(String, String)] = [
    ("prioritise(STOP, <>)", "empty-priority 1:5"), ("prioritise(STOP, <{a}, {a}>)", "priority-twice 1:5"),
    ("prioritise(STOP)", "wrong-argument-count 1:5"),
    ("prioritise(1, <{a}>)", "type-mismatch 1:16"), ("prioritise(STOP, {a})", "type-mismatch 1:22"),
    ("prioritise(STOP, <{1}>)", "type-mismatch 1:22"),
    ("prioritisepo(STOP, {a, b}, {(a, b), (b, a)}, {})", "cyclic-priority 1:5"),
    ("prioritisepo(STOP, {a}, {(a, b)}, {})", "priority-outside 1:5"),
    ("prioritisepo(STOP, {a, b}, {(a, b)}, {b})", "priority-of-maximal 1:5"), ("chase(1)", "type-mismatch 1:11"),
    ("loop(a)", "type-mismatch 1:10"),
    ("transpose({a})", "type-mismatch 1:15"), ("trace_watchdog(STOP, {a}, a)", "watchdog-bark 1:5"),
    ("failure_watchdog(STOP, {b, a}, a)", "watchdog-bark 1:5"), ("trace_watchdog(STOP, {a}, {a})", "type-mismatch 1:31"),
    ("deter(1)", "type-mismatch 1:11"),
    ("trace_watchdog(STOP, {a})", "wrong-argument-count 1:5"), ("RUN(Int)", "type-mismatch 1:9"),
    ("CHAOS({1})", "type-mismatch 1:11"),
    ("prioritise(normal(STOP), <{a}>)", "unsafe-compression 1:5"),
    ("STOP ||| prioritisepo((STOP ||| diamond(STOP)) \\ {a}, {a}, {}, {a})", "unsafe-compression 1:14"),
    ("chase(a -> STOP [] dbisim(STOP))", "unsafe-compression 1:5"),
  ]

  @Test(arguments: refused)
  func `a function that cannot be applied is refused where it stands`(_ process: String, _ expected: String) throws {
    let found = try places("P = \(process)\n" + Self.imports + "transparent normal, diamond, dbisim\nchannel a, b\nassert P :[deadlock free]").first
    #expect(found == expected)
  }

  @Test(arguments: BuiltIn.allCases)
  func `what has to be imported is imported by its own words alone`(_ builtIn: BuiltIn) throws {
    guard case .imported(let words) = builtIn.availability else { return }
    #expect(try places("x = \(builtIn.rawValue)") == ["not-imported 1:5"])
    for word in ["transparent", "external"] {
      let found = try places("\(word) \(builtIn.rawValue)")
      #expect(found == (words.contains { $0.rawValue == word } ? [] : ["unknown-import 1:\(word.count + 2)"]))
    }
    #expect(
      try places(
        "x = let \(words.first?.rawValue ?? "") \(builtIn.rawValue)\nwithin \(builtIn.rawValue)\ny = \(builtIn.rawValue)"
      ) == ["not-imported 3:5"])
  }
}
