import CSPMSyntax
import Testing

/// Whatever the text, the front end answers, and in time.
@Suite struct RobustnessTests {
  static let depth = 100_000

  /// Brackets of every kind: what opens and what closes one level.
  static let brackets: [(String, String)] = [
    ("(", ")"), ("(1, ", ")"), ("<", ">"), ("{", "}"), ("{|", "|}"), ("(| 1 => ", " |)"), ("f(", ")"),
    ("P[[a <- ", "]]"), ("P [", " || A] Q"), ("P [a <-> ", "] Q"), ("P [| ", " |] Q"), ("P [| ", " |> Q"),
    ("P [+ ", " +] Q"), ("P /+ ", " +\\ Q"), ("if ", " then 1 else 2"), ("if a then ", " else 2"),
    ("{x | x <- ", "}"), ("{1..", "}"), ("let x = ", " within x"), ("c!(", ") -> P"), ("c?x:(", ") -> P"),
    ("[] x : ", " @ P"), ("|| x : S @ [ ", "] P"),
  ]

  @Test(arguments: brackets)
  func `brackets that nest too deep are reported where they do`(_ open: String, _ close: String) {
    let text = String(repeating: open, count: Self.depth) + "1" + String(repeating: close, count: Self.depth)
    let loaded = load("X = " + text + "\nY = 1")
    #expect(loaded.diagnostics.map(\.id) == ["nesting-too-deep"])
    #expect(shape(loaded.script) == "(= Y 1)")
  }

  @Test(arguments: brackets)
  func `a thousand brackets are no trouble`(_ open: String, _ close: String) {
    // `let` holds declarations, and a field a bracket: two levels each.
    let count = open.hasPrefix("let") || open.hasPrefix("c") ? 500 : 1_000
    let loaded = load("X = " + String(repeating: open, count: count) + "1" + String(repeating: close, count: count))
    #expect(loaded.diagnostics.isEmpty)
    #expect(loaded.script.declarations.count == 1)
  }

  static let chains = [
    "a + ", "a * ", "a ^ ", "a.", "a and ", "a or ", "a -> ", "a & ", "a [] ", "a |~| ", "a ||| ", "a ; ", "a [> ",
    "a /\\ ", "a \\ ", "a |\\ ", "c?x -> ", "c!1 -> ", "a [+ A +] ", "a /+ A +\\ ", "- ", "not ", "#",
    "if a then b else ", "\\ x @ ", "let y = 1 within ", "[] x : S @ ", "; x : s @ ", "|| x : S @ [A] ", "P \\ A ||| ",
  ]

  @Test(arguments: chains)
  func `a chain that is too long is reported, one of thousands is not`(_ link: String) {
    // Links of many tokens only as often as it takes: a debug build needs seconds for a million tokens.
    let count = link.utf8.count <= 6 ? Self.depth : 2 * SyntaxLimits.height
    let long = load("X = " + String(repeating: link, count: count) + "a\nY = 1")
    #expect(long.diagnostics.map(\.id) == ["nesting-too-deep"])
    #expect(shape(long.script) == "(= Y 1)")
    let loaded = load("X = " + String(repeating: link, count: 4_900) + "a")
    #expect(loaded.diagnostics.isEmpty)
    #expect(loaded.script.description.utf8.count > 4_900)
  }

  static let others: [(String, [String])] = [
    ("X = f" + String(repeating: "(1)", count: depth), ["nesting-too-deep"]),
    ("X = f" + String(repeating: "[[a <- b]]", count: depth), ["nesting-too-deep"]),
    ("f(" + String(repeating: "(", count: depth) + "x", ["nesting-too-deep"]),
    ("x" + String(repeating: " ^ x", count: depth) + " = s", ["nesting-too-deep"]),
    ("x" + String(repeating: " ^ x", count: 2_000) + " = s", ["nesting-too-deep"]),
    ("f :: " + String(repeating: "(", count: depth), ["nesting-too-deep"]),
    ("f :: " + String(repeating: "{", count: depth), ["nesting-too-deep"]),
    ("f :: " + String(repeating: "a.", count: depth) + "a", ["nesting-too-deep"]),
    ("f :: " + String(repeating: "a => ", count: depth) + "a", ["nesting-too-deep"]),
    ("f :: " + String(repeating: "(a) -> ", count: depth) + "a", ["nesting-too-deep"]),
    ("X = " + String(repeating: "(", count: depth), ["nesting-too-deep"]),
    ("X = " + String(repeating: "<", count: depth), ["nesting-too-deep"]),
    ("X = " + String(repeating: "let x = ", count: depth), ["nesting-too-deep"]),
    (String(repeating: "{-", count: depth), ["unclosed-comment"]),
    ("X = {" + String(repeating: "1, ", count: depth) + "1}", []),
    ("X = f(" + String(repeating: "1, ", count: depth) + "1)", []),
    ("X = c" + String(repeating: "?x!1", count: depth) + " -> P", []),
    ("X = {1 | " + String(repeating: "x <- S, ", count: depth) + "true}", []),
    ("datatype T = " + String(repeating: "A | ", count: depth) + "A", []),
    ("channel " + String(repeating: "a, ", count: depth) + "a", []),
    ("X = a" + String(repeating: "::a", count: depth), []),
    (String(repeating: "X = 1\n", count: depth), []),
    ("X = let\n" + String(repeating: "  y = 1\n", count: depth) + "within 1", []),
    ("X =" + String(repeating: " ", count: depth) + "1", []),
    (String(repeating: "{-", count: depth) + String(repeating: "-}", count: depth) + "\nX = 1", []),
  ]

