import OperationalSemantics
import ProcessTerms
import Testing

/// A term and all that it can do.
struct RuleExample: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let make: @Sendable (World) -> (term: Process, steps: [Transition])

  init(_ name: String, _ make: @escaping @Sendable (World) -> (Process, [Transition])) {
    testDescription = name
    self.make = { make($0) }
  }
}

@Test(arguments: basicRules + choiceRules + successionRules + relabellingRules + parallelRules + lazyRules)
func `an operator makes exactly the steps of its rules`(example: RuleExample) throws {
  let world = World()
  let (term, steps) = example.make(world)
  let expected = steps.sorted()
  #expect(try world.rules.transitions(of: term) == expected)
  // Asked again, from what was kept; and without keeping.
  #expect(try world.rules.transitions(of: term) == expected)
  let fresh = FiringRules(world.table)
  var list: [Transition] = []
  try fresh.appendTransitions(of: term, to: &list)
  #expect(list == expected)
}

private let basicRules: [RuleExample] = [
  RuleExample("STOP does nothing") { ($0.stop, []) },
  RuleExample("Ω does nothing") { ($0.omega, []) },
  RuleExample("SKIP does ✓") { w in (w.skip, [Transition(.tick, w.omega)]) },
  RuleExample("DIV does τ for ever") { w in (w.table.div, [.tau(w.table.div)]) },
  RuleExample("RUN(A) offers all of A for ever") { w in
    let run = w.table.run(w.set(w.c, w.a))
    return (run, [Transition(w.a, run), Transition(w.c, run)])
  },
  RuleExample("RUN of nothing") { w in (w.table.run(w.set()), []) },
  RuleExample("CHAOS(A) may stop, or offer all of A") { w in
    let chaos = w.table.chaos(w.set(w.a, w.b))
    return (chaos, [.tau(w.stop), .tau(w.menu((w.a, chaos), (w.b, chaos)))])
  },
  RuleExample("CHAOS of nothing may only stop") { w in (w.table.chaos(w.set()), [.tau(w.stop)]) },
  RuleExample("a prefix does its event") { w in (w.aStop, [Transition(w.a, w.stop)]) },
  RuleExample("a menu may lead to two processes by one event") { w in
    (
      w.menu((w.b, w.stop), (w.a, w.skip), (w.a, w.stop)),
      [Transition(w.a, w.stop), Transition(w.a, w.skip), Transition(w.b, w.stop)]
    )
  },
  RuleExample("a named process behind a prefix is resolved") { w in
    let p = w.define("P") { $0.bStop }
    return (w.table.prefix(w.a, p), [Transition(w.a, w.bStop)])
  },
  RuleExample("two names of one process behind one event are one step") { w in
    let p = w.define("P") { $0.bStop }, q = w.define("Q") { $0.bStop }
    return (w.menu((w.a, p), (w.a, q)), [Transition(w.a, w.bStop)])
  },
  RuleExample("unfolding a name takes no step") { w in
    let p = w.define("P") { $0.aStop }
    return (p, [Transition(w.a, w.stop)])
  },
  RuleExample("|~| becomes each operand by τ") { w in
    (w.table.internalChoice([w.aStop, w.bStop, w.skip]), [.tau(w.aStop), .tau(w.bStop), .tau(w.skip)])
  },
  RuleExample("|~| of one process twice is one step") { w in (w.tau(w.aStop), [.tau(w.aStop)]) },
]

