import CSPMSyntax
import Testing

/// Every form of expression: the text, its tree, and what the printer makes of it where that differs from the text.
struct ExpressionForm: CustomTestStringConvertible, Sendable {
  var text: String, tree: String, printed: String
  init(_ text: String, _ tree: String, prints printed: String? = nil) {
    (self.text, self.tree, self.printed) = (text, tree, printed ?? text)
  }
  var testDescription: String { text }
}

@Suite struct ExpressionFormTests {
  static let values = [
    ExpressionForm("0", "0"),
    ExpressionForm("9223372036854775807", "9223372036854775807"),
    ExpressionForm("007", "7", prints: "7"),
    ExpressionForm("true", "true"),
    ExpressionForm("false", "false"),
    ExpressionForm("True", "True"),
    ExpressionForm("x", "x"),
    ExpressionForm("x_1'", "x_1'"),
    ExpressionForm("x''", "x''"),
    ExpressionForm("M::N::x", "M::N::x"),
    ExpressionForm("'c'", "'c'"),
    ExpressionForm("'\\''", "'''"),
    ExpressionForm("'\\\\'", "'\\'"),
    ExpressionForm("'\\n'", "'\n'"),
    ExpressionForm("'λ'", "'λ'"),
    ExpressionForm("\"\"", "\"\""),
    ExpressionForm("\"a\\\"b\\\\c\\td\"", "\"a\"b\\c\td\""),
    ExpressionForm("\"(@) -- {- ☑\"", "\"(@) -- {- ☑\""),
    ExpressionForm("(x)", "[x]"),
    ExpressionForm("(x, y, 1)", "(tuple x y 1)"),
    ExpressionForm("f()", "(call f)"),
    ExpressionForm("f(x, y)(z)", "(call (call f x y) z)"),
    ExpressionForm("(\\ x @ x)(1)", "(call [(lambda x @ x)] 1)"),
    ExpressionForm("-x", "(neg x)"),
    ExpressionForm("- -x", "(neg (neg x))"),
    ExpressionForm("#s", "(# s)"),
    ExpressionForm("not b", "(not b)"),
    ExpressionForm("if b then x else y", "(if b x y)"),
    ExpressionForm("\\ x, (y, _) @ x", "(lambda x (tuple y _) @ x)"),
    ExpressionForm("let x = 1 within x", "(let (= x 1) x)"),
    ExpressionForm(
      "let\n  x = 1\n  f(y) = x\nwithin f(x)", "(let (= x 1) (= f(y) x) (call f x))"),
    ExpressionForm("let transparent normal within normal(P)", "(let (transparent normal) (call normal P))"),
    ExpressionForm("let\n  Timed(f) {\n    P = a -> P\n  }\nwithin P", "(let (timed f {(= P (-> a P))}) P)"),
  ]

  static let collections = [
    ExpressionForm("<>", "(seq)"),
    ExpressionForm("< >", "(seq)", prints: "<>"),
    ExpressionForm("<1>", "(seq 1)"),
    ExpressionForm("<1, x, <2>>", "(seq 1 x (seq 2))"),
    ExpressionForm("<1..5>", "(seq.. 1 5)"),
    ExpressionForm("<1..>", "(seq.. 1)"),
    ExpressionForm(
      "<x + 1 | x <- s, x > 2>", "unexpected-token: expected an operator or the end of the text, found `2`"),
    ExpressionForm("<x + 1 | x <- s, (x > 2)>", "(seq (+ x 1) | (<- x s) [(> x 2)])"),
    ExpressionForm("<x, y | x <- s, y <- t>", "(seq x y | (<- x s) (<- y t))"),
    ExpressionForm("<1..5 | b>", "(seq.. 1 5 | b)"),
    ExpressionForm("<1.. | b>", "(seq.. 1 | b)"),
    ExpressionForm("< -1>", "(seq (neg 1))"),
    ExpressionForm("{}", "(set)"),
    ExpressionForm("{1, 2}", "(set 1 2)"),
    ExpressionForm("{ -1}", "(set (neg 1))"),
    ExpressionForm("{0..n - 1}", "(set.. 0 (- n 1))"),
    ExpressionForm("{0..}", "(set.. 0)"),
    ExpressionForm("{(x, y) | x <- S, (y, _) <- T, x > y}", "(set (tuple x y) | (<- x S) (<- (tuple y _) T) (> x y))"),
    ExpressionForm("{x | x : S}", "(set x | (<- x S))", prints: "{x | x <- S}"),
    ExpressionForm("{0..9 | b}", "(set.. 0 9 | b)"),
    ExpressionForm("{0.. | b}", "(set.. 0 | b)"),
    ExpressionForm("{||}", "(enum)", prints: "{| |}"),
    ExpressionForm("{|c, d.0|}", "(enum c (. d 0))"),
    ExpressionForm("{|c.x | x <- S|}", "(enum (. c x) | (<- x S))"),
    ExpressionForm("(| |)", "(map)"),
    ExpressionForm("(| 0 => 1, x => {2} |)", "(map 0:1 x:(set 2))"),
    ExpressionForm("x.y.0", "(. x (. y 0))"),
    ExpressionForm("(x.y).0", "(. [(. x y)] 0)"),
    ExpressionForm("s ^ <x> ^ t", "(^ (^ s (seq x)) t)"),
  ]

