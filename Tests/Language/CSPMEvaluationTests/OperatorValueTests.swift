import Testing

/// The operators, the forms of collections, and dots (FDR manual, "Functional syntax").
@Suite struct OperatorValueTests {
  static let arithmetic: [(String, String)] = [
    ("0 / 5", "0"), ("1 / 2", "0"), ("(-1) / 2", "-1"), ("1 / -2", "-1"), ("(-1) / (-2)", "0"), ("8 / 2 / 2", "2"),
    ("(-4) / 2", "-2"), ("5 % 5", "0"), ("(-1) % 5", "4"), ("1 % -5", "-4"), ("(-5) % 5", "0"), ("7 - 2 - 1", "4"),
    ("2 + 3 * 4 - 1", "13"), ("(2 + 3) * 4", "20"), ("7 * 3 % 4", "1"), ("-(3 - 5)", "2"), ("- 1 + 2", "1"),
    ("3 - -2", "5"),
    // (n / m) * m + n % m is n, whatever the signs are.
    ("{(n / m) * m + n % m - n | n <- { -7, -6, 0, 6, 7}, m <- { -3, -2, 2, 3}}", "{0}"),
    ("0 / 0", "division-by-zero 1:1"), ("1 + 2 / 0", "division-by-zero 1:5"), ("5 % (3 - 3)", "division-by-zero 1:1"),
    ("not true or true", "true"), ("not (true or true)", "false"), ("true or false and false", "true"),
    ("false and error(\"\")", "false"), ("true or error(\"\")", "true"), ("true and error(\"\")", "script-error 1:10"),
    ("false or error(\"\")", "script-error 1:10"), ("error(\"\") and false", "script-error 1:1"),
  ]

  /// Each order with its strict form, both ways.
  static let orders: [(String, String)] = [
    // Integers, characters.
    ("<1 < 2, 2 < 2, 2 <= 2, 3 <= 2>", "<true, false, true, false>"),
    ("<(1 > 2), (2 >= 2), (3 > 2), (1 >= 2)>", "<false, true, true, false>"),
    ("<'a' < 'b', 'b' < 'a', 'a' <= 'a', 'Z' < 'a'>", "<true, false, true, true>"),
    // Sequences: prefix.
    ("<<> < <1>, <> < <>, <> <= <>, <1> <= <1, 2>, <2> <= <1, 2>>", "<true, false, true, true, false>"),
    ("<(<1, 2> > <1>), (<1> >= <1>), (<1> > <1>), (<2> >= <1>)>", "<true, true, false, false>"),
    ("<\"\" < \"a\", \"ab\" <= \"abc\", \"ab\" < \"ac\", \"ac\" < \"ab\">", "<true, true, false, false>"),
    ("<1> <= <1..>", "true"), ("<2> <= <1..>", "false"),
    // Sets: subset.
    ("<{} < {1}, {1} < {1}, {1} <= {1}, {1} <= {2}, {2} <= {1}>", "<true, false, true, false, false>"),
    ("<({1, 2} > {1}), ({1, 2} >= {3}), ({1} > {1}), ({1} >= {})>", "<true, false, false, true>"),
    ("<{{}} < {{}, {1}}, {{1}} <= {{1, 2}}>", "<true, false>"),
    ("<{2..} < {1..}, {1..} < {2..}, {1..} <= {1..}, {3, 4} < {3..}>", "<true, false, true, true>"),
    // Tuples: lexicographic, each component by its own order.
    ("<(1, 2) < (1, 3), (1, 3) < (1, 2), (1, 2) <= (1, 2), (1, 2) < (1, 2)>", "<true, false, true, false>"),
    ("<(1, 9) < (2, 0), (2, 0) < (1, 9), (1, 2, 3) < (1, 3, 0)>", "<true, false, true>"),
    (
      "<({1}, 5) < ({1, 2}, 0), ({1}, 5) < ({2}, 6), ({2}, 6) < ({1}, 5), ({1}, 5) <= ({1}, 6)>",
      "<true, false, false, true>"
    ),
    ("<(<1>, 0) < (<1>, 1), (<1>, 0) < (<2>, 1)>", "<true, false>"),
    // Maps: submap.
    ("<(| |) < (| 1 => 2 |), (| |) <= (| |), (| |) < (| |)>", "<true, true, false>"),
    ("<(| 1 => 2 |) < (| 1 => 2, 3 => 4 |), (| 1 => 2, 3 => 4 |) < (| 1 => 2 |)>", "<true, false>"),
    ("<(| 1 => 2 |) <= (| 3 => 4 |), (| 3 => 4 |) <= (| 1 => 2 |)>", "<false, false>"),
  ]

