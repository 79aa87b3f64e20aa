import CSPMNames
import CSPMSyntax
import Testing

@testable import CSPMEvaluation

/// What patterns match and bind, where each of them may stand (FDR manual, "Patterns").
@Suite struct PatternValueTests {
  /// A pattern, what it is tried on, and the values of its variables in the order of the text, or `no`.
  static let patterns: [(pattern: String, variables: String, argument: String, value: String)] = [
    ("x", "x", "1", "1"), ("_", "0", "1", "0"), ("1", "0", "1", "0"), ("1", "0", "2", "no"), ("-1", "0", "-1", "0"),
    ("-1", "0", "1", "no"),
    ("'a'", "0", "'a'", "0"), ("'a'", "0", "'b'", "no"), ("true", "0", "true", "0"), ("false", "0", "true", "no"),
    ("\"ab\"", "0", "\"ab\"", "0"), ("\"ab\"", "0", "\"abc\"", "no"), ("\"\"", "0", "<>", "0"),
    ("()", "0", "1", "unexpected-token 1:8"), ("(x)", "x", "1", "1"), ("(x, y)", "<x, y>", "(1, 2)", "<1, 2>"),
    ("((x, _), <y>)", "<x, y>", "((1, 2), <3>)", "<1, 3>"),
    ("(1, x)", "x", "(1, 2)", "2"), ("(1, x)", "x", "(2, 2)", "no"),
    ("<>", "0", "<>", "0"), ("<>", "0", "<1>", "no"), ("<x, y>", "<x, y>", "<1, 2>", "<1, 2>"),
    ("<x, y>", "0", "<1>", "no"), ("<x, y>", "0", "<1, 2, 3>", "no"),
    ("<x>^xs", "(x, xs)", "<1, 2>", "(1, <2>)"), ("<x>^xs", "(x, xs)", "<1>", "(1, <>)"), ("<x>^xs", "0", "<>", "no"),
    ("<x, y>^xs", "(x, y, xs)", "<1, 2, 3>", "(1, 2, <3>)"), ("<x>^<y>^xs", "(x, y, xs)", "<1, 2, 3>", "(1, 2, <3>)"),
    ("xs^<x>", "(xs, x)", "<1, 2>", "(<1>, 2)"), ("xs^<x>", "0", "<>", "no"),
    ("<x>^xs^<y>", "(x, xs, y)", "<1, 2, 3>", "(1, <2>, 3)"),
    ("<x>^xs^<y>", "(x, xs, y)", "<1, 2>", "(1, <>, 2)"), ("<x>^xs^<y>", "0", "<1>", "no"),
    ("xs^<x, y>", "(xs, x, y)", "<1, 2, 3>", "(<1>, 2, 3)"),
    ("<1>^xs", "xs", "<1, 5>", "<5>"), ("<1>^xs", "xs", "<2, 5>", "no"), ("<x>^_", "x", "<1..>", "1"),
    ("\"a\"^xs", "xs", "\"abc\"", "\"bc\""),
    ("<<x>^_>^_", "x", "<<1, 2>, <3>>", "1"), ("xs^\"c\"", "xs", "\"abc\"", "\"ab\""), ("<>^xs", "xs", "<1>", "<1>"),
    ("xs^ys", "0", "<1>", "ambiguous-pattern 1:10"), ("<x>^xs^ys", "0", "<1>", "ambiguous-pattern 1:14"),
    ("xs^<x>^ys", "0", "<1>", "ambiguous-pattern 1:14"),
    ("{}", "0", "{}", "0"), ("{}", "0", "{1}", "no"), ("{x}", "x", "{7}", "7"), ("{x}", "x", "{1, 2}", "no"),
    ("{x}", "x", "{}", "no"), ("{(x, 1)}", "x", "{(2, 1)}", "2"),
    ("{x, y}", "0", "{1}", "invalid-pattern 1:7"),
    ("x@@y", "(x, y)", "1", "(1, 1)"), ("s@@<x>^xs", "(s, x, xs)", "<1, 2>", "(<1, 2>, 1, <2>)"),
    ("s@@<x>", "0", "<>", "no"), ("(x, y@@1)", "(x, y)", "(0, 1)", "(0, 1)"),
    ("x.y", "(x, y)", "1.2", "(1, 2)"), ("x.y", "(x, y)", "1.2.3", "(1, 2.3)"),
    ("x.y.z", "(x, y, z)", "1.2.3", "(1, 2, 3)"), ("1.y", "y", "1.2", "2"), ("1.y", "y", "2.2", "no"),
    ("Red", "0", "Red", "0"), ("Red", "0", "Green", "no"), ("Mixed.x.y", "(x, y)", "Mixed.Cyan.1", "(Cyan, 1)"),
    ("Mixed.x", "x", "Mixed.Cyan.1", "Cyan.1"),
    ("Mixed.Cyan.x", "x", "Mixed.Cyan.1", "1"), ("Mixed.Cyan.x", "x", "Mixed.Magenta.1", "no"),
    ("Mixed.x.y", "0", "Red", "no"),
    ("c.x.y", "(x, y)", "c.Red.1", "(Red, 1)"), ("c.Mixed.x.y.z", "(x, y, z)", "c.Mixed.Cyan.0.1", "(Cyan, 0, 1)"),
    ("c.x.y", "(x, y)", "c.Mixed.Cyan.0.1", "(Mixed.Cyan.0, 1)"),
    ("a.x", "x", "c.Red.1", "no"), ("e", "0", "e", "0"), ("e", "0", "a.1", "no"),
  ]

