import CSPMSyntax

/// Applying functions, and running through statements.
extension Evaluator {
  /// Runs a function whose arguments, all lists together, stand in the first slots of the frame.
  ///
  /// - Returns: nil where a call in the last position is prepared.
  func run(_ code: FunctionCode, _ frame: Frame, at span: Span) throws -> Value? {
    guard let clause = try select(code, frame) else { throw noClause(code, frame, at: span) }
    do {
      return try clause._withUnsafeGuaranteedRef { try $0.body.evaluateLast(self, frame) }
    } catch var diagnostic as Diagnostic {
      trace(&diagnostic, code, frame, at: span)
      throw diagnostic
    }
  }

  /// The first clause whose patterns match the arguments in the frame.
  // SAFETY: not retained; the function holds its clauses.
  func select(_ code: FunctionCode, _ frame: Frame) throws -> Unmanaged<FunctionCode.Clause>? {
    var candidate = code.first
    while let clause = candidate {
      if try clause._withUnsafeGuaranteedRef({ try matches($0, frame) }) { return clause }
      candidate = clause._withUnsafeGuaranteedRef { $0.next }
    }
    return nil
  }

  @inline(__always)
  private func matches(_ clause: FunctionCode.Clause, _ frame: Frame) throws -> Bool {
    if clause.isTotal { return true }
    for i in 0..<clause.patterns.count {
      guard try clause.patterns.with(i, { try $0.matches(frame.slots[i], self, frame) }) else { return false }
    }
    return true
  }

  private func noClause(_ code: FunctionCode, _ frame: Frame, at span: Span) -> Diagnostic {
    let arguments = (0..<code.argumentCount).map { describe(frame.slots[$0]) }
    return Diagnostic(
      id: "no-matching-clause", "no clause of \(code.name) matches \(call(code, arguments))", at: span,
      notes: [.init("\(code.name) is defined here", at: code.span)])
  }

  /// Adds "in the call …" to a message on its way out, for the innermost three calls.
  private func trace(_ diagnostic: inout Diagnostic, _ code: FunctionCode, _ frame: Frame, at span: Span) {
    guard diagnostic.notes.count < 3, diagnostic.id != "internal", diagnostic.span != span else { return }
    let arguments = (0..<code.argumentCount).map { describe(frame.slots[$0]) }
    diagnostic.notes.append(.init("in the call \(call(code, arguments))", at: span))
  }

  /// `f(1, 2)(3)`
  func call(_ code: FunctionCode, _ arguments: [String]) -> String {
    var text = code.name, at = 0
    for arity in code.arities where at < arguments.count {
      text += "(" + arguments[at..<min(at + arity, arguments.count)].joined(separator: ", ") + ")"
      at += arity
    }
    return text
  }

  func apply(_ function: FunctionValue, _ arguments: [Value], at span: Span) throws -> Value {
    switch function.kind {
    case .builtIn(let builtIn): return try apply(builtIn, arguments, at: span)
    case .relation(let map):
      guard arguments.count == 1 else {
        throw Diagnostic(id: "wrong-argument-count", "a relational image takes 1 argument here", at: span)
      }
      return lookup(map, try normal(arguments[0], at: span)) ?? .set(.empty)
    case .timed(let isWait, let tock):
      guard arguments.count == 1 else {
        throw Diagnostic(
          id: "wrong-argument-count",
          "\(isWait ? "WAIT" : "timed_priority") takes 1 argument, not \(arguments.count)", at: span)
      }
      return try applyTimed(isWait, tock, Arguments(self, arguments, span))
    case .closure(let code, let context): return try apply(code, context, [], arguments, at: span)
    case .partial(let code, let context, let earlier): return try apply(code, context, earlier, arguments, at: span)
    }
  }

  private func apply(
    _ code: FunctionCode, _ context: Context, _ earlier: [Value], _ arguments: [Value], at span: Span
  ) throws -> Value {
    var list = 0, taken = 0
    while taken < earlier.count {
      taken += code.arities[list]
      list += 1
    }
    // A list of no arguments is passed by `f()`.
    while list < code.arities.count - 1, code.arities[list] == 0, !arguments.isEmpty { list += 1 }
    guard code.arities[list] == arguments.count else {
      throw Diagnostic(
        id: "wrong-argument-count",
        "\(code.name) takes \(code.arities[list]) argument\(code.arities[list] == 1 ? "" : "s") here, "
          + "not \(arguments.count)", at: span, notes: [.init("\(code.name) is defined here", at: code.span)])
    }
    let all = earlier + arguments
    if list < code.arities.count - 1 { return .function(FunctionValue(.partial(code, context, all))) }
    return try call(code, context, all, at: span)
  }

  enum GeneratorKind { case any, sets, sequences }

  /// Runs `body` once for each way through the statements, their variables bound in the frame.
  ///
  /// - Parameter kind: what generators may run over; comprehensions take sets and sequences alike.
  func forEach(
    _ statements: [StatementCode], _ f: Frame, over kind: GeneratorKind = .any, at span: Span,
    _ body: () throws -> Void
  ) throws {
    try forEach(statements[...], f, kind, at: span, body)
  }

  private func forEach(
    _ statements: ArraySlice<StatementCode>, _ f: Frame, _ kind: GeneratorKind, at span: Span,
    _ body: () throws -> Void
  ) throws {
    guard let first = statements.first else { return try body() }
    let rest = statements.dropFirst()
    switch first {
    case .condition(let code):
      if try expectBoolean(try code.evaluate(self, f), at: code.span) { try forEach(rest, f, kind, at: span, body) }
    case .generator(let pattern, let code):
      let source = try code.evaluate(self, f)
      switch source {
      case .set(let set) where kind != .sequences:
        for value in try elements(of: set, at: code.span) {
          try step(at: span)
          if try pattern.matches(value, self, f) { try forEach(rest, f, kind, at: span, body) }
        }
      case .sequence(let sequence) where kind != .sets:
        var next: SequenceValue? = sequence
        while let (value, tail) = try uncons(next, at: code.span) {
          try step(at: span)
          if try pattern.matches(value, self, f) { try forEach(rest, f, kind, at: span, body) }
          next = tail
        }
      default:
        throw mismatch(
          kind == .any ? "a set or a sequence" : kind == .sets ? "a set" : "a sequence", source, at: code.span)
      }
    }
  }
}
