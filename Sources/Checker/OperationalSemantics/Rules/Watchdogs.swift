import ProcessTerms

/// `trace_watchdog(P, A, bark)` and `failure_watchdog(P, A, bark)`: a specification as a process that runs beside an
/// implementation, so that refinement becomes a question about a composition whose events can all be hidden:
/// - `P [T= Q` exactly if `STOP [T= (Q [|A|] trace_watchdog(P, A, bark)) \ A`
/// - `P [F= Q` exactly if `DIV [F= (Q [|A|] failure_watchdog(P, A, bark)) \ A`
///
/// where neither has an event outside A, nor ✓, which nobody sees before all have terminated: ✓ of P counts as standing
/// still for good.
///
/// The term holds every place where P may be after what was seen, closed under τ from its first step on.
///
/// > Source: Goldsmith, Moffat, Roscoe, Whitworth, Zakiuddin, *Watchdog Transformations for Property-Oriented
/// > Model-Checking*, FME 2003; FDR manual, "trace_watchdog" and "failure_watchdog". That a refusal shows as a process
/// > that stands still, where it otherwise never does, is ours.
extension FiringRules {
  /// With U the places, closed under τ, and U_a where they lead by a, closed under τ:
  /// - U_a not empty ⊢ `W(U) –a→ W(U_a)`, for every a
  /// - U_a empty ⊢ `W(U) –a→ (bark → STOP)`, for a in A
  ///
  /// and for failures, an acceptance being what a stable place offers:
  /// - H a least set that meets every acceptance of U ⊢ `W(U) –τ→ (a:H → W(U_a))`, which stands still beside a process
  ///   that refuses H, and P could not have refused H
  /// - no such H, as where P may refuse everything ⊢ `W(U) –τ→ W(U)`.
  func stepsOfWatchdog(_ p: Process) throws -> [Transition] {
    try lookAhead(for: p) {
      let op = table.op(p), set = EventSet(id: table.parameter(p)), bark = table.bark(p)
      let places = try silentClosure(of: table.onOperands(p), p)
      var targets: [Event: [Process]] = [:]
      for place in places {
        for k in try known(place) where store[k].event.isVisible {
          targets[store[k].event, default: []].append(store[k].target)
        }
      }
      let after = try targets.mapValues { table.watchdog(op, of: try silentClosure(of: $0, p), over: set, bark: bark) }
      var steps = after.map { Transition($0.key, $0.value) }
      let alarm = table.prefix(bark, table.stop)
      for event in table.contents(set).events where after[event] == nil { steps.append(Transition(event, alarm)) }
      if op == .failureWatchdog {
        let demands = try leastMeetingSets(try acceptances(of: places), p)
        for demand in demands { steps.append(Transition(.tau, table.prefix(demand.map { ($0, after[$0]!) }))) }
        if demands.isEmpty { steps.append(Transition(.tau, p)) }
      }
      return steps
    }
  }

  /// What the τ of `processes` lead to, for the rule of `p`.
  private func silentClosure(of processes: [Process], _ p: Process) throws -> Set<Process> {
    var closure = Set(processes), waiting = processes
    while let next = waiting.popLast() {
      for k in try known(next) where store[k].event == .tau && closure.insert(store[k].target).inserted {
        waiting.append(store[k].target)
      }
      if closure.count > chaseLimit { throw ChaseTooLong(process: p, limit: chaseLimit) }
    }
    return closure
  }

  /// What stable places offer; nothing, where ✓ may end everything.
  private func acceptances(of places: Set<Process>) throws -> Set<Set<Event>> {
    var acceptances: Set<Set<Event>> = []
    for place in places {
      let offered = Set(try known(place).map { store[$0].event })
      if offered.contains(.tick) { acceptances.insert([]) } else if !offered.contains(.tau) { acceptances.insert(offered) }
    }
    return acceptances
  }

  /// The least sets that have an event of each of `sets`, kept least while one after the other is taken in.
  private func leastMeetingSets(_ sets: Set<Set<Event>>, _ p: Process) throws -> Set<Set<Event>> {
    var meeting: Set<Set<Event>> = [[]]
    for set in sets.sorted(by: { $0.count < $1.count }) {
      let missing = meeting.filter { $0.isDisjoint(with: set) }
      meeting.subtract(missing)
      let candidates = Set(missing.flatMap { known in set.map { known.union([$0]) } })
      let smaller = meeting
      meeting.formUnion(candidates.filter { candidate in !smaller.contains { $0.isSubset(of: candidate) } })
      if meeting.count > transitionLimit { throw TooManyTransitions(process: p, limit: transitionLimit) }
    }
    return meeting
  }
}
