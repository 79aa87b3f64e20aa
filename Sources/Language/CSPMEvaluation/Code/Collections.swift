import CSPMSyntax

final class TupleCode: Code {
  let elements: [Code]
  init(_ elements: [Code], _ span: Span) {
    self.elements = elements
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    .tuple(TupleValue(try elements.map { try $0.delayed(e, f) }))
  }
}

/// The five forms of a sequence or set.
enum CollectionCode {
  case elements([Code])
  case range(Code, Code?)
  case comprehension([Code], [StatementCode])
  case rangeComprehension(Code, Code?, [StatementCode])
}

final class SequenceCode: Code {
  let form: CollectionCode
  init(_ form: CollectionCode, _ span: Span) {
    self.form = form
    super.init(span)
  }

  /// Adds the elements of the first or third form.
  func collect(_ e: Evaluator, _ f: Frame, into found: inout [Value]) throws {
    switch form {
    case .elements(let list): for x in list { found.append(try x.delayed(e, f)) }
    case .comprehension(let list, let statements):
      try e.forEach(statements, f, at: span) {
        for x in list { found.append(try x.delayed(e, f)) }
      }
    case .range, .rangeComprehension: throw e.defect("a range where elements are collected", at: span)
    }
  }

  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    switch form {
    case .elements(let list): return .sequence(SequenceValue(try list.map { try $0.delayed(e, f) }))
    case .range(let low, let high):
      let from = try e.expectInteger(try low.evaluate(e, f), at: low.span)
      guard let high else { return .sequence(SequenceValue(from: from)) }
      let to = try e.expectInteger(try high.evaluate(e, f), at: high.span)
      let value = SequenceValue(try e.range(from, to, at: span))
      value.isNormal = true
      return .sequence(value)
    case .comprehension:
      var found: [Value] = []
      try collect(e, f, into: &found)
      return .sequence(SequenceValue(found))
    case .rangeComprehension(let low, let high, let statements):
      var found: [Value] = [], endless: Int?
      try e.forEach(statements, f, at: span) {
        // Nothing comes after an endless part.
        guard endless == nil else { return }
        let from = try e.expectInteger(try low.evaluate(e, f), at: low.span)
        guard let high else {
          endless = from
          return
        }
        found += try e.range(from, try e.expectInteger(try high.evaluate(e, f), at: high.span), at: span)
      }
      if let endless { return .sequence(SequenceValue(found, rest: .sequence(SequenceValue(from: endless)))) }
      return .sequence(SequenceValue(found))
    }
  }
}

/// `<… | p <- source, …>`: where the source is endless or lazy, so is the comprehension.
///
/// What comes after the source is a function of one element; over a finite source it runs in one frame for all.
final class ComprehensionCode: Code {
  let source: Code
  let each: LambdaCode
  init(source: Code, each: LambdaCode, _ span: Span) {
    self.source = source
    self.each = each
    super.init(span)
  }

  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    let value = try source.evaluate(e, f)
    let items: [Value]
    switch value {
    case .sequence(let s) where s.from != nil || s.rest != nil:
      return .sequence(try e.flatMap(s, each.closure(f), at: span))
    case .sequence(let s): items = Array(s.chunk)
    case .set(let s): items = try e.elements(of: s, at: source.span)
    default: throw e.mismatch("a set or a sequence", value, at: source.span)
    }
    var found: [Value] = []
    let code = each.function
    try e.withFrame(code.slots, each.captures.context(code.id, f), at: span) { frame in
      for item in items {
        try e.step(at: span)
        frame.slots[0] = item
        guard let clause = try e.select(code, frame) else { continue }
        guard let body = clause.takeUnretainedValue().body.code as? SequenceCode else { throw e.defect("a comprehension without a body", at: span) }
        try body.collect(e, frame, into: &found)
      }
    }
    return .sequence(SequenceValue(found))
  }
}

final class SetCode: Code {
  let form: CollectionCode
  init(_ form: CollectionCode, _ span: Span) {
    self.form = form
    super.init(span)
  }

  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    switch form {
    case .elements(let list):
      return .set(SetValue(unordered: try list.map { try e.element($0, f) }))
    case .range(let low, let high):
      let from = try e.expectInteger(try low.evaluate(e, f), at: low.span)
      guard let high else { return .set(SetValue(.integersFrom(from))) }
      let to = try e.expectInteger(try high.evaluate(e, f), at: high.span)
      return .set(SetValue(sorted: try e.range(from, to, at: span)))
    case .comprehension(let list, let statements):
      var found: [Value] = []
      try e.forEach(statements, f, at: span) {
        for x in list { found.append(try e.element(x, f)) }
      }
      return .set(SetValue(unordered: found))
    case .rangeComprehension(let low, let high, let statements):
      var result = SetValue.empty
      try e.forEach(statements, f, at: span) {
        let from = try e.expectInteger(try low.evaluate(e, f), at: low.span)
        let part: SetValue
        if let high {
          let to = try e.expectInteger(try high.evaluate(e, f), at: high.span)
          part = SetValue(sorted: try e.range(from, to, at: span))
        } else {
          part = SetValue(.integersFrom(from))
        }
        result = try e.union(result, part, at: span)
      }
      return .set(result)
    }
  }
}

/// `{| c, d.0 | stmts |}`: every complete event or datatype value that begins so.
final class EnumeratedSetCode: Code {
  let elements: [Code]
  let statements: [StatementCode]
  init(_ elements: [Code], _ statements: [StatementCode], _ span: Span) {
    self.elements = elements
    self.statements = statements
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    var prefixes: [(Value, Span)] = []
    try e.forEach(statements, f, at: span) {
      for x in elements { prefixes.append((try e.element(x, f), x.span)) }
    }
    if prefixes.count == 1 { return .set(try e.productions(prefixes[0].0, at: prefixes[0].1)) }
    var all: [Value] = []
    for (prefix, place) in prefixes { all += try e.elements(of: try e.productions(prefix, at: place), at: place) }
    return .set(SetValue(unordered: all))
  }
}

final class MapCode: Code {
  let entries: [(key: Code, value: Code)]
  init(_ entries: [(key: Code, value: Code)], _ span: Span) {
    self.entries = entries
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    var map = MapValue.empty
    for (key, value) in entries {
      map = e.updating(map, try e.element(key, f), try value.delayed(e, f))
    }
    return .map(map)
  }
}

/// A generator or a condition.
enum StatementCode {
  case generator(PatternCode, Code)
  case condition(Code)
}