  @Test(arguments: patterns)
  func `a pattern matches as a parameter`(
    _ row: (pattern: String, variables: String, argument: String, value: String)
  ) throws {
    let function = "let f(\(row.pattern)) = \(row.variables)"
    let found = try value(of: "\(function) within f(\(row.argument))", in: Self.script)
    let column = function.count + 9
    #expect(found == (row.value == "no" ? "no-matching-clause 1:\(column)" : row.value))
  }

  @Test(arguments: patterns)
  func `a pattern filters as a generator`(
    _ row: (pattern: String, variables: String, argument: String, value: String)
  ) throws {
    let text = "<\(row.variables) | \(row.pattern) <- < \(row.argument)>>"
    let found = try value(of: text, in: Self.script)
    if row.value.contains(where: { $0 == ":" }) {
      #expect(found.hasPrefix(String(row.value.prefix { $0 != " " })), "\(text): \(found)")
    } else {
      #expect(try found == (row.value == "no" ? "<>" : value(of: "<\(row.value)>", in: Self.script)), "\(text)")
    }
  }

  static let script = BuiltInValueTests.script

  static let places: [(script: String, expression: String, value: String)] = [
    // Definitions: of the top level, in any order, of a let; a pattern that does not fit is found where it is used.
    ("<y>^ys = tail(<1, 2, 3>)", "(y, ys)", "(2, <3>)"), ("(a, (b, _)) = (b + 1, (4, 5))", "a", "5"),
    ("xs = <x> ^ <9>\n<x, _> = <7, 8>", "xs", "<7, 9>"),
    ("1 = 1", "2", "2"), ("<x> = <>\ny = 3", "y", "3"), ("<x> = <>\ny = 3", "x", "pattern-does-not-match script 1:1"),
    ("", "let (x, 1) = (5, 2) within x", "pattern-does-not-match 1:5"),
    ("", "let x@@<y> = <4> within (x, y)", "(<4>, 4)"),
    ("", "let <x>^xs = <1..> within x", "1"),
    // Clauses in order, the first that fits.
    ("f(0, _) = 'a'\nf(_, 0) = 'b'\nf(_, _) = 'c'", "<f(0, 0), f(1, 0), f(1, 1)>", "\"abc\""),
    ("f(<x>) = x\nf(<x, y>) = y\nf(_) = 0", "<f(<1>), f(<1, 2>), f(<>)>", "<1, 2, 0>"),
    ("f(0)(x) = x\nf(n)(x) = f(n - 1)(x + 2)", "f(3)(1)", "7"),
    ("f(0)(1) = 'a'\nf(0)(_) = 'b'\nf(_)(_) = 'c'", "<f(0)(1), f(0)(2), f(2)(1)>", "\"abc\""),
    ("f(0) = 1", "f(2)", "no-matching-clause 1:1"), ("f(0)(0) = 1", "f(0)(2)", "no-matching-clause 1:1"),
    // What no clause looks at is not evaluated.
    ("f(_, 0) = 1", "f(error(\"\"), 0)", "1"), ("f(x, 0) = 1", "f(error(\"\"), 0)", "1"),
    ("f(1, 0) = 1", "f(error(\"\"), 0)", "script-error 1:3"),
    // Lambdas, with a pattern each.
    ("", "(\\ (x, y), <z> @ x + y + z)((1, 2), <3>)", "6"), ("", "(\\ 1 @ 2)(3)", "no-matching-clause 1:1"),
    // Generators drop what does not fit, and go on.
    ("", "<x | (x, 1) <- <(1, 1), (2, 2), (3, 1)>>", "<1, 3>"), ("", "{x | <x> <- {<>, <1>, <1, 2>, <3>}}", "{1, 3}"),
    ("", "{x | {x} <- Set({1, 2})}", "{1, 2}"),
    ("datatype T = A | B.{0..1}", "{x | B.x <- T}", "{0, 1}"),
    ("", "<(x, y) | (x, y@@<_>^_) <- <(1, <>), (2, <3>)>>", "<(2, <3>)>"),
  ]

  @Test(arguments: places)
  func `a pattern may stand wherever something is bound`(
    _ row: (script: String, expression: String, value: String)
  ) throws {
    let found = try mistakes(in: row.script).first ?? value(of: row.expression, in: row.script)
    #expect(found == row.value)
  }

  @Test func `a function that has no clause for its arguments names them`() throws {
    let message = try Stack.run { () -> String in
      let evaluator = ScriptEvaluator(ScriptLoader().load(text: "f(0, <>) = 1\nx = f(2, <3>)").script)
      let tree = try #require(Expression.parse(SourceFile(path: "-", bytes: Array("x".utf8)), file: 0).tree)
      do {
        return try evaluator.text(evaluator.names.resolve(tree))
      } catch let diagnostic as Diagnostic {
        return diagnostic.message
      }
    }
    #expect(message.contains("f(2, <3>)"), "\(message)")
  }
}
