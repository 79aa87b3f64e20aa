import ProcessTerms
import Refinement
import Testing
import TransitionSystems

/// Checks a counterexample against the definitions: every step is an edge, and the offence is one.
struct Replay<State: Hashable & Sendable> {
  /// The transitions of a state, as (event id, target).
  let edges: (State) -> [(Int32, State)]

  func isPath(_ behaviour: Behaviour<State>) -> Bool { follow(behaviour.initial, behaviour.steps) }

  private func follow(_ from: State, _ steps: [Behaviour<State>.Step]) -> Bool {
    var at = from
    for step in steps {
      if !edges(at).contains(where: { $0.0 == step.event.id && $0.1 == step.target }) { return false }
      at = step.target
    }
    return true
  }

  private func offer(_ state: State) -> [Event]? {
    let labels = Set(edges(state).map(\.0))
    if labels.contains(1) { return [.tick] }
    return labels.contains(0) ? nil : labels.sorted().map { Event(id: $0) }
  }

  /// What is wrong with the counterexample; nil if nothing is.
  func complaint(_ c: Counterexample<State>) -> String? {
    if !isPath(c.behaviour) { return "the behaviour is no path" }
    switch c.kind {
    case .eventNotAllowed(let event):
      if c.behaviour.steps.last?.event != event { return "the event is not the last" }
      if c.allowed?.events.contains(event) != false { return "the event is allowed" }
    case .refusalNotAllowed(let offered):
      if offer(c.behaviour.last) != offered { return "the offer is another" }
      guard let allowed = c.allowed else { return "nothing to compare with" }
      if allowed.acceptances.contains(where: { Set($0).isSubset(of: offered) }) { return "the refusal is allowed" }
    case .divergence(let stem, let loop):
      let start = stem.last?.target ?? c.behaviour.last
      if !follow(c.behaviour.last, stem) || !follow(start, loop) { return "the loop is no path" }
      if loop.isEmpty || loop.last!.target != start { return "the loop is open" }
      if (stem + loop).contains(where: { $0.event != .tau }) { return "the loop is visible" }
      if c.allowed?.diverges == true { return "the divergence is allowed" }
    case .deadlock:
      if !edges(c.behaviour.last).isEmpty { return "the state is not dead" }
    case .nondeterminism(let event, let other, let offered):
      if !isPath(other) { return "the other behaviour is no path" }
      if c.behaviour.steps.last?.event != event { return "the event is not the last" }
      if Array(c.behaviour.trace.dropLast()) != other.trace { return "the traces differ" }
      if offer(other.last) != offered || offered.contains(event) { return "the event is not refused" }
    case .traceImpossible(let next):
      if edges(c.behaviour.last).contains(where: { $0.0 == next.id }) { return "the event is possible" }
    case .traceRefused(let next, let offered):
      if offer(c.behaviour.last) != offered || offered.contains(next) { return "the event is not refused" }
    }
    return nil
  }
}
