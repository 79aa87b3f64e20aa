import CSPMSyntax
import Foundation
import Testing

/// The pages under Documentation/Diagnostics: each example gives exactly the output that the page shows.
@Suite struct DocumentationTests {
  static let directory = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../Documentation/Diagnostics").standardizedFileURL

  /// Ids of this module whose example would be too large or cannot be written in a page.
  static let withoutExample = [
    "invalid-utf8", "limit-reached", "nesting-too-deep", "script-too-large", "too-many-errors", "too-many-inclusions",
  ]
  static let ids = [
    "duplicate-annotation", "duplicate-option", "empty-brackets", "include-cycle", "include-outside-root",
    "integer-too-large", "invalid-character", "invalid-definition", "invalid-function-type", "invalid-pattern",
    "malformed-include", "misplaced-declaration", "old-spelling", "operators-do-not-chain", "pattern-in-expression",
    "rich-text", "unclosed-comment", "unclosed-literal", "unexpected-token", "unknown-constraint", "unknown-model",
    "unknown-option", "unknown-property", "unreadable-file", "unused-annotation",
  ]

  /// The blocks of code in a page: the line above each, its language and its text.
  private func blocks(_ page: String) -> [(above: String, language: String, text: String)] {
    var blocks: [(above: String, language: String, text: String)] = []
    var isInside = false, above = ""
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if !isInside { blocks.append((above, String(line.dropFirst(3)), "")) }
        isInside.toggle()
      } else if isInside {
        blocks[blocks.count - 1].text += line + "\n"
      } else if !line.isEmpty {
        above = String(line)
      }
    }
    return blocks
  }

  @Test(arguments: ids)
  func `the example of a page gives the output that it shows`(_ id: String) throws {
    let page = try String(contentsOf: Self.directory.appending(path: "\(id).md"), encoding: .utf8)
    let blocks = blocks(page)
    var files: [String: String] = [:]
    for block in blocks where block.language == "cspm" {
      files[String(block.above.split(separator: "`")[0])] = block.text
    }
    let shown = try #require(blocks.first { $0.language == "text" }).text
    let root = page.contains("--root .") ? "." : nil
    let loaded = ScriptLoader(reader: DictionaryReader(files), root: root).load("design.csp")
    let renderer = DiagnosticRenderer(files: loaded.files)
    #expect(loaded.diagnostics.map(renderer.text).joined() == shown)
    #expect(loaded.diagnostics.map(\.id) == [id])
  }

  @Test(arguments: ids + withoutExample)
  func `each page begins with its id`(_ id: String) throws {
    let page = try String(contentsOf: Self.directory.appending(path: "\(id).md"), encoding: .utf8)
    #expect(page.hasPrefix("# \(id)\n"))
  }

  @Test func `each id in the sources has its page in the list`() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../Sources/Language/CSPMSyntax").standardizedFileURL
    let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var found: Set<String> = []
    for case let file as URL in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      // An id is the first argument of what records a diagnostic.
      for match in text.matches(of: /(?:fail|report|literal)\(\s*"([a-z0-9]+(?:-[a-z0-9]+)+)"|id: "([a-z0-9-]+)"/) {
        found.insert(String(match.1 ?? match.2 ?? ""))
      }
    }
    #expect(found.sorted() == (Self.ids + Self.withoutExample).sorted())
  }
}
