import CSPMSyntax
import Foundation
import Testing

/// `martlet format`: the same script in one style.
@Suite struct FormatterTests {
  private func formatted(_ text: String) -> String {
    switch ScriptFormatter.format(Array(text.utf8), path: "test.csp") {
    case .formatted(let bytes): String(decoding: bytes, as: UTF8.self)
    case .mistakes(let diagnostics, _): "mistakes: \(diagnostics.map(\.id))"
    case .defect: "defect"
    }
  }

  private func tree(_ text: String) -> String {
    let loaded = ScriptLoader(followsIncludes: false).load(text: text)
    return loaded.hasErrors ? "mistakes: \(loaded.diagnostics.map(\.message))" : shape(loaded.script)
  }

  // MARK: One style

  static let blanks: [(String, String)] = [
    ("x=1", "x = 1"),
    ("f( x,y )=x+ y", "f(x, y) = x + y"),
    ("x = a+b - -c*#s", "x = a+b - -c*#s"),
    ("x = {0..n-1}", "x = {0..n-1}"),
    ("x = {0 .. n - 1}", "x = {0..n - 1}"),
    ("x = s^<y>^t", "x = s^<y>^t"),
    ("x = < -1>^< >", "x = < -1>^<>"),
    ("x = { -1,2 }", "x = { -1, 2 }"),
    ("x = {|c,d.0|}", "x = {|c, d.0|}"),
    ("x = {| c,d . 0 |}", "x = {| c, d.0 |}"),
    ("x = {||}", "x = {| |}"),
    ("x = {||y<-s|}", "x = {| | y <- s|}"),
    ("x = {|| y<-s |}", "x = {| | y <- s|}"),
    ("x = {| | y<-s |}", "x = {| | y <- s |}"),
    ("x = (|1=>2|)", "mistakes: [\"unexpected-token\"]"),
    ("x = (| 1=>2,3=>4|)", "x = (| 1 => 2, 3 => 4 |)"),
    ("x = (| |)", "x = (| |)"),
    ("x = not(b)and c", "x = not (b) and c"),
    ("x = if(b)then(1)else(2)", "x = if (b) then (1) else (2)"),
    ("x = \\y,_@y", "x = \\ y, _ @ y"),
    ("x = let y=1 within y", "x = let y = 1 within y"),
    ("x = y<z", "x = y < z"),
    ("x = <y|y<-s,(y>1)>", "x = <y | y <- s, (y > 1)>"),
    ("P = c ? x : S ! y -> P", "P = c?x:S!y -> P"),
    ("P = c$x:{0}?y->P", "P = c$x:{0}?y -> P"),
    ("P = c?(x@@d.y)->P", "P = c?(x @@ d.y) -> P"),
    ("P = Q[]R|~|S;T", "P = Q [] R |~| S ; T"),
    ("P = Q\\A|\\B", "P = Q \\ A |\\ B"),
    ("P = Q[|A|]R[>S", "P = Q [| A |] R [> S"),
    ("P = Q[A||B]R", "P = Q [A || B] R"),
    ("P = Q[+A+]R/+B+\\S/\\T", "P = Q [+ A +] R /+ B +\\ S /\\ T"),
    ("P = Q[|A|>R", "P = Q [| A |> R"),
    ("P = Q[a<->b,c<->d]R", "P = Q [a <-> b, c <-> d] R"),
    ("P = Q[[a<-b|x<-S]]", "P = Q[[a <- b | x <- S]]"),
    ("P = Q [[ a<-b ]]", "P = Q[[ a <- b ]]"),
    ("P = []x:S@c.x->P", "P = [] x : S @ c.x -> P"),
    ("P = ||x:S@[A(x)]Q(x)", "P = || x : S @ [A(x)] Q(x)"),
    ("P = [|A|]x:S@Q", "P = [| A |] x : S @ Q"),
    ("P = [a<->b]x:s@Q", "P = [a <-> b] x : s @ Q"),
    ("P = b&Q", "P = b & Q"),
    ("P = N::Q", "P = N::Q"),
    ("f::(Eq a,Ord b)=>(a)->b\nf(x) = x", "mistakes: [\"unexpected-token\"]"),
    ("f ::(Eq a,Ord b)=>(a)->{b}\nf(x) = x", "f :: (Eq a, Ord b) => (a) -> {b}\nf(x) = x"),
    ("channel a,b:{0..1}.T", "channel a, b : {0..1}.T"),
    ("datatype T=A|B.Int", "datatype T = A | B.Int"),
    ("assert P[T=Q", "assert P [T= Q"),
    ("assert not P:[deadlock   free[F]]", "assert not P :[deadlock free [F]]"),
    ("assert P:[ has trace [ FD ] ]:<a,b>", "assert P :[has trace [FD]]: <a, b>"),
    ("assert P[FD=Q:[tau priority over]:{tock}", "assert P [FD= Q :[tau priority over]: {tock}"),
    ("print  f(1)", "print f(1)"),
    ("print (1)", "print (1)"),
    ("include   \"a b.csp\"", "include \"a b.csp\""),
    ("instance I=M(1,2)", "instance I = M(1, 2)"),
    ("module M ( x )\nexports\ny = x\nendmodule", "module M(x)\nexports\n  y = x\nendmodule"),
    ("Timed(f){\nP = a->P\n}", "Timed(f) {\n  P = a -> P\n}"),
    ("Timed { P = a -> P }", "Timed { P = a -> P }"),
    ("", ""),
    ("\n\n", ""),
    ("\u{FEFF}x = 1", "x = 1"),
    ("\n\nx = 1\r\n\r\n\r\n\r\ny = 2   \n\n", "x = 1\n\ny = 2"),
  ]

