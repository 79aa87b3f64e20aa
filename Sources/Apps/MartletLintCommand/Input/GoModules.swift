// The language versions of Go files: what the nearest `go.mod` above each says.
//
// I1. A file's version does not depend on the order in which files are asked for.
#if Lint
  import ConcurrencyLint
  import Foundation

  struct GoModules {
    /// What counts instead of any `go.mod`.
    var forced: GoVersion?
    /// By folder; nil where no module is above, or it names no version.
    private var versions: [String: GoVersion?] = [:]

    private static let largest = 1 << 20

    init(forced: GoVersion?) { self.forced = forced }

    /// The version of a file's module; nil for other languages, and where there is none.
    mutating func version(for path: String) -> GoVersion? {
      guard SourceLanguage(path: path) == .go else { return nil }
      return forced ?? version(ofFolder: URL(filePath: path).standardizedFileURL.deletingLastPathComponent())
    }

    private mutating func version(ofFolder folder: URL) -> GoVersion? {
      var folder = folder, asked: [String] = []
      var found: GoVersion??
      while found == nil {
        if let known = versions[folder.path] {
          found = known
          break
        }
        asked.append(folder.path)
        found = Self.module(in: folder)
        if folder.path == "/" || folder.path.isEmpty { break }
        folder.deleteLastPathComponent()
      }
      for path in asked { versions[path] = .some(found ?? nil) }
      return found ?? nil
    }

    /// Nil if the folder has no `go.mod`.
    private static func module(in folder: URL) -> GoVersion?? {
      guard let handle = FileHandle(forReadingAtPath: folder.appending(path: "go.mod").path) else { return nil }
      defer { try? handle.close() }
      guard let data = try? handle.read(upToCount: largest) else { return .some(nil) }
      return .some(GoVersion.directive(ofModule: String(decoding: data, as: UTF8.self)))
    }
  }
#endif
