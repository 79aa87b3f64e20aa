import ArgumentParser
import CSPM
import CSPMSyntax
import Refinement

/// Checks one script; after a Ctrl-C, what is left of it is not checked.
struct FileCheck {
  let path: String
  let selected: [Int]
  /// For all that comes before evaluation.
  let reading: WorkLimit
  /// Asked for once an assertion: a deadline counts from then.
  let limits: () -> Limits
  /// Files outside may not be included.
  let root: String?
  var compresses = true
  /// Nil: no certificates.
  var certification: CertificationLimits?

  /// - Parameters:
  ///   - live: told about each result as it comes.
  ///   - progress: what tells how the check of an assertion gets on.
  func run(live: LiveReport?, progress: (ScriptAssertion) -> ((Progress) -> Void)?) -> FileReport {
    let loaded = ScriptLoader(reader: DiskReader(), root: root, limit: reading).load(path)
    let session = ScriptSession(loaded, path: path, limit: reading)
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
    Interruption.heeded {
      for print in session.prints where !Interruption.cancellation.isCancelled {
        let result = Result { try session.text(of: print, limits: interruptibleLimits()) }
        report.prints.append((print, result.mapError { session.asDiagnostic($0, at: print.span) }))
        live?.printed(report.prints.last!, in: session)
      }
      for assertion in session.assertions where selected.isEmpty || selected.contains(assertion.number) {
        let result =
          Interruption.cancellation.isCancelled
          ? AssertionResult.unchecked(assertion)
          : session.check(
            assertion, limits: interruptibleLimits(), certification: certification, progress: progress(assertion))
        report.results.append(result)
        live?.finished(result, in: session)
      }
    }
    live?.end(report)
    return report
  }

  private func interruptibleLimits() -> Limits {
    var limits = limits()
    limits.cancellation = Interruption.cancellation
    return limits
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
    var code = ExitCode.of(diagnostics)
    for case (_, .failure(let diagnostic)) in prints { code = .worse(code, .of([diagnostic])) }
    for result in results {
      if let certificate = result.certificate, !certificate.isFinished { code = .worse(code, .undecided) }
      switch result.verdict {
      case .holds: break
      case .fails: code = .worse(code, .findings)
      case .undecided, .unchecked: code = .worse(code, .undecided)
      case .error: code = .worse(code, result.isInternalError ? .internalError : .badInput)
      }
    }
    return code
  }
}
