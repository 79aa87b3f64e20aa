/// The engine's counterexamples in the words of the reference interpreter.
import ProcessTerms
import ReferenceSemantics
import Refinement

extension ReferenceInterpreter.Path {
  init(_ behaviour: Behaviour<Process>) {
    self.init(start: behaviour.initial, steps: behaviour.steps.map { .init($0.event, $0.target) })
  }
}

extension ReferenceInterpreter.Model {
  init(_ model: SemanticModel) {
    self =
      switch model {
      case .traces: .traces
      case .failures: .failures
      case .failuresDivergences: .failuresDivergences
      }
  }
}

extension Check {
  /// The process that does what a counterexample to the check shows.
  var subject: Process {
    switch self {
    case .refinement(_, let p, _), .deadlockFree(let p, _), .divergenceFree(let p), .deterministic(let p, _),
      .hasTrace(let p, _, _):
      p
    }
  }
}

extension ReferenceInterpreter.Statement {
  init(_ check: Check) {
    self =
      switch check {
      case .refinement(let specification, let implementation, let model):
        .refinement(specification: specification, implementation: implementation, .init(model))
      case .deadlockFree(let p, let model): .deadlockFree(p, .init(model))
      case .divergenceFree(let p): .divergenceFree(p)
      case .deterministic(let p, let model): .deterministic(p, .init(model))
      case .hasTrace(let p, let trace, let model): .hasTrace(p, trace, .init(model))
      }
  }
}

extension ReferenceInterpreter {
  func decide(_ check: Check, limit: Int) throws -> Verdict? {
    switch check {
    case .refinement(let specification, let implementation, let model):
      try refines(specification, by: implementation, in: .init(model), limit: limit)
    case .deadlockFree(let p, let model): try isDeadlockFree(p, in: .init(model), limit: limit)
    case .divergenceFree(let p): try isDivergenceFree(p, limit: limit)
    case .deterministic(let p, let model): try isDeterministic(p, in: .init(model), limit: limit)
    case .hasTrace(let p, let trace, let model): try hasTrace(p, trace, in: .init(model), limit: limit)
    }
  }
}

extension ReferenceInterpreter.Counterexample {
  /// nil where the kind of `found` is none of `check`.
  init?(_ found: Refinement.Counterexample<Process>, to check: Check) {
    var path = ReferenceInterpreter.Path(found.behaviour)
    var specification: Process?
    var model = ReferenceInterpreter.Model.failuresDivergences
    var asked: [Event]?
    switch check {
    case .refinement(let spec, _, let m): (specification, model) = (spec, .init(m))
    case .hasTrace(_, let trace, _): asked = trace
    case .deadlockFree, .divergenceFree, .deterministic: break
    }
    let claim: ReferenceInterpreter.Claim
    switch (found.kind, specification, asked) {
    case (.eventNotAllowed, let specification?, nil):
      claim = .eventNotAllowed(specification: specification, model)
    case (.refusalNotAllowed, let specification?, nil):
      claim = .refusalNotAllowed(specification: specification, model)
    case (.divergence(let stem, let loop), _, _):
      path.steps += stem.map { .init($0.event, $0.target) }
      let loop = loop.map { ReferenceInterpreter.Step($0.event, $0.target) }
      claim =
        asked.map { .divergenceAlongTrace(trace: $0, length: path.trace.count, loop: loop) }
        ?? .divergence(specification: specification, loop: loop)
    case (.deadlock, nil, nil): claim = .deadlock
    case (.nondeterminism(_, let other, _), nil, nil): claim = .nondeterminism(other: .init(other))
    case (.traceImpossible, nil, let asked?):
      claim = .eventImpossible(trace: asked, length: path.trace.count)
    case (.traceRefused, nil, let asked?):
      claim = .eventRefusable(trace: asked, length: path.trace.count)
    default: return nil
    }
    self.init(path: path, claim: claim)
  }
}
