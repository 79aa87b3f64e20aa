import CSPMNames
import Testing

/// Every built-in function and constant, with ordinary arguments and at its edges (FDR manual, "Built-in
/// definitions").
@Suite struct BuiltInValueTests {
  static let sets: KeyValuePairs<BuiltIn, [(String, String)]> = [
    .card: [
      ("card({})", "0"), ("card({{}})", "1"), ("card({(1, 'a'), (1, 'a'), (2, 'a')})", "2"), ("card(Bool)", "2"),
      ("card(Set({1..4}))", "16"), ("card(Int)", "infinite-set 1:1"),
    ],
    .diff: [
      ("diff({1, 2}, {})", "{1, 2}"), ("diff({}, {1})", "{}"), ("diff({1, 2}, {2, 3})", "{1}"),
      ("diff({1..3}, {2..})", "{1}"), ("diff({1..}, {3..})", "{1, 2}"), ("diff({1}, 1)", "type-mismatch 1:1"),
    ],
    .empty: [
      ("empty({})", "true"), ("empty({{}})", "false"), ("empty({1..})", "false"), ("empty({x | x <- {}})", "true"),
      ("empty({2..1})", "true"), ("empty(diff({1..}, {0..}))", "true"), ("empty(Set({}))", "false"),
    ],
    .inter: [
      ("inter({1, 2}, {2, 3})", "{2}"), ("inter({1}, {})", "{}"), ("inter({1..}, {0..3})", "{1, 2, 3}"),
      ("inter({1..}, {3..}) == {3..}", "true"),
    ],
    .Inter: [
      ("Inter({{1, 2}, {2, 3}, {2, 4}})", "{2}"), ("Inter({{1}})", "{1}"), ("Inter({{}, {1}})", "{}"),
      ("Inter({{1..}, {0..2}})", "{1, 2}"), ("Inter({})", "empty-intersection 1:1"),
    ],
    .member: [
      ("member(1, {1, 2})", "true"), ("member(3, {1, 2})", "false"), ("member(1, {})", "false"),
      ("member({}, {{}})", "true"), ("member(-5, Int)", "true"), ("member('a', Char)", "true"),
      ("member(5, {5..})", "true"),
      ("member(4, {5..})", "false"), ("member({2}, Set({1..}))", "true"), ("member({0}, Set({1..}))", "false"),
      ("member(<1, 2>, Seq({1..}))", "true"), ("member((1, 2), {(2, 1)})", "false"),
    ],
    .seq: [
      ("seq({})", "<>"), ("seq({3, 1, 2})", "<1, 2, 3>"), ("length(seq({{1}, {2}, {}}))", "3"),
      ("seq({1..})", "infinite-set 1:1"),
    ],
    .Seq: [
      ("Seq({}) == {<>}", "true"), ("member(<>, Seq({1}))", "true"), ("member(<1, 1, 1>, Seq({1}))", "true"),
      ("member(<1, 2>, Seq({1}))", "false"), ("card(Seq({1}))", "infinite-set 1:1"),
    ],
    .set: [
      ("set(<>)", "{}"), ("set(<2, 1, 2>)", "{1, 2}"), ("set(\"aba\")", "{'a', 'b'}"), ("set(<<>, <>>)", "{<>}"),
      ("set({1})", "type-mismatch 1:1"),
    ],
    .Set: [
      ("Set({})", "{{}}"), ("Set({1})", "{{}, {1}}"), ("Set({1, 2})", "{{}, {1}, {2}, {1, 2}}"),
      ("card(Set(Set({1, 2})))", "16"),
    ],
    .union: [
      ("union({1, 2}, {2, 3})", "{1, 2, 3}"), ("union({}, {})", "{}"), ("union({1}, {2..}) == {1..}", "true"),
      ("union({'a'}, {})", "{'a'}"),
    ],
    .Union: [
      ("Union({})", "{}"), ("Union({{}})", "{}"), ("Union({{1}, {1, 2}, {3}})", "{1, 2, 3}"),
      ("Union({{1..}, {0}}) == {0..}", "true"),
    ],
  ]