private let choiceRules: [RuleExample] = [
  RuleExample("[] is resolved by an event of Σ") { w in
    (
      w.table.externalChoice([w.aStop, w.bStop, w.aStop]), [Transition(w.a, w.stop), Transition(w.b, w.stop)]
    )
  },
  RuleExample("[] is not resolved by τ") { w in
    let table = w.table
    return (
      table.externalChoice([w.tau(w.aStop), w.bStop]),
      [.tau(table.externalChoice([w.aStop, w.bStop])), Transition(w.b, w.stop)]
    )
  },
  RuleExample("[] is resolved by ✓") { w in
    (w.table.externalChoice([w.skip, w.bStop]), [Transition(.tick, w.omega), Transition(w.b, w.stop)])
  },
  RuleExample("[> may slide at any time") { w in
    (w.table.sliding(w.aStop, w.bStop), [.tau(w.bStop), Transition(w.a, w.stop)])
  },
  RuleExample("[> is not resolved by τ of its left side") { w in
    (
      w.table.sliding(w.tau(w.aStop), w.bStop), [.tau(w.bStop), .tau(w.table.sliding(w.aStop, w.bStop))]
    )
  },
  RuleExample("[> is resolved by ✓") { w in
    (w.table.sliding(w.skip, w.bStop), [.tau(w.bStop), Transition(.tick, w.omega)])
  },
  RuleExample("SKIP [] P and SKIP [> P differ by a τ alone") { w in
    (w.table.sliding(w.skip, w.skip), [.tau(w.skip), Transition(.tick, w.omega)])
  },
  RuleExample("[+A+] is resolved by an event outside A") { w in
    (
      w.table.synchronisingChoice([w.bStop, w.menu((w.c, w.skip))], w.set(w.a)),
      [Transition(w.b, w.stop), Transition(w.c, w.skip)]
    )
  },
  RuleExample("[+A+] does an event of A together and stays") { w in
    let set = w.set(w.a), left = w.menu((w.a, w.bStop), (w.a, w.cStop)), right = w.aStop
    return (
      w.table.synchronisingChoice([left, right], set),
      [
        Transition(w.a, w.table.synchronisingChoice([w.bStop, w.stop], set)),
        Transition(w.a, w.table.synchronisingChoice([w.cStop, w.stop], set)),
      ]
    )
  },
  RuleExample("[+A+] cannot do an event of A that one operand lacks") { w in
    (w.table.synchronisingChoice([w.aStop, w.aStop, w.bStop], w.set(w.a)), [Transition(w.b, w.stop)])
  },
  RuleExample("[+A+] is not resolved by τ, but by ✓") { w in
    let set = w.set(w.a)
    return (
      w.table.synchronisingChoice([w.tau(w.bStop), w.skip], set),
      [.tau(w.table.synchronisingChoice([w.bStop, w.skip], set)), Transition(.tick, w.omega)]
    )
  },
]

