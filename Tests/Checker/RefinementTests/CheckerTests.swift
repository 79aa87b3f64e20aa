import CheckerModels
import OperationalSemantics
import ProcessTerms
import Testing
import TransitionSystems

@testable import Refinement

/// The public face, on process terms.
@Suite struct CheckerTests {
  static let seeds = 0..<12 as Range<UInt64>

  /// What `check` gives with and without flattening, the counterexample replayed by the firing rules.
  private func run(_ check: Check, _ table: ProcessTable, _ what: String) throws -> Outcome<Process> {
    let rules = FiringRules(table)
    let replay = Replay<Process> { process in
      (try? rules.transitions(of: process).map { ($0.event.id, $0.target) }) ?? []
    }
    var outcomes: [Outcome<Process>] = []
    for flattens in [true, false] {
      let checker = Checker(table)
      checker.flattens = flattens
      let outcome = try checker.run(check)
      if let found = outcome.counterexample {
        let complaint = replay.complaint(found)
        #expect(complaint == nil, "\(what), flattens: \(flattens)")
      }
      outcomes.append(outcome)
    }
    #expect(outcomes[0].holds == outcomes[1].holds, "\(what)")
    #expect(outcomes[0].statistics.states == outcomes[1].statistics.states, "\(what)")
    #expect(outcomes[0].statistics.transitions == outcomes[1].statistics.transitions, "\(what)")
    #expect(outcomes[0].statistics.plies == outcomes[1].statistics.plies, "\(what)")
    return outcomes[0]
  }

