import ProcessGenerators
import ProcessTerms
import ReferenceSemantics
import Testing

/// One rule: a process, and all of its steps as the books give them.
struct FiringRule: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let process: @Sendable (Fixture) -> Process
  let steps: @Sendable (Fixture) -> [(Event, Process)]

  init(
    _ description: String, _ process: @escaping @Sendable (Fixture) -> Process,
    _ steps: @escaping @Sendable (Fixture) -> [(Event, Process)]
  ) {
    testDescription = description
    self.process = process
    self.steps = steps
  }
}

private let standingAlone: [FiringRule] = [
  FiringRule("STOP has no step", { $0.stop }, { _ in [] }),
  FiringRule("Ω has no step", { $0.omega }, { _ in [] }),
  FiringRule("SKIP terminates", { $0.skip }, { [($0.tick, $0.omega)] }),
  FiringRule("DIV is silent for ever", { $0.div }, { [($0.tau, $0.div)] }),
  FiringRule(
    "RUN(A) does each a of A", { $0.table.run($0.set($0.a, $0.c)) },
    { f in [f.a, f.c].map { ($0, f.table.run(f.set(f.a, f.c))) } }),
  FiringRule(
    "CHAOS(A) chooses between STOP and the menu of A", { $0.table.chaos($0.set($0.a, $0.b)) },
    { f in
      let chaos = f.table.chaos(f.set(f.a, f.b))
      return [(f.tau, f.stop), (f.tau, f.table.prefix([(f.a, chaos), (f.b, chaos)]))]
    }),
  FiringRule("CHAOS({}) has one silent step to STOP", { $0.table.chaos($0.set()) }, { [($0.tau, $0.stop)] }),
  FiringRule(
    "a menu does each of its events", { $0.table.prefix([($0.a, $0.stop), ($0.a, $0.skip), ($0.b, $0.div)]) },
    { [($0.a, $0.stop), ($0.a, $0.skip), ($0.b, $0.div)] }),
]

private let choices: [FiringRule] = [
  FiringRule(
    "an event resolves external choice", { $0.choice($0.once($0.a), $0.then($0.b)) },
    { [($0.a, $0.stop), ($0.b, $0.skip)] }),
  FiringRule(
    "τ does not resolve external choice", { $0.choice($0.either($0.once($0.a), $0.once($0.b)), $0.once($0.c)) },
    { f in [f.a, f.b].map { (f.tau, f.choice(f.once($0), f.once(f.c))) } + [(f.c, f.stop)] }),
  FiringRule(
    "✓ resolves external choice", { $0.choice($0.skip, $0.once($0.a), $0.once($0.b)) },
    { [($0.tick, $0.omega), ($0.a, $0.stop), ($0.b, $0.stop)] }),
  FiringRule(
    "internal choice is silent", { $0.either($0.once($0.a), $0.skip) },
    { [($0.tau, $0.once($0.a)), ($0.tau, $0.skip)] }),
  FiringRule(
    "the left of a sliding choice resolves it by an event or ✓",
    { $0.table.sliding($0.choice($0.once($0.a), $0.skip), $0.once($0.b)) },
    { [($0.a, $0.stop), ($0.tick, $0.omega), ($0.tau, $0.once($0.b))] }),
  FiringRule(
    "τ on the left of a sliding choice leaves it", { $0.table.sliding($0.div, $0.once($0.b)) },
    { [($0.tau, $0.table.sliding($0.div, $0.once($0.b))), ($0.tau, $0.once($0.b))] }),
  FiringRule(
    "a synchronising choice is resolved by events outside its set alone",
    { f in
      let left = f.table.prefix([(f.a, f.skip), (f.b, f.stop)]), right = f.table.prefix([(f.a, f.stop), (f.c, f.skip)])
      return f.table.synchronisingChoice([left, right], f.set(f.a))
    },
    { f in
      [(f.a, f.table.synchronisingChoice([f.skip, f.stop], f.set(f.a))), (f.b, f.stop), (f.c, f.skip)]
    }),
  FiringRule(
    "a synchronising choice waits for both sides", { f in
      f.table.synchronisingChoice([f.once(f.a), f.once(f.b)], f.set(f.a, f.b))
    }, { _ in [] }),
  FiringRule(
    "✓ resolves a synchronising choice and τ does not",
    { $0.table.synchronisingChoice([$0.skip, $0.div], $0.set($0.a)) },
    { f in [(f.tick, f.omega), (f.tau, f.table.synchronisingChoice([f.skip, f.div], f.set(f.a)))] }),
]

