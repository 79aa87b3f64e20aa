import CSPMEvaluation
import CSPMSyntax
import Foundation
import Testing

@testable import CSPM

/// Every CSPm example in the documentation is a script whose verdicts are those that it says. The pages of the
/// diagnostics show mistakes, and have tests of their own.
@Suite struct DocumentationTests {
  struct Block: Sendable, CustomTestStringConvertible {
    let place: String
    let text: String
    var testDescription: String { place }
  }

  /// The blocks marked `cspm` of all pages.
  static let blocks = pages.flatMap { blocks(of: $0, marked: "cspm") }

  private static let pages: [URL] = {
    let root = Example.root
    let folders = ["Documentation", "Sources", "README.md"].map { root.appending(path: $0) }
    var pages: [URL] = []
    for folder in folders {
      if folder.pathExtension == "md" { pages.append(folder) }
      let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
      pages += files?.compactMap { $0 as? URL }.filter { $0.pathExtension == "md" } ?? []
    }
    return pages.filter { !$0.path.contains("/Diagnostics/") }.sorted { $0.path < $1.path }
  }()

  private static func blocks(of page: URL, marked mark: String) -> [Block] {
    guard let text = try? String(contentsOf: page, encoding: .utf8) else { return [] }
    var blocks: [Block] = [], current: [String]?, start = 0
    for (i, line) in text.components(separatedBy: "\n").enumerated() {
      if line == "```" + mark {
        current = []
        start = i + 1
      } else if line == "```", let lines = current {
        blocks.append(Block(place: "\(page.lastPathComponent):\(start)", text: lines.joined(separator: "\n")))
        current = nil
      } else {
        current?.append(line)
      }
    }
    return blocks
  }

  @Test(arguments: blocks)
  func `an example of the documentation is true`(_ block: Block) throws {
    let expectations = Example(text: block.text, path: block.place).expectations
    let results = try Stack.run { () -> [(String, [String]?)] in
      let session = ScriptSession(ScriptLoader().load(text: block.text), path: block.place)
      for diagnostic in session.diagnostics { Issue.record("\(diagnostic.message)") }
      return session.assertions.map {
        let result = session.check($0)
        return (result.verdict.rawValue, result.counterexample?.trace)
      }
    }
    #expect(results.count == expectations.count)
    for (result, expected) in zip(results, expectations) {
      #expect(result.0 == expected?.verdict)
      if let trace = expected?.trace { #expect(result.1 == trace) }
    }
  }

  /// Pages with Swift examples, and the tests, a file or a folder, in which each of these stands and runs.
  struct Guide: Sendable, CustomTestStringConvertible {
    let pages: [String]
    let tests: [String]
    var testDescription: String { tests.joined(separator: ", ") }
  }

  static let guides = [
    Guide(pages: ["/CSPM.docc/"], tests: ["Tests/Language/CSPMTests/GuideExamples.swift"]),
    Guide(pages: ["/CSP.docc/", "/README.md"], tests: ["Tests/Runtime/CSPTests", "Tests/Support/TraitPrograms"]),
  ]

  @Test(arguments: guides)
  func `the Swift examples of a guide are those that the tests run`(_ guide: Guide) throws {
    let files = try guide.tests.map { Example.root.appending(path: $0) }.flatMap { tests in
      try tests.pathExtension == "swift"
        ? [tests] : FileManager.default.contentsOfDirectory(at: tests, includingPropertiesForKeys: nil)
    }
    let code = try files.flatMap { Self.lines(try String(contentsOf: $0, encoding: .utf8)) }
    for part in guide.pages {
      let blocks = Self.pages.filter { $0.path.contains(part) }.flatMap { Self.blocks(of: $0, marked: "swift") }
      #expect(!blocks.isEmpty, "no example in \(part)")
      for block in blocks {
        let lines = Self.lines(block.text).filter { !$0.hasPrefix("import ") }
        #expect(code.indices.contains { code[$0...].starts(with: lines) }, "\(block.place) is not run")
      }
    }
  }

  /// Lines without indentation, blank ones left out.
  private static func lines(_ text: String) -> [String] {
    text.components(separatedBy: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  @Test func `the guide has examples`() { #expect(Self.blocks.count >= 3) }
}
