import CSPMNames
import CSPMSyntax

/// Groups of items that need each other, each group behind those that it needs.
///
/// > Source: Tarjan 1972, with an explicit stack.
struct Dependencies {
  private(set) var groups: [[Item]] = []

  /// - Complexity: linear in the size of the declarations.
  init(_ items: [Item]) {
    var owner: [SymbolID: Int] = [:]
    for (index, item) in items.enumerated() {
      for symbol in item.declared { owner[symbol] = index }
    }
    // An instance of a module without parameters needs all its members.
    var members: [SymbolID: [SymbolID]] = [:]
    for item in items {
      for module in item.modules { members[module, default: []] += item.declared }
    }
    let needs = items.map { item -> [Int] in
      var uses = SymbolUses()
      uses.add(item)
      if case .instance(_, let target, _) = item.kind { uses.symbols.formUnion(members[target.symbol] ?? []) }
      // A copy hangs on its instance, and that on its module.
      if let instance = item.instances.last { uses.symbols.insert(instance.symbol) }
      return uses.symbols.compactMap { owner[$0] }.sorted()
    }
    let order = Self.components(needs)
    groups = order.map { $0.sorted().map { items[$0] } }
  }

  private static func components(_ needs: [[Int]]) -> [[Int]] {
    var number = [Int](repeating: -1, count: needs.count), low = number
    var onStack = [Bool](repeating: false, count: needs.count)
    var stack: [Int] = [], result: [[Int]] = []
    var path: [(node: Int, next: Int)] = []
    var counter = 0
    func enter(_ node: Int) {
      number[node] = counter
      low[node] = counter
      counter += 1
      stack.append(node)
      onStack[node] = true
      path.append((node, 0))
    }
    for root in needs.indices where number[root] < 0 {
      enter(root)
      while let (node, next) = path.last {
        if next < needs[node].count {
          path[path.count - 1].next += 1
          let target = needs[node][next]
          if number[target] < 0 {
            enter(target)
          } else if onStack[target] {
            low[node] = min(low[node], number[target])
          }
          continue
        }
        path.removeLast()
        if let parent = path.last?.node { low[parent] = min(low[parent], low[node]) }
        guard low[node] == number[node] else { continue }
        var component: [Int] = []
        while let member = stack.popLast() {
          onStack[member] = false
          component.append(member)
          if member == node { break }
        }
        result.append(component)
      }
    }
    return result
  }
}

/// The symbols that a piece of a script speaks of.
struct SymbolUses {
  var symbols: Set<SymbolID> = []

  mutating func add(_ item: Item) {
    switch item.kind {
    case .function(let function):
      for clause in function.clauses {
        for pattern in clause.parameters.joined() { add(pattern) }
        add(clause.body)
      }
      add(function.annotation)
    case .binding(let pattern, let body, let annotation):
      add(pattern)
      add(body)
      add(annotation)
    case .datatype(_, let constructors, let annotations):
      for constructor in constructors {
        add(constructor.fields)
        add(annotations[constructor.name.symbol])
      }
    case .subtype(_, let constructors):
      for constructor in constructors {
        add(constructor.name.symbol)
        add(constructor.fields)
      }
    case .nametype(_, let body, let annotation):
      add(body)
      add(annotation)
    case .channel(_, let type, let annotation):
      add(type)
      add(annotation)
    case .assertion(let assertion): add(assertion)
    case .print(let value): add(value)
    case .generic(let module):
      for declaration in module.hidden + module.exported { add(declaration) }
      for parameter in module.parameters { add(parameter) }
    case .instance(_, let target, let arguments):
      add(target.symbol)
      for argument in arguments { add(argument) }
    case .section(let section):
      add(section.tock.symbol)
      add(section.duration)
    }
  }

  private mutating func add(_ symbol: SymbolID) { if symbol != .unresolved { symbols.insert(symbol) } }

  private mutating func add(_ pattern: Pattern) {
    var found: [SymbolID] = []
    pattern.forEachName { found.append($0.symbol) }
    for symbol in found { add(symbol) }
  }

  private mutating func add(_ scheme: TypeScheme?) { if let scheme { add(scheme.type) } }

  private mutating func add(_ type: TypeExpression) {
    switch type.kind {
    case .name(let name): add(name.symbol)
    case .set(let inner), .sequence(let inner): add(inner)
    case .map(let a, let b), .dot(let a, let b), .dotable(let a, let b), .extendable(let a, let b):
      add(a)
      add(b)
    case .tuple(let parts): for part in parts { add(part) }
    case .function(let parameters, let result):
      for part in parameters { add(part) }
      add(result)
    }
  }

