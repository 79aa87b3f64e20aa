import ProcessTerms
import TransitionSystems

extension PairSearch {
  /// `violation` as a path that can be replayed; `decode` says what a state of the machine is called outside.
  func counterexample<State>(
    _ violation: Violation<Word>, decode: (Word) throws -> State
  ) throws -> Counterexample<State> {
    typealias Step = Behaviour<State>.Step
    func steps(_ words: [Word]) throws -> [Step] {
      try words.map { Step(event: .tau, target: try decode($0)) }
    }
    var behaviour = Behaviour(initial: try decode(machine.initial), steps: [])
    for step in try path(to: violation.pair) {
      behaviour.steps.append(Step(event: Event(id: step.event), target: try decode(step.target)))
    }
    let kind: Counterexample<State>.Kind
    switch violation.kind {
    case .event(let event, let target):
      behaviour.steps.append(Step(event: Event(id: event), target: try decode(target)))
      kind = .eventNotAllowed(Event(id: event))
    case .refusal:
      kind = .refusalNotAllowed(offered: try offer(of: state(of: violation.pair)).map { Event(id: $0) })
    case .deadlock: kind = .deadlock
    case .divergence(let stem, let loop): kind = .divergence(stem: try steps(stem), loop: try steps(loop))
    }
    let allowed = try question.specification?.allowed(at: node(of: violation.pair))
    return Counterexample(kind: kind, behaviour: behaviour, allowed: allowed)
  }

  private func offer(of state: Word) throws -> [Int32] {
    var outbox = Outbox<Word>(capacity: 64)
    try machine.successors(of: state, into: &outbox)
    let events = Set((0..<outbox.count).map { outbox.events[$0] })
    return events.contains(EventID.tick) ? [EventID.tick] : events.sorted()
  }
}
