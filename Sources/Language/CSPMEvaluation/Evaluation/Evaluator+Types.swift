import CSPMSyntax

/// The fields of channels and constructors.
extension Evaluator {
  /// One set a field, evaluated once.
  func fieldSets(of tag: Tag, at span: Span) throws -> [SetValue] {
    switch tag.fields {
    case .done(let sets): return sets
    case .running:
      throw Diagnostic(
        id: "circular-definition", "the type of \(tag.name) is defined in terms of itself", at: tag.type?.span ?? span)
    case .unevaluated:
      tag.fields = .running
      do {
        let sets = try fieldSets(tag.type, at: span)
        tag.fields = .done(sets)
        return sets
      } catch {
        tag.fields = .unevaluated
        throw error
      }
    }
  }

  /// The fields of a case of a datatype or subtype.
  func fieldSets(_ entry: (tag: Tag, type: TypeCode?), at span: Span) throws -> [SetValue] {
    let given = try fieldSets(entry.type, at: span)
    return given + (try fieldSets(of: entry.tag, at: span)).dropFirst(given.count)
  }

  func fieldSets(_ type: TypeCode?, at span: Span) throws -> [SetValue] {
    guard let type else { return [] }
    return try withFrame(0, global, at: span) { try fieldSets(type, $0) }
  }

  private func fieldSets(_ type: TypeCode, _ f: Frame) throws -> [SetValue] {
    switch type {
    case .dotted(let parts, _): return try parts.flatMap { try fieldSets($0, f) }
    case .tuple: return [try typeSet(type, f)]
    case .set(let code): return try split(try expectSet(try code.evaluate(self, f), at: code.span), at: code.span)
    }
  }

  /// The set that a type expression means.
  func typeSet(_ type: TypeCode, _ f: Frame) throws -> SetValue {
    switch type {
    case .dotted(_, let span):
      let sets = try fieldSets(type, f)
      try checkDepth(at: span)
      return sets.count == 1 ? sets[0] : SetValue(.dotted(sets))
    case .tuple(let parts, _): return SetValue(.tuples(try parts.map { try typeSet($0, f) }))
    case .set(let code): return try expectSet(try code.evaluate(self, f), at: code.span)
    }
  }

  /// A set of dotted values as one set a field; it must hold every combination.
  private func split(_ set: SetValue, at span: Span) throws -> [SetValue] {
    if case .dotted(let parts) = set.form { return parts }
    set.settle()
    guard case .elements(let items) = set.form, case .dot(let first)? = items.first, first.tag == nil else {
      return [set]
    }
    var columns = [[Value]](repeating: [], count: first.fields.count)
    for item in items {
      guard case .dot(let d) = item, d.tag == nil, d.fields.count == columns.count else {
        throw Diagnostic(
          id: "not-rectangular", "the values of this type do not all have \(columns.count) fields: \(describe(item))",
          at: span)
      }
      for (i, field) in d.fields.enumerated() { columns[i].append(field) }
    }
    let sets = columns.map { SetValue(unordered: $0) }
    let whole = SetValue(.dotted(sets))
    let missing = try elements(of: whole, at: span).filter { !SetValue.search($0, in: items) }
    if !missing.isEmpty {
      let shown = missing.prefix(5).map { describe($0) }.joined(separator: ", ")
      throw Diagnostic(
        id: "not-rectangular",
        "a set of dotted values as a type must hold every combination of its fields; missing: \(shown)"
          + (missing.count > 5 ? " and \(missing.count - 5) more" : ""), at: span)
    }
    return sets
  }
}