  private mutating func add(_ assertion: Assertion) {
    switch assertion.kind {
    case .refinement(let a, _, let b):
      add(a)
      add(b)
    case .property(let process, let property, _):
      add(process)
      if case .hasTrace(let trace) = property { add(trace) }
    }
    for case .tauPriority(let set) in assertion.options { add(set) }
  }

  private mutating func add(_ declaration: Declaration) {
    switch declaration.kind {
    case .binding(let pattern, let body):
      add(pattern)
      add(body)
    case .clause(_, let parameters, let body):
      for pattern in parameters.joined() { add(pattern) }
      add(body)
    case .annotation(_, let scheme): add(scheme.type)
    case .datatype(_, let constructors):
      for constructor in constructors { add(constructor.fields) }
    case .subtype(_, let constructors):
      for constructor in constructors {
        add(constructor.name.symbol)
        add(constructor.fields)
      }
    case .nametype(_, let body): add(body)
    case .channel(_, let type): add(type)
    case .assertion(let assertion): add(assertion)
    case .print(let value): add(value)
    case .module(let module): for inner in module.hidden + module.exported { add(inner) }
    case .instance(_, let target, let arguments):
      add(target.symbol)
      for argument in arguments { add(argument) }
    case .timed(let section):
      add(section.tock.symbol)
      add(section.duration)
      for inner in section.declarations { add(inner) }
    case .transparent, .external, .include: break
    }
  }

  private mutating func add(_ x: Expression?) { if let x { add(x) } }

  mutating func add(_ x: Expression) {
    switch x.kind {
    case .integer, .character, .string, .boolean: break
    case .name(let name): add(name.symbol)
    case .parenthesised(let a), .unary(_, let a): add(a)
    case .tuple(let parts): for part in parts { add(part) }
    case .sequence(let form), .set(let form): add(form)
    case .enumeratedSet(let parts, let list):
      for part in parts { add(part) }
      add(list)
    case .map(let entries):
      for entry in entries {
        add(entry.key)
        add(entry.value)
      }
    case .binary(_, let a, let b), .guarded(let a, let b), .process(_, let a, let b):
      add(a)
      add(b)
    case .conditional(let a, let b, let c), .synchronised(_, let a, let b, let c):
      add(a)
      add(b)
      add(c)
    case .letWithin(let declarations, let body):
      for declaration in declarations { add(declaration) }
      add(body)
    case .lambda(let patterns, let body):
      for pattern in patterns { add(pattern) }
      add(body)
    case .application(let function, let arguments):
      add(function)
      for argument in arguments { add(argument) }
    case .prefix(let channel, let fields, let body):
      add(channel)
      for field in fields {
        switch field.kind {
        case .output(let value): add(value)
        case .input(let pattern, let set), .nondeterministic(let pattern, let set):
          add(pattern)
          add(set)
        }
      }
      add(body)
    case .alphabetised(let a, let b, let c, let d):
      add(a)
      add(b)
      add(c)
      add(d)
    case .linked(let a, let pairs, let list, let b):
      add(a)
      add(b)
      add(pairs)
      add(list)
    case .renamed(let a, let pairs, let list):
      add(a)
      add(pairs)
      add(list)
    case .replicated(let op, let list, let body):
      switch op {
      case .alphabetised(let set), .parallel(let set), .synchronisingChoice(let set): add(set)
      case .linked(let pairs, let conditions):
        add(pairs)
        add(conditions)
      case .externalChoice, .internalChoice, .interleave, .sequence: break
      }
      add(list)
      add(body)
    }
  }

  private mutating func add(_ form: Expression.Collection) {
    switch form {
    case .elements(let parts): for part in parts { add(part) }
    case .range(let low, let high):
      add(low)
      add(high)
    case .comprehension(let parts, let list):
      for part in parts { add(part) }
      add(list)
    case .rangeComprehension(let low, let high, let list):
      add(low)
      add(high)
      add(list)
    }
  }

  private mutating func add(_ pairs: [Expression.Pair]) {
    for pair in pairs {
      add(pair.left)
      add(pair.right)
    }
  }

  private mutating func add(_ list: [Statement]) {
    for statement in list {
      switch statement {
      case .generator(let pattern, let source):
        add(pattern)
        add(source)
      case .condition(let x): add(x)
      }
    }
  }
}
