import CSPMNames
import CSPMSyntax

/// A declaration as the checker sees it: clauses of one function together, modules and timed sections opened.
final class Item {
  enum Kind {
    case function(Function)
    case binding(Pattern, Expression, TypeScheme?)
    case datatype(Identifier, [Declaration.Constructor], [SymbolID: TypeScheme])
    case `subtype`(Identifier, [Declaration.Constructor])
    case nametype(Identifier, Expression, TypeScheme?)
    case channel([Identifier], Expression?, TypeScheme?)
    case assertion(Assertion)
    case print(Expression)
    /// A module with parameters.
    case generic(Declaration.Module)
    case instance(Identifier, QualifiedName, [Expression])
    case section(Declaration.TimedSection)
  }

  struct Function {
    let name: Identifier
    var clauses: [(parameters: [[Pattern]], body: Expression, span: Span)]
    let annotation: TypeScheme?
  }

  var kind: Kind
  let span: Span
  /// The instances whose copies hold the item, outermost first, with their places.
  let instances: [(symbol: SymbolID, place: Span)]
  /// The modules without parameters that hold the item, outermost first.
  let modules: [SymbolID]
  /// What the item declares.
  var declared: [SymbolID] = []

  init(
    _ kind: Kind, at span: Span, in instances: [(symbol: SymbolID, place: Span)], modules: [SymbolID]
  ) {
    self.kind = kind
    self.span = span
    self.instances = instances
    self.modules = modules
  }

  var isDatatype: Bool { if case .datatype = kind { true } else { false } }
  var isGeneric: Bool { if case .generic = kind { true } else { false } }

  /// Whether the item's types are given, so that also a `let` may use it at several types.
  var isAnnotated: Bool {
    switch kind {
    case .function(let function): function.annotation != nil
    case .binding(_, _, let annotation): annotation != nil
    default: false
    }
  }
}

/// Items of a list of declarations, in its order.
struct ItemList {
  private let names: NameResolver
  private(set) var items: [Item] = []
  private var modules: [SymbolID] = []

  init(_ declarations: [Declaration], _ names: NameResolver) {
    self.names = names
    add(declarations, in: [])
  }

  private mutating func add(_ declarations: [Declaration], in instances: [(symbol: SymbolID, place: Span)]) {
    var annotations: [SymbolID: TypeScheme] = [:]
    for declaration in declarations {
      if case .annotation(let identifiers, let scheme) = declaration.kind {
        for name in identifiers where name.symbol != .unresolved { annotations[name.symbol] = scheme }
      }
    }
    for declaration in declarations {
      switch declaration.kind {
      case .clause(let name, let parameters, let body):
        let clause = (parameters: parameters, body: body, span: declaration.span)
        if let last = items.last, case .function(var function) = last.kind, function.name.symbol == name.symbol {
          function.clauses.append(clause)
          last.kind = .function(function)
        } else {
          append(
            .function(.init(name: name, clauses: [clause], annotation: annotations[name.symbol])), declaration,
            instances, [name.symbol])
        }
      case .binding(let pattern, let body):
        var declared: [SymbolID] = []
        pattern.forEachName { if !isLabel($0.symbol) { declared.append($0.symbol) } }
        let annotation: TypeScheme? =
          if case .name(let name) = pattern.kind { annotations[name.symbol] } else { nil }
        append(.binding(pattern, body, annotation), declaration, instances, declared)
      case .datatype(let name, let constructors):
        append(
          .datatype(name, constructors, annotations), declaration, instances,
          [name.symbol] + constructors.map(\.name.symbol))
      case .subtype(let name, let constructors):
        append(.subtype(name, constructors), declaration, instances, [name.symbol])
      case .nametype(let name, let body):
        append(.nametype(name, body, annotations[name.symbol]), declaration, instances, [name.symbol])
      case .channel(let identifiers, let type):
        let annotation = identifiers.lazy.compactMap { annotations[$0.symbol] }.first
        append(.channel(identifiers, type, annotation), declaration, instances, identifiers.map(\.symbol))
      case .assertion(let assertion): append(.assertion(assertion), declaration, instances, [])
      case .print(let value): append(.print(value), declaration, instances, [])
      case .module(let module) where module.parameters.isEmpty:
        modules.append(module.name.symbol)
        add(module.hidden, in: instances)
        add(module.exported, in: instances)
        modules.removeLast()
      case .module(let module): append(.generic(module), declaration, instances, [module.name.symbol])
      case .instance(let name, let target, let arguments):
        guard let copy = names.instances[name.symbol] else { continue }
        var declared = [name.symbol]
        for parameter in copy.parameters {
          parameter.forEachName { if !isLabel($0.symbol) { declared.append($0.symbol) } }
        }
        append(.instance(name, target, arguments), declaration, instances, declared)
        let inner = instances + [(name.symbol, declaration.span)]
        add(copy.hidden, in: inner)
        add(copy.exported, in: inner)
      case .timed(let section):
        append(.section(section), declaration, instances, [])
        add(section.declarations, in: instances)
      case .annotation, .transparent, .external, .include: break
      }
    }
  }

  private func isLabel(_ symbol: SymbolID) -> Bool { symbol != .unresolved && names.symbols[symbol].isLabel }

  private mutating func append(
    _ kind: Item.Kind, _ declaration: Declaration, _ instances: [(symbol: SymbolID, place: Span)],
    _ declared: [SymbolID]
  ) {
    let item = Item(kind, at: declaration.span, in: instances, modules: modules)
    item.declared = declared.filter { $0 != .unresolved }
    items.append(item)
  }
}
