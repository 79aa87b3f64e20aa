public import CSPMSyntax
public import ProcessTerms

/// A process that is not evaluated yet.
enum Deferral {
  case site(Resolver.Unit, Context)
  case global(Int, Span)
  case call(FunctionValue, [Value], Span)
  /// A value that is being evaluated while its process is asked for.
  case thunk(Thunk, Span)
  case failure(Diagnostic)
  case generated(Generated, Span)
}

/// What makes two deferred processes the same.
enum DeferralKey: Hashable {
  case site(Int, [Value])
  case global(Int)
  case call(FunctionKey, [Value])
  case generated(Generated)

  struct FunctionKey: Hashable {
    let function: FunctionValue
    static func == (a: FunctionKey, b: FunctionKey) -> Bool { FunctionValue.compare(a.function, b.function) == 0 }
    func hash(into hasher: inout Hasher) { function.hash(into: &hasher) }
  }
}

/// What the table refers to in place of the evaluator. It refers weakly, and reference counts of an object that something
/// refers to weakly take the slow way, which the evaluator's, the busiest of all, must not.
final class EvaluatorSource: DeferredProcesses {
  private unowned let evaluator: Evaluator
  init(_ evaluator: Evaluator) { self.evaluator = evaluator }
  func evaluate(_ deferred: Process) throws -> Process { try evaluator.evaluate(deferred) }
  func name(of deferred: Process) -> String { evaluator.name(of: deferred) }
  func isNamed(_ deferred: Process) -> Bool { evaluator.isNamed(deferred) }
}

extension Evaluator {
  /// The process of an off operand.
  func deferred(site: DeferredCode, _ unit: Resolver.Unit, _ context: Context) throws -> Process {
    try normalise(context, at: site.span)
    return intern(.site(unit.site, context.captured)) { .site(unit, context) }
  }

  /// A process that fails when it is reached.
  func deferred(failure: Diagnostic) -> Process {
    let process = table.deferred()
    deferrals[process.id] = .failure(failure)
    return process
  }

  /// The process named by a constant of the top level.
  func namedGlobal(_ index: Int, at span: Span) throws -> Process {
    switch global.cells[index] {
    case .thunk(let thunk):
      // A constant that is known to be something else says so here and not when the process is reached.
      if case .done(let value) = thunk.state { _ = try expectProcess(value, at: span) }
      return intern(.global(index)) { .global(index, span) }
    case let value: return try expectProcess(value, at: span)
    }
  }

  /// The process of a variable. One whose value is just being evaluated, as in `X = F(X)`, is deferred.
  func named(_ value: Value, at span: Span) throws -> Process {
    if case .thunk(let thunk) = value, case .running = thunk.state {
      if let known = thunk.process { return known }
      let process = table.deferred()
      thunk.process = process
      deferrals[process.id] = .thunk(thunk, span)
      return process
    }
    return try expectProcess(try force(value, at: span), at: span)
  }

  /// The process of a call: a user function's is named by the function and its arguments.
  func namedCall(_ function: FunctionValue, _ arguments: [Value], at span: Span) throws -> Process {
    let code: FunctionCode, earlier: Int
    switch function.kind {
    case .builtIn, .relation, .timed: return try expectProcess(try apply(function, arguments, at: span), at: span)
    case .closure(let c, _): (code, earlier) = (c, 0)
    case .partial(let c, _, let list): (code, earlier) = (c, list.count)
    }
    guard earlier + arguments.count == code.argumentCount else {
      return try expectProcess(try apply(function, arguments, at: span), at: span)
    }
    let normalArguments = try arguments.map { try normal($0, at: span) }
    guard case .function(let normalFunction) = try normal(.function(function), at: span) else {
      throw defect("a function that is none", at: span)
    }
    return intern(.call(.init(function: normalFunction), normalArguments)) {
      .call(normalFunction, normalArguments, span)
    }
  }

  func intern(_ key: DeferralKey, _ make: () -> Deferral) -> Process {
    if let known = deferralIndex[key] { return known }
    let process = table.deferred()
    deferralIndex[key] = process
    deferrals[process.id] = make()
    return process
  }

  // MARK: For the table

  public func evaluate(_ deferred: Process) throws -> Process {
    guard let deferral = deferrals[deferred.id] else {
      throw Diagnostic(id: "internal", "internal error: an unknown deferred process; please report it", at: nil)
    }
    switch deferral {
    case .site(let unit, let context):
      return try withFrame(unit.slots, context, at: unit.body.span) { try unit.body.process(self, $0) }
    case .thunk(let thunk, let span): return try expectProcess(try force(thunk, at: span), at: span)
    case .failure(let diagnostic): throw diagnostic
    case .generated(let description, let span): return unfold(description, at: span)
    case .global(let index, let span): return try expectProcess(try force(global.cells[index], at: span), at: span)
    case .call(let function, let arguments, let span):
      return try expectProcess(try apply(function, arguments, at: span), at: span)
    }
  }

  public func name(of deferred: Process) -> String {
    switch deferrals[deferred.id] {
    case .global(let index, _): return globalNames[index]
    case .call(let function, let arguments, _):
      let (code, earlier): (FunctionCode, [Value])
      switch function.kind {
      case .closure(let c, _): (code, earlier) = (c, [])
      case .partial(let c, _, let list): (code, earlier) = (c, list)
      case .builtIn, .relation, .timed: return ""
      }
      return call(code, (earlier + arguments).map { describe($0) })
    case .generated(let description, _): return name(of: description)
    case .site, .thunk, .failure, nil: return ""
    }
  }

  /// Whether `name(of:)` has a name for it.
  func isNamed(_ deferred: Process) -> Bool {
    switch deferrals[deferred.id] {
    case .global, .call: true
    case .generated(let description, _): isNamed(description)
    case .site, .thunk, .failure, nil: false
    }
  }

  /// Remembers where an operator stands that may not have anything for an operand.
  func noted(_ p: Process, at span: Span) -> Process {
    if notedPlaces[p] == nil { notedPlaces[p] = span }
    return p
  }

  /// Where the canonical `p`, of `prioritise` or `chase`, is written; nil for one that another became.
  ///
  /// - Complexity: linear in how many such rows there are; for messages alone.
  public func place(ofOperator p: Process) -> Span? {
    notedPlaces.filter { (try? table.resolve($0.key)) == p }.min { $0.key < $1.key }?.value
  }

  /// Where a deferred process is written.
  public func span(of deferred: Process) -> Span? {
    switch deferrals[deferred.id] {
    case .site(let unit, _): unit.body.span
    case .global(_, let span), .call(_, _, let span), .thunk(_, let span), .generated(_, let span): span
    case .failure(let diagnostic): diagnostic.span
    case nil: nil
    }
  }
}
