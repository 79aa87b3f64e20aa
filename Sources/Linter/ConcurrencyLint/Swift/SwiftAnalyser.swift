// Rules over Swift, and how they are called.
#if Lint
  import SwiftSyntax

  /// A rule over a Swift file. One file each; its description is its documentation and its tests.
  ///
  /// Rules look at syntax alone. A name is followed to its declaration within the file; where it leads elsewhere, the
  /// rule is silent.
  protocol SwiftRule: Sendable {
    static var description: RuleDescription { get }

    /// Reports what breaks the rule.
    static func check(_ file: SwiftFile, _ reports: inout SwiftReports)
  }

  /// Takes what a rule reports.
  struct SwiftReports {
    var findings: [Finding] = []
    private let rule: String

    init(rule: String) { self.rule = rule }

    /// - Parameter node: What the finding points at, from its first token to its last.
    mutating func report(
      _ message: String, at node: some SyntaxProtocol, notes: [(String, any SyntaxProtocol)] = [], fix: Fix? = nil,
      severity: Severity? = nil
    ) {
      findings.append(
        Finding(
          rule: rule, message: message, span: node.span, notes: notes.map { ($0.0, $0.1.span) }, fix: fix,
          severity: severity))
    }
  }

  extension SyntaxProtocol {
    /// From its first token to its last, without the comments around.
    var span: Span {
      Span(positionAfterSkippingLeadingTrivia.utf8Offset, endPositionBeforeTrailingTrivia.utf8Offset)
    }
  }

  /// Reads Swift with swift-syntax.
  struct SwiftAnalyser: SourceAnalyser {
    static let rules: [any SwiftRule.Type] = [
      AsyncLetNeverAwaited.self, BlockingCallInAsync.self, BusyReceive.self, ClosedByReceiver.self,
      ContinuationResumption.self, CrowdedSelect.self, DeadlineAroundSpawn.self, EarlyExitFromStream.self,
      EndlessStreamInTask.self, LockAcrossAwait.self, LostTaskError.self, OneSlotLock.self, SendAfterClose.self,
      TimerInLoop.self, UnboundedStream.self, UnexplainedEscape.self, UnownedTask.self, UnstoppedTicker.self,
    ]

    var rules: [RuleDescription] { Self.rules.map { $0.description } }

    func analyse(_ text: SourceText, rules: Set<String>, version _: GoVersion?) -> Analysis {
      let file = SwiftFile(text)
      guard file.problem == nil else { return Analysis(problem: file.problem) }
      var analysis = Analysis()
      for rule in Self.rules where rules.contains(rule.description.id) {
        var reports = SwiftReports(rule: rule.description.id)
        rule.check(file, &reports)
        analysis.findings += reports.findings
      }
      analysis.comments = Self.comments(of: file)
      return analysis
    }

    /// Comments that may be directives. Most files have none, and are not searched.
    private static func comments(of file: SwiftFile) -> [Comment] {
      guard file.text.contains(Directive.marker) else { return [] }
      return file.tree.tokens(viewMode: .sourceAccurate).flatMap { token in
        comments(in: token.leadingTrivia, from: token.position.utf8Offset)
          + comments(in: token.trailingTrivia, from: token.endPositionBeforeTrailingTrivia.utf8Offset)
      }
    }

    private static func comments(in trivia: Trivia, from start: Int) -> [Comment] {
      var offset = start, comments: [Comment] = []
      for piece in trivia {
        let length = piece.sourceLength.utf8Length
        if case .lineComment(let text) = piece, text.contains(Directive.marker) {
          comments.append(Comment(text: String(text.dropFirst(2)), span: Span(offset, offset + length)))
        }
        offset += length
      }
      return comments
    }
  }
#endif
