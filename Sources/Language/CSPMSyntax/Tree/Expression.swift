/// An expression with its place. The tree holds what was written, brackets included, and no meaning.
public struct Expression: Hashable, Sendable {
  public var kind: Kind
  public var span: Span

  public init(_ kind: Kind, at span: Span) {
    self.kind = kind
    self.span = span
  }

  public indirect enum Kind: Hashable, Sendable {
    // Values.
    case integer(Int)
    case character(Unicode.Scalar)
    case string(String)
    case boolean(Bool)
    case name(QualifiedName)
    case parenthesised(Expression)
    case tuple([Expression])
    case sequence(Collection)
    case set(Collection)
    /// `{| c.x | x <- S |}`; no statements for `{| c, d |}`.
    case enumeratedSet([Expression], [Statement])
    case map([MapEntry])
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    case conditional(Expression, then: Expression, else: Expression)
    case letWithin([Declaration], Expression)
    case lambda([Pattern], Expression)
    case application(Expression, [Expression])

    // Processes.
    /// `c.e?x!y -> P`: the channel with its dots, then the fields.
    case prefix(Expression, [Field], Expression)
    case guarded(Expression, Expression)
    /// `[]`, `|~|`, `[>`, `;`, `/\`, `|||`, `\`, `|\`: two processes, or a process and a set.
    case process(ProcessOperator, Expression, Expression)
    /// `[| A |]`, `[+ A +]`, `/+ A +\`, `[| A |>`: left, set, right.
    case synchronised(SynchronisedOperator, Expression, Expression, Expression)
    /// `P [A || B] Q`: left, its alphabet, right's alphabet, right.
    case alphabetised(Expression, Expression, Expression, Expression)
    case linked(Expression, [Pair], [Statement], Expression)
    case renamed(Expression, [Pair], [Statement])
    case replicated(ReplicatedOperator, [Statement], Expression)
  }

  /// The five forms that sequences and sets share.
  public enum Collection: Hashable, Sendable {
    case elements([Expression])
    /// `<m..n>`, or `<m..>` where the upper bound is missing.
    case range(Expression, Expression?)
    case comprehension([Expression], [Statement])
    case rangeComprehension(Expression, Expression?, [Statement])
  }

  public struct MapEntry: Hashable, Sendable {
    public var key: Expression, value: Expression
    public init(key: Expression, value: Expression) {
      self.key = key
      self.value = value
    }
  }

  /// `a <- b` in a renaming, `a <-> b` in a linked parallel.
  public struct Pair: Hashable, Sendable {
    public var left: Expression, right: Expression
    public init(left: Expression, right: Expression) {
      self.left = left
      self.right = right
    }
  }
}

/// `x`, or `M::x` with one element a step.
public struct QualifiedName: Hashable, Sendable {
  public var parts: [String]
  public var symbol: SymbolID
  public init(_ parts: [String], symbol: SymbolID = .unresolved) {
    self.parts = parts
    self.symbol = symbol
  }
  public var text: String { parts.joined(separator: "::") }
}

/// What a name means: an index into the symbols of a script. The parser leaves it open, name resolution fills it in.
public struct SymbolID: Hashable, Sendable {
  public var index: Int32
  public init(_ index: Int) { self.index = Int32(index) }
  public static let unresolved = SymbolID(-1)
}

public enum UnaryOperator: String, Hashable, Sendable {
  case negate = "-", not = "not", length = "#"
}

public enum BinaryOperator: String, Hashable, Sendable {
  case add = "+", subtract = "-", multiply = "*", divide = "/", remainder = "%"
  case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
  case and = "and", or = "or"
  case concatenate = "^"
  case dot = "."
}

public enum ProcessOperator: String, Hashable, Sendable {
  case externalChoice = "[]", internalChoice = "|~|", sliding = "[>", sequence = ";", interrupt = "/\\"
  case interleave = "|||", hide = "\\", project = "|\\"
}

public enum SynchronisedOperator: String, Hashable, Sendable {
  case parallel = "[|", exception = "|>", externalChoice = "[+", interrupt = "/+"
}

public enum ReplicatedOperator: Hashable, Sendable {
  case externalChoice, internalChoice, interleave, sequence
  /// `|| x : S @ [A(x)] P`
  case alphabetised(Expression)
  /// `[| A |] x : S @ P`
  case parallel(Expression)
  /// `[+ A +] x : S @ P`
  case synchronisingChoice(Expression)
  /// `[ a <-> b | stmts ] x : <..> @ P`
  case linked([Expression.Pair], [Statement])
}

/// A field of a prefix after its channel.
public struct Field: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// `?p`, `?p:S`
    case input(Pattern, Expression?)
    /// `!e`
    case output(Expression)
    /// `$p`, `$p:S`
    case nondeterministic(Pattern, Expression?)
  }
  public var kind: Kind
  public var span: Span
  public init(_ kind: Kind, at span: Span) {
    self.kind = kind
    self.span = span
  }
}

/// `p <- e` or `p : e`, or a condition.
public enum Statement: Hashable, Sendable {
  case generator(Pattern, Expression)
  case condition(Expression)
}
