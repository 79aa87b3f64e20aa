// A Swift file as rules see it: its tree, and the nodes that rules ask for, gathered in one pass.
//
// I1. The pass is bounded: a tree deeper than `deepest` is a problem and not a crash, and the parser itself bounds what
//     it nests, by the same number in each build. Rules may therefore recurse.
// I2. Nodes of a kind stand in source order.
#if Lint
  import SwiftParser
  import SwiftSyntax

  /// The nodes of a file, by what rules look for.
  struct SwiftFile {
    let text: SourceText
    let tree: SourceFileSyntax

    /// Calls, by the last part of the name that is called.
    private(set) var calls: [String: [FunctionCallExprSyntax]] = [:]
    private(set) var functions: [FunctionDeclSyntax] = []
    private(set) var variables: [VariableDeclSyntax] = []
    private(set) var whileLoops: [WhileStmtSyntax] = []
    private(set) var forLoops: [ForStmtSyntax] = []
    private(set) var inheritedTypes: [InheritedTypeSyntax] = []
    /// Blocks of statements: bodies of functions, closures, branches and loops.
    private(set) var blocks: [CodeBlockItemListSyntax] = []
    /// Names of the types and functions that the file declares itself.
    private(set) var declaredNames: Set<String> = []

    private(set) var problem: Problem?

    /// How deep a tree may be. Postfix chains nest without a bound of the parser's.
    static let deepest = 2_000

    init(_ text: SourceText) {
      self.text = text
      let deep = NestingGuard.deepPlace(in: text.bytes, deepest: Self.deepest)
      tree =
        deep == nil
        ? text.bytes.withUnsafeBufferPointer { Parser.parse(source: $0, maximumNestingLevel: Self.deepest) }
        : Parser.parse(source: "")
      if let deep {
        problem = Problem(message: "it nests too deeply", offset: deep)
      } else if tree.hasError {
        problem = Self.problem(in: Syntax(tree))
      } else {
        gather(Syntax(tree), depth: 0)
      }
    }

    private mutating func gather(_ parent: Syntax, depth: Int) {
      if depth > Self.deepest {
        problem =
          problem
          ?? Problem(
            message: "it nests deeper than \(Self.deepest) levels",
            offset: parent.positionAfterSkippingLeadingTrivia.utf8Offset)
        return
      }
      for node in parent.children(viewMode: .sourceAccurate) {
        switch node.kind {
        case .token, .identifierPattern, .stringSegment, .integerLiteralExpr, .declReferenceExpr, .identifierType:
          continue
        case .functionCallExpr:
          let call = node.cast(FunctionCallExprSyntax.self)
          if let name = call.calledName { calls[name, default: []].append(call) }
        case .functionDecl:
          let function = node.cast(FunctionDeclSyntax.self)
          functions.append(function)
          declaredNames.insert(function.name.text)
        case .variableDecl: variables.append(node.cast(VariableDeclSyntax.self))
        case .whileStmt: whileLoops.append(node.cast(WhileStmtSyntax.self))
        case .forStmt: forLoops.append(node.cast(ForStmtSyntax.self))
        case .inheritedType: inheritedTypes.append(node.cast(InheritedTypeSyntax.self))
        case .codeBlockItemList: blocks.append(node.cast(CodeBlockItemListSyntax.self))
        case .structDecl: declaredNames.insert(node.cast(StructDeclSyntax.self).name.text)
        case .classDecl: declaredNames.insert(node.cast(ClassDeclSyntax.self).name.text)
        case .enumDecl: declaredNames.insert(node.cast(EnumDeclSyntax.self).name.text)
        case .actorDecl: declaredNames.insert(node.cast(ActorDeclSyntax.self).name.text)
        case .typeAliasDecl: declaredNames.insert(node.cast(TypeAliasDeclSyntax.self).name.text)
        default: break
        }
        gather(node, depth: depth + 1)
        if problem != nil { return }
      }
    }

    /// Calls of any of these names, in source order within a name.
    func calls(named names: String...) -> [FunctionCallExprSyntax] { names.flatMap { calls[$0] ?? [] } }

    /// Whether the name means what the standard library or a well-known package declares: the file has none of its own.
    func isForeign(_ name: String) -> Bool { !declaredNames.contains(name) }
  }

  extension SwiftFile {
    /// The first place where the parser could not go on.
    private static func problem(in root: Syntax) -> Problem {
      var node = root
      while let child = node.children(viewMode: .all).first(where: { $0.hasError || isFault($0) }) {
        node = child
        if isFault(node) { break }
      }
      let message =
        node.as(UnexpectedNodesSyntax.self)?.hasMaximumNestingLevelOverflow == true
          || root.hasMaximumNestingLevelOverflow
        ? "it nests too deeply" : "it is not Swift that the parser understands"
      return Problem(message: message, offset: node.positionAfterSkippingLeadingTrivia.utf8Offset)
    }

    private static func isFault(_ node: Syntax) -> Bool {
      node.is(UnexpectedNodesSyntax.self) || node.as(TokenSyntax.self)?.presence == .missing
    }
  }
#endif
