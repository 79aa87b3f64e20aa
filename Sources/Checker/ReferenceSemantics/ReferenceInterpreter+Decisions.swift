/// The checks, decided by brute force on everything that is reachable.
///
/// Each walks, breadth first over visible events, the sets of processes that traces lead to, and compares what
/// `ReferenceInterpreter+Observation.swift` reads off them. Every set that is met stands for the traces that lead to
/// it, so a finite walk speaks of all traces, and the first defect is one with a shortest trace.
///
/// Every function returns nil where more than `limit` processes are reachable, or more than `limit` sets are met.
public import ProcessTerms

extension ReferenceInterpreter {
  /// Whether `implementation` refines `specification` (TPC 8.2, UCS 11.1):
  /// - T: traces(I) ⊆ traces(S);
  /// - F: traces(I) ⊆ traces(S) and failures(I) ⊆ failures(S);
  /// - FD: failures⊥(I) ⊆ failures⊥(S) and divergences(I) ⊆ divergences(S), where everything is in failures⊥ and
  ///   divergences after a divergence.
  public func refines(
    _ specification: Process, by implementation: Process, in model: Model, limit: Int
  ) throws -> Verdict? {
    try withinLimit {
      let wholes = try wholes(of: [specification, implementation], limit: limit)
      let start = Pair(
        specification: try wholes.start(specification), implementation: try wholes.start(implementation))
      let strict = model == .failuresDivergences
      return try search(from: start, limit: limit) { pair in
        // Divergence-strict: after a divergence of the specification, everything is allowed.
        if strict, wholes.diverges(pair.specification) { return [] }
        return try wholes.events(from: pair.implementation).map { event in
          let next = Pair(
            specification: try wholes.after(event, from: pair.specification),
            implementation: try wholes.after(event, from: pair.implementation))
          return (event, next)
        }
      } defect: { pair in
        if pair.specification.isEmpty { return .eventNotAllowed }
        if strict {
          if wholes.diverges(pair.specification) { return nil }
          if wholes.diverges(pair.implementation) { return .divergence }
        }
        guard model != .traces else { return nil }
        let allowed = try acceptances(of: pair.specification)
        let areAllowed = try acceptances(of: pair.implementation).allSatisfy { acceptance in
          allowed.contains { $0.isSubset(of: acceptance) }
        }
        return areAllowed ? nil : .refusalNotAllowed
      }
    }
  }

  /// Whether no trace leads to a deadlock: a process other than Ω without a step (TPC 13.1). In FD, nor to a
  /// divergence.
  public func isDeadlockFree(_ p: Process, in model: Model, limit: Int) throws -> Verdict? {
    try check(p, limit: limit) { wholes, places in
      if model == .failuresDivergences, wholes.diverges(places) { return .divergence }
      let deadlocked = try places.contains { try $0 != table.omega && steps(of: $0).isEmpty }
      return deadlocked ? .deadlock : nil
    }
  }

  /// Whether no trace leads to a divergence (TPC 8.3).
  public func isDivergenceFree(_ p: Process, limit: Int) throws -> Verdict? {
    try check(p, limit: limit) { wholes, places in wholes.diverges(places) ? .divergence : nil }
  }

  /// Whether no event that can follow a trace can also be refused after it (TPC 9.1, UCS 10.5): s⌢⟨a⟩ ∈ traces(P)
  /// implies (s, {a}) ∉ failures(P). In FD, P is divergence free besides.
  public func isDeterministic(_ p: Process, in model: Model, limit: Int) throws -> Verdict? {
    try check(p, limit: limit) { wholes, places in
      if model == .failuresDivergences, wholes.diverges(places) { return .divergence }
      let acceptances = try acceptances(of: places)
      let event = try wholes.events(from: places).first { event in acceptances.contains { !$0.contains(event) } }
      return event.map { .nondeterminism($0) }
    }
  }

  /// Whether `p` has the trace (FDR manual). T: it is possible. F: besides, none of its events can be refused where it
  /// is due. FD: besides, there is no divergence along it.
  public func hasTrace(_ p: Process, _ trace: [Event], in model: Model, limit: Int) throws -> Verdict? {
    try withinLimit {
      let wholes = try wholes(of: [p], limit: limit)
      var places = try wholes.start(p)
      for (i, event) in trace.enumerated() {
        let before = Array(trace[..<i])
        if model == .failuresDivergences, wholes.diverges(places) { return .fails(trace: before, .divergence) }
        let next = try wholes.after(event, from: places)
        if next.isEmpty { return .fails(trace: before, .eventImpossible(event)) }
        if model != .traces, try acceptances(of: places).contains(where: { !$0.contains(event) }) {
          return .fails(trace: before, .eventRefusable(event))
        }
        places = next
      }
      if model == .failuresDivergences, wholes.diverges(places) { return .fails(trace: trace, .divergence) }
      return .holds
    }
  }

  // MARK: The walk

  private struct Pair: Hashable {
    let specification: Set<Process>
    let implementation: Set<Process>
  }

  /// Everything that is reachable, and what of it can diverge.
  private struct Wholes {
    let interpreter: ReferenceInterpreter
    let divergent: Set<Process>

    func start(_ p: Process) throws -> Set<Process> {
      try interpreter.silentClosure(of: [try interpreter.table.resolve(p)], limit: .max)
    }
    func after(_ event: Event, from places: Set<Process>) throws -> Set<Process> {
      try interpreter.after(event, from: places, limit: .max)
    }
    func events(from places: Set<Process>) throws -> [Event] { try interpreter.observableEvents(from: places) }
    func diverges(_ places: Set<Process>) -> Bool { !divergent.isDisjoint(with: places) }
  }

  private func wholes(of roots: [Process], limit: Int) throws -> Wholes {
    let everything = try reachable(from: Set(try roots.map { try table.resolve($0) }), limit: limit)
    return Wholes(interpreter: self, divergent: try divergent(among: everything))
  }

  /// Asks for a defect of each set of processes that a trace of `p` leads to.
  private func check(
    _ p: Process, limit: Int, defect: (Wholes, Set<Process>) throws -> Defect?
  ) throws -> Verdict? {
    try withinLimit {
      let wholes = try wholes(of: [p], limit: limit)
      return try search(from: try wholes.start(p), limit: limit) { places in
        try wholes.events(from: places).map { ($0, try wholes.after($0, from: places)) }
      } defect: { try defect(wholes, $0) }
    }
  }

  /// Breadth first, so that the first defect has a shortest trace, and of those the first by its events.
  private func search<Node: Hashable>(
    from start: Node, limit: Int, successors: (Node) throws -> [(Event, Node)], defect: (Node) throws -> Defect?
  ) throws -> Verdict {
    var met: Set<Node> = [start]
    var layer: [(trace: [Event], node: Node)] = [([], start)]
    while !layer.isEmpty {
      var following: [(trace: [Event], node: Node)] = []
      for (trace, node) in layer {
        if let defect = try defect(node) { return .fails(trace: trace, defect) }
        for (event, next) in try successors(node) where met.insert(next).inserted {
          following.append((trace + [event], next))
        }
        if met.count > limit { throw StateLimitReached(limit: limit) }
      }
      layer = following
    }
    return .holds
  }

  private func withinLimit(_ decide: () throws -> Verdict) throws -> Verdict? {
    do { return try decide() } catch is StateLimitReached { return nil }
  }
}
