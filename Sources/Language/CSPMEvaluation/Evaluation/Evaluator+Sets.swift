import CSPMSyntax

/// Sets: elements, membership and the operations of the language.
extension Evaluator {
  /// The elements, ascending.
  func elements(of set: SetValue, at span: Span) throws -> [Value] {
    if let known = set.known { return known }
    let expansion = try expand(set, at: span)
    set.expansion = expansion
    return expansion
  }

  private func expand(_ set: SetValue, at span: Span) throws -> [Value] {
    try checkDepth(at: span)
    switch set.form {
    case .elements(let list): return list
    case .changed(let change): return change.merged()
    case .integers, .integersFrom, .characters, .processes:
      throw infinite("the set \(describe(.set(set))) is not finite, a finite one is needed here", at: span)
    case .sequences(let base):
      if try elements(of: base, at: span).isEmpty { return [.sequence(normalised([]))] }
      throw infinite("the set \(describe(.set(set))) is not finite, a finite one is needed here", at: span)
    case .datatype(let datatype):
      guard try isFinite(datatype, at: span) else {
        throw infinite("the datatype \(datatype.name) is recursive, so its set is not finite", at: span)
      }
      var all: [Value] = []
      for entry in datatype.cases {
        all += try products(.dot(plain(entry.tag)), try fieldSets(entry, at: span), at: span)
      }
      return SetValue(unordered: all).known!
    case .subsets(let base):
      let items = try elements(of: base, at: span)
      if items.count > 24 { throw tooMany("2^\(items.count) subsets", at: span) }
      var all: [Value] = []
      for mask in 0..<(1 << items.count) {
        try step(at: span)
        all.append(.set(SetValue(sorted: items.indices.filter { mask & (1 << $0) != 0 }.map { items[$0] })))
      }
      return SetValue(unordered: all).known!
    case .maps(let keys, let values):
      // Every map from a subset of the keys (libcspm, `ValueSet.allMaps`).
      let range = try elements(of: values, at: span)
      var maps: [[(key: Value, value: Value)]] = [[]]
      for key in try elements(of: keys, at: span) {
        try checkSize(maps.count * (range.count + 1), at: span)
        maps += maps.flatMap { m in range.map { m + [(key: key, value: $0)] } }
      }
      return SetValue(
        unordered: maps.map {
          let map = MapValue($0)
          map.isNormal = true
          return .map(map)
        }
      ).known!
    case .dotted(let parts):
      var partial: [[Value]] = [[]]
      for part in parts {
        let items = try elements(of: part, at: span)
        try checkSize(partial.count * items.count, at: span)
        partial = partial.flatMap { p in items.map { p + [$0] } }
      }
      return SetValue(unordered: partial.map { .dot(DotValue(tag: nil, fields: $0, isComplete: true)) }).known!
    case .tuples(let parts):
      var partial: [[Value]] = [[]]
      for part in parts {
        let items = try elements(of: part, at: span)
        try checkSize(partial.count * items.count, at: span)
        partial = partial.flatMap { p in items.map { p + [$0] } }
      }
      return SetValue(
        unordered: partial.map {
          let tuple = TupleValue($0)
          tuple.isNormal = true
          return .tuple(tuple)
        }
      ).known!
    case .union(let a, let b):
      return SetValue(unordered: try elements(of: a, at: span) + elements(of: b, at: span)).known!
    }
  }

  func normalised(_ items: [Value]) -> SequenceValue {
    let value = SequenceValue(items)
    value.isNormal = true
    return value
  }

  private func tooMany(_ what: String, at span: Span) -> Diagnostic {
    Diagnostic(id: "collection-too-large", "\(what) are too many to list", at: span)
  }

