import CSPMEvaluation
import CSPMSyntax
import Foundation
import Testing

@testable import CSPM

/// The pages of the diagnostics that come behind parsing: each example gives exactly the output that its page shows.
@Suite struct DiagnosticPageTests {
  private static let folder = Example.root.appending(path: "Documentation/Diagnostics")

  /// Ids of other phases: CSPMSyntaxTests hold the pages of the syntax.
  private static let sources = [
    "Language/CSPMNames", "Language/CSPMTypes", "Language/CSPMEvaluation", "Language/CSPM", "Apps/MartletCommand",
  ]

  static let ids: [String] = {
    var found: Set<String> = []
    for source in sources {
      let folder = Example.root.appending(path: "Sources").appending(path: source)
      let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
      for file in files?.compactMap({ $0 as? URL }) ?? [] where file.pathExtension == "swift" {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
        // An id is the first argument of what records a diagnostic, or what a name calls so.
        for match in text.matches(of: /(?:complain|mistake)\(\s*"([a-z]+(?:-[a-z]+)+)"|\bid(?::| =) "([a-z-]+)"/) {
          found.insert(String(match.1 ?? match.2 ?? ""))
        }
      }
    }
    return found.sorted()
  }()

  private struct Page {
    let text: String
    /// The example, and what is said of it.
    var script: String?, shown: String?

    init(_ id: String) throws {
      text = try String(contentsOf: DiagnosticPageTests.folder.appending(path: "\(id).md"), encoding: .utf8)
      func block(_ language: String) -> String? {
        guard let start = text.range(of: "\n```\(language)\n"),
          let end = text.range(of: "\n```", range: start.upperBound..<text.endIndex)
        else { return nil }
        return text[start.upperBound..<end.lowerBound] + "\n"
      }
      script = block("cspm")
      shown = block("text")
    }
  }

  @Test func `there are ids to look for`() { #expect(Self.ids.count > 50) }

  @Test(arguments: ids)
  func `each id has a page, whose example gives the output that it shows`(_ id: String) throws {
    let page = try Page(id)
    #expect(page.text.hasPrefix("# \(id)\n"))
    #expect(page.text.contains("\n**To mend it.** "))
    guard let script = page.script, !Self.isOfSyntax(id) else { return }
    let found = try Stack.run { () -> (ids: [String], text: String) in
      let session = ScriptSession(ScriptLoader().load(text: script, path: "design.csp"), path: "design.csp")
      var diagnostics = session.diagnostics
      for assertion in session.assertions { diagnostics += session.check(assertion).diagnostics }
      if diagnostics.isEmpty {
        let x = try #require(Expression.parse(SourceFile(path: "x", bytes: Array("x".utf8)), file: 0).tree)
        do { _ = try session.text(of: x) } catch { diagnostics.append(session.asDiagnostic(error, at: nil)) }
      }
      let renderer = DiagnosticRenderer(files: session.files)
      return (diagnostics.map(\.id), diagnostics.map(renderer.text).joined(separator: "\n"))
    }
    #expect(found.ids == [id])
    #expect(found.text == page.shown)
  }

  /// Ids that the syntax uses too, and whose pages show a mistake of the syntax.
  private static func isOfSyntax(_ id: String) -> Bool {
    [
      "invalid-pattern", "misplaced-declaration", "duplicate-annotation", "unexpected-token", "unreadable-file",
      "unused-annotation",
    ].contains(id)
  }
}
