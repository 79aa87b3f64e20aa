import Testing

/// The functional half of the language, form by form (FDR manual, "Functional Syntax", "Built-in definitions").
@Suite struct ValueTests {
  static let arithmetic: [(String, String)] = [
    ("1 + 2 * 3", "7"), ("-2 - -3", "1"), ("7 / 2", "3"), ("(-7) / 2", "-4"), ("7 / -2", "-4"), ("(-7) / (-2)", "3"), ("-7 / 2", "-3"),
    ("7 % 3", "1"), ("(-7) % 3", "2"), ("7 % -3", "-2"), ("(-7) % (-3)", "-1"), ("6 % -3", "0"),
    ("9223372036854775807", "9223372036854775807"), ("-9223372036854775807 - 1", "-9223372036854775808"),
    ("1 == 1", "true"), ("1 != 1", "false"), ("1 < 2 and 2 < 1", "false"), ("1 > 2 or 2 >= 2", "true"),
    ("(1, 2) < (1, 3)", "true"), ("(1, 2) < (0, 3)", "false"), ("(1, 2) <= (1, 2)", "true"), ("'a' < 'b'", "true"),
    ("(| 1 => 2 |) < (| 1 => 2, 3 => 4 |)", "true"), ("(| 1 => 2 |) <= (| 1 => 3 |)", "true"), ("(| 1 => 3 |) <= (| 1 => 2 |)", "false"),
    ("\"a\" <= \"ab\"", "true"), ("\"b\" <= \"ab\"", "false"),
    ("not false", "true"), ("if 1 < 2 then 'a' else 'b'", "'a'"),
    ("false and 1 / 0 == 1", "false"), ("true or 1 / 0 == 1", "true"),
  ]

  static let sequences: [(String, String)] = [
    ("<>", "<>"), ("<1, 2>", "<1, 2>"), ("<1..4>", "<1, 2, 3, 4>"), ("<4..1>", "<>"), ("<1> ^ <2>", "<1, 2>"),
    ("#<1, 2, 3>", "3"), ("length(<>)", "0"), ("null(<>)", "true"), ("head(<3, 4>)", "3"), ("tail(<3, 4>)", "<4>"),
    ("concat(<<1>, <>, <2, 3>>)", "<1, 2, 3>"), ("elem(2, <1, 2>)", "true"), ("elem(3, <1, 2>)", "false"),
    ("<x * x | x <- <1..5>, x % 2 == 1>", "<1, 9, 25>"), ("<(x, y) | x <- <1, 2>, y <- <x..2>>", "<(1, 1), (1, 2), (2, 2)>"),
    ("<x..y | (x, y) <- <(1, 2), (2, 3)>>", "<1, 2, 2, 3>"), ("<1.. | false>", "<>"),
    ("<1> <= <1, 2>", "true"), ("<1, 2> < <1, 2>", "false"), ("<2> <= <1, 2>", "false"),
    ("head(tail(<1..>))", "2"), ("head(<x | x <- <1..>, 10 < x>)", "11"), ("\"ab\" ^ \"c\"", "\"abc\""),
    ("\"a\\\"\\n\"", "\"a\\\"\\n\""), ("show(<1, 2>)", "\"<1, 2>\""),
    ("length(<error(\"not needed\"), 1>)", "2"), ("head(<1> ^ error(\"not needed\"))", "1"),
  ]

  static let sets: [(String, String)] = [
    ("{3, 1, 2, 1}", "{1, 2, 3}"), ("{1..3}", "{1, 2, 3}"), ("{x % 3 | x <- {0..9}}", "{0, 1, 2}"),
    ("union({1}, {2})", "{1, 2}"), ("inter({1, 2}, {2, 3})", "{2}"), ("diff({1, 2}, {2})", "{1}"),
    ("Union({{1}, {2}, {}})", "{1, 2}"), ("Inter({{1, 2}, {2, 3}})", "{2}"), ("member(1, {1..})", "true"),
    ("member(0, {1..})", "false"), ("card({1, 1})", "1"), ("empty({})", "true"), ("set(<2, 1, 2>)", "{1, 2}"),
    ("seq({2, 1})", "<1, 2>"), ("Set({1, 2})", "{{}, {1}, {2}, {1, 2}}"), ("member(<1, 1>, Seq({1}))", "true"),
    ("member(<2>, Seq({1}))", "false"), ("diff({1..}, {1}) == {2..}", "true"), ("{1..} <= {0..}", "true"),
    ("{x.. | x <- {1, 2, 5}} == {1..}", "true"), ("{1, 2} <= {1, 2, 3}", "true"), ("{} < {1}", "true"),
    ("{1} < {1}", "false"), ("Bool", "{false, true}"), ("{(1, 'a')}", "{(1, 'a')}"),
    ("card({{}, {1}} )", "2"), ("member({1}, {{1}})", "true"),
  ]

  static let maps: [(String, String)] = [
    ("emptyMap", "(| |)"), ("(| 2 => 'b', 1 => 'a' |)", "(| 1 => 'a', 2 => 'b' |)"),
    ("mapLookup(mapUpdate(emptyMap, 1, 2), 1)", "2"), ("mapMember((| 1 => 2 |), 2)", "false"),
    ("mapToList(mapFromList(<(2, 0), (1, 5)>))", "<(1, 5), (2, 0)>"), ("mapDelete((| 1 => 2 |), 1)", "(| |)"),
    ("mapUpdateMultiple(emptyMap, <(1, 1), (1, 2)>)", "(| 1 => 2 |)"), ("card(Map({0, 1}, {0, 1}))", "9"),
    ("(| 1 => 1 |) < (| 1 => 1, 2 => 2 |)", "true"), ("(| 1 => 1 |) == (| 1 => 2 |)", "false"),
  ]

