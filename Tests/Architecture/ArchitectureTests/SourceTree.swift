/// The files of a repository: of this one, read from the disk, or of one that a test makes up.
///
/// Gates read nothing else, so each can be shown a bad tree and seen to find what is wrong with it.
import Foundation

struct SourceTree: Sendable {
  /// Relative paths of files and folders; folders without a slash at the end.
  private(set) var paths: Set<String> = []
  /// The lines of the text files that gates look into.
  private(set) var lines: [String: [String]] = [:]

  private static let textExtensions: Set<String> = ["swift", "md", "c", "h", "csp"]

  /// A tree of the given files, path to text.
  init(_ files: [String: String]) {
    for (path, text) in files { add(path, text) }
  }

  /// Everything below `root`, but for hidden folders, among them `.build` and `.git`.
  init(root: URL) throws {
    let prefix = root.standardizedFileURL.path + "/"
    let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])
    while let url = walk?.nextObject() as? URL {
      let path = String(url.standardizedFileURL.path.dropFirst(prefix.count))
      paths.insert(path)
      guard Self.textExtensions.contains(url.pathExtension) else { continue }
      lines[path] = Self.split(try String(contentsOf: url, encoding: .utf8))
    }
  }

  private mutating func add(_ path: String, _ text: String) {
    lines[path] = Self.split(text)
    paths.insert(path)
    var parts = path.split(separator: "/")
    while parts.count > 1 {
      parts.removeLast()
      paths.insert(parts.joined(separator: "/"))
    }
  }

  private static func split(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  /// The text files with one of these extensions, in order.
  func files(_ extensions: String...) -> [(path: String, lines: [String])] {
    lines.filter { file in extensions.contains { file.key.hasSuffix("." + $0) } }
      .sorted { $0.key < $1.key }
      .map { (path: $0.key, lines: $0.value) }
  }

  func contains(_ path: String) -> Bool { path.isEmpty || paths.contains(path) }
}

/// This repository.
enum Repository {
  /// Tests/Architecture/ArchitectureTests/SourceTree.swift is four levels down.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let tree = Result { try SourceTree(root: root) }
  static let manifest = Result { try Manifest(root: root) }
}
