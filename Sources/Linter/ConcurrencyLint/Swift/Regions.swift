// Walking a part of the tree, and the functions around a node.
#if Lint
  import SwiftSyntax

  /// Whether to go on below a node.
  enum Descent { case into, past }

  extension SyntaxProtocol {
    /// Every node below this one, but for tokens, in source order.
    func walk(_ visit: (Syntax) -> Descent) {
      for child in Syntax(self).children(viewMode: .sourceAccurate) where child.kind != .token {
        if visit(child) == .into { child.walk(visit) }
      }
    }

    /// Every node below that runs as part of this one: not inside functions, closures and types that stand in it.
    func walkOwn(_ visit: (Syntax) -> Descent) {
      walk { node in node.kind.isBoundary ? .past : visit(node) }
    }

    /// Whether a node below satisfies the condition.
    func hasNode(where condition: (Syntax) -> Bool) -> Bool {
      var isFound = false
      walk { node in
        if !isFound, condition(node) { isFound = true }
        return isFound ? .past : .into
      }
      return isFound
    }

    /// The same for what runs as part of this node.
    func hasOwnNode(where condition: (Syntax) -> Bool) -> Bool {
      hasNode { node in condition(node) && !node.isInsideBoundary(below: self) }
    }

    private func isInsideBoundary(below outer: some SyntaxProtocol) -> Bool {
      var node = Syntax(self)
      while node.id != outer.id {
        if node.kind.isBoundary { return true }
        guard let parent = node.parent else { return false }
        node = parent
      }
      return false
    }

    /// The nodes around this one, from the next one outwards.
    var ancestors: some Sequence<Syntax> { sequence(first: Syntax(self)) { $0.parent }.dropFirst() }

    /// The closest function, closure or accessor around it; nil in a type's members and at the top of the file.
    var enclosingFunction: Syntax? {
      ancestors.first { $0.kind.isFunction || $0.kind == .memberBlock }.flatMap { $0.kind.isFunction ? $0 : nil }
    }

    /// Whether it stands below the other node.
    func isInside(_ other: some SyntaxProtocol) -> Bool {
      position >= other.position && endPosition <= other.endPosition && id != other.id
    }
  }

  extension SyntaxKind {
    /// What runs at another time than the code around it.
    var isFunction: Bool {
      switch self {
      case .functionDecl, .initializerDecl, .deinitializerDecl, .accessorDecl, .accessorBlock, .closureExpr: true
      default: false
      }
    }

    var isBoundary: Bool {
      switch self {
      case .classDecl, .structDecl, .enumDecl, .actorDecl, .extensionDecl, .protocolDecl: true
      default: isFunction
      }
    }

    var isLoop: Bool { self == .whileStmt || self == .forStmt || self == .repeatStmt }
  }

  extension Syntax {
    /// Whether the function, closure or accessor may suspend.
    var isAsync: Bool {
      if let function = self.as(FunctionDeclSyntax.self) {
        return function.signature.effectSpecifiers?.asyncSpecifier != nil
      }
      if let initializer = self.as(InitializerDeclSyntax.self) {
        return initializer.signature.effectSpecifiers?.asyncSpecifier != nil
      }
      if let accessor = self.as(AccessorDeclSyntax.self) { return accessor.effectSpecifiers?.asyncSpecifier != nil }
      guard let closure = self.as(ClosureExprSyntax.self) else { return false }
      if closure.signature?.effectSpecifiers?.asyncSpecifier != nil { return true }
      if let call = closure.callTaking, call.startsTask { return true }
      // A closure is async if it awaits.
      return closure.statements.hasOwnNode { $0.isSuspension }
    }

    /// Whether the task may be suspended here.
    var isSuspension: Bool {
      if kind == .awaitExpr { return true }
      if let loop = self.as(ForStmtSyntax.self) { return loop.awaitKeyword != nil }
      return false
    }
  }

  extension FunctionCallExprSyntax {
    private static let taskNames: Set<String> = ["Task", "detached", "immediate", "immediateDetached"]
    private static let childStarters: Set<String> = [
      "addTask", "addTaskUnlessCancelled", "addImmediateTask", "addImmediateTaskUnlessCancelled",
    ]

    /// `Task {}`, `Task.detached {}` and their spellings: an unstructured task.
    var isUnstructuredTask: Bool {
      guard let name = calledName, Self.taskNames.contains(name) || name == "init", var path = calledExpression.path,
        !closures.isEmpty
      else { return false }
      if path.first == "Swift" || path.first == "_Concurrency" { path.removeFirst() }
      guard path.first == "Task" else { return false }
      return path.count == 1 || path.count == 2 && path[1] != "Task"
    }

    /// Whether its closure is the body of a task or of an async scope.
    var startsTask: Bool {
      guard let name = calledName else { return false }
      return isUnstructuredTask || Self.childStarters.contains(name)
        || name.hasPrefix("with") && name.hasSuffix("TaskGroup")
    }
  }
#endif