  static let sequences: KeyValuePairs<BuiltIn, [(String, String)]> = [
    .concat: [
      ("concat(<>)", "<>"), ("concat(<<>, <>>)", "<>"), ("concat(<<1>, <>, <2, 1>>)", "<1, 2, 1>"),
      ("concat(<\"ab\", \"c\">)", "\"abc\""),
    ],
    .elem: [
      ("elem(1, <>)", "false"), ("elem(2, <1, 2>)", "true"), ("elem(3, <1, 2>)", "false"), ("elem(9, <1..>)", "true"),
      ("elem(<>, <<>>)", "true"),
    ],
    .head: [
      ("head(<7, 8>)", "7"), ("head(\"ab\")", "'a'"), ("head(<5..>)", "5"), ("head(<>)", "empty-sequence 1:1"),
      ("head(\"\")", "empty-sequence 1:1"),
    ],
    .length: [("length(<>)", "0"), ("length(<1, 1>)", "2"), ("length(\"\")", "0"), ("length(<1..1000>)", "1000")],
    .null: [
      ("null(<>)", "true"), ("null(<<>>)", "false"), ("null(\"\")", "true"), ("null(<1..>)", "false"),
      ("null(<2..1>)", "true"),
    ],
    .tail: [
      ("tail(<7, 8>)", "<8>"), ("tail(<7>)", "<>"), ("tail(\"ab\")", "\"b\""), ("head(tail(<5..>))", "6"),
      ("tail(<>)", "empty-sequence 1:1"),
    ],
  ]

  static let maps: KeyValuePairs<BuiltIn, [(String, String)]> = [
    .mapDelete: [
      ("mapDelete((| 1 => 2, 3 => 4 |), 3)", "(| 1 => 2 |)"), ("mapDelete((| 1 => 2 |), 5)", "(| 1 => 2 |)"),
      ("mapDelete(emptyMap, 1)", "(| |)"),
    ],
    .mapFromList: [
      ("mapFromList(<>)", "(| |)"), ("mapFromList(<(2, 'b'), (1, 'a')>)", "(| 1 => 'a', 2 => 'b' |)"),
      ("mapFromList(<(1, 2), (1, 3)>)", "(| 1 => 3 |)"),
    ],
    .mapLookup: [
      ("mapLookup((| 1 => 2, 3 => 4 |), 3)", "4"), ("mapLookup((| <> => 0 |), <>)", "0"),
      ("mapLookup((| 1 => 2 |), 2)", "no-such-key 1:1"),
    ],
    .mapMember: [
      ("mapMember((| 1 => 2 |), 1)", "true"), ("mapMember((| 1 => 2 |), 2)", "false"),
      ("mapMember(emptyMap, 1)", "false"),
    ],
    .mapToList: [("mapToList(emptyMap)", "<>"), ("mapToList((| 2 => 'b', 1 => 'a' |))", "<(1, 'a'), (2, 'b')>")],
    .mapUpdate: [
      ("mapUpdate(emptyMap, 1, 2)", "(| 1 => 2 |)"), ("mapUpdate((| 1 => 2 |), 1, 3)", "(| 1 => 3 |)"),
      ("mapUpdate((| 1 => 2 |), 0, 3)", "(| 0 => 3, 1 => 2 |)"),
    ],
    .mapUpdateMultiple: [
      ("mapUpdateMultiple(emptyMap, <>)", "(| |)"),
      ("mapUpdateMultiple((| 1 => 2, 3 => 4 |), <(1, 5), (6, 7), (1, 8)>)", "(| 1 => 8, 3 => 4, 6 => 7 |)"),
    ],
    .Map: [
      ("Map({}, {0})", "{(| |)}"), ("card(Map({0, 1}, {}))", "1"), ("card(Map({0, 1}, {2, 3}))", "9"),
      ("member((| 0 => 2 |), Map({0, 1}, {2}))", "true"), ("member((| 0 => 3 |), Map({0, 1}, {2}))", "false"),
      ("member((| 2 => 2 |), Map({0, 1}, {2}))", "false"),
    ],
  ]

