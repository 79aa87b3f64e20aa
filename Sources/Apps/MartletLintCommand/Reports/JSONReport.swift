// Findings for programs.
#if Lint
  import ConcurrencyLint

  struct JSONReport: Encodable {
    struct Place: Encodable { var line: Int, column: Int }

    struct Finding: Encodable {
      struct Note: Encodable { var message: String, line: Int, column: Int }
      var file: String, line: Int, column: Int, end: Place
      var rule: String, severity: Severity, message: String
      var notes: [Note]
      var fix: Fix?
      var fingerprint: String
    }

    struct Problem: Encodable {
      var file: String, line: Int?, column: Int?, message: String
    }

    var version = Linter.version
    /// Files that were checked.
    var files: Int
    var findings: [Finding]
    var problems: [Problem]

    init(_ results: [FileResult], problems: [InputProblem]) {
      files = results.count { $0.report.problem == nil }
      findings = results.flatMap { result in
        result.report.findings.map { finding in
          Finding(
            file: result.path, line: finding.start.line, column: finding.start.column,
            end: Place(line: finding.end.line, column: finding.end.column), rule: finding.rule,
            severity: finding.severity, message: finding.message,
            notes: finding.notes.map { .init(message: $0.message, line: $0.start.line, column: $0.start.column) },
            fix: finding.fix, fingerprint: finding.fingerprint)
        }
      }
      self.problems = ReportedProblem.all(results, problems).map {
        Problem(file: $0.path, line: $0.start?.line, column: $0.start?.column, message: $0.message)
      }
    }

    var text: String { json }
  }
#endif