private let successions: [FiringRule] = [
  FiringRule(
    "the left of a sequence goes on", { $0.table.sequence($0.then($0.a), $0.div) },
    { [($0.a, $0.table.sequence($0.skip, $0.div))] }),
  FiringRule("✓ starts the right of a sequence", { $0.table.sequence($0.skip, $0.div) }, { [($0.tau, $0.div)] }),
  FiringRule(
    "each side of an interrupt goes on; an event of the right takes over",
    { f in f.table.interrupt(f.then(f.a), f.then(f.b)) },
    { f in [(f.a, f.table.interrupt(f.skip, f.then(f.b))), (f.b, f.skip)] }),
  FiringRule(
    "τ of either side of an interrupt leaves it", { f in f.table.interrupt(f.either(f.stop, f.skip), f.div) },
    { f in
      [(f.tau, f.table.interrupt(f.stop, f.div)), (f.tau, f.table.interrupt(f.skip, f.div)),
       (f.tau, f.table.interrupt(f.either(f.stop, f.skip), f.div))]
    }),
  FiringRule("✓ on the left ends an interrupt", { $0.table.interrupt($0.skip, $0.stop) }, { [($0.tick, $0.omega)] }),
  FiringRule("✓ on the right ends an interrupt", { $0.table.interrupt($0.stop, $0.skip) }, { [($0.tick, $0.omega)] }),
  FiringRule(
    "events of the set of a synchronising interrupt need both and interrupt nothing",
    { f in
      f.table.synchronisingInterrupt(
        f.table.prefix([(f.a, f.stop), (f.b, f.stop)]), f.set(f.a), f.table.prefix([(f.a, f.skip), (f.c, f.skip)]))
    },
    { f in
      let right = f.table.prefix([(f.a, f.skip), (f.c, f.skip)])
      return [
        (f.a, f.table.synchronisingInterrupt(f.stop, f.set(f.a), f.skip)),
        (f.b, f.table.synchronisingInterrupt(f.stop, f.set(f.a), right)), (f.c, f.skip),
      ]
    }),
  FiringRule(
    "✓ of either side ends a synchronising interrupt, and τ leaves it",
    { f in f.table.synchronisingInterrupt(f.skip, f.set(f.a), f.div) },
    { f in [(f.tick, f.omega), (f.tau, f.table.synchronisingInterrupt(f.skip, f.set(f.a), f.div))] }),
  FiringRule(
    "an event of the set of an exception starts the handler",
    { f in f.table.exception(f.table.prefix([(f.a, f.div), (f.b, f.skip)]), f.set(f.a), f.stop) },
    { f in [(f.a, f.stop), (f.b, f.table.exception(f.skip, f.set(f.a), f.stop))] }),
  FiringRule(
    "✓ ends an exception and τ leaves it",
    { f in f.table.exception(f.choice(f.skip, f.div), f.set(f.a), f.stop) },
    { f in [(f.tick, f.omega), (f.tau, f.table.exception(f.choice(f.skip, f.div), f.set(f.a), f.stop))] }),
]

private let relabellings: [FiringRule] = [
  FiringRule(
    "hiding makes its events silent",
    { f in f.table.hide(f.table.prefix([(f.a, f.skip), (f.b, f.stop)]), f.set(f.a)) },
    { f in [(f.tau, f.table.hide(f.skip, f.set(f.a))), (f.b, f.table.hide(f.stop, f.set(f.a)))] }),
  FiringRule("hiding leaves ✓", { $0.table.hide($0.skip, $0.set($0.a)) }, { [($0.tick, $0.omega)] }),
  FiringRule(
    "projection makes all other events silent",
    { f in f.table.project(f.table.prefix([(f.a, f.skip), (f.b, f.stop)]), f.set(f.a)) },
    { f in [(f.a, f.table.project(f.skip, f.set(f.a))), (f.tau, f.table.project(f.stop, f.set(f.a)))] }),
  FiringRule("projection leaves ✓", { $0.table.project($0.skip, $0.set()) }, { [($0.tick, $0.omega)] }),
  FiringRule(
    "projection leaves τ", { $0.table.project($0.div, $0.set()) }, { [($0.tau, $0.table.project($0.div, $0.set()))] }),
  FiringRule(
    "renaming gives each image of an event",
    { f in f.table.rename(f.table.prefix([(f.a, f.skip), (f.b, f.stop)]), f.table.renaming([(f.a, f.b), (f.a, f.c)])) },
    { f in
      let renaming = f.table.renaming([(f.a, f.b), (f.a, f.c)])
      return [
        (f.b, f.table.rename(f.skip, renaming)), (f.c, f.table.rename(f.skip, renaming)),
        (f.b, f.table.rename(f.stop, renaming)),
      ]
    }),
  FiringRule(
    "renaming leaves ✓ and τ",
    { f in f.table.rename(f.choice(f.skip, f.div), f.table.renaming([(f.a, f.b)])) },
    { f in [(f.tick, f.omega), (f.tau, f.table.rename(f.choice(f.skip, f.div), f.table.renaming([(f.a, f.b)])))] }),
]

