/// The parser's state and its small change: looking, expecting, failing, building nodes.
///
/// A class, since a debug build would copy a structure of this size into every frame of a deep recursion.
/// Hand-written. Operators are resolved with an explicit stack, as FDR's LR automaton does (Parser+Expressions.swift);
/// only brackets recurse, so that chains of any length cost no stack.
///
/// I1. A failing function has recorded a diagnostic before it throws; what throws carries nothing.
/// I2. Recursion is at most `SyntaxLimits.nesting` deep and no tree is higher than `SyntaxLimits.height`, so neither the
///     parser nor whoever frees a tree runs out of stack.
/// I3. `height` is the height of the tree that was returned last.
/// I4. Where a limit is reached, the tokens end at once, and nothing more is said.
/// I5. `_` and `@@` are expressions only while they may become patterns: each stands in `patternOnly` until it does.
final class Parser {
  /// A failure whose diagnostic is recorded already.
  struct Failure: Error {}

  let source: SourceFile
  let file: Int32
  let tokens: [Token]
  var position = 0
  var diagnostics: [Diagnostic]

  /// Operators whose right operand is not complete; each expression uses the part above its own base.
  var pending: [Pending] = []
  var patternOnly: [Span] = []
  var height = 0
  /// The greatest height of an expression in the innermost list of declarations.
  var peak = 0
  var depth: Int
  /// Whether `>` closes a sequence here: the innermost bracket is `<`.
  var closesSequence = false
  /// Reads an included file; answers its declarations. The last argument is the depth at which it is included.
  var include: (_ path: String, _ at: Span, _ depth: Int) -> [Declaration]
  var errorCount = 0
  /// The position at which the innermost declaration begins.
  var declarationStart = -1
  /// Names that declarations were to bind which could not be read.
  var unreadableNames: Set<String> = []
  private let limit: WorkLimit?

  /// For the position of each `module` the one behind its `endmodule`, needed only to recover.
  private(set) lazy var moduleEnds: [Int: Int] = {
    var ends: [Int: Int] = [:], open: [Int] = []
    for index in tokens.indices {
      if tokens[index].kind == .module { open.append(index) }
      if tokens[index].kind == .endmodule, let start = open.popLast() { ends[start] = index + 1 }
    }
    return ends
  }()

  init(
    _ source: SourceFile, file: Int32, depth: Int = 0, limit: WorkLimit? = nil,
    include: @escaping (_ path: String, _ at: Span, _ depth: Int) -> [Declaration]
  ) {
    self.source = source
    self.file = file
    self.depth = depth
    self.include = include
    self.limit = limit
    (tokens, diagnostics) = Lexer.tokens(of: source, file: file, limit: limit)
    heedLimit()
  }

  // MARK: Looking

  var current: Token { tokens[position] }
  /// The token after the current one; the last token has itself behind it.
  var next: Token { tokens[min(position + 1, tokens.count - 1)] }

  func span(_ token: Token) -> Span { Span(file: file, lower: token.lower, upper: token.upper) }
  var here: Span { span(current) }
  /// The end of what was consumed last.
  var previousSpan: Span { span(tokens[max(position - 1, 0)]) }
  func text(_ token: Token) -> String {
    String(decoding: source.bytes[Int(token.lower)..<Int(token.upper)], as: UTF8.self)
  }

  // MARK: Consuming

  /// Consumes a token; the last one stays.
  func advance() {
    if position < tokens.count - 1 { position += 1 }
    if position & 0xFFF == 0 { heedLimit() }
  }

  /// Goes to the end of the text where a limit is reached.
  func heedLimit() {
    if let limit, limit.isReached(while: "this script was read", at: here) { position = tokens.count - 1 }
  }

  func accept(_ kind: Token.Kind) -> Bool {
    guard current.kind == kind else { return false }
    advance()
    return true
  }

