/// Scripts in one style: `martlet format`.
///
/// The formatter changes what stands between tokens and nothing else, so that the tree stays the same and no comment is
/// lost. It keeps the line breaks that were written, sets the indentation and the blanks, and breaks lines of more than
/// `width` columns at the loosest operators. Each step has one topic: `FormattedToken` takes the text apart,
/// `FormattingStructure` finds brackets, operators and where lines may break, `FormattingLayout` sets the lines.
///
/// I1. What comes out has the tokens of what went in, line breaks that end declarations included. This is checked each
///     time, and a text that would not pass is never handed out.
/// I2. Formatting what was formatted changes nothing: a line break stays once it is there, and all else depends on line
///     breaks and tokens alone.
public enum ScriptFormatter {
  /// The columns that a line should keep within; a comment at its end does not count.
  public static let width = 100

  public enum Outcome: Sendable {
    case formatted([UInt8])
    /// The script has mistakes, so that nobody can say what it means.
    case mistakes([Diagnostic], SourceFiles)
    /// A defect of ours: what would have come out is another script.
    case defect
  }

  /// Formats one file; what it includes is not looked at.
  ///
  /// - Parameter limit: where it is reached, the outcome are mistakes, and the limit is the last of them.
  /// - Complexity: O(n · d) for n tokens in brackets d deep.
  public static func format(_ bytes: [UInt8], path: String, limit: WorkLimit? = nil) -> Outcome {
    let loaded = ScriptLoader(followsIncludes: false, limit: limit).load(bytes: bytes, path: path)
    guard !loaded.hasErrors, let source = loaded.files.files.first else {
      return .mistakes(loaded.diagnostics, loaded.files)
    }
    let parts = FormattedToken.parts(of: source)
    let output = FormattingLayout.text(of: FormattingStructure(parts.tokens), end: parts.end, limit: limit)
    if let ended = limit?.diagnostic { return .mistakes(loaded.diagnostics + [ended], loaded.files) }
    return signature(of: source) == signature(of: SourceFile(path: path, bytes: output)) ? .formatted(output) : .defect
  }

  /// The tokens and comments of a text without what lies between them.
  private static func signature(of source: SourceFile) -> [Sign] {
    let parts = FormattedToken.parts(of: source)
    var signs: [Sign] = []
    for token in parts.tokens {
      signs += token.gap.comments.map { Sign(kind: .newline, text: $0.text, isBehindNewline: false) }
      signs.append(Sign(kind: token.kind, text: token.text, isBehindNewline: token.gap.hasNewlineToken))
    }
    return signs + parts.end.comments.map { Sign(kind: .end, text: $0.text, isBehindNewline: false) }
  }

  private struct Sign: Equatable {
    var kind: Token.Kind
    var text: [UInt8]
    var isBehindNewline: Bool
  }
}
