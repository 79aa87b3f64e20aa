import Testing

@testable import CSPMLanguageServer

/// Navigation, hover and rename.
@Suite struct FeatureTests {
  static let library = ["library.csp": "datatype Colour = Red | Green\nsize = 2\n"]
  static let modules = """
    module M(n)
      hidden = n + 1
    exports
      datatype T = A.{0..hidden}
      f(x) = x + n
    endmodule
    instance I = M(3)
    module N
    exports
      module Inner
      exports
        y = I::f(1)
      endmodule
    endmodule

    """

  struct Row: Sendable, CustomTestStringConvertible {
    let text: String
    let places: [String]
    var testDescription: String { text }
    init(_ text: String, _ places: [String]) {
      self.text = text
      self.places = places
    }
  }

  static let definitions: [Row] = [
    Row("f(0) = 1\nf(n) = n\nx = f¦(3)", ["0:0 f"]),
    Row("f(n) = let m = n within m¦ + 1", ["0:11 m"]),
    Row("channel c : {0..1}\nP = c?x -> c!x¦ -> STOP", ["1:6 x"]),
    Row("f(x) = <x¦ | x <- <1,2>>", ["0:12 x"]),
    Row("P = ||| i : {0..2} @ Q(¦i)\nQ(i) = STOP", ["0:8 i"]),
    Row("datatype T = A | B\nf(A¦) = 1", ["0:13 A"]),
    Row("datatype T = A | B\nx :: T¦\nx = A", ["0:9 T"]),
    Row("f :: (¦a) -> a\nf(x) = x", ["0:6 a"]),
    Row("assert P¦ [T= P\nP = STOP", ["1:0 P"]),
    Row("channel c\nP = STOP [[ c <- c¦ ]]", ["0:8 c"]),
    Row("x = car¦d({})", []),
    Row("x = 1 ¦ + 2", []),
    Row("include \"library.csp\"\nx = siz¦e", ["library.csp 1:0 size"]),
    Row("include \"libr¦ary.csp\"", ["library.csp 0:0 "]),
    Row(modules + "x = I::f¦(0)", ["4:2 f"]),
    Row(modules + "x = I¦::f(0)", ["6:9 I"]),
    Row(modules + "instance J = M¦(4)", ["0:7 M"]),
    Row(modules + "x = N::Inner¦::y", ["9:9 Inner"]),
    Row(modules + "x = N::Inner::¦y", ["11:4 y"]),
    Row("channel tock\nTimed {\n  P = STOP\n  Q = P¦\n}", ["2:2 P"]),
  ]

  @Test(arguments: definitions)
  func `a name leads to where it is declared`(_ row: Row) throws {
    #expect(try Editing(row.text, including: Self.library).places { $0.definition(at: $1) } == row.places)
  }

  static let references: [Row] = [
    Row("f(0) = 1\nf(n) = f¦(n - 1)", ["0:0 f", "1:0 f", "1:7 f"]),
    Row("include \"library.csp\"\nx = size¦\ny = size", ["1:4 size", "2:4 size", "library.csp 1:0 size"]),
    Row(modules + "instance J = M(4)\nx = J::f¦(0)", ["4:2 f", "11:11 f", "15:7 f"]),
    Row("x = card¦({}) + card({1})", ["0:4 card", "0:15 card"]),
    Row("f(x) = x¦\ng(x) = x", ["0:2 x", "0:7 x"]),
  ]

  @Test(arguments: references)
  func `a name is found wherever it stands`(_ row: Row) throws {
    let editing = Editing(row.text, including: Self.library)
    #expect(try editing.places { $0.references(at: $1, includesDeclaration: true) } == row.places)
  }

  struct Shown: Sendable, CustomTestStringConvertible {
    let text: String
    let value: String?
    var testDescription: String { text }
    init(_ text: String, _ value: String?) {
      self.text = text
      self.value = value
    }
  }

