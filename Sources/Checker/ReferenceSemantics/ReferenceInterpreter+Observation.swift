/// What can be seen of a process after a trace: the subset construction, acceptances, divergence (TPC 8.1 and 8.2,
/// UCS 11.1 to 11.3).
///
/// Where a process may be after a trace s is a set of processes, closed under τ. Everything that the models say about
/// s is read off this set:
/// - s⌢⟨e⟩ is a trace when one of the set can do e;
/// - (s, X) is a failure when one of the set is stable and can do nothing of X; one that can do ✓ may refuse all of Σ,
///   stable or not (TPC 3.1: ✓ is a signal that the environment cannot refuse);
/// - s is a divergence when one of the set can do τ for ever.
import ProcessTerms

extension ReferenceInterpreter {
  /// Every process that one of `processes` becomes by τ, those included.
  func silentClosure(of processes: Set<Process>, limit: Int) throws -> Set<Process> {
    try closure(of: processes, limit: limit) { $0 == .tau }
  }

  /// Every process that one of `processes` becomes, those included.
  func reachable(from processes: Set<Process>, limit: Int) throws -> Set<Process> {
    try closure(of: processes, limit: limit) { _ in true }
  }

  private func closure(
    of processes: Set<Process>, limit: Int, following follows: (Event) -> Bool
  ) throws -> Set<Process> {
    var met = processes
    var waiting = processes.sorted()
    while let next = waiting.popLast() {
      if met.count > limit { throw StateLimitReached(limit: limit) }
      try checkpoint?()
      for step in try steps(of: next) where follows(step.event) && met.insert(step.target).inserted {
        waiting.append(step.target)
      }
    }
    return met
  }

  /// Where a process that is somewhere in `places` may be after `event`; empty where it cannot do it.
  func after(_ event: Event, from places: Set<Process>, limit: Int) throws -> Set<Process> {
    let targets = try places.flatMap { try steps(of: $0).filter { $0.event == event }.map(\.target) }
    return try silentClosure(of: Set(targets), limit: limit)
  }

  /// The events, ✓ included, that can be seen next from somewhere in `places`, ascending.
  func observableEvents(from places: Set<Process>) throws -> [Event] {
    try places.reduce(into: Set()) { $0.formUnion(try initials(of: $1)) }.subtracting([.tau]).sorted()
  }

  /// What `p` accepts when it refuses as much as it can: its initials where it is stable; ✓ alone where it can
  /// terminate; nil where neither, for then it refuses nothing.
  func acceptance(of p: Process) throws -> Set<Event>? {
    let initials = try initials(of: p)
    if initials.contains(.tick) { return [.tick] }
    return initials.contains(.tau) ? nil : initials
  }

  func acceptances(of places: Set<Process>) throws -> Set<Set<Event>> {
    Set(try places.compactMap { try acceptance(of: $0) })
  }

  /// Those of `processes`, closed under τ, that can do τ for ever: the greatest set each of whose members has a τ into
  /// the set. Members without one are taken away until there is none.
  func divergent(among processes: Set<Process>) throws -> Set<Process> {
    var waysOn: [Process: Int] = [:]
    var predecessors: [Process: [Process]] = [:]
    for p in processes {
      let silent = try steps(of: p).filter { $0.event == .tau }
      waysOn[p] = silent.count
      for step in silent { predecessors[step.target, default: []].append(p) }
    }
    var remaining = processes
    var leaving = processes.filter { waysOn[$0] == 0 }.sorted()
    while let p = leaving.popLast() {
      remaining.remove(p)
      for predecessor in predecessors[p] ?? [] {
        waysOn[predecessor]! -= 1
        if waysOn[predecessor] == 0 { leaving.append(predecessor) }
      }
    }
    return remaining
  }
}
