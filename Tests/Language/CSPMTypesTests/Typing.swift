import CSPMNames
import CSPMSyntax
import CSPMTypes

/// A script with its types, for the tests of this target.
struct Typing {
  let loaded: LoadedScript
  let names: NameResolver
  let checker: TypeChecker

  init(_ text: String, recordsTypes: Bool = false) {
    loaded = ScriptLoader().load(text: text, path: "script")
    names = NameResolver(loaded.script, unreadable: loaded.unreadableNames)
    checker = TypeChecker(names, recordsTypes: recordsTypes)
  }

  var diagnostics: [Diagnostic] { loaded.diagnostics + names.diagnostics + checker.diagnostics }

  /// `id line:column` of each diagnostic.
  var mistakes: [String] {
    diagnostics.map { diagnostic in
      guard let span = diagnostic.span else { return diagnostic.id }
      let at = loaded.files[span].position(of: span.lower)
      return "\(diagnostic.id) \(at.line):\(at.column)"
    }
  }

  /// The type of a name, `-` where it has none.
  func type(of name: String) -> String { names.symbol(named: name).flatMap { checker.type(of: $0) } ?? "-" }

  /// The first diagnostic as people see it.
  var message: String { diagnostics.first.map { DiagnosticRenderer(files: loaded.files).text($0) } ?? "" }
}