  @Test(arguments: blanks)
  func `blanks are set, those around arithmetic kept`(_ text: String, _ expected: String) {
    let result = formatted(text)
    #expect(result == (expected.isEmpty || expected.hasPrefix("mistakes") ? expected : expected + "\n"))
    if !expected.hasPrefix("mistakes") { #expect(formatted(result) == result) }
  }

  static let lines: [(String, String)] = [
    ("P = a -> b ->\nc -> Q", "P = a -> b ->\n    c -> Q"),
    ("P =\na -> P\n       []\n b -> Q", "P =\n  a -> P\n  []\n  b -> Q"),
    ("P =\n a -> P\n [] b ->\n   Q", "P =\n  a -> P\n  [] b ->\n    Q"),
    ("x = {\n1,\n      2\n}", "x = {\n  1,\n  2\n}"),
    ("P = (a -> P\n[] b -> Q) \\ {\na\n}", "P = (a -> P\n  [] b -> Q) \\ {\n    a\n  }"),
    ("x =\nif b\nthen 1\nelse if c then\n2\nelse\n3", "x =\n  if b\n  then 1\n  else if c then\n    2\n  else\n    3"),
    ("x = if b then 1\nelse 2", "x = if b then 1\n  else 2"),
    ("P = let x = 1\ny = 2 within x", "P = let\n    x = 1\n    y = 2\n  within x"),
    ("P = let\nx = 1\n\nf(y) =\ny\nwithin\nx", "P = let\n    x = 1\n\n    f(y) =\n      y\n  within\n    x"),
    ("P =\nlet x = 1 within\nx", "P =\n  let x = 1 within\n  x"),
    (
      "module M\nx = 1\n\n\nexports\nmodule N\nexports\ny = 2\nendmodule\nendmodule\nz = 3",
      "module M\n  x = 1\n\nexports\n  module N\n  exports\n    y = 2\n  endmodule\nendmodule\nz = 3"
    ),
    ("Timed { P = a -> P\nQ = b ->\nQ }", "Timed {\n  P = a -> P\n  Q = b ->\n      Q\n}"),
    ("x = a >\nb\ny = <1>\nz = 2", "x = a >\n  b\ny = <1>\nz = 2"),
    (
      "assert P :[has trace]:\n<a>\nassert Q :[deadlock free]\nx = 1",
      "assert P :[has trace]:\n  <a>\nassert Q :[deadlock free]\nx = 1"
    ),
    ("datatype T\n= A\n| B", "datatype T\n  = A\n  | B"),
    ("P = [] x : S @\nQ", "P = [] x : S @\n    Q"),
  ]

  @Test(arguments: lines)
  func `lines stay, and are indented by what is open`(_ text: String, _ expected: String) {
    #expect(formatted(text) == expected + "\n")
    #expect(formatted(expected) == expected + "\n")
  }

  static let comments: [(String, String)] = [
    ("-- one\n\n\n--two  \nx = 1", "-- one\n\n--two\nx = 1"),
    ("x = 1--one\n   -- two\ny = 2", "x = 1 -- one\n-- two\ny = 2".replacing(" -- one", with: " --one")),
    ("x = -- one\n1 +  -- two\n-- three\n2", "x = -- one\n  1 + -- two\n  -- three\n  2"),
    ("x = {-one-}1{- two -}+2", "x = {-one-} 1 {- two -} + 2"),
    ("{- a\n   b\r\n c -}   x = 1", "{- a\n   b\n c -} x = 1"),
    ("x = M::{- odd -}y", "x = M::{- odd -}y"),
    ("x = <{- empty -}>", "x = < {- empty -} >"),
    (
      "P = let\n-- one\nx = 1\n-- two\nwithin x -- three\n-- four",
      "P = let\n    -- one\n    x = 1\n    -- two\n  within x -- three\n-- four"
    ),
    ("x = {\n1 -- one\n-- two\n}", "x = {\n  1 -- one\n  -- two\n}"),
    ("print 1 {- one\ntwo -} + 2\ny = 1", "print 1 {- one\ntwo -} + 2\ny = 1"),
    ("x = 1\n{- one -} {- two -}\ny = 2", "x = 1\n{- one -} {- two -}\ny = 2"),
    ("-- only", "-- only"),
    ("a = 1     -- one\nbcd = 2   -- two\ne = 3 -- three", "a = 1   -- one\nbcd = 2 -- two\ne = 3 -- three"),
    ("include \"a.csp\" -- one\nx = 1", "include \"a.csp\" -- one\nx = 1"),
  ]

  @Test(arguments: comments)
  func `comments stay where they are`(_ text: String, _ expected: String) {
    #expect(formatted(text) == expected + "\n")
    #expect(formatted(expected) == expected + "\n")
  }

  static let events = (1...12).map { "event_number_\($0)" }
  static let long: [(String, [String])] = [
    (
      "P = " + events.prefix(6).joined(separator: " -> P [] ") + " -> P",
      ["P ="] + events.prefix(6).enumerated().map { ($0 == 0 ? "  " : "  [] ") + $1 + " -> P" }
    ),
    (
      "P = " + events.prefix(9).joined(separator: " -> ") + " -> STOP",
      [
        "P =", "  " + events[0...4].joined(separator: " -> ") + " ->",
        "    " + events[5...8].joined(separator: " -> ") + " -> STOP",
      ]
    ),
    (
      "S = {" + events.joined(separator: ", ") + "}",
      [
        "S =", "  {" + events[0...5].joined(separator: ", ") + ",",
        "    " + events[6...10].joined(separator: ", ") + ",", "    " + events[11] + "}",
      ]
    ),
    (
      "f(x) = if member(x, \(events[0])(x)) and not \(events[1])(x) then \(events[2])(x) else \(events[3])(x)",
      [
        "f(x) =", "  if member(x, \(events[0])(x)) and not \(events[1])(x) then \(events[2])(x)",
        "  else \(events[3])(x)",
      ]
    ),
    (
      "assert \(events[0])(\(events[1]), \(events[2]), \(events[3])) [FD= \(events[4])(\(events[5]), \(events[6]))",
      [
        "assert \(events[0])(\(events[1]), \(events[2]), \(events[3]))",
        "  [FD= \(events[4])(\(events[5]), \(events[6]))",
      ]
    ),
    ("print " + events.joined(separator: " + "), ["print " + events.joined(separator: " + ")]),
    ("x = 1 -- " + events.joined(), ["x = 1 -- " + events.joined()]),
  ]

  @Test(arguments: long)
  func `a line that is too long breaks at the loosest operators`(_ text: String, _ expected: [String]) {
    let result = formatted(text)
    #expect(result == expected.joined(separator: "\n") + "\n")
    #expect(tree(result) == tree(text))
    #expect(formatted(result) == result)
  }

  @Test func `no line stays too long that can be broken`() {
    let branch = (1...12).map { "channel\($0)?value\($0) -> PROCESS\($0)(value\($0) + \($0))" }
    let text = "SYSTEM(x) = " + branch.joined(separator: " [] ")
    let once = formatted(text)
    #expect(tree(once) == tree(text))
    #expect(once.split(separator: "\n").allSatisfy { $0.count <= ScriptFormatter.width })
  }

  @Test func `a script with mistakes is not formatted`() {
    guard case .mistakes(let diagnostics, let files) = ScriptFormatter.format(Array("x = )".utf8), path: "a.csp") else {
      Issue.record("expected mistakes")
      return
    }
    #expect(diagnostics.map(\.id) == ["unexpected-token"])
    #expect(files.files.map(\.path) == ["a.csp"])
  }

  @Test func `the guide shows what comes out`() throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../Sources/Language/CSPM/CSPM.docc/WritingScripts.md")
    let parts = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```")
    let scripts = parts.filter { $0.hasPrefix("cspm\n") }.map { String($0.dropFirst(5)) }
    #expect(scripts.count == 3)
    #expect(formatted(scripts[1]) == scripts[2])
    // The tree that the page shows of the first one.
    let loaded = load(scripts[0])
    var lines = ""
    SyntaxNode(loaded.script).lines(in: loaded.files) { lines += "  " + $0 }
    let shown = lines.components(separatedBy: "    binding  6:1").last ?? ""
    #expect(!shown.isEmpty && parts.joined().contains("    binding  6:1" + shown))
  }

  // MARK: The same script

  static let scripts: [URL] = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardizedFileURL
    return ["Examples", "Specifications"].flatMap { folder -> [URL] in
      let files = FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil)
      return (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "csp" }
    }
  }()

  @Test func `every script of this project keeps its tree, and formatting twice changes nothing`() throws {
    #expect(Self.scripts.count > 40)
    for script in Self.scripts {
      let text = try String(contentsOf: script, encoding: .utf8)
      let once = formatted(text)
      #expect(tree(once) == tree(text), "\(script.lastPathComponent)")
      #expect(formatted(once) == once, "\(script.lastPathComponent)")
      #expect(once.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") }, "\(script.lastPathComponent)")
    }
  }

  static let seed: UInt64 = 60_317

  /// Puts comments at random places of a text where the tree stays the same; each has a name to look for.
  private func commented(_ text: String, _ random: inout SplitMix64) -> (text: String, marks: [String]) {
    let expected = tree(text)
    var text = Array(text)
    for number in 0..<6 {
      let place = Int.random(in: 0...text.count, using: &random)
      let mark = "<\(number)>"
      let forms = [
        "{- \(mark) -}", " {-\(mark)\n {- x -} -}", " -- \(mark)\n", "\n-- \(mark)\n", "\n\n{-\(mark)-}\n\n",
        "\n\n\n", " ", "\t\n",
      ]
      var changed = text
      changed.insert(contentsOf: forms[Int.random(in: 0..<forms.count, using: &random)], at: place)
      if tree(String(changed)) == expected { text = changed }
    }
    let result = String(text)
    let marks = (0..<6).map { "<\($0)>" }.filter { result.contains($0) }
    return (result, marks.sorted { result.range(of: $0)!.lowerBound < result.range(of: $1)!.lowerBound })
  }

  @Test func `random scripts keep their trees and comments, and formatting twice changes nothing`() {
    var trees = RandomTrees(seed: Self.seed)
    var random = SplitMix64(seed: Self.seed)
    var commentCount = 0
    for index in 0..<300 {
      let script = Script(declarations: (0..<2).map { _ in trees.declaration(1 << (index % 6)) })
      let (text, marks) = commented(script.description, &random)
      commentCount += marks.count
      let once = formatted(text)
      let place: Comment = "seed \(Self.seed), script \(index):\n\(text)\n---\n\(once)"
      #expect(tree(once) == tree(text), place)
      #expect(formatted(once) == once, place)
      let found = marks.compactMap { once.range(of: $0)?.lowerBound }
      #expect(found.count == marks.count && found == found.sorted(), place)
    }
    #expect(commentCount > 500)
  }
}
