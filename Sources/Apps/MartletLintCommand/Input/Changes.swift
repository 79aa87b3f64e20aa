// The lines that changed since a commit, as git says.
//
// I1. git runs nothing that the repository names: no external diff, no filter for text, no monitor of its own.
#if Lint
  import Foundation

  struct Changes {
    /// Changed lines by path, as `realpath` has it.
    private var lines: [String: [ClosedRange<Int>]] = [:]
    /// Files that git does not know count as new.
    private var new: Set<String> = []

    init(since commit: String) throws {
      guard !commit.hasPrefix("-") else { throw InputError("`\(commit)` is no commit") }
      let root = try Self.git(["rev-parse", "--show-toplevel"]).trimmingCharacters(in: .newlines)
      let diff = try Self.git([
        "diff", "--no-ext-diff", "--no-textconv", "--no-color", "--unified=0", "--no-prefix", "--no-relative", commit,
        "--",
      ])
      parse(diff, root: root)
      let others = try Self.git(["ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", root])
      new = Set(others.split(separator: "\0").map { root + "/" + $0 })
    }

    /// Reads a diff without context: `+++ path`, `@@ -a,b +c,d @@`.
    private mutating func parse(_ diff: String, root: String) {
      var path: String?
      for line in diff.split(separator: "\n") {
        if line.hasPrefix("+++ ") {
          let name = line.dropFirst(4).prefix { $0 != "\t" }
          path = name == "/dev/null" ? nil : root + "/" + name.trimmingCharacters(in: ["\""])
        } else if line.hasPrefix("@@ "), let path,
          let added = line.split(separator: " ").first(where: { $0.hasPrefix("+") })
        {
          let numbers = added.dropFirst().split(separator: ",").compactMap { Int($0) }
          guard let first = numbers.first else { continue }
          let count = numbers.count > 1 ? numbers[1] : 1
          if count > 0 { lines[path, default: []].append(first...(first + count - 1)) }
        }
      }
    }

    /// Whether one of the lines of a file has changed.
    func contains(_ path: String, _ range: ClosedRange<Int>) -> Bool {
      let real = URL(filePath: path).resolvingSymlinksInPath().path
      return new.contains(real) || lines[real]?.contains { $0.overlaps(range) } == true
    }

    private static func git(_ arguments: [String]) throws -> String {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments =
        ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false"]
        + arguments
      let output = Pipe()
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      process.standardInput = FileHandle.nullDevice
      do { try process.run() } catch { throw InputError("cannot start git: \(error.localizedDescription)") }
      let data = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else {
        throw InputError("`git \(arguments.first ?? "")` failed: is this a repository, and is the commit there?")
      }
      return String(decoding: data, as: UTF8.self)
    }
  }
#endif
