// What a call calls, with what, and what becomes of its result.
#if Lint
  import SwiftSyntax

  extension ExprSyntax {
    /// The names of `a.b.c`, with `self` as a name; nil if anything else stands in it, such as another call.
    ///
    /// Generic arguments, `?` and `!` are passed over.
    var path: [String]? {
      if let reference = self.as(DeclReferenceExprSyntax.self) { return [reference.baseName.text] }
      if let member = self.as(MemberAccessExprSyntax.self) {
        guard let base = member.base else { return nil }
        return base.path.map { $0 + [member.declName.baseName.text] }
      }
      if let generic = self.as(GenericSpecializationExprSyntax.self) { return generic.expression.path }
      if let optional = self.as(OptionalChainingExprSyntax.self) { return optional.expression.path }
      if let forced = self.as(ForceUnwrapExprSyntax.self) { return forced.expression.path }
      return nil
    }

    /// The variable that it is, without `self.`; nil if it is none or a part of one.
    var variableName: String? {
      switch path {
      case .some(let path) where path.count == 1 && path[0] != "self": path[0]
      case .some(let path) where path.count == 2 && path[0] == "self": path[1]
      default: nil
      }
    }

    /// The member that is meant by `.name`, or by the last part of `Type.name`; of a call, what it calls.
    var lastName: String? {
      if let call = self.as(FunctionCallExprSyntax.self) { return call.calledName }
      if let member = self.as(MemberAccessExprSyntax.self) { return member.declName.baseName.text }
      return path?.last
    }

    /// Without `try`, `await` and parentheses around it.
    var bare: ExprSyntax {
      if let expression = self.as(TryExprSyntax.self) { return expression.expression.bare }
      if let expression = self.as(AwaitExprSyntax.self) { return expression.expression.bare }
      if let tuple = self.as(TupleExprSyntax.self), tuple.elements.count == 1, let only = tuple.elements.first,
        only.label == nil
      {
        return only.expression.bare
      }
      return self
    }
  }

  extension FunctionCallExprSyntax {
    /// The last part of the name that is called: `send` in `channel.send(1)`, `Task` in `Task<Int, Never> {}`.
    var calledName: String? {
      var callee = calledExpression
      while true {
        if let reference = callee.as(DeclReferenceExprSyntax.self) { return reference.baseName.text }
        if let member = callee.as(MemberAccessExprSyntax.self) { return member.declName.baseName.text }
        guard let generic = callee.as(GenericSpecializationExprSyntax.self) else {
          guard let optional = callee.as(OptionalChainingExprSyntax.self) else { return nil }
          callee = optional.expression
          continue
        }
        callee = generic.expression
      }
    }

    /// What the method is called on; nil for a function, and for `.name()`.
    var receiver: ExprSyntax? {
      var callee = calledExpression
      if let generic = callee.as(GenericSpecializationExprSyntax.self) { callee = generic.expression }
      return callee.as(MemberAccessExprSyntax.self)?.base
    }

    /// Whether the call has the form `name(…)`: neither a method nor a member.
    var isFree: Bool { calledExpression.path?.count == 1 }

    func argument(_ label: String?) -> ExprSyntax? {
      arguments.first { $0.label?.text == label }?.expression
    }

    /// The closures that it is given, whatever their label.
    var closures: [ClosureExprSyntax] {
      arguments.compactMap { $0.expression.as(ClosureExprSyntax.self) } + (trailingClosure.map { [$0] } ?? [])
        + additionalTrailingClosures.map(\.closure)
    }

    /// Whether nothing is done with the result: the call is a statement, and not one whose value a body returns.
    var isDiscarded: Bool { Self.isDiscarded(Syntax(self)) }

    private static func isDiscarded(_ node: Syntax) -> Bool {
      guard let parent = node.parent else { return false }
      switch parent.kind {
      case .tryExpr, .awaitExpr, .expressionStmt: return isDiscarded(parent)
      case .exprList:
        // `_ = call`, which the parser leaves unfolded.
        guard let sequence = parent.parent?.as(SequenceExprSyntax.self), sequence.elements.count == 3,
          sequence.elements.first?.is(DiscardAssignmentExprSyntax.self) == true,
          sequence.elements.last?.id == ExprSyntax(node)?.id
        else { return false }
        return sequence.parent?.is(CodeBlockItemSyntax.self) == true
      case .codeBlockItem:
        guard let list = parent.parent?.as(CodeBlockItemListSyntax.self) else { return false }
        return list.count > 1 || isDiscardedAlone(in: list)
      default: return false
      }
    }

    /// Whether the value of the only statement of a body is returned to nobody.
    private static func isDiscardedAlone(in list: CodeBlockItemListSyntax) -> Bool {
      guard let owner = list.parent else { return false }
      // A clause of `#if` is a part of the statements around it.
      if owner.is(IfConfigClauseSyntax.self) { return list.block.count > 1 || isDiscardedAlone(in: list.block) }
      if let closure = owner.as(ClosureExprSyntax.self) { return closure.returnsNothing }
      guard let block = owner.as(CodeBlockSyntax.self), let holder = block.parent else {
        return owner.is(SourceFileSyntax.self) || owner.as(AccessorBlockSyntax.self) == nil && isBranch(owner)
      }
      if let function = holder.as(FunctionDeclSyntax.self) { return function.signature.returnsNothing }
      if let accessor = holder.as(AccessorDeclSyntax.self) { return accessor.accessorSpecifier.text != "get" }
      if let conditional = holder.as(IfExprSyntax.self) { return isStatement(Syntax(conditional)) }
      return true
    }

    private static func isBranch(_ owner: Syntax) -> Bool {
      guard let list = owner.as(SwitchCaseSyntax.self)?.parent, let conditional = list.parent?.as(SwitchExprSyntax.self)
      else { return false }
      return isStatement(Syntax(conditional))
    }

    /// Whether an `if` or `switch` is a statement: not the right side of an assignment, an argument, or what is
    /// returned.
    private static func isStatement(_ node: Syntax) -> Bool {
      // `else if` hangs below the `if` before it.
      if let outer = node.parent?.as(IfExprSyntax.self) { return isStatement(Syntax(outer)) }
      return isDiscarded(node)
    }
  }

  extension FunctionSignatureSyntax {
    /// Whether the function has no result.
    var returnsNothing: Bool {
      guard let type = returnClause?.type.trimmedDescription else { return true }
      return type == "Void" || type == "()" || type == "Swift.Void"
    }
  }

  extension ClosureExprSyntax {
    /// Functions whose closure has no result, so that its only statement is no value.
    private static let voidTakers: Set<String> = [
      "async", "asyncAfter", "forEach", "onAppear", "onChange", "onDisappear", "onReceive", "onTapGesture", "sink",
      "addOperation", "addTask", "perform", "Button", "execute", "addObserver", "observe", "refreshable", "onDelete",
      "onSubmit", "alert", "scheduledTimer", "setEventHandler",
    ]
    private static let voidLabels: Set<String> = ["handler", "completion", "action", "onCancel", "completionHandler"]

    /// Whether it surely has no result.
    var returnsNothing: Bool {
      if let type = signature?.returnClause?.type.trimmedDescription { return type == "Void" || type == "()" }
      if let call = callTaking, let name = call.calledName {
        return Self.voidTakers.contains(name) || label.map(Self.voidLabels.contains) == true || isContinuationBody
          || name.hasPrefix("Async") && name.hasSuffix("Stream") && label == nil && !parameterNames.isEmpty
      }
      // `stream.onTermination = { … }` and its like.
      guard let list = parent?.as(ExprListSyntax.self), list.count == 3, list.last?.id == ExprSyntax(self).id,
        let name = list.first?.lastName
      else { return false }
      return name.hasPrefix("on") || name.hasSuffix("Handler")
    }

    /// Whether it gets the continuation of the task around it, in which it runs.
    var isContinuationBody: Bool {
      guard let name = callTaking?.calledName else { return false }
      return name.hasPrefix("with") && name.hasSuffix("Continuation")
    }

    /// The call that it is an argument of.
    var callTaking: FunctionCallExprSyntax? {
      if let call = parent?.as(FunctionCallExprSyntax.self) { return call }
      if let element = parent?.as(MultipleTrailingClosureElementSyntax.self) {
        return element.parent?.parent?.as(FunctionCallExprSyntax.self)
      }
      return parent?.as(LabeledExprSyntax.self)?.parent?.parent?.as(FunctionCallExprSyntax.self)
    }

    /// The label that it is given with; nil for the first trailing closure.
    var label: String? {
      parent?.as(LabeledExprSyntax.self)?.label?.text
        ?? parent?.as(MultipleTrailingClosureElementSyntax.self)?.label.text
    }

    /// The names of its parameters; empty for `$0`.
    var parameterNames: [String] {
      switch signature?.parameterClause {
      case .simpleInput(let list)?: list.map(\.name.text)
      case .parameterClause(let clause)?: clause.parameters.map { ($0.secondName ?? $0.firstName).text }
      case nil: []
      }
    }
  }
#endif