  static let equality: [(String, String)] = [
    ("<1> == <1>", "true"), ("<1, 2> == <2, 1>", "false"), ("{1, 2} == {2, 1, 1}", "true"),
    ("(1, 'a') == (1, 'a')", "true"),
    ("(1, 'a') != (1, 'b')", "true"), ("\"ab\" == <'a', 'b'>", "true"), ("{} == {x | x <- {1}, x == 2}", "true"),
    ("(| 1 => 2, 3 => 4 |) == (| 3 => 4, 1 => 2 |)", "true"), ("{{1}, {}} == {{}, {1}}", "true"),
    ("<> == <1..>", "false"),
    ("{1..3} == {1, 2, 3}", "true"), ("{0..1} != {1, 0}", "false"), ("{1..} != {0..}", "true"),
    ("Red == Green", "false"), ("(a.1) == (a.(1))", "true"),
    ("(Mixed.Cyan.0) == (Mixed.Cyan.1)", "false"), ("a == a", "true"), ("(a.0) != (a.1)", "true"),
  ]

  /// The five forms, of sequences and of sets.
  static let collections: [(String, String)] = [
    ("<>", "<>"), ("<1>", "<1>"), ("<1, 1, 2>", "<1, 1, 2>"), ("<0..0>", "<0>"), ("< -2..1>", "<-2, -1, 0, 1>"),
    ("<1..0>", "<>"),
    ("head(tail(< -1..>))", "0"), ("<x | x <- <>>", "<>"), ("<x, -x | x <- <1, 2>>", "<1, -1, 2, -2>"),
    ("<1 | true>", "<1>"),
    ("<1 | false>", "<>"), ("<x..x + 1 | x <- <1, 5>>", "<1, 2, 5, 6>"), ("<x..1 | x <- <0, 1, 2>>", "<0, 1, 1>"),
    ("head(tail(<x.. | x <- <4, 9>>))", "5"), ("<x.. | x <- <>>", "<>"),
    ("<(x, y) | x <- <1, 2>, y <- <'a', 'b'>>", "<(1, 'a'), (1, 'b'), (2, 'a'), (2, 'b')>"),
    ("<(x, y) | x <- <1..3>, x != 2, y <- <x..3>>", "<(1, 1), (1, 2), (1, 3), (3, 3)>"),
    ("{1, 1, 2}", "{1, 2}"), ("{0..0}", "{0}"), ("{ -2..1}", "{-2, -1, 0, 1}"), ("{1..0}", "{}"),
    ("{5..} == {5..}", "true"),
    ("{x % 2, 7 | x <- {1..5}}", "{0, 1, 7}"), ("{1 | true}", "{1}"), ("{1 | false}", "{}"),
    ("{x..x + 1 | x <- {1, 5}}", "{1, 2, 5, 6}"),
    ("{x.. | x <- {3, 5}} == {3..}", "true"), ("{x.. | x <- {}}", "{}"),
    ("{(x, y) | x <- {1, 2}, y <- {x..2}}", "{(1, 1), (1, 2), (2, 2)}"),
    ("{{x} | x <- {1, 2}}", "{{1}, {2}}"), ("{<x> | x <- {1, 2}}", "{<1>, <2>}"),
    // A set is ordered when it becomes a sequence, and generators of sets go in that order.
    ("<x | x <- seq({3, 1, 2})>", "<1, 2, 3>"),
    // Enumerated sets.
    ("{| |}", "{}"), ("{| e |}", "{e}"), ("{| a |}", "{a.0, a.1, a.2}"), ("{| a.1, e |}", "{a.1, e}"),
    ("{| a, a.0 |} == {| a |}", "true"),
    ("{| c.Mixed |} == {| c.Mixed.x | x <- {Cyan, Magenta} |}", "true"),
    ("{| a.x, c.Red.x | x <- {1} |}", "{a.1, c.Red.1}"),
    ("{| a.x | x <- {0..2}, x != 1 |}", "{a.0, a.2}"), ("{| a.x | x <- {} |}", "{}"),
    ("{| Mixed.Cyan |}", "{Mixed.Cyan.0, Mixed.Cyan.1}"),
    ("{| Red, Mixed.Magenta.0 |}", "{Red, Mixed.Magenta.0}"),
    // Maps.
    ("(| 1 => 2, 1 => 3 |)", "(| 1 => 3 |)"), ("(| {1} => <> |)", "(| {1} => <> |)"),
    ("(| 1 + 1 => 2 * 2 |)", "(| 2 => 4 |)"),
    // Joining and counting.
    ("<> ^ <>", "<>"), ("<1> ^ <2, 3> ^ <4>", "<1, 2, 3, 4>"), ("# <1> ^ <2>", "2"), ("#(<1> ^ <2>)", "2"),
    ("#\"abc\" + 1", "4"),
    ("head(<1> ^ <2..>)", "1"), ("head(tail(<1> ^ <2..>))", "2"), ("\"\" ^ \"\"", "<>"),
    ("if <1> == <> then 1 else 2", "2"),
  ]