private let successionRules: [RuleExample] = [
  RuleExample("; goes on with the second by τ") { w in
    (w.table.sequence(w.skip, w.bStop), [.tau(w.bStop)])
  },
  RuleExample("; shows the events and τ of the first") { w in
    let first = w.table.externalChoice([w.tau(w.skip), w.aStop])
    let inside = w.table.externalChoice([w.skip, w.aStop])
    return (
      w.table.sequence(first, w.bStop),
      [.tau(w.table.sequence(inside, w.bStop)), Transition(w.a, w.table.sequence(w.stop, w.bStop))]
    )
  },
  RuleExample("; resolves a named second process when it comes to it") { w in
    let q = w.define("Q") { $0.bStop }
    return (w.table.sequence(w.skip, q), [.tau(w.bStop)])
  },
  RuleExample("/\\ goes on by events of the first, and is left by one of the second") { w in
    (
      w.table.interrupt(w.aStop, w.bStop),
      [Transition(w.a, w.table.interrupt(w.stop, w.bStop)), Transition(w.b, w.stop)]
    )
  },
  RuleExample("/\\ lets both sides do τ") { w in
    (
      w.table.interrupt(w.tau(w.aStop), w.tau(w.bStop)),
      [
        .tau(w.table.interrupt(w.aStop, w.tau(w.bStop))),
        .tau(w.table.interrupt(w.tau(w.aStop), w.bStop)),
      ]
    )
  },
  RuleExample("/\\ ends with ✓ of the first") { w in
    (w.table.interrupt(w.skip, w.bStop), [Transition(.tick, w.omega), Transition(w.b, w.stop)])
  },
  RuleExample("/\\ ends with ✓ of the second") { w in
    (
      w.table.interrupt(w.aStop, w.skip),
      [Transition(.tick, w.omega), Transition(w.a, w.table.interrupt(w.stop, w.skip))]
    )
  },
  RuleExample("/+A+\\ does an event of A together and stays") { w in
    let set = w.set(w.a)
    return (
      w.table.synchronisingInterrupt(w.menu((w.a, w.skip), (w.b, w.stop)), set, w.menu((w.a, w.cStop), (w.b, w.skip))),
      [
        Transition(w.a, w.table.synchronisingInterrupt(w.skip, set, w.cStop)),
        Transition(w.b, w.table.synchronisingInterrupt(w.stop, set, w.menu((w.a, w.cStop), (w.b, w.skip)))),
        Transition(w.b, w.skip),
      ]
    )
  },
  RuleExample("/+A+\\ cannot do an event of A alone") { w in
    (w.table.synchronisingInterrupt(w.aStop, w.set(w.a, w.b), w.bStop), [])
  },
  RuleExample("/+A+\\ lets both sides do τ, and ends with ✓ of either") { w in
    let set = w.set(w.a)
    let left = w.table.externalChoice([w.tau(w.stop), w.skip])
    return (
      w.table.synchronisingInterrupt(left, set, w.skip),
      [
        .tau(w.table.synchronisingInterrupt(w.table.externalChoice([w.stop, w.skip]), set, w.skip)),
        Transition(.tick, w.omega),
      ]
    )
  },
  RuleExample("/+A+\\ keeps the first when the second does τ") { w in
    let set = w.set(w.a)
    return (
      w.table.synchronisingInterrupt(w.aStop, set, w.tau(w.aStop)),
      [.tau(w.table.synchronisingInterrupt(w.aStop, set, w.aStop))]
    )
  },
  RuleExample("[|A|> starts the handler with an event of A") { w in
    (
      w.table.exception(w.menu((w.a, w.skip), (w.b, w.skip)), w.set(w.a), w.cStop),
      [Transition(w.a, w.cStop), Transition(w.b, w.table.exception(w.skip, w.set(w.a), w.cStop))]
    )
  },
  RuleExample("[|A|> starts the handler once, wherever the events of A led") { w in
    (
      w.table.exception(w.menu((w.a, w.skip), (w.a, w.stop)), w.set(w.a), w.cStop), [Transition(w.a, w.cStop)]
    )
  },
  RuleExample("[|A|> ends with ✓ of the first, and shows its τ") { w in
    let set = w.set(w.a)
    return (
      w.table.exception(w.table.externalChoice([w.skip, w.tau(w.aStop)]), set, w.cStop),
      [
        Transition(.tick, w.omega),
        .tau(w.table.exception(w.table.externalChoice([w.skip, w.aStop]), set, w.cStop)),
      ]
    )
  },
]

