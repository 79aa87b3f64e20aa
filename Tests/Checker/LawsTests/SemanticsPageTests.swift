import Foundation
import Testing

/// The pages under Documentation/Semantics name, in «…», the tests that hold what they say.
@Test func `every test that the semantics pages name exists`() throws {
  let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
  func texts(_ folder: String, _ suffix: String) throws -> [String] {
    let names = FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.compactMap { $0 as? String }
    return try (names ?? []).filter { $0.hasSuffix(suffix) }.map { name in
      try String(contentsOf: root.appending(path: folder).appending(path: name), encoding: .utf8)
    }
  }
  // In a source text, `\` is written twice.
  let sources = try texts("Tests", ".swift").joined().replacing("\\\\", with: "\\")
  var named = 0
  for page in try texts("Documentation/Semantics", ".md") {
    for part in page.split(separator: "«").dropFirst() {
      let name = part.prefix { $0 != "»" }.split { $0.isWhitespace }.joined(separator: " ")
      #expect(sources.contains(name), "no test is called «\(name)»")
      named += 1
    }
  }
  #expect(named > 20)
}
