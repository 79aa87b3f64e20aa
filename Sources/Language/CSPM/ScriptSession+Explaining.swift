import ProcessTerms
import ReferenceSemantics
import Refinement

/// Counterexamples split over the components that took part.
extension ScriptSession {
  func explain(_ found: Counterexample<Process>) throws -> ExplainedCounterexample {
    var path = self.path(found.behaviour)
    var other: (steps: [Event], components: [ExplainedCounterexample.Component])?
    switch found.kind {
    case .divergence(let stem, let loop): path.steps += (stem + loop).map(step)
    case .nondeterminism(_, let behaviour, _):
      other = (behaviour.steps.map(\.event), try components(self.path(behaviour)))
    case .eventNotAllowed, .refusalNotAllowed, .deadlock, .traceImpossible, .traceRefused: break
    }
    return ExplainedCounterexample(
      counterexample: found, trace: found.behaviour.trace.map(table.alphabet.name), steps: path.steps.map(\.event),
      components: try components(path), other: other)
  }

  private func components(_ path: ReferenceInterpreter.Path) throws -> [ExplainedCounterexample.Component] {
    guard let rows = try reference.split(path) else { return [] }
    return rows.map { row in
      ExplainedCounterexample.Component(
        name: row.name, events: row.events, offers: row.end == nil ? row.offers : nil, isTerminated: row.isTerminated)
    }
  }
}
