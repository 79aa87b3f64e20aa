import CSPMSyntax
import Testing

/// The table of the FDR manual, section 4.2.5, tightest first, written down once more and independently of the parser.
@Suite struct PrecedenceTests {
  enum Side: Sendable { case left, right, none }

  struct Operator: Sendable {
    var spelling: String
    /// Smaller binds tighter.
    var level: Int
    var side: Side
    /// How the shape of its tree begins.
    var head: String
    init(_ spelling: String, _ level: Int, _ side: Side, _ head: String? = nil) {
      (self.spelling, self.level, self.side, self.head) = (spelling, level, side, head ?? spelling)
    }
  }

  static let operators = [
    Operator("^", 2, .left), Operator("*", 4, .left), Operator("/", 4, .left), Operator("%", 4, .left),
    Operator("+", 5, .left), Operator("-", 5, .left), Operator("==", 6, .none), Operator("!=", 6, .none),
    Operator("<", 6, .none), Operator("<=", 6, .none), Operator(">", 6, .none), Operator(">=", 6, .none),
    Operator("and", 8, .left), Operator("or", 9, .left), Operator(".", 11, .right), Operator("&", 13, .right),
    Operator("->", 13, .right), Operator(";", 14, .left), Operator("[>", 15, .left), Operator("/\\", 16, .left),
    Operator("/+ A +\\", 16, .left, "/+"), Operator("[]", 17, .left), Operator("[+ A +]", 17, .left, "[+"),
    Operator("|~|", 18, .left), Operator("[| A |]", 19, .none, "[|"), Operator("[| A |>", 19, .none, "|>"),
    Operator("[A || B]", 19, .none, "||"), Operator("[a <-> b]", 19, .none, "<->"), Operator("|||", 20, .left),
    Operator("\\", 21, .left), Operator("|\\", 21, .left),
  ]

  /// `(op x y)` as the shape of the operator has it.
  private func tree(_ op: Operator, _ left: String, _ right: String) -> String {
    switch op.head {
    case "/+", "[+", "[|", "|>": "(\(op.head) \(left) A \(right))"
    case "||": "(|| \(left) A B \(right))"
    case "<->": "(<-> \(left) a:b | \(right))"
    default: "(\(op.head) \(left) \(right))"
    }
  }

  @Test(arguments: operators)
  func `two operators group by the table`(_ first: Operator) {
    for second in Self.operators {
      let groupsLeft: Bool
      if first.level != second.level {
        // Hiding after a process operator takes all before it; a process operator after hiding leaves it alone.
        groupsLeft = first.level < second.level || first.level == 21 && second.level >= 14
      } else if first.side == .none {
        let parsed = shape(ofExpression: "x \(first.spelling) y \(second.spelling) z")
        #expect(parsed.hasPrefix("operators-do-not-chain"), "x \(first.spelling) y \(second.spelling) z")
        continue
      } else {
        groupsLeft = first.side == .left
      }
      let expected =
        groupsLeft ? tree(second, tree(first, "x", "y"), "z") : tree(first, "x", tree(second, "y", "z"))
      #expect(shape(ofExpression: "x \(first.spelling) y \(second.spelling) z") == expected)
    }
  }

  static let corners: [(String, String)] = [
    ("P ||| Q \\ A", "(\\ (||| P Q) A)"),
    ("P \\ A ||| Q", "(||| (\\ P A) Q)"),
    ("P \\ A ||| Q [] R \\ B", "(\\ (||| (\\ P A) ([] Q R)) B)"),
    ("P \\ A [| X |] Q \\ B [| Y |] R", "([| (\\ ([| (\\ P A) X Q) B) Y R)"),
    ("P \\ A \\ B", "(\\ (\\ P A) B)"),
    ("P ; Q \\ A ; R", "(; (\\ (; P Q) A) R)"),
    ("a -> P \\ A", "(\\ (-> a P) A)"),
    ("a -> b -> P ; Q", "(; (-> a (-> b P)) Q)"),
    ("a -> b & c -> P", "(-> a (& b (-> c P)))"),
    ("P [] c?x -> Q [] R", "([] ([] P (-> c ?x Q)) R)"),
    ("x == 1 & c!x + 1 -> P", "(& (== x 1) (-> c !(+ x 1) P))"),
    ("c.x + 1!y and z -> P", "(-> (. c (+ x 1)) !(and y z) P)"),
    ("c?x:S or T -> P", "(-> c ?x:(or S T) P)"),
    ("-x.y", "(. (neg x) y)"),
    ("-x * y", "(neg (* x y))"),
    ("-x + y", "(+ (neg x) y)"),
    ("x * -y + z", "(+ (* x (neg y)) z)"),
    ("x - -y", "(- x (neg y))"),
    ("#s ^ t + 1", "(+ (# (^ s t)) 1)"),
    ("not a == b and c", "(and (not (== a b)) c)"),
    ("a == not b == c", "(== a (not (== b c)))"),
    ("not f(x)", "(not (call f x))"),
    ("-f(x)[[a <- b]]", "(neg ([[ (call f x) a:b |))"),
    ("if a then b else c ||| d \\ e", "(if a b (\\ (||| c d) e))"),
    ("P ||| if a then b else c [] d", "(||| P (if a b ([] c d)))"),
    ("x ^ if a then b else c + 1", "(^ x (if a b (+ c 1)))"),
    ("let x = 1 within P \\ A", "(let (= x 1) (\\ P A))"),
    ("\\ x @ x + 1", "(lambda x @ (+ x 1))"),
    ("P \\ \\ x @ x", "(\\ P (lambda x @ x))"),
    ("[] x : S @ P ||| Q \\ A", "(all [] (<- x S) @ (\\ (||| P Q) A))"),
    ("|| x : S @ [A] P [] Q", "(all || A (<- x S) @ ([] P Q))"),
    ("|| x : S @ [A] P ||| Q", "(||| (all || A (<- x S) @ P) Q)"),
    ("P [] || x : S @ [A] Q ||| R", "(||| ([] P (all || A (<- x S) @ Q)) R)"),
    ("|| x : S @ [A] P \\ B", "(\\ (all || A (<- x S) @ P) B)"),
    ("|| x : S @ [A] P [| B |] Q", "operators-do-not-chain: `[|` after `||` needs brackets to say which comes first"),
    ("P [|A|] Q [|B|] R", "operators-do-not-chain: `[|` after `[|` needs brackets to say which comes first"),
    ("P [|A|] (Q [|B|] R)", "([| P A [([| Q B R)])"),
    ("P ||| Q [|A|] R ||| S", "(||| (||| P ([| Q A R)) S)"),
    ("f(x)(y).z", "(. (call (call f x) y) z)"),
    ("P[[a <- b]] [] Q", "([] ([[ P a:b |) Q)"),
    ("P [] Q[[a <- b]]", "([] P ([[ Q a:b |))"),
  ]

  @Test(arguments: corners)
  func `corners of the table group as in FDR`(_ text: String, _ tree: String) {
    #expect(shape(ofExpression: text) == tree)
  }

  @Test func `double patterns bind loosest and do not chain`() {
    #expect(shape(ofScript: "f(x @@ y ^ z) = x") == "(= f((@@ x (^ y z))) x)")
    #expect(shape(ofScript: "f(x @@ y @@ z) = x").hasPrefix("operators-do-not-chain"))
  }
}
