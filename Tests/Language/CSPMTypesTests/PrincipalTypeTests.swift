import CSPMNames
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

  /// The types of all that is built in, as the manual gives them.
  static let builtIn: [String: String] = [
    "card": "Eq a => ({a}) -> Int", "diff": "Set a => ({a}, {a}) -> {a}", "empty": "Eq a => ({a}) -> Bool",
    "inter": "Set a => ({a}, {a}) -> {a}", "Inter": "Set a => ({{a}}) -> {a}", "member": "Eq a => (a, {a}) -> Bool",
    "seq": "Eq a => ({a}) -> <a>", "Seq": "Set a => ({a}) -> {<a>}", "set": "Set a => (<a>) -> {a}",
    "Set": "Set a => ({a}) -> {{a}}", "union": "Set a => ({a}, {a}) -> {a}", "Union": "Set a => ({{a}}) -> {a}",
    "concat": "(<<a>>) -> <a>", "elem": "Eq a => (a, <a>) -> Bool", "head": "(<a>) -> a", "length": "(<a>) -> Int",
    "null": "(<a>) -> Bool", "tail": "(<a>) -> <a>", "mapDelete": "Set a => ((| a => b |), a) -> (| a => b |)",
    "mapFromList": "Set a => (<(a, b)>) -> (| a => b |)", "mapLookup": "Set a => ((| a => b |), a) -> b",
    "mapMember": "Set a => ((| a => b |), a) -> Bool", "mapToList": "Set a => ((| a => b |)) -> <(a, b)>",
    "mapUpdate": "Set a => ((| a => b |), a, b) -> (| a => b |)",
    "mapUpdateMultiple": "Set a => ((| a => b |), <(a, b)>) -> (| a => b |)",
    "Map": "(Set a, Set b) => ({a}, {b}) -> {(| a => b |)}", "extensions": "Yieldable b => (a => b) -> {a}",
    "productions": "Yieldable b => (a =>* b) -> {b}", "error": "(<Char>) -> a", "show": "(a) -> <Char>",
    "CHAOS": "({Event}) -> Proc", "RUN": "({Event}) -> Proc", "BUFFER": "(Int, {(Event, Event)}) -> Proc",
    "WEAK_BUFFER": "(Int, Event, {(Event, Event)}) -> Proc",
    "SIGNAL_BUFFER": "(Int, Event, Event, {(Event, Event)}) -> Proc", "sbisim": "(Proc) -> Proc",
    "wbisim": "(Proc) -> Proc", "dbisim": "(Proc) -> Proc", "diamond": "(Proc) -> Proc", "normal": "(Proc) -> Proc",
    "tau_loop_factor": "(Proc) -> Proc", "explicate": "(Proc) -> Proc", "lazyenumerate": "(Proc) -> Proc",
    "model_compress": "(Proc) -> Proc", "lazynorm": "(Proc) -> Proc", "chase": "(Proc) -> Proc",
    "chase_nocache": "(Proc) -> Proc", "prioritise": "(Proc, <{Event}>) -> Proc",
    "prioritise_nocache": "(Proc, <{Event}>) -> Proc",
    "prioritisepo": "(Proc, {Event}, {(Event, Event)}, {Event}) -> Proc", "deter": "(Proc) -> Proc",
    "trace_watchdog": "(Proc, {Event}, Event) -> Proc", "failure_watchdog": "(Proc, {Event}, Event) -> Proc",
    "loop": "(Proc) -> Proc", "mtransclose": "Eq a => ({(a, a)}, {a}) -> {(a, a)}",
    "transpose": "(Set a, Set b) => ({(a, b)}) -> {(b, a)}",
    "relational_image": "(Eq a, Set b) => ({(a, b)}) -> (a) -> {b}",
    "relational_inverse_image": "(Set a, Eq b) => ({(a, b)}) -> (b) -> {a}", "WAIT": "(Int) -> Proc",
    "timed_priority": "(Proc) -> Proc",
  ]

  /// A script in which `x` is what is built in, brought into scope as that needs.
  private func use(_ builtIn: BuiltIn, as expression: String) -> String {
    switch builtIn.availability {
    case .always: "x = \(expression)"
    case .imported(let words):
      "\(words.contains(.external) ? "external" : "transparent") \(builtIn.rawValue)\nx = \(expression)"
    case .inTimedSections: "channel tock\nTimed { x = \(expression) }"
    }
  }

  @Test(arguments: BuiltIn.allCases)
  func `what is built in has its type, and takes no other number of arguments`(_ builtIn: BuiltIn) {
    let typing = Typing(use(builtIn, as: builtIn.rawValue))
    #expect(typing.mistakes == [])
    #expect(typing.type(of: "x") == Self.builtIn[builtIn.rawValue])
    let wrong = Typing(use(builtIn, as: "\(builtIn.rawValue)(1, 2, 3, 4, 5)"))
    #expect(wrong.diagnostics.map(\.id) == ["wrong-argument-count"])
  }

  static let constants = [
    ("STOP", "Proc"), ("SKIP", "Proc"), ("DIV", "Proc"), ("true", "Bool"), ("False", "Bool"), ("Bool", "{Bool}"),
    ("Char", "{Char}"), ("Int", "{Int}"), ("Proc", "{Proc}"), ("Events", "{Event}"),
    ("emptyMap", "Set a => (| a => b |)"),
  ]

  @Test(arguments: constants)
  func `a constant has its type`(_ constant: String, _ type: String) {
    #expect(Typing("x = \(constant)").type(of: "x") == type)
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
