import CSPMNames
import CSPMSyntax

/// Why two types do not fit, as deep inside as it was found.
///
/// SAFETY: an error has to be `Sendable`, and types hold variables, which are not; each is thrown and caught by the one
/// thread that runs its checker.
struct Mismatch: Error, @unchecked Sendable {
  enum Kind {
    case types(expected: Type, actual: Type)
    case constraint(Constraints, Type)
    case infinite(TypeVariable, Type)
    /// A type of an annotation would be seen outside of it.
    case escape(TypeVariable)
    case tooLarge
    /// The types of the script together, or a limit of the command line.
    case ended
  }
  let kind: Kind
  init(_ kind: Kind) { self.kind = kind }
}

/// Types made equal by binding their variables.
///
/// Unification knows an expected and an actual type, because dots go one way: where a `T` is expected, a constructor
/// dotted with all its fields will do, yet a pattern `x.y` does not match any `T`. It is the only place that binds
/// variables.
///
/// Invariants: I1 a bound variable is never bound again; I2 no type contains itself; I3 in a trial every change is
/// noted, and `undo` takes all of them back; I4 the steps between two resets are bounded by the number of expressions, and
/// so are all of them together, so that types that grow exponentially end with a message; I5 where the work has to end,
/// every step from then on fails; I6 a step costs the same however many variables a type has.
///
/// > Source: Hindley and Milner with levels (Rémy 1992); dots as FDR manual 4.2, "Type system", and libcspm
/// > (`CSPM.TypeChecker.Unification`), whose suite pins the choices between shortest and longest match.
final class Unifier {
  /// Groups of declarations around the present place.
  var level = 0
  /// Datatypes whose values can be compared.
  var comparable: Set<SymbolID> = []
  /// Whether a dotted type may be expected where a whole value is given.
  var allowsSplitting = true
  /// Where in the text the present unification comes from, for messages.
  var place: Span?
  /// What a trial changed, newest last; nil outside of trials.
  private var trail: [Change]?
  private var steps = 0
  private var variables = 0
  /// Walks through types that mark the variables they meet.
  private var walks = 0
  private let limit: WorkLimit?
  /// How many steps may be taken from the last reset on, for the script as a whole and for the present clause.
  private var allowance = Unifier.mostScriptSteps, clauseAllowance = Unifier.mostSteps
  private var expressions = 0
  private(set) var hasEnded = false

  private enum Change {
    case binding(TypeVariable)
    case constraints(TypeVariable, Constraints)
    case level(TypeVariable, Int)
  }

  /// Steps of unification for one clause, and for all of a script together: so many, and more for each expression.
  /// Where types are not large, an expression takes less than a tenth of its figure.
  static let mostSteps = 200_000, mostScriptSteps = 2_000_000, mostStepsAnExpression = 200

  init(limit: WorkLimit?) { self.limit = limit }

  // MARK: Variables

  func fresh(_ constraints: Constraints = []) -> Type { .variable(freshVariable(constraints)) }

  func freshVariable(_ constraints: Constraints = []) -> TypeVariable {
    variables += 1
    return TypeVariable(id: variables, level: level, constraints: constraints)
  }

  func rigid(_ name: String, _ constraints: Constraints, at span: Span?) -> TypeVariable {
    variables += 1
    return TypeVariable(id: variables, level: level, constraints: constraints, rigidName: name, span: span)
  }

  func resetSteps() {
    allowance -= steps
    steps = 0
    clauseAllowance = Self.mostSteps
  }

  /// For expressions that are not of the script, each of which has a limit of its own.
  func resetAllSteps() {
    steps = 0
    clauseAllowance = Self.mostSteps
    allowance = Self.mostScriptSteps
    hasEnded = false
  }

  func step() throws(Mismatch) {
    steps += 1
    if steps & 0x3FF == 0 || hasEnded { try heedLimits() }
  }

  /// A step for each expression, which adds to what the script may take.
  func stepOfExpression() throws(Mismatch) {
    allowance += Self.mostStepsAnExpression
    clauseAllowance += Self.mostStepsAnExpression
    expressions += 1
    if expressions & 0x3FF == 0 || hasEnded { try heedLimits() }
  }

