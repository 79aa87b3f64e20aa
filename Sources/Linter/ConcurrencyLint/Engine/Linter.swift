// The linter: a file in, what is to be said of it out.
//
// I1. A report is a function of the file's bytes, of the language version that is given with it, of the rules that are
//     on and of the linter's version: nothing else is read.
// I2. A file with a problem has no findings: half a tree proves nothing.
#if Lint
  /// Applies rules to files. A value without state, which any number of threads may use at once.
  package struct Linter: Sendable {
    /// Changes whenever rules do, so that what was cached before is not used.
    package static let version = "0.2.0"

    /// The rules that are on, each with its severity.
    package let rules: [String: Severity]

    /// - Parameter rules: Ids of ``allRules``, with their severities.
    package init(rules: [String: Severity]) { self.rules = rules }

    /// The rules that are on where nobody says otherwise.
    package static let defaultRules = Dictionary(
      uniqueKeysWithValues: allRules.filter(\.isOnByDefault).map { ($0.id, $0.severity) })

    package static let allRules = analysers.values.flatMap(\.rules).sorted { $0.id < $1.id }

    static let analysers: [SourceLanguage: any SourceAnalyser] = [
      .swift: SwiftAnalyser(), .go: GoAnalyser(),
    ]

    private static let known = Set(allRules.map(\.id))
    /// The rules of each language whose findings a contract ends: one is idle only for those.
    private static let contractual = Dictionary(grouping: allRules.filter(\.acceptsContract), by: \.language)
      .mapValues { Set($0.map(\.id)) }
    private static let directiveSeverities = Dictionary(
      uniqueKeysWithValues: RuleDescription.directives.map { ($0.id, $0.severity) })

    /// Checks a file. One that a program wrote, by the comment at its top, is passed over: nobody mends it by hand.
    ///
    /// Of a Go file, `version` is the language version of its module; nil is the newest.
    ///
    /// - Complexity: linear in the file, but for rules that follow a name through its scope.
    package func lint(_ text: SourceText, as language: SourceLanguage, version: GoVersion? = nil) -> FileReport {
      guard !text.isGenerated, let analyser = Self.analysers[language] else { return FileReport() }
      let ran = Set(rules.keys)
      let analysis = analyser.analyse(text, rules: ran, version: version)
      if let problem = analysis.problem {
        return FileReport(problem: problem.message, problemStart: text.position(of: problem.offset))
      }
      let check = DirectiveCheck(text: text, known: Self.known, ran: ran, contractual: Self.contractual[language] ?? [])
      let findings = check.apply(analysis.comments, to: analysis.findings)
        .sorted { ($0.span.lower, $0.rule) < ($1.span.lower, $1.rule) }
      var seen: [String: Int] = [:]
      return FileReport(findings: findings.map { report($0, in: text, seen: &seen) })
    }

    private func report(_ finding: Finding, in text: SourceText, seen: inout [String: Int]) -> ReportedFinding {
      let severity =
        Self.directiveSeverities[finding.rule] ?? lighter(finding.severity, rules[finding.rule] ?? .warning)
      // The line's text, since its number changes with every edit above; equal lines are counted.
      let line = text.line(text.line(of: finding.span.lower)).drop {
        $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
      }
      let content = Digest.hexadecimal(Array(finding.rule.utf8) + [0] + line)
      seen[content, default: 0] += 1
      return ReportedFinding(
        rule: finding.rule, severity: severity, message: finding.message,
        start: text.position(of: finding.span.lower), end: text.position(of: finding.span.upper),
        notes: finding.notes.map { .init(message: $0.message, start: text.position(of: $0.span.lower)) },
        fix: finding.fix, fingerprint: "\(content):\(seen[content]!)")
    }

    /// A finding that matters less than others of its rule stays below what the rule is set to.
    private func lighter(_ own: Severity?, _ set: Severity) -> Severity {
      guard let own else { return set }
      return own == .note || set == .note ? .note : own == .warning || set == .warning ? .warning : .error
    }
  }
#endif