private let compositions: [FiringRule] = [
  FiringRule(
    "interleaving lets each go alone", { f in f.interleaved(f.once(f.a), f.then(f.a)) },
    { f in [(f.a, f.interleaved(f.stop, f.then(f.a))), (f.a, f.interleaved(f.once(f.a), f.skip))] }),
  FiringRule(
    "an event of the set needs all, in every combination",
    { f in
      f.par(f.table.prefix([(f.a, f.stop), (f.a, f.skip)]), f.table.prefix([(f.a, f.div), (f.a, f.omega)]), f.once(f.a),
            on: f.set(f.a))
    },
    { f in
      [f.stop, f.skip].flatMap { left in
        [f.div, f.omega].map { (f.a, f.par(left, $0, f.stop, on: f.set(f.a))) }
      }
    }),
  FiringRule(
    "an event of the set that one side does not offer does not happen",
    { f in f.par(f.once(f.a), f.once(f.b), on: f.set(f.a)) },
    { f in [(f.b, f.par(f.once(f.a), f.stop, on: f.set(f.a)))] }),
  FiringRule(
    "τ in a composition is taken alone", { f in f.par(f.div, f.stop, on: f.set(f.a)) },
    { f in [(f.tau, f.par(f.div, f.stop, on: f.set(f.a)))] }),
  FiringRule(
    "✓ of one side of a composition is silent", { f in f.par(f.skip, f.once(f.a), on: f.set(f.a)) },
    { f in [(f.tau, f.par(f.omega, f.once(f.a), on: f.set(f.a)))] }),
  FiringRule(
    "a composition terminates when all of it has", { f in f.interleaved(f.omega, f.omega, f.omega) },
    { [($0.tick, $0.omega)] }),
  FiringRule(
    "alphabetised parallel keeps each side to its alphabet",
    { f in
      f.table.alphabetised([
        (f.table.prefix([(f.a, f.skip), (f.b, f.skip), (f.c, f.skip)]), f.set(f.a, f.b)),
        (f.table.prefix([(f.b, f.stop), (f.c, f.div)]), f.set(f.b, f.c)),
      ])
    },
    { f in
      let left = f.table.prefix([(f.a, f.skip), (f.b, f.skip), (f.c, f.skip)])
      let right = f.table.prefix([(f.b, f.stop), (f.c, f.div)])
      func both(_ p: Process, _ q: Process) -> Process {
        f.table.alphabetised([(p, f.set(f.a, f.b)), (q, f.set(f.b, f.c))])
      }
      return [(f.a, both(f.skip, right)), (f.b, both(f.skip, f.stop)), (f.c, both(left, f.div))]
    }),
  FiringRule(
    "alphabetised parallel of one keeps it to its alphabet",
    { f in f.table.alphabetised([(f.table.prefix([(f.a, f.stop), (f.b, f.stop)]), f.set(f.a))]) },
    { f in [(f.a, f.table.alphabetised([(f.stop, f.set(f.a))]))] }),
  FiringRule(
    "alphabetised parallel terminates like the others",
    { f in f.table.alphabetised([(f.skip, f.set(f.a)), (f.omega, f.set(f.b))]) },
    { f in [(f.tau, f.table.alphabetised([(f.omega, f.set(f.a)), (f.omega, f.set(f.b))]))] }),
  FiringRule(
    "alphabetised parallel of Ω terminates",
    { f in f.table.alphabetised([(f.omega, f.set(f.a)), (f.omega, f.set(f.b))]) }, { [($0.tick, $0.omega)] }),
  FiringRule(
    "a tied pair of linked parallel is silent, and untied events happen alone",
    { f in
      f.table.linked(
        f.table.prefix([(f.a, f.skip), (f.b, f.stop)]), f.table.linkage([LinkageContents.Link(left: f.a, right: f.b)]),
        f.table.prefix([(f.b, f.skip), (f.a, f.stop)]))
    },
    { f in
      let linkage = f.table.linkage([LinkageContents.Link(left: f.a, right: f.b)])
      let left = f.table.prefix([(f.a, f.skip), (f.b, f.stop)]), right = f.table.prefix([(f.b, f.skip), (f.a, f.stop)])
      return [
        (f.tau, f.table.linked(f.skip, linkage, f.skip)), (f.b, f.table.linked(f.stop, linkage, right)),
        (f.a, f.table.linked(left, linkage, f.stop)),
      ]
    }),
  FiringRule(
    "a tied event of linked parallel does nothing alone",
    { f in f.table.linked(f.once(f.a), f.table.linkage([LinkageContents.Link(left: f.a, right: f.b)]), f.once(f.c)) },
    { f in
      let linkage = f.table.linkage([LinkageContents.Link(left: f.a, right: f.b)])
      return [(f.c, f.table.linked(f.once(f.a), linkage, f.stop))]
    }),
  FiringRule(
    "linked parallel terminates like the others",
    { f in f.table.linked(f.skip, f.table.linkage([]), f.omega) },
    { f in [(f.tau, f.table.linked(f.omega, f.table.linkage([]), f.omega))] }),
]

