import CSPMEvaluation
import CSPMSyntax

@testable import CSPMLanguageServer

/// A script in an editor, and the place that is asked about: `¦` in the text, which is taken out.
struct Editing {
  private let text: String
  private let offset: Int
  private let files: [String: String]

  /// - Parameter files: what the script may include, by name.
  init(_ text: String, including files: [String: String] = [:]) {
    let parts = text.split(separator: "¦", omittingEmptySubsequences: false)
    self.text = parts.joined()
    offset = parts.count > 1 ? parts[0].utf8.count : 0
    self.files = files
  }

  /// What a feature says about the script.
  func ask<Answer>(_ body: (DocumentView, Position) throws -> Answer) throws -> Answer {
    try Stack.run {
      var store = DocumentStore()
      store.open("file:///main.csp", identity: "/main.csp", version: 1, text: text)
      let disk = TextDisk(files)
      let analysis = Analysis("/main.csp", path: "/main.csp", in: store, disk: disk, root: nil)
      let view = DocumentView(analysis, file: 0, in: store, .utf16)
      return try body(view, view.lines.position(of: offset, .utf16))
    }
  }

  /// `line:column text` of places, from 0, in the order of the files and their texts; another file's name in front.
  func places(_ body: (DocumentView, Position) throws -> [Location]) throws -> [String] {
    try ask { view, position in
      try body(view, position).map { place in
        let name = String(place.uri.dropFirst("file:///".count))
        let lines = LineTable(Array((name == "main.csp" ? text : files[name] ?? "").utf8))
        let lower = lines.offset(of: place.range.start, .utf16), upper = lines.offset(of: place.range.end, .utf16)
        return (name == "main.csp" ? "" : name + " ") + "\(place.range.start.line):\(place.range.start.character) "
          + lines.text(lower..<upper)
      }
    }
  }
}

/// Files that stand in a dictionary, in the directory `/`.
struct TextDisk: SourceReader, Sendable {
  private let files: [String: String]
  init(_ files: [String: String] = [:]) { self.files = files }
  func read(_ path: String) throws(SourceReadingFailure) -> [UInt8] {
    guard let text = files[String(path.dropFirst())] else { throw SourceReadingFailure("no such file") }
    return Array(text.utf8)
  }
  func resolve(_ path: String, from includer: String) -> String { "/" + path }
  func realPath(_ path: String) -> String? { files[String(path.dropFirst())] == nil ? nil : path }
}
