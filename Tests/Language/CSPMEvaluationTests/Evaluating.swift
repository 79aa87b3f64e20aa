import CSPMNames
import CSPMSyntax
import Testing

@testable import CSPMEvaluation

/// Evaluates an expression in the scope of a script; mistakes come back as `id line:column`.
func value(of expression: String, in script: String = "") throws -> String {
  try Stack.run {
    let loaded = ScriptLoader().load(text: script)
    for diagnostic in loaded.diagnostics { return describe(diagnostic, loaded.files) }
    let evaluator = ScriptEvaluator(loaded.script, unreadable: loaded.unreadableNames)
    var files = loaded.files
    let source = SourceFile(path: "<expression>", bytes: Array(expression.utf8))
    files.files.append(source)
    let parsed = Expression.parse(source, file: Int32(files.files.count - 1))
    guard let tree = parsed.tree else { return describe(parsed.diagnostics[0], files) }
    do {
      return try evaluator.text(evaluator.names.resolve(tree))
    } catch let diagnostic as Diagnostic {
      return describe(diagnostic, files)
    }
  }
}

/// The mistakes that are found before anything is evaluated.
func mistakes(in script: String) throws -> [String] {
  try Stack.run {
    let loaded = ScriptLoader().load(text: script)
    let evaluator = ScriptEvaluator(loaded.script, unreadable: loaded.unreadableNames)
    return (loaded.diagnostics + evaluator.diagnostics).map { describe($0, loaded.files) }
  }
}

/// `id line:column`, the file named where it is not the script.
private func describe(_ diagnostic: Diagnostic, _ files: SourceFiles) -> String {
  guard let span = diagnostic.span else { return diagnostic.id }
  let at = files[span].position(of: span.lower)
  let file = files[span].path == "-" ? "script " : ""
  return "\(diagnostic.id) \(file)\(at.line):\(at.column)"
}
