import CSPMNames
import CSPMSyntax

/// A script with its names bound, and what was said about them.
struct Resolved {
  let names: NameResolver
  private let files: SourceFiles

  /// - Parameter files: what the script may include, by path.
  init(_ text: String, including files: [String: String] = [:]) {
    let loaded = ScriptLoader(reader: TextReader(files)).load(text: text, path: "main.csp")
    self.files = loaded.files
    names = NameResolver(loaded.script, unreadable: loaded.unreadableNames)
    diagnostics = loaded.diagnostics + names.diagnostics
  }

  let diagnostics: [Diagnostic]

  /// `id line:column`, behind it the places that notes point at.
  var mistakes: [String] {
    diagnostics.map { diagnostic in
      ([diagnostic.id] + [diagnostic.span].compactMap(place)
        + diagnostic.notes.compactMap { $0.span }.map { "← " + place($0) }).joined(separator: " ")
    }
  }

  private func place(_ span: Span?) -> String { span.map(place) ?? "" }

  /// `line:column`, the file in front where it is not the script.
  private func place(_ span: Span) -> String {
    let at = files[span].position(of: span.lower), path = files[span].path
    return (path == "main.csp" ? "" : path + ":") + "\(at.line):\(at.column)"
  }

  /// What the names that the script uses mean, in the order of the text: each with the place of its declaration, or
  /// `built in`.
  var meanings: [String] { meanings(in: names.declarations) }

  /// The same for an expression of the top level; the mistake where it has one.
  func meanings(of expression: String) -> [String] {
    let parsed = Expression.parse(SourceFile(path: "<expression>", bytes: Array(expression.utf8)), file: 0)
    guard let tree = parsed.tree else { return parsed.diagnostics.map(\.id) }
    do { return meanings(in: try names.resolve(tree)) } catch { return [error.id] }
  }

  /// Copies of modules stand where their instances do.
  private func meanings(in tree: Any) -> [String] {
    if let name = tree as? QualifiedName {
      if name.symbol == .unresolved { return ["\(name.text) ?"] }
      return ["\(name.text) \(names.symbols[name.symbol].span.map(place) ?? "built in")"]
    }
    return Mirror(reflecting: tree).children.flatMap { meanings(in: $0.value) }
  }
}

/// Files that stand in a dictionary.
private struct TextReader: SourceReader {
  let files: [String: String]
  init(_ files: [String: String]) { self.files = files }
  func read(_ path: String) throws(SourceReadingFailure) -> [UInt8] {
    guard let text = files[path] else { throw SourceReadingFailure("no such file") }
    return Array(text.utf8)
  }
  func resolve(_ path: String, from includer: String) -> String { path }
  func realPath(_ path: String) -> String? { files[path] == nil ? nil : "/" + path }
}
