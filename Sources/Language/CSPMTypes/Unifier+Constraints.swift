import CSPMSyntax

/// What types must allow.
///
/// > Source: FDR manual 4.2, "Type constraints".
extension Unifier {
  /// Sees to it that a type satisfies constraints, by constraining its variables where that is what it takes.
  func require(_ constraints: Constraints, of type: Type) throws(Mismatch) {
    for (constraint, _) in Constraints.all where constraints.contains(constraint) {
      try require(one: constraint, of: type)
    }
  }

  private func require(one constraint: Constraints, of type: Type) throws(Mismatch) {
    try step()
    let type = prune(type)
    switch type {
    case .variable(let variable):
      guard !variable.constraints.imply(constraint) else { return }
      if variable.isRigid { throw Mismatch(.constraint(constraint, type)) }
      setConstraints(variable, variable.constraints.union(constraint))
      return
    case .extendable(let base, let missing):
      switch constraint {
      case .yieldable: try write(missing, .complete)
      case .complete:
        try require(one: .complete, of: base)
        try write(missing, .complete)
      case .eq, .set: break
      default: throw Mismatch(.constraint(constraint, type))
      }
      return
    case .dot where constraint == .yieldable || constraint == .complete:
      let plain = try evaluateDots(type)
      guard case .dot(let head, let tail) = plain else { return try require(one: constraint, of: plain) }
      if constraint == .yieldable { throw Mismatch(.constraint(constraint, type)) }
      try require(one: constraint, of: head)
      return try require(one: constraint, of: tail)
    default: break
    }
    switch constraint {
    case .yieldable:
      switch type {
      case .datatype, .event: return
      default: throw Mismatch(.constraint(constraint, type))
      }
    case .complete:
      switch type {
      case .dotable, .function, .complete: throw Mismatch(.constraint(constraint, type))
      default: return
      }
    case .set:
      switch type {
      case .function, .complete: throw Mismatch(.constraint(constraint, type))
      case .process: return
      default: try inside(type, constraint)
      }
    case .eq:
      switch type {
      case .function, .process, .complete: throw Mismatch(.constraint(constraint, type))
      case .datatype(let symbol):
        if !comparable.contains(symbol) { throw Mismatch(.constraint(constraint, type)) }
      default: try inside(type, constraint)
      }
    default:
      switch type {
      case .integer, .character: return
      // Prefixes and subsets need no order of what is inside.
      case .sequence(let inner), .set(let inner): try require(one: .eq, of: inner)
      case .tuple, .map: try inside(type, constraint)
      default: throw Mismatch(.constraint(constraint, type))
      }
    }
  }

  /// The constraint for all parts of a type.
  private func inside(_ type: Type, _ constraint: Constraints) throws(Mismatch) {
    switch type {
    case .set(let inner), .sequence(let inner): try require(one: constraint, of: inner)
    case .tuple(let parts): for part in parts { try require(one: constraint, of: part) }
    case .map(let a, let b), .dot(let a, let b), .dotable(let a, let b):
      try require(one: constraint, of: a)
      try require(one: constraint, of: b)
    default: break
    }
  }
}