  static let hovers: [Shown] = [
    Shown("f(x) = x\ny = f¦(1)", "f :: (a) -> a\n-- here: (Int) -> Int\n\nfunction"),
    Shown("-- One.\n-- Two.\nx = 1\ny = x¦", "x :: Int\n\ndefinition\n\nOne.\nTwo."),
    Shown("channel c : Int\nP = c¦!1 -> STOP", "c :: Int => Event\n\nchannel"),
    Shown("x = nu¦ll(<1>)", "null :: (<a>) -> Bool\n-- here: (<Int>) -> Bool\n\nbuilt-in function"),
    Shown("include \"library.csp\"\nx = R¦ed", "Red :: Colour\n\nconstructor, declared in /library.csp"),
    Shown("x = 1 +¦ 2", "Int"),
    Shown("x = <1, tru¦e>", "Bool"),
    Shown("module M\nexports\nendmodule¦", nil),
    Shown("P(¦n) = STOP", "n :: a\n\nvariable"),
  ]

  @Test(arguments: hovers)
  func `hovering shows what is known about a name or an expression`(_ shown: Shown) throws {
    let editing = Editing(shown.text, including: Self.library)
    #expect(try editing.ask { $0.hover(at: $1, usesMarkdown: false)?.contents.value } == shown.value)
  }

  @Test func `code is marked where the client shows Markdown`() throws {
    let contents = try Editing("x¦ = 1").ask { $0.hover(at: $1, usesMarkdown: true)?.contents }
    #expect(contents == .init(kind: "markdown", value: "```cspm\nx :: Int\n```\n\ndefinition"))
  }

  // MARK: Renaming

  @Test func `renaming changes every place and keeps to the text of each file`() throws {
    let text = "include \"library.csp\"\nx = size¦ + size"
    let edit = try Editing(text, including: Self.library).ask { try $0.rename(at: $1, to: "cells") }
    #expect(
      edit.changes.mapValues { $0.map { "\($0.range.start.line):\($0.range.start.character) \($0.newText)" } } == [
        "file:///main.csp": ["1:4 cells", "1:11 cells"], "file:///library.csp": ["1:0 cells"],
      ])
  }

  static let refusals: [(String, String, String)] = [
    ("x¦ = 1\ny = x", "y", "`y` would be taken for another name of the script"),
    ("x¦ = 1\nf(y) = x + y", "y", "`y` would be taken for another name of the script"),
    ("f(x, y) = x¦ + y", "y", "`y` would be taken for another name of the script"),
    ("x¦ = 1", "let", "`let` is no name in CSPm"),
    ("x¦ = 1", "a b", "`a b` is no name in CSPm"),
    ("x¦ = 1", " a", "` a` is no name in CSPm"),
    ("x¦ = 1", "", "`` is no name in CSPm"),
    ("x = car¦d({})", "size", "`card` is part of the language"),
    ("x = 1 ¦+ 2", "size", "there is no name here"),
    ("x¦ = 1\ny = z", "w", "the script has errors, so that a name could be overlooked"),
  ]

  @Test(arguments: refusals)
  func `a rename that would change what the script means is refused`(_ text: String, _ name: String, _ why: String) {
    let failure = #expect(throws: ResponseError.self) { try Editing(text).ask { try $0.rename(at: $1, to: name) } }
    #expect(failure?.message == why)
  }

  @Test func `a name may take that of something that it does not meet`() throws {
    #expect(try Editing("f(x¦) = x\ng(y) = y").ask { try $0.rename(at: $1, to: "y") }.changes.count == 1)
  }

  // MARK: Formatting

  static let formattings: [(String, [String])] = [
    ("x = 1\n", []),
    ("x = 1\ny=2\nz = 3\n", ["1:0-2:0 y = 2\n"]),
    ("x=1", ["0:0-0:3 x = 1\n"]),
    ("x = 1\ny = (\n", []),
    ("-- é𝒳\nx  = 1 -- é\n", ["1:0-2:0 x = 1 -- é\n"]),
    ("x = 1\n\n\n\ny = 2\n", ["2:0-4:0 "]),
  ]

  @Test(arguments: formattings)
  func `formatting changes the lines that are not in style`(_ text: String, _ edits: [String]) throws {
    let found = try Editing(text).ask { view, _ in
      try view.formatting().map {
        let (start, end) = ($0.range.start, $0.range.end)
        return "\(start.line):\(start.character)-\(end.line):\(end.character) \($0.newText)"
      }
    }
    #expect(found == edits)
  }
}