  @Test(arguments: seeds) func `random compositions are judged as their definitions say`(_ seed: UInt64) throws {
    let random = RandomProcesses(seed: seed), table = random.table
    for i in 0..<12 {
      let what = "seed \(seed), process \(i)"
      let p = i % 3 == 0 ? random.recursive(states: 6) : random.composition()
      let q = i % 3 == 0 ? p : i % 3 == 1 ? random.recursive(states: 3) : random.composition()
      let explored = try Checker(table).explore(p), other = try Checker(table).explore(q)
      if explored.system.stateCount > 150 || other.system.stateCount > 150 { continue }
      let brute = BruteForce(system: explored.system), bruteOther = BruteForce(system: other.system)
      for (check, expected) in brute.verdicts(of: p, and: q, bruteOther) {
        #expect(try run(check, table, what).holds == expected, "\(check), \(what)")
      }
      let trace = random.trace(length: random.int(0...4))
      for model in SemanticModel.allCases {
        #expect(
          try run(.hasTrace(p, trace, model), table, what).holds == brute.hasTrace(trace.map(\.id), model), "\(what)")
      }
    }
  }

  @Test func `philosophers as terms have the known sizes, flattened or not`() throws {
    for (n, flattens, states, transitions) in [
      (5, true, 7774, 34_240 as Int?), (6, true, 46_656, 246_612), (4, false, 1296, nil),
    ] {
      let terms = PhilosopherTerms(n), checker = Checker(terms.table)
      checker.flattens = flattens
      let everything = terms.table.run(terms.table.set((2..<terms.table.alphabet.count).map { Event(id: Int32($0)) }))
      let outcome = try checker.run(
        .refinement(specification: everything, implementation: terms.system, .traces))
      #expect(outcome.holds == true)
      #expect(outcome.statistics.states == states)
      if let transitions { #expect(outcome.statistics.transitions == transitions) }
    }
    let terms = PhilosopherTerms(3)
    let found = try run(.deadlockFree(terms.system, .failures), terms.table, "philosophers").counterexample
    #expect(found?.kind == .deadlock)
    #expect(found?.behaviour.steps.count == 6)
  }

  @Test func `a check made again gives the same answer, the counterexample included`() throws {
    func outcomes() throws -> [Counterexample<Process>?] {
      let random = RandomProcesses(seed: 5)
      return try (0..<20).map { _ in
        let p = random.composition(), q = random.composition()
        return try Checker(random.table).run(.refinement(specification: p, implementation: q, .failures)).counterexample
      }
    }
    let first = try outcomes()
    #expect(try outcomes() == first)
    #expect(first.contains { $0 != nil })
  }

  // MARK: Decisions of semantics.md

  private struct Terms {
    let table = ProcessTable()
    let a: Event, b: Event
    init() {
      a = table.alphabet.append("a")
      b = table.alphabet.append("b")
    }
    var stop: Process { table.stop }
    var skip: Process { table.skip }
    var div: Process { table.div }
    func then(_ e: Event, _ p: Process) -> Process { table.prefix(e, p) }
  }

  private func holds(_ check: Check, _ table: ProcessTable) throws -> Bool? { try run(check, table, "\(check)").holds }

  @Test func `the failures model looks at stable states alone`() throws {
    let t = Terms()
    #expect(try holds(.refinement(specification: t.stop, implementation: t.div, .failures), t.table) == true)
    #expect(try holds(.refinement(specification: t.div, implementation: t.stop, .failures), t.table) == false)
  }

  @Test func `below a divergent node of the specification everything is allowed`() throws {
    let t = Terms(), anything = t.then(t.a, t.then(t.b, t.stop)), later = t.then(t.a, t.div)
    for (specification, implementation, expected) in [
      (t.div, anything, true), (anything, t.div, false), (later, anything, true), (later, t.then(t.b, t.stop), false),
    ] {
      let check = Check.refinement(
        specification: specification, implementation: implementation, .failuresDivergences)
      #expect(try holds(check, t.table) == expected)
    }
  }

  @Test func `termination is no deadlock, and a divergence is one in failures-divergences`() throws {
    let t = Terms()
    for model in [SemanticModel.failures, .failuresDivergences] {
      #expect(try holds(.deadlockFree(t.skip, model), t.table) == true)
      #expect(try holds(.deadlockFree(t.stop, model), t.table) == false)
      #expect(try holds(.deadlockFree(t.then(t.a, t.stop), model), t.table) == false)
      let both = t.table.parallel([t.then(t.a, t.skip), t.then(t.b, t.skip)], t.table.set([]))
      #expect(try holds(.deadlockFree(both, model), t.table) == true)
    }
    #expect(try holds(.deadlockFree(t.div, .failures), t.table) == true)
    #expect(try holds(.deadlockFree(t.div, .failuresDivergences), t.table) == false)
  }

  @Test func `a choice between an event and termination is nondeterministic`() throws {
    let t = Terms(), p = t.table.externalChoice([t.skip, t.then(t.a, t.stop)])
    for model in [SemanticModel.failures, .failuresDivergences] {
      let outcome = try run(.deterministic(p, model), t.table, "SKIP [] a")
      guard case .nondeterminism(let event, let other, let offered)? = outcome.counterexample?.kind else {
        Issue.record("\(outcome.verdict)")
        continue
      }
      #expect(event == t.a)
      #expect(other.trace == [])
      #expect(offered == [.tick])
    }
    #expect(try holds(.deterministic(t.then(t.a, t.skip), .failuresDivergences), t.table) == true)
    let choice = t.table.internalChoice([t.then(t.a, t.stop), t.then(t.b, t.stop)])
    #expect(try holds(.deterministic(choice, .failures), t.table) == false)
  }

  @Test func `a trace can be possible, certain, or free of divergence`() throws {
    let t = Terms()
    let perhaps = t.table.internalChoice([t.then(t.a, t.stop), t.stop])
    #expect(try holds(.hasTrace(perhaps, [t.a], .traces), t.table) == true)
    #expect(try holds(.hasTrace(perhaps, [t.a], .failures), t.table) == false)
    let sure = t.then(t.a, t.div)
    #expect(try holds(.hasTrace(sure, [t.a], .failures), t.table) == true)
    #expect(try holds(.hasTrace(sure, [t.a], .failuresDivergences), t.table) == false)
    #expect(try holds(.hasTrace(sure, [t.a, t.b], .traces), t.table) == false)
  }

  @Test func `an endless process ends as undecided, and its early divergence is still found`() throws {
    let counter = Counter()
    var limits = Limits()
    limits.terms = 5000
    let checker = Checker(counter.table, limits: limits)
    guard case .undecided(.terms(5000)) = try checker.run(.divergenceFree(counter.start)).verdict else {
      Issue.record("the counter has infinitely many states")
      return
    }
    let trap = counter.table.externalChoice([counter.start, counter.table.prefix(counter.up, counter.table.div)])
    #expect(try checker.run(.divergenceFree(trap)).holds == false)
  }

  @Test func `an error of the script ends the check that meets it, unless a violation comes first`() throws {
    let counter = Counter()
    let up = { counter.table.prefix(counter.up, $0) }, bad = up(up(up(counter.broken)))
    let checker = Checker(counter.table)
    #expect(throws: Counter.Broken.self) { try checker.run(.deadlockFree(bad, .failures)) }
    let outcome = try checker.run(.refinement(specification: up(counter.table.stop), implementation: bad, .traces))
    #expect(outcome.counterexample?.behaviour.trace == [counter.up, counter.up])
    // And the others are still decided.
    #expect(try checker.run(.deadlockFree(counter.table.skip, .failures)).holds == true)
  }

  @Test func `a counterexample shows what the specification allows`() throws {
    let t = Terms()
    let spec = t.then(t.a, t.table.internalChoice([t.then(t.a, t.stop), t.then(t.b, t.stop)]))
    let outcome = try run(
      .refinement(specification: spec, implementation: t.then(t.a, t.stop), .failures), t.table, "refusal")
    let found = try #require(outcome.counterexample)
    #expect(found.kind == .refusalNotAllowed(offered: []))
    #expect(found.behaviour.trace == [t.a])
    #expect(found.allowed == Allowed(events: [t.a, t.b], acceptances: [[t.a], [t.b]], diverges: false))
  }

  @Test func `progress is reported while a check runs`() throws {
    let counter = Counter()
    var limits = Limits()
    limits.terms = 150_000
    let checker = Checker(counter.table, limits: limits)
    var reports: [Progress] = []
    checker.progress = { reports.append($0) }
    // However fast the machine is.
    checker.progressInterval = .zero
    _ = try checker.run(.divergenceFree(counter.start))
    #expect(reports.count > 0)
    #expect(zip(reports, reports.dropFirst()).allSatisfy { $0.states <= $1.states && $0.elapsed < $1.elapsed })
  }
}

/// `C(n) = up -> C(n + 1)`: infinitely many states.
private final class Counter: DeferredProcesses {
  struct Broken: Error {}
  let table = ProcessTable()
  let up: Event
  private(set) var start = Process(id: 0), broken = Process(id: 0)

  init() {
    up = table.alphabet.append("up")
    table.source = self
    start = table.deferred()
    broken = table.deferred()
  }

  func evaluate(_ deferred: Process) throws -> Process {
    if deferred == broken { throw Broken() }
    return table.prefix(up, table.deferred())
  }
  func name(of deferred: Process) -> String { "C" }
}
