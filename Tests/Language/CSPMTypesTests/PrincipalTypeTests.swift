import CSPMSyntax
import CSPMTypes
import Testing

/// The type that each form of the language has.
@Suite struct PrincipalTypeTests {
  @Test(arguments: [
    // Literals and operators.
    ("x = 1", "Int"), ("x = 'c'", "Char"), ("x = \"text\"", "<Char>"), ("x = true", "Bool"), ("x = -1 + 2 * 3", "Int"),
    ("x = not (1 == 2 and true)", "Bool"), ("x = #<1, 2>", "Int"), ("x = <1> ^ <2>", "<Int>"), ("x = 1 < 2", "Bool"),
    ("x = (1, true, <>)", "(Int, Bool, <a>)"), ("x = if true then 'a' else 'b'", "Char"),
    // Collections.
    ("x = <>", "<a>"), ("x = {}", "Set a => {a}"), ("x = {1..3}", "{Int}"), ("x = <1..>", "<Int>"),
    ("x = {(y, 'c') | y <- {1, 2}}", "{(Int, Char)}"), ("x = <y | (y, _) <- <(1, 2)>, (y > 0)>", "<Int>"),
    ("x = (| 1 => 'a' |)", "(| Int => Char |)"), ("x = (| |)", "(| a => b |)"), ("x = {{1}}", "{{Int}}"),
    ("x = <1..3 | y <- <1>>", "<Int>"), ("x = {STOP}", "{Proc}"),
    // Functions.
    ("x(a) = a", "(a) -> a"), ("x(a, b) = a", "(a, b) -> a"), ("x(a)(b) = b", "(a) -> (b) -> b"),
    ("x = \\ a, b @ a + b", "(Int, Int) -> Int"), ("x() = 1", "() -> Int"), ("x(f) = f(1)", "((Int) -> a) -> a"),
    ("x(0) = 1\nx(n) = n * x(n - 1)", "(Int) -> Int"), ("x(<y>^ys) = y", "(<a>) -> a"),
    ("x({y}) = y", "Eq a => ({a}) -> a"),
    ("x(y @@ (z, _)) = y", "((a, b)) -> (a, b)"), ("x(a) = a == a", "Eq a => (a) -> Bool"),
    ("x(a, b) = a < b", "Ord a => (a, a) -> Bool"), ("x(a, b) = a == b and a < b", "(Eq a, Ord a) => (a, a) -> Bool"),
    ("x(a, s) = union({a}, s)", "Set a => (a, {a}) -> {a}"), ("x(a) = member(a, {a})", "Eq a => (a) -> Bool"),
    ("x(f, g) = \\ y @ f(g(y))", "((a) -> b, (c) -> a) -> (c) -> b"),
    // Even and odd need each other.
    ("x(n) = n == 0 or y(n - 1)\ny(n) = n != 0 and x(n - 1)", "(Int) -> Bool"),
    // A `let` has one type for each name, unless an annotation says otherwise.
    ("x = let f(y) = y within f(1)", "Int"), ("x = let f :: (a) -> a\nf(y) = y\nwithin (f(1), f('c'))", "(Int, Char)"),
    // Datatypes, channels and what is dotted to them.
    ("datatype T = A | B.{0..3}.Bool\nx = B", "Int => Bool => T"), ("datatype T = A | B.{0..3}.Bool\nx = T", "{T}"),
    ("datatype T = A | B.{0..3}.Bool\nx = B.0", "Bool => T"), ("datatype T = A | B.{0..3}.Bool\nx = B.0.true", "T"),
    ("datatype T = B.{0..3}.Bool\nx(B.y) = y", "(T) -> Int.Bool"),
    ("datatype T = B.{0..3}.Bool\nx(B.y.z) = y", "(T) -> Int"),
    ("channel x", "Event"), ("channel x : {0..3}.Bool", "Int => Bool => Event"),
    ("channel x : ({0..3}, Bool)", "(Int, Bool) => Event"),
    ("channel c : {0..3}.Bool\nx = {| c |}", "{Event}"), ("channel c : {0..3}.Bool\nx = {| c.0 |}", "{Event}"),
    ("channel c : {0..3}.Bool\nx = extensions(c)", "{Int.Bool}"),
    ("channel c : {0..3}.Bool\nx = productions(c)", "{Event}"),
    ("x(c, v) = {| c.v |}", "Yieldable c => (a => b =>* c, a) -> {c}"),
    ("nametype x = {0..3}", "{Int}"), ("nametype x = {0..3}.Bool", "{Int.Bool}"),
    ("nametype x = ({0..3}, Bool)", "{(Int, Bool)}"),
    ("datatype T = A | B\nsubtype x = A", "{T}"), ("datatype T = A.T | B\nx(A.t) = x(t)\nx(B) = 0", "(T) -> Int"),
    ("datatype P = Q.{STOP}\nx = Q", "Proc => P"),
    ("x(c, v) = c.v -> STOP", "(a => Event, a) -> Proc"),
    ("x(c) = c?y!0 -> STOP", "Complete a => (a => Int => Event) -> Proc"),
    // Processes.
    ("channel a\nx = a -> STOP [] SKIP", "Proc"), ("channel a\nx(P) = P [| {a} |] RUN({a})", "(Proc) -> Proc"),
    ("channel a : {0..1}\nx = a?y -> (if y == 0 then STOP else SKIP)", "Proc"),
    ("channel a : {0..1}\nx(S) = a?y:S -> STOP", "({Int}) -> Proc"), ("x = [] y:{1, 2} @ STOP", "Proc"),
    ("x(S) = ; y:S @ y", "(<Proc>) -> Proc"), ("x(S) = ||| y:S @ y", "({Proc}) -> Proc"),
    ("channel a, b : {0..1}\nx(P) = P[[a <- b]]", "(Proc) -> Proc"),
    ("x(P, e, f) = P[[e <- f]]", "(Proc, a =>* Event, a =>* Event) -> Proc"),
    ("channel l, r : {0..1}\nx(P) = P [r <-> l] P", "(Proc) -> Proc"), ("x(P, A) = P \\ A", "(Proc, {Event}) -> Proc"),
    // Built-in and imported functions.
    ("x = head", "(<a>) -> a"), ("x = card", "Eq a => ({a}) -> Int"),
    ("x = mapLookup", "Set a => ((| a => b |), a) -> b"),
    ("x = emptyMap", "Set a => (| a => b |)"), ("x = extensions", "Yieldable b => (a => b) -> {a}"),
    ("x = productions", "Yieldable b => (a =>* b) -> {b}"), ("x = show", "(a) -> <Char>"),
    ("x = error", "(<Char>) -> a"),
    ("x = BUFFER", "(Int, {(Event, Event)}) -> Proc"), ("x = Seq", "Set a => ({a}) -> {<a>}"),
    ("external mtransclose\nx = mtransclose", "Eq a => ({(a, a)}, {a}) -> {(a, a)}"),
    ("external relational_image\nx = relational_image", "(Eq a, Set b) => ({(a, b)}) -> (a) -> {b}"),
    ("transparent sbisim\nx = sbisim", "(Proc) -> Proc"),
    ("external prioritise\nx = prioritise", "(Proc, <{Event}>) -> Proc"),
    ("channel tock\nTimed { x = WAIT }", "(Int) -> Proc"), ("channel tock\nTimed { x = TSTOP }", "Proc"),
    // Annotations.
    ("x :: (Eq a) => (a, a) -> Bool\nx(p, q) = p == q", "Eq a => (a, a) -> Bool"),
    ("x :: (Int) -> Int\nx(y) = y", "(Int) -> Int"),
    ("x :: <Int>\nx = <>", "<Int>"), ("x :: (thing) -> thing\nx(y) = y", "(thing) -> thing"),
    ("x :: (b => Event, a =>* b) -> a =>* Event\nx(f, y) = f.y", "(b => Event, a =>* b) -> a =>* Event"),
    // A user's own definition of a built-in name.
    ("x = card(3)\ncard(n) = <n>", "<Int>"),
  ])
  func `has its principal type`(script: String, type: String) {
    let typing = Typing(script)
    #expect(typing.mistakes == [], "\(typing.message)")
    #expect(typing.type(of: "x") == type)
  }

