import CSPMNames
import CSPMSyntax
import Testing

/// Names that are declared or bound twice: in every kind of scope, with the place of the first one.
@Suite struct DuplicateTests {
  static let definitions: [(String, [String])] = [
    // Every kind of declaration against a value of the same name, on either side.
    ("x = 1\nchannel x", ["duplicate-definition 1:1 ← 2:9"]),
    ("channel x\nx(y) = y", ["duplicate-definition 2:1 ← 1:9"]),
    ("x(y) = y\nx = 1", ["duplicate-definition 2:1 ← 1:1"]),
    ("x = 1\ndatatype x = A", ["duplicate-definition 2:10 ← 1:1"]),
    ("x = 1\nnametype x = {0}", ["duplicate-definition 2:10 ← 1:1"]),
    ("datatype T = A\nsubtype T = A", ["duplicate-definition 2:9 ← 1:10"]),
    ("datatype T = T", ["duplicate-definition 1:10 ← 1:14"]),
    ("datatype T = A | B\ndatatype U = C | B", ["duplicate-definition 2:18 ← 1:18"]),
    ("channel a : {0}\nchannel b, a : {1}", ["duplicate-definition 2:12 ← 1:9"]),
    ("module M\nexports\nendmodule\nmodule M\nexports\nendmodule", ["duplicate-definition 4:8 ← 1:8"]),
    ("module M\nexports\nendmodule\ninstance M = M", ["duplicate-definition 4:10 ← 1:8"]),
    ("module M\nexports\nendmodule\ninstance I = M\ninstance I = M", ["duplicate-definition 5:10 ← 4:10"]),
    ("transparent normal\nnormal(x) = x", ["duplicate-definition 2:1 ← 1:13"]),
    ("transparent chase\nexternal chase", ["duplicate-definition 2:10 ← 1:13"]),
    // Patterns of definitions.
    ("<x, x> = <1, 2>", ["duplicate-definition 1:5 ← 1:2"]),
    (
      "(x, y) = (1, 2)\n(y, z) = (3, 4)",
      ["duplicate-definition 2:2 ← 1:5"]
    ),
    // Three of a name are two mistakes, both with the first.
    ("x = 1\nx = 2\nx = 3", ["duplicate-definition 2:1 ← 1:1", "duplicate-definition 3:1 ← 1:1"]),
    // Scopes: let, let in a let, module, module in a module, section, section in a section.
    ("x = let f(y) = 1\nf = 2\nwithin f", ["duplicate-definition 2:1 ← 1:9"]),
    ("x = let y = let z = 1\nz = 2\nwithin z\nwithin y", ["duplicate-definition 2:1 ← 1:17"]),
    ("x = let external chase\nchase = 2\nwithin chase", ["duplicate-definition 2:1 ← 1:18"]),
    ("module M\nx = 1\nx = 2\nexports\nendmodule", ["duplicate-definition 3:1 ← 2:1"]),
    ("module M\nexports\nx = 1\nchannel x\nendmodule", ["duplicate-definition 3:1 ← 4:9"]),
    ("module M\nmodule N\nexports\nx = 1\nx = 2\nendmodule\nexports\nendmodule", ["duplicate-definition 5:1 ← 4:1"]),
    ("module M(p)\np = 1\nexports\nendmodule", ["duplicate-definition 2:1 ← 1:10"]),
    ("module M\nmodule N\nexports\nendmodule\nexports\nN = 1\nendmodule", ["duplicate-definition 6:1 ← 2:8"]),
    ("channel tock\nTimed {\nx = 1\nx = 2\n}", ["duplicate-definition 4:1 ← 3:1"]),
    ("channel tock\nTimed {\nx = 1\n}\nTimed {\nx = 2\n}", ["duplicate-definition 6:1 ← 3:1"]),
    ("channel tock\nTimed {\nTimed {\nx = 1\n}\n}\nx = 2", ["duplicate-definition 7:1 ← 4:1"]),
    ("channel tock\nx = let Timed {\ny = 1\n}\ny = 2\nwithin y", ["duplicate-definition 5:1 ← 3:1"]),
  ]

