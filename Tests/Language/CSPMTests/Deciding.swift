import CSPMEvaluation
import CSPMSyntax
import Testing

@testable import CSPM

/// Decides assertions that stand behind a prelude.
///
/// - Returns: a verdict for each; `error id` where it cannot be decided, and that alone where the script has a mistake.
func verdicts(_ assertions: [String], behind prelude: String) throws -> [String] {
  try Stack.run {
    let text = prelude + "\n" + assertions.map { "assert \($0)" }.joined(separator: "\n") + "\n"
    let session = ScriptSession(ScriptLoader().load(text: text), path: "script")
    if let first = session.diagnostics.first(where: { $0.severity == .error }) { return ["error \(first.id)"] }
    return session.assertions.map { assertion in
      let result = session.check(assertion)
      return result.diagnostics.first.map { "error \($0.id)" } ?? result.verdict.rawValue
    }
  }
}

/// Expects two processes to refine each other in the failures-divergences model.
func expectSame(
  _ a: String, _ b: String, behind prelude: String, _ location: SourceLocation = #_sourceLocation
) throws {
  let found = try verdicts(["\(a) [FD= \(b)", "\(b) [FD= \(a)"], behind: prelude)
  #expect(found == ["holds", "holds"], "\(a) = \(b) behind\n\(prelude)", sourceLocation: location)
}

/// `id line:column` of the mistakes of a script, those that deciding its assertions brings to light included.
func places(_ script: String) throws -> [String] {
  try Stack.run {
    let loaded = ScriptLoader().load(text: script, path: "script")
    let session = ScriptSession(loaded, path: "script")
    var found = session.diagnostics.filter { $0.severity == .error }
    if found.isEmpty { found = session.assertions.flatMap { session.check($0).diagnostics } }
    return found.map { diagnostic in
      guard let span = diagnostic.span else { return diagnostic.id }
      let at = loaded.files[span].position(of: span.lower)
      return "\(diagnostic.id) \(at.line):\(at.column)"
    }
  }
}
