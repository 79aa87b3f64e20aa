import CSPMNames
import CSPMSyntax
import Testing

/// What names are refused for, with the place, and the places that the notes point at.
@Suite struct RefusalTests {
  static let refusals: [(String, [String])] = [
    // Unknown names.
    ("P = Q", ["unknown-name 1:5"]), ("QUEUE = 1\nP = QUEU", ["unknown-name 2:5 ← 1:1"]),
    ("f(x) = y", ["unknown-name 1:8"]), ("x = <y | z <- <1>>", ["unknown-name 1:6"]),
    ("x = {y | y <- y}", ["unknown-name 1:15"]), ("c = let a = 1 within b", ["unknown-name 1:22"]),
    ("subtype S = A", ["unknown-name 1:13"]), ("x = 1\nsubtype S = x", ["unknown-name 2:13"]),
    // A name that could not be read is no second mistake.
    ("P = )\nQ = P", ["unexpected-token 1:5"]),
    // Twice.
    ("x = 1\nx = 2", ["duplicate-definition 2:1 ← 1:1"]), ("channel a, a", ["duplicate-definition 1:12 ← 1:9"]),
    ("datatype T = A | A", ["duplicate-definition 1:18 ← 1:14"]),
    ("datatype T = A\nchannel A", ["duplicate-definition 2:9 ← 1:14"]),
    ("datatype T = A\nT = 1", ["duplicate-definition 2:1 ← 1:10"]),
    ("f(x) = 1\ny = 2\nf(z) = 3", ["duplicate-definition 3:1 ← 1:1"]),
    ("x = let y = 1\ny = 2\nwithin y", ["duplicate-definition 2:1 ← 1:9"]),
    ("(x, y) = (1, 2)\ny = 3", ["duplicate-definition 2:1 ← 1:5"]),
    ("module M\nexports\nx = 1\nendmodule\nM = 2", ["duplicate-definition 5:1 ← 1:8"]),
    ("module M\nx = 1\nexports\nx = 2\nendmodule", ["duplicate-definition 4:1 ← 2:1"]),
    ("module M(x)\nexports\nx = 2\nendmodule", ["duplicate-definition 3:1 ← 1:10"]),
    ("transparent sbisim, sbisim", ["duplicate-definition 1:21 ← 1:13"]),
    ("channel tock\nTimed { x = 1 }\nx = 2", ["duplicate-definition 3:1 ← 2:9"]),
    ("f(x, x) = 1", ["duplicate-variable 1:6 ← 1:3"]), ("f(x)(x) = 1", ["duplicate-variable 1:6 ← 1:3"]),
    ("f = \\ x, x @ 1", ["duplicate-variable 1:10 ← 1:7"]),
    ("x = <1 | y <- <1>, y <- <2>>", ["duplicate-variable 1:20 ← 1:10"]),
    ("channel c : {0}.{0}\nP = c?x?x -> STOP", ["duplicate-variable 2:9 ← 2:7"]),
    ("f((x, <x>)) = 1", ["duplicate-variable 1:8 ← 1:4"]),
    ("f(0) = 1\nf(1, 2) = 2", ["clause-shape 2:1 ← 1:1"]), ("f(0) = 1\nf(1)(2) = 2", ["clause-shape 2:1 ← 1:1"]),
    // Imports.
    ("x = chase(STOP)", ["not-imported 1:5"]), ("transparent nothing", ["unknown-import 1:13"]),
    ("external sbisim", ["unknown-import 1:10"]), ("transparent prioritise", ["unknown-import 1:13"]),
    ("external card", ["unknown-import 1:10"]), ("external WAIT", ["unknown-import 1:10"]),
    ("x = let external transpose\nwithin 1\ny = transpose({})", ["not-imported 3:5"]),
    // Fields.
    ("channel c : {0}.{0}\nP = c?x$y -> STOP", ["misplaced-dollar 2:8"]),
    ("channel c : {0}.{0}\nP = c!0$y -> STOP", ["misplaced-dollar 2:8"]),
    // Modules.
    ("module M\nx = 1\nexports\ny = x\nendmodule\nz = M::x", ["hidden-name 6:5 ← 2:1"]),
    ("module M(p)\nexports\ny = p\nendmodule\nz = M::y", ["hidden-name 5:5 ← 1:8"]),
    ("module M\nmodule N\nexports\nx = 1\nendmodule\nexports\nendmodule\nz = M::N::x", ["hidden-name 8:5 ← 2:8"]),
    ("module M\nexports\ny = 1\nendmodule\nz = M::x", ["unknown-name 5:5 ← 3:1"]), ("z = M::x", ["unknown-name 1:5"]),
    ("module M\nexports\nendmodule\nz = M", ["not-a-value 4:5 ← 1:8"]), ("instance I = M", ["unknown-module 1:1"]),
    ("instance I = M\nmodule M\nexports\nendmodule", ["unknown-module 1:1 ← 2:8"]),
    ("x = 1\ninstance I = x", ["not-a-module 2:1 ← 1:1"]),
    ("module M(p)\ninstance I = M(p)\nexports\nendmodule", ["recursive-instance 2:1 ← 1:8"]),
    // The members of what was refused are no further mistakes.
    ("instance I = M\nx = I::a\ny = I::b", ["unknown-module 1:1"]),
    // Patterns with a module in front match channels and constructors alone.
    ("module M\nexports\nx = 1\nendmodule\nf(M::x) = 1", ["invalid-pattern 5:3 ← 3:1"]),
    ("f(M::x) = 1", ["unknown-name 1:3"]),
    // Types.
    ("f :: (M::T) -> Int\nf(x) = 1", ["unknown-type 1:7"]),
    ("f :: (Eq b) => (a) -> a\nf(x) = x", ["unknown-type 1:10"]),
    ("datatype T = A\nf :: (Eq T) => (T) -> T\nf(x) = x", ["misplaced-constraint 2:10"]),
    ("f :: (a) -> a\nf(x) = let g :: (Eq a) => (a) -> a\ng(y) = y\nwithin g(x)", ["misplaced-constraint 2:21 ← 1:7"]),
    ("f :: (Int =>* Event) -> Int\nf(x) = 1", ["invalid-extendable 1:7"]),
    // Time.
    ("Timed { x = 1 }", ["no-tock 1:1"]), ("tock = 1\nTimed { x = 1 }", ["no-tock 2:1"]),
    ("x = WAIT(1)", ["only-timed 1:5"]),
    ("x = timed_priority(STOP)", ["only-timed 1:5"]), ("x = TSTOP", ["only-timed 1:5"]),
    ("channel tock\nTimed { x = 1 }\ny = WAIT(1)", ["only-timed 3:5"]),
  ]

