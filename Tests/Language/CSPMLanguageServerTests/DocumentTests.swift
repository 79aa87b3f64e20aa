import Testing

@testable import CSPMLanguageServer

@Suite struct DocumentTests {
  private func range(_ line: Int, _ from: Int, _ otherLine: Int, _ to: Int) -> PositionRange {
    PositionRange(start: Position(line: line, character: from), end: Position(line: otherLine, character: to))
  }

  private func text(after changes: [Document.Change], of text: String) -> String? {
    var store = DocumentStore()
    store.open("file:///a", identity: "/a", version: 1, text: text)
    store.change("file:///a", version: 2, changes, .utf16)
    return store["/a"].map { String(decoding: $0.lines.bytes, as: UTF8.self) }
  }

  @Test func `changes apply one after another, each to what the one before has left`() {
    let changes: [Document.Change] = [
      .init(range: range(0, 2, 0, 2), text: "!\n"), .init(range: range(1, 0, 1, 2), text: ""),
      .init(range: range(0, 0, 0, 1), text: "é"),
    ]
    #expect(text(after: changes, of: "ab𝒳\ncd") == "éb!\n\ncd")
  }

  @Test func `a change without a range replaces the text`() {
    #expect(text(after: [.init(range: nil, text: "new")], of: "old") == "new")
  }

  @Test func `a range that is turned round removes nothing`() {
    #expect(text(after: [.init(range: range(1, 0, 0, 0), text: "x")], of: "a\nb") == "a\nxb")
  }

  @Test func `what is not open does not change`() {
    var store = DocumentStore()
    store.change("file:///a", version: 2, [.init(range: nil, text: "new")], .utf16)
    #expect(store["/a"] == nil)
    #expect(store.revision == 0)
  }

  @Test(arguments: [
    ("file:///a/b.csp", "/a/b.csp"), ("file:///a%20b/%C3%A9.csp", "/a b/é.csp"), ("file:///a%2", "/a%2"),
    ("untitled:Untitled-1", "untitled:Untitled-1"),
  ])
  func `a URI names a path`(_ uri: String, _ path: String) {
    #expect(DocumentAddress.path(of: uri) == path)
    #expect(DocumentAddress.path(of: DocumentAddress.uri(of: path)) == path)
  }

  @Test(arguments: [("/a/./b//c/../d", "/a/b/d"), ("/../a", "/a"), ("untitled:1", "untitled:1")])
  func `a path is made short by its text`(_ path: String, _ short: String) {
    #expect(DocumentAddress.normalized(path) == short)
  }
}
