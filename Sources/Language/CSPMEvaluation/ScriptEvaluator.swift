public import CSPMNames
public import CSPMSyntax
public import ProcessTerms

/// A script, ready to be asked: for its assertions, its processes and the values of its expressions.
///
/// The names of the expressions that it is given must be bound: those of the script are, in ``NameResolver``'s
/// declarations, and ``NameResolver/resolve(_:)-(Expression)`` does it for others.
///
/// - Complexity: making one resolves every name, O(size of the script); nothing is evaluated before it is asked for.
public final class ScriptEvaluator {
  /// Mistakes in the script as a whole; what does not depend on them can still be asked for.
  public private(set) var diagnostics: [Diagnostic]
  public let table: ProcessTable
  public let evaluator: Evaluator
  /// What the names of the script mean; binds those of expressions that are asked for.
  public let names: NameResolver
  private let resolver: Resolver

  /// - Parameters:
  ///   - unreadable: names that are silently unknown, since their declarations could not be read.
  ///   - limit: where it is reached, this is an empty script.
  public init(
    _ script: Script, unreadable: Set<String> = [], table: ProcessTable = ProcessTable(), limit: WorkLimit? = nil
  ) {
    self.table = table
    names = NameResolver(script, unreadable: unreadable, limit: limit)
    evaluator = Evaluator(table: table)
    resolver = Resolver(evaluator, names)
    resolver.script()
    diagnostics = names.diagnostics + resolver.diagnostics
  }

  /// The code of an expression of the top level; its mistakes are thrown and not added to `diagnostics`.
  private func code(_ expression: Expression) throws -> DelayedCode {
    let before = resolver.diagnostics.count
    let code = resolver.topLevel(expression)
    if resolver.diagnostics.count > before { throw resolver.diagnostics[before] }
    return code
  }

  private func run<R>(_ code: DelayedCode, _ body: (Frame) throws -> R) throws -> R {
    try evaluator.withFrame(code.slots, evaluator.global, at: code.span, body)
  }

  /// The process that an expression means, its operands not evaluated yet.
  ///
  /// - Throws: a `Diagnostic`, or what `Evaluator.checkpoint` throws.
  public func process(_ expression: Expression) throws -> Process {
    let code = try code(expression)
    return try run(code) { try code.body.process(evaluator, $0) }
  }

  /// The events of an expression that is a set of them.
  public func eventSet(_ expression: Expression) throws -> EventSet {
    let code = try code(expression)
    return try run(code) { frame in
      let value = try evaluator.expectSet(try code.body.evaluate(evaluator, frame), at: code.span)
      return try evaluator.eventSet(value, at: code.span)
    }
  }

  /// The events of a sequence-valued expression such as a trace.
  public func trace(_ expression: Expression) throws -> [Event] {
    let code = try code(expression)
    return try run(code) { frame in
      let value = try evaluator.expectSequence(try code.body.evaluate(evaluator, frame), at: code.span)
      return try evaluator.array(value, at: code.span).map {
        try evaluator.event(try evaluator.normal($0, at: code.span), at: code.span)
      }
    }
  }

  /// The value of an expression as text.
  public func text(_ expression: Expression) throws -> String {
    let code = try code(expression)
    return try run(code) { frame in
      let value = try evaluator.normal(try code.body.evaluate(evaluator, frame), at: code.span)
      // However many elements it has: people asked for them.
      if case .set(let set) = value, try evaluator.isFinite(set, at: code.span) {
        _ = try evaluator.elements(of: set, at: code.span)
      }
      return evaluator.describe(value, limit: nil)
    }
  }

  /// The value of an expression where it is a boolean; nil where it is something else.
  public func boolean(_ expression: Expression) throws -> Bool? {
    let code = try code(expression)
    return try run(code) { frame in
      if case .boolean(let b) = try code.body.evaluate(evaluator, frame) { b } else { nil }
    }
  }
}
