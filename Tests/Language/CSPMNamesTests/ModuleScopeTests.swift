import CSPMNames
import Testing

/// What names mean in modules and in their instances, and where type variables reach (FDR manual, "Modules").
@Suite struct ModuleScopeTests {
  /// A script, an expression of its top level, and what the names in the expression mean.
  static let members: [(script: String, expression: String, meanings: [String])] = [
    ("module M\nexports\nx = 1\nendmodule\nx = 2", "(x, M::x)", ["x 5:1", "M::x 3:1"]),
    (
      "module M\nexports\nmodule N\nexports\nx = 1\nendmodule\nx = 2\nendmodule", "(M::x, M::N::x)",
      ["M::x 7:1", "M::N::x 5:1"]
    ),
    (
      "module M\nexports\ndatatype T = A\nchannel c : T\nendmodule", "(M::T, M::A, M::c)",
      ["M::T 3:10", "M::A 3:14", "M::c 4:9"]
    ),
    (
      "module M\nexports\nsubtype S = A\nnametype N = {A}\ndatatype T = A\nendmodule", "(M::S, M::N)",
      ["M::S 3:9", "M::N 4:10"]
    ),
    ("module M\nexports\n(x, y) = (1, 2)\nendmodule", "(M::y, M::x)", ["M::y 3:5", "M::x 3:2"]),
    // Modules need not stand before what uses them; instances must stand behind.
    ("z = M::x\nmodule M\nexports\nx = 1\nendmodule", "(z, M::x)", ["z 1:1", "M::x 4:1"]),
    // What an instance has stands where its module has it.
    (
      "module M(p)\nexports\nx = p\nendmodule\ninstance I = M(1)\ninstance J = M(2)", "(I::x, J::x)",
      ["I::x 3:1", "J::x 3:1"]
    ),
    (
      "module A(p)\nexports\nmodule B\nexports\nx = 1\nendmodule\nendmodule\ninstance I = A(1)\ninstance J = I::B",
      "J::x", ["J::x 5:1"]
    ),
    (
      "module B(q)\nexports\nx = q\nendmodule\nmodule A(p)\nexports\ninstance H = B(p)\nendmodule\ninstance I = A(1)",
      "I::H::x", ["I::H::x 3:1"]
    ),
    ("module A\nexports\nx = 1\nendmodule\ninstance I = A\ninstance J = I\ninstance K = J", "K::x", ["K::x 3:1"]),
    // A member of an instance of an instance's module that was itself found in an instance.
    (
      """
      module A(p)
      exports
      module B(q)
      exports
      module C
      exports
      x = (p, q)
      endmodule
      endmodule
      endmodule
      instance I = A(1)
      instance J = I::B(2)
      instance K = J::C
      """, "K::x", ["K::x 7:1"]
    ),
    // A section adds no level of names.
    ("channel tock\nmodule M\nexports\nTimed {\nP = STOP\n}\nendmodule", "M::P", ["M::P 5:1"]),
  ]

  @Test(arguments: members)
  func `a member has its module in front`(_ row: (script: String, expression: String, meanings: [String])) {
    let resolved = Resolved(row.script)
    #expect(resolved.mistakes == [])
    #expect(resolved.meanings(of: row.expression) == row.meanings, "\(row.script)")
  }

