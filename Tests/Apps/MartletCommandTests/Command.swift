import Foundation
import Testing

/// Runs the built `martlet` as a user would.
struct Command {
  var status: Int32
  var output: String
  var errors: String

  /// Where the build has put its products: beside the tests.
  private static let executable: URL = {
    // The test runner and the bundle lie in the products' folder on Linux and one or more below it elsewhere.
    var directory = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    while directory.path.count > 1 {
      let candidate = directory.appending(path: "martlet")
      if FileManager.default.isExecutableFile(atPath: candidate.path), !isDirectory(candidate) { return candidate }
      directory.deleteLastPathComponent()
    }
    return URL(filePath: "martlet")
  }()

  /// The command, not yet running.
  static func process(_ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    return process
  }

  private static func isDirectory(_ url: URL) -> Bool {
    (try? url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) ?? false
  }

  init(_ arguments: String..., input: String = "") throws { try self.init(arguments, input: input) }

  init(_ arguments: [String], input: String = "") throws {
    let process = Self.process(arguments)
    let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = stderr
    try process.run()
    let reading = Reading(stderr.fileHandleForReading)
    stdin.fileHandleForWriting.write(Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    output = String(decoding: stdout.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    errors = String(decoding: reading.finish(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationStatus
  }

  /// Standard error is read beside standard output, so that neither pipe fills up.
  private final class Reading: @unchecked Sendable {
    // SAFETY: written by the thread before it signals, read after the wait.
    private var data = Data()
    private let done = DispatchSemaphore(value: 0)

    init(_ handle: FileHandle) {
      Thread.detachNewThread { [self] in
        data = handle.readDataToEndOfFile()
        done.signal()
      }
    }
    func finish() -> Data {
      done.wait()
      return data
    }
  }
}

/// A folder of scripts, gone when the test is over.
final class Folder {
  let url: URL

  init(_ files: [String: String]) throws {
    url = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)")
    for (name, text) in files {
      let file = url.appending(path: name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
  }
  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }
}
