// What is done with a channel, a group, a lock: every use of a place, through parameters of functions of the same file.
#if Lint
  import GoSyntax

  /// One use of a place.
  struct GoUse {
    enum Role: Equatable {
      case send, receive, range, close
      /// A call of a method: `place.Name(…)`.
      case method(GoName)
      /// A field of it.
      case member(GoName)
      /// It is compared, measured, or set.
      case neutral
      case assigned
      /// It goes where the file does not tell what is done with it.
      case escape
    }

    var role: Role
    /// The operation: the send, the receive, the call.
    var node: GoNodeID
    var context: GoContext
    /// The call in the file that led there; 0 if none did.
    var through: GoNodeID = 0

    var isReceive: Bool { role == .receive || role == .range }
  }

  extension GoFile {
    /// A place that is used more often is one of which nothing is said.
    private static let mostUses = 2_000
    /// So is one that is handed through more functions than that.
    private static let mostFunctions = 100

    private enum Step {
      case use(GoUse.Role, GoNodeID)
      case argument(call: GoNodeID, place: Int)
    }

    /// Every use of a place, in source order within each function.
    ///
    /// - Complexity: linear in the uses, and in those of the parameters that it is handed to.
    func uses(of place: GoPlace) -> [GoUse] {
      let expressions = expressions(of: place)
      budget.spend(expressions.count * 16)
      if expressions.count > Self.mostUses || budget.isSpent {
        return [GoUse(role: .escape, node: expressions.first ?? 0, context: .function(0))]
      }
      var found: [GoUse] = []
      var seen: Set<GoSymbolID> = []
      var pending: [(nodes: [GoNodeID], from: GoContext?, through: GoNodeID)] = [(expressions, nil, 0)]
      while let (nodes, from, through) = pending.popLast() {
        budget.spend(16 * (nodes.count + 1))
        if found.count > Self.mostUses || seen.count > Self.mostFunctions || budget.isSpent {
          return found + [GoUse(role: .escape, node: nodes.first ?? 0, context: .function(0))]
        }
        for node in nodes {
          switch step(from: node) {
          case .use(let role, let operation):
            var context = context(of: operation)
            if let from, case .function = context { context = from }
            found.append(GoUse(role: role, node: operation, context: context, through: through))
          case .argument(let call, let place):
            let function = callee(of: call), names = function == 0 ? [] : parameters(of: function)
            var context = context(of: call)
            if let from, case .function = context { context = from }
            guard place < names.count, names[place] != 0, body(of: function) != 0 else {
              found.append(GoUse(role: .escape, node: call, context: context, through: through))
              continue
            }
            if kind(tree.parent(call)) == .goStatement { context = .goroutine(tree.parent(call)) }
            let parameter = symbols.symbol(of: names[place])
            if parameter != 0, seen.insert(parameter).inserted {
              let uses = symbols.uses(of: parameter).filter { $0 != names[place] }
              pending.append((Array(uses), context, through == 0 ? call : through))
            }
          }
        }
      }
      return found
    }

    /// The expressions of the file that stand for a place.
    func expressions(of place: GoPlace) -> [GoNodeID] {
      switch place.root {
      case .symbol(let id) where place.path.isEmpty:
        return symbols.uses(of: id).filter { $0 != symbols[id].declaration }
      default:
        let named = selectors[place.lastName] ?? []
        budget.spend(named.count * 8)
        return budget.isSpent ? [] : named.filter { self.place(of: $0) == place }
      }
    }

    private func step(from expression: GoNodeID) -> Step {
      var node = expression
      while true {
        let parent = tree.parent(node)
        switch kind(parent) {
        case .parenthesised: break
        case .unary where tree[parent].detail == GoNode.addressOperator: break
        case .receive: return .use(.receive, parent)
        case .send: return .use(tree.first(parent) == node ? .send : .escape, parent)
        case .rangeStatement: return .use(tree.first(parent) == node ? .range : .assigned, parent)
        case .binary, .expressionStatement, .incrementDecrement: return .use(.neutral, parent)
        case .selector:
          let call = tree.parent(parent)
          guard kind(call) == .call, tree.first(call) == parent else { return .use(.member(tree.name(parent)), parent) }
          return .use(.method(tree.name(parent)), call)
        case .assignment, .definition:
          if isLeft(node, of: parent) { return .use(.assigned, parent) }
          let left = tree.first(parent)
          let isDropped = tree[parent].count == 1 && tree.name(left) == GoKnownName.blank.rawValue
          return .use(isDropped ? .neutral : .escape, parent)
        case .call: return argument(node, of: parent)
        default: return .use(.escape, parent)
        }
        node = parent
      }
    }

    private func argument(_ node: GoNodeID, of call: GoNodeID) -> Step {
      if isUniverse(call, .close) { return .use(.close, call) }
      if isUniverse(call, .len) || isUniverse(call, .cap) { return .use(.neutral, call) }
      var place = 0, argument = tree.next(tree.first(call))
      while argument != 0, argument != node {
        argument = tree.next(argument)
        place += 1
      }
      return argument == 0 ? .use(.neutral, call) : .argument(call: call, place: place)
    }

    /// Whether what it holds may be used by code that the file does not show.
    func escapes(_ uses: [GoUse]) -> Bool { uses.contains { $0.role == .escape } }

    // MARK: Channels of the file

    /// Places of channels that the file closes: variables and fields, each once. A parameter is left out where the file
    /// hands it a channel that it knows by another place.
    var closedChannels: [(place: GoPlace, uses: [GoUse])] {
      var seen: Set<GoPlace> = []
      var found: [(place: GoPlace, uses: [GoUse])] = []
      var reached: Set<GoNodeID> = []
      for call in calls where isUniverse(call, .close) {
        guard let place = place(of: tree.child(call, 1)), !isParameter(place), seen.insert(place).inserted else {
          continue
        }
        found.append((place, uses(of: place)))
        reached.formUnion(found.last!.uses.filter { $0.role == .close }.map(\.node))
      }
      for channel in localChannels where seen.insert(GoPlace(root: .symbol(channel.symbol))).inserted {
        let uses = uses(of: GoPlace(root: .symbol(channel.symbol)))
        guard uses.contains(where: { $0.role == .close }) else { continue }
        found.append((GoPlace(root: .symbol(channel.symbol)), uses))
        reached.formUnion(uses.filter { $0.role == .close }.map(\.node))
      }
      for call in calls where isUniverse(call, .close) && !reached.contains(call) {
        guard let place = place(of: tree.child(call, 1)), seen.insert(place).inserted else { continue }
        found.append((place, uses(of: place)))
      }
      return found
    }

    private func isParameter(_ place: GoPlace) -> Bool {
      if case .symbol(let id) = place.root { return symbols[id].kind == .parameter && place.path.isEmpty }
      return false
    }

    // MARK: Channels that the file makes

    /// A channel that a function makes and holds in a variable.
    struct LocalChannel {
      var symbol: GoSymbolID
      var make: GoNodeID
      /// Its capacity; nil if that is not written as a number.
      var capacity: Int?
      var elementType: GoNodeID
    }

    /// Variables that are set to `make(chan …)` where they are declared.
    var localChannels: [LocalChannel] {
      calls.compactMap { call in
        guard isUniverse(call, .make) else { return nil }
        let name = target(of: call)
        guard kind(name) == .identifier else { return nil }
        let symbol = symbols.symbol(of: name)
        guard symbol != 0, symbols[symbol].declaration == name, symbols[symbol].function != 0 else { return nil }
        let type = written(tree.child(call, 1))
        guard type.kind == .channel, type.node != 0 else { return nil }
        return LocalChannel(
          symbol: symbol, make: call, capacity: capacity(of: call), elementType: tree.first(type.node))
      }
    }

    /// What a value is assigned to, or declares; 0 if it stands elsewhere.
    func target(of value: GoNodeID) -> GoNodeID {
      let parent = tree.parent(value), count = Int(tree[parent].count)
      guard [.definition, .assignment, .valueSpec].contains(kind(parent)) else { return 0 }
      let names = Array(tree.children(parent).dropFirst(kind(parent) == .valueSpec ? 1 : 0))
      guard names.count == 2 * count, let place = names.dropFirst(count).firstIndex(of: value) else { return 0 }
      return names[place - count]
    }

    /// The capacity that a call of `make` gives; nil if it is no number.
    func capacity(of make: GoNodeID) -> Int? {
      let argument = tree.child(make, 2)
      if argument == 0 { return 0 }
      return kind(argument) == .literal ? Int(text[span(argument)]) : nil
    }

    /// `struct{}` or `bool`: a channel of it carries no values.
    func isSignal(_ type: GoNodeID) -> Bool {
      kind(type) == .structType && tree.first(type) == 0
        || kind(type) == .identifier && tree.name(type) == GoKnownName.bool.rawValue
    }
  }

  extension GoPlace {
    var lastName: GoName {
      if let last = path.last { return last }
      if case .field(_, let name) = root { return name }
      return 0
    }
  }
#endif