  /// A dot fills the first constructor on its left that lacks something.
  static let dots: [(String, String)] = [
    ("(Pair.First.0.1) == (Pair.(First.0).1)", "true"), ("Pair.First.0.1", "Pair.First.0.1"),
    ("let p = Pair.First within (p.0.1) == (Pair.First.0.1)", "true"),
    ("let f = First.1 within Pair.f.2", "Pair.First.1.2"),
    ("let f(x) = x.1 within f(First)", "First.1"), ("let p = Pair within (p.First.1.2) == (Pair.First.1.2)", "true"),
    ("let p = Pair.(First.0) within p.2", "Pair.First.0.2"),
    ("let x = 0.1 within (Pair.First.x) == (Pair.First.0.1)", "true"),
    ("(w.Pair.First.0.1.5) == (w.(Pair.First.0.1).5)", "true"),
    ("let v = Pair.First.0.1 within {| w.v |}", "{w.Pair.First.0.1.5, w.Pair.First.0.1.6}"),
    (
      "extensions(w.Pair.First)", "{0.0.5, 0.0.6, 0.1.5, 0.1.6, 0.2.5, 0.2.6, 1.0.5, 1.0.6, 1.1.5, 1.1.6, 1.2.5, 1.2.6}"
    ),
    ("{x | w.Pair.First.x.y.z <- {| w |}}", "{0, 1}"), ("{y | w.x.y <- {| w |}}", "{5, 6}"),
    ("card({x | w.x.y <- {| w |}})", "9"),
    (
      "{x.y | Pair.x.y <- Outer}",
      "{First.0.0, First.0.1, First.0.2, First.1.0, First.1.1, First.1.2, Second.0, Second.1, Second.2}"
    ),
    ("(1.2.3) == (1.(2.3))", "true"), ("((1.2).3) == (1.2.3)", "true"), ("(1, 2).3", "(1, 2).3"), ("<1>.2", "<1>.2"),
    ("1.'a'.true", "1.'a'.true"),
    ("Pair.First.2.0", "outside-type 1:6"), ("Pair.First.0.3", "outside-type 1:1"),
    // What a complete value has behind it is a dotted value of its own.
    ("Pair.First.0.1.2", "Pair.First.0.1.2"),
    ("Second.0", "Second.0"), ("w.Pair.Second.2.7", "outside-type 1:1"),
  ]

  static let script = """
    datatype Colour = Red | Green | Mixed.Shade.{0..1}
    datatype Shade = Cyan | Magenta
    datatype Inner = First.{0..1} | Second
    datatype Outer = Pair.Inner.{0..2}
    channel a : {0..2}
    channel c : Colour.{0..1}
    channel w : Outer.{5..6}
    channel e
    """

  static let rows: [(String, String)] = [arithmetic, orders, equality, collections, dots].flatMap { $0 }

  @Test(arguments: rows)
  func `an operator has its value`(_ expression: String, _ expected: String) throws {
    let found = try value(of: expression, in: Self.script)
    #expect(found == expected)
  }

