import CSPMEvaluation
import CSPMNames
import CSPMSyntax
import ProcessTerms

/// What the front end promises for any input, put to the test: the fuzzer and the replay of its corpus call it.
public enum FrontEndProbe {
  /// Ends an evaluation that has taken enough steps for a probe.
  private struct Enough: Error {}

  /// What cannot happen while a script is evaluated that has types.
  private static let impossible: Set<String> = [
    "incomplete-event", "not-comparable", "too-many-fields", "type-mismatch", "unknown-name", "wrong-argument-count",
  ]

  /// Loads, prints, parses again, formats, resolves, types and evaluates. Traps where a promise is broken.
  ///
  /// - Complexity: bounded by a number of evaluation steps for the whole script.
  public static func run(_ bytes: [UInt8]) {
    let loaded = ScriptLoader().load(bytes: bytes)
    if !loaded.hasErrors { requireSame(loaded) }
    requireStable(ScriptFormatter.format(bytes, path: "-"))
    for diagnostic in loaded.diagnostics.prefix(4) { _ = DiagnosticRenderer(files: loaded.files).text(diagnostic) }
    let session = ScriptSession(loaded, path: "-")
    for diagnostic in session.diagnostics.prefix(4) { _ = DiagnosticRenderer(files: session.files).text(diagnostic) }
    var checkpoints = 0
    session.script.evaluator.checkpoint = {
      checkpoints += 1
      if checkpoints > 2 { throw Enough() }
    }
    for declaration in session.script.names.declarations.prefix(64) {
      switch declaration.kind {
      case .binding(let pattern, _):
        if case .name(let name) = pattern.kind { evaluate(Expression(.name(name), at: pattern.span), in: session) }
      case .print(let expression): evaluate(expression, in: session)
      case .assertion(let assertion):
        do { _ = try session.check(assertion, at: declaration.span) } catch { require(error, at: declaration.span, in: session) }
      default: break
      }
    }
  }

  private static func evaluate(_ expression: Expression, in session: ScriptSession) {
    do {
      _ = try session.script.text(expression)
      guard session.isProcess(expression) else { return }
      let process = try session.script.process(expression)
      _ = try session.table.resolve(process)
    } catch {
      require(error, at: expression.span, in: session)
    }
  }

  /// An error of evaluation is the script's, and none that types rule out.
  private static func require(_ error: any Error, at span: Span, in session: ScriptSession) {
    let diagnostic = session.asDiagnostic(error, at: span)
    precondition(diagnostic.id != "internal" || error is Enough, "\(diagnostic.message)")
    let text = DiagnosticRenderer(files: session.files).text(diagnostic)
    precondition(session.hasAnyMistake || !impossible.contains(diagnostic.id), "a script with types says:\n\(text)")
  }

  /// Formatting never fails on what parses, and formatting again changes nothing.
  private static func requireStable(_ outcome: ScriptFormatter.Outcome) {
    switch outcome {
    case .mistakes: break
    case .defect: preconditionFailure("formatting would have changed a script")
    case .formatted(let once):
      guard case .formatted(let twice) = ScriptFormatter.format(once, path: "-"), once == twice else {
        preconditionFailure("formatting is not stable:\n\(String(decoding: once, as: UTF8.self))")
      }
    }
  }

  /// Printing and parsing again gives the same tree, places aside: then printing that gives the same text.
  private static func requireSame(_ loaded: LoadedScript) {
    let text = loaded.script.description
    let again = ScriptLoader().load(text: text)
    precondition(!again.hasErrors, "what was printed does not parse:\n\(text)")
    precondition(again.script.description == text, "printing is not stable:\n\(text)")
  }
}
