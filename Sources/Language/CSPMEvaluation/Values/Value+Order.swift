import CSPMNames
import ProcessTerms

/// The total order of normal values, by which sets are sorted, and the equality and hash that go with it.
///
/// The order of values of different kinds is arbitrary but fixed. It is not the language's `<`, which is partial.
extension Value: Hashable {
  static func == (a: Value, b: Value) -> Bool { compare(a, b) == 0 }

  private var rank: Int {
    switch self {
    case .integer: 0
    case .boolean: 1
    case .character: 2
    case .process: 3
    case .tuple: 4
    case .sequence: 5
    case .set: 6
    case .map: 7
    case .dot: 8
    case .function: 9
    case .context: 10
    case .thunk: 11
    }
  }

  /// Negative, zero or positive as a comes before, with or after b; both normal.
  static func compare(_ a: Value, _ b: Value) -> Int {
    switch (a, b) {
    case (.integer(let x), .integer(let y)): return x < y ? -1 : x == y ? 0 : 1
    case (.boolean(let x), .boolean(let y)): return (x ? 1 : 0) - (y ? 1 : 0)
    case (.character(let x), .character(let y)): return Int(x.value) - Int(y.value)
    case (.process(let x), .process(let y)): return Int(x.id) - Int(y.id)
    case (.tuple(let x), .tuple(let y)): return x === y ? 0 : compare(x.elements, y.elements)
    case (.sequence(let x), .sequence(let y)): return x === y ? 0 : compare(x, y)
    case (.set(let x), .set(let y)): return x === y ? 0 : SetValue.compare(x, y)
    case (.map(let x), .map(let y)):
      if x === y { return 0 }
      let c = compare(x.entries.map(\.key), y.entries.map(\.key))
      return c != 0 ? c : compare(x.entries.map(\.value), y.entries.map(\.value))
    case (.dot(let x), .dot(let y)):
      if x === y { return 0 }
      let c = (x.tag?.id ?? -1) - (y.tag?.id ?? -1)
      return c != 0 ? c : compare(x.fields, y.fields)
    case (.function(let x), .function(let y)): return x === y ? 0 : FunctionValue.compare(x, y)
    case (.context(let x), .context(let y)):
      if x === y { return 0 }
      return x.site != y.site ? x.site - y.site : compare(x.captured, y.captured)
    default:
      if case .thunk(let t) = a, case .done(let value) = t.state { return compare(value, b) }
      if case .thunk(let t) = b, case .done(let value) = t.state { return compare(a, value) }
      return a.rank - b.rank
    }
  }

  /// Shorter first, then element by element.
  static func compare(_ a: [Value], _ b: [Value]) -> Int {
    if a.count != b.count { return a.count - b.count }
    for i in a.indices {
      let c = compare(a[i], b[i])
      if c != 0 { return c }
    }
    return 0
  }

  private static func compare(_ a: SequenceValue, _ b: SequenceValue) -> Int {
    if let x = a.from { return b.from.map { x < $0 ? -1 : x == $0 ? 0 : 1 } ?? 1 }
    if b.from != nil { return -1 }
    if a.chunk.count != b.chunk.count { return a.chunk.count - b.chunk.count }
    for (x, y) in zip(a.chunk, b.chunk) {
      let c = compare(x, y)
      if c != 0 { return c }
    }
    return 0
  }

  func hash(into hasher: inout Hasher) {
    switch self {
    case .integer(let x): hasher.combine(x)
    case .boolean(let x): hasher.combine(x)
    case .character(let x): hasher.combine(x.value)
    case .process(let x): hasher.combine(x.id)
    case .tuple(let x): for e in x.elements { e.hash(into: &hasher) }
    case .sequence(let x):
      hasher.combine(x.from)
      hasher.combine(x.chunk.count)
      for e in x.chunk { e.hash(into: &hasher) }
    case .set(let x): x.hash(into: &hasher)
    case .map(let x):
      for (k, v) in x.entries {
        k.hash(into: &hasher)
        v.hash(into: &hasher)
      }
    case .dot(let x): hasher.combine(x.hash)
    case .function(let x): x.hash(into: &hasher)
    case .context(let x):
      hasher.combine(x.site)
      for e in x.captured { e.hash(into: &hasher) }
    case .thunk(let t): if case .done(let value) = t.state { value.hash(into: &hasher) }
    }
  }
}

