/// Declarations, and how the parser goes on after one that it cannot read.
///
/// A failure inside a declaration gives up that declaration: the parser goes on at the next line that stands no further
/// right. A failure inside `let` gives up the whole declaration around it, one in the head of a module the module.
extension Parser {
  /// What may not be declared in some place. It adds up from the outside in.
  struct Forbidden: OptionSet {
    let rawValue: Int
    static let assertions = Forbidden(rawValue: 1)
    static let prints = Forbidden(rawValue: 2)
    /// Everything that brings events or types into being.
    static let types = Forbidden(rawValue: 4)
    static let modules = Forbidden(rawValue: 8)
  }

  /// Declarations up to a token that ends their list, which is not consumed.
  ///
  /// `height` is then the greatest of the expressions in them. If the list `recovers`, a failure in one is caught here.
  func declarations(
    until ends: [Token.Kind], forbidden: Forbidden, recovers: Bool = true
  ) throws(Failure) -> [Declaration] {
    var declarations: [Declaration] = []
    let outerPeak = peak
    peak = 0
    defer {
      height = peak
      peak = max(peak, outerPeak)
    }
    while true {
      skipNewlines()
      if ends.contains(current.kind) || current.kind == .end || errorCount >= SyntaxLimits.errors {
        return declarations
      }
      let start = position
      do throws(Failure) {
        let declaration = try declaration(forbidden)
        // What cannot be read to its end is not there: half a declaration means something else.
        if current.kind != .newline, current.kind != .end, !ends.contains(current.kind) {
          throw unexpected("an operator or a new line", in: "after this declaration")
        }
        if check(declaration, against: forbidden) {
          declarations.append(declaration)
        } else if !recovers {
          throw Failure()
        }
        if case .include(let path) = declaration.kind {
          declarations += include(path, declaration.span, depth).filter { check($0, against: forbidden) }
          heedLimit()
        }
      } catch {
        guard recovers else { throw error }
        recover(from: start, until: ends)
      }
    }
  }

  /// Skips to the next token that begins a declaration, ends the list or ends the text.
  private func recover(from start: Int, until ends: [Token.Kind]) {
    pending.removeAll(keepingCapacity: true)
    patternOnly.removeAll()
    for token in tokens[start..<position] where token.kind != .newline {
      guard token.kind == .identifier || token.kind == .comma || token.kind.startsDeclaration else { break }
      if token.kind == .identifier { unreadableNames.insert(text(token)) }
    }
    if tokens[start].kind == .module, let end = moduleEnds[start] { position = max(position, end) }
    let column = column(of: tokens[start])
    if position == start { advance() }
    while current.kind != .end {
      let startsLine = tokens[position - 1].kind == .newline
      if startsLine, self.column(of: current) <= column { return }
      if ends.contains(current.kind), current.kind != .rightBrace || self.column(of: current) <= column { return }
      advance()
    }
  }

  /// Bytes before a token on its line.
  private func column(of token: Token) -> Int {
    Int(token.lower - source.lineStarts[source.lineIndex(of: token.lower)])
  }

  /// Says so if a declaration may not stand where it is.
  private func check(_ declaration: Declaration, against forbidden: Forbidden) -> Bool {
    let (kind, name): (Forbidden, String)
    switch declaration.kind {
    case .assertion: (kind, name) = (.assertions, "an assertion")
    case .print: (kind, name) = (.prints, "`print`")
    case .channel: (kind, name) = (.types, "a channel")
    case .datatype: (kind, name) = (.types, "a datatype")
    case .subtype: (kind, name) = (.types, "a subtype")
    case .nametype: (kind, name) = (.types, "a nametype")
    case .module: (kind, name) = (.modules, "a module")
    case .instance: (kind, name) = (.modules, "an instance")
    default: return true
    }
    guard !forbidden.isDisjoint(with: kind) else { return true }
    let place =
      forbidden.contains(.types) ? "in `let`" : forbidden.contains(.assertions) ? "in a module" : "in a timed section"
    report("misplaced-declaration", "\(name) cannot stand \(place)", at: declaration.span)
    return false
  }

  func letDeclarations(opened: Token) throws(Failure) -> [Declaration] {
    let outer = closesSequence
    closesSequence = false
    defer { closesSequence = outer }
    let declarations = try declarations(
      until: [.within], forbidden: [.assertions, .prints, .types, .modules], recovers: false)
    if declarations.isEmpty { throw unexpected("a declaration", in: "after `let`") }
    var annotations = AnnotationCheck()
    annotations.check(declarations)
    diagnostics += annotations.diagnostics
    errorCount += annotations.diagnostics.count
    try expect(.within, or: "a declaration", opened: opened)
    return declarations
  }

  // MARK: One declaration

  private func declaration(_ forbidden: Forbidden) throws(Failure) -> Declaration {
    try descend()
    defer { depth -= 1 }
    let start = here
    declarationStart = position
    let kind = try declarationKind(forbidden)
    var span = start.through(previousSpan)
    // The token of a path is what stands between its quotes.
    if case .include = kind { span.upper += 1 }
    return Declaration(kind, at: span)
  }

  private func declarationKind(_ forbidden: Forbidden) throws(Failure) -> Declaration.Kind {
    let token = current
    switch token.kind {
    case .channel:
      advance()
      let names = try names("the name of a channel")
      return .channel(names, accept(.colon) ? try checkedExpression() : nil)
    case .datatype:
      advance()
      return .datatype(try identifier("the name of a datatype"), try constructors())
    case .subtype:
      advance()
      return .subtype(try identifier("the name of a subtype"), try constructors())
    case .nametype:
      advance()
      let name = try identifier("the name of a type")
      try expect(.define)
      return .nametype(name, try checkedExpression())
    case .external:
      advance()
      return .external(try names("the name of a function"))
    case .transparent:
      advance()
      return .transparent(try names("the name of a function"))
    case .assert:
      advance()
      return .assertion(try assertion())
    case .print:
      advance()
      return .print(try checkedExpression())
    case .include:
      advance()
      let path = try expect(.path)
      return .include(text(path))
    case .module: return try module(forbidden)
    case .instance: return try instance()
    case .timed: return try timed(forbidden)
    case .identifier where annotatesNames:
      let names = try names("a name")
      try expect(.ofType)
      return .annotation(names, try typeScheme())
    default: return try definition()
    }
  }

