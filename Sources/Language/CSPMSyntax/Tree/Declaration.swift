/// A declaration with its place.
public struct Declaration: Hashable, Sendable {
  public var kind: Kind
  public var span: Span

  public init(_ kind: Kind, at span: Span) {
    self.kind = kind
    self.span = span
  }

  public indirect enum Kind: Hashable, Sendable {
    /// `p = e`; also `x = e`, a pattern of one name.
    case binding(Pattern, Expression)
    /// One clause of `f(p1, p2)(q) = e`; the parser does not gather clauses.
    case clause(Identifier, [[Pattern]], Expression)
    /// `n1, n2 :: (Eq a) => type`
    case annotation([Identifier], TypeScheme)
    case datatype(Identifier, [Constructor])
    case `subtype`(Identifier, [Constructor])
    case nametype(Identifier, Expression)
    case channel([Identifier], Expression?)
    case transparent([Identifier])
    case external([Identifier])
    case assertion(Assertion)
    case print(Expression)
    /// The file that was named; the loader puts its declarations behind it.
    case include(String)
    case module(Module)
    case instance(Identifier, QualifiedName, [Expression])
    case timed(TimedSection)
  }

  /// `C` or `C.te`: a dotted type expression, whose parts are set expressions and tuples of them.
  public struct Constructor: Hashable, Sendable {
    public var name: Identifier
    public var fields: Expression?
    public init(name: Identifier, fields: Expression?) {
      self.name = name
      self.fields = fields
    }
  }

  /// `Timed(f) { … }`
  public struct TimedSection: Hashable, Sendable {
    /// How many units an event takes, `f :: (Event) -> Int`; one each where it is missing.
    public var duration: Expression?
    public var declarations: [Declaration]
    /// The channel by which time passes; it is not written.
    public var tock: QualifiedName
    /// A name for `duration` that no script can write.
    public var durationName = QualifiedName([""])
    public init(duration: Expression?, declarations: [Declaration], tock: QualifiedName = QualifiedName(["tock"])) {
      self.duration = duration
      self.declarations = declarations
      self.tock = tock
    }
  }

  public struct Module: Hashable, Sendable {
    public var name: Identifier
    public var parameters: [Pattern]
    public var hidden: [Declaration], exported: [Declaration]
    public init(name: Identifier, parameters: [Pattern], hidden: [Declaration], exported: [Declaration]) {
      self.name = name
      self.parameters = parameters
      self.hidden = hidden
      self.exported = exported
    }
  }
}

/// A name where it is declared.
public struct Identifier: Hashable, Sendable {
  public var text: String
  public var span: Span
  public var symbol: SymbolID
  public init(_ text: String, at span: Span, symbol: SymbolID = .unresolved) {
    self.text = text
    self.span = span
    self.symbol = symbol
  }
}

/// `(Eq a, Set b) => type`, as written.
public struct TypeScheme: Hashable, Sendable {
  public var constraints: [Constraint]
  public var type: TypeExpression
  public init(constraints: [Constraint], type: TypeExpression) {
    self.constraints = constraints
    self.type = type
  }

  public struct Constraint: Hashable, Sendable {
    public var name: Identifier, variable: Identifier
    public init(name: Identifier, variable: Identifier) {
      self.name = name
      self.variable = variable
    }
  }
}

/// A type as written in an annotation.
public struct TypeExpression: Hashable, Sendable {
  public var kind: Kind
  public var span: Span
  public init(_ kind: Kind, at span: Span) {
    self.kind = kind
    self.span = span
  }

  public indirect enum Kind: Hashable, Sendable {
    /// `Int`, `Proc`, a datatype, or a type variable.
    case name(QualifiedName)
    case set(TypeExpression)
    case sequence(TypeExpression)
    case map(TypeExpression, TypeExpression)
    case tuple([TypeExpression])
    case function([TypeExpression], TypeExpression)
    case dot(TypeExpression, TypeExpression)
    /// `a => b`
    case dotable(TypeExpression, TypeExpression)
    /// `a =>* b`
    case extendable(TypeExpression, TypeExpression)
  }
}

/// `assert …`
public struct Assertion: Hashable, Sendable {
  public enum Model: String, Hashable, Sendable {
    case traces = "T", failures = "F", failuresDivergences = "FD"
    case revivals = "V", revivalsDivergences = "VD", refusalTraces = "R", refusalTracesDivergences = "RD"
  }

  public enum Property: Hashable, Sendable {
    case deadlockFree, divergenceFree, deterministic
    case hasTrace(Expression)

    /// The models in which the property is decided (FDR manual, section 4.1.8).
    public var models: [Model] {
      switch self {
      case .deadlockFree, .deterministic: [.failures, .failuresDivergences]
      case .divergenceFree: [.failuresDivergences]
      case .hasTrace: [.traces, .failures, .failuresDivergences]
      }
    }
  }

  public enum Kind: Hashable, Sendable {
    /// `specification [model= implementation`
    case refinement(Expression, Model, Expression)
    /// `process :[property [model]]`; no model means the default one.
    case property(Expression, Property, Model?)
  }

  public enum Option: Hashable, Sendable {
    /// `:[tau priority]: S` or `:[tau priority over]: S`
    case tauPriority(Expression)
    /// `:[partial order reduce [mode]]`
    case partialOrderReduce(String?)
  }

  public var kind: Kind
  public var isNegated: Bool
  public var options: [Option]
  public init(_ kind: Kind, isNegated: Bool, options: [Option]) {
    self.kind = kind
    self.isNegated = isNegated
    self.options = options
  }
}

/// A parsed script: declarations in order, includes already followed by what they bring.
public struct Script: Hashable, Sendable {
  public var declarations: [Declaration]
  public init(declarations: [Declaration]) { self.declarations = declarations }
}