private let relabellingRules: [RuleExample] = [
  RuleExample("\\ hides the events of A alone") { w in
    (
      w.table.hide(w.menu((w.a, w.stop), (w.b, w.skip)), w.set(w.a)),
      [.tau(w.table.hide(w.stop, w.set(w.a))), Transition(w.b, w.table.hide(w.skip, w.set(w.a)))]
    )
  },
  RuleExample("\\ leaves τ and ✓") { w in
    (
      w.table.hide(w.table.externalChoice([w.skip, w.tau(w.aStop)]), w.set(w.a)),
      [
        Transition(.tick, w.omega),
        .tau(w.table.hide(w.table.externalChoice([w.skip, w.aStop]), w.set(w.a))),
      ]
    )
  },
  RuleExample("|\\ hides all but A") { w in
    (
      w.table.project(w.menu((w.a, w.stop), (w.b, w.skip)), w.set(w.a)),
      [.tau(w.table.project(w.skip, w.set(w.a))), Transition(w.a, w.table.project(w.stop, w.set(w.a)))]
    )
  },
  RuleExample("|\\ leaves τ and ✓") { w in
    (
      w.table.project(w.table.externalChoice([w.skip, w.tau(w.aStop)]), w.set()),
      [
        Transition(.tick, w.omega),
        .tau(w.table.project(w.table.externalChoice([w.skip, w.aStop]), w.set())),
      ]
    )
  },
  RuleExample("[[R]] gives an event each of its new names") { w in
    let r = w.table.renaming([(w.a, w.b), (w.a, w.c)]), after = w.table.rename(w.stop, r)
    return (w.table.rename(w.aStop, r), [Transition(w.b, after), Transition(w.c, after)])
  },
  RuleExample("[[R]] leaves the name that R does not speak of, and loses the one it does") { w in
    let r = w.table.renaming([(w.a, w.b)])
    return (
      w.table.rename(w.menu((w.a, w.stop), (w.b, w.skip), (w.c, w.stop)), r),
      [
        Transition(w.b, w.table.rename(w.stop, r)), Transition(w.b, w.table.rename(w.skip, r)),
        Transition(w.c, w.table.rename(w.stop, r)),
      ]
    )
  },
  RuleExample("[[R]] of many to one makes one step of equal ones") { w in
    let r = w.table.renaming([(w.a, w.c), (w.b, w.c)])
    return (
      w.table.rename(w.menu((w.a, w.stop), (w.b, w.stop)), r), [Transition(w.c, w.table.rename(w.stop, r))]
    )
  },
  RuleExample("[[R]] leaves τ and ✓") { w in
    let r = w.table.renaming([(w.a, w.b)])
    return (
      w.table.rename(w.table.externalChoice([w.skip, w.tau(w.aStop)]), r),
      [
        Transition(.tick, w.omega),
        .tau(w.table.rename(w.table.externalChoice([w.skip, w.aStop]), r)),
      ]
    )
  },
]

