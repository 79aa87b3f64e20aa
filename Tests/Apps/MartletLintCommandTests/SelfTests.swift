/// The linter over this repository.
#if Lint
  import Foundation
  import Testing

  @Suite("Martlet") struct SelfTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()

    @Test(.timeLimit(.minutes(5)))
    func `keeps its own rules, as its configuration has them`() throws {
      let process = Process(), output = Pipe()
      process.executableURL = Workspace.executable
      process.currentDirectoryURL = Self.root
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(said == "")
      #expect(process.terminationStatus == 0)
    }
  }
#endif
