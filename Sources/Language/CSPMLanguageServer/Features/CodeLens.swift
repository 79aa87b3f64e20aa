import CSPM
import CSPMSyntax

/// A line above a declaration that can be clicked.
struct CodeLens: Encodable, Hashable {
  struct Command: Encodable, Hashable {
    var title: String
    var command: String
    var arguments: [AssertionReference]
  }

  var range: PositionRange
  var command: Command
}

/// Which assertion a command speaks of: the script, and the number from 1.
struct AssertionReference: Codable, Hashable, Sendable {
  var uri: String
  var assertion: Int

  static let command = "martlet.runAssertion"
}

/// What is known about an assertion.
enum AssertionState: Sendable {
  case running
  case decided(AssertionOutcome)
}

/// What became of an assertion, as texts.
struct AssertionOutcome: Encodable, Hashable, Sendable {
  var assertion: String
  /// `holds`, `fails`, `undecided` or `error`.
  var verdict: String
  var states: Int
  var transitions: Int
  /// The visible events of a counterexample.
  var trace: [String]?
  /// One line.
  var summary: String
  /// More lines: the counterexample, or what is wrong.
  var details: [String]

  var title: String {
    let sign =
      switch verdict {
      case "holds": "✓"
      case "fails": "✗"
      default: "?"
      }
    return "\(sign) \(verdict): \(summary) · run again"
  }
}

extension DocumentView {
  /// The lenses of the document's assertions.
  ///
  /// - Parameter states: what is known, by the number of the assertion.
  func codeLenses(_ states: [Int: AssertionState]) -> [CodeLens] {
    let script = uri(of: analysis.identity)
    return analysis.assertions.filter { $0.span.file == file }.map { assertion in
      let title =
        switch states[assertion.number] {
        case nil: "▶ Run"
        case .running: "… running"
        case .decided(let outcome): outcome.title
        }
      return CodeLens(
        range: range(assertion.span),
        command: .init(
          title: title, command: AssertionReference.command,
          arguments: [AssertionReference(uri: script, assertion: assertion.number)]))
    }
  }

  /// Assertions that fail or have no verdict as diagnostics, by document.
  func diagnostics(of states: [Int: AssertionState]) -> [String: [PublishedDiagnostic]] {
    var published: [String: [PublishedDiagnostic]] = [:]
    for assertion in analysis.assertions {
      guard case .decided(let outcome) = states[assertion.number], outcome.verdict != "holds" else { continue }
      published[uri(of: assertion.span.file), default: []].append(
        PublishedDiagnostic(
          range: range(assertion.span), severity: outcome.verdict == "undecided" ? .information : .error,
          message: (["\(outcome.verdict): \(outcome.summary)"] + outcome.details).joined(separator: "\n")))
    }
    return published
  }
}
