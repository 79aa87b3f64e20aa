// A rule as its readers see it. Its examples are its documentation and its tests.
#if Lint
  /// A rule: what it forbids, why, and what code that breaks and keeps it looks like.
  package struct RuleDescription: Sendable {
    /// Lower-case words with hyphens; it stands in findings, suppressions and configurations.
    package var id: String
    package var language: SourceLanguage
    /// One line, without a full stop.
    package var summary: String
    /// Paragraphs of Markdown: what goes wrong, what to do, what the rule does not see.
    package var rationale: String
    package var severity = Severity.warning
    /// Only rules that were right in at least 95 of 100 findings on real code are.
    package var isOnByDefault = true
    /// Whether `// martlet: owned by …` ends a finding.
    package var acceptsContract = false
    /// Each breaks the rule exactly in the lines that end with `// !`.
    package var bad: [String]
    /// Each keeps it.
    package var good: [String]
  }

  extension RuleDescription {
    /// What the linter says of its own directives; not switched off, and not suppressed.
    package static let directives: [RuleDescription] = [
      RuleDescription(
        id: unusedSuppression, language: .swift, summary: "a suppression that suppresses nothing",
        rationale: """
          A suppression whose finding is gone hides the next one. The rule that it names ran and found nothing there.
          `--fix` removes the comment.
          """,
        bad: [
          """
          // martlet:disable:next unowned-task the process ends with it // !
          let answer = 42
          """
        ],
        good: [
          """
          func start() {
            // martlet:disable:next unowned-task the process ends with it
            Task { await serve() }
          }
          """
        ]),
      RuleDescription(
        id: unusedContract, language: .swift, summary: "an ownership contract beside nothing that needs one",
        rationale: """
          `// martlet: owned by …` is a statement about the task that starts in the next line or in its own. Where no
          task starts that lacks an owner, it states nothing, and readers believe it all the same. `--fix` removes the
          comment.
          """,
        bad: [
          """
          // martlet: owned by Server it is cancelled in stop() // !
          let answer = 42
          """
        ],
        good: [
          """
          func start() {
            // martlet: owned by Server it is cancelled in stop()
            Task { await serve() }
          }
          """
        ]),
      RuleDescription(
        id: malformedDirective, language: .swift, summary: "a directive without a rule, an owner or a reason",
        rationale: """
          Directives are `// martlet: owned by <who> <why>`, `// martlet:disable:next <rule> <reason>` and
          `// martlet:disable:this <rule> <reason>`. The reason is not optional: it is what the next reader needs.
          """,
        severity: .error,
        bad: [
          """
          func start() {
            // martlet:disable:next unowned-task // !
            Task { await serve() } // martlet: owned by Server // !
          }
          """
        ],
        good: [
          """
          func start() {
            Task { await serve() } // martlet: owned by Server it is cancelled in stop()
          }
          """
        ]),
    ]

    static let unusedSuppression = "unused-suppression"
    static let unusedContract = "unused-contract"
    static let malformedDirective = "malformed-directive"
  }
#endif
