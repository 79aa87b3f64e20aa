import CSPMSyntax

/// Dotted values: joining them field by field, and completing them as their types allow.
///
/// `e1.e2` puts the fields of e2 onto e1 one by one; each goes to the first constructor of e1 that still lacks one
/// (FDR manual, "Dot"; libcspm, `CSPM.Evaluator.Dot`).
extension Evaluator {
  func dot(_ left: Value, _ right: Value, at span: Span) throws -> Value {
    let parts = try fields(right, at: span)
    if case .dot(let base) = left {
      var result = base
      for part in parts { result = try append(part, to: result, at: span) }
      return .dot(result)
    }
    return .dot(untagged([try normal(left, at: span)] + parts))
  }

  /// `base.value`, known to be tagged.
  func dotted(_ base: DotValue, _ value: Value, at span: Span) throws -> DotValue {
    var result = base
    for part in try fields(value, at: span) { result = try append(part, to: result, at: span) }
    return result
  }

  /// What a value brings as fields: an untagged dotted value its parts, any other itself.
  private func fields(_ value: Value, at span: Span) throws -> [Value] {
    let value = try normal(value, at: span)
    if case .dot(let d) = value, d.tag == nil { return d.fields }
    return [value]
  }

  private func untagged(_ fields: [Value]) -> DotValue { DotValue(tag: nil, fields: fields, isComplete: true) }

  private func append(_ field: Value, to base: DotValue, at span: Span) throws -> DotValue {
    if let extended = try appending(field, to: base, at: span) { return extended }
    // Nothing in the base lacks a field: the two stand side by side.
    return untagged((base.tag == nil ? base.fields : [.dot(base)]) + [field])
  }

  /// Nil where `base` lacks no field.
  private func appending(_ field: Value, to base: DotValue, at span: Span) throws -> DotValue? {
    guard let tag = base.tag else {
      guard case .dot(let last)? = base.fields.last, let grown = try appending(field, to: last, at: span) else {
        return nil
      }
      return untagged(base.fields.dropLast() + [.dot(grown)])
    }
    if base.isComplete { return nil }
    let sets = try fieldSets(of: tag, at: span)
    var list = base.fields
    if case .dot(let last)? = list.last, !last.isComplete {
      guard let grown = try appending(field, to: last, at: span) else { return nil }
      list[list.count - 1] = .dot(grown)
    } else {
      list.append(field)
    }
    let index = list.count - 1
    var isComplete = list.count == sets.count
    if case .dot(let last) = list[index], !last.isComplete {
      isComplete = false
    } else if try !contains(sets[index], list[index], at: span) {
      throw outside(list[index], field: index, of: tag, sets[index], at: span)
    }
    return DotValue(tag: tag, fields: list, isComplete: isComplete)
  }

  private func outside(_ value: Value, field index: Int, of tag: Tag, _ set: SetValue, at span: Span) -> Diagnostic {
    let what = tag.kind == .channel ? "channel" : "constructor"
    return Diagnostic(
      id: "outside-type",
      "\(describe(value)) is outside field \(index + 1) of \(what) \(tag.name), which takes \(describe(.set(set)))",
      at: span)
  }

  // MARK: Completing

  /// The values that may be the next field of `base`, in the innermost constructor that lacks one.
  func nextFields(_ base: DotValue, at span: Span) throws -> [Value] {
    guard let tag = base.tag, !base.isComplete else { throw tooManyFields(base, at: span) }
    let sets = try fieldSets(of: tag, at: span)
    guard case .dot(let last)? = base.fields.last, !last.isComplete else {
      return try elements(of: sets[base.fields.count], at: span)
    }
    if isWhole(sets[base.fields.count - 1]) { return try nextFields(last, at: span) }
    let firsts = try suffixes(in: sets[base.fields.count - 1], after: last, at: span).compactMap(\.first)
    return SetValue(unordered: firsts).known ?? []
  }

