import CSPMSyntax
import Testing

/// Where a line may break, what is a comment, and where tokens end.
@Suite struct LayoutTests {
  static let breaks: [(String, String)] = [
    // After what needs a successor, and before what can only continue.
    ("x =\n1", "(= x 1)"),
    ("x\n= 1", "(= x 1)"),
    ("x = 1 +\n\n 2", "(= x (+ 1 2))"),
    ("x = 1\n\n + 2", "(= x (+ 1 2))"),
    ("x = 1 -\n2", "(= x (- 1 2))"),
    ("P = a\n->\nQ\n[]\nR", "(= P ([] (-> a Q) R))"),
    ("P = Q\n|||\nR\n\\\nA", "(= P (\\ (||| Q R) A))"),
    ("P = Q\n[|\nA\n|]\nR", "(= P ([| Q A R))"),
    ("P = Q\n[\nA\n||\nB\n]\nR", "(= P (|| Q A B R))"),
    ("P = Q\n[[\na\n<-\nb\n]]", "(= P ([[ Q a:b |))"),
    ("P = c\n?\nx\n:\nS\n!\ny\n-> Q", "(= P (-> c ?x:S !y Q))"),
    ("x = if\nb\nthen\n1\nelse\n2", "(= x (if b 1 2))"),
    ("x = let\ny = 1\nz = 2\nwithin\ny", "(= x (let (= y 1) (= z 2) y))"),
    ("x = {\n1,\n2\n}", "(= x (set 1 2))"),
    ("x = (\n1\n,\n2\n)", "(= x (tuple 1 2))"),
    ("x = <\n1\n>", "(= x (seq 1))"),
    ("x = a\nand\nb\nor\nc", "(= x (or (and a b) c))"),
    ("x = 1 >\n2", "(= x (> 1 2))"),
    ("x = 1\n> 2", "(= x (> 1 2))"),
    ("x = f(1)\n.\n2", "(= x (. (call f 1) 2))"),
    ("x = not\nb", "(= x (not b))"),
    ("channel c :\n{0}", "(channel c (set 0))"),
    ("channel\nc,\nd", "(channel c,d)"),
    ("datatype T = A\n| B\n| C", "(datatype T A B C)"),
    ("assert P\n[T=\nQ", "(assert [T= P Q)"),
    ("assert P\n:[deadlock free]", "(assert deadlock-free P -)"),
    ("f\n:: Int\nf = 1", "(:: f Int)\n(= f 1)"),
    ("f\n  :: Int\nf = 1", "(:: f Int)\n(= f 1)"),
    // Not before what may begin a declaration.
    (
      "x = 1\n- 2",
      "unexpected-token: expected `=`, `::` or an operator after the left side of a definition, found the end of the text"
    ),
    ("x = y\n<z> = w", "(= x y)\n(= (seq z) w)"),
    ("x = f\n(y, z) = w", "(= x f)\n(= (tuple y z) w)"),
    ("x = f\n{y} = w", "(= x f)\n(= (set y) w)"),
    // Numbers, `true`, `_`, `if`, `let`, `not` continue the line above: FDR's lexer says so.
    ("x = y\n1 = z", "unexpected-token: expected an operator or a new line after this declaration, found `1`"),
    ("x = y\n_ = z", "unexpected-token: expected an operator or a new line after this declaration, found `_`"),
    // What ends a line for certain.
    ("print 1\n+ 2", "unexpected-token: expected a declaration, found `+`"),
    ("\n\n  x = 1\n\n\ny = 2\n\n", "(= x 1)\n(= y 2)"),
    ("x = 1\r\ny = 2\r\n", "(= x 1)\n(= y 2)"),
    ("", ""),
    ("\n", ""),
    ("-- nothing", ""),
  ]

  @Test(arguments: breaks)
  func `lines break where FDR lets them`(_ text: String, _ tree: String) {
    #expect(shape(ofScript: text) == tree)
  }

  static let comments: [(String, String)] = [
    ("x = 1 -- one\n-- two\n  -- three\ny = 2", "(= x 1)\n(= y 2)"),
    ("x = 1 -- one\n  + -- two\n  2", "(= x (+ 1 2))"),
    ("x = -- one\n1", "(= x 1)"),
    ("-------- rule\nx = 1", "(= x 1)"),
    ("x = 1 {- a {- nested -} -- comment\n -} + 2", "(= x (+ 1 2))"),
    ("x = 1\n{- one -}\ny = 2", "(= x 1)\n(= y 2)"),
    ("P = STOP [] {- S -}\n  STOP", "(= P ([] STOP STOP))"),
    // The line break before such a comment is dropped, as in FDR.
    (
      "x = 1\n{- one -} y = 2", "unexpected-token: expected an operator or a new line after this declaration, found `y`"
    ),
    ("x = \"-- {- no comment\"", "(= x \"-- {- no comment\")"),
    ("x = 1--2", "(= x 1)"),
  ]

