// What a rule reports, as offsets; and the same as lines and columns, as it leaves the linter.
#if Lint
  /// How much a finding matters.
  package enum Severity: String, Codable, Sendable, CaseIterable {
    case note, warning, error
  }

  /// What a rule found.
  struct Finding {
    var rule: String
    var message: String
    var span: Span
    /// Other places that belong to it.
    var notes: [(message: String, span: Span)] = []
    var fix: Fix?
    /// Where it differs from the rule's own severity.
    var severity: Severity?
  }

  /// A change of the source that removes a finding and keeps what the program does.
  package struct Fix: Codable, Hashable, Sendable {
    package struct Edit: Codable, Hashable, Sendable {
      package var span: Span
      package var replacement: String
    }

    package var title: String
    package var edits: [Edit]
  }

  /// What was found in a file: a value that can be kept, compared and printed.
  package struct ReportedFinding: Codable, Hashable, Sendable {
    package struct Note: Codable, Hashable, Sendable {
      package var message: String
      package var start: Position
    }

    package var rule: String
    package var severity: Severity
    package var message: String
    package var start: Position, end: Position
    package var notes: [Note]
    package var fix: Fix?
    /// The same as long as the line's text is, wherever the line moves to. Baselines go by it.
    package var fingerprint: String
  }

  /// What the linter says of a file.
  package struct FileReport: Codable, Hashable, Sendable {
    package var findings: [ReportedFinding] = []
    /// Why the file was not checked, and where reading it ended.
    package var problem: String?
    package var problemStart: Position?

    package init(findings: [ReportedFinding] = [], problem: String? = nil, problemStart: Position? = nil) {
      self.findings = findings
      self.problem = problem
      self.problemStart = problemStart
    }
  }
#endif
