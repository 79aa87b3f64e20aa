public import CSPMSyntax

/// Binds every name of a script to a symbol, so that later phases need no scopes.
///
/// Three passes over each list of declarations: channels, constructors and modules first, since patterns depend on
/// them; then all other names, so that order does not matter; then what the declarations say. An instance is a copy of
/// its module's declarations with symbols of its own, resolved where the module stands: that is what makes its
/// datatypes new ones, and later phases see modules without parameters only.
///
/// Invariants: I1 a name without a meaning is reported once, where it stands, and keeps `SymbolID.unresolved`; I2 a
/// declaration that was reported as a second one of its name is left out; I3 the copies that instances make are
/// bounded by `NameLimits`.
///
/// > Source: scoping as in FDR manual 4.2, section "Modules"; libcspm, `CSPM.Renamer`, for what it leaves open.
public final class NameResolver {
  /// The declarations with the symbols of all names.
  public internal(set) var declarations: [Declaration] = []
  public internal(set) var symbols = SymbolTable()
  /// What each instance copied from its module, by the instance's symbol.
  public internal(set) var instances: [SymbolID: Instance] = [:]
  /// The modules that instances may name, those in copies included.
  public internal(set) var modules: [SymbolID: Declaration.Module] = [:]
  /// Names of a declaration that was left out, since another of its names has a meaning: that place.
  public internal(set) var leftOut: [SymbolID: Span] = [:]
  /// Errors, then warnings, each in the order in which they were met.
  public internal(set) var diagnostics: [Diagnostic] = []

  /// The members of one instance.
  public struct Instance: Sendable {
    /// The module that was named.
    public let module: SymbolID
    public let parameters: [Pattern]
    public let hidden: [Declaration], exported: [Declaration]
  }

  /// Names that are silently unknown, since their declarations could not be read.
  let unreadable: Set<String>
  let builtIns: Scope
  let global: Scope
  /// Names that later phases have to be able to refer to, whatever a script calls its own.
  var builtInSymbols: [BuiltIn: SymbolID] = [:]
  var copied = 0, copiedBytes = 0
  /// Whether the limit on copies was reached, which is reported once.
  var hasTooManyInstances = false
  var typeVariables: [TypeVariablePlace: SymbolID] = [:]
  var suggestions: [String: String?] = [:]
  private let limit: WorkLimit?
  private var expressions = 0

  /// - Parameter limit: where it is reached, no declarations are left.
  public init(_ script: Script, unreadable: Set<String> = [], limit: WorkLimit? = nil) {
    self.unreadable = unreadable
    self.limit = limit
    builtIns = Scope(parent: nil)
    global = Scope(parent: builtIns)
    declareBuiltIns()
    let block = Block(script.declarations, declaring: global, isExported: true)
    declareLabels(block)
    declareNames(block)
    let all = resolved(block)
    if limit?.reached == nil { declarations = all }
  }

  /// Whether the work has to end; asked before each expression.
  func isCutOff(at span: Span) -> Bool {
    expressions += 1
    guard let limit, expressions & 0xFFF == 0 || limit.reached != nil else { return false }
    return limit.isReached(while: "the names of this script were looked up", at: span)
  }

  /// Binds the names of an expression that stands outside of the script, in the scope of its top level.
  ///
  /// - Throws: the first mistake.
  public func resolve(_ expression: Expression) throws(Diagnostic) -> Expression {
    try checked { self.expression(expression, global) }
  }

  /// Binds the names of an assertion that stands outside of the script.
  public func resolve(_ assertion: Assertion) throws(Diagnostic) -> Assertion {
    try checked { self.assertion(assertion, global) }
  }

  /// The symbol of a name as one writes it at the top level, `x` or `M::x`; nil if nothing of that name can be seen.
  public func symbol(named name: String) -> SymbolID? {
    guard case .found(let symbol) = lookup(name.split(separator: ":").map(String.init), global) else { return nil }
    return symbol
  }

  /// The names that can be used at the top level without a module in front, with what they mean.
  public var visible: [String: SymbolID] {
    builtIns.names.merging(global.names) { $1 }.mapValues(\.symbol)
  }

  private func checked<Tree>(_ body: () -> Tree) throws(Diagnostic) -> Tree {
    let before = diagnostics.count
    let tree = body()
    guard diagnostics.count == before else {
      defer { diagnostics.removeSubrange(before...) }
      throw diagnostics[before]
    }
    return tree
  }

  private func declareBuiltIns() {
    for builtIn in BuiltIn.allCases {
      let symbol = symbols.add(Symbol(name: builtIn.rawValue, kind: .builtIn(builtIn), span: nil))
      builtInSymbols[builtIn] = symbol
      if builtIn.availability == .always {
        builtIns.names[builtIn.rawValue] = .init(symbol: symbol, span: nil, isExported: true)
      }
    }
    for constant in BuiltInConstant.allCases where !constant.isTimed {
      let symbol = symbols.add(Symbol(name: constant.rawValue, kind: .constant(constant), span: nil))
      builtIns.names[constant.rawValue] = .init(symbol: symbol, span: nil, isExported: true)
    }
    for type in AtomicType.allCases {
      builtIns.types[type.rawValue] = symbols.add(Symbol(name: type.rawValue, kind: .atomicType(type), span: nil))
    }
  }

  /// The scope inside of a timed section.
  func timedScope(in parent: Scope) -> Scope {
    let scope = Scope(parent: parent)
    for builtIn in BuiltIn.allCases where builtIn.availability == .inTimedSections {
      scope.names[builtIn.rawValue] = builtInSymbols[builtIn].map { .init(symbol: $0, span: nil, isExported: false) }
    }
    for constant in BuiltInConstant.allCases where constant.isTimed {
      let symbol = symbols.add(Symbol(name: constant.rawValue, kind: .constant(constant), span: nil))
      scope.names[constant.rawValue] = .init(symbol: symbol, span: nil, isExported: false)
    }
    return scope
  }

  func complain(_ id: String, _ message: String, at span: Span?, notes: [Diagnostic.Note] = []) {
    guard limit?.reached == nil else { return }
    diagnostics.append(Diagnostic(id: id, message, at: span, notes: notes))
  }
}

/// How much instances may copy.
public enum NameLimits {
  /// Declarations in all copies of a script together.
  public static let copiedDeclarations = 250_000
  /// Bytes of text that they stand in.
  public static let copiedBytes = 1 << 26
}
