import CSPMSyntax

/// Sequences: taking apart, joining, and making whole.
extension Evaluator {
  /// The first element and the rest; nil for the empty sequence. O(1), besides forcing a lazy rest.
  func uncons(_ sequence: SequenceValue?, at span: Span) throws -> (Value, SequenceValue)? {
    guard var current = sequence else { return nil }
    while current.start == current.items.count {
      if let from = current.from {
        let (next, overflow) = from.addingReportingOverflow(1)
        if overflow { throw Diagnostic(id: "integer-overflow", "the endless range has left 64 bits", at: span) }
        return (.integer(from), SequenceValue(from: next))
      }
      guard let rest = current.rest else { return nil }
      current = try self.rest(rest, at: span)
    }
    let head = current.items[current.start]
    if current.start + 1 == current.items.count {
      if let rest = current.rest {
        if case .sequence(let tail) = rest { return (head, tail) }
        return (head, SequenceValue([], rest: rest))
      }
      return (head, .empty)
    }
    let tail = SequenceValue(current.items, start: current.start + 1, rest: current.rest)
    tail.isNormal = current.isNormal
    return (head, tail)
  }

  /// Whether there is no first element; what is asked where the rest is not needed.
  func isEmpty(_ sequence: SequenceValue, at span: Span) throws -> Bool {
    var current = sequence
    while current.start == current.items.count {
      if current.from != nil { return false }
      guard let rest = current.rest else { return true }
      current = try self.rest(rest, at: span)
    }
    return false
  }

  /// What comes after a chunk. That it is no sequence is the fault of the expression that it comes from.
  func rest(_ value: Value, at span: Span) throws -> SequenceValue {
    var place = span
    if case .thunk(let thunk) = value, case .waiting(let code, _, _) = thunk.state { place = code.span }
    return try expectSequence(try force(value, at: span), at: place)
  }

  /// All elements. An endless sequence is an error where that shows, and else ends at the step limit.
  func array(_ sequence: SequenceValue, at span: Span) throws -> [Value] {
    if sequence.from == nil, sequence.rest == nil {
      return sequence.start == 0 ? sequence.items : Array(sequence.chunk)
    }
    var all: [Value] = []
    var current = sequence
    while true {
      if current.from != nil { throw infinite("the sequence is endless, a finite one is needed here", at: span) }
      all += current.chunk
      try step(at: span)
      try checkSize(all.count, at: span)
      guard let rest = current.rest else { return all }
      current = try self.rest(rest, at: span)
    }
  }

  func length(_ sequence: SequenceValue, at span: Span) throws -> Int {
    sequence.rest == nil && sequence.from == nil ? sequence.chunk.count : try array(sequence, at: span).count
  }

  /// `left ^ right`, right perhaps a thunk. Short finite ones are copied, others chained.
  func concatenate(_ left: SequenceValue, _ right: Value, at span: Span) throws -> SequenceValue {
    if left.from != nil { return left }
    if left.rest != nil { return try chain(left, right, at: span) }
    switch right {
    case .sequence(let r):
      if left.chunk.isEmpty { return r }
      if r.from == nil, r.rest == nil, left.chunk.count + r.chunk.count <= 64 || r.chunk.count <= 4 {
        return r.chunk.isEmpty ? left : SequenceValue(Array(left.chunk) + r.chunk)
      }
      return SequenceValue(left.items, start: left.start, rest: right)
    case .thunk(let thunk):
      if case .done(let value) = thunk.state { return try concatenate(left, value, at: span) }
      if left.chunk.isEmpty { return try rest(right, at: span) }
      return SequenceValue(left.items, start: left.start, rest: right)
    default: throw mismatch("a sequence", right, at: span)
    }
  }

  /// A lazy left side: its chunks are kept and the right side goes behind the last one.
  private func chain(_ left: SequenceValue, _ right: Value, at span: Span) throws -> SequenceValue {
    guard let rest = left.rest else { return try concatenate(left, right, at: span) }
    let joined = Thunk(JoinCode(rest, right, span), .empty, slots: 0)
    return SequenceValue(left.items, start: left.start, rest: .thunk(joined))
  }

  /// `<y | x <- source, y <- function(x)>`, made as it is asked for.
  func flatMap(_ source: SequenceValue, _ function: FunctionValue, at span: Span) throws -> SequenceValue {
    guard let (head, tail) = try uncons(source, at: span) else { return .empty }
    let piece = try expectSequence(try apply(function, [head], at: span), at: span)
    let rest = Thunk(FlatMapCode(tail, function, span), .empty, slots: 0)
    return try concatenate(piece, .thunk(rest), at: span)
  }

  /// The integers from..to.
  func range(_ from: Int, _ to: Int, at span: Span) throws -> [Value] {
    if from > to { return [] }
    let (count, overflow) = to.subtractingReportingOverflow(from)
    try checkSize(overflow ? .max : count, at: span)
    return (from...to).map { .integer($0) }
  }

  /// Keeps collections within what a machine can hold.
  func checkSize(_ count: Int, at span: Span) throws {
    if count > Self.largestCollection {
      throw Diagnostic(
        id: "collection-too-large", "more than \(Self.largestCollection) elements; use a smaller range or set",
        at: span)
    }
  }
  static var largestCollection: Int { 20_000_000 }

  func infinite(_ message: String, at span: Span) -> Diagnostic { Diagnostic(id: "infinite-set", message, at: span) }
}

/// The rest of a lazy sequence with another one behind it.
private final class JoinCode: Code {
  let rest: Value, right: Value
  init(_ rest: Value, _ right: Value, _ span: Span) {
    self.rest = rest
    self.right = right
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    let left = try e.rest(rest, at: span)
    return .sequence(try e.concatenate(left, right, at: span))
  }
}

private final class FlatMapCode: Code {
  let source: SequenceValue, function: FunctionValue
  init(_ source: SequenceValue, _ function: FunctionValue, _ span: Span) {
    self.source = source
    self.function = function
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    .sequence(try e.flatMap(source, function, at: span))
  }
}
