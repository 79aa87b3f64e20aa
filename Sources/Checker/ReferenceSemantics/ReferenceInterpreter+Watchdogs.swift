/// The rules of the watchdogs, which follow a specification through everything that it may have become.
///
/// W(U), for the places U: after a trace, W is at the places where the specification may be after it. Sources: Goldsmith
/// et al., *Watchdog Transformations for Property-Oriented Model-Checking* (FME 2003); FDR manual. ✓ of the
/// specification counts as standing still.
import ProcessTerms

extension ReferenceInterpreter {
  /// a leads from U to V ≠ ∅ ⟹ W(U) –a→ W(V).  a ∈ A leads to nothing ⟹ W(U) –a→ bark → STOP.  For failures besides:
  /// a least H that no place of U refuses ⟹ W(U) –τ→ (a:H → W(V_a));  no such H ⟹ W(U) –τ→ W(U).
  func watchdog(_ p: Process) throws -> [Inference] {
    let op = table.op(p), watched = EventSet(id: table.parameter(p)), bark = table.bark(p)
    let places = try silentlyReached(from: table.onOperands(p)).met
    func after(_ event: Event) throws -> Process? {
      let targets = places.flatMap { place in derivedSteps(place).filter { $0.event == event }.map(\.target) }
      guard !targets.isEmpty else { return nil }
      return table.watchdog(op, of: try silentlyReached(from: targets).met, over: watched, bark: bark)
    }
    let possible = Set(places.flatMap { derivedSteps($0).map(\.event) }).filter(\.isVisible)
    var inferences = try possible.union(table.contents(watched).events).sorted().map { event in
      axiom(event, try after(event) ?? table.prefix(bark, table.stop))
    }
    if op == .failureWatchdog {
      let demands = try leastDemands(on: places)
      inferences += try demands.map { demand in
        axiom(.tau, table.prefix(try demand.map { ($0, try after($0)!) }))
      }
      if demands.isEmpty { inferences.append(axiom(.tau, p)) }
    }
    return inferences
  }

  /// The least sets of events that none of `places` can refuse, each ascending, in a fixed order.
  private func leastDemands(on places: Set<Process>) throws -> [[Event]] {
    let acceptances = Set(
      try places.compactMap { place -> Set<Event>? in
        let initials = try initials(of: place)
        if initials.contains(.tick) { return [] }
        return initials.contains(.tau) ? nil : initials
      })
    let least = acceptances.filter { set in !acceptances.contains { $0.isStrictSubset(of: set) } }
    // One event of each acceptance, in every way.
    var choices: Set<Set<Event>> = [[]]
    for acceptance in least {
      choices = Set(choices.flatMap { chosen in acceptance.map { chosen.union([$0]) } })
      if choices.count > chaseLimit { throw StateLimitReached(limit: chaseLimit) }
    }
    let demands = choices.filter { set in !choices.contains { $0.isStrictSubset(of: set) } }
    return demands.map { $0.sorted() }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// Those whose steps must be derived before the steps of the watchdog `p` can be.
  func placesNeeded(byWatchdog p: Process) throws -> [Process] {
    let (places, missing) = try silentlyReached(from: table.onOperands(p))
    guard missing.isEmpty else { return missing }
    let targets = places.flatMap { derivedSteps($0).filter { $0.event.isVisible }.map(\.target) }
    return try silentlyReached(from: targets).missing
  }

  /// What one of `processes` becomes by τ, those included, as far as it is derived; and where it is not.
  private func silentlyReached(from processes: [Process]) throws -> (met: Set<Process>, missing: [Process]) {
    var met = Set(processes), waiting = processes, missing: Set<Process> = []
    while let next = waiting.popLast() {
      guard isDerived(next) else {
        missing.insert(next)
        continue
      }
      for step in derivedSteps(next) where step.event == .tau && met.insert(step.target).inserted {
        waiting.append(step.target)
      }
      if met.count > chaseLimit { throw StateLimitReached(limit: chaseLimit) }
    }
    return (met, missing.sorted())
  }
}
