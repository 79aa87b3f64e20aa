import CSPMSyntax
import Testing

/// What is wrong with a script, and where: the id, line and column of each diagnostic.
@Suite struct DiagnosticTests {
  static let mistakes: [(String, [String])] = [
    ("P = (a -> STOP\nQ = )\nR = STOP", ["unexpected-token 1:15", "unexpected-token 2:5"]),
    ("P = f(x\n", ["unexpected-token 1:8"]),
    ("P = {1, 2\nQ = 1", ["unexpected-token 1:10"]),
    ("P = {1 2}", ["unexpected-token 1:8"]),
    ("P = <1, 2", ["unexpected-token 1:10"]),
    ("P = {|a, b", ["unexpected-token 1:11"]),
    ("P = (| 1 |)", ["unexpected-token 1:10"]),
    ("P = Q[[a <- b]", ["unexpected-token 1:14"]),
    ("P = Q[[a]]", ["unexpected-token 1:9"]),
    ("P = Q [| A ] R", ["unexpected-token 1:12"]),
    ("P = Q [A] R", ["unexpected-token 1:9"]),
    ("P = Q [+ A ] R", ["unexpected-token 1:12"]),
    ("P = Q /+ A R", ["unexpected-token 1:12"]),
    ("P = if b then 1", ["unexpected-token 1:16"]),
    ("P = if b else 1", ["unexpected-token 1:10"]),
    ("P = let x = 1", ["unexpected-token 1:14"]),
    ("P = let within 1", ["unexpected-token 1:9"]),
    ("P = \\ x x", ["unexpected-token 1:9"]),
    ("P = [] x : S P", ["unexpected-token 1:14"]),
    ("P = || x : S @ A P", ["unexpected-token 1:16"]),
    ("P = c?x", ["unexpected-token 1:8"]),
    ("P = c?x:S", ["unexpected-token 1:10"]),
    ("P = a ->", ["unexpected-token 1:9"]),
    ("P = ()", ["unexpected-token 1:6"]),
    ("P", ["unexpected-token 1:2"]),
    ("P Q", ["unexpected-token 1:3"]),
    ("P = Q R", ["unexpected-token 1:7"]),
    (") = 1", ["unexpected-token 1:1"]),
    ("channel", ["unexpected-token 1:8"]),
    ("channel a b", ["unexpected-token 1:11"]),
    ("datatype T", ["unexpected-token 1:11"]),
    ("datatype T = A |", ["unexpected-token 1:17"]),
    ("datatype T = 1", ["unexpected-token 1:14"]),
    ("nametype T : S", ["unexpected-token 1:12"]),
    ("assert P", ["unexpected-token 1:9"]),
    ("assert P [T=", ["unexpected-token 1:13"]),
    ("assert P :[deadlock free", ["unexpected-token 1:25"]),
    ("assert P :[deadlock free] Q", ["unexpected-token 1:27"]),
    ("assert P :[has trace [T]]", ["unexpected-token 1:26"]),
    ("module M\nx = 1\nendmodule\ny = )", ["unexpected-token 3:1", "unexpected-token 4:5"]),
    ("module M\nexports\nx = )\ny = 1", ["unexpected-token 3:5", "unexpected-token 4:6"]),
    ("module M(\nexports\nendmodule\nx = )", ["unexpected-token 2:1", "unexpected-token 4:5"]),
    ("instance I M", ["unexpected-token 1:12"]),
    ("Timed {\n  P = )\n  Q = 1\n}\nR = )", ["unexpected-token 2:7", "unexpected-token 5:5"]),
    ("include \"a\" \"b\"", ["unexpected-token 1:13"]),
    ("f :: Int ->", ["invalid-function-type 1:6"]),
    ("f :: (Int", ["unexpected-token 1:10"]),
    ("f :: {Int", ["unexpected-token 1:10"]),
    ("f :: ()", ["unexpected-token 1:8"]),
    ("f :: Eq a -> a", ["unexpected-token 1:11"]),
    ("x = a::1", ["unexpected-token 1:8"]),

    ("x = 1 < 2 < 3", ["operators-do-not-chain 1:11"]),
    ("P = Q [|A|] R [B||C] S", ["operators-do-not-chain 1:15"]),
    ("x = 1 == 2 != 3", ["operators-do-not-chain 1:12"]),
    ("P = Q [|A|] R [|B|] S", ["operators-do-not-chain 1:15"]),
    ("P = Q [|A|> R [|B|> S", ["operators-do-not-chain 1:15"]),
    ("P = Q [a <-> b] R [c <-> d] S", ["operators-do-not-chain 1:19"]),
    ("P = Q [A||B] R [|C|] S", ["operators-do-not-chain 1:16"]),
    ("f(x @@ y @@ z) = x", ["operators-do-not-chain 1:10"]),
    ("x = _", ["pattern-in-expression 1:5"]),
    ("x = f(_)\ny = _", ["pattern-in-expression 1:7", "pattern-in-expression 2:5"]),
    ("x = a @@ b", ["pattern-in-expression 1:7"]),
    ("P = c!_ -> STOP", ["pattern-in-expression 1:7"]),
    ("x = {0 | 0 <- _}", ["pattern-in-expression 1:15"]),
    ("P = Q[[_ <- b]]", ["pattern-in-expression 1:8"]),
    ("f(x + 1) = x", ["invalid-pattern 1:3"]),
    ("f(-true) = 1", ["invalid-pattern 1:3"]),
    ("f({x, y}) = 1", ["invalid-pattern 1:3"]),
    ("P = c?f(x) -> STOP", ["invalid-pattern 1:7"]),
    ("S = {x | g(x) <- T}", ["invalid-pattern 1:10"]),
    ("x = \\ y + 1 @ y", ["invalid-pattern 1:7"]),
    ("M::f(x) = x", ["invalid-definition 1:1"]),
    ("(f)(x) = x", ["invalid-definition 1:1"]),

    ("P = let channel c within P\nQ = 1", ["misplaced-declaration 1:9"]),
    ("P = let\n  assert P [T= P\nwithin P", ["misplaced-declaration 2:3"]),
    ("P = let\n  print 1\n  within P", ["misplaced-declaration 2:3"]),
    ("P = let\n  Timed(f) {\n    datatype T = A\n  }\n  within P", ["misplaced-declaration 3:5"]),
    (
      "module M\nexports\n  assert P [T= P\n  print 1\n  x = 1\nendmodule",
      ["misplaced-declaration 3:3", "misplaced-declaration 4:3"]
    ),
    ("Timed {\n  print 1\n}", ["misplaced-declaration 2:3"]),
    ("module M()\nexports\nendmodule\ninstance I = M()", ["empty-brackets 1:9", "empty-brackets 4:15"]),

    ("x = 9223372036854775808", ["integer-too-large 1:5"]),
    ("x = 999999999999999999999999999", ["integer-too-large 1:5"]),
    ("x = 1 {- two\n", ["unclosed-comment 1:7"]),
    ("x = {- {- -}", ["unclosed-comment 1:5"]),
    ("x = \"abc\ny = )", ["unclosed-literal 1:5", "unexpected-token 2:5"]),
    ("x = \"abc\\", ["unclosed-literal 1:5"]),
    ("x = 'ab'", ["unclosed-literal 1:5"]),
    ("x = '", ["unclosed-literal 1:5"]),
    ("x = ''", ["unclosed-literal 1:5"]),
    ("x = ~ 1", ["invalid-character 1:5"]),
    ("x = λ", ["invalid-character 1:5"]),
    ("x = \"é\" é", ["invalid-character 1:9"]),
    ("x = \u{0}", ["invalid-character 1:5"]),
    ("include lib.csp", ["malformed-include 1:9"]),
    ("include", ["malformed-include 1:8"]),
    ("include \"lib.csp", ["malformed-include 1:9"]),

    ("assert P [X= Q", ["unexpected-token 1:12"]),
    ("assert [T= Q", ["unexpected-token 1:8"]),
    ("assert not", ["unexpected-token 1:11"]),
    ("assert P :[]", ["unexpected-token 1:12"]),
    ("assert P :[deterministic []]", ["unknown-model 1:27"]),
    ("assert P :[has trace]", ["unexpected-token 1:22"]),
    ("assert P [T= Q :[tau priority]:", ["unexpected-token 1:32"]),
    ("assert P [T= Q :[deadlock free]", ["unknown-option 1:18"]),
    ("assert P :[divergence-free]", ["old-spelling 1:12"]),
    ("assert P :[livelock-free [FD]]", ["old-spelling 1:12"]),
    ("assert P :[has-trace]: <>", ["old-spelling 1:12"]),
    ("transparent", ["unexpected-token 1:12"]),
    ("external f g", ["unexpected-token 1:12"]),
    ("subtype S = A.", ["unexpected-token 1:15"]),
    ("print", ["unexpected-token 1:6"]),
    ("print 1 +\n2", ["unexpected-token 1:10", "unexpected-token 2:2"]),
    ("x = (| 1 => 2, |)", ["unexpected-token 1:16"]),
    ("x = <1, >", ["unexpected-token 1:9"]),
    ("x = {1.. 2 3}", ["unexpected-token 1:12"]),
    ("x = {y | }", ["unexpected-token 1:10"]),
    ("x = {|c | }", ["unexpected-token 1:11"]),
    ("x = c.", ["unexpected-token 1:7"]),
    ("x = y + ", ["unexpected-token 1:8"]),
    ("x = not", ["unexpected-token 1:8"]),
    ("P = b &", ["unexpected-token 1:8"]),
    ("P = Q |\\", ["unexpected-token 1:9"]),
    ("P = ||| x : S", ["unexpected-token 1:14"]),
    ("P = [a -> b] x : s @ Q", ["unexpected-token 1:12"]),
    ("assert P :[live]", ["unknown-property 1:12"]),
    ("assert P :[deadlock free [X]]", ["unknown-model 1:27"]),
    ("assert P :[deadlock-free]", ["old-spelling 1:12"]),
    ("assert P [T= Q :[fast]", ["unknown-option 1:18"]),
    ("assert P [T= Q :[partial order reduce [slow]]", ["unknown-option 1:40"]),
    ("assert P [T= Q :[tau priority]: {} :[tau priority over]: {}", ["duplicate-option 1:36"]),
    ("f :: Equal a => (a) -> a\nf(x) = x", ["unknown-constraint 1:6"]),
    ("f :: Int -> Bool\nf(x) = x", ["invalid-function-type 1:6"]),
    ("f :: Int\nf = 1\nf :: Int", ["duplicate-annotation 3:1"]),
    ("c, d :: Int => Event\nchannel c, d : Int", ["duplicate-annotation 2:1"]),
    ("f :: Int", ["unused-annotation 1:1"]),
    ("module M\n  f :: Int\nexports\n  f = 1\nendmodule", ["unused-annotation 2:3"]),
    ("x = let\n  f :: Int\n  g = 1\nwithin g", ["unused-annotation 2:3"]),
  ]

