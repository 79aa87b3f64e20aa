import CSPM
import CSPMSyntax

/// What `martlet typecheck` found in one script, for programs.
struct TypesReport: Encodable {
  var file_name: String
  var diagnostics: [DiagnosticMessage]
  /// Nil unless they were asked for.
  var types: [Entry]?

  struct Entry: Encodable {
    var name: String, type: String
    var file: String, line: Int, column: Int
  }

  init(path: String, _ script: ScriptTypes, listsTypes: Bool) {
    file_name = path
    diagnostics = script.diagnostics.map { DiagnosticMessage($0, script.files) }
    guard listsTypes else { return }
    types = script.entries.map { entry in
      let at = script.files[entry.span].position(of: entry.span.lower)
      return Entry(
        name: entry.name, type: entry.type, file: script.files[entry.span].path, line: at.line, column: at.column)
    }
  }
}