private let parallelRules: [RuleExample] = [
  RuleExample("||| interleaves") { w in
    let none = w.set()
    return (
      w.table.parallel([w.aStop, w.aStop, w.bStop], none),
      [
        Transition(w.a, w.table.parallel([w.stop, w.aStop, w.bStop], none)),
        Transition(w.a, w.table.parallel([w.aStop, w.stop, w.bStop], none)),
        Transition(w.b, w.table.parallel([w.aStop, w.aStop, w.stop], none)),
      ]
    )
  },
  RuleExample("[|A|] does events of A together, in every combination") { w in
    let set = w.set(w.a), left = w.menu((w.a, w.stop), (w.a, w.skip)), right = w.menu((w.a, w.bStop), (w.a, w.cStop))
    func row(_ p: Process, _ q: Process) -> Transition { Transition(w.a, w.table.parallel([p, q], set)) }
    return (
      w.table.parallel([left, right], set),
      [row(w.stop, w.bStop), row(w.stop, w.cStop), row(w.skip, w.bStop), row(w.skip, w.cStop)]
    )
  },
  RuleExample("[|A|] needs all of three for an event of A") { w in
    let set = w.set(w.a, w.b)
    return (
      w.table.parallel([w.menu((w.a, w.stop), (w.b, w.stop)), w.menu((w.a, w.skip), (w.b, w.stop)), w.aStop], set),
      [Transition(w.a, w.table.parallel([w.stop, w.skip, w.stop], set))]
    )
  },
  RuleExample("[|A|] does τ alone, and ✓ of an operand is a τ to Ω") { w in
    let set = w.set(w.a)
    return (
      w.table.parallel([w.tau(w.aStop), w.skip], set),
      [.tau(w.table.parallel([w.aStop, w.skip], set)), .tau(w.table.parallel([w.tau(w.aStop), w.omega], set))]
    )
  },
  RuleExample("[|A|] does ✓ when all operands have") { w in
    (w.table.parallel([w.omega, w.omega, w.omega], w.set(w.a)), [Transition(.tick, w.omega)])
  },
  RuleExample("[|A|] does not end while an operand has not") { w in
    (w.table.parallel([w.omega, w.stop, w.omega], w.set(w.a)), [])
  },
  RuleExample("a parallel form inside another ends with its own ✓") { w in
    let none = w.set(), inner = w.table.parallel([w.omega, w.omega], none)
    return (w.table.parallel([inner, w.stop], none), [.tau(w.table.parallel([w.omega, w.stop], none))])
  },
  RuleExample("[A||B] needs exactly those with the event in their alphabet") { w in
    let ab = w.set(w.a, w.b), bc = w.set(w.b, w.c)
    let left = w.menu((w.a, w.stop), (w.b, w.skip)), right = w.menu((w.b, w.stop), (w.c, w.skip))
    return (
      w.table.alphabetised([(left, ab), (right, bc)]),
      [
        Transition(w.a, w.table.alphabetised([(w.stop, ab), (right, bc)])),
        Transition(w.b, w.table.alphabetised([(w.skip, ab), (w.stop, bc)])),
        Transition(w.c, w.table.alphabetised([(left, ab), (w.skip, bc)])),
      ]
    )
  },
  RuleExample("[A||B] lets nobody do an event outside its alphabet") { w in
    (w.table.alphabetised([(w.cStop, w.set(w.a)), (w.bStop, w.set(w.a, w.c))]), [])
  },
  RuleExample("[A||B] waits for a partner that lacks the event") { w in
    let a = w.set(w.a)
    return (
      w.table.alphabetised([(w.aStop, a), (w.bStop, w.set(w.a, w.b)), (w.aStop, a)]),
      [Transition(w.b, w.table.alphabetised([(w.aStop, a), (w.stop, w.set(w.a, w.b)), (w.aStop, a)]))]
    )
  },
  RuleExample("[A||B] in every combination") { w in
    let a = w.set(w.a), two = w.menu((w.a, w.stop), (w.a, w.skip))
    func row(_ p: Process, _ q: Process) -> Transition {
      Transition(w.a, w.table.alphabetised([(p, a), (w.stop, w.set()), (q, a)]))
    }
    return (
      w.table.alphabetised([(two, a), (w.stop, w.set()), (two, a)]),
      [row(w.stop, w.stop), row(w.stop, w.skip), row(w.skip, w.stop), row(w.skip, w.skip)]
    )
  },
  RuleExample("[A||B] of one restricts it, does τ, and turns its ✓ into τ") { w in
    let a = w.set(w.a), p = w.table.externalChoice([w.tau(w.skip), w.skip, w.bStop])
    return (
      w.table.alphabetised([(p, a)]),
      [
        .tau(w.table.alphabetised([(w.table.externalChoice([w.skip, w.skip, w.bStop]), a)])),
        .tau(w.table.alphabetised([(w.omega, a)])),
      ]
    )
  },
  RuleExample("[A||B] does ✓ when all have") { w in
    (w.table.alphabetised([(w.omega, w.set(w.a)), (w.omega, w.set())]), [Transition(.tick, w.omega)])
  },
  RuleExample("[a <-> b] makes tied events one τ") { w in
    let tie = w.table.linkage([.init(left: w.a, right: w.b)])
    return (
      w.table.linked(w.menu((w.a, w.skip), (w.b, w.stop)), tie, w.menu((w.a, w.cStop), (w.b, w.stop))),
      [
        .tau(w.table.linked(w.skip, tie, w.stop)),
        Transition(w.b, w.table.linked(w.stop, tie, w.menu((w.a, w.cStop), (w.b, w.stop)))),
        Transition(w.a, w.table.linked(w.menu((w.a, w.skip), (w.b, w.stop)), tie, w.cStop)),
      ]
    )
  },
  RuleExample("[a <-> b] lets tied events do nothing else") { w in
    (
      w.table.linked(w.aStop, w.table.linkage([.init(left: w.a, right: w.b)]), w.aStop),
      [
        Transition(w.a, w.table.linked(w.aStop, w.table.linkage([.init(left: w.a, right: w.b)]), w.stop))
      ]
    )
  },
  RuleExample("[a <-> b] in every combination") { w in
    let tie = w.table.linkage([.init(left: w.a, right: w.b), .init(left: w.c, right: w.c)])
    let left = w.menu((w.a, w.stop), (w.a, w.skip), (w.c, w.skip)), right = w.menu((w.b, w.skip), (w.c, w.stop))
    return (
      w.table.linked(left, tie, right),
      [
        .tau(w.table.linked(w.stop, tie, w.skip)), .tau(w.table.linked(w.skip, tie, w.skip)),
        .tau(w.table.linked(w.skip, tie, w.stop)),
      ]
    )
  },
  RuleExample("[a <-> b] does τ alone, and terminates as the other parallel forms do") { w in
    let tie = w.table.linkage([.init(left: w.a, right: w.b)])
    return (
      w.table.linked(w.tau(w.aStop), tie, w.skip),
      [.tau(w.table.linked(w.aStop, tie, w.skip)), .tau(w.table.linked(w.tau(w.aStop), tie, w.omega))]
    )
  },
  RuleExample("[a <-> b] does ✓ when both have") { w in
    (
      w.table.linked(w.omega, w.table.linkage([.init(left: w.a, right: w.b)]), w.omega), [Transition(.tick, w.omega)]
    )
  },
]

