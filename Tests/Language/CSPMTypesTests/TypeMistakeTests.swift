import CSPMSyntax
import Testing

/// What is rejected, with the place that is pointed at.
@Suite struct TypeMistakeTests {
  @Test(arguments: [
    ("x = 1 + true", "type-mismatch 1:9"), ("x = true and 1", "type-mismatch 1:14"), ("x = not 1", "type-mismatch 1:9"),
    ("x = if 1 then 2 else 3", "type-mismatch 1:8"), ("x = if true then 2 else 'c'", "type-mismatch 1:25"),
    ("x = <1, 'c'>", "type-mismatch 1:9"), ("x = {1, 'c'}", "type-mismatch 1:9"),
    ("x = <1> ^ <'c'>", "type-mismatch 1:11"),
    ("x = 1 == 'c'", "type-mismatch 1:10"), ("x = #{1}", "type-mismatch 1:6"), ("x = {1..'c'}", "type-mismatch 1:9"),
    ("x = (| 1 => 2, 'c' => 3 |)", "type-mismatch 1:16"), ("x = (| 1 => 2, 3 => 'c' |)", "type-mismatch 1:21"),
    ("x = <y | y <- {1}>", "type-mismatch 1:15"), ("x = {y | y <- <1>}", "type-mismatch 1:15"),
    ("x = {y | y <- {1}, y}", "type-mismatch 1:20"),
    // Functions.
    ("f(x) = x + 1\ny = f('c')", "type-mismatch 2:7"), ("f(x, y) = x\nz = f(1)", "wrong-argument-count 2:5"),
    ("x = 1\ny = x(2)", "not-a-function 2:5"), ("f(0) = 1\nf('c') = 2", "type-mismatch 2:1"),
    ("f(0) = 1\nf(1) = 'c'", "type-mismatch 2:1"),
    ("f(x) = x(x)", "infinite-type 1:10"), ("x = {x}", "infinite-type 1:5"),
    ("x = let f(y) = y within (f(1), f('c'))", "type-mismatch 1:34"),
    // Constraints.
    ("x = STOP == SKIP", "missing-constraint 1:5"), ("x = {STOP} == {}", "missing-constraint 1:5"),
    ("x = card({STOP})", "missing-constraint 1:10"),
    ("x = {\\ y @ y}", "missing-constraint 1:6"), ("x = true < false", "missing-constraint 1:5"),
    ("datatype T = A\nx = A < A", "missing-constraint 2:5"),
    ("datatype T = A.{STOP}\nx(s) = (A.STOP) == s", "missing-constraint 2:8"),
    ("channel c : {STOP}", "missing-constraint 1:13"),
    ("datatype T = A.{0}\nnametype N = {A}", "missing-constraint 2:14"),
    ("channel c : {0..1}\nchannel d : {c}", "missing-constraint 2:13"),
    // Processes, events and sets of them.
    ("channel a\nx = a -> 1", "type-mismatch 2:10"), ("x = 1 -> STOP", "type-mismatch 1:5"),
    ("channel a : {0}\nx = a -> STOP", "type-mismatch 2:5"),
    ("channel a : {0}\nx = a.true -> STOP", "type-mismatch 2:5"),
    ("channel a : {0}\nx = a!0!1 -> STOP", "type-mismatch 2:5"),
    ("channel a : {0}\nx = a?y -> a!(y == 0) -> STOP", "type-mismatch 2:12"),
    ("x = STOP [| {1} |] STOP", "type-mismatch 1:13"),
    ("channel a : {0}\nx = STOP \\ {a}", "type-mismatch 2:12"), ("x = 1 [] STOP", "type-mismatch 1:5"),
    ("x = 1 & STOP", "type-mismatch 1:5"),
    ("channel a : {0}\nchannel b\nx = STOP[[a <- b]]", "type-mismatch 3:16"),
    ("x = ; y:{STOP} @ y", "type-mismatch 1:9"), ("x = [] y:<1> @ STOP", "type-mismatch 1:10"),
    ("channel a : {0}\nx = a?y:<0> -> STOP", "type-mismatch 2:9"), ("assert 1 [T= STOP", "type-mismatch 1:8"),
    ("assert STOP :[has trace]: <1>", "type-mismatch 1:27"),
    ("assert STOP :[deadlock free]: 1", "unexpected-token 1:31"),
    // Types.
    ("channel c : 1", "type-mismatch 1:13"), ("channel c : {}", "ambiguous-type 1:9"),
    ("datatype T = A.{}", "ambiguous-type 1:14"),
    ("datatype T = A | B\ndatatype U = C\nsubtype S = A | C", "type-mismatch 3:17"),
    ("datatype T = A\nsubtype S = A.{0}", "subtype-fields 2:15"),
    ("datatype T = A.{0}\nsubtype S = A.Bool", "type-mismatch 2:15"), ("nametype N = 1", "type-mismatch 1:14"),
    ("datatype T = A.Bool.Bool\nf(x.y) = x\nz = f(A.true.true)", "type-mismatch 3:7"),
    // Annotations.
    ("x :: Bool\nx = 1", "type-mismatch 2:5"), ("f :: (a) -> a\nf(x) = 1", "type-mismatch 2:8"),
    ("f :: (a, b) -> a\nf(x, y) = y", "type-mismatch 2:11"),
    ("f :: (a, a) -> Bool\nf(x, y) = x == y", "missing-constraint 2:11"),
    ("f :: (a) -> Int\nf(x, y) = 1", "type-mismatch 2:1"),
    ("f :: (Nothing2) -> T2\nf(x) = x", "type-mismatch 2:8"),
    ("f :: (Int =>* Event) -> Int\nf(x) = 1", "invalid-extendable 1:7"),
    ("f(x) = let g :: (a) -> a\ng(y) = x\nwithin g(1)", "escaping-type 2:8"),
    // Modules.
    ("module M(a)\nexports\nx = a + 1\nendmodule\ninstance I = M('c')", "type-mismatch 5:16"),
    ("module M(a)\nexports\nx = a\nendmodule\ninstance I = M(1, 2)", "wrong-argument-count 5:1"),
    ("module M(a)\nexports\nx = a + 'c'\nendmodule\ninstance I = M(1)\ninstance J = M(2)", "type-mismatch 3:9"),
    ("module M\nexports\ny = I::y\nendmodule\ninstance I = M", "recursive-instance 1:8"),
    ("module M(S)\nexports\nchannel c : S\nendmodule\ninstance I = M({})", "ambiguous-type 3:9"),
    // Timed sections.
    ("channel tock : {0}\nTimed { x = STOP }", "type-mismatch 1:9"),
    ("channel tock\nTimed(1) { x = STOP }", "type-mismatch 2:7"),
    ("channel tock\nf(x) = true\nTimed(f) { x = STOP }", "type-mismatch 3:7"),
  ])
  func `is rejected once, where the mistake is`(script: String, mistake: String) {
    #expect(Typing(script).mistakes == [mistake])
  }

