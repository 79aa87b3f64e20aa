import ProcessTerms
import TransitionSystems

/// Decides the five checks about subjects of any kind.
struct Decider {
  let budget: Budget
  /// How many events there are so far.
  let eventCount: Int

  func refinement<S, State>(
    _ specification: Subject<S>, _ implementation: Subject<State>, _ model: SemanticModel
  ) throws -> Outcome<State> {
    let withDivergence = model == .failuresDivergences, graph = KnownGraph(specification.graph, budget)
    func search(nodeLimit: Int?, withAntichain: Bool) throws -> (outcome: Outcome<State>, nodes: NormalForm) {
      let nodes = try NormalForm(graph, budget, findsDivergence: withDivergence, nodeLimit: nodeLimit)
      let question = Question(
        specification: try Specification(nodes, model, eventCount: eventCount),
        antichain: withAntichain ? nodes : nil, findsDivergence: withDivergence)
      return (try implementation.search(question, budget), nodes)
    }
    let nodeLimit = budget.limits.normalFormNodes
    if nodeLimit != 0 {
      let spent = budget.terms
      do {
        let (outcome, nodes) = try search(nodeLimit: nodeLimit, withAntichain: false)
        guard nodeLimit != nil, nodes.isOutOfProportion, outcome.ranOutOfStates else { return outcome }
      } catch is NormalForm.TooLarge {}
      budget.returnTerms(to: spent)
    }
    return try search(nodeLimit: nil, withAntichain: true).outcome
  }

  func deadlockFree<State>(_ subject: Subject<State>, _ model: SemanticModel) throws -> Outcome<State> {
    try subject.search(
      Question(findsDeadlock: true, findsDivergence: model == .failuresDivergences), budget)
  }

  func divergenceFree<State>(_ subject: Subject<State>) throws -> Outcome<State> {
    try subject.search(Question(findsDivergence: true), budget)
  }

  // MARK: Determinism

  func deterministic<State>(_ subject: Subject<State>, _ model: SemanticModel) throws -> Outcome<State> {
    if model == .failuresDivergences {
      let nodes = try SinglePath(subject.graph, budget)
      let specification = try Specification(nodes, model, eventCount: eventCount)
      let outcome = try subject.search(Question(specification: specification, findsDivergence: true), budget)
      return try explain(outcome, subject, nodes.graph) { trace in try nodes.path(along: trace) }
    }
    // The process is its own specification, and nothing that the trace allows may be refused.
    let nodes = try NormalForm(KnownGraph(subject.graph, budget), budget, findsDivergence: false)
    let specification = try Specification(nodes, .failures, eventCount: eventCount, demandsEverything: true)
    let outcome = try subject.search(Question(specification: specification), budget)
    return try explain(outcome, subject, nodes.graph) { _ in nil }
  }

  /// Puts the second behaviour to a counterexample of determinism; `settled` gives the path of the specification along
  /// a trace, if that is a single one.
  private func explain<State>(
    _ outcome: Outcome<State>, _ subject: Subject<State>, _ graph: KnownGraph,
    settled: ([Int32]) throws -> [ExplicitSystem.Edge]?
  ) throws -> Outcome<State> {
    guard case .fails(let found) = outcome.verdict else { return outcome }
    var outcome = outcome
    switch found.kind {
    case .eventNotAllowed(let event):
      // The implementation did it; the single path, after the same trace, refuses it.
      let path = try settled(found.behaviour.trace.dropLast().map(\.id))!
      let offered = try graph.offer(of: path.last?.target ?? graph.initial) ?? []
      let kind = Counterexample<State>.Kind.nondeterminism(
        event: event, other: try behaviour(path, subject, graph), offered: offered.map { Event(id: $0) })
      outcome.verdict = .fails(Counterexample(kind: kind, behaviour: found.behaviour))
    case .refusalNotAllowed(let offered):
      // The implementation refuses what another path can do.
      let trace = found.behaviour.trace.map(\.id)
      let event = found.allowed!.events.first { !offered.contains($0) }!
      var path = try settled(trace)
      if let settledPath = path {
        let last = settledPath.last?.target ?? graph.initial
        path = settledPath + [try graph.edges(of: last).first { $0.label == event.id }!]
      } else {
        path = try TracePaths(graph: graph, trace: trace + [event.id]).shortest { _ in true }
      }
      let kind = Counterexample<State>.Kind.nondeterminism(event: event, other: found.behaviour, offered: offered)
      outcome.verdict = .fails(Counterexample(kind: kind, behaviour: try behaviour(path!, subject, graph)))
    default:
      outcome.verdict = .fails(Counterexample(kind: found.kind, behaviour: found.behaviour))
    }
    return outcome
  }

