import Testing

/// Every declaration that a script can hold, in forms that are accepted and in forms that are refused, through all
/// phases up to a decided assertion (FDR manual, "Script syntax").
@Suite struct DeclarationFixtureTests {
  /// Scripts whose assertions all hold.
  static let accepted: [(form: String, script: String)] = [
    ("constant", "x = 1\nP = STOP\nassert (if x == 1 then STOP else DIV) [FD= P"),
    ("pattern", "<y>^ys = tail(<1, 2, 3>)\nassert (if (y, ys) == (2, <3>) then STOP else DIV) [FD= STOP"),
    ("function", "channel a : {0..3}\nP(0) = STOP\nP(n) = a.n -> P(n - 1)\nassert P(3) :[has trace]: <a.3, a.2, a.1>"),
    ("curried function", "channel a : {0..3}\nP(m)(n) = a.m -> a.n -> STOP\nassert P(1)(2) :[has trace]: <a.1, a.2>"),
    ("function without arguments", "P() = STOP\nassert P() [FD= STOP"),
    ("annotation", "f :: (Eq a) => (a, a) -> Bool\nf(x, y) = x == y\nassert (if f(1, 1) then STOP else DIV) [FD= STOP"),
    (
      "annotation of two",
      "f, g :: (Int) -> Int\nf(x) = x\ng(x) = f(x) + 1\nassert (if g(1) == 2 then STOP else DIV) [FD= STOP"
    ),
    ("annotation of a process", "P :: Proc\nP = STOP\nassert P [FD= STOP"),
    ("annotation of a channel", "c :: Int => Event\nchannel c : {0..1}\nassert RUN({| c |}) :[has trace]: <c.1>"),
    (
      "datatype",
      "datatype T = A | B.{0..1}.T2\ndatatype T2 = C\nchannel c : T\nassert RUN({| c |}) :[has trace]: <c.A, c.B.0.C>"
    ),
    (
      "recursive datatype",
      "datatype T = A | B.T\nf(A) = 0\nf(B.t) = 1 + f(t)\nassert (if f(B.(B.A)) == 2 then STOP else DIV) [FD= STOP"
    ),
    ("subtype", "datatype T = A | B | C\nsubtype S = A | B\nchannel c : S\nassert RUN({| c |}) [T= c.A -> c.B -> STOP"),
    ("nametype", "nametype N = {0..1}.Bool\nchannel c : N\nassert RUN({| c |}) :[has trace]: <c.0.true>"),
    (
      "nametype of tuples",
      "nametype N = ({0..1}, Bool)\nchannel c : N\nassert RUN({| c |}) :[has trace]: <c.(1, false)>"
    ),
    (
      "channels",
      "channel a, b\nchannel c, d : {0..1}.Bool\nassert RUN(Events) :[has trace]: <a, b, c.0.true, d.1.false>"
    ),
    ("transparent", "transparent sbisim, normal\nassert STOP [FD= sbisim(normal(STOP))"),
    ("external", "external loop, prioritise\nchannel a\nassert loop(a -> SKIP) :[deadlock free]"),
    ("imports in a let", "P = let transparent sbisim\nwithin sbisim(STOP)\nassert P [FD= STOP"),
    (
      "module",
      "module M\nh = {0..1}\nexports\nchannel c : h\nP = c?x -> STOP\nendmodule\nassert M::P :[has trace]: <M::c.1>"
    ),
    (
      "module in a module",
      "module M\nexports\nmodule N\nexports\nP = STOP\nendmodule\nendmodule\nassert M::N::P [FD= STOP"
    ),
    (
      "instances",
      "module M(S)\nexports\nchannel c : S\nP = c?x -> P\nendmodule\ninstance I = M({0})\ninstance J = M({1})\nassert I::P ||| J::P :[has trace]: <I::c.0, J::c.1>"
    ),
    (
      "timed section",
      "channel tock, a\nTimed(\\ _ @ 2) { P = a -> STOP }\nassert P :[has trace]: <a, tock, tock, tock>"
    ),
    ("print", "print 1 + 1\nprint <1, 2>\nassert STOP [T= STOP"),
    (
      "let",
      "P(n) = let m = n + 1\nf(x) = x + m\n<y> = <f(1)>\nwithin if y == 3 then STOP else DIV\nassert P(1) [FD= STOP"
    ),
    ("comments", "-- one\n{- two {- nested -} -}\nP = {- three -} STOP -- four\nassert P [FD= STOP {- five -}"),
    ("assertions", "assert STOP [T= STOP\nassert not STOP :[deadlock free]\nassert SKIP :[deadlock free]"),
  ]