private let priorities: [FiringRule] = [
  FiringRule(
    "priority keeps what is beaten from happening",
    { f in
      f.table.prioritise(f.table.prefix([(f.a, f.stop), (f.b, f.stop), (f.c, f.stop)]), f.table.priority([f.b: [f.a]]))
    },
    { f in [f.a, f.c].map { ($0, f.table.prioritise(f.stop, f.table.priority([f.b: [f.a]]))) } }),
  FiringRule(
    "τ beats what ranks below it",
    { f in f.table.prioritise(f.choice(f.div, f.once(f.b)), f.table.priority([f.b: [f.a, f.tau, f.tick]])) },
    { f in
      let order = f.table.priority([f.b: [f.a, f.tau, f.tick]])
      return [(f.tau, f.table.prioritise(f.choice(f.div, f.once(f.b)), order))]
    }),
  FiringRule(
    "✓ beats what ranks below it",
    { f in f.table.prioritise(f.choice(f.skip, f.once(f.b)), f.table.priority([f.b: [f.tau, f.tick]])) },
    { [($0.tick, $0.omega)] }),
  FiringRule(
    "chase follows silent steps",
    { f in f.table.chase(f.table.sequence(f.skip, f.table.sequence(f.skip, f.once(f.a)))) },
    { f in [(f.a, f.table.chase(f.stop))] }),
  FiringRule(
    "chase takes the smallest target each time",
    { f in
      let first = f.once(f.a), second = f.once(f.b)
      return f.table.chase(f.either(second, first))
    },
    { f in [(f.a, f.table.chase(f.stop))] }),
  FiringRule(
    "deter keeps the smallest target of each event, behind the smallest silent step",
    { f in
      let low = f.once(f.a), high = f.once(f.b)
      return f.table.deter(f.either(f.table.prefix([(f.c, high), (f.c, low), (f.a, f.stop)]), f.table.div))
    },
    { f in
      // `DIV` is the smallest.
      [(f.tau, f.table.deter(f.either(
        f.table.prefix([(f.c, f.once(f.b)), (f.c, f.once(f.a)), (f.a, f.stop)]), f.table.div)))]
    }),
  FiringRule(
    "deter keeps one step an event",
    { f in
      let low = f.once(f.a), high = f.once(f.b)
      return f.table.deter(f.table.prefix([(f.c, high), (f.c, low), (f.a, f.stop)]))
    },
    { f in [(f.c, f.table.deter(f.once(f.a))), (f.a, f.table.deter(f.stop))] }),
  FiringRule("deter does nothing beside ✓", { f in f.table.deter(f.choice(f.skip, f.once(f.a))) }, { [($0.tick, $0.omega)] }),
  FiringRule(
    "a trace watchdog follows all that is allowed and barks at the rest",
    { f in f.watchdog(.traceWatchdog, f.either(f.then(f.a), f.pre(f.a, f.either(f.stop, f.once(f.b))))) },
    { f in
      let inner = f.either(f.stop, f.once(f.b))
      return [(f.a, f.watchdog(.traceWatchdog, f.skip, inner, f.stop, f.once(f.b))), (f.b, f.once(f.c))]
    }),
  FiringRule(
    "a failure watchdog asks for what is never refused",
    { f in f.watchdog(.failureWatchdog, f.either(f.once(f.a), f.once(f.b))) },
    { f in
      let after = f.watchdog(.failureWatchdog, f.stop)
      return [(f.tau, f.table.prefix([(f.a, after), (f.b, after)])), (f.a, after), (f.b, after)]
    }),
  FiringRule(
    "a failure watchdog of what may refuse everything never stands still",
    { f in f.watchdog(.failureWatchdog, f.skip) },
    { f in [(f.tau, f.watchdog(.failureWatchdog, f.skip)), (f.a, f.once(f.c)), (f.b, f.once(f.c))] }),
  FiringRule("chase ends with ✓", { f in f.table.chase(f.table.sequence(f.skip, f.skip)) }, { [($0.tick, $0.omega)] }),
  FiringRule(
    "a compression changes nothing", { f in f.table.compress(f.choice(f.div, f.once(f.b)), .normal) },
    { f in
      let whole = f.table.compress(f.choice(f.div, f.once(f.b)), .normal)
      return [(f.tau, whole), (f.b, f.table.compress(f.stop, .normal))]
    }),
  FiringRule("a compression ends with ✓", { f in f.table.compress(f.skip, .wbisim) }, { [($0.tick, $0.omega)] }),
  FiringRule(
    "a compression is not put around another",
    { f in f.table.compress(f.pre(f.a, f.table.compress(f.once(f.b), .diamond)), .sbisim) },
    { f in [(f.a, f.table.compress(f.once(f.b), .diamond))] }),
  FiringRule("chase of a loop diverges", { f in f.table.chase(f.div) }, { f in [(f.tau, f.table.chase(f.div))] }),
]