  private func behaviour<State>(
    _ path: [ExplicitSystem.Edge], _ subject: Subject<State>, _ graph: KnownGraph
  ) throws -> Behaviour<State> {
    Behaviour(initial: try subject.state(graph.initial), steps: try steps(path, subject))
  }

  private func steps<State>(
    _ path: [ExplicitSystem.Edge], _ subject: Subject<State>
  ) throws -> [Behaviour<State>.Step] {
    try path.map { Behaviour.Step(event: Event(id: $0.label), target: try subject.state($0.target)) }
  }

  // MARK: Traces

  func hasTrace<State>(
    _ subject: Subject<State>, _ trace: [Event], _ model: SemanticModel
  ) throws -> Outcome<State> {
    let withDivergence = model == .failuresDivergences
    let nodes = try NormalForm(KnownGraph(subject.graph, budget), budget, findsDivergence: withDivergence)
    let graph = nodes.graph
    var statistics = Statistics(), node: Int32 = 0
    /// The counterexample after the first `done` events of the trace, whose path ends where `accepts` says.
    func fails(
      _ done: Int, where accepts: (Int32) throws -> Bool,
      _ kind: (Int32) throws -> Counterexample<State>.Kind
    ) throws -> Outcome<State> {
      let path = try TracePaths(graph: graph, trace: trace[..<done].map(\.id)).shortest(where: accepts)!
      statistics.duration = budget.elapsed
      return Outcome(
        verdict: .fails(
          Counterexample(
            kind: try kind(path.last?.target ?? graph.initial), behaviour: try behaviour(path, subject, graph))),
        statistics: statistics)
    }
    for done in 0...trace.count {
      statistics.plies += 1
      statistics.states += nodes.members(node).count
      for member in nodes.members(node) { statistics.transitions += try graph.edges(of: member).count }
      statistics.bytes = nodes.bytes
      if nodes.diverges(node) {
        let paths = TracePaths(graph: graph, trace: [])
        return try fails(done, where: { try paths.loop(from: $0) != nil }) { state in
          let (stem, loop) = try paths.loop(from: state)!
          return .divergence(stem: try steps(stem, subject), loop: try steps(loop, subject))
        }
      }
      if done == trace.count { break }
      let next = trace[done]
      let refuses = { (state: Int32) throws in try graph.offer(of: state).map { !$0.contains(next.id) } ?? false }
      guard let after = try nodes.next(node, next.id) else {
        return try fails(done, where: { _ in true }) { _ in .traceImpossible(next: next) }
      }
      if model != .traces, try nodes.members(node).contains(where: refuses) {
        return try fails(done, where: refuses) { state in
          .traceRefused(next: next, offered: try graph.offer(of: state)!.map { Event(id: $0) })
        }
      }
      node = after
    }
    statistics.duration = budget.elapsed
    return Outcome(verdict: .holds, statistics: statistics)
  }
}

extension Outcome {
  /// Whether it was a number of states that did not suffice.
  fileprivate var ranOutOfStates: Bool {
    switch verdict {
    case .undecided(.states), .undecided(.terms): true
    case .undecided, .holds, .fails: false
    }
  }
}