  /// Whether a normal value belongs to the set.
  func contains(_ set: SetValue, _ value: Value, at span: Span) throws -> Bool {
    if case .changed(let change) = set.form { return change.contains(value) }
    if let known = set.known { return SetValue.search(value, in: known) }
    switch (set.form, value) {
    case (.integers, .integer), (.characters, .character), (.processes, .process): return true
    case (.integersFrom(let from), .integer(let n)): return n >= from
    case (.datatype(let datatype), .dot(let d)):
      guard d.isComplete, let entry = datatype.cases.first(where: { $0.tag === d.tag }) else { return false }
      let sets = try fieldSets(entry, at: span)
      guard sets.count == d.fields.count else { return false }
      return try zip(sets, d.fields).allSatisfy { try contains($0, $1, at: span) }
    case (.sequences(let base), .sequence(let s)):
      return try array(s, at: span).allSatisfy { try contains(base, $0, at: span) }
    case (.subsets(let base), .set(let s)):
      return try elements(of: s, at: span).allSatisfy { try contains(base, $0, at: span) }
    case (.maps(let keys, let values), .map(let m)):
      return try m.entries.allSatisfy {
        try contains(keys, $0.key, at: span) && contains(values, $0.value, at: span)
      }
    case (.dotted(let parts), .dot(let d)):
      guard d.tag == nil, d.fields.count == parts.count else { return false }
      return try zip(parts, d.fields).allSatisfy { try contains($0, $1, at: span) }
    case (.tuples(let parts), .tuple(let t)):
      guard t.elements.count == parts.count else { return false }
      return try zip(parts, t.elements).allSatisfy { try contains($0, $1, at: span) }
    case (.union(let a, let b), _):
      return try contains(a, value, at: span) || contains(b, value, at: span)
    default: return false
    }
  }

  func isFinite(_ set: SetValue, at span: Span) throws -> Bool {
    switch set.form {
    case .elements, .changed: true
    case .integers, .integersFrom, .characters, .processes: false
    case .sequences(let base): try isFinite(base, at: span) && elements(of: base, at: span).isEmpty
    case .datatype(let datatype): try isFinite(datatype, at: span)
    case .subsets(let base): try isFinite(base, at: span)
    case .maps(let a, let b), .union(let a, let b): try isFinite(a, at: span) && isFinite(b, at: span)
    case .dotted(let parts), .tuples(let parts): try parts.allSatisfy { try isFinite($0, at: span) }
    }
  }

  private func isFinite(_ datatype: Datatype, at span: Span) throws -> Bool {
    if let known = datatype.finiteness { return known }
    if datatype.isExpanding { return false }
    datatype.isExpanding = true
    defer { datatype.isExpanding = false }
    let result = try datatype.cases.allSatisfy {
      try fieldSets($0, at: span).allSatisfy { try isFinite($0, at: span) }
    }
    datatype.finiteness = result
    return result
  }

  /// How many elements a set has; nil where they are more than `most`, or without end.
  func count(_ set: SetValue, atMost most: Int, at span: Span) throws -> Int? {
    if case .changed(let change) = set.form { return change.count <= most ? change.count : nil }
    if let known = set.known { return known.count <= most ? known.count : nil }
    guard try isFinite(set, at: span) else { return nil }
    func times(_ whole: Int?, _ factor: Int?) -> Int? {
      // A factor of nothing makes nothing, however large the others are.
      if whole == 0 || factor == 0 { return 0 }
      guard let whole, let factor, factor <= most / whole else { return nil }
      return whole * factor
    }
    func product(_ sets: [SetValue]) throws -> Int? {
      try sets.reduce(1) { times($0, try count($1, atMost: most, at: span)) }
    }
    switch set.form {
    case .elements, .changed, .integers, .integersFrom, .characters, .processes, .union: return nil
    case .sequences: return 1
    case .datatype(let datatype):
      return try datatype.cases.reduce(0) { whole, entry in
        guard let whole, let more = try product(fieldSets(entry, at: span)), whole + more <= most else { return nil }
        return whole + more
      }
    case .subsets(let base):
      guard let items = try count(base, atMost: most, at: span), items < 62, 1 << items <= most else { return nil }
      return 1 << items
    case .maps(let keys, let values):
      guard let keys = try count(keys, atMost: most, at: span), let values = try count(values, atMost: most, at: span)
      else { return nil }
      // Each key has one of the values or none.
      return (0..<keys).reduce(1) { whole, _ in times(whole, values + 1) }
    case .dotted(let parts), .tuples(let parts): return try product(parts)
    }
  }

  /// How many elements a set has, which has to be finite.
  func count(_ set: SetValue, at span: Span) throws -> Int {
    if case .changed(let change) = set.form { return change.count }
    return try elements(of: set, at: span).count
  }

  // MARK: The operations

