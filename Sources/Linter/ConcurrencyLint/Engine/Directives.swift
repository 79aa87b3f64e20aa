// Comments that speak to the linter: contracts and suppressions.
//
// I1. A directive holds for one line: its own if code stands before it there, else the next one that is not a comment.
// I2. Nothing is suppressed without a reason.
#if Lint
  /// A directive that is well formed.
  struct Directive {
    enum Kind: Equatable {
      /// `martlet: owned by <who> <why>`
      case contract
      /// `martlet:disable:next <rule> <reason>`, or `:this`.
      case suppression(rule: String)
    }

    var kind: Kind
    var span: Span
    /// The line that it speaks of.
    var line: Int
  }

  extension Directive {
    static let marker = "martlet:"

    /// Reads a comment that holds the marker.
    ///
    /// - Returns: nil if it is no directive, since the marker does not stand at its beginning.
    static func parse(_ comment: Comment, in text: SourceText, rules: Set<String>) -> Result<Directive, Malformed>? {
      guard let start = comment.text.firstIndex(where: { $0 != " " && $0 != "\t" }),
        comment.text[start...].hasPrefix(marker)
      else { return nil }
      let words = comment.text[start...].dropFirst(marker.count)
        .split(whereSeparator: \.isWhitespace).map(String.init)
      func malformed(_ message: String) -> Result<Directive, Malformed> {
        .failure(Malformed(message: message, span: comment.span))
      }
      switch words.first {
      case "owned" where words.dropFirst().first == "by":
        guard words.count >= 4 else { return malformed("a contract says who owns the task, and why that is enough") }
        return .success(Directive(kind: .contract, span: comment.span, line: target(of: comment, in: text)))
      case "disable:next", "disable:this":
        guard words.count >= 2, rules.contains(words[1]) else {
          return malformed(words.count < 2 ? "the suppression names no rule" : "there is no rule `\(words[1])`")
        }
        guard words.count >= 3 else { return malformed("the suppression of `\(words[1])` gives no reason") }
        let own = text.line(of: comment.span.lower)
        let line = words[0] == "disable:this" ? own : codeLine(after: comment, in: text)
        return .success(Directive(kind: .suppression(rule: words[1]), span: comment.span, line: line))
      default:
        return malformed("it is neither `owned by`, nor `disable:next`, nor `disable:this`")
      }
    }

    struct Malformed: Error {
      var message: String
      var span: Span
    }

    private static func target(of comment: Comment, in text: SourceText) -> Int {
      let own = text.line(of: comment.span.lower)
      let before = text.bytes[..<comment.span.lower].reversed().prefix { $0 != UInt8(ascii: "\n") }
      return before.contains { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        ? own : codeLine(after: comment, in: text)
    }

    /// The first line below that holds code: not empty and not a line comment.
    private static func codeLine(after comment: Comment, in text: SourceText) -> Int {
      var line = text.line(of: max(comment.span.lower, comment.span.upper - 1)) + 1
      while line <= text.lineCount {
        let content = text.line(line).drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        if !content.isEmpty, !content.starts(with: "//".utf8) { break }
        line += 1
      }
      return line
    }
  }

  /// Takes out what directives end, and reports those that are malformed or end nothing.
  struct DirectiveCheck {
    var text: SourceText
    /// All rules that there are, and those that ran.
    var known: Set<String>
    var ran: Set<String>
    /// Those whose findings a contract ends.
    var contractual: Set<String>

    func apply(_ comments: [Comment], to findings: [Finding]) -> [Finding] {
      var directives: [Directive] = [], reports: [Finding] = []
      for comment in comments {
        switch Directive.parse(comment, in: text, rules: known) {
        case .success(let directive)?: directives.append(directive)
        case .failure(let malformed)?:
          reports.append(
            Finding(rule: RuleDescription.malformedDirective, message: malformed.message, span: malformed.span))
        case nil: continue
        }
      }
      var isUsed = [Bool](repeating: false, count: directives.count)
      var kept: [Finding] = []
      for finding in findings {
        let line = text.line(of: finding.span.lower)
        let ending = directives.indices.filter { directives[$0].line == line && ends(directives[$0], finding) }
        for index in ending { isUsed[index] = true }
        if ending.isEmpty { kept.append(finding) }
      }
      for (directive, used) in zip(directives, isUsed) where !used { reports += unused(directive) }
      return kept + reports
    }

    private func ends(_ directive: Directive, _ finding: Finding) -> Bool {
      switch directive.kind {
      case .contract: contractual.contains(finding.rule)
      case .suppression(let rule): rule == finding.rule
      }
    }

    private func unused(_ directive: Directive) -> [Finding] {
      let removal = Fix(title: "Remove the comment", edits: [.init(span: removed(directive.span), replacement: "")])
      switch directive.kind {
      case .contract where !contractual.isDisjoint(with: ran):
        return [
          Finding(
            rule: RuleDescription.unusedContract,
            message: "no task without an owner starts in the line that it speaks of",
            span: directive.span, fix: removal)
        ]
      case .suppression(let rule) where ran.contains(rule):
        return [
          Finding(
            rule: RuleDescription.unusedSuppression, message: "`\(rule)` finds nothing in the line that it speaks of",
            span: directive.span, fix: removal)
        ]
      default: return []
      }
    }

    /// The comment and the blanks before it, and its line if nothing else stands there.
    private func removed(_ span: Span) -> Span {
      var lower = span.lower, upper = span.upper
      while lower > 0, text.bytes[lower - 1] == UInt8(ascii: " ") || text.bytes[lower - 1] == UInt8(ascii: "\t") {
        lower -= 1
      }
      let beginsLine = lower == 0 || text.bytes[lower - 1] == UInt8(ascii: "\n")
      if beginsLine, upper < text.bytes.count, text.bytes[upper] == UInt8(ascii: "\n") { upper += 1 }
      return Span(lower, upper)
    }
  }
#endif