  @Test func `a name with a mistake fits everywhere, so that one mistake makes one message`() {
    #expect(Typing("x = 1 + 'c'\ny = x + 1\nz = x ^ <1>\nu = x(3)").mistakes == ["type-mismatch 1:9"])
  }

  @Test func `independent mistakes are all reported`() {
    #expect(
      Typing("x = 1 + 'c'\ny = #3\nz = not 4").mistakes == [
        "type-mismatch 1:9", "type-mismatch 2:6", "type-mismatch 3:9",
      ])
  }

  @Test func `a type that grows exponentially ends with a message`() {
    var script = "f0(x) = (x, x)\n"
    for n in 1...40 { script += "f\(n)(x) = f\(n - 1)((x, x))\n" }
    let typing = Typing(script)
    #expect(Set(typing.diagnostics.map(\.id)) == ["type-too-large"])
  }

  @Test func `a message shows both places and why`() {
    #expect(
      Typing("limit = 'c'\nf(x) = x + 1\ny = f(limit)").message == """
        script:3:7: error: expected `Int`, found `Char` [type-mismatch]
          3 | y = f(limit)
            |       ^^^^^
        script:3:5: note: the argument of `f`
          3 | y = f(limit)
            |     ^
        script:2:1: note: `f` is `(Int) -> Int`, declared here
          2 | f(x) = x + 1
            | ^
        script:1:1: note: `limit` is `Char`, declared here
          1 | limit = 'c'
            | ^^^^^

        """)
  }
}
