import CSPMSyntax

/// Making two types equal.
extension Unifier {
  /// - Returns: the type that both have become.
  @discardableResult
  func unify(_ expected: Type, _ actual: Type) throws(Mismatch) -> Type {
    try step()
    let expected = prune(expected), actual = prune(actual)
    switch (expected, actual) {
    case (.variable(let a), .variable(let b)): return try unify(a, b)
    case (.variable(let a), let b): return try bindConstrained(a, to: b)
    case (let a, .variable(let b)): return try bindConstrained(b, to: a)

    case (.integer, .integer), (.boolean, .boolean), (.character, .character), (.event, .event), (.process, .process):
      return expected
    case (.datatype(let a), .datatype(let b)) where a == b: return expected
    case (.set(let a), .set(let b)): return .set(try unify(a, b))
    case (.sequence(let a), .sequence(let b)): return .sequence(try unify(a, b))
    case (.map(let k, let v), .map(let l, let w)): return .map(try unify(k, l), try unify(v, w))
    case (.tuple(let a), .tuple(let b)) where a.count == b.count: return .tuple(try unify(a, b))
    case (.function(let p, let r), .function(let q, let s)) where p.count == q.count:
      return .function(try unify(p, q), try unify(r, s))

    case (.dotable, .dotable): return try unifyDotables(expected, actual)
    case (.dot, .dot): return joined(try combine(dotList(expected), dotList(actual)))
    case (.dot(let head, let tail), .datatype), (.dot(let head, let tail), .event):
      try splitting(expected, actual)
      try unify(.dotable(tail, actual), head)
      return actual
    case (.datatype, .dot(let head, let tail)), (.event, .dot(let head, let tail)):
      try unify(.dotable(tail, expected), head)
      return expected
    case (.dot(let head, let tail), .extendable):
      try splitting(expected, actual)
      return .dot(try unify(.dotable(tail, actual), head), tail)
    case (.extendable, .dot):
      // The shortest match: whoever expects something extendable wants no more than the first part.
      let parts = try evaluated(dotList(actual), .shortest)
      guard parts.count > 1 else { return try unify(expected, parts[0]) }
      let tail = joined(Array(parts.dropFirst()))
      return .dot(try unify(.dotable(tail, expected), parts[0]), tail)
    case (.dot(let head, let tail), .dotable):
      try splitting(expected, actual)
      try unify(head, .dotable(tail, actual))
      return actual
    case (.dotable, .dot(let head, let tail)):
      try unify(.dotable(tail, expected), head)
      return expected

    case (.dotable(let argument, let rest), .extendable(let base, let missing)),
      (.extendable(let base, let missing), .dotable(let argument, let rest)):
      let further = freshVariable()
      try unify(.extendable(base, further), rest)
      try write(missing, .dotable(argument, .variable(further)))
      return .dotable(argument, .extendable(base, further))
    case (.extendable(let a, let v), .extendable(let b, let w)):
      let base = try unify(a, b)
      if v !== w { w.isRigid ? try write(v, .variable(w)) : try write(w, .variable(v)) }
      return .extendable(base, v)
    case (.extendable(let base, let missing), _):
      let type = try unify(base, actual)
      try write(missing, .complete)
      return type
    case (_, .extendable(let base, let missing)):
      let type = try unify(expected, base)
      try write(missing, .complete)
      return type
    default: throw Mismatch(.types(expected: expected, actual: actual))
    }
  }

  func unify(_ expected: [Type], _ actual: [Type]) throws(Mismatch) -> [Type] {
    var result: [Type] = []
    for (a, b) in zip(expected, actual) { result.append(try unify(a, b)) }
    return result
  }

  /// Unification where a pattern `x.y`, or a parameter like it, does not match a whole value.
  @discardableResult
  func unifyWithoutSplitting(_ expected: Type, _ actual: Type) throws(Mismatch) -> Type {
    let before = allowsSplitting
    allowsSplitting = false
    defer { allowsSplitting = before }
    return try unify(expected, actual)
  }

  private func splitting(_ expected: Type, _ actual: Type) throws(Mismatch) {
    if !allowsSplitting { throw Mismatch(.types(expected: expected, actual: actual)) }
  }

  private func unify(_ a: TypeVariable, _ b: TypeVariable) throws(Mismatch) -> Type {
    if a === b { return .variable(a) }
    switch (a.isRigid, b.isRigid) {
    case (true, true): throw Mismatch(.types(expected: .variable(a), actual: .variable(b)))
    case (true, false): return try bindConstrained(b, to: .variable(a))
    case (false, true): return try bindConstrained(a, to: .variable(b))
    case (false, false):
      setConstraints(b, a.constraints.union(b.constraints))
      return try bind(a, to: .variable(b))
    }
  }

  private func bindConstrained(_ variable: TypeVariable, to type: Type) throws(Mismatch) -> Type {
    guard !variable.isRigid else {
      switch type {
      case .extendable(let base, let missing):
        // A rigid type is as complete as any other.
        let whole = try unify(.variable(variable), base)
        try write(missing, .complete)
        return whole
      case .dot:
        // `f.x` may well be the rigid type, once `f` has taken `x`.
        let plain = prune(try evaluateDots(type))
        if case .dot = plain { break }
        return try unify(.variable(variable), plain)
      default: break
      }
      throw Mismatch(.types(expected: .variable(variable), actual: type))
    }
    try require(variable.constraints, of: type)
    return try bind(variable, to: type)
  }

  // MARK: Two dotables

  private func unifyDotables(_ expected: Type, _ actual: Type) throws(Mismatch) -> Type {
    let (a, resultA) = reduce(expected), (b, resultB) = reduce(actual)
    func isExtendable(_ type: Type) -> Bool { if case .extendable = type { true } else { false } }
    switch (isExtendable(resultA), isExtendable(resultB)) {
    case (false, false):
      let result = try unify(resultA, resultB)
      return .dotable(joined(try combine(a, b)), result)
    case (true, true):
      try unify(resultA, resultB)
      let a = try evaluated(a, .longest), b = try evaluated(b, .longest)
      let common = try unify(a.map { reduce($0).result }, b.map { reduce($0).result })
      return .dotable(joined(common + (a.count == common.count ? b : a).dropFirst(common.count)), resultA)
    case (true, false):
      let a = try evaluated(a, .longest).map { reduce($0).result }, b = try evaluated(b, .longest)
      let common = try unify(a, b)
      try unify(resultA, dotable(Array(b.dropFirst(a.count)), resultB))
      return .dotable(joined(common + (a.count == common.count ? b : a).dropFirst(common.count)), resultB)
    case (false, true):
      let a = try evaluated(a, .longest), b = try evaluated(b, .longest).map { reduce($0).result }
      let common = try unify(a, b)
      try unify(dotable(Array(a.dropFirst(b.count)), resultA), resultB)
      return .dotable(joined(common + (b.count == common.count ? a : b).dropFirst(common.count)), resultA)
    }
  }
}
