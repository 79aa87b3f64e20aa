/// Sources that a script writes are as it writes them.
import Foundation
import Testing

@Suite("generated sources") struct GeneratedSourceTests {
  @Test func `the selects are as Scripts/generate-selects writes them`() throws {
    try run(["python3", "-B", "Scripts/generate-selects", "--check"], in: Repository.root)
  }

  @Test func `a select that was edited by hand is found`() throws {
    try withTemporaryFolder { folder in
      let selects = "Sources/Runtime/CSPChannels/Select"
      for path in ["Scripts", selects] {
        let copy = folder.appending(path: path)
        try FileManager.default.createDirectory(
          at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: Repository.root.appending(path: path), to: copy)
      }
      let edited = folder.appending(path: "\(selects)/Select3.swift")
      try (String(contentsOf: edited, encoding: .utf8) + "\n").write(to: edited, atomically: true, encoding: .utf8)
      let failure = #expect(throws: CommandFailure.self) {
        try run(["python3", "-B", "Scripts/generate-selects", "--check"], in: folder)
      }
      #expect(failure?.output.contains("Select3.swift") == true)
    }
  }
}
