public import CSPMNames
public import CSPMSyntax

/// The types of a script: of every name, and the mistakes in them.
///
/// Declarations are checked in groups that depend on each other, each group after those that it needs; what is declared
/// at the top level or in a module is then generalised, what a `let` declares only where an annotation asks for it. A
/// name whose declaration has a mistake can have any type from there on, so that one mistake makes one message.
///
/// Modules with parameters are checked once for themselves; each instance, being a copy, is checked again with the
/// types of what it passes.
///
/// > Source: FDR manual 4.2, section "Type system"; Damas and Milner 1982.
public final class TypeChecker {
  public let names: NameResolver
  /// Errors in the order in which they were found.
  public internal(set) var diagnostics: [Diagnostic] = []
  /// The types of expressions and patterns, where they were asked for.
  public internal(set) var recorded: [(span: Span, type: Type)] = []

  let unifier: Unifier
  private let limit: WorkLimit?
  let recordsTypes: Bool
  var schemes: [Scheme?] = []
  /// Where the instances around the present place are made, outermost first.
  var instancePlaces: [Span] = []
  var reported: Set<Report> = []
  private var hasReportedEnd = false
  /// Names whose declarations have mistakes.
  var poisoned: Set<SymbolID> = []

  /// A place at which something was reported: a second message there says nothing new.
  struct Report: Hashable {
    let id: String
    let span: Span?
  }

  /// Checks a script.
  ///
  /// - Parameters:
  ///   - recordsTypes: whether `recorded` is filled, for an editor.
  ///   - limit: where it is reached, the names that come later have no type.
  /// - Complexity: almost linear in the size of the script where types are small; bounded by `Unifier.mostSteps` for
  ///   each clause where they are not, and `Unifier.mostScriptSteps` for the script.
  public init(_ names: NameResolver, recordsTypes: Bool = false, limit: WorkLimit? = nil) {
    self.names = names
    self.limit = limit
    unifier = Unifier(limit: limit)
    self.recordsTypes = recordsTypes
    check(names.declarations, generalises: true, checksAmbiguity: true)
    unifier.resetAllSteps()
  }

  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  // MARK: Asking

  /// The type of a name as text, `Eq a => ({a}) -> Int`; nil for what has none, such as a module, or a declaration with
  /// a mistake.
  public func type(of symbol: SymbolID) -> String? {
    guard !poisoned.contains(symbol), let scheme = scheme(of: symbol) else { return nil }
    var printer = TypePrinter(unifier, names.symbols)
    return printer.text(scheme.type)
  }

  /// The type of an expression whose names `NameResolver.resolve` has bound.
  ///
  /// - Throws: the first mistake.
  public func type(of expression: Expression) throws(Diagnostic) -> String {
    unifier.resetAllSteps()
    let type = try infer(expression)
    var printer = TypePrinter(unifier, names.symbols)
    do throws(Mismatch) {
      return printer.text(try unifier.evaluateDots(type))
    } catch {
      throw diagnostic(error, at: expression.span)
    }
  }

  /// Sees to it that an expression, its names bound, is a process.
  ///
  /// - Throws: the first mistake.
  public func checkProcess(_ expression: Expression) throws(Diagnostic) {
    unifier.resetAllSteps()
    try check(expression, is: .process, Reason("a process is wanted here"))
  }

  /// A recorded type as text.
  public func text(_ type: Type) -> String {
    var printer = TypePrinter(unifier, names.symbols)
    return printer.text((try? unifier.evaluateDots(type)) ?? type)
  }

  // MARK: Types of names

  func scheme(of symbol: SymbolID) -> Scheme? {
    guard symbol != .unresolved else { return nil }
    if let known = existing(symbol) { return known }
    let scheme: Scheme
    switch names.symbols[symbol].kind {
    case .builtIn(let builtIn): scheme = BuiltInTypes.scheme(of: builtIn, unifier)
    case .constant(let constant): scheme = BuiltInTypes.scheme(of: constant, unifier)
    default: return nil
    }
    set(symbol, scheme)
    return scheme
  }

  private func existing(_ symbol: SymbolID) -> Scheme? {
    let index = Int(symbol.index)
    return index < schemes.count ? schemes[index] : nil
  }

  func set(_ symbol: SymbolID, _ scheme: Scheme) {
    guard symbol != .unresolved else { return }
    let index = Int(symbol.index)
    if index >= schemes.count {
      schemes.append(contentsOf: repeatElement(nil, count: max(names.symbols.count, index + 1) - schemes.count))
    }
    schemes[index] = scheme
  }

  /// A scheme that fits everything, for names whose declarations have mistakes.
  func anything() -> Scheme {
    let variable = unifier.freshVariable()
    return Scheme(.variable(variable), for: [variable])
  }

  /// The type that a name has inside of the group or pattern that declares it.
  func own(_ symbol: SymbolID) -> Type { scheme(of: symbol)?.type ?? unifier.fresh() }

  // MARK: Reporting

  /// Nothing is said of what comes behind the end of the work, whose reason is said once.
  func report(_ diagnostic: Diagnostic) {
    guard !hasReportedEnd, limit?.reached == nil else { return }
    hasReportedEnd = unifier.hasEnded
    guard reported.insert(Report(id: diagnostic.id, span: diagnostic.span)).inserted else { return }
    var diagnostic = diagnostic
    for place in instancePlaces { diagnostic.notes.append(.init("in the instance that is made here", at: place)) }
    diagnostics.append(diagnostic)
  }
}
