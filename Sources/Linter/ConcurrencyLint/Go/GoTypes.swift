// What syntax says of types: written types, `make`, literals, and functions and fields of the same file.
//
// I1. Pointers are looked through, so that `*sync.Mutex` is a mutex: no rule asks which of both it is.
// I2. Where a type is declared in another file, or follows from a call of another package, it is unknown.
#if Lint
  import GoSyntax

  /// What rules know of a type.
  struct GoType: Equatable {
    enum Kind {
      case unknown, channel, waitGroup, mutex, readWriteMutex, locker, once, condition, ticker, timer, context
      case cancelFunction, errorGroup, test, atomic
    }

    var kind = Kind.unknown
    /// The type as it is written, without name and pointers; 0 if it is not in the file.
    var node: GoNodeID = 0
    /// The declaration of its name in the file; 0 if it has none.
    var spec: GoNodeID = 0
    /// Whether another package declares it.
    var isForeign = false

    var isLock: Bool { kind == .mutex || kind == .readWriteMutex || kind == .locker }
  }

  extension GoFile {
    /// How many steps a question may take: names may lead in circles.
    private static let mostSteps = 24

    func type(of expression: GoNodeID) -> GoType { type(of: expression, steps: Self.mostSteps) }

    private func type(of expression: GoNodeID, steps: Int) -> GoType {
      guard steps > 0, expression != 0 else { return GoType() }
      let steps = steps - 1
      switch kind(expression) {
      case .identifier: return type(ofSymbol: symbols.symbol(of: expression), steps: steps)
      case .parenthesised, .star: return type(of: tree.first(expression), steps: steps)
      case .unary: return type(of: tree.first(expression), steps: steps)
      case .selector: return type(ofSelector: expression, steps: steps)
      case .call: return type(ofCall: expression, result: 0, steps: steps)
      case .compositeLiteral: return written(tree.first(expression), steps: steps)
      case .typeAssertion: return written(tree.child(expression, 1), steps: steps)
      case .functionLiteral: return GoType(node: tree.first(expression))
      case .receive: return element(of: type(of: tree.first(expression), steps: steps), steps: steps)
      case .index: return element(of: type(of: tree.first(expression), steps: steps), steps: steps)
      default: return GoType()
      }
    }

    /// A type from how it is written.
    func written(_ node: GoNodeID) -> GoType { written(node, steps: Self.mostSteps) }

    private func written(_ node: GoNodeID, steps: Int) -> GoType {
      guard steps > 0 else { return GoType() }
      switch kind(node) {
      case .star, .parenthesised, .index: return written(tree.first(node), steps: steps - 1)
      case .channelType: return GoType(kind: .channel, node: node)
      case .identifier:
        let symbol = symbol(node)
        guard symbol.kind == .type, kind(symbol.declaration) == .typeSpec else { return GoType() }
        var type = written(tree.child(symbol.declaration, 1), steps: steps - 1)
        // A named type has the channel operations of what it stands for, but none of the methods.
        if type.kind != .channel, tree[symbol.declaration].detail == 0 { type.kind = .unknown }
        type.isForeign = false
        type.spec = symbol.declaration
        return type
      case .selector:
        guard let member = member(node) else { return GoType() }
        return GoType(kind: Self.known(member.package, member.name), isForeign: true)
      default: return GoType(node: node)
      }
    }

    private static func known(_ package: GoPackage, _ name: GoName) -> GoType.Kind {
      switch (package, GoKnownName(rawValue: name)) {
      case (.sync, .WaitGroup?): .waitGroup
      case (.sync, .Mutex?): .mutex
      case (.sync, .RWMutex?): .readWriteMutex
      case (.sync, .Locker?): .locker
      case (.sync, .Once?): .once
      case (.sync, .Cond?): .condition
      case (.time, .Ticker?): .ticker
      case (.time, .Timer?): .timer
      case (.context, .Context?): .context
      case (.context, .CancelFunc?): .cancelFunction
      case (.errgroup, .Group?): .errorGroup
      case (.testing, .T?), (.testing, .B?), (.testing, .F?), (.testing, .TB?): .test
      case (.atomic, _): .atomic
      default: .unknown
      }
    }

    private func type(ofSymbol id: GoSymbolID, steps: Int) -> GoType {
      let symbol = symbols[id]
      guard symbol.kind == .variable || symbol.kind == .parameter || symbol.kind == .constant else { return GoType() }
      if symbol.type != 0 { return written(symbol.type, steps: steps) }
      if symbol.range != 0 {
        let whole = type(of: symbol.range, steps: steps)
        return symbol.result == (whole.kind == .channel ? 0 : 1) ? element(of: whole, steps: steps) : GoType()
      }
      guard symbol.value != 0 else { return GoType() }
      if kind(symbol.value) == .call { return type(ofCall: symbol.value, result: Int(symbol.result), steps: steps) }
      return symbol.result == 0 ? type(of: symbol.value, steps: steps) : GoType()
    }

    /// What a channel, array, slice or map holds.
    private func element(of type: GoType, steps: Int) -> GoType {
      switch kind(type.node) {
      case .channelType: written(tree.first(type.node), steps: steps)
      case .arrayType, .mapType: written(tree.child(type.node, 1), steps: steps)
      default: GoType()
      }
    }

    private func type(ofSelector node: GoNodeID, steps: Int) -> GoType {
      guard member(node) == nil else { return GoType(isForeign: true) }
      let base = type(of: tree.first(node), steps: steps)
      if base.kind == .ticker || base.kind == .timer { return GoType(kind: .channel, isForeign: true) }
      if base.isForeign { return GoType(isForeign: true) }
      let field = field(tree.name(node), of: base)
      return field == 0 ? GoType() : written(tree.first(field), steps: steps)
    }

    /// The field of a struct that the file declares; 0 if there is none. An embedded one has the name of its type.
    func field(_ name: GoName, of type: GoType) -> GoNodeID {
      guard kind(type.node) == .structType else { return 0 }
      for field in tree.children(type.node) {
        let written = tree.first(field)
        var own = tree.next(written)
        if own == 0, tree.baseName(ofType: written) == name { return field }
        while own != 0 {
          if tree.name(own) == name { return field }
          own = tree.next(own)
        }
      }
      return 0
    }

    private func type(ofCall call: GoNodeID, result: Int, steps: Int) -> GoType {
      let function = tree.bare(tree.first(call))
      if isUniverse(call, .make) || isUniverse(call, .new) {
        return written(tree.child(call, 1), steps: steps)
      }
      if let member = member(function) { return type(ofMember: member, result: result) }
      if kind(function) == .selector, tree.name(function) == GoKnownName.Done.rawValue,
        type(of: tree.first(function), steps: steps).kind == .context
      {
        return GoType(kind: .channel, isForeign: true)
      }
      // What a method of another package's type gives is of another package, but for contexts and channels.
      if kind(function) == .selector, type(of: tree.first(function), steps: steps).isForeign {
        return GoType(isForeign: true)
      }
      let declared = callee(of: call, steps: steps)
      if declared != 0 { return written(resultType(of: declared, result), steps: steps) }
      return GoType()
    }

    private func type(ofMember member: (package: GoPackage, name: GoName), result: Int) -> GoType {
      switch (member.package, GoKnownName(rawValue: member.name)) {
      case (.time, .NewTicker?): GoType(kind: .ticker, isForeign: true)
      case (.time, .NewTimer?), (.time, .AfterFunc?): GoType(kind: .timer, isForeign: true)
      case (.time, .After?), (.time, .Tick?): GoType(kind: .channel, isForeign: true)
      case (.context, .Background?), (.context, .TODO?), (.context, .WithValue?), (.context, .WithoutCancel?):
        GoType(kind: .context, isForeign: true)
      case (.context, .WithCancel?), (.context, .WithTimeout?), (.context, .WithDeadline?),
        (.context, .WithCancelCause?), (.context, .WithTimeoutCause?), (.context, .WithDeadlineCause?):
        GoType(kind: result == 0 ? .context : .cancelFunction, isForeign: true)
      case (.errgroup, _): GoType(kind: result == 0 ? .errorGroup : .context, isForeign: true)
      default: GoType(isForeign: true)
      }
    }

    /// The type of a function's result, from 0, as it is written; 0 if there is none.
    private func resultType(of function: GoNodeID, _ place: Int) -> GoNodeID {
      let results = tree.child(functionType(of: function), 2)
      guard kind(results) == .fieldList else { return 0 }
      var left = place
      for field in tree.children(results) {
        let count = max(1, tree.children(field).reduce(-1) { count, _ in count + 1 })
        if left < count { return tree.first(field) }
        left -= count
      }
      return 0
    }

    // MARK: Functions

    /// The function of this file that a call calls; 0 if it is another one, or one that is known only when it runs.
    func callee(of call: GoNodeID) -> GoNodeID { callee(of: call, steps: Self.mostSteps) }

    private func callee(of call: GoNodeID, steps: Int) -> GoNodeID { function(tree.first(call), steps: steps) }

    /// The function of this file that an expression stands for; 0 if it is not known.
    func function(_ expression: GoNodeID) -> GoNodeID { function(expression, steps: Self.mostSteps) }

    private func function(_ expression: GoNodeID, steps: Int) -> GoNodeID {
      guard steps > 0 else { return 0 }
      switch kind(expression) {
      case .parenthesised, .index: return function(tree.first(expression), steps: steps - 1)
      case .functionLiteral: return expression
      case .identifier:
        let id = symbols.symbol(of: expression), symbol = symbols[id]
        if symbol.kind == .function { return symbol.declaration }
        guard symbol.kind == .variable else { return 0 }
        return literal(of: id)
      case .selector:
        guard member(expression) == nil else { return 0 }
        let base = type(of: tree.first(expression), steps: steps - 1)
        guard base.spec != 0 else { return 0 }
        return symbols.methods[.init(type: tree.name(base.spec), method: tree.name(expression))] ?? 0
      default: return 0
      }
    }

    /// The function literal that a variable stands for as long as it lives; 0 if it is set to several, or to another.
    private func literal(of id: GoSymbolID) -> GoNodeID {
      let symbol = symbols[id]
      var literal = symbol.value != 0 && kind(symbol.value) == .functionLiteral ? symbol.value : 0
      guard literal != 0 || symbol.value == 0 else { return 0 }
      for use in symbols.uses(of: id) where use != symbol.declaration {
        let parent = tree.parent(use)
        guard kind(parent) == .assignment, isLeft(use, of: parent) else { continue }
        // `var f func(); f = func() { … }` is how a literal calls itself.
        let value = tree.child(parent, 1)
        guard literal == 0, tree[parent].count == 1, kind(value) == .functionLiteral else { return 0 }
        literal = value
      }
      return literal
    }

    /// Whether a node is one of those that an assignment sets.
    func isLeft(_ node: GoNodeID, of assignment: GoNodeID) -> Bool {
      var left = tree.first(assignment)
      for _ in 0..<tree[assignment].count {
        if left == node { return true }
        left = tree.next(left)
      }
      return false
    }

    /// The names of a function's parameters by their places; 0 where one has no name or takes several arguments.
    func parameters(of function: GoNodeID) -> [GoNodeID] {
      var names: [GoNodeID] = []
      for field in tree.children(tree.child(functionType(of: function), 1)) {
        let type = tree.first(field)
        var name = tree.next(type)
        if name == 0 || kind(type) == .ellipsis { names.append(0) }
        while name != 0, kind(type) != .ellipsis {
          names.append(name)
          name = tree.next(name)
        }
      }
      return names
    }
  }
#endif
