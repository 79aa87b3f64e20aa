import CSPMNames
import CSPMSyntax
import Testing

/// What is refused in and around modules, and the words in which it is said.
@Suite struct ModuleRefusalTests {
  private static let two = "module M\nx = 1\ndatatype H = B\nexports\ny = 2\ndatatype T = A\nendmodule\n"
  private static let generic = "module M(p)\nx = 1\nexports\ny = p\ndatatype T = A\nendmodule\n"

  static let refusals: [(String, [String])] = [
    // Private members: in an expression, a pattern, a type, a subtype, an instance; of an instance as well.
    (two + "z = M::x", ["hidden-name 8:5 ← 2:1"]), (two + "f(M::B) = 1", ["hidden-name 8:3 ← 3:14"]),
    (two + "f :: (M::H) -> Int\nf(x) = 1", ["hidden-name 8:7 ← 3:10"]),
    (two + "instance I = M\nz = I::x", ["hidden-name 9:5 ← 2:1"]),
    (generic + "instance I = M(1)\nz = I::x", ["hidden-name 8:5 ← 2:1"]),
    ("module M\nmodule N\nexports\nendmodule\nexports\nendmodule\ninstance I = M::N", ["hidden-name 7:1 ← 2:8"]),
    ("module M\nx = M::x\nexports\nendmodule", ["hidden-name 2:5 ← 2:1"]),
    // Once for each place, since each of them has to be mended.
    (two + "z = M::x\nw = M::x", ["hidden-name 8:5 ← 2:1", "hidden-name 9:5 ← 2:1"]),
    // Members of a module with parameters belong to its instances.
    (generic + "z = M::y", ["hidden-name 7:5 ← 1:8"]), (generic + "f(M::A) = 1", ["hidden-name 7:3 ← 1:8"]),
    (generic + "f :: (M::T) -> Int\nf(x) = 1", ["hidden-name 7:7 ← 1:8"]),
    ("module M(p)\nexports\nmodule N\nexports\nx = 1\nendmodule\nendmodule\nz = M::N::x", ["hidden-name 8:5 ← 1:8"]),
    ("module M(p)\nexports\nmodule N\nexports\nendmodule\nendmodule\ninstance I = M::N", ["hidden-name 7:1 ← 1:8"]),
    // What is not there.
    (two + "z = M::zzz", ["unknown-name 8:5"]), (two + "z = M::y::x", ["unknown-name 8:5"]),
    (two + "z = N::y", ["unknown-name 8:5 ← 5:1"]),
    (two + "f(M::C) = 1", ["unknown-name 8:3 ← 6:14"]), (two + "f :: (M::U) -> Int\nf(x) = 1", ["unknown-type 8:7"]),
    // Values and types are no modules, modules no values.
    ("x = 1\nz = x::y", ["unknown-name 2:5"]), (two + "z = <M>", ["not-a-value 8:6 ← 1:8"]),
    (two + "instance I = M\nz = I", ["not-a-value 9:5 ← 8:10"]),
    ("module M\nexports\nmodule N\nexports\nendmodule\nendmodule\nz = M::N", ["not-a-value 7:5 ← 3:8"]),
    ("instance I = STOP", ["not-a-module 1:1"]), ("channel c\ninstance I = c", ["not-a-module 2:1 ← 1:9"]),
    (two + "instance I = M::y", ["not-a-module 8:1 ← 5:1"]),
    (two + "instance I = M::y(1)", ["not-a-module 8:1 ← 5:1"]),
    // Instances stand behind their module, in whatever order the rest is.
    ("instance I = M(1)\nz = I::y\n" + generic, ["unknown-module 1:1 ← 3:8"]),
    ("module A\ninstance I = B\nexports\nendmodule\nmodule B\nexports\nendmodule", ["unknown-module 2:1 ← 5:8"]),
    ("module A\nexports\ninstance I = B\nmodule B\nexports\nendmodule\nendmodule", ["unknown-module 3:1 ← 4:8"]),
    (two + "instance I = N", ["unknown-module 8:1"]),
    // A module inside of itself, by whatever way.
    ("module M\nexports\ninstance I = M\nendmodule", ["recursive-instance 3:1 ← 1:8"]),
    ("module M\nexports\nmodule N\nexports\ninstance I = M\nendmodule\nendmodule", ["recursive-instance 5:1 ← 1:8"]),
    (
      "module M(p)\nexports\nmodule N(q)\ninstance I = N(q)\nexports\nendmodule\nendmodule",
      ["recursive-instance 4:1 ← 3:8"]
    ),
    // What was refused is refused once.
    ("module M\nexports\nx = 1\ninstance I = M\ny = I::x\nendmodule", ["recursive-instance 4:1 ← 1:8"]),
    ("module A\nexports\ninstance I = N\nendmodule\nx = A::I::x\nf(A::I::B) = 1", ["unknown-module 3:1"]),
    ("instance I = N(1)\nf(I::A) = I::x\ng :: (I::T) -> Int\ng(x) = 1\ninstance J = I", ["unknown-module 1:1"]),
    ("P = )\nz = P::x", ["unexpected-token 1:5"]),
    ("module M\nexports\nx = )\nendmodule\nz = M::x", ["unexpected-token 3:5"]),
    // Patterns with a module in front.
    (two + "f(M::y) = 1", ["invalid-pattern 8:3 ← 5:1"]), (two + "f = \\ M::y @ 1", ["invalid-pattern 8:7 ← 5:1"]),
    (two + "M::y = 1", ["invalid-pattern 8:1 ← 5:1"]), (two + "(M::y, z) = (1, 2)", ["invalid-pattern 8:2 ← 5:1"]),
    (two + "x = {1 | M::y <- {1}}", ["invalid-pattern 8:10 ← 5:1"]),
    (two + "P = [] M::y : {1} @ STOP", ["invalid-pattern 8:8 ← 5:1"]),
    ("f(M::x) = 1", ["unknown-name 1:3"]), (two + "f(M::T) = 1", ["invalid-pattern 8:3 ← 6:10"]),
    // Imports are members of their block.
    ("module M\nexternal chase\nexports\nx = chase(STOP)\nendmodule\nz = chase(STOP)", ["not-imported 6:5"]),
  ]

