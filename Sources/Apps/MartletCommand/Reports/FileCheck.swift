import ArgumentParser
import CSPM
import CSPMSyntax
import Refinement

/// Checks one script, telling a live report about each result as it comes.
struct FileCheck {
  let path: String
  let selected: [Int]
  /// Asked for once an assertion: a deadline counts from then.
  let limits: () -> Limits
  /// Files outside may not be included.
  let root: String?
  var compresses = true

  func run(live: LiveReport?) -> FileReport {
    let loaded = ScriptLoader(reader: DiskReader(), root: root).load(path)
    let session = ScriptSession(loaded, path: path)
    session.compresses = compresses
    var diagnostics = session.diagnostics
    for number in selected where number > session.assertions.count {
      let count = session.assertions.count
      diagnostics.append(
        Diagnostic(
          id: "no-such-assertion",
          "`\(path)` has \(count) assertion\(count == 1 ? "" : "s"), so there is no assertion \(number)", at: nil))
    }
    var report = FileReport(session: session, diagnostics: diagnostics)
    live?.begin(report)
    for print in session.prints {
      let result = Result { try session.text(of: print, limits: limits()) }
      report.prints.append((print, result.mapError { session.asDiagnostic($0, at: print.span) }))
      live?.printed(report.prints.last!, in: session)
    }
    for assertion in session.assertions where selected.isEmpty || selected.contains(assertion.number) {
      let result = session.check(assertion, limits: limits(), progress: live?.progress(assertion))
      report.results.append(result)
      live?.finished(result, in: session)
    }
    live?.end(report)
    return report
  }
}

/// Everything that `martlet check` found out about one script.
struct FileReport {
  let session: ScriptSession
  /// Of the script as a whole.
  let diagnostics: [Diagnostic]
  var prints: [(ScriptPrint, Result<String, Diagnostic>)] = []
  var results: [AssertionResult] = []

  init(session: ScriptSession, diagnostics: [Diagnostic]) {
    self.session = session
    self.diagnostics = diagnostics
  }

  var exitCode: ExitCode {
    var code = diagnostics.contains { $0.severity == .error } ? ExitCode.badInput : .success
    for case (_, .failure) in prints { code = .worse(code, .badInput) }
    for result in results {
      switch result.verdict {
      case .holds: break
      case .fails: code = .worse(code, .findings)
      case .undecided: code = .worse(code, .undecided)
      case .error: code = .worse(code, result.isInternalError ? .internalError : .badInput)
      }
    }
    return code
  }
}