  private func heedLimits() throws(Mismatch) {
    if steps > allowance { hasEnded = true }
    if let limit, limit.isReached(while: "the types of this were worked out", at: place) { hasEnded = true }
    if hasEnded { throw Mismatch(.ended) }
    if steps > clauseAllowance { throw Mismatch(.tooLarge) }
  }

  /// The type without bound variables at its top.
  func prune(_ type: Type) -> Type {
    switch type {
    case .variable(let variable):
      guard let bound = variable.binding else { return type }
      let pruned = prune(bound)
      if trail == nil { variable.binding = pruned }
      return pruned
    case .extendable(let base, let variable): return extended(base, .variable(variable))
    default: return type
    }
  }

  /// An extendable whose missing part is `missing`, which may be bound.
  private func extended(_ base: Type, _ missing: Type) -> Type {
    switch missing {
    case .variable(let variable):
      guard let bound = variable.binding else { return .extendable(base, variable) }
      return extended(base, bound)
    case .dotable(let argument, let rest): return .dotable(argument, extended(base, rest))
    default: return prune(base)
    }
  }

  /// Binds an unbound variable, after the check that no type contains itself.
  func bind(_ variable: TypeVariable, to type: Type) throws(Mismatch) -> Type {
    if try !settle(type, below: variable) {
      // Dots may vanish: `x = c.x` is no contradiction where `c` takes all of it.
      let plain = try evaluateDots(type)
      if case .variable(let same) = plain, same === variable { return plain }
      guard try settle(plain, below: variable) else { throw Mismatch(.infinite(variable, type)) }
      try write(variable, plain)
      return plain
    }
    try write(variable, type)
    return type
  }

  /// Binds a variable of an extendable, or any other, to `type`.
  func write(_ variable: TypeVariable, _ type: Type) throws(Mismatch) {
    guard !variable.isRigid else {
      throw Mismatch(.types(expected: .variable(variable), actual: type))
    }
    trail?.append(.binding(variable))
    variable.binding = type
    variable.span = place
  }

  /// Gives the variables of a type at most the level of `variable`; false where that occurs in it.
  private func settle(_ type: Type, below variable: TypeVariable) throws(Mismatch) -> Bool {
    try step()
    switch prune(type) {
    case .variable(let other): return try settle(other, below: variable)
    case .set(let inner), .sequence(let inner): return try settle(inner, below: variable)
    case .map(let a, let b), .dot(let a, let b), .dotable(let a, let b):
      let first = try settle(a, below: variable)
      return try settle(b, below: variable) && first
    case .tuple(let parts):
      for part in parts { if try !settle(part, below: variable) { return false } }
      return true
    case .function(let parameters, let result):
      for part in parameters { if try !settle(part, below: variable) { return false } }
      return try settle(result, below: variable)
    case .extendable(let base, let missing):
      let first = try settle(missing, below: variable)
      return try settle(base, below: variable) && first
    case .integer, .boolean, .character, .event, .process, .datatype, .complete: return true
    }
  }

  private func settle(_ other: TypeVariable, below variable: TypeVariable) throws(Mismatch) -> Bool {
    if other === variable { return false }
    if other.level > variable.level {
      if other.isRigid { throw Mismatch(.escape(other)) }
      lower(other, to: variable.level)
    }
    return true
  }

  private func lower(_ variable: TypeVariable, to level: Int) {
    trail?.append(.level(variable, variable.level))
    variable.level = level
  }

  func setConstraints(_ variable: TypeVariable, _ constraints: Constraints) {
    guard variable.constraints != constraints else { return }
    trail?.append(.constraints(variable, variable.constraints))
    variable.constraints = constraints
  }

  // MARK: Trials

  var isTrial: Bool { trail != nil }

  func beginTrial() { trail = [] }

  func endTrial() { trail = nil }

  func undo() {
    for change in (trail ?? []).reversed() {
      switch change {
      case .binding(let variable): variable.binding = nil
      case .constraints(let variable, let before): variable.constraints = before
      case .level(let variable, let before): variable.level = before
      }
    }
    trail = nil
  }

  // MARK: Schemes

  /// The scheme of a type at the end of a group, when `level` is that of what is around the group.
  func generalised(_ type: Type) throws(Mismatch) -> Scheme {
    Scheme(type, for: try free(in: type).filter { $0.level > level })
  }

