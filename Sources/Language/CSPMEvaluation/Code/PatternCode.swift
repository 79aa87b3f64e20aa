import CSPMSyntax

/// A pattern with its names resolved. A match that fails leaves slots in any state.
class PatternCode {
  let span: Span
  init(_ span: Span) { self.span = span }

  /// Whether `value` matches; binds the slots of the frame.
  func matches(_ value: Value, _ e: Evaluator, _ f: Frame) throws -> Bool {
    throw e.defect("pattern without a rule", at: span)
  }
  /// Whether every value matches and nothing is bound, so that there is nothing to do.
  var isTotal: Bool { false }
  /// How many fields it takes as a part of a dotted pattern.
  var fieldCount: Int { 1 }
}

final class WildcardPattern: PatternCode {
  override func matches(_ value: Value, _ e: Evaluator, _ f: Frame) throws -> Bool { true }
  override var isTotal: Bool { true }
}

final class VariablePattern: PatternCode {
  let slot: Int
  init(_ slot: Int, _ span: Span) {
    self.slot = slot
    super.init(span)
  }
  override func matches(_ value: Value, _ e: Evaluator, _ f: Frame) throws -> Bool {
    f.slots[slot] = value
    return true
  }
}

/// A number, boolean, character or string.
final class LiteralPattern: PatternCode {
  let literal: Value
  init(_ literal: Value, _ span: Span) {
    self.literal = literal
    super.init(span)
  }
  override func matches(_ value: Value, _ e: Evaluator, _ f: Frame) throws -> Bool {
    switch (try e.force(value, at: span), literal) {
    case (.integer(let a), .integer(let b)): return a == b
    case (.boolean(let a), .boolean(let b)): return a == b
    case (.character(let a), .character(let b)): return a == b
    case (.sequence(let a), .sequence(let b)):
      var left: SequenceValue? = a, right = b.chunk
      while let (head, tail) = try e.uncons(left, at: span) {
        guard let expected = right.popFirst(), try e.areEqual(head, expected, at: span) else { return false }
        left = tail
      }
      return right.isEmpty
    case (let other, _): throw e.mismatch("\(literal.kind)", other, at: span)
    }
  }
}

final class TuplePattern: PatternCode {
  let parts: [PatternCode]
  init(_ parts: [PatternCode], _ span: Span) {
    self.parts = parts
    super.init(span)
  }
  override func matches(_ value: Value, _ e: Evaluator, _ f: Frame) throws -> Bool {
    let forced = try e.force(value, at: span)
    guard case .tuple(let tuple) = forced, tuple.elements.count == parts.count else {
      throw e.mismatch("a tuple of \(parts.count)", forced, at: span)
    }
    for (part, element) in zip(parts, tuple.elements) where try !part.matches(element, e, f) { return false }
    return true
  }
}

/// `<p, …>`, `p ^ <q>` and the like: fixed parts at both ends and at most one sequence pattern between.
final class SequencePattern: PatternCode {
  let starts: [PatternCode], middle: PatternCode?, ends: [PatternCode]
  init(_ starts: [PatternCode], _ middle: PatternCode?, _ ends: [PatternCode], _ span: Span) {
    self.starts = starts
    self.middle = middle
    self.ends = ends
    super.init(span)
  }
  override func matches(_ value: Value, _ e: Evaluator, _ f: Frame) throws -> Bool {
    var rest = try e.expectSequence(try e.force(value, at: span), at: span)
    for part in starts {
      guard let (head, tail) = try e.uncons(rest, at: span) else { return false }
      guard try part.matches(head, e, f) else { return false }
      rest = tail
    }
    guard let middle else { return try e.isEmpty(rest, at: span) }
    if ends.isEmpty { return try middle.matches(.sequence(rest), e, f) }
    let all = try e.array(rest, at: span)
    guard all.count >= ends.count else { return false }
    let split = all.count - ends.count
    for (part, element) in zip(ends, all[split...]) where try !part.matches(element, e, f) { return false }
    return try middle.matches(.sequence(SequenceValue(Array(all[..<split]))), e, f)
  }
}

/// `{}` or `{p}`
final class SetPattern: PatternCode {
  let element: PatternCode?
  init(_ element: PatternCode?, _ span: Span) {
    self.element = element
    super.init(span)
  }
  override func matches(_ value: Value, _ e: Evaluator, _ f: Frame) throws -> Bool {
    let elements = try e.elements(of: try e.expectSet(try e.force(value, at: span), at: span), at: span)
    guard let element else { return elements.isEmpty }
    return elements.count == 1 ? try element.matches(elements[0], e, f) : false
  }
}

/// A channel or constructor standing alone.
final class TagPattern: PatternCode {
  let tag: Tag
  init(_ tag: Tag, _ span: Span) {
    self.tag = tag
    super.init(span)
  }
  override func matches(_ value: Value, _ e: Evaluator, _ f: Frame) throws -> Bool {
    let forced = try e.force(value, at: span)
    guard case .dot(let d) = forced else { throw e.mismatch("a dotted value", forced, at: span) }
    return d.tag === tag && d.fields.isEmpty
  }
}

/// `p1.p2…`, flattened: each part takes one field, a tag lays open its fields, and the last part takes what is left
/// (libcspm, `CSPM.Evaluator.PatBind`, compiled dot patterns).
final class DotPattern: PatternCode {
  let parts: [PatternCode]
  init(_ parts: [PatternCode], _ span: Span) {
    self.parts = parts
    super.init(span)
  }
  override var fieldCount: Int { parts.reduce(0) { $0 + $1.fieldCount } }
  override func matches(_ value: Value, _ e: Evaluator, _ f: Frame) throws -> Bool {
    let forced = try e.force(value, at: span)
    guard case .dot(let d) = forced else { throw e.mismatch("a dotted value", forced, at: span) }
    var fields: [Value] = d.tag == nil ? d.fields : [forced]
    for (i, part) in parts.enumerated() {
      let isLast = i == parts.count - 1
      if let tagPart = part as? TagPattern, !isLast {
        guard case .dot(let first)? = fields.first, first.tag === tagPart.tag else { return false }
        fields.replaceSubrange(0..<1, with: first.fields)
      } else {
        let count = isLast ? max(fields.count, 1) : part.fieldCount
        guard fields.count >= count else { return false }
        let taken = Array(fields.prefix(count))
        fields.removeFirst(count)
        if !(try part.matches(e.joined(taken), e, f)) { return false }
      }
    }
    return true
  }
}

/// `p @@ q`
final class BothPattern: PatternCode {
  let first: PatternCode, second: PatternCode
  init(_ first: PatternCode, _ second: PatternCode, _ span: Span) {
    self.first = first
    self.second = second
    super.init(span)
  }
  override func matches(_ value: Value, _ e: Evaluator, _ f: Frame) throws -> Bool {
    try first.matches(value, e, f) && second.matches(value, e, f)
  }
  override var fieldCount: Int { max(first.fieldCount, second.fieldCount) }
}

/// A pattern that names something unknown, or that is not one.
final class InvalidPattern: PatternCode {
  let diagnostic: Diagnostic
  init(_ diagnostic: Diagnostic, _ span: Span) {
    self.diagnostic = diagnostic
    super.init(span)
  }
  override func matches(_ value: Value, _ e: Evaluator, _ f: Frame) throws -> Bool { throw diagnostic }
}