  @Test(arguments: comments)
  func `comments nest and are skipped`(_ text: String, _ tree: String) {
    #expect(shape(ofScript: text) == tree)
  }

  static let traps: [(String, String)] = [
    ("<x|x<-<0..1>,(x>2)>", "(seq x | (<- x (seq.. 0 1)) [(> x 2)])"),
    ("<2,1><<1,2>", "(< (seq 2 1) (seq 1 2))"),
    ("<2, 1> > <1, 2>", "(> (seq 2 1) (seq 1 2))"),
    ("<> > <>", "(> (seq) (seq))"),
    ("<(1 > 2)>", "(seq [(> 1 2)])"),
    ("<{x | x <- S, x > 2}>", "(seq (set x | (<- x S) (> x 2)))"),
    ("<f(x > y)>", "(seq (call f (> x y)))"),
    ("<P[[a <- b | x > y]]>", "(seq ([[ P a:b | (> x y)))"),
    ("<<1>, <2>>", "(seq (seq 1) (seq 2))"),
    ("<if (a > b) then 1 else 2>", "(seq (if [(> a b)] 1 2))"),
    ("<P [| {x | x <- S, x > 1} |] Q>", "(seq ([| P (set x | (<- x S) (> x 1)) Q))"),
    ("<P [| A |> Q>", "(seq (|> P A Q))"),
    ("<1>^<2>", "(^ (seq 1) (seq 2))"),
    ("x<y", "(< x y)"),
    ("x<-1", "unexpected-token: expected an operator or the end of the text, found `<-`"),
    ("x < -1", "(< x (neg 1))"),
    ("<-1>", "unexpected-token: expected an expression, found `<-`"),
    ("{|a|}", "(enum a)"),
    ("{|{|a|}|}", "(enum (enum a))"),
    ("P[|{|a|}|]Q", "([| P (enum a) Q)"),
    ("P[A||B]Q", "(|| P A B Q)"),
    ("P|||Q", "(||| P Q)"),
    ("P|~|Q|~|R", "(|~| (|~| P Q) R)"),
    ("P\\A", "(\\ P A)"),
    ("P|\\A", "(|\\ P A)"),
    ("P/\\Q", "(/\\ P Q)"),
    ("P/+A+\\Q", "(/+ P A Q)"),
    ("P[+A+]Q", "([+ P A Q)"),
    ("{1..n+1}", "(set.. 1 (+ n 1))"),
    ("{x..y}", "(set.. x y)"),
    ("(| 1=>2 |)", "(map 1:2)"),
    ("(|\n1 => 2 |)", "(map 1:2)"),
    ("(|1 => 2|)", "unexpected-token: expected an expression, found `|`"),
    ("(|||x:S@P)", "[(all ||| (<- x S) @ P)]"),
    ("(|~|x:S@P)", "[(all |~| (<- x S) @ P)]"),
    ("andy or notx", "(or andy notx)"),
    ("iff", "iff"),
    ("if(b)then(1)else(2)", "(if [b] [1] [2])"),
    ("not(b)", "(not [b])"),
    ("'c''d'", "unexpected-token: expected an operator or the end of the text, found a character"),
    ("x'", "x'"),
    ("if'", "if'"),
    ("1x", "unexpected-token: expected an operator or the end of the text, found `x`"),
    ("f_x", "f_x"),
    ("a::b::c", "a::b::c"),
    ("-1", "(neg 1)"),
    ("x-1", "(- x 1)"),
    ("x->y", "(-> x y)"),
    ("c!-1->P", "(-> c !(neg 1) P)"),
    ("print(1)", "(call print 1)"),
  ]

  @Test(arguments: traps)
  func `tokens end where FDR ends them`(_ text: String, _ tree: String) {
    #expect(shape(ofExpression: text) == tree)
  }

  @Test func `a script may begin with a byte order mark`() {
    let loaded = ScriptLoader().load(bytes: [0xEF, 0xBB, 0xBF] + Array("x = )".utf8))
    #expect(marks(loaded) == ["unexpected-token 1:5"])
  }
}