  /// Makes the variables of a type belong to what is around its group.
  func keep(_ type: Type) throws(Mismatch) {
    for variable in try free(in: type) where variable.level > level { lower(variable, to: level) }
  }

  /// The unbound variables of a type, each once, in order.
  func free(in type: Type) throws(Mismatch) -> [TypeVariable] {
    var found: [TypeVariable] = []
    walks += 1
    try collect(type, &found)
    return found
  }

  private func collect(_ type: Type, _ found: inout [TypeVariable]) throws(Mismatch) {
    try step()
    switch prune(type) {
    case .variable(let variable): note(variable, in: &found)
    case .set(let inner), .sequence(let inner): try collect(inner, &found)
    case .map(let a, let b), .dot(let a, let b), .dotable(let a, let b):
      try collect(a, &found)
      try collect(b, &found)
    case .tuple(let parts): for part in parts { try collect(part, &found) }
    case .function(let parameters, let result):
      for part in parameters { try collect(part, &found) }
      try collect(result, &found)
    case .extendable(let base, let missing):
      note(missing, in: &found)
      try collect(base, &found)
    case .integer, .boolean, .character, .event, .process, .datatype, .complete: break
    }
  }

  /// Adds a variable that the present walk did not meet before.
  private func note(_ variable: TypeVariable, in found: inout [TypeVariable]) {
    guard variable.walk != walks else { return }
    variable.walk = walks
    found.append(variable)
  }

  /// The type of one use of a scheme.
  func instance(_ scheme: Scheme) throws(Mismatch) -> Type {
    guard !scheme.quantified.isEmpty else { return scheme.type }
    walks += 1
    var copies: [TypeVariable] = []
    for variable in scheme.quantified {
      variable.walk = walks
      variable.index = copies.count
      copies.append(freshVariable(variable.constraints))
    }
    let walk = walks
    return try substitute(scheme.type) { $0.walk == walk ? copies[$0.index] : nil }
  }

  /// The type with variables replaced where `copy` gives another one.
  private func substitute(
    _ type: Type, _ copy: (TypeVariable) -> TypeVariable?
  ) throws(Mismatch) -> Type {
    try step()
    switch prune(type) {
    case .variable(let variable): return .variable(copy(variable) ?? variable)
    case .set(let inner): return .set(try substitute(inner, copy))
    case .sequence(let inner): return .sequence(try substitute(inner, copy))
    case .map(let a, let b): return .map(try substitute(a, copy), try substitute(b, copy))
    case .dot(let a, let b): return .dot(try substitute(a, copy), try substitute(b, copy))
    case .dotable(let a, let b): return .dotable(try substitute(a, copy), try substitute(b, copy))
    case .tuple(let parts): return .tuple(try substitute(parts, copy))
    case .function(let parameters, let result):
      return .function(try substitute(parameters, copy), try substitute(result, copy))
    case .extendable(let base, let missing):
      return .extendable(try substitute(base, copy), copy(missing) ?? missing)
    case .integer, .boolean, .character, .event, .process, .datatype, .complete: return prune(type)
    }
  }

  private func substitute(
    _ types: [Type], _ copy: (TypeVariable) -> TypeVariable?
  ) throws(Mismatch) -> [Type] {
    var result: [Type] = []
    for type in types { result.append(try substitute(type, copy)) }
    return result
  }

  /// The type with datatypes replaced.
  func replacing(_ datatypes: [SymbolID: SymbolID], in type: Type) -> Type {
    guard !datatypes.isEmpty else { return type }
    func replaced(_ type: Type) -> Type {
      switch prune(type) {
      case .datatype(let symbol): .datatype(datatypes[symbol] ?? symbol)
      case .set(let inner): .set(replaced(inner))
      case .sequence(let inner): .sequence(replaced(inner))
      case .map(let a, let b): .map(replaced(a), replaced(b))
      case .dot(let a, let b): .dot(replaced(a), replaced(b))
      case .dotable(let a, let b): .dotable(replaced(a), replaced(b))
      case .tuple(let parts): .tuple(parts.map(replaced))
      case .function(let parameters, let result): .function(parameters.map(replaced), replaced(result))
      case .extendable(let base, let missing): .extendable(replaced(base), missing)
      case let other: other
      }
    }
    return replaced(type)
  }
}