  static let others: KeyValuePairs<BuiltIn, [(String, String)]> = [
    .error: [
      ("error(\"no more\")", "script-error 1:1"), ("if true then 1 else error(\"\")", "1"),
      ("let x = error(\"\") within 1", "1"),
    ],
    .show: [
      ("show(-1)", "\"-1\""), ("show(true)", "\"true\""), ("show('a')", "\"'a'\""), ("show(\"a\")", "\"\\\"a\\\"\""),
      ("show((1, <>))", "\"(1, <>)\""), ("show({2, 1})", "\"{1, 2}\""), ("show((| 1 => {} |))", "\"(| 1 => {} |)\""),
      ("show(Mixed.Cyan.1)", "\"Mixed.Cyan.1\""), ("show(a)", "\"a\""), ("show(a.0)", "\"a.0\""),
      ("length(show(10))", "2"),
    ],
    .extensions: [
      ("extensions(a)", "{0, 1, 2}"), ("extensions(c.Red)", "{0, 1}"), ("extensions(Mixed.Cyan)", "{0, 1}"),
      ("extensions(c.Mixed.Magenta)", "{0.0, 0.1, 1.0, 1.1}"), ("card(extensions(c))", "12"),
      ("extensions(1)", "type-mismatch 1:1"),
    ],
    .productions: [
      ("productions(a)", "{a.0, a.1, a.2}"), ("productions(a.1)", "{a.1}"), ("productions(Red)", "{Red}"),
      ("productions(c.Green)", "{c.Green.0, c.Green.1}"), ("productions(e)", "{e}"),
      ("productions(1)", "type-mismatch 1:1"),
    ],
    // Processes have no values that can be compared; what they do is for the tests of assertions.
    .CHAOS: [("CHAOS({e})", "<process>"), ("CHAOS({})", "<process>"), ("CHAOS({1})", "type-mismatch 1:1")],
    .RUN: [("RUN({e})", "<process>"), ("RUN({1})", "type-mismatch 1:1")],
  ]

  static let constants: [(String, String)] = [
    ("Bool", "{false, true}"), ("true == True", "true"), ("False == false", "true"), ("True", "true"),
    ("emptyMap == (| |)", "true"),
    ("member(e, Events)", "true"), ("card(Events)", "16"), ("diff(Events, {| a, c, e |})", "{}"),
    ("{Int} == {Int}", "true"),
    ("{1..} <= Int", "true"), ("{ -1, 5} <= Int", "true"), ("Int < Int", "false"), ("union(Int, {1..}) == Int", "true"),
    ("Int <= {1..}", "false"), ("{'a'} <= Char", "true"),
    ("STOP", "STOP"), ("SKIP", "SKIP"), ("DIV", "DIV"),
  ]

  static let script = """
    datatype Colour = Red | Green | Mixed.Shade.{0..1}
    datatype Shade = Cyan | Magenta
    channel a : {0..2}
    channel c : Colour.{0..1}
    channel e
    """

  static let functions = [sets, sequences, maps, others].flatMap { Array($0) }
  static let rows: [(String, String)] = functions.flatMap(\.value) + constants

  @Test(arguments: rows)
  func `a built-in function has its value`(_ expression: String, _ expected: String) throws {
    let found = try value(of: expression, in: Self.script)
    #expect(found == expected)
  }

  @Test func `every function that is always there is covered`() {
    let covered = Set(Self.functions.map(\.key))
    // The buffers are processes, and have their tests where assertions are decided.
    let expected = BuiltIn.allCases.filter { $0.availability == .always }
    #expect(covered.union([.BUFFER, .WEAK_BUFFER, .SIGNAL_BUFFER]) == Set(expected))
  }

  /// A script's own definitions take the place of what is built in, at the top level, in lets and as parameters.
  static let shadowing: [(script: String, expression: String, value: String)] = [
    ("card(x) = x + 1", "card(1)", "2"), ("card(x) = x + 1", "(card(1), length(<>))", "(2, 0)"),
    ("head = 'h'", "head", "'h'"), ("", "let head(x, y) = y within head(1, 2)", "2"), ("", "(\\ card @ card)(3)", "3"),
    ("f(union, inter) = union - inter", "f(5, 2)", "3"), ("", "{seq | seq <- {1, 2}}", "{1, 2}"),
    ("", "(let tail(x) = 0 within tail(<1>), tail(<1>))", "(0, <>)"), ("STOP = 3", "STOP + 1", "4"),
    ("Int = {1}", "card(Int)", "1"),
    ("datatype set = null | elem.{1..2}", "set", "{null, elem.1, elem.2}"),
    ("channel head : {0..1}", "{| head |}", "{head.0, head.1}"),
    ("length(<>) = 0\nlength(<_>^xs) = 1 + length(xs)", "length(<4, 5, 6>)", "3"),
    ("sbisim(x) = x * 2\nWAIT(x) = x\nTSTOP = 1", "(sbisim(4), WAIT(5), TSTOP)", "(8, 5, 1)"),
    ("module M\nexports\nhead(x) = x\ny = head(<1>)\nendmodule", "(M::y, head(<1>))", "(<1>, 1)"),
    ("Bool = {1}\nf(x) = if x then 1 else 2", "(Bool, f(true))", "({1}, 1)"),
  ]

  @Test(arguments: shadowing)
  func `a script may define what is built in`(_ row: (script: String, expression: String, value: String)) throws {
    let found = try mistakes(in: row.script).first ?? value(of: row.expression, in: row.script)
    #expect(found == row.value)
  }
}