  /// All names of the script, as in `ScopeTests`.
  static let bodies: [(String, [String])] = [
    // Members see each other, private ones as well, and hide what is outside.
    ("module M\nx = y\nexports\ny = x\nendmodule", ["x 2:1", "y 4:1", "y 4:1", "x 2:1"]),
    ("x = 1\nmodule M\ny = x\nexports\nendmodule", ["x 1:1", "y 3:1", "x 1:1"]),
    ("x = 1\nmodule M\ny = x\nexports\nx = 2\nendmodule", ["x 1:1", "y 3:1", "x 5:1", "x 5:1"]),
    ("module M\ny = x\nexports\nendmodule\nx = 1", ["y 2:1", "x 5:1", "x 5:1"]),
    // With the module in front as well, but for private ones.
    ("module M\nexports\nx = 1\ny = M::x\nendmodule", ["x 3:1", "y 4:1", "M::x 3:1"]),
    // Parameters, and patterns of them.
    ("module M(p, <q>)\nexports\nx = (p, q)\nendmodule", ["p 1:10", "q 1:14", "x 3:1", "p 1:10", "q 1:14"]),
    ("p = 1\nmodule M(p)\nexports\nx = p\nendmodule", ["p 1:1", "p 2:10", "x 4:1", "p 2:10"]),
    // A nested module sees what is around it, private members and parameters included.
    (
      "module M(p)\nh = 1\nmodule N(q)\nexports\nx = (h, p, q)\nendmodule\nexports\nendmodule",
      ["p 1:10", "h 2:1", "q 3:10", "x 5:1", "h 2:1", "p 1:10", "q 3:10"]
    ),
    (
      "module M\nmodule N\nexports\nx = 1\nendmodule\nexports\ny = N::x\nendmodule",
      ["x 4:1", "y 7:1", "N::x 4:1"]
    ),
    // The arguments of an instance are looked up where it stands.
    (
      "p = 1\nmodule M(p)\nexports\nendmodule\ninstance I = M(p)",
      ["p 1:1", "p 2:10", "M 2:8", "p 1:1"]
    ),
    // The copies of a module's members see what the module saw, not what the instance sees.
    (
      "x = 1\nmodule M(p)\nexports\ny = x\nendmodule\nmodule N\nx = 2\nexports\ninstance I = M(x)\nz = I::y\nendmodule",
      ["x 1:1", "p 2:10", "y 4:1", "x 1:1", "x 7:1", "M 2:8", "x 7:1", "z 10:1", "I::y 4:1"]
    ),
  ]

  @Test(arguments: bodies)
  func `the bodies of members see their module and what is around it`(_ script: String, _ expected: [String]) {
    let resolved = Resolved(script)
    #expect(resolved.mistakes == [])
    #expect(resolved.meanings == expected, "\(script)")
  }

  @Test func `a module of an included file is one of the script`() {
    let resolved = Resolved(
      "include \"part.csp\"\ninstance I = M(1)\ny = (x, I::x, N::x)",
      including: [
        "part.csp":
          "x = 0\nmodule M(p)\nexports\nx = p\nendmodule\nmodule N\nexports\ninclude \"inner.csp\"\nendmodule",
        "inner.csp": "x = 2",
      ])
    #expect(resolved.mistakes == [])
    #expect(
      resolved.meanings(of: "(x, I::x, N::x)") == ["x part.csp:1:1", "I::x part.csp:4:1", "N::x inner.csp:1:1"])
  }

  @Test func `a file that stands in two modules is declared in each of them`() {
    let resolved = Resolved(
      """
      x = 0
      module M
      exports
      x = 1
      include "part.csp"
      endmodule
      module N
      exports
      include "part.csp"
      endmodule
      """,
      including: ["part.csp": "y = x"])
    #expect(resolved.mistakes == [])
    #expect(resolved.meanings == ["x 1:1", "x 4:1", "y part.csp:1:1", "x 4:1", "y part.csp:1:1", "x 1:1"])
  }

  /// Type variables are in scope in the body of what the annotation speaks of.
  static let types: [(String, [String])] = [
    ("f :: (a) -> a\nf(x) = x", ["a 1:7", "a 1:7", "x 2:3", "x 2:3"]),
    (
      "f :: (a) -> a\nf(x) = let g :: (a) -> a\ng(y) = y\nwithin g(x)",
      ["a 1:7", "a 1:7", "x 2:3", "a 1:7", "a 1:7", "y 3:3", "y 3:3", "g 3:1", "x 2:3"]
    ),
    // Another definition has variables of its own.
    (
      "f :: (a) -> a\nf(x) = x\ng :: (a) -> a\ng(x) = x",
      ["a 1:7", "a 1:7", "x 2:3", "x 2:3", "a 3:7", "a 3:7", "x 4:3", "x 4:3"]
    ),
    // A datatype is no variable, nor is one that stands further down.
    ("f :: (T) -> b\nf(x) = f(x)\ndatatype T = A", ["T 3:10", "b 1:13", "x 2:3", "f 2:1", "x 2:3"]),
    // One annotation of two names.
    (
      "f, g :: (a) -> a\nf(x) = x\ng(x) = x",
      ["a 1:10", "a 1:10", "x 2:3", "x 2:3", "x 3:3", "x 3:3"]
    ),
  ]

  @Test(arguments: types)
  func `a type variable is bound for the body behind its annotation`(_ script: String, _ expected: [String]) {
    let resolved = Resolved(script)
    #expect(resolved.mistakes == [])
    #expect(resolved.meanings == expected, "\(script)")
  }
}