  @Test(arguments: [
    ("module M\nexports\nx = 1\nendmodule", "M::x", "Int"),
    ("module M(f)\nexports\nx = f(1)\nendmodule\ninstance I = M(\\ y @ y == 2)", "I::x", "Bool"),
    ("module M(T)\nexports\ndatatype D = C.T\nendmodule\ninstance I = M({0, 1})", "I::C", "Int => I::D"),
    (
      "module M(T)\nexports\ndatatype D = C.T\nendmodule\ninstance I = M({0, 1})\ninstance J = M(Bool)", "J::C",
      "Bool => J::D"
    ),
    (
      "module M(a)\nmodule N(b)\nexports\nx = (a, b)\nendmodule\nexports\ninstance O = N('c')\nendmodule\ninstance I = M(1)",
      "I::O::x", "(Int, Char)"
    ),
    (
      "module M\nexports\nmodule N\nexports\nx(y) = y\nendmodule\nendmodule\nz = (M::N::x(1), M::N::x('c'))", "z",
      "(Int, Char)"
    ),
    ("module M(S)\nexports\nchannel c : S\nP = c?x -> STOP\nendmodule\ninstance I = M({0})", "I::c", "Int => Event"),
  ])
  func `members of modules and instances have types`(script: String, name: String, type: String) {
    let typing = Typing(script)
    #expect(typing.mistakes == [], "\(typing.message)")
    #expect(typing.type(of: name) == type)
  }

  @Test func `datatypes of two instances are different types`() {
    let typing = Typing(
      """
      module M(T)
      exports
      datatype D = C.T
      f(C.x) = x
      endmodule
      instance I = M({0, 1})
      instance J = M({0, 1})
      x = I::f(J::C.0)
      """)
    #expect(typing.mistakes == ["type-mismatch 8:10"])
  }

  @Test func `the types of expressions are recorded where they are asked for`() {
    let typing = Typing("f(x) = <x> ^ <1>", recordsTypes: true)
    let types = typing.checker.recorded.map { ($0.span.lower, typing.checker.text($0.type)) }
    #expect(types.contains { $0 == (2, "Int") })
    #expect(types.contains { $0 == (7, "<Int>") })
  }
}
