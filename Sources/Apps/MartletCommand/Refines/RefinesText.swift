import CSPM
import CSPMSyntax
import ProcessTerms
import Refinement

/// Results in the layout of `refines`: the assertion, what it took, its result, and the behaviours of a counterexample.
struct RefinesText {
  let isBrief: Bool, divides: Bool, revealsTaus: Bool, isQuiet: Bool
  let style: Style

  func begin(_ report: FileReport) {
    for diagnostic in report.diagnostics {
      if isQuiet && diagnostic.severity == .warning { continue }
      StandardError.write(DiagnosticText.render(diagnostic, report.session.files))
    }
  }

  func printed(_ entry: (ScriptPrint, Result<String, Diagnostic>), in session: ScriptSession) {
    switch entry.1 {
    case .success(let text): StandardOutput.write("\(entry.0.text) = \(text)\n")
    case .failure(let diagnostic): StandardError.write(DiagnosticText.render(diagnostic, session.files))
    }
  }

  func finished(_ result: AssertionResult, in session: ScriptSession) {
    let not = result.assertion.assertion.isNegated && !result.assertion.text.hasPrefix("not ") ? "not " : ""
    let title = not + result.assertion.text
    let outcome: String
    switch result.verdict {
    case .holds: outcome = style.good("Passed")
    case .fails: outcome = style.bad("Failed")
    case .undecided: outcome = style.open("Undecided")
    case .error: outcome = style.bad("Error")
    case .unchecked: outcome = style.open("Not checked")
    }
    if isBrief {
      StandardOutput.write("\(title): \(outcome)\n")
    } else {
      var lines = ["\(title):", "    Log:"]
      for diagnostic in result.diagnostics {
        lines.append("        " + DiagnosticMessage(diagnostic, session.files).text)
      }
      if let limit = result.limit { lines.append("        " + limit.words) }
      lines.append("    Result: \(outcome)")
      if result.verdict == .holds || result.verdict == .fails {
        lines.append("    Visited States: \(result.statistics.states)")
        lines.append("    Visited Transitions: \(result.statistics.transitions)")
        lines.append("    Visited Plys: \(result.statistics.plies)")
      }
      // As in FDR, a negated assertion that holds has a counterexample to show, and one that fails has none.
      if let counterexample = result.counterexample { lines += self.lines(counterexample, result, session) }
      StandardOutput.write(lines.joined(separator: "\n") + "\n")
    }
    if isBrief { for d in result.diagnostics { StandardError.write(DiagnosticText.render(d, session.files)) } }
  }

  private func lines(
    _ cex: ExplainedCounterexample, _ result: AssertionResult, _ session: ScriptSession
  ) -> [String] {
    let found = cex.counterexample
    func name(_ event: Event) -> String { session.table.alphabet.name(event) }
    func set(_ events: [Event]) -> String { "{" + events.map(name).joined(separator: ", ") + "}" }
    func trace(_ events: [Event?]) -> String {
      "<" + events.compactMap { $0 }.filter { revealsTaus || $0 != .tau }.map(name).joined(separator: ", ") + ">"
    }
    var kind: String, end: [String] = []
    var steps = found.behaviour.steps.map(\.event)
    switch found.kind {
    case .eventNotAllowed(let event):
      kind = "Trace Counterexample"
      steps.removeLast()
      end = ["Error Event: \(name(event))"]
    case .refusalNotAllowed(let offered), .traceRefused(_, let offered):
      kind = "Minimal Acceptance Counterexample"
      end = ["Min Acceptance: \(set(offered))"]
    case .divergence:
      kind = "Divergence Counterexample"
      end = ["Divergence: the process can do internal events for ever"]
    case .deadlock:
      kind = "Deadlock Counterexample"
      end = ["Min Acceptance: {}"]
    case .nondeterminism(let event, let other, let offered):
      kind = "Determinism Counterexample"
      steps.removeLast()
      end = [
        "Error Event: \(name(event))", "Second Trace: \(trace(other.steps.map(\.event)))",
        "Min Acceptance: \(set(offered))",
      ]
    case .traceImpossible(let event):
      kind = "Trace Counterexample"
      end = ["Impossible Event: \(name(event))"]
    }
    var lines = ["    Counterexample (\(kind))"]
    if let specification = result.assertion.specification, let allowed = found.allowed {
      lines += [
        "        Specification Debug:", "            \(specification):",
        // The τ are the implementation's.
        "                Trace: \(trace(steps.filter { $0 != .tau }))",
        "                Available Events: \(set(allowed.events))",
      ]
    }
    lines += ["        Implementation Debug:", "            \(result.assertion.subject):"]
    lines += (["Trace: \(trace(steps))"] + end).map { "                \($0)" }
    guard divides, cex.components.count > 1 else { return lines }
    for component in cex.components {
      lines.append("                \(component.name):")
      lines.append("                    Trace: \(trace(component.events))")
      if component.isTerminated {
        lines.append("                    Terminated")
      } else if let offers = component.offers {
        lines.append("                    Min Acceptance: \(set(offers))")
      }
    }
    return lines
  }
}
