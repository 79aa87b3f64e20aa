import CSPMNames
import Testing

/// Which declaration a name means, block by block (FDR manual, "Scoping").
///
/// The expectations list every name that the script uses or binds in a pattern, in the order of the syntax tree, with
/// the place of the declaration that it means.
@Suite struct ScopeTests {
  static let blocks: [(String, [String])] = [
    ("x = y\ny = 1", ["x 1:1", "y 2:1", "y 2:1"]),
    ("f(x) = x\nx = 2", ["x 1:3", "x 1:3", "x 2:1"]),
    ("x = x", ["x 1:1", "x 1:1"]),
    // Clauses of one function have parameters of their own; the function is seen in all of them.
    ("f(0, y) = y\nf(x, z) = f(x, z)", ["y 1:6", "y 1:6", "x 2:3", "z 2:6", "f 1:1", "x 2:3", "z 2:6"]),
    ("f(x)(y) = (x, y)", ["x 1:3", "y 1:6", "x 1:3", "y 1:6"]),
    // A definition by a pattern binds all of the pattern's names, for the whole block.
    ("z = b\n(a, <b>) = (1, <2>)", ["z 1:1", "b 2:6", "a 2:2", "b 2:6"]),
    // A let sees itself, its declarations hide those outside, and nobody outside sees them.
    ("x = let y = 1\nwithin y\ny = 2", ["x 1:1", "y 1:9", "y 1:9", "y 3:1"]),
    ("x = let y = 1\nwithin let y = 2\nwithin y", ["x 1:1", "y 1:9", "y 2:12", "y 2:12"]),
    ("x = let y = 1\nwithin let z = y\nwithin z", ["x 1:1", "y 1:9", "z 2:12", "y 1:9", "z 2:12"]),
    ("f(x) = let x = x\nwithin x", ["x 1:3", "x 1:12", "x 1:12", "x 1:12"]),
    ("x = let y = z\nz = 1\nwithin y", ["x 1:1", "y 1:9", "z 2:1", "z 2:1", "y 1:9"]),
    ("x = (let y = 1\nwithin y, y)\ny = 2", ["x 1:1", "y 1:10", "y 1:10", "y 3:1", "y 3:1"]),
    // A lambda's parameters hold for its body alone.
    ("f(x) = (\\ x @ x, x)", ["x 1:3", "x 1:11", "x 1:11", "x 1:3"]),
    ("f = \\ x @ \\ y, x @ (x, y)", ["f 1:1", "x 1:7", "y 1:13", "x 1:16", "x 1:16", "y 1:13"]),
    // Names of channels and constructors are matched and not bound, wherever they are declared.
    ("f(A) = A\ndatatype T = A", ["A 2:14", "A 2:14"]),
    ("channel a\nf = let g(a) = a\nwithin g", ["f 2:1", "a 1:9", "a 1:9", "g 2:9"]),
    ("f(c.x) = c.x\nchannel c : {0}", ["c 2:9", "x 1:5", "c 2:9", "x 1:5"]),
  ]

  static let statements: [(String, [String])] = [
    // The tree of a comprehension has its elements before its statements; a generator sees those before it.
    ("f(s) = <x | x <- s>", ["s 1:3", "x 1:13", "x 1:13", "s 1:3"]),
    ("f(x) = <x | x <- x>", ["x 1:3", "x 1:13", "x 1:13", "x 1:3"]),
    ("f(s) = <y | x <- s, y <- x>", ["s 1:3", "y 1:21", "x 1:13", "s 1:3", "y 1:21", "x 1:13"]),
    ("f(x) = <x | x == 1, x <- x, x == 2>", ["x 1:3", "x 1:21", "x 1:3", "x 1:21", "x 1:3", "x 1:21"]),
    ("f(x) = {x..y | x <- {x}, y <- {x}}", ["x 1:3", "x 1:16", "y 1:26", "x 1:16", "x 1:3", "y 1:26", "x 1:16"]),
    ("f(x) = ({x | x <- {x}}, x)", ["x 1:3", "x 1:14", "x 1:14", "x 1:3", "x 1:3"]),
    ("f(c) = {| c.x | x <- {0} |}", ["c 1:3", "c 1:3", "x 1:17", "x 1:17"]),
    // An inner comprehension.
    ("f(x) = <<x | x <- x> | x <- x>", ["x 1:3", "x 1:14", "x 1:14", "x 1:24", "x 1:24", "x 1:3"]),
    // Replicated operators: alphabets see the variable; a set that all processes share does not.
    ("f(x) = [] x : {x} @ x", ["x 1:3", "x 1:11", "x 1:3", "x 1:11"]),
    ("f(x) = || x : {x} @ [x] x", ["x 1:3", "x 1:11", "x 1:11", "x 1:3", "x 1:11"]),
    ("f(x) = [| x |] x : {x} @ x", ["x 1:3", "x 1:3", "x 1:16", "x 1:3", "x 1:16"]),
    ("f(x) = [+ x +] x : {x} @ x", ["x 1:3", "x 1:3", "x 1:16", "x 1:3", "x 1:16"]),
    ("f(x) = ; x : <x>, y : <x> @ (x, y)", ["x 1:3", "x 1:10", "x 1:3", "y 1:19", "x 1:10", "x 1:10", "y 1:19"]),
    // Renamings and links have variables for their pairs, which the processes do not see.
    ("f(x) = x[[x <- x | x <- {x}]]", ["x 1:3", "x 1:3", "x 1:20", "x 1:20", "x 1:20", "x 1:3"]),
    (
      "f(x) = x [x <-> x | x <- <x>] x",
      ["x 1:3", "x 1:3", "x 1:21", "x 1:21", "x 1:21", "x 1:3", "x 1:3"]
    ),
    ("f(x) = [x <-> x] x : <x> @ x", ["x 1:3", "x 1:18", "x 1:18", "x 1:18", "x 1:3", "x 1:18"]),
  ]

