package import CSPMEvaluation
import CSPMNames
public import CSPMSyntax
import CSPMTypes
public import ProcessTerms
package import ReferenceSemantics
public import Refinement

/// A loaded script with everything that can be asked about it: its assertions decided, its processes, its values.
///
/// The pipeline is text → tree (`CSPMSyntax`) → names (`CSPMNames`) → types (`CSPMTypes`) → terms (`CSPMEvaluation`) →
/// verdict (`Refinement`), and each counterexample goes through `ReferenceSemantics` before anybody sees it.
///
/// Invariants: I1 a mistake belongs to the assertion or `print` that it stands in or whose evaluation meets it, the
/// others are still decided; I2 a counterexample that the reference interpreter cannot replay is never reported as a
/// verdict.
///
/// Not `Sendable`. Evaluation recurses: use a session inside `Stack.run`.
public final class ScriptSession {
  public let path: String
  public let files: SourceFiles
  /// Mistakes and remarks about the script as a whole.
  public let diagnostics: [Diagnostic]
  public let assertions: [ScriptAssertion]
  public let prints: [ScriptPrint]
  /// Whether compressions are carried out, those that the script asks for and those of the checker. No verdict depends
  /// on it.
  public var compresses = true

  package let script: ScriptEvaluator
  package let reference: ReferenceInterpreter
  private let types: TypeChecker
  /// The limit that ended the work before anything could be evaluated.
  public let limit: LimitReached?
  /// What is wrong in the text of an assertion or `print`, by its place.
  private let ownMistakes: [Span: [Diagnostic]]

  /// - Parameter limit: that of loading too; where it is reached, assertions are undecided.
  public init(_ loaded: LoadedScript, path: String, limit: WorkLimit? = nil) {
    self.path = path
    files = loaded.files
    script = ScriptEvaluator(loaded.toResolve(limit), unreadable: loaded.unreadableNames, limit: limit)
    reference = ReferenceInterpreter(script.table)
    types = TypeChecker(script.names, limit: limit)
    self.limit = limit?.reached as? LimitReached
    var prints: [ScriptPrint] = []
    func visit(_ declarations: [Declaration]) {
      for declaration in declarations {
        switch declaration.kind {
        case .print(let expression): prints.append(ScriptPrint(expression: expression, span: declaration.span))
        case .timed(let section): visit(section.declarations)
        default: break
        }
      }
    }
    visit(script.names.declarations)
    assertions = ScriptAssertion.all(in: script.names.declarations)
    self.prints = prints
    let places = assertions.map(\.span) + prints.map(\.span)
    var own: [Span: [Diagnostic]] = [:]
    let all = loaded.diagnostics + script.diagnostics + types.diagnostics + loaded.unsaid(limit)
    diagnostics = all.filter { diagnostic in
      guard diagnostic.id != limit?.diagnostic?.id, diagnostic.severity == .error, let span = diagnostic.span,
        let place = places.first(where: { $0.contains(span) })
      else { return true }
      own[place, default: []].append(diagnostic)
      return false
    }
    ownMistakes = own
  }

  /// Whether something is wrong with the script anywhere, assertions and prints included.
  package var hasAnyMistake: Bool { hasErrors || !ownMistakes.isEmpty }

  /// Whether an expression, its names bound, can be a process by its type.
  package func isProcess(_ expression: Expression) -> Bool { (try? types.checkProcess(expression)) != nil }

  /// The mistakes in the text of an assertion or `print` that stands at a place.
  func mistakes(at place: Span) -> [Diagnostic] { ownMistakes[place] ?? [] }

  public var table: ProcessTable { script.table }
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// The value of an expression in the scope of the script, as text.
  ///
  /// - Throws: a `Diagnostic`, or ``LimitReached`` from `limits`.
  public func text(of expression: Expression, limits: Limits = Limits()) throws -> String {
    let expression = try script.names.resolve(expression)
    _ = try types.type(of: expression)
    return try guarded(by: limits) { try script.text(expression) }
  }

  /// What a `print` of this script prints.
  ///
  /// - Throws: a `Diagnostic`, or ``LimitReached`` from `limits`.
  public func text(of print: ScriptPrint, limits: Limits = Limits()) throws -> String {
    if let mistake = mistakes(at: print.span).first { throw mistake }
    return try guarded(by: limits) { try script.text(print.expression) }
  }

  /// The process that an expression means.
  ///
  /// - Throws: a `Diagnostic`, or ``LimitReached`` from `limits`.
  public func process(of expression: Expression, limits: Limits = Limits()) throws -> Process {
    let expression = try script.names.resolve(expression)
    try types.checkProcess(expression)
    return try guarded(by: limits) { try script.process(expression) }
  }

  /// An error of evaluation or exploration as something to tell the author.
  public func asDiagnostic(_ error: any Error, at span: Span?) -> Diagnostic {
    if let limit = error as? LimitReached {
      return Diagnostic(id: "limit-reached", "\(limit.words) while this was evaluated", at: span)
    }
    return diagnostic(for: error, at: span)
  }

  /// Runs `body` with the evaluator watching the deadline, the cancellation flag and the memory limit.
  func guarded<R>(by limits: Limits, _ body: () throws -> R) throws -> R {
    if let limit { throw limit }
    let watch = LimitWatch(limits)
    script.evaluator.checkpoint = { try watch.check() }
    reference.checkpoint = script.evaluator.checkpoint
    defer {
      script.evaluator.checkpoint = nil
      reference.checkpoint = nil
    }
    return try body()
  }
}

/// `assert …` of a script.
public struct ScriptAssertion: Sendable {
  /// From 1, in the order of the text.
  public let number: Int
  public let assertion: Assertion
  public let span: Span
  /// As FDR writes it, without `assert` and on one line.
  public var text: String { assertion.description }

  /// The process that is checked, as written.
  public var subject: String {
    switch assertion.kind {
    case .refinement(_, _, let implementation): implementation.description
    case .property(let process, _, _): process.description
    }
  }

  /// The specification of a refinement, as written.
  public var specification: String? {
    if case .refinement(let specification, _, _) = assertion.kind { specification.description } else { nil }
  }
}

/// `print …` of a script.
public struct ScriptPrint: Sendable {
  public let expression: Expression
  public let span: Span
  public var text: String { expression.description }
}