@Suite struct ReferenceFiringRulesTests {
  @Test(arguments: standingAlone + choices + successions + relabellings + compositions + priorities)
  func `a process has exactly the steps of its rule`(rule: FiringRule) throws {
    let f = Fixture()
    let process = rule.process(f)
    let expected = Set(rule.steps(f).map { Step($0.0, $0.1) })
    #expect(try f.interpreter.steps(of: process) == expected.sorted())
  }

  @Test func `names are evaluated on the way and take no step`() throws {
    let f = Fixture()
    let p = f.equations.recursive("P") { p in f.pre(f.a, p) }
    let canonical = try f.table.resolve(p)
    #expect(try f.interpreter.steps(of: p) == [Step(f.a, canonical)])
    #expect(f.table.describe(canonical) == "P")
  }

  @Test func `unguarded recursion is an error and not a hang`() throws {
    let f = Fixture()
    let p = f.equations.recursive("P") { p in f.choice(p, f.once(f.a)) }
    #expect(throws: UnguardedRecursion.self) { try f.interpreter.steps(of: p) }
  }

  @Test func `what does not start is not evaluated`() throws {
    let f = Fixture()
    let undefined = f.equations.declare("UNDEFINED")
    #expect(try f.interpreter.steps(of: f.table.sequence(f.stop, undefined)) == [])
    #expect(try f.interpreter.steps(of: f.table.exception(f.stop, f.set(f.a), undefined)) == [])
    #expect(throws: Equations.Undefined.self) { try f.interpreter.steps(of: f.table.sequence(f.skip, undefined)) }
  }

  @Test func `what looks at itself through silent steps is an error and not a hang`() throws {
    let f = Fixture()
    for wrap in [f.table.chase, f.table.deter, { f.watchdog(.traceWatchdog, $0) }] {
      let p = f.equations.recursive("P") { p in f.either(wrap(p), wrap(p)) }
      #expect(throws: UnguardedRecursion.self) { try f.interpreter.steps(of: wrap(p)) }
    }
  }

  @Test func `a chase without end is an error and not a hang`() throws {
    let f = Fixture()
    let p = f.equations.recursive("P") { p in f.either(f.table.sequence(p, f.skip), f.table.sequence(p, f.stop)) }
    f.interpreter.chaseLimit = 100
    #expect(throws: ReferenceInterpreter.StateLimitReached.self) { try f.interpreter.steps(of: f.table.chase(p)) }
  }

  @Test func `a term deeper than the stack has its steps`() throws {
    let f = Fixture()
    f.table.depthLimit = 60_000
    var p = f.then(f.a)
    for _ in 0..<50_000 { p = try f.table.resolve(f.table.sequence(p, f.skip)) }
    let steps = try f.interpreter.steps(of: p)
    #expect(steps.map(\.event) == [f.a])
  }
}
