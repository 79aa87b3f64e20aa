// Runs of the built `martlet-lint` in a folder of its own.
#if Lint
  import Foundation
  import Testing

  /// A folder with files, removed at the end.
  final class Workspace {
    let url: URL

    init(_ files: [String: String] = [:]) throws {
      url = URL(filePath: NSTemporaryDirectory()).appending(path: "martlet-lint-\(UUID().uuidString)")
        .resolvingSymlinksInPath()
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      for (path, text) in files { try write(path, text) }
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }

    func write(_ path: String, _ text: String) throws { try write(path, Data(text.utf8)) }

    func write(_ path: String, _ data: Data) throws {
      let file = url.appending(path: path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try data.write(to: file)
    }

    func read(_ path: String) throws -> String { try String(contentsOf: url.appending(path: path), encoding: .utf8) }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }

    struct Outcome: Equatable {
      var status: Int32
      var output: String, errors: String
      var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    func lint(_ arguments: String...) throws -> Outcome { try run(Self.executable.path, arguments) }

    @discardableResult
    func run(_ program: String, _ arguments: [String]) throws -> Outcome {
      // Both streams go to files: a pipe that nobody empties would stop the program.
      let streams = try ["output", "errors"].map { name in
        let file = URL(filePath: NSTemporaryDirectory()).appending(path: "\(name)-\(UUID().uuidString)")
        try Data().write(to: file)
        return file
      }
      defer { for file in streams { try? FileManager.default.removeItem(at: file) } }
      let process = Process()
      process.executableURL = URL(filePath: program)
      process.arguments = arguments
      process.currentDirectoryURL = url
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = try FileHandle(forWritingTo: streams[0])
      process.standardError = try FileHandle(forWritingTo: streams[1])
      try process.run()
      process.waitUntilExit()
      let texts = try streams.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
      return Outcome(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }

    func git(_ arguments: String...) throws {
      let identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]
      let outcome = try run("/usr/bin/env", ["git"] + identity + arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }

    /// Where the build has put its products: in the folder of the tests, or above it.
    static let executable: URL = {
      var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      while folder.path.count > 1 {
        let candidate = folder.appending(path: "martlet-lint")
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder), !isFolder.boolValue {
          return candidate
        }
        folder.deleteLastPathComponent()
      }
      return URL(filePath: "martlet-lint")
    }()
  }
#endif
