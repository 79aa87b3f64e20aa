/// The models of CSP as the books define them: plain sets of traces, failures and divergences, up to a length, written
/// out in full. It knows no normal form, so that it can find fault with the decisions that use one.
///
/// Sources: TPC 8.1 to 8.3, UCS 11.1 to 11.3. Σ is the given events; ✓ is a signal (TPC 3.1).
import ProcessTerms
import ReferenceSemantics

struct Failure: Hashable {
  let trace: [Event]
  let refusal: Set<Event>
}

struct LiteralSemantics {
  let length: Int
  /// Σ ∪ {✓}.
  let events: Set<Event>
  /// traces(P), failures(P) and divergences as observed, of traces up to `length`.
  private(set) var traces: Set<[Event]> = []
  private(set) var failures: Set<Failure> = []
  private(set) var divergences: Set<[Event]> = []

  /// Everything that `p` can show in traces up to `length`; nil where it has more than `limit` states on the way.
  init?(_ p: Process, by interpreter: ReferenceInterpreter, sigma: [Event], length: Int, limit: Int) throws {
    self.length = length
    events = Set(sigma + [.tick])
    // P =s⇒ Q for every trace s up to the length.
    struct Arrival: Hashable { let trace: [Event]; let process: Process }
    let start = Arrival(trace: [], process: try interpreter.table.resolve(p))
    var arrivals: Set<Arrival> = [start]
    var waiting = [start]
    while let arrival = waiting.popLast() {
      for step in try interpreter.steps(of: arrival.process) {
        let trace = step.event == .tau ? arrival.trace : arrival.trace + [step.event]
        let next = Arrival(trace: trace, process: step.target)
        if trace.count <= length, arrivals.insert(next).inserted { waiting.append(next) }
      }
      if arrivals.count > limit { return nil }
    }
    let processes = Set(arrivals.map(\.process))
    let diverging = try processes.filter { process in
      // More silent steps than there are processes: one of these comes twice.
      var reached: Set<Process> = [process]
      for _ in 0...processes.count where !reached.isEmpty {
        reached = Set(try reached.flatMap { try interpreter.steps(of: $0).filter { $0.event == .tau }.map(\.target) })
      }
      return !reached.isEmpty
    }
    traces = Set(arrivals.map(\.trace))
    for arrival in arrivals {
      let initials = Set(try interpreter.steps(of: arrival.process).map(\.event))
      if !initials.contains(.tau) {
        for refusal in subsets(of: events.subtracting(initials)) {
          failures.insert(Failure(trace: arrival.trace, refusal: refusal))
        }
      }
      if initials.contains(.tick) {
        for refusal in subsets(of: events.subtracting([.tick])) {
          failures.insert(Failure(trace: arrival.trace, refusal: refusal))
        }
      }
      if diverging.contains(arrival.process) { divergences.insert(arrival.trace) }
    }
  }

  /// divergences(P): closed under extension by traces, up to the length.
  var strictDivergences: Set<[Event]> {
    var all: Set<[Event]> = []
    for divergence in divergences { all.formUnion(extensions(of: divergence)) }
    return all
  }

  /// failures⊥(P): with every refusal after every divergence.
  func strictFailures(_ divergences: Set<[Event]>) -> Set<Failure> {
    let refusals = subsets(of: events)
    return failures.union(
      divergences.flatMap { trace in refusals.map { Failure(trace: trace, refusal: $0) } })
  }

  /// s⌢t for t ∈ Σ*✓? up to the length; nothing follows ✓.
  private func extensions(of trace: [Event]) -> Set<[Event]> {
    var all: Set<[Event]> = [trace]
    var layer: Set<[Event]> = [trace]
    while let some = layer.first, some.count < length {
      layer = Set(layer.filter { $0.last != .tick }.flatMap { s in events.map { s + [$0] } })
      all.formUnion(layer)
    }
    return all
  }

  private func subsets(of set: Set<Event>) -> [Set<Event>] {
    set.sorted().reduce([[]]) { subsets, event in subsets + subsets.map { $0.union([event]) } }
  }
}

/// The checks, straight from the definitions: the length of a shortest trace up to `length` that shows a defect, nil
/// where none does.
extension LiteralSemantics {
  static func refinementDefect(of p: LiteralSemantics, against spec: LiteralSemantics, in model: Model) -> Int? {
    switch model {
    case .traces: return shortest(p.traces.subtracting(spec.traces))
    case .failures:
      return shortest(
        p.traces.subtracting(spec.traces).union(p.failures.subtracting(spec.failures).map(\.trace)))
    case .failuresDivergences:
      let diverging = p.strictDivergences, allowed = spec.strictDivergences
      let failures = p.strictFailures(diverging).subtracting(spec.strictFailures(allowed))
      // A trace without a failure is one whose processes are never stable, so a divergence when the process is finite.
      return shortest(diverging.subtracting(allowed).union(failures.map(\.trace)))
    }
  }

  func deadlockDefect(in model: Model) -> Int? {
    let strict = model == .failuresDivergences
    let failures = strict ? strictFailures(strictDivergences) : failures
    return Self.shortest(failures.filter { $0.trace.last != .tick && $0.refusal == events }.map(\.trace))
  }

  func divergenceDefect() -> Int? { Self.shortest(divergences) }

  /// Of traces shorter than `length` alone, since what can follow one must be written out too.
  func determinismDefect(in model: Model) -> Int? {
    var defects: Set<[Event]> = []
    if model == .failuresDivergences { defects = divergences.filter { $0.count < length } }
    for trace in traces {
      guard let event = trace.last else { continue }
      let before = Array(trace.dropLast())
      if failures.contains(Failure(trace: before, refusal: [event])) { defects.insert(before) }
    }
    return Self.shortest(defects)
  }

  func hasTrace(_ trace: [Event], in model: Model) -> Bool {
    let isPossible = traces.contains(trace)
    let isRefused = trace.indices.contains { i in
      failures.contains(Failure(trace: Array(trace[..<i]), refusal: [trace[i]]))
    }
    let diverges = (0...trace.count).contains { divergences.contains(Array(trace[..<$0])) }
    return switch model {
    case .traces: isPossible
    case .failures: isPossible && !isRefused
    case .failuresDivergences: isPossible && !isRefused && !diverges
    }
  }

  private static func shortest(_ traces: some Sequence<[Event]>) -> Int? { traces.map(\.count).min() }
}
