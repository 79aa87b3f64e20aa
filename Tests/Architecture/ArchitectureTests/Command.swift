/// Commands that tests run, and folders that they run them in.
import Foundation

struct CommandFailure: Error, CustomStringConvertible {
  var command: [String]
  var status: Int32
  var output: String
  var description: String { "`\(command.joined(separator: " "))` ended with \(status):\n\(output)" }
}

/// Runs a command to its end.
///
/// - Returns: what it wrote to its standard output, and to its standard error.
/// - Throws: ``CommandFailure`` if it does not end with 0.
@discardableResult
func run(_ command: [String], in folder: URL? = nil) throws -> (output: String, errors: String) {
  // Both streams go to files: a pipe that nobody empties would stop the command.
  try withTemporaryFolder { streams in
    let output = streams.appending(path: "output"), errors = streams.appending(path: "errors")
    for file in [output, errors] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    let written = try [output, errors].map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    guard process.terminationStatus == 0 else {
      throw CommandFailure(
        command: command, status: process.terminationStatus, output: written.joined(separator: "\n"))
    }
    return (written[0], written[1])
  }
}

/// Makes a folder for the time that `body` takes.
func withTemporaryFolder<Value>(_ body: (URL) throws -> Value) throws -> Value {
  let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