  static let variables: [(String, [String])] = [
    ("f(x, y, x) = 1", ["duplicate-variable 1:9 ← 1:3"]), ("f(<x> ^ x) = 1", ["duplicate-variable 1:9 ← 1:4"]),
    ("f(x.x) = 1", ["duplicate-variable 1:5 ← 1:3"]), ("f(x @@ x) = 1", ["duplicate-variable 1:8 ← 1:3"]),
    ("f(x @@ (x, x)) = 1", ["duplicate-variable 1:9 ← 1:3", "duplicate-variable 1:12 ← 1:3"]),
    ("f(_, _) = 1", []),
    // Clauses are scopes of their own.
    ("f(x, 0) = x\nf(x, 1) = x\nf(1, x) = x", []), ("f(x, 0) = x\nf(x, x) = x", ["duplicate-variable 2:6 ← 2:3"]),
    ("f = \\ (x, y), y @ 1", ["duplicate-variable 1:15 ← 1:11"]), ("f = \\ x @ \\ x @ x", []),
    ("x = {1 | y <- {1}, (y, z) <- {(1, 2)}}", ["duplicate-variable 1:21 ← 1:10"]),
    ("x = {| y | y <- {1}, y <- {2} |}", ["duplicate-variable 1:22 ← 1:12"]),
    ("x = <<y | y <- <1>> | y <- <1>>", []),
    ("P = [] x : {1}, x : {2} @ STOP", ["duplicate-variable 1:17 ← 1:8"]),
    ("P = [] x : {1} @ [] x : {2} @ STOP", []),
    ("P = STOP[[x <- x | x <- {}, x <- {}]]", ["duplicate-variable 1:29 ← 1:20"]),
    ("P = STOP [x <-> x | x <- <>, x <- <>] STOP", ["duplicate-variable 1:30 ← 1:21"]),
    ("channel c : {0}.{0}.{0}\nP = c?x?y?x -> STOP", ["duplicate-variable 2:11 ← 2:7"]),
    ("channel c : {0}.{0}\nP = c$x?x -> STOP", ["duplicate-variable 2:9 ← 2:7"]),
    ("channel c : {0}.{0}\nP = c?x.x -> STOP", ["duplicate-variable 2:9 ← 2:7"]),
    ("channel c : {0}\nP = c?x -> c?x -> STOP", []),
    ("module M(x, x)\nexports\nendmodule", ["duplicate-variable 1:13 ← 1:10"]),
    ("module M((x, x))\nexports\nendmodule", ["duplicate-variable 1:14 ← 1:11"]),
  ]

  @Test(arguments: definitions + variables)
  func `a second one of a name is refused, and the first one shown`(_ script: String, _ expected: [String]) {
    #expect(Resolved(script).mistakes == expected)
  }

  static let included: [(String, [String])] = [
    ("x = 1\ninclude \"part.csp\"", ["duplicate-definition part.csp:2:1 ← 1:1"]),
    ("include \"part.csp\"\ny = 1", ["duplicate-definition 2:1 ← part.csp:1:1"]),
    (
      "include \"part.csp\"\ninclude \"part.csp\"",
      ["duplicate-definition part.csp:1:1 ← part.csp:1:1", "duplicate-definition part.csp:2:1 ← part.csp:2:1"]
    ),
    ("z = let y = 1\nwithin y\nmodule M\nexports\ninclude \"part.csp\"\nendmodule", []),
  ]

  @Test(arguments: included)
  func `a name of an included file is one of the scope that includes it`(_ script: String, _ expected: [String]) {
    #expect(Resolved(script, including: ["part.csp": "y = 2\nx = 3"]).mistakes == expected)
  }

  static let shapes: [(String, [String])] = [
    ("f(0) = 1\nf(x, y) = 2\nf(x)(y) = 3", ["clause-shape 2:1 ← 1:1", "clause-shape 3:1 ← 1:1"]),
    ("f(0)(0) = 1\nf(x) = 2", ["clause-shape 2:1 ← 1:1"]), ("f() = 1\nf(x) = 2", ["clause-shape 2:1 ← 1:1"]),
    ("f((x, y)) = 1\nf(x, y) = 2", ["clause-shape 2:1 ← 1:1"]),
    ("f(x, y)(z) = 1\nf(x)(y, z) = 2", ["clause-shape 2:1 ← 1:1"]),
    ("x = let f(0) = 1\nf(x, y) = 2\nwithin f", ["clause-shape 2:1 ← 1:9"]),
    ("module M\nf(0) = 1\nf(x, y) = 2\nexports\nendmodule", ["clause-shape 3:1 ← 2:1"]),
    // Clauses stand together: an annotation may stand between them and others may not.
    ("f(0) = 1\nf(x) = 2", []), ("f(0) = 1\ng(0) = 1\nf(x) = 2", ["duplicate-definition 3:1 ← 1:1"]),
  ]

  @Test(arguments: shapes)
  func `the clauses of a function take the same arguments`(_ script: String, _ expected: [String]) {
    #expect(Resolved(script).mistakes == expected)
  }
}