  static let fields: [(String, [String])] = [
    ("channel c : {0}.{0}\nP(x) = c?x!x -> x", ["x 2:3", "c 1:9", "x 2:10", "x 2:10", "x 2:10"]),
    ("channel c : {0}.{0}\nP(x) = c!x?x -> x", ["x 2:3", "c 1:9", "x 2:3", "x 2:12", "x 2:12"]),
    // The tree of a field has its pattern before its set; the set does not see the pattern's variables.
    ("channel c : {0}\nP(x) = c?x:x -> x", ["x 2:3", "c 1:9", "x 2:10", "x 2:3", "x 2:10"]),
    (
      "channel c : {0}.{0}\nP(x) = c$x:x?y:x -> y", ["x 2:3", "c 1:9", "x 2:10", "x 2:3", "y 2:14", "x 2:10", "y 2:14"]
    ),
    (
      "channel c : {0}\nP(x) = c?x -> c!x -> c?x -> x",
      ["x 2:3", "c 1:9", "x 2:10", "c 1:9", "x 2:10", "c 1:9", "x 2:24", "x 2:24"]
    ),
    // A prefix binds for what follows the arrow, and no further.
    ("channel c : {0}\nP(x) = (c?x -> x) [] x", ["x 2:3", "c 1:9", "x 2:11", "x 2:11", "x 2:3"]),
    ("channel c : {0}\nP(x) = c?x -> x ; x", ["x 2:3", "c 1:9", "x 2:10", "x 2:10", "x 2:3"]),
  ]

  static let builtIns: [(String, [String])] = [
    ("x = card", ["x 1:1", "card built in"]), ("card(x) = x\ny = card(1)", ["x 1:6", "x 1:6", "y 2:1", "card 1:1"]),
    ("f(head) = head\nx = head", ["head 1:3", "head 1:3", "x 2:1", "head built in"]),
    ("x = let tail = 1\nwithin tail\ny = tail", ["x 1:1", "tail 1:9", "tail 1:9", "y 3:1", "tail built in"]),
    ("STOP = SKIP\nP = STOP", ["STOP 1:1", "SKIP built in", "P 2:1", "STOP 1:1"]),
    ("channel union\nP = union -> STOP", ["P 2:1", "union 1:9", "STOP built in"]),
    ("datatype Bool = Int | Char\nx = Int\ny = Bool", ["x 2:1", "Int 1:17", "y 3:1", "Bool 1:10"]),
    // What has to be imported can be called the same without an import.
    ("sbisim(x) = x\ny = sbisim(1)", ["x 1:8", "x 1:8", "y 2:1", "sbisim 1:1"]),
    ("WAIT(x) = x\ny = WAIT(1)", ["x 1:6", "x 1:6", "y 2:1", "WAIT 1:1"]),
    ("external chase\nf(chase) = chase\nx = chase", ["chase 2:3", "chase 2:3", "x 3:1", "chase built in"]),
    // Inside of a section the section's own functions are nearer than what the script calls the same.
    (
      "channel tock\nWAIT(x) = x\nTimed {\nP = WAIT(1)\n}\nQ = WAIT(1)",
      ["x 2:6", "x 2:6", "P 4:1", "WAIT built in", "tock 1:9", "Q 6:1", "WAIT 2:1"]
    ),
  ]

  @Test(arguments: blocks + statements + fields + builtIns)
  func `a name means the declaration that is nearest`(_ script: String, _ expected: [String]) {
    let resolved = Resolved(script)
    #expect(resolved.mistakes == [])
    // A section without a duration function has an empty name for it.
    #expect(resolved.meanings.filter { $0 != " ?" } == expected, "\(script)")
  }
}
