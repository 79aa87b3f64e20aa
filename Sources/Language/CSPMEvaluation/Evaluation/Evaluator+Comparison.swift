import CSPMSyntax

/// `==` and `<` of the language (FDR manual, "Comparisons").
extension Evaluator {
  func areEqual(_ a: Value, _ b: Value, at span: Span) throws -> Bool {
    let x = try force(a, at: span), y = try force(b, at: span)
    switch (x, y) {
    case (.integer(let m), .integer(let n)): return m == n
    case (.boolean(let m), .boolean(let n)): return m == n
    case (.character(let m), .character(let n)): return m == n
    case (.tuple(let s), .tuple(let t)):
      guard s.elements.count == t.elements.count else { throw mismatch(x.kind, y, at: span) }
      for (p, q) in zip(s.elements, t.elements) where try !areEqual(p, q, at: span) { return false }
      return true
    case (.sequence(let s), .sequence(let t)): return try equalSequences(s, t, at: span)
    case (.set(let s), .set(let t)):
      if try isFinite(s, at: span) != isFinite(t, at: span) { return false }
      if try !isFinite(s, at: span) { return SetValue.compare(s, t) == 0 }
      return Value.compare(try elements(of: s, at: span), try elements(of: t, at: span)) == 0
    case (.map(let s), .map(let t)):
      guard s.entries.count == t.entries.count else { return false }
      for (p, q) in zip(s.entries, t.entries)
      where try p.key != q.key || !areEqual(p.value, q.value, at: span) { return false }
      return true
    case (.dot, .dot): return x == y
    case (.process, _), (.function, _), (_, .process), (_, .function):
      throw Diagnostic(
        id: "not-comparable", "\(x.kind) and \(y.kind) cannot be compared; only data has equality", at: span)
    default: throw mismatch(x.kind, y, at: span)
    }
  }

  private func equalSequences(_ a: SequenceValue, _ b: SequenceValue, at span: Span) throws -> Bool {
    if a.from != nil, b.from != nil { return a.from == b.from }
    var s: SequenceValue? = a, t: SequenceValue? = b
    while true {
      let x = try uncons(s, at: span), y = try uncons(t, at: span)
      guard let x, let y else { return x == nil && y == nil }
      if try !areEqual(x.0, y.0, at: span) { return false }
      s = x.1
      t = y.1
      try step(at: span)
    }
  }

  /// Prefix order on sequences, subset on sets, lexicographic on tuples, submap on maps.
  func isLess(_ a: Value, _ b: Value, orEqual: Bool, at span: Span) throws -> Bool {
    let x = try force(a, at: span), y = try force(b, at: span)
    switch (x, y) {
    case (.integer(let m), .integer(let n)): return orEqual ? m <= n : m < n
    case (.character(let m), .character(let n)): return orEqual ? m <= n : m < n
    case (.sequence(let s), .sequence(let t)):
      var left: SequenceValue? = s, right: SequenceValue? = t
      while let (head, tail) = try uncons(left, at: span) {
        guard let (other, rest) = try uncons(right, at: span), try areEqual(head, other, at: span) else {
          return false
        }
        left = tail
        right = rest
        try step(at: span)
      }
      return try orEqual || uncons(right, at: span) != nil
    case (.set(let s), .set(let t)):
      guard try isSubset(s, t, at: span) else { return false }
      return try orEqual || !areEqual(x, y, at: span)
    case (.tuple(let s), .tuple(let t)) where s.elements.count == t.elements.count:
      for (p, q) in zip(s.elements, t.elements) where try !areEqual(p, q, at: span) {
        return try isLess(p, q, orEqual: false, at: span)
      }
      return orEqual
    case (.map(let s), .map(let t)):
      for (key, value) in s.entries {
        guard let other = lookup(t, key), try isLess(value, other, orEqual: true, at: span) else { return false }
      }
      return try orEqual || !areEqual(x, y, at: span)
    case (.integer, _), (.character, _), (.sequence, _), (.set, _), (.tuple, _), (.map, _):
      throw mismatch(x.kind, y, at: span)
    default:
      throw Diagnostic(id: "not-comparable", "\(x.kind) has no order", at: span)
    }
  }

  // MARK: Maps

  private func find(_ map: MapValue, _ key: Value) -> (index: Int, isThere: Bool) {
    var low = 0, high = map.entries.count
    while low < high {
      let middle = (low + high) / 2
      let c = Value.compare(map.entries[middle].key, key)
      if c == 0 { return (middle, true) }
      if c < 0 { low = middle + 1 } else { high = middle }
    }
    return (low, false)
  }
  func lookup(_ map: MapValue, _ key: Value) -> Value? {
    let (index, isThere) = find(map, key)
    return isThere ? map.entries[index].value : nil
  }
  func updating(_ map: MapValue, _ key: Value, _ value: Value) -> MapValue {
    let (index, isThere) = find(map, key)
    var entries = map.entries
    if isThere { entries[index].value = value } else { entries.insert((key, value), at: index) }
    return MapValue(entries)
  }
  func removing(_ map: MapValue, _ key: Value) -> MapValue {
    let (index, isThere) = find(map, key)
    guard isThere else { return map }
    var entries = map.entries
    entries.remove(at: index)
    return MapValue(entries)
  }
}
