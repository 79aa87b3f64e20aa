// Runs the built ChannelScenarioRunner.
import Foundation
import Testing

struct Runner {
  var status: Int32
  var lines: [String]

  /// The lines from each failed scenario to the next that passed.
  var failures: [String] {
    var isFailure = false
    return lines.filter { line in
      if line.hasPrefix("FAILED") { isFailure = true } else if !line.hasPrefix(" ") { isFailure = false }
      return isFailure
    }
  }
  var summary: String { lines.last { !$0.isEmpty } ?? "" }

  /// Where the build has put its products: beside the tests.
  private static let executable: URL = {
    // The test runner and the bundle lie in the products' folder on Linux and one or more below it elsewhere.
    var directory = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    while directory.path.count > 1 {
      let candidate = directory.appending(path: "ChannelScenarioRunner")
      let isDirectory = (try? candidate.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) ?? false
      if FileManager.default.isExecutableFile(atPath: candidate.path), !isDirectory { return candidate }
      directory.deleteLastPathComponent()
    }
    return URL(filePath: "ChannelScenarioRunner")
  }()

  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    let process = Process()
    process.executableURL = Self.executable
    process.arguments = arguments
    var whole = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("MARTLET_") }
    whole.merge(environment) { $1 }
    process.environment = whole
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationStatus
    lines = text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
  }
}
