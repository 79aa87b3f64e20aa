import OperationalSemantics
import ProcessTerms

/// What was found out about a network with compressed components, said of the process that it was made from.
extension FlattenedProcess {
  /// - Throws: ``CounterexampleLost``, and what the evaluation of a state throws.
  func outcome(_ outcome: Outcome<[Int32]>, rules: FiringRules) throws -> Outcome<Process> {
    let verdict: Verdict<Process>
    switch outcome.verdict {
    case .holds: verdict = .holds
    case .undecided(let limit): verdict = .undecided(limit)
    case .fails(let found): verdict = .fails(try Uncompressed(process: self, rules: rules).counterexample(found))
    }
    return Outcome(verdict: verdict, statistics: outcome.statistics)
  }
}

/// A compression changed what a process does: no run of it shows what was found. A defect.
struct CounterexampleLost: Error {}

/// Turns counterexamples of a compressed network into those of its process.
private struct Uncompressed {
  let process: FlattenedProcess
  let rules: FiringRules

  func counterexample(_ found: Counterexample<[Int32]>) throws -> Counterexample<Process> {
    var behaviour: Behaviour<Process>
    let kind: Counterexample<Process>.Kind
    switch found.kind {
    case .eventNotAllowed(let event):
      behaviour = try self.behaviour(found.behaviour, endsStill: false)
      kind = .eventNotAllowed(event)
    case .traceImpossible(let next):
      behaviour = try self.behaviour(found.behaviour, endsStill: false)
      kind = .traceImpossible(next: next)
    case .refusalNotAllowed:
      behaviour = try self.behaviour(found.behaviour, endsStill: true)
      kind = .refusalNotAllowed(offered: try offer(of: behaviour.last))
    case .traceRefused(let next, _):
      behaviour = try self.behaviour(found.behaviour, endsStill: true)
      kind = .traceRefused(next: next, offered: try offer(of: behaviour.last))
    case .deadlock:
      behaviour = try self.behaviour(found.behaviour, endsStill: true)
      kind = .deadlock
    case .nondeterminism(let event, let other, _):
      behaviour = try self.behaviour(found.behaviour, endsStill: false)
      let second = try self.behaviour(other, endsStill: true)
      kind = .nondeterminism(event: event, other: second, offered: try offer(of: second.last))
    case .divergence(let stem, let loop):
      let way = found.behaviour.steps + stem
      let run = Run(initial: found.behaviour.initial, steps: way.map(step), loop: loop.map(step))
      guard let terms = process.run(run, endsStill: false) else { throw CounterexampleLost() }
      let cut = terms.progress[found.behaviour.steps.count], steps = terms.run.steps.map(step)
      behaviour = Behaviour(initial: terms.run.initial, steps: Array(steps[..<cut]))
      kind = .divergence(stem: Array(steps[cut...]), loop: terms.run.loop.map(step))
    }
    return Counterexample(kind: kind, behaviour: behaviour, allowed: found.allowed)
  }

  private func behaviour(_ behaviour: Behaviour<[Int32]>, endsStill: Bool) throws -> Behaviour<Process> {
    let run = Run(initial: behaviour.initial, steps: behaviour.steps.map(step))
    guard let terms = process.run(run, endsStill: endsStill) else { throw CounterexampleLost() }
    return Behaviour(initial: terms.run.initial, steps: terms.run.steps.map(step))
  }

  private func offer(of state: Process) throws -> [Event] {
    let events = Set(try rules.transitions(of: state).map(\.event))
    return events.contains(.tick) ? [.tick] : events.sorted()
  }

  private func step<State>(_ step: Behaviour<State>.Step) -> Run<State>.Step {
    .init(event: step.event, target: step.target)
  }

  private func step(_ step: Run<Process>.Step) -> Behaviour<Process>.Step {
    .init(event: step.event, target: step.target)
  }
}