  static let processes = [
    ExpressionForm("a -> STOP", "(-> a STOP)"),
    ExpressionForm("c.x!y?z -> P", "(-> (. c x) !y ?z P)"),
    ExpressionForm("c?x:{0..1}?y!x + 1$z:S -> P", "(-> c ?x:(set.. 0 1) ?y !(+ x 1) $z:S P)"),
    ExpressionForm("c?x.y -> P", "(-> c ?(. x y) P)"),
    ExpressionForm(
      "c?_?<x>^s!(a -> b) -> P", "(-> c ?_ ?(^ (seq x) s) ![(-> a b)] P)", prints: "c?_?<x> ^ s!(a -> b) -> P"),
    ExpressionForm("c?(x @@ C.y) -> P", "(-> c ?[(@@ x (. C y))] P)"),
    ExpressionForm("b & P", "(& b P)"),
    ExpressionForm("P [] Q", "([] P Q)"),
    ExpressionForm("P |~| Q", "(|~| P Q)"),
    ExpressionForm("P [> Q", "([> P Q)"),
    ExpressionForm("P ; Q", "(; P Q)"),
    ExpressionForm("P /\\ Q", "(/\\ P Q)"),
    ExpressionForm("P ||| Q", "(||| P Q)"),
    ExpressionForm("P \\ A", "(\\ P A)"),
    ExpressionForm("P |\\ A", "(|\\ P A)"),
    ExpressionForm("P [| A |] Q", "([| P A Q)"),
    ExpressionForm("P [| A |> Q", "(|> P A Q)"),
    ExpressionForm("P [+ A +] Q", "([+ P A Q)"),
    ExpressionForm("P /+ A +\\ Q", "(/+ P A Q)"),
    ExpressionForm("P [A || B] Q", "(|| P A B Q)"),
    ExpressionForm("P [a <-> b, c.x <-> d.x | x <- X] Q", "(<-> P a:b (. c x):(. d x) | (<- x X) Q)"),
    ExpressionForm("P [a <-> b] Q", "(<-> P a:b | Q)"),
    ExpressionForm("P[[a <- b]]", "([[ P a:b |)"),
    ExpressionForm(
      "P[[a <- b, c.x <- d.x | x <- X, x > 1]][[b <- a]]",
      "([[ ([[ P a:b (. c x):(. d x) | (<- x X) (> x 1)) b:a |)"),
    ExpressionForm(
      "[] x : S, y : T(x), x != y @ P(x, y)", "(all [] (<- x S) (<- y (call T x)) (!= x y) @ (call P x y))"),
    ExpressionForm("|~| x : S @ P", "(all |~| (<- x S) @ P)"),
    ExpressionForm("||| x : S @ P", "(all ||| (<- x S) @ P)"),
    ExpressionForm("; x : <1..3> @ P", "(all ; (<- x (seq.. 1 3)) @ P)"),
    ExpressionForm("|| x : S @ [A(x)] P(x)", "(all || (call A x) (<- x S) @ (call P x))"),
    ExpressionForm("[| A |] x : S @ P", "(all [| A (<- x S) @ P)"),
    ExpressionForm("[+ A +] x : S @ P", "(all [+ A (<- x S) @ P)"),
    ExpressionForm("[a <-> b] x : s @ P", "(all <-> a:b | (<- x s) @ P)"),
    ExpressionForm("[a.i <-> b.i | i <- I] x : s @ P", "(all <-> (. a i):(. b i) | (<- i I) (<- x s) @ P)"),
    ExpressionForm("(||| x : S @ P)", "[(all ||| (<- x S) @ P)]"),
  ]

  @Test(arguments: values + collections + processes)
  func `each form has its tree`(_ form: ExpressionForm) {
    #expect(shape(ofExpression: form.text) == form.tree)
  }

  @Test(arguments: values + collections + processes)
  func `each form is printed as it was written`(_ form: ExpressionForm) {
    guard let tree = parseExpression(form.text).tree else { return }
    #expect(tree.description == form.printed)
    #expect(shape(ofExpression: tree.description) == shape(tree))
  }

  @Test func `a span covers what was written`() throws {
    let source = SourceFile(path: "-", bytes: Array("  a.b?x -> (P [] Q) \\ {|a|} ".utf8))
    let tree = try #require(Expression.parse(source, file: 7).tree)
    #expect(source.text(tree.span) == "a.b?x -> (P [] Q) \\ {|a|}")
    #expect(tree.span.file == 7)
    guard case .process(.hide, let left, let right) = tree.kind else { Issue.record("expected hiding"); return }
    #expect(source.text(left.span) == "a.b?x -> (P [] Q)")
    #expect(source.text(right.span) == "{|a|}")
    guard case .prefix(let channel, let fields, let process) = left.kind else {
      Issue.record("expected a prefix"); return
    }
    #expect(source.text(channel.span) == "a.b")
    #expect(fields.map { source.text($0.span) } == ["?x"])
    #expect(source.text(process.span) == "(P [] Q)")
  }
}