  static let functions: [(String, String)] = [
    ("(\\ x, y @ x - y)(5, 3)", "2"), ("let f(x) = x + 1 within f(f(1))", "3"),
    ("let f(0) = 1\nf(n) = n * f(n - 1) within f(20)", "2432902008176640000"),
    ("let add(x)(y) = x + y within add(1)(2)", "3"), ("let inc = add(1)\nadd(x)(y) = x + y within inc(4)", "5"),
    ("let (x, <y>^ys) = (1, <2, 3>) within <x, y> ^ ys", "<1, 2, 3>"),
    ("let f(x, y) = x within f(1, error(\"not needed\"))", "1"),
    ("let even(n) = n == 0 or odd(n - 1)\nodd(n) = n != 0 and even(n - 1) within even(1000)", "true"),
    ("let last(xs ^ <x>) = x within last(<1, 2, 3>)", "3"), ("let f(s @@ <x>^xs) = (s, x) within f(<1, 2>)", "(<1, 2>, 1)"),
    ("let f({}) = 0\nf({x}) = x\nf(_) = -1 within <f({}), f({4}), f({1, 2})>", "<0, 4, -1>"),
    ("let f(\"ab\") = 1\nf(_) = 2 within <f(\"ab\"), f(\"ba\")>", "<1, 2>"),
    ("let ones = <1> ^ ones within head(tail(tail(ones)))", "1"),
    ("let compose(f, g) = \\ x @ f(g(x)) within compose(\\ x @ x + 1, \\ x @ x * 2)(5)", "11"),
    ("let sum(<>) = 0\nsum(<x>^xs) = x + sum(xs) within sum(<1..2000>)", "2001000"),
  ]

  static let script = """
    datatype Colour = Red | Green | Mixed.Colour2.{0..1}
    datatype Colour2 = Cyan | Magenta
    datatype Tree = Leaf | Node.Tree.Tree
    subtype Plain = Red | Green
    nametype Pair = {0..1}.{5..6}
    channel a, b : {0..2}
    channel c : Colour.{0..1}
    channel d : Pair.Bool
    channel e
    channel t : ({0..1}, Bool)
    """

  static let dots: [(String, String)] = [
    ("Plain", "{Red, Green}"), ("card(Colour)", "6"), ("Mixed.Cyan.1", "Mixed.Cyan.1"), ("{| a |}", "{a.0, a.1, a.2}"),
    ("{| c.Red |}", "{c.Red.0, c.Red.1}"), ("{| c.Mixed.Cyan |}", "{c.Mixed.Cyan.0.0, c.Mixed.Cyan.0.1, c.Mixed.Cyan.1.0, c.Mixed.Cyan.1.1}"),
    ("card({| c |})", "12"), ("card({| d |})", "8"), ("card({| t |})", "4"), ("card(Events)", "31"),
    ("extensions(c.Mixed.Cyan)", "{0.0, 0.1, 1.0, 1.1}"), ("extensions(Mixed)", "{Cyan.0, Cyan.1, Magenta.0, Magenta.1}"),
    ("productions(Mixed.Cyan)", "{Mixed.Cyan.0, Mixed.Cyan.1}"), ("{| a.x | x <- {0..1} |}", "{a.0, a.1}"),
    ("let f(c.x.y) = (x, y) within f(c.Green.1)", "(Green, 1)"), ("let f(c.x) = x within f(c.Green.1)", "Green.1"),
    ("let f(c.Mixed.x.y.z) = (x, y, z)\nf(_) = 0 within f(c.Mixed.Magenta.0.1)", "(Magenta, 0, 1)"),
    ("let f(x.y) = (x, y) within f(1.2.3)", "(1, 2.3)"), ("(1.2.3) == (1.(2.3))", "true"), ("(c.Red) == (c.Red)", "true"),
    ("member(Node.Leaf.(Node.Leaf.Leaf), Tree)", "true"), ("(Node.Leaf.Leaf) == (Node.(Leaf).Leaf)", "true"),
    ("member(e, Events)", "true"), ("let x = Mixed.Cyan within c.x.1.0", "c.Mixed.Cyan.1.0"),
    ("Pair", "{0.5, 0.6, 1.5, 1.6}"), ("member(Red, Colour)", "true"),
  ]

  @Test(arguments: arithmetic + sequences + sets + maps + functions)
  func `an expression has its value`(_ expression: String, _ expected: String) throws {
    #expect(try value(of: expression) == expected)
  }

  @Test(arguments: dots)
  func `a dotted expression has its value`(_ expression: String, _ expected: String) throws {
    #expect(try value(of: expression, in: Self.script) == expected)
  }

  static let relations: [(String, String)] = [
    ("transpose({(1, 2), (3, 4)})", "{(2, 1), (4, 3)}"), ("relational_image({(1, 2), (1, 3), (2, 4)})(1)", "{2, 3}"),
    ("relational_inverse_image({(1, 2), (3, 2)})(2)", "{1, 3}"), ("relational_image({(1, 2)})(7)", "{}"),
  ]

  @Test(arguments: relations)
  func `an external function has its value`(_ expression: String, _ expected: String) throws {
    let script = "external transpose, relational_image, relational_inverse_image"
    #expect(try value(of: expression, in: script) == expected)
  }

  @Test func `a long lazy sequence is let go without a deep stack`() throws {
    #expect(try value(of: "length(<x | x <- <1..>, 0 < x and (x < 50000 or error(\"end\"))>)") == "script-error 1:49")
  }
}