  func union(_ a: SetValue, _ b: SetValue, at span: Span) throws -> SetValue {
    if let changed = SetChange.of(a, .union, b) ?? SetChange.of(b, .union, a) { return changed }
    if case .integers = a.form { return a }
    if case .integers = b.form { return b }
    if let x = endless(a), let y = endless(b) { return normalised(x.below + y.below, from: min(x.from, y.from)) }
    for (x, y) in [(endless(a), b), (endless(b), a)] {
      if let x, let list = y.known { return normalised(x.below + list, from: x.from) }
    }
    guard try isFinite(a, at: span), try isFinite(b, at: span) else { return SetValue(.union(a, b)) }
    return SetValue(sorted: try merge(a, b, at: span) { _, _ in true })
  }
  func intersection(_ a: SetValue, _ b: SetValue, at span: Span) throws -> SetValue {
    if try isFinite(a, at: span) { return try filter(a, at: span) { try contains(b, $0, at: span) } }
    if try isFinite(b, at: span) { return try filter(b, at: span) { try contains(a, $0, at: span) } }
    if case .integers = a.form { return b }
    if case .integers = b.form { return a }
    if case (.integersFrom(let x), .integersFrom(let y)) = (a.form, b.form) {
      return SetValue(.integersFrom(max(x, y)))
    }
    throw infinite("neither set is finite, so their intersection cannot be listed", at: span)
  }
  func difference(_ a: SetValue, _ b: SetValue, at span: Span) throws -> SetValue {
    if let changed = SetChange.of(a, .difference, b) { return changed }
    if let x = endless(a) {
      if case .integers = b.form { return .empty }
      if let y = endless(b) {
        let below = x.below + (x.from < y.from ? try range(x.from, y.from - 1, at: span) : [])
        return SetValue(unordered: try below.filter { try !contains(b, $0, at: span) })
      }
      let removed = try elements(of: b, at: span)
      if case .integer(let last)? = removed.last, last >= x.from {
        let (from, overflow) = last.addingReportingOverflow(1)
        if overflow { throw infinite("the difference leaves 64 bits", at: span) }
        let below = try range(x.from, last, at: span).filter { !SetValue.search($0, in: removed) }
        return normalised(x.below.filter { !SetValue.search($0, in: removed) } + below, from: from)
      }
      return normalised(x.below.filter { !SetValue.search($0, in: removed) }, from: x.from)
    }
    return try filter(a, at: span) { try !contains(b, $0, at: span) }
  }

  private func filter(_ set: SetValue, at span: Span, _ keep: (Value) throws -> Bool) throws -> SetValue {
    SetValue(sorted: try elements(of: set, at: span).filter(keep))
  }

  /// Merges two ascending lists. O(n + m).
  private func merge(
    _ a: SetValue, _ b: SetValue, at span: Span, keep: (Bool, Bool) -> Bool
  ) throws -> [Value] {
    let x = try elements(of: a, at: span), y = try elements(of: b, at: span)
    var result: [Value] = []
    result.reserveCapacity(x.count + y.count)
    var i = 0, j = 0
    while i < x.count || j < y.count {
      let c = i == x.count ? 1 : j == y.count ? -1 : Value.compare(x[i], y[j])
      if keep(c <= 0, c >= 0) { result.append(c <= 0 ? x[i] : y[j]) }
      if c <= 0 { i += 1 }
      if c >= 0 { j += 1 }
    }
    return result
  }

  /// An endless set of integers: all from a number on, and some below it.
  private func endless(_ set: SetValue) -> (below: [Value], from: Int)? {
    switch set.form {
    case .integersFrom(let n): return ([], n)
    case .union(let a, let b):
      guard case .integersFrom(let n) = b.form, let below = a.known else { return nil }
      return (below, n)
    default: return nil
    }
  }

  /// The one form of an endless set of integers: from as low as it goes, the others below.
  private func normalised(_ below: [Value], from: Int) -> SetValue {
    var rest = SetValue(unordered: below.filter { if case .integer(let n) = $0 { n < from } else { true } }).known ?? []
    var from = from
    while case .integer(let n)? = rest.last, n == from - 1 {
      from = n
      rest.removeLast()
    }
    let base = SetValue(.integersFrom(from))
    return rest.isEmpty ? base : SetValue(.union(SetValue(sorted: rest), base))
  }

  func isSubset(_ a: SetValue, _ b: SetValue, at span: Span) throws -> Bool {
    if try !isFinite(a, at: span) {
      if SetValue.compare(a, b) == 0 { return true }
      if let x = endless(a) {
        if case .integers = b.form { return true }
        if let y = endless(b) {
          return try x.from >= y.from && x.below.allSatisfy { try contains(b, $0, at: span) }
        }
        if try isFinite(b, at: span) { return false }
      }
      if case .integers = a.form, try endless(b) != nil || isFinite(b, at: span) { return false }
    }
    return try elements(of: a, at: span).allSatisfy { try contains(b, $0, at: span) }
  }
}
