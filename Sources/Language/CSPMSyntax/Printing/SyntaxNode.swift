/// Trees for people and programs that look at them from outside: every node is a kind, a detail, a place and children.
///
/// Whoever walks the nodes needs no knowledge of the forms, and children are made when they are asked for, so that a
/// walk with an explicit stack costs no stack space however high the tree is.
public struct SyntaxNode: Sendable {
  /// What it is, in kebab-case: `binding`, `external-choice`, `pattern-tuple`.
  public var kind: String
  /// What tells it from others of its kind: a name, a literal, an operator as it is written.
  public var detail: String?
  /// Nil for what has no place of its own, such as a list of parameters.
  public var span: Span?
  private var content: Content

  /// Where the children come from.
  private enum Content: Sendable {
    case nodes([SyntaxNode])
    case expression(Expression)
    case pattern(Pattern)
    case declaration(Declaration)
    case type(TypeExpression)
  }

  public var children: [SyntaxNode] {
    switch content {
    case .nodes(let nodes): nodes
    case .expression(let expression): Self.children(of: expression)
    case .pattern(let pattern): Self.children(of: pattern)
    case .declaration(let declaration): Self.children(of: declaration)
    case .type(let type): Self.children(of: type)
    }
  }

  init(_ kind: String, _ detail: String? = nil, at span: Span? = nil, _ children: [SyntaxNode] = []) {
    self.kind = kind
    self.detail = detail
    self.span = span
    content = .nodes(children)
  }

  public init(_ expression: Expression) {
    (kind, detail) = Self.label(of: expression)
    span = expression.span
    content = .expression(expression)
  }

  public init(_ pattern: Pattern) {
    (kind, detail) = Self.label(of: pattern)
    span = pattern.span
    content = .pattern(pattern)
  }

  public init(_ declaration: Declaration) {
    (kind, detail) = Self.label(of: declaration)
    span = declaration.span
    content = .declaration(declaration)
  }

  init(_ type: TypeExpression) {
    (kind, detail) = Self.label(of: type)
    span = type.span
    content = .type(type)
  }

  init(_ identifier: Identifier) { self.init("identifier", identifier.text, at: identifier.span) }

  /// A script, the declarations of its inclusions behind each `include`.
  public init(_ script: Script) { self.init("script", nil, at: nil, script.declarations.map { SyntaxNode($0) }) }

  /// The tree as lines, two blanks a level: kind, detail, and `line:column-line:column`, the end exclusive. A node of
  /// another file than the one before it names its file.
  public func lines(in files: SourceFiles, _ write: (String) -> Void) {
    var file: Int32?
    walk(
      enter: { node, depth, _ in
        var line = String(repeating: "  ", count: depth) + node.kind
        if let detail = node.detail { line += " " + detail }
        if let span = node.span {
          let source = files[span]
          let start = source.position(of: span.lower), end = source.position(of: span.upper)
          let path = file.map { $0 != span.file } ?? false ? source.path + ":" : ""
          file = span.file
          line += "  \(path)\(start.line):\(start.column)-\(end.line):\(end.column)"
        }
        write(line + "\n")
      }, leave: { _ in })
  }

  /// Visits the nodes in the order of the text.
  ///
  /// - Parameters:
  ///   - enter: called before the children with the depth and whether the node is the first child of its parent.
  ///   - leave: called behind the children.
  public func walk(enter: (SyntaxNode, _ depth: Int, _ isFirst: Bool) -> Void, leave: (SyntaxNode) -> Void) {
    var stack: [(node: SyntaxNode, depth: Int, isFirst: Bool, isLeaving: Bool)] = [(self, 0, true, false)]
    while let (node, depth, isFirst, isLeaving) = stack.popLast() {
      if isLeaving {
        leave(node)
        continue
      }
      enter(node, depth, isFirst)
      stack.append((node, depth, isFirst, true))
      for (index, child) in node.children.enumerated().reversed() {
        stack.append((child, depth + 1, index == 0, false))
      }
    }
  }
}