  /// What type expressions make of sets, tuples and dots.
  static let types: [(script: String, expression: String, value: String)] = [
    ("nametype N = {1, 2}", "N", "{1, 2}"), ("nametype N = {0, 1}.Bool", "N", "{0.false, 0.true, 1.false, 1.true}"),
    ("nametype N = ({0, 1}, {'a'})", "N", "{(0, 'a'), (1, 'a')}"),
    ("nametype N = ({0}.{1}, Bool)", "N", "{(0.1, false), (0.1, true)}"),
    ("nametype N = Bool\nnametype O = N.N", "card(O)", "4"), ("nametype N = Set({1})", "N", "{{}, {1}}"),
    ("datatype T = A | B.{0, 1} | C.Bool.T2\ndatatype T2 = D", "T", "{A, B.0, B.1, C.false.D, C.true.D}"),
    ("datatype T = A.({0, 1}, Bool)", "T", "{A.(0, false), A.(0, true), A.(1, false), A.(1, true)}"),
    ("datatype T = A | B.{0, 1}\nsubtype S = A | B.{1}", "(S, card(T))", "({A, B.1}, 3)"),
    ("datatype T = A | B\nsubtype S = A\nchannel c : S", "{| c |}", "{c.A}"),
    ("datatype T = A | B\nf(A) = 1\nf(B) = 2", "<f(x) | x <- <A, B>>", "<1, 2>"),
    (
      "datatype Tree = Leaf | Node.Tree.Tree\ndepth(Leaf) = 0\ndepth(Node.l.r) = 1 + depth(l)",
      "depth(Node.(Node.Leaf.Leaf).Leaf)", "2"
    ),
    ("channel c : {0, 1}.{2, 3}", "{| c |}", "{c.0.2, c.0.3, c.1.2, c.1.3}"),
    ("channel c : {0..1}\nchannel d", "Events", "{c.0, c.1, d}"),
    ("nametype N = {0.1, 0.2, 1.1, 1.2}\nchannel c : N", "card({| c |})", "4"),
    ("datatype T = A.{x | x <- {0..9}, x % 3 == 0}", "T", "{A.0, A.3, A.6, A.9}"),
    ("datatype T = A | B.{}", "T", "{A}"),
  ]

  /// However a set is given, it is its elements: in other sets, as a key, and in an argument.
  static let ways: [(String, String)] = [
    ("{0, 1}", "N"), ("{x | x <- {0, 1, 2}, x < 2}", "N"), ("{Red, Green}", "S"), ("{A.0, A.1}", "T"),
    ("{A.0, A.1}", "{| A |}"),
    ("{{}, {0}, {1}, {0, 1}}", "Set(N)"), ("{(| |), (| 0 => true |)}", "Map({0}, {true})"), ("{<>}", "Seq({})"),
    ("{0.0, 0.1, 1.0, 1.1}", "D"), ("{(0, 0), (0, 1), (1, 0), (1, 1)}", "P"), ("{false, true}", "Bool"),
  ]

  @Test(arguments: ways)
  func `a set is its elements, however it is given`(_ listed: String, _ named: String) throws {
    let script = """
      nametype N = {0..1}
      nametype D = N.N
      nametype P = (N, N)
      datatype Colour = Red | Green | Blue
      subtype S = Red | Green
      datatype T = A.N
      """
    for expression in [
      "\(listed) == \(named)", "{\(listed)} == {\(named)}", "member(\(listed), {\(named)})",
      "member(\(named), {\(listed)})",
      "card({\(listed), \(named)}) == 1", "(1, \(listed)) == (1, \(named))", "{<\(listed)>} == {<\(named)>}",
      "(| \(listed) => 1 |) == (| \(named) => 1 |)", "mapLookup((| \(named) => true |), \(listed))",
      "elem(\(listed), <\(named)>)", "show(\(listed)) == show(\(named))", "show((1, \(listed))) == show((1, \(named)))",
    ] {
      #expect(try value(of: expression, in: script) == "true", "\(expression)")
    }
  }

  @Test(arguments: types)
  func `a declared type is a set`(_ row: (script: String, expression: String, value: String)) throws {
    let found = try mistakes(in: row.script).first ?? value(of: row.expression, in: row.script)
    #expect(found == row.value)
  }
}