  @Test(arguments: refusals)
  func `what modules do not allow is refused where it stands`(_ script: String, _ expected: [String]) {
    #expect(Resolved(script).mistakes == expected, "\(script)")
  }

  /// The whole of what is said, in words.
  static let messages: [(String, [String])] = [
    ("counter = 1\nx = couter", ["`couter` is not defined", "did you mean `counter`?"]),
    ("counter = 1\nx = let conter = 2\nwithin cunter", ["`cunter` is not defined", "did you mean `conter`?"]),
    ("x = mapLokup(1)", ["`mapLokup` is not defined", "did you mean `mapLookup`?"]),
    ("f(elephant) = elephnat", ["`elephnat` is not defined", "did you mean `elephant`?"]),
    ("x = something", ["`something` is not defined"]), ("x = y", ["`y` is not defined"]),
    (
      "module Buffers\nexports\nsize = 1\nendmodule\nx = Buffers::sise",
      ["`Buffers::sise` is not defined", "did you mean `Buffers::size`?"]
    ),
    (
      "module Buffers\nexports\nsize = 1\nendmodule\nx = Bufers::size",
      ["`Bufers::size` is not defined", "did you mean `Buffers::size`?"]
    ),
    // What cannot be used is not suggested.
    ("module Buffers\nsize = 1\nexports\nendmodule\nx = Buffers::sise", ["`Buffers::sise` is not defined"]),
    ("module Buffers(n)\nexports\nsize = 1\nendmodule\nx = Bufers::size", ["`Bufers::size` is not defined"]),
    ("x = let counter = 1\nwithin counter\ny = couter", ["`couter` is not defined"]),
    (
      "module Buffers\nexports\nendmodule\ninstance I = Bufers",
      ["there is no module `Bufers`", "did you mean `Buffers`?"]
    ),
    ("transparent sbism", ["there is no transparent function `sbism`", "did you mean `sbisim`?"]),
    ("external sbisim", ["`sbisim` is transparent, not external"]),
    ("transparent prioritise", ["`prioritise` is external, not transparent"]),
    ("external card", ["`card` is always there and need not be imported"]),
    ("external WAIT", ["`WAIT` is there in timed sections and cannot be imported"]),
    ("x = normal(STOP)", ["`normal` must be imported before it is used: add `transparent normal`"]),
    ("x = chase(STOP)", ["`chase` must be imported before it is used: add `external chase`"]),
    (
      generic + "z = M::y",
      [
        "`M::y` is a member of a module with parameters",
        "make an instance, as in `instance I = M(…)`, and use its members",
      ]
    ),
    (two + "z = M::x", ["`M::x` is private to its module", "declared here; move it behind `exports`"]),
    ("subtype S = A", ["`A` is not a constructor of a datatype"]),
  ]

  @Test(arguments: messages)
  func `a message says what is wrong and what to do`(_ script: String, _ expected: [String]) {
    let diagnostics = Resolved(script).diagnostics
    #expect(diagnostics.count == 1)
    #expect(diagnostics.flatMap { [$0.message] + $0.notes.map(\.message) } == expected)
  }
}
