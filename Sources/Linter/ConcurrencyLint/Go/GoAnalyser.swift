// Rules over Go, and how they are called.
#if Lint
  import GoSyntax

  /// A rule over a Go file. One file each; its description is its documentation and its tests.
  ///
  /// Rules look at syntax alone. A name is followed to its declaration within the file, through closures and calls of
  /// functions of the file; where it leads elsewhere, the rule is silent.
  protocol GoRule: Sendable {
    static var description: RuleDescription { get }

    /// Reports what breaks the rule.
    static func check(_ file: GoFile, _ reports: inout GoReports)
  }

  /// Takes what a rule reports.
  struct GoReports {
    private(set) var findings: [Finding] = []
    private let rule: String
    private let file: GoFile

    init(rule: String, file: GoFile) {
      self.rule = rule
      self.file = file
    }

    /// Reports a node; of what has several lines, the first one.
    mutating func report(_ message: String, at node: GoNodeID, notes: [(String, GoNodeID)] = []) {
      findings.append(
        Finding(rule: rule, message: message, span: span(node), notes: notes.map { ($0.0, span($0.1)) }))
    }

    private func span(_ node: GoNodeID) -> Span {
      let whole = file.span(node)
      let line = file.text.bytes[whole.lower..<whole.upper].prefix { $0 != UInt8(ascii: "\n") }
      return Span(whole.lower, whole.lower + line.count)
    }
  }

  /// Reads Go with a parser of our own; no Go toolchain is needed.
  struct GoAnalyser: SourceAnalyser {
    static let rules: [any GoRule.Type] = [
      GoAddInsideGoroutine.self, GoClosedByReceiver.self, GoDoneChannelBesideContext.self, GoForgottenSender.self,
      GoLockAcrossChannel.self, GoLostGroupError.self, GoOneSlotLock.self, GoSendAfterClose.self, GoSeveralClosers.self,
      GoSpinningSelect.self, GoTimerInLoop.self, GoUnstoppedTicker.self, GoWithoutOwner.self,
    ]

    var rules: [RuleDescription] { Self.rules.map { $0.description } }

    func analyse(_ text: SourceText, rules: Set<String>, version: GoVersion?) -> Analysis {
      let hasDirectives = text.contains(Directive.marker)
      let tree = GoTree(text.bytes, keepsComments: hasDirectives)
      if let problem = tree.problem {
        return Analysis(problem: Problem(message: problem.message, offset: problem.offset))
      }
      var analysis = Analysis()
      if let file = GoFile(text, tree, version: version ?? .newest) {
        for rule in Self.rules where rules.contains(rule.description.id) {
          var reports = GoReports(rule: rule.description.id, file: file)
          rule.check(file, &reports)
          analysis.findings += reports.findings
        }
      }
      for range in tree.comments {
        let comment = Comment(
          text: text[Span(range.lowerBound + 2, range.upperBound)], span: Span(range.lowerBound, range.upperBound))
        if comment.text.contains(Directive.marker) { analysis.comments.append(comment) }
      }
      return analysis
    }
  }
#endif