  @Test(arguments: mistakes)
  func `a mistake is reported once and where it is`(_ text: String, _ expected: [String]) {
    #expect(marks(load(text)) == expected)
  }

  @Test func `declarations around a broken one survive`() {
    let loaded = load(
      "x = 1\nP = (a -> STOP\nQ = R S\nf(y) = y\nchannel 3\nassert P [T= Q\nmodule M\n  a = )\n  b = 2\nexports\nendmodule"
    )
    #expect(
      shape(loaded.script) == "(= x 1)\n(= f(y) y)\n(assert [T= P Q)\n(module M() {(= b 2)} {})")
    #expect(loaded.unreadableNames == ["P", "Q", "a"])
    #expect(loaded.hasErrors)
  }

  @Test func `a broken declaration ends at the next line that stands no further right`() {
    let loaded = load("P = let\n    x = )\n    y = 1\n  within x\nQ = 1")
    #expect(marks(loaded) == ["unexpected-token 2:9"])
    #expect(shape(loaded.script) == "(= Q 1)")
  }

  @Test func `text that is not UTF-8 is located at its first bad byte`() {
    func marks(of bytes: [UInt8]) -> [String] { CSPMSyntaxTests.marks(ScriptLoader().load(bytes: bytes)) }
    #expect(marks(of: Array("x = ".utf8) + [0xFF, 0xFE]) == ["invalid-utf8 1:5"])
    #expect(marks(of: Array("x = 1\ny = \"caf".utf8) + [0xE9] + Array("\"".utf8)) == ["invalid-utf8 2:9"])
    #expect(marks(of: Array("x = 'é' + '".utf8) + [0xC3, 0x28] + Array("'".utf8)) == ["invalid-utf8 1:12"])
    #expect(marks(of: Array("include \"".utf8) + [0x80] + Array("\"".utf8)) == ["invalid-utf8 1:10"])
    // Overlong, surrogate, beyond Unicode, cut short.
    for bad: [UInt8] in [[0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82]] {
      #expect(marks(of: Array("x = \"".utf8) + bad + Array("\"".utf8)) == ["invalid-utf8 1:6"])
    }
  }

  @Test func `a comment that is not UTF-8 draws one warning and harms nothing`() {
    let loaded = ScriptLoader().load(
      bytes: Array("-- ".utf8) + [0xE9] + Array("\nx = 1 {- ".utf8) + [0xE9] + Array(" -}".utf8))
    #expect(marks(loaded) == ["invalid-utf8 1:4"])
    #expect(loaded.diagnostics.map(\.severity) == [.warning])
    #expect(shape(loaded.script) == "(= x 1)")
  }

  @Test func `a thousand mistakes are not all reported`() {
    let loaded = load(String(repeating: "x = )\n", count: 1_000))
    #expect(loaded.diagnostics.count <= SyntaxLimits.errors + 2)
    #expect(loaded.diagnostics.last?.id == "too-many-errors")
  }

  @Test func `notes point at the bracket that is open`() throws {
    let diagnostic = try #require(load("P = f(1, {2, 3)").diagnostics.first)
    #expect(diagnostic.message == "expected `}`, `,` or an operator, found `)`")
    #expect(diagnostic.notes.map(\.message) == ["`{` opened here"])
    #expect(diagnostic.notes.first?.span?.lower == 9)
  }

  static let hints: [(String, String)] = [
    (
      "x = f(1\n- 2)",
      "a line that begins with `-` begins a declaration; to continue, end the line above with an operator"
    ),
    ("x = <-1>", "`<-` is one token; a sequence that begins with a minus is written `< -1>`"),
    ("x = if a = b then 1 else 2", "`=` defines; `==` compares"),
    ("x = (|1 => 2|)", "a map is written with a space: `(| key => value |)`"),
    ("x = <y | y <- s, y > 2>", "inside `< >` a comparison needs brackets: this `>` closes the sequence"),
    ("x = {-1}", "`{-` always begins a comment; a set that begins with a minus is written `{ -1}`"),
    ("P = a → STOP", "CSPm writes `->`"),
  ]

  @Test(arguments: hints)
  func `a note explains what is usually overlooked`(_ text: String, _ note: String) {
    #expect(load(text).diagnostics.first?.notes.map(\.message).contains(note) == true)
  }
}
