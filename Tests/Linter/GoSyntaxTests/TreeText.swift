// A tree as text: kinds, names and children, which tests compare.
#if Lint
  import GoSyntax

  extension GoTree {
    init(_ source: String, deepest: Int = 1_000) {
      self.init(Array(source.utf8), keepsComments: true, deepest: deepest)
    }

    /// `kind`, or `kind:name`, or `kind:name(children…)`; absent children are `-`, identifiers are their names alone.
    func text(of node: GoNodeID) -> String {
      let kind = self.kind(node)
      if kind == .absent { return "-" }
      if kind == .identifier { return names.text(name(node)) }
      let label = name(node) == 0 ? "\(kind)" : "\(kind):\(names.text(name(node)))"
      let parts = children(node).map { text(of: $0) }
      return parts.isEmpty ? label : "\(label)(\(parts.joined(separator: " ")))"
    }

    /// The statements of the first function.
    var body: String {
      guard let function = children(root).first(where: { kind($0) == .functionDeclaration }) else {
        return "no function"
      }
      return children(child(function, 2)).map { text(of: $0) }.joined(separator: "; ")
    }

    var declarations: String { children(root).map { text(of: $0) }.joined(separator: "; ") }
  }
#endif