  private func names(_ role: String) throws(Failure) -> [Identifier] {
    var names = [try identifier(role)]
    while accept(.comma) { names.append(try identifier(role)) }
    return names
  }

  /// Whether names separated by commas and then `::` stand here.
  private var annotatesNames: Bool {
    var index = position
    while tokens[index].kind == .identifier, index + 1 < tokens.count, tokens[index + 1].kind == .comma { index += 2 }
    return tokens[index].kind == .identifier && tokens[index + 1].kind == .ofType
  }

  /// `= C1.te | C2 | …`
  private func constructors() throws(Failure) -> [Declaration.Constructor] {
    try expect(.define)
    var constructors: [Declaration.Constructor] = []
    repeat {
      let name = try identifier("the name of a constructor")
      constructors.append(Declaration.Constructor(name: name, fields: accept(.dot) ? try checkedExpression() : nil))
    } while accept(.bar)
    return constructors
  }

  /// `p = e` or `f(p)(q) = e`.
  private func definition() throws(Failure) -> Declaration.Kind {
    let mark = patternOnly.count
    let left = try expression()
    try expect(.define, or: "`::` or an operator", in: "after the left side of a definition")
    if case .application(let function, _) = left.kind, !isBoth(function) {
      let (name, parameters) = try clauseHead(left, mark: mark)
      return .clause(name, parameters, try checkedExpression())
    }
    let pattern = try pattern(from: left, mark: mark)
    return .binding(pattern, try checkedExpression())
  }

  private func isBoth(_ function: Expression) -> Bool {
    if case .name(Self.both) = function.kind { true } else { false }
  }

  /// The name and the patterns of `f(p1, p2)(q)`.
  private func clauseHead(
    _ left: Expression, mark: Int
  ) throws(Failure) -> (Identifier, [[Pattern]]) {
    var groups: [[Expression]] = []
    var function = left
    while case .application(let inner, let arguments) = function.kind {
      groups.append(arguments)
      function = inner
    }
    guard case .name(let name) = function.kind, name.parts.count == 1 else {
      throw fail(
        "invalid-definition", "expected the name of the function that is defined, found another expression",
        at: function.span)
    }
    var parameters: [[Pattern]] = []
    for group in groups.reversed() {
      var patterns: [Pattern] = []
      for argument in group { patterns.append(try pattern(from: argument, mark: mark)) }
      parameters.append(patterns)
    }
    return (Identifier(name.text, at: function.span), parameters)
  }

  // MARK: Modules and timed sections

  private func module(_ forbidden: Forbidden) throws(Failure) -> Declaration.Kind {
    let token = current
    advance()
    let name = try identifier("the name of a module")
    let bracket = current
    var parameters: [Pattern] = []
    if !acceptEmptyBrackets("a module without parameters"), accept(.leftParenthesis) {
      parameters = try patterns()
      try expect(.rightParenthesis, or: "`,` or an operator", opened: bracket)
    }
    if current.kind != .newline { throw unexpected("a new line", in: "after the head of a module") }
    let forbidden = forbidden.union([.assertions, .prints])
    let hidden = try declarations(until: [.exports, .endmodule], forbidden: forbidden)
    try expect(.exports, or: "a declaration", opened: token)
    if current.kind != .newline { throw unexpected("a new line", in: "after `exports`") }
    let exported = try declarations(until: [.endmodule], forbidden: forbidden)
    try expect(.endmodule, or: "a declaration", opened: token)
    return .module(Declaration.Module(name: name, parameters: parameters, hidden: hidden, exported: exported))
  }

  /// `()`, which is consumed and reported, for `what` has no brackets.
  private func acceptEmptyBrackets(_ what: String) -> Bool {
    guard current.kind == .leftParenthesis, next.kind == .rightParenthesis else { return false }
    report("empty-brackets", "\(what) is written without brackets", at: here.through(span(next)))
    position += 2
    return true
  }

  private func instance() throws(Failure) -> Declaration.Kind {
    advance()
    let name = try identifier("the name of an instance")
    try expect(.define)
    guard current.kind == .identifier else { throw unexpected("the name of a module") }
    let module = try qualifiedName()
    let bracket = current
    if acceptEmptyBrackets("an instance without arguments") || !accept(.leftParenthesis) {
      return .instance(name, module, [])
    }
    var arguments = [try checkedExpression()]
    while accept(.comma) { arguments.append(try checkedExpression()) }
    try expect(.rightParenthesis, or: "`,` or an operator", opened: bracket)
    return .instance(name, module, arguments)
  }

  private func timed(_ forbidden: Forbidden) throws(Failure) -> Declaration.Kind {
    advance()
    var function: Expression?
    let bracket = current
    if accept(.leftParenthesis) {
      function = try checkedExpression()
      try expect(.rightParenthesis, or: "an operator", opened: bracket)
    }
    let brace = try expect(.leftBrace, in: "after `Timed`")
    let declarations = try declarations(
      until: [.rightBrace], forbidden: forbidden.union(.prints), recovers: !forbidden.contains(.types))
    try expect(.rightBrace, or: "a declaration", opened: brace)
    return .timed(.init(duration: function, declarations: declarations))
  }
}