  @Test(arguments: others.indices)
  func `other long and deep texts end`(_ index: Int) {
    let (text, ids) = Self.others[index]
    #expect(load(text).diagnostics.map(\.id) == ids)
  }

  @Test(arguments: [
    "module M\n", "Timed {", "X = let f = ", "X = )\n", "module\n", "(\n", "X = '", "X = \"", "assert P :[", "a, ",
  ])
  func `a text repeated without end is given up in time`(_ piece: String) {
    let loaded = load(String(repeating: piece, count: Self.depth))
    #expect(loaded.hasErrors)
    #expect(loaded.diagnostics.count <= SyntaxLimits.errors + 2)
  }

  static let seed: UInt64 = 7_919

  @Test func `random bytes are answered`() {
    var random = SplitMix64(seed: Self.seed)
    for _ in 0..<2_000 {
      let bytes = (0..<Int.random(in: 0..<200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      check(ScriptLoader().load(bytes: bytes), bytes)
    }
  }

  @Test func `random tokens are answered`() {
    let pieces = [
      "a", "P", "1", "'c'", "\"s\"", "true", " ", "\n", "and", "or", "not", "if", "then", "else", "let", "within",
      "channel",
      "assert", "datatype", "subtype", "external", "transparent", "nametype", "module", "exports", "endmodule",
      "instance", "Timed", "include", "print ", "(", ")", "{", "}", "{|", "|}", "(| ", "|)", "[[", "]]", "[|", "|]",
      "[", "]", "[+", "+]", "/+", "+\\", "|>", "<>", "<", ">", "[]", "|~|", "|||", "/\\", "[>", "||", ";", "&", "|\\",
      "\\", "->", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "^", "#", "|", ",", "..", ".", "?", "!", "$", "<-",
      "<->", ":", "::", " :: ", "=", "=>", "=>*", "@", "@@", "_", "[T=", "[FD=", ":[deadlock free", ":[has trace [T]]:",
      "]:", "-- c\n", "{- c -}",
    ]
    var random = SplitMix64(seed: Self.seed + 1)
    for _ in 0..<4_000 {
      var text = ""
      for _ in 0..<Int.random(in: 1..<40, using: &random) {
        text += pieces[Int.random(in: 0..<pieces.count, using: &random)]
        if Bool.random(using: &random) { text += " " }
      }
      check(load(text), Array(text.utf8))
    }
  }

  @Test func `mutated scripts are answered, and what is read is printed and read again`() {
    var trees = RandomTrees(seed: Self.seed + 2)
    var random = SplitMix64(seed: Self.seed + 3)
    for _ in 0..<1_000 {
      var bytes = Array(Script(declarations: (0..<3).map { _ in trees.declaration(16) }).description.utf8)
      for _ in 0..<Int.random(in: 1..<4, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: place)
        case 2: bytes[place] = UInt8.random(in: 0...255, using: &random)
        default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
        }
      }
      let loaded = ScriptLoader().load(bytes: bytes)
      check(loaded, bytes)
      // Include lines are left out: their printed form would be followed.
      let readable = Script(
        declarations: loaded.script.declarations.filter { if case .include = $0.kind { false } else { true } })
      let again = load(readable.description)
      #expect(shape(again.script) == shape(readable), "seeds \(Self.seed + 2), \(Self.seed + 3): \(bytes)")
    }
  }

  /// Every diagnostic has a place in the text and can be rendered; every span lies in the text.
  private func check(_ loaded: LoadedScript, _ bytes: [UInt8]) {
    let renderer = DiagnosticRenderer(files: loaded.files)
    for diagnostic in loaded.diagnostics {
      #expect(renderer.text(diagnostic).hasSuffix("\n"))
      if let span = diagnostic.span {
        #expect(0 <= span.lower && span.lower <= span.upper && span.upper <= bytes.count, "\(bytes)")
      }
    }
    for declaration in loaded.script.declarations {
      #expect(declaration.span.upper <= bytes.count && declaration.span.lower < declaration.span.upper, "\(bytes)")
    }
  }
}