private let lazyRules: [RuleExample] = [
  RuleExample("prioritise drops what is beaten") { w in
    let order = w.table.priority([w.b: [.tau, .tick, w.a]])
    return (
      w.table.prioritise(w.menu((w.a, w.stop), (w.b, w.stop), (w.c, w.skip)), order),
      [
        Transition(w.a, w.table.prioritise(w.stop, order)), Transition(w.c, w.table.prioritise(w.skip, order)),
      ]
    )
  },
  RuleExample("prioritise keeps what nothing beats now") { w in
    let order = w.table.priority([w.b: [.tau, .tick, w.a]])
    return (
      w.table.prioritise(w.menu((w.b, w.stop), (w.c, w.stop)), order),
      [
        Transition(w.b, w.table.prioritise(w.stop, order)), Transition(w.c, w.table.prioritise(w.stop, order)),
      ]
    )
  },
  RuleExample("prioritise lets τ beat") { w in
    let order = w.table.priority([w.b: [.tau, .tick]])
    return (
      w.table.prioritise(w.table.externalChoice([w.tau(w.stop), w.bStop]), order),
      [.tau(w.table.prioritise(w.table.externalChoice([w.stop, w.bStop]), order))]
    )
  },
  RuleExample("prioritise lets ✓ beat") { w in
    let order = w.table.priority([w.b: [.tau, .tick]])
    return (
      w.table.prioritise(w.table.externalChoice([w.skip, w.bStop]), order), [Transition(.tick, w.omega)]
    )
  },
  RuleExample("chase follows τ to its end") { w in
    let p = w.tau(w.tau(w.menu((w.a, w.bStop))))
    return (w.table.chase(p), [Transition(w.a, w.table.chase(w.bStop))])
  },
  RuleExample("chase follows one τ, that of the smallest target") { w in
    let first = w.aStop, second = w.bStop
    return (
      w.table.chase(w.table.internalChoice([second, first])), [Transition(w.a, w.table.chase(w.stop))]
    )
  },
  RuleExample("chase shows ✓") { w in (w.table.chase(w.tau(w.skip)), [Transition(.tick, w.omega)]) },
  RuleExample("chase of a stable process does what it does") { w in
    (w.table.chase(w.aStop), [Transition(w.a, w.table.chase(w.stop))])
  },
  RuleExample("deter keeps one transition an event, that to the smallest target") { w in
    let low = w.table.deter(w.bStop), p = w.menu((w.a, w.bStop), (w.a, w.cStop), (w.c, w.stop))
    return (w.table.deter(p), [Transition(w.a, low), Transition(w.c, w.table.deter(w.stop))])
  },
  RuleExample("deter follows one τ, that of the smallest target") { w in
    let first = w.aStop, second = w.bStop
    return (
      w.table.deter(w.table.internalChoice([second, first])), [Transition(w.a, w.table.deter(w.stop))]
    )
  },
  RuleExample("deter does nothing beside ✓") { w in
    (w.table.deter(w.table.externalChoice([w.aStop, w.skip])), [Transition(.tick, w.omega)])
  },
  RuleExample("deter of a loop diverges") { w in (w.table.deter(w.table.div), [.tau(w.table.deter(w.table.div))]) },
  RuleExample("a trace watchdog follows what is allowed and barks at the rest") { w in
    let p = w.menu((w.a, w.bStop), (w.a, w.cStop))
    return (
      w.watchdog(.traceWatchdog, [p]),
      [Transition(w.a, w.watchdog(.traceWatchdog, [w.bStop, w.cStop])), Transition(w.b, w.alarm)]
    )
  },
  RuleExample("a watchdog follows what is allowed although it does not watch it") { w in
    (
      w.watchdog(.traceWatchdog, [w.menu((w.c, w.stop), (w.a, w.stop), (w.b, w.stop))]),
      [w.a, w.b, w.c].map { Transition($0, w.watchdog(.traceWatchdog, [w.stop])) }
    )
  },
  RuleExample("a watchdog is where all τ of the specification may have led") { w in
    let p = w.tau(w.tau(w.menu((w.a, w.tau(w.bStop)))))
    return (
      w.watchdog(.traceWatchdog, [p]),
      [Transition(w.a, w.watchdog(.traceWatchdog, [w.tau(w.bStop), w.bStop])), Transition(w.b, w.alarm)]
    )
  },
  RuleExample("a watchdog does not watch ✓") { w in
    (w.watchdog(.traceWatchdog, [w.skip]), [Transition(w.a, w.alarm), Transition(w.b, w.alarm)])
  },
  RuleExample("a failure watchdog asks for what cannot be refused, one event of each acceptance") { w in
    let both = w.menu((w.a, w.stop), (w.b, w.stop)), p = w.table.internalChoice([both, w.menu((w.b, w.stop), (w.c, w.stop))])
    let after = w.watchdog(.failureWatchdog, [w.stop])
    return (
      w.watchdog(.failureWatchdog, [p]),
      [
        .tau(w.menu((w.b, after))), .tau(w.menu((w.a, after), (w.c, after))), Transition(w.a, after),
        Transition(w.b, after), Transition(w.c, after),
      ]
    )
  },
  RuleExample("a failure watchdog of what may refuse everything never stands still") { w in
    let watchdog = w.watchdog(.failureWatchdog, [w.table.internalChoice([w.stop, w.aStop])])
    return (
      watchdog,
      [.tau(watchdog), Transition(w.a, w.watchdog(.failureWatchdog, [w.stop])), Transition(w.b, w.alarm)]
    )
  },
  RuleExample("where the specification may terminate, a failure watchdog asks for nothing") { w in
    let watchdog = w.watchdog(.failureWatchdog, [w.table.externalChoice([w.skip, w.aStop])])
    return (
      watchdog,
      [.tau(watchdog), Transition(w.a, w.watchdog(.failureWatchdog, [w.stop])), Transition(w.b, w.alarm)]
    )
  },
  RuleExample("what is never stable may never stand still") { w in
    (
      w.watchdog(.failureWatchdog, [w.table.div]),
      [.tau(w.stop), Transition(w.a, w.alarm), Transition(w.b, w.alarm)]
    )
  },
  RuleExample("chase of a loop diverges") { w in
    let p = w.define("P") { w in w.tau(w.define("Q") { w in w.tau(w.table.div) }) }
    let chase = w.table.chase(try! w.table.resolve(p))
    return (chase, [.tau(chase)])
  },
  RuleExample("a compression does what its operand does, and stays around it") { w in
    let around = { w.table.compress($0, .normal) }
    return (
      around(w.table.externalChoice([w.tau(w.stop), w.bStop])),
      [.tau(around(w.table.externalChoice([w.stop, w.bStop]))), Transition(w.b, around(w.stop))]
    )
  },
  RuleExample("a compression shows ✓ and is gone") { w in
    (w.table.compress(w.skip, .diamond), [Transition(.tick, w.omega)])
  },
  RuleExample("a compression is not put around another") { w in
    let inside = w.table.compress(w.aStop, .sbisim)
    return (w.table.compress(w.menu((w.b, inside)), .normal), [Transition(w.b, inside)])
  },
]
