import Foundation
import Testing

/// What makes the interpreter an independent witness: it shares the terms with the engine, and nothing else.
@Suite struct ReferenceImportsTests {
  @Test func `the reference semantics imports process terms and nothing else`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../Sources/Checker/ReferenceSemantics").standardizedFileURL
    let files = try FileManager.default.contentsOfDirectory(at: root, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "swift" }
    #expect(files.count > 5)
    for file in files {
      let imports = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
        line.split(separator: " ").drop { ["public", "package", "internal", "@testable"].contains($0) }
      }.filter { $0.first == "import" }.map { $0.dropFirst().joined(separator: " ") }
      #expect(imports == ["ProcessTerms"], "\(file.lastPathComponent)")
    }
  }
}
