import CSPMNames
import CSPMSyntax

/// What a rename changes, by document.
struct WorkspaceEdit: Encodable, Hashable {
  var changes: [String: [TextEdit]]
}

struct TextEdit: Encodable, Hashable, Sendable {
  var range: PositionRange
  var newText: String
}

extension DocumentView {
  /// The name at a place, if it is one of the script's own.
  func renameable(at position: Position) throws(ResponseError) -> PositionRange {
    range(try ownName(at: position).span)
  }

  private func ownName(at position: Position) throws(ResponseError) -> Occurrences.Occurrence {
    guard let name = name(at: position) else { throw ResponseError(.requestFailed, "there is no name here") }
    guard analysis.names.symbols[name.symbol].span != nil else {
      throw ResponseError(.requestFailed, "`\(analysis.text(name.span))` is part of the language")
    }
    return name
  }

  /// Renames what the name at a place stands for, wherever it stands.
  ///
  /// The renamed script is analysed again: each of its names must mean what it meant before.
  func rename(at position: Position, to newName: String) throws(ResponseError) -> WorkspaceEdit {
    let name = try ownName(at: position)
    let spelling = Lexer.tokens(of: SourceFile(path: "", bytes: Array(newName.utf8)), file: 0).tokens
    guard spelling.count == 2 || spelling.count == 3 && spelling[1].kind == .newline, spelling[0].kind == .identifier,
      spelling[0].upper == Int32(newName.utf8.count), spelling[0].lower == 0
    else { throw ResponseError(.requestFailed, "`\(newName)` is no name in CSPm") }
    let mistakes = analysis.loaded.diagnostics + analysis.names.diagnostics
    guard !mistakes.contains(where: { $0.severity == .error }) else {
      throw ResponseError(.requestFailed, "the script has errors, so that a name could be overlooked")
    }
    let occurrences = analysis.occurrences.same(as: name.symbol)
    guard keepsMeanings(renaming: occurrences, to: newName) else {
      throw ResponseError(.requestFailed, "`\(newName)` would be taken for another name of the script")
    }
    var changes: [String: Set<TextEdit>] = [:]
    for occurrence in occurrences {
      changes[uri(of: occurrence.span.file), default: []].insert(
        TextEdit(range: range(occurrence.span), newText: newName))
    }
    return WorkspaceEdit(changes: changes.mapValues { $0.sorted { $0.range.start < $1.range.start } })
  }

  private func keepsMeanings(renaming occurrences: [Occurrences.Occurrence], to newName: String) -> Bool {
    var store = self.store
    for (file, places) in Dictionary(grouping: occurrences, by: \.span.file) {
      var bytes = analysis.lines(file).bytes
      for place in Set(places.map(\.span)).sorted(by: { $0.lower > $1.lower }) {
        bytes.replaceSubrange(Int(place.lower)..<Int(place.upper), with: newName.utf8)
      }
      let identity = analysis.identity(of: file)
      store.open(uri(of: identity), identity: identity, version: 0, text: String(decoding: bytes, as: UTF8.self))
    }
    let renamed = analysis.again(in: store)
    return !(renamed.loaded.diagnostics + renamed.names.diagnostics).contains { $0.severity == .error }
      && renamed.occurrences.shape == analysis.occurrences.shape
  }
}