  @Test(arguments: refusals)
  func `a name is refused once, where it stands`(_ script: String, _ expected: [String]) {
    #expect(Resolved(script).mistakes == expected)
  }

  static let accepted: [String] = [
    // A user's own definition of what is built in, and a local one of what is outside.
    "card(x) = x\ny = card(1)", "x = 1\nf(x) = x", "x = let x = 1\nwithin x", "datatype T = A\nf(A) = 1",
    "TSTOP = STOP\nP = TSTOP",
    "x = <x | x <- <1>>", "f(x) = <y | y <- <x>, x <- <y>>", "channel c : {0}.{0}\nP = c$x?y -> STOP",
    // Order does not matter, but for modules.
    "P = Q\nQ = P", "x = A\ndatatype T = A", "f(c.x) = x\nchannel c : {0}",
    // Modules.
    "module M\nx = 1\nexports\ny = x\nendmodule\nz = M::y",
    "module M(p)\nexports\ny = p\nendmodule\ninstance I = M(1)\nz = I::y",
    "x = 1\nmodule M\nexports\ny = x\nendmodule",
    "module A\nexports\nmodule B\nexports\nx = 1\nendmodule\nendmodule\ny = A::B::x",
    "module A(p)\nexports\nmodule B(q)\nexports\nx = (p, q)\nendmodule\nendmodule\ninstance I = A(1)\ninstance J = I::B(2)\ny = J::x",
    "module M\nexports\ndatatype T = A\nendmodule\nf(M::A) = 1",
    "module M\nexports\ndatatype T = A\nendmodule\nf :: (M::T) -> Int\nf(x) = 1",
    "module M\nexports\ny = x\nendmodule\nx = 1", "module M\nexports\nendmodule\ninstance I = M\ninstance J = I",
    // Imports hold from their scope inwards, and come with either word where they may.
    "transparent sbisim\nx = let y = sbisim(STOP)\nwithin y", "transparent chase\nx = chase(STOP)",
    "external chase\nx = chase(STOP)",
    "x = let external transpose\nwithin transpose({})", "channel tock\nTimed { x = WAIT(1) ; timed_priority(TSTOP) }",
  ]

  @Test(arguments: accepted)
  func `what has a meaning is accepted`(_ script: String) { #expect(Resolved(script).mistakes == []) }

  @Test func `a file that is included in two modules is declared twice, once in each`() {
    let script =
      "module A\nexports\ninclude \"part.csp\"\nendmodule\nmodule B\nexports\ninclude \"part.csp\"\nendmodule\nz = (A::x, B::x)"
    #expect(Resolved(script, including: ["part.csp": "x = 1\n"]).mistakes == [])
  }

  @Test func `instances that multiply end with one message, at the first that is too much`() {
    var script = "module M0(p)\nexports\nx = p\nendmodule\n"
    for n in 1...24 {
      script += "module M\(n)(p)\nexports\ninstance A = M\(n - 1)(p)\ninstance B = M\(n - 1)(p)\nendmodule\n"
    }
    let resolved = Resolved(script + "instance I = M24(1)\nx = I::A::x")
    #expect(resolved.diagnostics.map(\.id) == ["too-many-instances"])
  }
}
