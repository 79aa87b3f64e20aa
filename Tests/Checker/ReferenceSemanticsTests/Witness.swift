/// Turns a verdict into a counterexample: finds a path that shows its trace and ends in its defect.
import ProcessTerms
import ReferenceSemantics

typealias Counterexample = ReferenceInterpreter.Counterexample
typealias Claim = ReferenceInterpreter.Claim

struct Witness {
  let interpreter: ReferenceInterpreter

  /// A path of `p` with this trace to a process that `isWanted`.
  func path(of p: Process, showing trace: [Event], to isWanted: (Process) throws -> Bool) throws -> Path? {
    struct Place: Hashable { let process: Process; let count: Int }
    let start = Path(start: try interpreter.table.resolve(p))
    var met: Set<Place> = [Place(process: start.start, count: 0)]
    var waiting = [start]
    var next = 0
    while next < waiting.count {
      let path = waiting[next]
      next += 1
      let count = path.trace.count
      if count == trace.count, try isWanted(path.end) { return path }
      for step in try interpreter.steps(of: path.end) {
        if step.event != .tau, count == trace.count || trace[count] != step.event { continue }
        let place = Place(process: step.target, count: step.event == .tau ? count : count + 1)
        if met.insert(place).inserted { waiting.append(Path(start: path.start, steps: path.steps + [step])) }
      }
    }
    return nil
  }

  /// Silent steps from `p` back to it.
  func loop(at p: Process) throws -> [Step]? {
    for first in try interpreter.steps(of: p) where first.event == .tau {
      if let rest = try path(of: first.target, showing: [], to: { $0 == p }) { return [first] + rest.steps }
    }
    return nil
  }

  func refuses(_ p: Process, _ event: Event) throws -> Bool {
    let initials = Set(try interpreter.steps(of: p).map(\.event))
    if initials.contains(.tick) { return event != .tick }
    return !initials.contains(.tau) && !initials.contains(event)
  }

  /// The counterexample to `implementation` refining `specification`.
  func refinement(
    _ specification: Process, by implementation: Process, in model: Model, _ verdict: Verdict
  ) throws -> Counterexample? {
    guard case .fails(let trace, let defect) = verdict else { return nil }
    switch defect {
    case .eventNotAllowed:
      return try path(of: implementation, showing: trace, to: { _ in true }).map {
        Counterexample(path: $0, claim: .eventNotAllowed(specification: specification, model))
      }
    case .refusalNotAllowed:
      // The right one of several acceptances is found by trying them.
      var found: Counterexample?
      _ = try path(of: implementation, showing: trace) { end in
        guard let path = try self.path(of: implementation, showing: trace, to: { $0 == end }) else { return false }
        let candidate = Counterexample(
          path: path, claim: .refusalNotAllowed(specification: specification, model))
        if try interpreter.replay(candidate, of: implementation) == nil { found = candidate }
        return found != nil
      }
      return found
    case .divergence: return try divergence(of: implementation, trace, specification)
    case .deadlock, .nondeterminism, .eventImpossible, .eventRefusable: return nil
    }
  }

  func divergence(of p: Process, _ trace: [Event], _ specification: Process?) throws -> Counterexample? {
    guard let path = try path(of: p, showing: trace, to: { try loop(at: $0) != nil }) else { return nil }
    return Counterexample(
      path: path, claim: .divergence(specification: specification, loop: try loop(at: path.end)!))
  }

  /// The counterexample to a check of `p` alone.
  func check(_ p: Process, _ verdict: Verdict) throws -> Counterexample? {
    guard case .fails(let trace, let defect) = verdict else { return nil }
    switch defect {
    case .divergence: return try divergence(of: p, trace, nil)
    case .deadlock:
      return try path(of: p, showing: trace) {
        try interpreter.steps(of: $0).isEmpty && $0 != interpreter.table.omega
      }.map { Counterexample(path: $0, claim: .deadlock) }
    case .nondeterminism(let event):
      guard let performing = try path(of: p, showing: trace + [event], to: { _ in true }),
        let refusing = try path(of: p, showing: trace, to: { try refuses($0, event) })
      else { return nil }
      return Counterexample(path: performing, claim: .nondeterminism(other: refusing))
    case .eventNotAllowed, .refusalNotAllowed, .eventImpossible, .eventRefusable: return nil
    }
  }

  /// The counterexample to `p` having the trace `whole`.
  func hasTrace(_ p: Process, _ whole: [Event], _ verdict: Verdict) throws -> Counterexample? {
    guard case .fails(let trace, let defect) = verdict else { return nil }
    switch defect {
    case .eventImpossible:
      return try path(of: p, showing: trace, to: { _ in true }).map {
        Counterexample(path: $0, claim: .eventImpossible(trace: whole, length: trace.count))
      }
    case .eventRefusable(let event):
      return try path(of: p, showing: trace, to: { try refuses($0, event) }).map {
        Counterexample(path: $0, claim: .eventRefusable(trace: whole, length: trace.count))
      }
    case .divergence:
      guard let path = try path(of: p, showing: trace, to: { try loop(at: $0) != nil }) else { return nil }
      return Counterexample(
        path: path,
        claim: .divergenceAlongTrace(trace: whole, length: trace.count, loop: try loop(at: path.end)!))
    case .eventNotAllowed, .refusalNotAllowed, .deadlock, .nondeterminism: return nil
    }
  }
}