  @discardableResult
  func expect(
    _ kind: Token.Kind, or alternatives: String = "", in construct: String = "", opened: Token? = nil
  ) throws(Failure) -> Token {
    guard current.kind == kind else {
      let expected = [kind.description, alternatives].filter { !$0.isEmpty }.joined(separator: ", ")
      throw unexpected(expected, in: construct, opened: opened)
    }
    let token = current
    advance()
    return token
  }

  func skipNewlines() {
    while current.kind == .newline { advance() }
  }

  func identifier(_ role: String) throws(Failure) -> Identifier {
    guard current.kind == .identifier else { throw unexpected(role) }
    let token = current
    advance()
    return Identifier(text(token), at: span(token))
  }

  // MARK: Failing

  func report(
    _ id: String, _ message: String, at span: Span?, severity: Diagnostic.Severity = .error,
    notes: [Diagnostic.Note] = []
  ) {
    guard limit?.reached == nil else { return }
    if severity == .error { errorCount += 1 }
    diagnostics.append(Diagnostic(severity, id: id, message, at: span, notes: notes))
  }

  func fail(
    _ id: String, _ message: String, at span: Span?, notes: [Diagnostic.Note] = []
  ) -> Failure {
    report(id, message, at: span, notes: notes)
    return Failure()
  }

  /// The failure of the current token to be what was expected.
  func unexpected(_ expected: String, in construct: String = "", opened: Token? = nil) -> Failure {
    // The lexer has spoken about invalid text.
    if current.kind == .invalid {
      errorCount += 1
      return Failure()
    }
    let place = construct.isEmpty ? "" : " \(construct)"
    var notes: [Diagnostic.Note] = []
    if let opened { notes.append(Diagnostic.Note("`\(text(opened))` opened here", at: span(opened))) }
    if let hint { notes.append(hint) }
    return fail("unexpected-token", "expected \(expected)\(place), found \(found)", at: here, notes: notes)
  }

  /// The current token as a message names it.
  private var found: String {
    switch current.kind {
    case .identifier, .integer: "`\(text(current))`"
    case .property, .model: "`\(text(current))`"
    default: current.kind.description
    }
  }

  /// What usually goes wrong where the current token stands.
  private var hint: Diagnostic.Note? {
    let previous = tokens[max(position - 1, 0)]
    if previous.kind == .greater, current.kind != .newline, current.kind != .end {
      return Diagnostic.Note(
        "inside `< >` a comparison needs brackets: this `>` closes the sequence", at: span(previous))
    }
    let hint: String? =
      switch current.kind {
      case .newline:
        switch next.kind {
        case .minus, .less, .emptySequence, .hash, .leftParenthesis, .leftBrace, .leftEnumeration, .leftMap:
          "a line that begins with \(next.kind.description) begins a declaration; to continue, end the line above "
            + "with an operator"
        default: nil
        }
      case .drawnFrom: "`<-` is one token; a sequence that begins with a minus is written `< -1>`"
      case .define: "`=` defines; `==` compares"
      case .bar where previous.kind == .leftParenthesis: "a map is written with a space: `(| key => value |)`"
      default: nil
      }
    return hint.map { Diagnostic.Note($0) }
  }

  // MARK: Building

  /// Ends a node over children whose greatest height is `height`.
  func node(_ kind: Expression.Kind, from start: Span) throws(Failure) -> Expression {
    let span = start.through(previousSpan)
    try raise(at: start)
    return Expression(kind, at: span)
  }

  /// Adds a level to the tree that is being built.
  func raise(at span: Span) throws(Failure) {
    height += 1
    peak = max(peak, height)
    if height > SyntaxLimits.height {
      throw fail(
        "nesting-too-deep", "this expression has more than \(SyntaxLimits.height) levels",
        at: Span(file: span.file, lower: span.lower, upper: min(span.upper, span.lower + 1)))
    }
  }

  /// Enters a bracket or a declaration.
  func descend() throws(Failure) {
    guard depth < SyntaxLimits.nesting else {
      throw fail("nesting-too-deep", "brackets and declarations nest more than \(SyntaxLimits.nesting) deep", at: here)
    }
    depth += 1
  }
}
