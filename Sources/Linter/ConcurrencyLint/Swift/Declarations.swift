// What a name stands for, within the file.
//
// Lookup goes outwards as Swift's does: statements before, conditions, parameters, members of the type, the file. It
// knows nothing of other files, of extensions elsewhere, or of what types inherit: nil means that it cannot tell.
//
// A clause of `#if` is no scope: what it declares belongs to the block around, and what several clauses of one `#if`
// declare by one name is one declaration, the first.
#if Lint
  import SwiftSyntax

  /// Where a variable, parameter or property is declared.
  struct Binding {
    enum Kind: Equatable { case local, parameter, property, global }

    var name: String
    var kind: Kind
    /// The pattern or parameter that names it.
    var node: Syntax
    /// The part of the tree in which it is known.
    var scope: Syntax
    var initializer: ExprSyntax?
    var type: TypeSyntax?
    /// Its place in a tuple pattern.
    var place: Int?
  }

  extension Binding {
    /// The last part of its type's name, from the annotation, or from the call that makes its first value.
    var typeName: String? {
      if let type { return type.nominalName }
      guard place == nil, let call = initializer?.bare.as(FunctionCallExprSyntax.self),
        let path = call.calledExpression.path
      else { return nil }
      return path.last { $0.first?.isUppercase == true }
    }

    /// Every use of the name that means this declaration, in source order.
    var uses: [DeclReferenceExprSyntax] {
      var uses: [DeclReferenceExprSyntax] = []
      scope.walk { node in
        guard let reference = node.as(DeclReferenceExprSyntax.self), reference.baseName.text == name else {
          return .into
        }
        if reference.names(self) { uses.append(reference) }
        return .into
      }
      return uses
    }
  }

  extension Binding {
    /// Of `let (a, b) = …`, what stands at a place.
    func beside(_ place: Int) -> Binding? {
      guard let tuple = node.ancestors.first(where: { $0.kind == .tuplePattern })?.as(TuplePatternSyntax.self),
        let element = tuple.elements.dropFirst(place).first,
        let name = element.pattern.as(IdentifierPatternSyntax.self)?.identifier.text
      else { return nil }
      return node.bindingAfterStatement(named: name)
    }
  }

  extension SyntaxProtocol {
    /// What a name stands for after the statement that this node is part of; nil after a body's last statement.
    func bindingAfterStatement(named name: String) -> Binding? {
      guard let item = ancestors.first(where: { $0.kind == .codeBlockItem }), let list = item.parent else { return nil }
      if let next = list.children(viewMode: .sourceAccurate).first(where: { $0.position > item.position }) {
        return next.binding(named: name)
      }
      return list.parent?.is(IfConfigClauseSyntax.self) == true ? list.bindingAfterStatement(named: name) : nil
    }
  }

  extension TypeSyntax {
    /// `Task` for `Task<Int, Never>?` and `Swift.Task`.
    var nominalName: String? {
      if let identifier = self.as(IdentifierTypeSyntax.self) { return identifier.name.text }
      if let member = self.as(MemberTypeSyntax.self) { return member.name.text }
      if let optional = self.as(OptionalTypeSyntax.self) { return optional.wrappedType.nominalName }
      if let forced = self.as(ImplicitlyUnwrappedOptionalTypeSyntax.self) { return forced.wrappedType.nominalName }
      if let attributed = self.as(AttributedTypeSyntax.self) { return attributed.baseType.nominalName }
      if let some = self.as(SomeOrAnyTypeSyntax.self) { return some.constraint.nominalName }
      return nil
    }
  }

  extension DeclReferenceExprSyntax {
    /// Whether it names a member of something else, as in `a.name` and `\.name`, and so nothing that is in scope.
    var isMember: Bool {
      // A key path's component, whatever its kind, holds its name.
      parent?.as(MemberAccessExprSyntax.self)?.declName.id == id
        || parent?.parent?.is(KeyPathComponentSyntax.self) == true
    }

    /// Whether it means that declaration.
    fileprivate func names(_ binding: Binding) -> Bool {
      if let member = parent?.as(MemberAccessExprSyntax.self), member.declName.id == id {
        // `self.name` means a property, other members are somebody else's.
        return binding.kind == .property && member.base?.path == ["self"]
      }
      return !isMember && Syntax(self).binding(named: binding.name)?.node.id == binding.node.id
    }
  }

  extension ExprSyntax {
    /// The declaration of the variable that it is; nil if it is none, or stands in another file.
    var binding: Binding? {
      guard let path, let name = variableName else { return nil }
      return path.count == 2
        ? Syntax(self).member(named: name) : Syntax(self).binding(named: name)
    }
  }

  extension Syntax {
    /// What `self.name` stands for here.
    fileprivate func member(named name: String) -> Binding? {
      for node in ancestors {
        if let members = node.as(MemberBlockSyntax.self) { return members.property(named: name) }
      }
      return nil
    }

    /// What a name stands for here.
    func binding(named name: String) -> Binding? {
      var child = self
      for node in ancestors {
        if let binding = node.declaration(of: name, seenFrom: child) { return binding }
        child = node
      }
      return nil
    }

    private func declaration(of name: String, seenFrom child: Syntax) -> Binding? {
      switch kind {
      case .codeBlockItemList:
        let list = cast(CodeBlockItemListSyntax.self), block = list.block
        let isGlobal = block.parent?.kind == .sourceFile
        var found = list.binding(
          named: name, before: isGlobal ? nil : child.position, kind: isGlobal ? .global : .local, scope: Syntax(block))
        if found != nil, let first = list.condition?.binding(named: name, kind: .local, scope: Syntax(block)) {
          found?.node = first.node
        }
        return found
      case .closureExpr:
        let closure = cast(ClosureExprSyntax.self)
        return closure.parameterNames.contains(name)
          ? Binding(name: name, kind: .parameter, node: self, scope: self) : nil
      case .functionDecl: return parameter(named: name, of: cast(FunctionDeclSyntax.self).signature)
      case .initializerDecl: return parameter(named: name, of: cast(InitializerDeclSyntax.self).signature)
      case .ifExpr: return cast(IfExprSyntax.self).conditions.binding(named: name, scope: self)
      case .whileStmt: return cast(WhileStmtSyntax.self).conditions.binding(named: name, scope: self)
      case .forStmt:
        let loop = cast(ForStmtSyntax.self)
        guard child.id != loop.sequence.id else { return nil }
        return loop.pattern.identifiers.first { $0.name == name }.map {
          Binding(name: name, kind: .local, node: $0.node, scope: self)
        }
      case .switchCase:
        guard let label = cast(SwitchCaseSyntax.self).label.as(SwitchCaseLabelSyntax.self) else { return nil }
        return label.caseItems.lazy.flatMap(\.pattern.identifiers).first { $0.name == name }.map {
          Binding(name: name, kind: .local, node: $0.node, scope: self)
        }
      case .memberBlock: return cast(MemberBlockSyntax.self).property(named: name)
      default: return nil
      }
    }

    private func parameter(named name: String, of signature: FunctionSignatureSyntax) -> Binding? {
      signature.parameterClause.parameters.first { ($0.secondName ?? $0.firstName).text == name }.map {
        Binding(name: name, kind: .parameter, node: Syntax($0), scope: self, type: $0.type)
      }
    }
  }

  extension PatternSyntax {
    /// The names that it binds, each with its place where the pattern is a tuple.
    fileprivate var identifiers: [(name: String, node: Syntax, place: Int?)] {
      if let identifier = self.as(IdentifierPatternSyntax.self) {
        return [(identifier.identifier.text, Syntax(identifier), nil)]
      }
      if let tuple = self.as(TuplePatternSyntax.self) {
        return tuple.elements.enumerated().flatMap { place, element in
          element.pattern.identifiers.map { ($0.name, $0.node, place) }
        }
      }
      if let binding = self.as(ValueBindingPatternSyntax.self) { return binding.pattern.identifiers }
      // `case .some(let x)`: patterns inside expressions.
      guard self.is(ExpressionPatternSyntax.self) else { return [] }
      var found: [(name: String, node: Syntax, place: Int?)] = []
      walk { node in
        if let identifier = node.as(IdentifierPatternSyntax.self) {
          found.append((identifier.identifier.text, node, nil))
        }
        return .into
      }
      return found
    }
  }

  extension VariableDeclSyntax {
    fileprivate func binding(named name: String, kind: Binding.Kind, scope: Syntax) -> Binding? {
      for declared in bindings {
        guard let found = declared.pattern.identifiers.first(where: { $0.name == name }) else { continue }
        return Binding(
          name: name, kind: kind, node: found.node, scope: scope, initializer: declared.initializer?.value,
          type: found.place == nil ? declared.typeAnnotation?.type : nil, place: found.place)
      }
      return nil
    }
  }

  extension CodeBlockItemListSyntax {
    /// The statements around it, where it is a clause of `#if`; else itself.
    var block: CodeBlockItemListSyntax { outerList?.block ?? self }

    private var outerList: CodeBlockItemListSyntax? {
      parent?.as(IfConfigClauseSyntax.self)?.ancestors.first { $0.kind == .codeBlockItem }?.parent?
        .as(CodeBlockItemListSyntax.self)
    }

    /// The outermost `#if` that it is a clause of.
    fileprivate var condition: IfConfigDeclSyntax? {
      outerList.flatMap { $0.condition ?? parent?.parent?.parent?.as(IfConfigDeclSyntax.self) }
    }

    /// What its statements declare, the last one first, up to a position.
    fileprivate func binding(
      named name: String, before end: AbsolutePosition?, kind: Binding.Kind, scope: Syntax
    ) -> Binding? {
      for item in reversed() where end.map({ item.position < $0 }) ?? true {
        let found =
          item.item.as(VariableDeclSyntax.self)?.binding(named: name, kind: kind, scope: scope)
          ?? item.item.as(GuardStmtSyntax.self)?.conditions.binding(named: name, scope: scope)
          ?? item.item.as(IfConfigDeclSyntax.self)?.binding(named: name, kind: kind, scope: scope)
        if let found { return found }
      }
      return nil
    }
  }

  extension IfConfigDeclSyntax {
    /// What the first clause that declares the name says of it.
    fileprivate func binding(named name: String, kind: Binding.Kind, scope: Syntax) -> Binding? {
      for clause in clauses {
        switch clause.elements {
        case .statements(let list)?:
          if let found = list.binding(named: name, before: nil, kind: kind, scope: scope) { return found }
        case .decls(let members)?:
          if let found = members.property(named: name, scope: scope) { return found }
        default: continue
        }
      }
      return nil
    }
  }

  extension MemberBlockSyntax {
    fileprivate func property(named name: String) -> Binding? { members.property(named: name, scope: Syntax(self)) }
  }

  extension MemberBlockItemListSyntax {
    fileprivate func property(named name: String, scope: Syntax) -> Binding? {
      for member in self {
        let found =
          member.decl.as(VariableDeclSyntax.self)?.binding(named: name, kind: .property, scope: scope)
          ?? member.decl.as(IfConfigDeclSyntax.self)?.binding(named: name, kind: .property, scope: scope)
        if let found { return found }
      }
      return nil
    }
  }

  extension ConditionElementListSyntax {
    fileprivate func binding(named name: String, scope: Syntax) -> Binding? {
      for element in self {
        switch element.condition {
        case .optionalBinding(let binding):
          guard let found = binding.pattern.identifiers.first(where: { $0.name == name }) else { continue }
          return Binding(
            name: name, kind: .local, node: found.node, scope: scope, initializer: binding.initializer?.value,
            type: binding.typeAnnotation?.type)
        case .matchingPattern(let match):
          guard let found = match.pattern.identifiers.first(where: { $0.name == name }) else { continue }
          return Binding(name: name, kind: .local, node: found.node, scope: scope)
        default: continue
        }
      }
      return nil
    }
  }
#endif