  /// Everything that makes `base` complete: single fields, or several joined by dots.
  func completions(_ base: DotValue, at span: Span) throws -> [Value] {
    guard base.tag != nil, !base.isComplete else { throw tooManyFields(base, at: span) }
    return try missing(base, at: span).map(joined)
  }

  /// Fields as one value.
  func joined(_ fields: [Value]) -> Value { fields.count == 1 ? fields[0] : .dot(untagged(fields)) }

  /// Every list of fields that makes `base` complete, those of an incomplete last field first.
  private func missing(_ base: DotValue, at span: Span) throws -> [[Value]] {
    guard let tag = base.tag, !base.isComplete else { return [[]] }
    let sets = try fieldSets(of: tag, at: span)
    var partial: [[Value]] = [[]]
    if case .dot(let last)? = base.fields.last, !last.isComplete {
      let set = sets[base.fields.count - 1]
      partial = isWhole(set) ? try missing(last, at: span) : try suffixes(in: set, after: last, at: span)
    }
    for set in sets.dropFirst(base.fields.count) {
      let items = try elements(of: set, at: span)
      try checkSize(partial.count * items.count, at: span)
      partial = partial.flatMap { p in items.map { p + [$0] } }
      try step(at: span)
    }
    return partial
  }

  /// Whether the set is a whole datatype, whose constructors take all that they were declared with.
  private func isWhole(_ set: SetValue) -> Bool {
    if case .datatype(let datatype) = set.form { !datatype.isSubtype } else { false }
  }

  /// What follows `prefix` in the values of a set that begin with it.
  private func suffixes(in set: SetValue, after prefix: DotValue, at span: Span) throws -> [[Value]] {
    try elements(of: set, at: span).compactMap {
      if case .dot(let value) = $0 { suffix(of: value, after: prefix) } else { nil }
    }
  }

  private func tooManyFields(_ base: DotValue, at span: Span) -> Diagnostic {
    Diagnostic(
      id: "too-many-fields", "\(describe(.dot(base))) is complete already and takes no further field", at: span)
  }

  /// `{| value |}`: every complete value that begins with `value`.
  func productions(_ value: Value, at span: Span) throws -> SetValue {
    guard case .dot(let base) = value, let tag = base.tag else {
      throw mismatch("a channel, an event or a datatype value", value, at: span)
    }
    if base.fields.isEmpty, let known = channelProductions[tag.id] { return known }
    let set = SetValue(
      unordered: try missing(base, at: span).map { fields in
        try step(at: span)
        return .dot(try fields.reduce(base) { try dotted($0, $1, at: span) })
      })
    if base.fields.isEmpty { channelProductions[tag.id] = set }
    return set
  }

  /// `base` with every combination of the fields.
  func products(_ base: Value, _ sets: [SetValue], at span: Span) throws -> [Value] {
    var partial = [base]
    for set in sets {
      let items = try elements(of: set, at: span)
      try checkSize(partial.count * items.count, at: span)
      partial = try partial.flatMap { p in
        try items.map {
          try step(at: span)
          return try dot(p, $0, at: span)
        }
      }
    }
    return partial
  }

  /// What follows `prefix` in `value`, as a list of fields; nil where `value` does not begin so.
  func suffix(of value: DotValue, after prefix: DotValue) -> [Value]? {
    guard value.tag === prefix.tag, value.fields.count >= prefix.fields.count else { return nil }
    guard let last = prefix.fields.last else { return value.fields }
    let n = prefix.fields.count
    for i in 0..<(n - 1) where value.fields[i] != prefix.fields[i] { return nil }
    if value.fields[n - 1] == last { return Array(value.fields.dropFirst(n)) }
    guard case .dot(let whole) = value.fields[n - 1], case .dot(let part) = last,
      let inner = suffix(of: whole, after: part)
    else { return nil }
    return inner + value.fields.dropFirst(n)
  }
}
