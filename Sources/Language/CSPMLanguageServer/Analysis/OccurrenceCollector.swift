import CSPMNames
import CSPMSyntax

/// Collects the names of a tree whose names are bound: declarations, patterns and types.
struct OccurrenceCollector {
  private(set) var occurrences: [Occurrences.Occurrence] = []
  private let symbols: SymbolTable
  /// Modules and instances by their names as seen from the top level.
  private var modules: [String: SymbolID] = [:]
  private let files: SourceFiles
  private var tokens: [Int32: [Token]] = [:]

  init(_ names: NameResolver, _ files: SourceFiles) {
    symbols = names.symbols
    self.files = files
    for symbol in names.modules.keys { modules[names.symbols[symbol].name] = symbol }
  }

  // MARK: Names

  mutating func add(_ symbol: SymbolID, at span: Span, isDeclaration: Bool = false) {
    guard symbol != .unresolved else { return }
    occurrences.append(.init(span: span, symbol: symbol, isDeclaration: isDeclaration))
  }

  mutating func declare(_ name: Identifier) { add(name.symbol, at: name.span, isDeclaration: true) }

  /// A name that is used, and the modules in front of it. Nothing stands between its parts but `::`.
  mutating func use(_ name: QualifiedName, at span: Span) {
    var upper = span.upper
    var full = name.symbol == .unresolved ? nil : symbols[name.symbol].name
    var symbol = name.symbol
    for (index, part) in name.parts.enumerated().reversed() {
      let lower = upper - Int32(part.utf8.count)
      add(symbol, at: Span(file: span.file, lower: lower, upper: upper))
      upper = lower - 2
      guard index > 0, let whole = full else { return }
      full = String(whole.dropLast(part.count + 2))
      symbol = full.flatMap { modules[$0] } ?? .unresolved
    }
  }

  // MARK: Declarations

  mutating func visit(_ declarations: [Declaration]) {
    for declaration in declarations { visit(declaration) }
  }

  private mutating func visit(_ declaration: Declaration) {
    switch declaration.kind {
    case .binding(let pattern, let body):
      visit(pattern)
      visit(body)
    case .clause(let name, let parameters, let body):
      declare(name)
      for pattern in parameters.joined() { visit(pattern) }
      visit(body)
    case .annotation(let names, let scheme):
      for name in names { add(name.symbol, at: name.span) }
      for constraint in scheme.constraints { add(constraint.variable.symbol, at: constraint.variable.span) }
      visit(scheme.type)
    case .datatype(let name, let constructors):
      declare(name)
      for constructor in constructors {
        declare(constructor.name)
        constructor.fields.map { visit($0) }
      }
    case .subtype(let name, let constructors):
      declare(name)
      for constructor in constructors {
        add(constructor.name.symbol, at: constructor.name.span)
        constructor.fields.map { visit($0) }
      }
    case .nametype(let name, let body):
      declare(name)
      visit(body)
    case .channel(let names, let type):
      for name in names { declare(name) }
      type.map { visit($0) }
    case .transparent(let names), .external(let names):
      for name in names { add(name.symbol, at: name.span) }
    case .assertion(let assertion): visit(assertion)
    case .print(let value): visit(value)
    case .include: break
    case .module(let module):
      declare(module.name)
      for pattern in module.parameters { visit(pattern) }
      visit(module.hidden)
      visit(module.exported)
    case .instance(let name, let module, let arguments):
      declare(name)
      if let span = moduleSpan(behind: name, module) { use(module, at: span) }
      for argument in arguments { visit(argument) }
    case .timed(let section):
      section.duration.map { visit($0) }
      visit(section.declarations)
    }
  }

  /// Where the module stands in `instance I = M::N(…)`: the tree has no place for it, so the tokens are asked.
  private mutating func moduleSpan(behind name: Identifier, _ module: QualifiedName) -> Span? {
    let file = name.span.file
    let tokens = self.tokens[file] ?? Lexer.tokens(of: files[name.span], file: file).tokens
    self.tokens[file] = tokens
    var low = 0, high = tokens.count
    while low < high {
      let middle = (low + high) / 2
      if tokens[middle].lower < name.span.upper { low = middle + 1 } else { high = middle }
    }
    guard low + 1 < tokens.count, tokens[low].kind == .define else { return nil }
    let lower = tokens[low + 1].lower
    return Span(file: file, lower: lower, upper: lower + Int32(module.text.utf8.count))
  }

  private mutating func visit(_ assertion: Assertion) {
    switch assertion.kind {
    case .refinement(let specification, _, let implementation):
      visit(specification)
      visit(implementation)
    case .property(let process, let property, _):
      visit(process)
      if case .hasTrace(let trace) = property { visit(trace) }
    }
    for case .tauPriority(let set) in assertion.options { visit(set) }
  }

  // MARK: Patterns and types

  mutating func visit(_ pattern: Pattern) {
    switch pattern.kind {
    case .name(let name):
      // What a pattern binds is declared where it stands.
      if name.symbol != .unresolved, symbols[name.symbol].span == pattern.span {
        add(name.symbol, at: pattern.span, isDeclaration: true)
      } else {
        use(name, at: pattern.span)
      }
    case .parenthesised(let inner): visit(inner)
    case .tuple(let parts), .sequence(let parts), .set(let parts):
      for part in parts { visit(part) }
    case .concatenate(let a, let b), .dot(let a, let b), .both(let a, let b):
      visit(a)
      visit(b)
    case .wildcard, .integer, .character, .string, .boolean: break
    }
  }

  private mutating func visit(_ type: TypeExpression) {
    switch type.kind {
    case .name(let name): use(name, at: type.span)
    case .set(let inner), .sequence(let inner): visit(inner)
    case .map(let a, let b), .dot(let a, let b), .dotable(let a, let b), .extendable(let a, let b):
      visit(a)
      visit(b)
    case .tuple(let parts):
      for part in parts { visit(part) }
    case .function(let parameters, let result):
      for parameter in parameters { visit(parameter) }
      visit(result)
    }
  }
}
