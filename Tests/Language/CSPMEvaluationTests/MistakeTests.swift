import CSPMEvaluation
import CSPMSyntax
import Testing

/// What is wrong with a script or an expression is said with a stable id and its exact place.
@Suite struct MistakeTests {
  static let expressions: [(String, String)] = [
    ("1 + true", "type-mismatch 1:5"), ("1 + <2>", "type-mismatch 1:5"), ("if 1 then 2 else 3", "type-mismatch 1:4"),
    ("not 1", "type-mismatch 1:5"), ("1 and true", "type-mismatch 1:1"), ("#{1}", "type-mismatch 1:2"),
    ("<1> ^ {2}", "type-mismatch 1:7"), ("1(2)", "type-mismatch 1:1"), ("<x | x <- 5>", "type-mismatch 1:11"),
    ("1 == true", "type-mismatch 1:1"), ("1 < {1}", "type-mismatch 1:1"), ("(\\ x @ x) == (\\ x @ x)", "not-comparable 1:1"),
    ("STOP == STOP", "not-comparable 1:1"), ("true < false", "not-comparable 1:1"),
    ("1 / 0", "division-by-zero 1:1"), ("1 % 0", "division-by-zero 1:1"),
    ("9223372036854775807 + 1", "integer-overflow 1:1"), ("-9223372036854775807 - 2", "integer-overflow 1:1"),
    ("4611686018427387904 * 2", "integer-overflow 1:1"), ("(-9223372036854775807 - 1) / -1", "integer-overflow 1:1"),
    ("head(<>)", "empty-sequence 1:1"), ("tail(<>)", "empty-sequence 1:1"), ("Inter({})", "empty-intersection 1:1"),
    ("mapLookup(emptyMap, 1)", "no-such-key 1:1"), ("error(\"stop here\")", "script-error 1:1"),
    ("card({1..})", "infinite-set 1:1"), ("{x | x <- {1..}}", "infinite-set 1:11"), ("card(Int)", "infinite-set 1:1"),
    ("#<1..>", "infinite-set 1:2"), ("union(1, {})", "type-mismatch 1:1"), ("card({1}, {2})", "wrong-argument-count 1:1"),
    ("undefined", "unknown-name 1:1"), ("(\\ x @ y)(1)", "unknown-name 1:8"), ("M::x", "unknown-name 1:1"),
    ("let f(0) = 1 within f(1)", "no-matching-clause 1:21"), ("let f(x) = 1 within f(1, 2)", "wrong-argument-count 1:21"),
    ("let <x> = <> within x", "pattern-does-not-match 1:5"), ("let x = x + 1 within x", "circular-definition 1:9"),
    ("let f(x) = 1 + f(x + 1) within f(1)", "recursion-too-deep 1:16"),
    ("(\\ x, x @ x)(1, 2)", "duplicate-variable 1:7"), ("let f(xs ^ ys) = 1 within f(<>)", "ambiguous-pattern 1:12"),
    ("let f({x, y}) = 1 within f({})", "invalid-pattern 1:7"), ("sbisim(STOP)", "not-imported 1:1"),
    ("let channel a within 1", "misplaced-declaration 1:5"), ("{1..90000000}", "collection-too-large 1:1"),
    ("Set({1..40})", "collection-too-large 1:1"), ("1 +", "unexpected-token 1:4"),
  ]

  @Test(arguments: expressions)
  func `a mistake in an expression is located`(_ expression: String, _ expected: String) throws {
    #expect(try value(of: expression) == expected)
  }

  static let dotted: [(String, String)] = [
    ("a.7", "outside-type 1:1"), ("c.0.5", "outside-type 1:1"), ("D.5", "outside-type 1:1"),
    ("Rec", "infinite-set 1:1"), ("{| endless |}", "infinite-set 1:4"), ("{| 1 |}", "type-mismatch 1:4"),
    ("bad.0", "not-rectangular script 7:15"), ("selfish.0", "circular-definition script 8:19"),
  ]

  @Test(arguments: dotted)
  func `a mistake in a dotted value is located`(_ expression: String, _ expected: String) throws {
    let script = """
      datatype T = D.{0..1} | E
      datatype Rec2 = Leaf | Node.Rec2
      Rec = {x | x <- Rec2}
      channel a : {0..2}
      channel c : {0..1}.{0..1}
      channel endless : Int
      channel bad : {0.1, 1.0}
      channel selfish : {card({| selfish |})}
      """
    let found = try value(of: expression, in: script)
    #expect(found == expected || found == expected.replacing("1:1", with: "script 3:17"))
  }

  static let scripts: [(String, [String])] = [
    ("x = 1\nx = 2", ["duplicate-definition script 2:1"]),
    ("channel a\nchannel a", ["duplicate-definition script 2:9"]),
    ("f(x) = 1\ny = 2\nf(x, z) = 3", ["duplicate-definition script 3:1"]),
    ("f(x) = 1\nf(x, z) = 3", ["clause-shape script 2:1"]),
    ("P = undefined -> STOP", ["unknown-name script 1:5"]),
    ("transparent nonsense", ["unknown-import script 1:13"]),
    ("subtype S = Nowhere", ["unknown-name script 1:13"]),
    ("channel a : {0..1}\nP = a?x$y -> STOP", ["misplaced-dollar script 2:8"]),
    ("P = (", ["unexpected-token script 1:6"]),
  ]

  @Test(arguments: scripts)
  func `a mistake in a script is located before anything is evaluated`(_ script: String, _ expected: [String]) throws {
    #expect(try mistakes(in: script) == expected)
  }

  @Test func `a misspelt name comes with a suggestion`() throws {
    let found = try Stack.run { () -> [String] in
      let loaded = ScriptLoader().load(text: "BUFFER_ONE = STOP\nP = BUFER_ONE")
      return ScriptEvaluator(loaded.script).diagnostics.flatMap { $0.notes.map(\.message) }
    }
    #expect(found == ["did you mean `BUFFER_ONE`?"])
  }
}
