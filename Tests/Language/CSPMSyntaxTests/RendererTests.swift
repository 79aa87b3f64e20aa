import CSPMSyntax
import Testing

@Suite struct RendererTests {
  func render(_ text: String, colour: Bool = false, columnLimit: Int = 100) -> String {
    let loaded = load(text)
    let renderer = DiagnosticRenderer(files: loaded.files, usesColour: colour, columnLimit: columnLimit)
    return loaded.diagnostics.map(renderer.text).joined()
  }

  @Test func `a diagnostic shows its line with a caret, and so do its notes`() {
    #expect(
      render("x = 1\nP = f(1, {2, 3)\n") == """
        test.csp:2:15: error: expected `}`, `,` or an operator, found `)` [unexpected-token]
          2 | P = f(1, {2, 3)
            |               ^
        test.csp:2:10: note: `{` opened here
          2 | P = f(1, {2, 3)
            |          ^

        """)
  }

  @Test func `tabs and wide characters keep the caret in its place`() {
    #expect(
      render("\tx =\t\"日本 é\u{301}\" )") == """
        test.csp:1:14: error: expected an operator or a new line after this declaration, found `)` [unexpected-token]
          1 |     x = "日本 é\u{301}" )
            |                  ^

        """)
  }

  @Test func `a piece is underlined over its width`() {
    #expect(
      render("S = {x | (\"日\" + 1) <- T}") == """
        test.csp:1:11: error: expected a pattern, found an expression that cannot be matched [invalid-pattern]
          1 | S = {x | ("日" + 1) <- T}
            |           ^^^^^^^^
        note: patterns are made of names, literals, `_`, tuples, `<p, q>`, `p ^ q`, `p.q`, `{p}` and `p @@ q`

        """)
  }

  @Test func `a long line is cut around the caret`() {
    let text = "x = {" + String(repeating: "aaaa, ", count: 50_000) + "), " + String(repeating: "b", count: 300_000)
    #expect(
      render(text, columnLimit: 40) == """
        test.csp:1:300006: error: expected an expression, found `)` [unexpected-token]
          1 | …, aaaa, aaaa, aaaa, ), bbbbbbbbbbbbbbbbb…
            |                      ^

        """)
  }

  @Test func `nothing of a script steers the terminal`() {
    let output = render("x = \u{1B}[31m \u{202E} )\u{7F}")
    #expect(!output.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0 == "\u{202E}" || $0.value == 0x7F })
  }

  @Test func `colour is added on request alone`() {
    #expect(!render("x = )").contains("\u{1B}"))
    #expect(
      render("x = )", colour: true).hasPrefix("\u{1B}[1mtest.csp:1:5:\u{1B}[0m \u{1B}[1;31merror:\u{1B}[0m expected"))
  }

  @Test func `a diagnostic without a place is one line`() {
    let renderer = DiagnosticRenderer(files: SourceFiles())
    #expect(
      renderer.text(Diagnostic(.warning, id: "some-id", "something", at: nil, notes: [Diagnostic.Note("more")]))
        == "warning: something [some-id]\nnote: more\n")
  }

  @Test func `a record holds places as numbers`() {
    let loaded = load("P = (a\n")
    let record = DiagnosticRenderer(files: loaded.files).record(loaded.diagnostics[0])
    #expect(record.severity == "error")
    #expect(record.id == "unexpected-token")
    #expect(record.place == .init(file: "test.csp", line: 1, column: 7, endLine: 1, endColumn: 7))
    #expect(
      record.notes == [
        .init(message: "`(` opened here", place: .init(file: "test.csp", line: 1, column: 5, endLine: 1, endColumn: 6))
      ])
  }
}
