public import CSPMSyntax

/// What a name of a script stands for.
public struct Symbol: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case builtIn(BuiltIn), constant(BuiltInConstant), atomicType(AtomicType)
    case channel, constructor
    case datatype, `subtype`, nametype
    /// Declared by `f(x) = …`.
    case function
    /// Declared by `x = …` or as a part of a pattern that is defined.
    case value
    /// Bound by a parameter, a generator or a field.
    case variable
    case module, instance
    case typeVariable
  }

  /// As one writes it from the top level: `M::x` for a member of a module.
  public var name: String
  public var kind: Kind
  /// Where it is declared; nil for what is built in. Members of an instance are declared where its module is.
  public var span: Span?

  /// Whether patterns match the name and do not bind it.
  public var isLabel: Bool { kind == .channel || kind == .constructor }
}

/// The symbols of a script, by their `SymbolID`.
public struct SymbolTable: Sendable {
  public private(set) var symbols: [Symbol] = []

  public init() {}

  public subscript(id: SymbolID) -> Symbol { symbols[Int(id.index)] }
  public var count: Int { symbols.count }

  mutating func add(_ symbol: Symbol) -> SymbolID {
    symbols.append(symbol)
    return SymbolID(symbols.count - 1)
  }
}
