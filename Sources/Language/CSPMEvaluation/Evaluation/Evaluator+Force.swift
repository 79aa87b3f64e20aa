import CSPMSyntax
import ProcessTerms

/// From thunks to values, and from values to normal values.
extension Evaluator {
  @inline(__always)
  func force(_ value: Value, at span: Span) throws -> Value {
    guard case .thunk(let thunk) = value else { return value }
    return try force(thunk, at: span)
  }

  func force(_ thunk: Thunk, at span: Span) throws -> Value {
    switch thunk.state {
    case .done(let value): return value
    case .running:
      throw Diagnostic(id: "circular-definition", "this value is defined in terms of itself", at: span)
    case .waiting(let code, let context, let slots):
      thunk.state = .running
      do {
        let value = try withFrame(slots, context, at: span) { try code.evaluate(self, $0) }
        thunk.state = .done(value)
        return value
      } catch {
        thunk.state = .waiting(code, context, slots: slots)
        throw error
      }
    }
  }

  /// The value without any thunk left in it, ready to be compared and hashed.
  func normal(_ value: Value, at span: Span) throws -> Value {
    switch value {
    case .integer, .boolean, .character, .process, .dot: return value
    case .set(let set):
      if set.known == nil, try count(set, atMost: SetValue.mostCompared, at: span) != nil {
        _ = try elements(of: set, at: span)
      }
      return value
    case .thunk(let thunk):
      // `X = F(X)`: what is being evaluated can only be a process that is not needed yet.
      if case .running = thunk.state { return .process(try named(value, at: span)) }
      let result = try normal(try force(thunk, at: span), at: span)
      thunk.state = .done(result)
      return result
    case .tuple(let tuple):
      if tuple.isNormal { return value }
      try checkDepth(at: span)
      let result = TupleValue(try tuple.elements.map { try normal($0, at: span) })
      result.isNormal = true
      return .tuple(result)
    case .sequence(let sequence):
      if sequence.isNormal { return value }
      try checkDepth(at: span)
      let result = SequenceValue(try array(sequence, at: span).map { try normal($0, at: span) })
      result.isNormal = true
      return .sequence(result)
    case .map(let map):
      if map.isNormal { return value }
      let result = MapValue(try map.entries.map { ($0.key, try normal($0.value, at: span)) })
      result.isNormal = true
      return .map(result)
    case .function(let function):
      switch function.kind {
      case .closure(_, let context): try normalise(context, at: span)
      case .builtIn, .relation, .timed: break
      case .partial(let code, let context, let arguments):
        try normalise(context, at: span)
        return .function(FunctionValue(.partial(code, context, try arguments.map { try normal($0, at: span) })))
      }
      return value
    case .context(let context):
      try normalise(context, at: span)
      return value
    }
  }

  func normalise(_ context: Context, at span: Span) throws {
    if context.isNormal { return }
    try checkDepth(at: span)
    // Set first: a context may be reached again through its own functions, which adds nothing.
    context.isNormal = true
    do {
      for i in context.captured.indices { context.captured[i] = try normal(context.captured[i], at: span) }
    } catch {
      context.isNormal = false
      throw error
    }
  }

  /// The normal value of an element of a set, a key of a map or the like.
  func element(_ code: Code, _ f: Frame) throws -> Value { try normal(try code.evaluate(self, f), at: code.span) }

  // MARK: Expectations

  func expectInteger(_ value: Value, at span: Span) throws -> Int {
    guard case .integer(let n) = value else { throw mismatch("an integer", value, at: span) }
    return n
  }
  func expectBoolean(_ value: Value, at span: Span) throws -> Bool {
    guard case .boolean(let b) = value else { throw mismatch("a boolean", value, at: span) }
    return b
  }
  func expectSequence(_ value: Value, at span: Span) throws -> SequenceValue {
    guard case .sequence(let s) = value else { throw mismatch("a sequence", value, at: span) }
    return s
  }
  func expectSet(_ value: Value, at span: Span) throws -> SetValue {
    guard case .set(let s) = value else { throw mismatch("a set", value, at: span) }
    return s
  }
  func expectMap(_ value: Value, at span: Span) throws -> MapValue {
    guard case .map(let m) = value else { throw mismatch("a map", value, at: span) }
    return m
  }
  func expectProcess(_ value: Value, at span: Span) throws -> Process {
    guard case .process(let p) = value else { throw mismatch("a process", value, at: span) }
    return p
  }
}
