// The forms in which findings are reported.
#if Lint
  import ArgumentParser
  import ConcurrencyLint
  import Foundation

  enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, sarif, github

    func report(_ results: [FileResult], problems: [InputProblem]) -> String {
      switch self {
      case .text: TextReport.text(results, problems: problems)
      case .json: JSONReport(results, problems: problems).text
      case .sarif: SARIFReport(results, problems: problems).text
      case .github: GitHubReport.text(results, problems: problems)
      }
    }
  }

  /// A file that could not be checked, whatever the reason.
  struct ReportedProblem {
    var path: String
    var start: Position?
    var message: String

    static func all(_ results: [FileResult], _ problems: [InputProblem]) -> [ReportedProblem] {
      problems.map { ReportedProblem(path: $0.path, start: nil, message: $0.message) }
        + results.compactMap { result in
          result.report.problem.map {
            ReportedProblem(path: result.path, start: result.report.problemStart, message: $0)
          }
        }
    }
  }

  /// Lines that editors and compilers' readers know: `file:line:col: warning: message [rule]`.
  enum TextReport {
    static func text(_ results: [FileResult], problems: [InputProblem]) -> String {
      var lines = ReportedProblem.all(results, problems).map { problem in
        let place = problem.start.map { ":\($0.line):\($0.column)" } ?? ""
        return "\(problem.path)\(place): error: not checked: \(problem.message)\n"
      }
      for result in results {
        for finding in result.report.findings {
          lines.append(line(result.path, finding.start, finding.severity.rawValue, finding.message, finding.rule))
          lines += finding.notes.map { line(result.path, $0.start, "note", $0.message, nil) }
        }
      }
      return lines.joined()
    }

    private static func line(
      _ path: String, _ place: Position, _ severity: String, _ message: String, _ rule: String?
    ) -> String {
      "\(path):\(place.line):\(place.column): \(severity): \(message)\(rule.map { " [\($0)]" } ?? "")\n"
    }
  }

  /// Commands that GitHub Actions turn into annotations.
  enum GitHubReport {
    static func text(_ results: [FileResult], problems: [InputProblem]) -> String {
      var lines = ReportedProblem.all(results, problems).map { problem in
        let place = problem.start.map { ",line=\($0.line),col=\($0.column)" } ?? ""
        return "::error file=\(property(problem.path))\(place),title=not checked::\(data(problem.message))\n"
      }
      for result in results {
        for finding in result.report.findings {
          // The last column is included.
          let place =
            "line=\(finding.start.line),endLine=\(finding.end.line),col=\(finding.start.column),"
            + "endColumn=\(max(1, finding.end.column - 1))"
          let command = finding.severity == .note ? "notice" : finding.severity.rawValue
          lines.append(
            "::\(command) file=\(property(result.path)),\(place),title=\(finding.rule)::\(data(finding.message))\n"
          )
        }
      }
      return lines.joined()
    }

    private static func data(_ text: String) -> String {
      text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    private static func property(_ text: String) -> String {
      data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
  }

  /// The rules in a table.
  enum RuleList {
    static var text: String {
      let width = Linter.allRules.map(\.id.count).max() ?? 0
      return Linter.allRules.map { rule in
        let state = rule.isOnByDefault ? rule.severity.rawValue : "off"
        return rule.id.padding(toLength: width + 2, withPad: " ", startingAt: 0)
          + state.padding(toLength: 9, withPad: " ", startingAt: 0) + rule.summary + "\n"
      }.joined()
    }
  }

  extension Encodable {
    /// Keys in order and slashes as they are.
    var json: String {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      // Strings, numbers and lists of them: there is nothing that could fail.
      return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) + "\n" } ?? ""
    }
  }
#endif
