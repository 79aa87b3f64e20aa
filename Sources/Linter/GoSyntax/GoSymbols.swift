// What names of a file stand for, and where each is used.
//
// I1. Symbol 0 is what the file does not declare: the universe, other files of the package, and mistakes.
// I2. A name is bound as the specification says ("Declarations and scope"): what a statement declares holds from behind
//     it to the end of its block; what a package declares holds everywhere in it.
// I3. Members behind a dot, fields, labels and keys of literals are no uses: types would be needed.
#if Lint
  /// A symbol's number; 0 is one that the file does not declare.
  package typealias GoSymbolID = UInt32

  package struct GoSymbol {
    package enum Kind: Sendable { case unknown, package, constant, variable, parameter, type, function }

    package var name: GoName
    package var kind: Kind
    /// The name where it is declared, or the spec or function that declares it.
    package var declaration: GoNodeID
    /// The type that is written for it; 0 if none is.
    package var type: GoNodeID = 0
    /// What it is set to where it is declared; 0 if to nothing.
    package var value: GoNodeID = 0
    /// Which of the results it is, where one call gives several.
    package var result: UInt32 = 0
    /// The expression that it runs over, where it is the key (`result` 0) or value (1) of a range.
    package var range: GoNodeID = 0
    /// The function whose body it is declared in; 0 for those of the package.
    package var function: GoNodeID = 0
  }

  /// The symbols of a file, and what each identifier stands for.
  package struct GoSymbols {
    package private(set) var symbols: [GoSymbol] = [GoSymbol(name: 0, kind: .unknown, declaration: 0)]
    /// Methods by the name of their receiver's type and their own.
    package private(set) var methods: [GoMethodName: GoNodeID] = [:]
    private var ofNode: [GoSymbolID]
    /// The statement, block, function or declaration that each node stands in.
    private var around: [GoNodeID]
    /// Of imports, which have no identifier of their own.
    private var ofDeclaration: [GoNodeID: GoSymbolID] = [:]
    private var uses: [GoNodeID] = []
    private var firstUse: [Int] = []

    // The pass.
    private var bound: [GoSymbolID]
    private var undo: [(name: GoName, symbol: GoSymbolID)] = []
    private var scopes: [Int] = []
    private var functions: [GoNodeID] = [0]
    private var enclosing: [GoNodeID] = [0]

    package struct GoMethodName: Hashable, Sendable {
      package var type: GoName, method: GoName
      package init(type: GoName, method: GoName) {
        self.type = type
        self.method = method
      }
    }

    /// - Complexity: linear in the nodes.
    package init(_ tree: GoTree) {
      ofNode = [GoSymbolID](repeating: 0, count: tree.nodes.count)
      around = [GoNodeID](repeating: 0, count: tree.nodes.count)
      bound = [GoSymbolID](repeating: 0, count: tree.names.count)
      for declaration in tree.children(tree.root) { declareTop(declaration, tree) }
      walk(tree)
      gatherUses(tree)
    }

    package func symbol(of identifier: GoNodeID) -> GoSymbolID { ofNode[Int(identifier)] }
    /// The symbol that a declaration declares.
    package func symbol(declaredBy declaration: GoNodeID) -> GoSymbolID { ofDeclaration[declaration] ?? 0 }

    package subscript(symbol: GoSymbolID) -> GoSymbol { symbols[Int(symbol)] }

    /// The innermost statement, block, clause, function or declaration around a node; 0 above the file.
    ///
    /// Expressions may nest without a bound, statements may not: who asks for what is around goes up by these.
    package func enclosing(_ node: GoNodeID) -> GoNodeID { around[Int(node)] }

    /// The identifiers that stand for a symbol, its declaration among them, in source order.
    package func uses(of symbol: GoSymbolID) -> ArraySlice<GoNodeID> {
      symbol == 0 ? [] : uses[firstUse[Int(symbol)]..<firstUse[Int(symbol) + 1]]
    }

    // MARK: Declaring

    private mutating func declare(_ symbol: GoSymbol, at identifier: GoNodeID = 0) {
      guard symbol.name != GoKnownName.blank.rawValue, symbol.name != 0 else { return }
      var symbol = symbol
      symbol.function = functions.last!
      let id = GoSymbolID(symbols.count)
      symbols.append(symbol)
      bind(symbol.name, id)
      if identifier != 0 { ofNode[Int(identifier)] = id }
    }

    private mutating func bind(_ name: GoName, _ symbol: GoSymbolID) {
      undo.append((name, bound[Int(name)]))
      bound[Int(name)] = symbol
    }

    private mutating func declareTop(_ node: GoNodeID, _ tree: GoTree) {
      switch tree.kind(node) {
      case .importSpec:
        let name = tree.name(node) == 0 ? tree.importedName(node) : tree.name(node)
        declare(GoSymbol(name: name, kind: .package, declaration: node))
        ofDeclaration[node] = bound[Int(name)]
      case .valueSpec: declareValues(node, tree)
      case .typeSpec: declare(GoSymbol(name: tree.name(node), kind: .type, declaration: node))
      case .functionDeclaration:
        let receiver = tree.first(node)
        if tree.kind(receiver) == .absent {
          if tree.name(node) != GoKnownName.`init`.rawValue {
            declare(GoSymbol(name: tree.name(node), kind: .function, declaration: node))
          }
        } else {
          let type = tree.baseName(ofType: tree.first(tree.first(receiver)))
          methods[GoMethodName(type: type, method: tree.name(node))] = node
        }
      default: return
      }
    }

    private mutating func declareValues(_ spec: GoNodeID, _ tree: GoTree) {
      let count = Int(tree[spec].count), type = tree.first(spec)
      let kind: GoSymbol.Kind = tree[spec].detail == 1 ? .constant : .variable
      var name = tree.next(type)
      var value = tree.child(spec, count + 1)
      let isShared = value != 0 && tree.next(value) == 0 && count > 1
      for place in 0..<count {
        var symbol = GoSymbol(name: tree.name(name), kind: kind, declaration: name)
        symbol.type = tree.kind(type) == .absent ? 0 : type
        symbol.value = value
        symbol.result = isShared ? UInt32(place) : 0
        declare(symbol, at: name)
        if !isShared, value != 0 { value = tree.next(value) }
        name = tree.next(name)
      }
    }

    /// `a, b := f()`: names that the scope has already are not declared again.
    private mutating func declareDefined(_ definition: GoNodeID, _ tree: GoTree) {
      let count = Int(tree[definition].count)
      var name = tree.first(definition), value = tree.child(definition, count)
      let isShared = count > 1 && value != 0 && tree.next(value) == 0
      for place in 0..<count {
        if tree.kind(name) == .identifier {
          if let own = ownSymbol(tree.name(name)) {
            ofNode[Int(name)] = own
          } else {
            var symbol = GoSymbol(name: tree.name(name), kind: .variable, declaration: name)
            symbol.value = value
            symbol.result = isShared ? UInt32(place) : 0
            declare(symbol, at: name)
          }
        }
        if !isShared, value != 0 { value = tree.next(value) }
        name = tree.next(name)
      }
    }

    /// The symbol that the innermost scope itself binds to a name.
    private func ownSymbol(_ name: GoName) -> GoSymbolID? {
      let start = scopes.last ?? 0
      for entry in undo[start...] where entry.name == name { return bound[Int(name)] }
      return nil
    }

    private mutating func declareFields(_ list: GoNodeID, as kind: GoSymbol.Kind, _ tree: GoTree) {
      guard tree.kind(list) == .fieldList else { return }
      for field in tree.children(list) {
        let type = tree.first(field)
        var name = tree.next(type)
        while name != 0 {
          var symbol = GoSymbol(name: tree.name(name), kind: kind, declaration: name)
          symbol.type = type
          declare(symbol, at: name)
          name = tree.next(name)
        }
      }
    }

    // MARK: The pass

    private mutating func walk(_ tree: GoTree) {
      var node = tree.root
      while true {
        let entered = enter(node, tree)
        if entered, tree.first(node) != 0 {
          node = tree.first(node)
          continue
        }
        leave(node, tree)
        while tree.next(node) == 0 {
          node = tree.parent(node)
          if node == 0 { return }
          leave(node, tree)
        }
        node = tree.next(node)
      }
    }

    private mutating func enter(_ node: GoNodeID, _ tree: GoTree) -> Bool {
      around[Int(node)] = enclosing.last!
      if tree.kind(node).encloses { enclosing.append(node) }
      switch tree.kind(node) {
      case .identifier: resolve(node, tree)
      case .functionDeclaration, .functionLiteral:
        scopes.append(undo.count)
        functions.append(node)
      case .block:
        let parent = tree.parent(node)
        if tree.kind(parent) == .rangeStatement, tree[parent].detail == 1 { declareRange(parent, tree) }
        scopes.append(undo.count)
      case .ifStatement, .forStatement, .rangeStatement, .switchStatement, .typeSwitch, .communicationClause:
        scopes.append(undo.count)
      case .caseClause:
        scopes.append(undo.count)
        let parent = tree.parent(node)
        if tree.name(parent) != 0 {
          declare(GoSymbol(name: tree.name(parent), kind: .variable, declaration: parent))
        }
      case .typeSpec where tree.parent(node) != tree.root:
        declare(GoSymbol(name: tree.name(node), kind: .type, declaration: node))
      default: break
      }
      return true
    }

    private mutating func leave(_ node: GoNodeID, _ tree: GoTree) {
      if tree.kind(node).encloses { enclosing.removeLast() }
      switch tree.kind(node) {
      case .functionDeclaration, .functionLiteral:
        functions.removeLast()
        closeScope()
      case .block, .ifStatement, .forStatement, .rangeStatement, .switchStatement, .typeSwitch, .communicationClause,
        .caseClause:
        closeScope()
      case .definition where tree.kind(tree.parent(node)) != .typeSwitch || tree.name(tree.parent(node)) == 0:
        declareDefined(node, tree)
      case .valueSpec where tree.parent(node) != tree.root: declareValues(node, tree)
      case .functionType:
        let function = tree.parent(node), kind = tree.kind(function)
        guard kind == .functionDeclaration || kind == .functionLiteral else { return }
        if kind == .functionDeclaration { declareFields(tree.first(function), as: .parameter, tree) }
        declareFields(tree.first(node), as: .type, tree)
        declareFields(tree.child(node, 1), as: .parameter, tree)
        declareFields(tree.child(node, 2), as: .variable, tree)
      default: return
      }
    }

    private mutating func closeScope() {
      let start = scopes.removeLast()
      while undo.count > start {
        let entry = undo.removeLast()
        bound[Int(entry.name)] = entry.symbol
      }
    }

    private mutating func declareRange(_ range: GoNodeID, _ tree: GoTree) {
      let expression = tree.first(range)
      for place in 1...2 {
        let name = tree.child(range, place)
        guard tree.kind(name) == .identifier else { continue }
        var symbol = GoSymbol(name: tree.name(name), kind: .variable, declaration: name)
        symbol.range = expression
        symbol.result = UInt32(place - 1)
        declare(symbol, at: name)
      }
    }

    private mutating func resolve(_ node: GoNodeID, _ tree: GoTree) {
      let parent = tree.parent(node)
      switch tree.kind(parent) {
      case .keyValue where tree.first(parent) == node: return
      case .field where tree.first(parent) != node: return
      default: ofNode[Int(node)] = bound[Int(tree.name(node))]
      }
    }

    // MARK: Uses

    /// A counting sort by symbol.
    private mutating func gatherUses(_ tree: GoTree) {
      firstUse = [Int](repeating: 0, count: symbols.count + 1)
      for symbol in ofNode where symbol != 0 { firstUse[Int(symbol) + 1] += 1 }
      for symbol in 1..<firstUse.count { firstUse[symbol] += firstUse[symbol - 1] }
      uses = [GoNodeID](repeating: 0, count: firstUse.last!)
      var free = firstUse
      for (node, symbol) in ofNode.enumerated() where symbol != 0 {
        uses[free[Int(symbol)]] = GoNodeID(node)
        free[Int(symbol)] += 1
      }
      bound = []
      undo = []
    }
  }

  extension GoNodeKind {
    /// Statements, blocks, clauses, functions and declarations.
    var encloses: Bool {
      rawValue >= Self.block.rawValue || rawValue <= Self.functionDeclaration.rawValue && self != .absent
        || self == .functionLiteral
    }
  }

  extension GoTree {
    /// The name of a type without pointers, brackets, type arguments and package.
    package func baseName(ofType type: GoNodeID) -> GoName {
      var type = type
      while true {
        switch kind(type) {
        case .star, .parenthesised, .index: type = first(type)
        case .identifier, .selector: return name(type)
        default: return 0
        }
      }
    }
  }
#endif
