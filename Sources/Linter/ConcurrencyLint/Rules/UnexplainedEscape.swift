// An escape from the compiler's checks without a reason.
#if Lint
  import Foundation
  import SwiftSyntax

  enum UnexplainedEscape: SwiftRule {
    static let description = RuleDescription(
      // SAFETY: no escape here: the texts below speak of them.
      id: "unexplained-escape", language: .swift,
      summary: "`@unchecked Sendable` or `nonisolated(unsafe)` without a reason",
      rationale: """
        Both switch the compiler's data race checks off and put a promise in their place: that a lock, a queue, or the
        order of events protects the state. Nobody can check or keep a promise that is not written down.

        Say in a comment above it, beside it, or at the top of the type, what makes it safe. Documentation comments
        count where they speak of it: of locks, threads, isolation, immutability, safety. So do a heading (`MARK`) for
        what follows up to the next one, and a comment above the statement before. The attribute of a global actor on
        a type is a reason by itself.
        """,
      bad: [
        // SAFETY: an example's text.
        """
        final class Cache: @unchecked Sendable { // !
          var entries: [String: Int] = [:]
        }
        nonisolated(unsafe) var shared = Cache() // !

        // MARK: Caches

        final class Other: @unchecked Sendable {} // !
        func fill() {
          // The old ones first.
          let old = entries()
          nonisolated(unsafe) var count = 0 // !
          old.forEach { _ in count += 1 }
        }
        """
      ],
      good: [
        // SAFETY: an example's text.
        """
        // All state is behind `lock`.
        final class Cache: @unchecked Sendable {
          private let lock = NSLock()
          // Written once, before the first task starts.
          nonisolated(unsafe) static var shared: Cache?
        }
        final class Box: @unchecked Sendable {
          // Immutable once made.
          var value = 0
        }
        struct Handle: Sendable {}
        """,
        // SAFETY: an example's text.
        """
        /// A blank frame. Only ever read.
        final class Frame: @unchecked Sendable { let buffer: Buffer }
        /// Assignment happens once, in `init`, before the
        /// reference escapes.
        final class Reference: @unchecked Sendable { weak var value: Frame? }

        @MainActor
        final class Model: @unchecked Sendable { var items: [Int] = [] }

        // MARK: Immutable classes

        extension Buffer: @unchecked Sendable {}

        extension Candidate: @unchecked Sendable {}
        """,
        // SAFETY: an example's text.
        """
        func copy(_ buffer: Buffer, _ other: Buffer) {
          // Each turn writes to its own slice, so that concurrent access is safe.
          guard let start = buffer.baseAddress, let end = other.baseAddress else { return }
          nonisolated(unsafe) let from = start
          nonisolated(unsafe) let to = end
          DispatchQueue.concurrentPerform(iterations: 8) { turn in move(from, to, turn) }
        }
        """,
      ])

    // SAFETY: no escape here: messages speak of them.
    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      for inherited in file.inheritedTypes {
        guard let type = inherited.type.as(AttributedTypeSyntax.self), type.baseType.nominalName == "Sendable",
          type.attributes.contains(where: { $0.trimmedDescription == "@unchecked" }),
          let declaration = inherited.ancestors.first(where: { $0.asProtocol((any DeclGroupSyntax).self) != nil })
        else { continue }
        if isExplained(declaration, in: file.text) { continue }
        reports.report("nothing says why this is safe to share: `@unchecked Sendable` switches the check off", at: type)
      }
      for variable in file.variables {
        let modifier = variable.modifiers.first { $0.name.text == "nonisolated" && $0.detail?.detail.text == "unsafe" }
        guard let modifier, !isExplained(Syntax(variable), in: file.text) else { continue }
        reports.report(
          "nothing says why this is safe to share: `nonisolated(unsafe)` switches the check off", at: modifier)
      }
    }

    // SAFETY: no escape here: what follows looks for comments.
    /// Stems of words that a reason has; what stands around `…` follows in this order.
    private static let topics = [
      "safe", "lock", "thread", "isolat", "sendab", "concurren", "immutab", "atomic", "synchron", "queue", "protect",
      "race", "event loop", "eventloop", "mutex", "serial", "never written", "never mutat", "written once", "only read",
      "only ever", "exactly once", "confined", "must be set", "only be set", "only set", "set only", "before any",
      "before…escape", "copy-on-write", "copy on write",
    ].map { $0.components(separatedBy: "…") }

    /// Whether a comment above, beside or at the top of the declaration gives a reason.
    private static func isExplained(_ declaration: Syntax, in text: SourceText) -> Bool {
      if reason(above: declaration.leadingTrivia) { return true }
      // Comments of attributes and modifiers, up to the opening brace and what follows it.
      let body = declaration.asProtocol((any DeclGroupSyntax).self)?.memberBlock
      let end =
        body.map { $0.members.first?.positionAfterSkippingLeadingTrivia ?? $0.endPosition } ?? declaration.endPosition
      for token in declaration.tokens(viewMode: .sourceAccurate) where token.position < end {
        if token.position > declaration.positionAfterSkippingLeadingTrivia, reason(in: token.leadingTrivia) {
          return true
        }
        if reason(in: token.trailingTrivia) { return true }
      }
      // A comment at the end of the line stands after the last token.
      if let last = declaration.lastToken(viewMode: .sourceAccurate), reason(in: last.trailingTrivia) { return true }
      return isIsolated(declaration) || isBelowExplainedSibling(declaration) || isBelowHeading(declaration)
        || isExplainedAtType(declaration) || isWithinExplained(declaration)
    }

    /// Whether a global actor isolates the type.
    private static func isIsolated(_ declaration: Syntax) -> Bool {
      declaration.asProtocol((any DeclGroupSyntax).self)?.attributes.contains { element in
        element.as(AttributeSyntax.self)?.attributeName.nominalName?.hasSuffix("Actor") == true
      } ?? false
    }

    /// Whether the closest heading above, among its siblings, gives the reason for what stands below it.
    private static func isBelowHeading(_ declaration: Syntax) -> Bool {
      guard let item = declaration.parent, let siblings = item.parent?.children(viewMode: .sourceAccurate) else {
        return false
      }
      for sibling in siblings.reversed() where sibling.position <= item.position {
        let heading = sibling.leadingTrivia.pieces.last { $0.comment?.contains("MARK:") == true }
        if let heading { return speaksOfIt(heading.comment ?? "") }
      }
      return false
    }

    /// Of a local variable: whether the type around it has such a property, with a reason.
    private static func isWithinExplained(_ declaration: Syntax) -> Bool {
      guard declaration.parent?.kind == .codeBlockItem,
        let members = declaration.ancestors.first(where: { $0.kind == .memberBlock })?.as(MemberBlockSyntax.self)
      else { return false }
      return members.members.contains { member in
        guard let variable = member.decl.as(VariableDeclSyntax.self) else { return false }
        return variable.modifiers.contains { $0.detail?.detail.text == "unsafe" }
          && reason(above: variable.leadingTrivia)
      }
    }

    /// Of an extension: whether the type, in the same file, says it.
    private static func isExplainedAtType(_ declaration: Syntax) -> Bool {
      guard let name = declaration.as(ExtensionDeclSyntax.self)?.extendedType.nominalName else { return false }
      return declaration.root.hasNode { node in
        guard let type = node.asProtocol((any NamedDeclSyntax).self), type.name.text == name,
          node.asProtocol((any DeclGroupSyntax).self) != nil
        else { return false }
        return reason(above: node.leadingTrivia) || isIsolated(node)
      }
    }

    /// A comment may speak of several declarations in a row, and that of a statement of the local ones after it.
    private static func isBelowExplainedSibling(_ declaration: Syntax) -> Bool {
      guard var item = declaration.parent, item.kind == .codeBlockItem || item.kind == .memberBlockItem,
        let siblings = item.parent?.children(viewMode: .sourceAccurate)
      else { return false }
      for sibling in siblings.reversed() where sibling.position < item.position {
        // An empty line ends the row.
        let blank = item.leadingTrivia.contains { if case .newlines(let count) = $0 { count > 1 } else { false } }
        if blank { return false }
        // SAFETY: no escape here: a neighbour is looked at.
        guard
          ["nonisolated(unsafe)", ": Sendable", "@unchecked Sendable"].contains(
            where: sibling.trimmedDescription.contains)
        else {
          return item.kind == .codeBlockItem && speaksOfIt(comments(above: sibling.leadingTrivia))
        }
        if reason(above: sibling.leadingTrivia) { return true }
        item = sibling
      }
      return false
    }

    /// A reason above a declaration.
    private static func reason(above trivia: Trivia) -> Bool { reason(in: closest(trivia)) }

    /// What stands above an empty line belongs to something else, as a licence does.
    private static func closest(_ trivia: Trivia) -> Trivia {
      let blank = trivia.pieces.lastIndex { if case .newlines(let count) = $0 { count > 1 } else { false } }
      return Trivia(pieces: trivia.pieces[(blank.map { $0 + 1 } ?? 0)...])
    }

    private static func comments(above trivia: Trivia) -> String {
      closest(trivia).compactMap(\.comment).filter { !isBanner($0) }.joined(separator: " ")
    }

    private static func reason(in trivia: Trivia) -> Bool {
      var documentation = ""
      for piece in trivia {
        switch piece {
        case .lineComment(let text), .blockComment(let text): if isWords(text), !isBanner(text) { return true }
        case .docLineComment(let text), .docBlockComment(let text): documentation += " " + text
        default: continue
        }
      }
      return speaksOfIt(documentation)
    }

    private static func speaksOfIt(_ comment: String) -> Bool {
      let comment = comment.lowercased()
      return !comment.isEmpty
        && topics.contains { stems in
          var rest = comment[...]
          return stems.allSatisfy { stem in
            guard let found = rest.range(of: stem) else { return false }
            rest = rest[found.upperBound...]
            return true
          }
        }
    }

    /// Whether it says anything: not a rule of hyphens, and not a switch of another tool.
    private static func isWords(_ text: String) -> Bool {
      text.count { $0.isLetter } > 7 && !text.contains("swiftlint:")
    }

    /// Headings and licences are about something else.
    private static func isBanner(_ text: String) -> Bool {
      let text = text.lowercased()
      return text.contains("mark:") || text.contains("copyright") || text.contains("license") || text.contains("===")
        || text.contains("todo") || text.contains("fixme")
    }
  }

  extension TriviaPiece {
    /// The text of a comment, with what marks it as one.
    fileprivate var comment: String? {
      switch self {
      case .lineComment(let text), .blockComment(let text), .docLineComment(let text), .docBlockComment(let text): text
      default: nil
      }
    }
  }
#endif
