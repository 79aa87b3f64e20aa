// Places: what holds a channel, a lock or a group, named so that two expressions for the same one are equal.
//
// I1. Equal places may be different objects (the field of two values of a type); different places may be one object.
//     Rules that need more ask for it.
#if Lint
  import GoSyntax

  /// A variable, or a field of a type that the file declares, or a path of names from one of them.
  struct GoPlace: Hashable {
    enum Root: Hashable {
      case symbol(GoSymbolID)
      /// A field of a type's, whichever value it is of.
      case field(type: GoNodeID, name: GoName)
      /// A name that another file of the package declares.
      case foreign(GoName)
    }

    var root: Root
    var path: [GoName] = []

    /// The variable that it is, if it is one alone.
    var variable: GoSymbolID? {
      if path.isEmpty, case .symbol(let id) = root { return id }
      return nil
    }
  }

  /// In which goroutine code runs, as far as its file tells.
  enum GoContext: Hashable {
    /// In that of whoever calls the function.
    case function(GoNodeID)
    /// In one of its own: the `go` statement, or the call that starts it.
    case goroutine(GoNodeID)
    /// A literal that is handed to somebody.
    case elsewhere(GoNodeID)

    var start: GoNodeID? {
      if case .goroutine(let start) = self { return start }
      return nil
    }
  }

  extension GoFile {
    /// Nil for what is no place: results of calls, elements, members of other packages.
    func place(of expression: GoNodeID) -> GoPlace? {
      var names: [GoName] = []
      var node = expression
      // Nobody writes longer paths; looking at each part of one that is very long would be slow.
      while names.count < 16 {
        switch kind(node) {
        case .parenthesised, .star: node = tree.first(node)
        case .unary where tree[node].detail == GoNode.addressOperator: node = tree.first(node)
        case .identifier:
          let id = symbols.symbol(of: node)
          switch symbols[id].kind {
          case .unknown where tree.name(node) != GoKnownName.nil.rawValue:
            return GoPlace(root: .foreign(tree.name(node)), path: names.reversed())
          case .variable, .parameter: return GoPlace(root: .symbol(id), path: names.reversed())
          default: return nil
          }
        case .selector:
          guard member(node) == nil else { return nil }
          let spec = type(of: tree.first(node)).spec
          if spec != 0 {
            return GoPlace(root: .field(type: spec, name: tree.name(node)), path: names.reversed())
          }
          names.append(tree.name(node))
          node = tree.first(node)
        default: return nil
        }
      }
      return nil
    }

    // MARK: Contexts

    /// Where a node runs.
    func context(of node: GoNodeID) -> GoContext {
      var function = function(around: node)
      // Each step leaves a function literal, so that this ends.
      while kind(function) == .functionLiteral {
        let parent = tree.parent(function)
        if kind(parent) == .call {
          if tree.first(parent) == function {
            if kind(tree.parent(parent)) == .goStatement { return .goroutine(tree.parent(parent)) }
          } else if startsGoroutine(parent) {
            return .goroutine(parent)
          } else if !runsAtOnce(parent) {
            return .elsewhere(function)
          }
        } else if let use = soleUse(ofLiteral: function) {
          if case .goroutine = use { return use }
        } else {
          return .elsewhere(function)
        }
        function = self.function(around: parent)
      }
      return .function(function)
    }

    /// `group.Go(…)`: of a wait group or an error group, or of something with that method.
    func startsGoroutine(_ call: GoNodeID) -> Bool {
      let function = tree.first(call)
      return kind(function) == .selector && tree.name(function) == GoKnownName.Go.rawValue && member(function) == nil
    }

    /// `once.Do(…)`, `t.Run(…)`: the literal has run when the call returns.
    private func runsAtOnce(_ call: GoNodeID) -> Bool {
      let function = tree.first(call)
      guard kind(function) == .selector else { return false }
      return [.Do, .Run].contains(name(function))
    }

    /// Where the literal that a variable holds runs, if it is only called: `nil` if it is used otherwise.
    private func soleUse(ofLiteral literal: GoNodeID) -> GoContext? {
      let parent = tree.parent(literal)
      guard kind(parent) == .definition || kind(parent) == .valueSpec || kind(parent) == .assignment else { return nil }
      let name = kind(parent) == .valueSpec ? tree.child(parent, 1) : tree.first(parent)
      guard kind(name) == .identifier, self.function(name) == literal else { return nil }
      var context: GoContext?
      for use in symbols.uses(of: symbols.symbol(of: name)) where use != name {
        let call = tree.parent(use)
        if kind(call) == .assignment || kind(call) == .valueSpec { continue }
        guard kind(call) == .call, tree.first(call) == use else { return nil }
        if kind(tree.parent(call)) == .goStatement { return .goroutine(tree.parent(call)) }
        context = .function(self.function(around: call))
      }
      return context
    }
  }
#endif
