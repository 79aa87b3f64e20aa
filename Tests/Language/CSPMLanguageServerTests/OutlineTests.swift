import Testing

@testable import CSPMLanguageServer

/// What is shown of a whole document.
@Suite struct OutlineTests {
  static let text = """
    -- A comment
    -- of two lines.
    channel a, b : {0..1} -- no fold
    datatype T = A | B.{0..1}
    f(0) = STOP
    f(n) = a!0 ->
      f(n - 1)
    (p, q) = (1, 2)
    {- One
       block. -}
    module M
      h = 1
    exports
      g(x) = x + h
    endmodule
    assert f(1) :[deadlock free]
    """

  @Test func `the outline has each declaration once, with what is in it`() throws {
    func lines(_ entries: [OutlineEntry], _ indent: String = "") -> [String] {
      entries.flatMap { entry in
        [
          "\(indent)\(entry.kind) \(entry.name) \(entry.range.start.line)-\(entry.range.end.line)"
            + (entry.detail.map { " :: " + $0 } ?? "")
        ] + lines(entry.children, indent + "  ")
      }
    }
    #expect(
      try Editing(Self.text).ask { view, _ in lines(view.outline) } == [
        "event a 2-2 :: Int => Event", "event b 2-2 :: Int => Event", "enum T 3-3 :: {T}", "  enumMember A 3-3 :: T",
        "  enumMember B 3-3 :: Int => T", "function f 4-6 :: (Int) -> Proc", "variable p 7-7 :: Int",
        "variable q 7-7 :: Int", "module M 10-14", "  variable h 11-11 :: Int", "  function g 13-13 :: (Int) -> Int",
        "boolean assert f(1) :[deadlock free] 15-15",
      ])
  }

  @Test func `clients without nesting get the same entries with their container`() throws {
    let flat = try Editing(Self.text).ask { view, _ in view.flatOutline }
    #expect(
      flat.filter { $0.containerName != nil }.map { "\($0.containerName!) \($0.name)" } == ["T A", "T B", "M h", "M g"])
    #expect(flat.count == 12)
  }

  @Test func `declarations and comments of more than one line fold`() throws {
    #expect(
      try Editing(Self.text).ask { view, _ in view.foldingRanges } == [
        .init(startLine: 0, endLine: 1, kind: "comment"), .init(startLine: 4, endLine: 6),
        .init(startLine: 8, endLine: 9, kind: "comment"), .init(startLine: 10, endLine: 14),
      ])
  }

  @Test func `tokens say what each word is`() throws {
    let text = "{- é𝒳\n-} channel c : Int\nf(x) = card({x}) -- f\nx = f(\"𝒳\") + M::y"
    let words = try Editing(text).ask { view, _ in
      var line = 0, column = 0
      let data = view.semanticTokens().data
      return stride(from: 0, to: data.count, by: 5).map { i -> String in
        column = data[i] == 0 ? column + data[i + 1] : data[i + 1]
        line += data[i]
        let start = view.offset(Position(line: line, character: column))
        let end = view.offset(Position(line: line, character: column + data[i + 2]))
        let modifiers = SemanticTokens.Modifiers.names.enumerated().filter { data[i + 4] & 1 << $0.offset != 0 }
        return
          (["\(view.lines.text(start..<end)) \(SemanticTokens.Kind.allCases[data[i + 3]])"]
          + modifiers.map(\.element)).joined(separator: " ")
      }
    }
    #expect(
      words == [
        "{- é𝒳 comment", "-} comment", "channel keyword", "c event declaration", ": operator",
        "Int type defaultLibrary",
        "f function declaration", "x parameter declaration", "= operator", "card function defaultLibrary",
        "x parameter",
        "-- f comment", "x variable declaration", "= operator", "f function", "\"𝒳\" string", "+ operator",
        ":: operator",
      ])
  }

  @Test func `tokens of a range are those of its lines`() throws {
    let range = PositionRange(start: Position(line: 1, character: 0), end: Position(line: 1, character: 5))
    let data = try Editing("x = 1\ny = 2\nz = 3").ask { view, _ in view.semanticTokens(in: range).data }
    #expect(data == [1, 0, 1, 6, 1, 0, 2, 1, 13, 0, 0, 2, 1, 12, 0])
  }

  static let completions: [(String, present: [String], absent: [String])] = [
    ("x = 1\nf(arg) = ar¦", ["x", "arg", "card", "within"], ["y", "prioritise"]),
    ("f(arg) = 1\ny = ¦", ["f", "y"], ["arg"]),
    (FeatureTests.modules + "x = I::¦", ["f", "A", "T"], ["hidden", "x", "card", "n"]),
    (FeatureTests.modules + "x = N::Inner::¦", ["y"], ["f"]),
    (FeatureTests.modules + "x = M::¦", [], ["f"]),
    ("x = Nowhere::¦", [], ["x"]),
  ]

  @Test(arguments: completions)
  func `completion offers what can stand at a place`(_ text: String, _ present: [String], _ absent: [String]) throws {
    let labels = Set(try Editing(text).ask { $0.completions(at: $1) }.map(\.label))
    #expect(labels.isSuperset(of: present))
    #expect(labels.isDisjoint(with: absent))
  }

  @Test func `each assertion has a lens that says what is known`() throws {
    let text = "channel tock\nassert STOP :[deadlock free]\nTimed {\n  P = STOP\n  assert P :[divergence free]\n}"
    let outcome = AssertionOutcome(
      assertion: "", verdict: "fails", states: 1, transitions: 0, trace: [], summary: "deadlock", details: ["more"])
    let states: [Int: AssertionState] = [1: .decided(outcome), 2: .running]
    try Editing(text).ask { view, _ in
      let lenses = view.codeLenses(states)
      #expect(lenses.map(\.command.title) == ["✗ fails: deadlock · run again", "… running"])
      #expect(lenses.map(\.range.start.line) == [1, 4])
      #expect(lenses[1].command.arguments == [.init(uri: "file:///main.csp", assertion: 2)])
      #expect(view.codeLenses([:]).map(\.command.title) == ["▶ Run", "▶ Run"])
      let diagnostics = view.diagnostics(of: states)["file:///main.csp"]
      #expect(diagnostics?.map(\.message) == ["fails: deadlock\nmore"])
    }
  }

  @Test(arguments: [
    ("P = (", ["unexpected-token"]), ("P = Q", ["unknown-name"]), ("x = 1 + true", ["type-mismatch"]),
    ("f(x^y) = x", ["ambiguous-pattern"]), ("channel a\nP = a -> P", []),
  ])
  func `each phase but evaluation says what is wrong`(_ text: String, _ ids: [String]) throws {
    try Editing(text).ask { view, _ in
      #expect(view.diagnostics(showsRelated: true)["file:///main.csp"]?.map(\.code) == ids)
    }
  }

  @Test func `a diagnostic shows its other places as the client can`() throws {
    try Editing("x = 1\nx = 2").ask { view, _ in
      let related = view.diagnostics(showsRelated: true)["file:///main.csp"]?.first
      #expect(related?.message == "`x` is defined twice in one scope")
      #expect(related?.relatedInformation?.map(\.message) == ["first defined here"])
      let plain = view.diagnostics(showsRelated: false)["file:///main.csp"]?.first
      #expect(plain?.message == "`x` is defined twice in one scope\nfirst defined here (/main.csp:1:1)")
    }
  }
}