extension SetValue {
  /// Normal sets have their elements known, and are compared by them; those that are too large or endless compare by
  /// their form, also when somebody has listed them since.
  static func compare(_ a: SetValue, _ b: SetValue) -> Int {
    let x = a.compared, y = b.compared
    if let x, let y { return Value.compare(x, y) }
    if x != nil { return -1 }
    if y != nil { return 1 }
    switch (a.form, b.form) {
    case (.integersFrom(let x), .integersFrom(let y)): return x < y ? -1 : x == y ? 0 : 1
    case (.datatype(let x), .datatype(let y)): return x.id - y.id
    case (.sequences(let x), .sequences(let y)), (.subsets(let x), .subsets(let y)): return compare(x, y)
    case (.dotted(let x), .dotted(let y)), (.tuples(let x), .tuples(let y)):
      if x.count != y.count { return x.count - y.count }
      for (p, q) in zip(x, y) {
        let c = compare(p, q)
        if c != 0 { return c }
      }
      return 0
    case (.maps(let x, let y), .maps(let p, let q)), (.union(let x, let y), .union(let p, let q)):
      let c = compare(x, p)
      return c != 0 ? c : compare(y, q)
    default: return a.formRank - b.formRank
    }
  }

  var known: [Value]? {
    settle()
    if case .elements(let list) = form { return list }
    return expansion
  }

  /// The most elements of a set given by a rule that is listed to be compared.
  static var mostCompared: Int { 4096 }

  private var compared: [Value]? {
    settle()
    if case .elements(let list) = form { return list }
    return expansion.flatMap { $0.count <= Self.mostCompared ? $0 : nil }
  }

  private var formRank: Int {
    switch form {
    case .elements: 0
    case .integers: 1
    case .integersFrom: 2
    case .characters: 3
    case .processes: 4
    case .datatype: 5
    case .sequences: 6
    case .subsets: 7
    case .maps: 8
    case .dotted: 9
    case .tuples: 10
    case .union: 11
    case .changed: 12
    }
  }

  func hash(into hasher: inout Hasher) {
    if let compared {
      for e in compared { e.hash(into: &hasher) }
    } else {
      hasher.combine(formRank)
    }
  }
}

extension FunctionValue {
  static func compare(_ a: FunctionValue, _ b: FunctionValue) -> Int {
    switch (a.kind, b.kind) {
    case (.closure(let f, let c), .closure(let g, let d)):
      return f.id != g.id ? f.id - g.id : Value.compare(.context(c), .context(d))
    case (.builtIn(let f), .builtIn(let g)): return f.rawValue < g.rawValue ? -1 : f == g ? 0 : 1
    case (.partial(let f, let c, let x), .partial(let g, let d, let y)):
      if f.id != g.id { return f.id - g.id }
      let byContext = Value.compare(.context(c), .context(d))
      return byContext != 0 ? byContext : Value.compare(x, y)
    case (.relation(let x), .relation(let y)): return Value.compare(.map(x), .map(y))
    case (.timed(let f, let x), .timed(let g, let y)): return f == g ? x.id - y.id : f ? -1 : 1
    case (.closure, _): return -1
    case (_, .closure): return 1
    case (.partial, _): return -1
    case (_, .partial): return 1
    case (.builtIn, _): return -1
    case (_, .builtIn): return 1
    case (.relation, _): return -1
    case (_, .relation): return 1
    }
  }

  func hash(into hasher: inout Hasher) {
    switch kind {
    case .closure(let f, let c):
      hasher.combine(f.id)
      Value.context(c).hash(into: &hasher)
    case .builtIn(let f): hasher.combine(f)
    case .relation(let map): Value.map(map).hash(into: &hasher)
    case .timed(let isWait, let tag):
      hasher.combine(isWait)
      hasher.combine(tag.id)
    case .partial(let f, let c, let args):
      hasher.combine(f.id)
      Value.context(c).hash(into: &hasher)
      for a in args { a.hash(into: &hasher) }
    }
  }
}