  @Test(arguments: accepted)
  func `a declaration is accepted and means what it says`(_ row: (form: String, script: String)) throws {
    let found = try verdicts([], behind: row.script)
    #expect(!found.isEmpty)
    #expect(found.allSatisfy { $0 == "holds" }, "\(row.form): \(found)")
  }

  /// Scripts that are refused, with all of their mistakes.
  static let refused: [(form: String, script: String, mistakes: [String])] = [
    ("constant", "x = \ny = 1", ["unexpected-token 2:3"]), ("constant", "x = y", ["unknown-name 1:5"]),
    ("constant", "x = 1 + 'a'", ["type-mismatch 1:9"]),
    ("pattern", "(x, y) = 1", ["type-mismatch 1:10"]),
    ("pattern", "<x> = <>\nassert x [T= STOP", ["pattern-does-not-match 1:1"]),
    ("pattern", "x^y = <1>\nassert (if null(x) then STOP else DIV) [T= STOP", ["ambiguous-pattern 1:3"]),
    ("function", "f(0) = STOP\nassert f(1) [T= STOP", ["no-matching-clause 2:8"]),
    ("function", "f(x) = STOP\nassert f(1, 2) [T= STOP", ["wrong-argument-count 2:8"]),
    ("function", "f(0) = 1\nf('a') = 2", ["type-mismatch 2:1"]),
    ("function", "f(x) = 1\nf(x, y) = 2", ["clause-shape 2:1"]),
    ("function", "P(n) = P(n) [] STOP\nassert P(1) [T= STOP", ["unguarded-recursion 2:8"]),
    ("annotation", "f :: (a) -> a", ["unused-annotation 1:1"]),
    ("annotation", "f :: (a) -> a\nf(x) = 1", ["type-mismatch 2:8"]),
    ("annotation", "f :: (Nope a) => (a) -> a\nf(x) = x", ["unknown-constraint 1:7"]),
    ("annotation", "x :: Int\nx :: Int\nx = 1", ["duplicate-annotation 2:1"]),
    ("annotation", "f :: (a, a) -> Bool\nf(x, y) = x == y", ["missing-constraint 2:11"]),
    ("datatype", "datatype T = A.{1 + 'a'}", ["type-mismatch 1:21"]),
    ("datatype", "datatype T = A | A", ["duplicate-definition 1:18"]),
    (
      "datatype", "datatype T = A.{0.0, 1.1}\nassert (if member(A.0.0, T) then STOP else STOP) [T= STOP",
      ["not-rectangular 1:16"]
    ),
    ("datatype", "datatype T = A.1", ["type-mismatch 1:16"]),
    ("datatype", "datatype T(x) = A.x", ["unexpected-token 1:11"]),
    ("subtype", "datatype T = A\nsubtype S = B", ["unknown-name 2:13"]),
    ("subtype", "datatype T = A.{0}\nsubtype S = A.Bool", ["type-mismatch 2:15"]),
    ("nametype", "nametype N = 1", ["type-mismatch 1:14"]), ("nametype", "nametype N", ["unexpected-token 1:11"]),
    ("channel", "channel c : 1", ["type-mismatch 1:13"]),
    ("channel", "channel c : {\\ x @ x}", ["missing-constraint 1:14"]),
    ("channel", "channel c\nchannel c", ["duplicate-definition 2:9"]),
    ("channel", "channel c : Int\nassert RUN({| c |}) [T= STOP", ["infinite-set 2:15"]),
    ("transparent", "transparent loop", ["unknown-import 1:13"]),
    ("external", "external normal", ["unknown-import 1:10"]), ("import", "P = normal(STOP)", ["not-imported 1:5"]),
    ("import", "P = let transparent normal\nwithin STOP\nQ = normal(STOP)", ["not-imported 3:5"]),
    ("module", "module M\nx = 1\nexports\ny = x", ["unexpected-token 4:6"]),
    ("module", "module M\nx = 1\nendmodule", ["unexpected-token 3:1"]),
    ("module", "module M\nx = 1\nexports\nendmodule\ny = M::x", ["hidden-name 5:5"]),
    ("module", "module M(S)\nexports\nx = S\nendmodule\ny = M::x", ["hidden-name 5:5"]),
    ("instance", "instance I = M", ["unknown-module 1:1"]),
    ("instance", "module M(x)\nexports\ny = x + 1\nendmodule\ninstance I = M('a')", ["type-mismatch 5:16"]),
    ("instance", "module M(x)\nexports\nendmodule\ninstance I = M", ["wrong-argument-count 4:1"]),
    (
      "instance",
      "module M(S)\nexports\ndatatype T = A.S\nendmodule\ninstance I = M({0})\ninstance J = M({0})\nx = I::A.0 == J::A.0",
      ["type-mismatch 7:15"]
    ),
    (
      "instance",
      "module M(S)\nexports\ndatatype T = A\nendmodule\ninstance I = M({0})\ninstance J = M({0})\nx = {I::A, J::A}",
      ["type-mismatch 7:12"]
    ),
    ("timed section", "Timed { P = STOP }", ["no-tock 1:1"]),
    ("timed section", "channel tock\nTimed(f) { P = STOP }\nf(x) = 'a'", ["type-mismatch 2:7"]),
    ("print", "print", ["unexpected-token 1:6"]),
    ("include", "include \"missing.csp\"", ["unreadable-file 1:1"]),
    ("include", "include missing", ["malformed-include 1:9"]),
    ("let", "P = let x = 1", ["unexpected-token 1:14"]),
    ("let", "P = let channel c\nwithin STOP", ["misplaced-declaration 1:9"]),
    ("let", "P = let datatype T = A\nwithin STOP", ["misplaced-declaration 1:9"]),
    ("let", "P = let module M\nexports\nendmodule\nwithin STOP", ["misplaced-declaration 1:9"]),
    ("let", "x = let y = 1 + 'a'\nwithin y", ["type-mismatch 1:17"]),
    ("comments", "P = STOP {- open", ["unclosed-comment 1:10"]), ("comments", "P = STOP -}", ["unexpected-token 1:11"]),
    ("assertions", "module M\nexports\nassert STOP [T= STOP\nendmodule", ["misplaced-declaration 3:1"]),
  ]

  @Test(arguments: refused)
  func `a declaration that is wrong is refused once and in its place`(
    _ row: (form: String, script: String, mistakes: [String])
  ) throws {
    let found = try places(row.script)
    #expect(found == row.mistakes, "\(row.form)")
  }

  /// Words that no script can give a meaning of its own.
  static let reserved = [
    "and", "or", "not", "if", "then", "else", "let", "within", "channel", "assert", "datatype", "subtype", "external",
    "transparent", "nametype", "module", "exports", "endmodule", "instance", "Timed", "include",
  ]

  @Test(arguments: reserved)
  func `a reserved word is no name`(_ word: String) throws {
    #expect(try !places("f(\(word)) = x\nx = 1").isEmpty)
    let longer = try places("f(\(word)s, \(word)', \(word)_1) = 1")
    #expect(longer == [])
  }
}
