import ProcessTerms
import Testing

private struct Description: CustomTestStringConvertible {
  let testDescription: String
  let make: @Sendable (Definitions) throws -> Process
  init(_ text: String, _ make: @escaping @Sendable (Definitions) throws -> Process) {
    testDescription = text
    self.make = make
  }
}

private let descriptions = [
  Description("STOP") { $0.table.stop },
  Description("Ω") { $0.table.omega },
  Description("CHAOS({a, b})") { d in d.table.chaos(d.table.set([d.b, d.a])) },
  Description("RUN({})") { d in d.table.run(d.table.set([])) },
  Description("a -> STOP") { d in d.table.prefix(d.a, d.table.stop) },
  Description("a -> P") { d in d.table.prefix(d.a, d.define("P") { d.table.stop }) },
  Description("a -> … [] b -> SKIP") { d in
    d.table.prefix([(d.b, d.table.skip), (d.a, d.table.prefix(d.a, d.table.stop))])
  },
  Description("PHIL(1)") { d in d.define("PHIL(1)") { d.table.stop } },
  Description("P") { d in
    try d.table.resolve(d.define("P") { d.table.prefix(d.a, d.table.prefix(d.a, d.table.stop)) })
  },
  // What has no name of its own: by itself, as an operand, after an event, and between a name and what it stands for.
  Description("…") { d in d.define("") { d.table.stop } },
  Description("… ; STOP") { d in d.table.sequence(d.define("") { d.table.skip }, d.table.stop) },
  Description("a -> …") { d in d.table.prefix(d.a, d.define("") { d.table.stop }) },
  Description("P") { d in
    try d.table.resolve(d.define("P") { d.define("") { d.table.prefix(d.a, d.table.stop) } })
  },
  Description("SKIP [] STOP [] DIV") { d in d.table.externalChoice([d.table.skip, d.table.stop, d.table.div]) },
  Description("(SKIP |~| STOP) ; DIV") { d in
    d.table.sequence(d.table.internalChoice([d.table.skip, d.table.stop]), d.table.div)
  },
  Description("SKIP [> STOP") { d in d.table.sliding(d.table.skip, d.table.stop) },
  Description("SKIP /\\ STOP") { d in d.table.interrupt(d.table.skip, d.table.stop) },
  Description("(SKIP ||| STOP) \\ {a}") { d in
    d.table.hide(d.table.parallel([d.table.skip, d.table.stop], d.table.set([])), d.table.set([d.a]))
  },
  Description("SKIP |\\ {a}") { d in d.table.project(d.table.skip, d.table.set([d.a])) },
  Description("SKIP[[a <- b, a <- c.1]]") { d in
    d.table.rename(d.table.skip, d.table.renaming([(d.a, d.b), (d.a, d.c)]))
  },
  Description("SKIP [|{c.1}|] STOP") { d in d.table.parallel([d.table.skip, d.table.stop], d.table.set([d.c])) },
  Description("SKIP [|{a}|> STOP") { d in d.table.exception(d.table.skip, d.table.set([d.a]), d.table.stop) },
  Description("SKIP || STOP") { d in
    d.table.alphabetised([(d.table.skip, d.table.set([d.a])), (d.table.stop, d.table.set([d.b]))])
  },
  Description("SKIP [a <-> b] STOP") { d in
    d.table.linked(d.table.skip, d.table.linkage([.init(left: d.a, right: d.b)]), d.table.stop)
  },
  Description("SKIP [+{a}+] STOP") { d in
    d.table.synchronisingChoice([d.table.skip, d.table.stop], d.table.set([d.a]))
  },
  Description("SKIP /+{a}+\\ STOP") { d in
    d.table.synchronisingInterrupt(d.table.skip, d.table.set([d.a]), d.table.stop)
  },
  Description("deter(SKIP)") { d in d.table.deter(d.table.skip) },
  Description("trace_watchdog(SKIP, {a}, b)") { d in
    d.table.watchdog(.traceWatchdog, of: [d.table.skip], over: d.table.set([d.a]), bark: d.b)
  },
  Description("failure_watchdog({STOP, SKIP}, {}, a)") { d in
    d.table.watchdog(.failureWatchdog, of: [d.table.skip, d.table.stop, d.table.skip], over: d.table.set([]), bark: d.a)
  },
  Description("chase(prioritise(SKIP))") { d in d.table.chase(d.table.prioritise(d.table.skip, d.table.priority([:])))
  },
  Description("((… ; STOP) ; STOP) ; STOP") { d in
    (0..<6).reduce(d.table.skip) { p, _ in d.table.sequence(p, d.table.stop) }
  },
  Description("STOP ||| STOP ||| STOP ||| STOP ||| …") { d in
    d.table.parallel(Array(repeating: d.table.stop, count: 9), d.table.set([]))
  },
]

@Test(arguments: descriptions)
private func `a process is described in CSPm, by its name where it has one`(example: Description) throws {
  let defs = Definitions()
  #expect(defs.table.describe(try example.make(defs)) == example.testDescription)
}

@Test func `a process without end is described briefly`() throws {
  let defs = Definitions(), table = defs.table
  var p = table.skip
  for _ in 0..<50_000 { p = table.hide(p, table.set([defs.a])) }
  #expect(table.describe(p).count < 60)
}
