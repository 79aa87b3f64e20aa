import CSPM
import CSPMSyntax
import Refinement

/// Results for people, as they come: one line a verdict, the counterexample under it, and a progress line on a
/// terminal's standard error meanwhile, or lines, at growing distances, where it is none.
final class LiveReport {
  /// Shown as a heading where several scripts are checked.
  private let heading: String?
  private let style = Style(isColoured: StandardOutput.isTerminal)
  private var hasProgressLine = false
  private let showsStatistics: Bool
  private let tellsProgress: Bool
  /// A mistake of the script is told once, however many assertions it spoils.
  private var told: Set<Diagnostic> = []

  /// - Parameters:
  ///   - showsStatistics: whether a table of the work follows each verdict.
  ///   - tellsProgress: whether progress is told where standard error is no terminal.
  init(path: String?, showsStatistics: Bool = false, tellsProgress: Bool = false) {
    heading = path
    self.showsStatistics = showsStatistics
    self.tellsProgress = tellsProgress
  }

  func begin(_ report: FileReport) {
    if let heading { StandardOutput.write(style.strong(heading) + "\n") }
    told = []
    for diagnostic in report.diagnostics { tell(diagnostic, report.session) }
  }

  private func tell(_ diagnostic: Diagnostic, _ session: ScriptSession) {
    if told.insert(diagnostic).inserted { StandardError.write(DiagnosticText.render(diagnostic, session.files)) }
  }

  func printed(_ entry: (ScriptPrint, Result<String, Diagnostic>), in session: ScriptSession) {
    switch entry.1 {
    case .success(let text): StandardOutput.write("print \(entry.0.text) = \(text)\n")
    case .failure(let diagnostic): tell(diagnostic, session)
    }
  }

  /// What tells how a long check gets on; nil where nobody would see it.
  func progress(_ assertion: ScriptAssertion) -> ((Progress) -> Void)? {
    func text(_ progress: Progress) -> String { "\(assertion.number)  \(Self.text(progress))" }
    if StandardError.isTerminal {
      return { [self] progress in
        StandardError.write("\r\u{1B}[K" + text(progress).prefix(StandardError.width - 1))
        hasProgressLine = true
      }
    }
    guard tellsProgress else { return nil }
    // Twice as late each time, but once a minute at least.
    let start = ContinuousClock.now
    var due = Duration.zero
    return { progress in
      let elapsed = ContinuousClock.now - start
      if elapsed < due { return }
      due = min(elapsed * 2, elapsed + .seconds(60))
      StandardError.write(text(progress) + "\n")
    }
  }

  /// `120 states, 340 transitions, depth 7, 12,000/s, 1.2 MiB`
  static func text(_ progress: Progress) -> String {
    let rate = "\(grouped(Int(progress.rate)))/s, \(size(progress.memory))"
    return switch progress.activity {
    case .searching:
      "\(grouped(progress.states)) states, \(grouped(progress.transitions)) transitions, depth \(progress.ply), \(rate)"
    case .certifying: "certifying, \(grouped(progress.states)) states, \(rate)"
    }
  }

  /// `certified in full: 12 states`
  static func text(_ certificate: Certificate) -> String {
    switch certificate {
    case .inFull(let states): "certified in full: \(counted(states, "state"))"
    case .byWalks(let count, let length, let seed):
      "certified by \(counted(count, "random walk")) of up to \(counted(length, "step")), seed \(seed)"
    case .unfinished(let limit): "not certified: \(limit.words)"
    }
  }

  /// `9 states, 10 transitions, 0 ms`
  static func text(_ statistics: Statistics) -> String {
    "\(counted(statistics.states, "state")), \(counted(statistics.transitions, "transition")), "
      + time(statistics.duration)
  }

  func finished(_ result: AssertionResult, in session: ScriptSession) {
    if hasProgressLine {
      StandardError.write("\r\u{1B}[K")
      hasProgressLine = false
    }
    let work = Self.text(result.statistics)
    let mark: String
    switch result.verdict {
    case .holds: mark = style.good("holds    ")
    case .fails: mark = style.bad("fails    ")
    case .undecided: mark = style.open("undecided")
    case .error: mark = style.bad("error    ")
    case .unchecked: mark = style.open("unchecked")
    }
    let title = "\(result.assertion.number)  \(result.assertion.text)"
    var text = "\(mark)  \(title)"
    if result.verdict != .error && result.verdict != .unchecked { text += style.faint("  (\(work))") }
    text += "\n"
    if let certificate = result.certificate { text += "           \(Self.text(certificate))\n" }
    if let limit = result.limit { text += "           \(limit.words(of: result.statistics))\n" }
    if let counterexample = result.counterexample {
      for line in CounterexampleText(session).lines(counterexample, style) { text += "           \(line)\n" }
    }
    if showsStatistics, result.verdict != .error, result.verdict != .unchecked {
      for line in StatisticsTable.lines(result.statistics, session.table) { text += "           \(style.faint(line))\n" }
    }
    for diagnostic in result.diagnostics where told.contains(diagnostic) {
      let place = DiagnosticRenderer(files: session.files).record(diagnostic).place
      text += "           because of the error \(place.map { "in line \($0.line)" } ?? "above")\n"
    }
    StandardOutput.write(text)
    for diagnostic in result.diagnostics { tell(diagnostic, session) }
  }

  func end(_ report: FileReport) {
    let results = report.results
    if results.isEmpty && !report.session.hasErrors && report.prints.isEmpty {
      StandardOutput.write("no assertions\n")
    }
    guard results.count > 1 else { return }
    var parts: [String] = []
    for (verdict, word) in [
      (AssertionResult.Verdict.holds, "hold"), (.fails, "fail"), (.undecided, "undecided"), (.error, "in error"),
      (.unchecked, "unchecked"),
    ] {
      let count = results.count { $0.verdict == verdict }
      if count > 0 { parts.append("\(count) \(word)") }
    }
    StandardOutput.write(style.faint("\(results.count) assertions: " + parts.joined(separator: ", ")) + "\n")
  }
}
