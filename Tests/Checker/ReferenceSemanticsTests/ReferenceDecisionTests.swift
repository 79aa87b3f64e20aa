import ProcessGenerators
import ProcessTerms
import ReferenceSemantics
import Testing

/// A check of which the answer is known.
struct KnownAnswer: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let expected: @Sendable (Fixture) -> Verdict
  let decide: @Sendable (Fixture) throws -> Verdict?

  init(
    _ description: String, _ expected: @escaping @Sendable (Fixture) -> Verdict,
    _ decide: @escaping @Sendable (Fixture) throws -> Verdict?
  ) {
    testDescription = description
    self.expected = expected
    self.decide = decide
  }
}

private func refines(
  _ description: String, _ model: Model, _ spec: @escaping @Sendable (Fixture) -> Process,
  _ process: @escaping @Sendable (Fixture) -> Process, _ expected: @escaping @Sendable (Fixture) -> Verdict
) -> KnownAnswer {
  KnownAnswer("\(description) in \(model)", expected) {
    try $0.interpreter.refines(spec($0), by: process($0), in: model, limit: 1000)
  }
}

private func deadlockFree(
  _ description: String, _ model: Model, _ process: @escaping @Sendable (Fixture) -> Process,
  _ expected: @escaping @Sendable (Fixture) -> Verdict
) -> KnownAnswer {
  KnownAnswer("\(description) in \(model)", expected) {
    try $0.interpreter.isDeadlockFree(process($0), in: model, limit: 1000)
  }
}

private func deterministic(
  _ description: String, _ model: Model, _ process: @escaping @Sendable (Fixture) -> Process,
  _ expected: @escaping @Sendable (Fixture) -> Verdict
) -> KnownAnswer {
  KnownAnswer("\(description) in \(model)", expected) {
    try $0.interpreter.isDeterministic(process($0), in: model, limit: 1000)
  }
}

private func divergenceFree(
  _ description: String, _ process: @escaping @Sendable (Fixture) -> Process,
  _ expected: @escaping @Sendable (Fixture) -> Verdict
) -> KnownAnswer {
  KnownAnswer(description, expected) { try $0.interpreter.isDivergenceFree(process($0), limit: 1000) }
}

private func hasTrace(
  _ description: String, _ model: Model, _ process: @escaping @Sendable (Fixture) -> Process,
  _ trace: @escaping @Sendable (Fixture) -> [Event], _ expected: @escaping @Sendable (Fixture) -> Verdict
) -> KnownAnswer {
  KnownAnswer("\(description) in \(model)", expected) {
    try $0.interpreter.hasTrace(process($0), trace($0), in: model, limit: 1000)
  }
}

private let refinements: [KnownAnswer] = [
  refines("STOP is refined by STOP", .traces, \.stop, \.stop) { _ in .holds },
  refines("STOP forbids a", .traces, \.stop, { $0.once($0.a) }) { .fails(trace: [$0.a], .eventNotAllowed) },
  refines("a → STOP is refined by STOP", .traces, { $0.once($0.a) }, \.stop) { _ in .holds },
  refines("a → STOP may not refuse a", .failures, { $0.once($0.a) }, \.stop) {
    _ in .fails(trace: [], .refusalNotAllowed)
  },
  refines("STOP is refined by DIV", .failures, \.stop, \.div) { _ in .holds },
  refines("STOP is not refined by DIV", .failuresDivergences, \.stop, \.div) { _ in .fails(trace: [], .divergence) },
  refines("DIV is not refined by STOP", .failures, \.div, \.stop) { _ in .fails(trace: [], .refusalNotAllowed) },
  refines("DIV is refined by everything", .failuresDivergences, \.div, { $0.once($0.a) }) { _ in .holds },
  refines("DIV has only the empty trace", .traces, \.div, { $0.once($0.a) }) {
    .fails(trace: [$0.a], .eventNotAllowed)
  },
  refines(
    "a → DIV allows everything after a", .failuresDivergences, { $0.pre($0.a, $0.div) },
    { $0.pre($0.a, $0.table.chaos($0.set($0.a, $0.b))) }
  ) { _ in .holds },
  refines("SKIP forbids STOP", .failures, \.skip, \.stop) { _ in .fails(trace: [], .refusalNotAllowed) },
  refines("STOP forbids ✓", .traces, \.stop, \.skip) { .fails(trace: [$0.tick], .eventNotAllowed) },
  refines(
    "an internal choice is refined by either side", .failuresDivergences,
    { $0.either($0.once($0.a), $0.once($0.b)) }, { $0.once($0.a) }
  ) { _ in .holds },
  refines(
    "an external choice is not refined by one side", .failures, { $0.choice($0.once($0.a), $0.once($0.b)) },
    { $0.once($0.a) }
  ) { _ in .fails(trace: [], .refusalNotAllowed) },
  refines(
    "✓ is a signal: SKIP [] a → STOP may refuse a", .failures, { $0.choice($0.skip, $0.once($0.a)) }, \.skip
  ) { _ in .holds },
  refines(
    "✓ is a signal: P [> SKIP refines SKIP [] P", .failuresDivergences, { $0.choice($0.skip, $0.once($0.a)) },
    { $0.table.sliding($0.once($0.a), $0.skip) }
  ) { _ in .holds },
  refines(
    "but SKIP [> P may refuse ✓, and does not", .failuresDivergences, { $0.choice($0.skip, $0.once($0.a)) },
    { $0.table.sliding($0.skip, $0.once($0.a)) }
  ) { _ in .fails(trace: [], .refusalNotAllowed) },
  refines(
    "CHAOS may do and refuse all, but neither terminates", .failuresDivergences,
    { $0.table.chaos($0.set($0.a, $0.b)) }, { $0.pre($0.a, $0.pre($0.b, $0.skip)) }
  ) { .fails(trace: [$0.a, $0.b, $0.tick], .eventNotAllowed) },
  refines("nor diverges", .failuresDivergences, { $0.table.chaos($0.set($0.a)) }, { $0.pre($0.a, $0.div) }) {
    .fails(trace: [$0.a], .divergence)
  },
  refines("RUN is not refined by CHAOS", .failures, { $0.forever($0.a) }, { $0.table.chaos($0.set($0.a)) }) {
    _ in .fails(trace: [], .refusalNotAllowed)
  },
  refines(
    "the shortest trace is found", .traces, { $0.pre($0.a, $0.once($0.a)) },
    { $0.choice($0.pre($0.a, $0.pre($0.a, $0.once($0.b))), $0.pre($0.a, $0.once($0.c))) }
  ) { .fails(trace: [$0.a, $0.c], .eventNotAllowed) },
]

private let deadlocks: [KnownAnswer] = [Model.failures, .failuresDivergences].flatMap { model in
  [
    deadlockFree("SKIP is deadlock free", model, \.skip) { _ in .holds },
    deadlockFree("STOP is not", model, \.stop) { _ in .fails(trace: [], .deadlock) },
    deadlockFree("a → SKIP is deadlock free", model, { $0.then($0.a) }) { _ in .holds },
    deadlockFree(
      "a composition that cannot agree is a deadlock", model,
      { $0.par($0.pre($0.c, $0.once($0.a)), $0.pre($0.c, $0.once($0.b)), on: $0.set($0.a, $0.b, $0.c)) }
    ) { .fails(trace: [$0.c], .deadlock) },
    deadlockFree("a side that waits for a terminated one", model, {
      $0.par($0.skip, $0.once($0.a), on: $0.set($0.a))
    }) { _ in .fails(trace: [], .deadlock) },
    deadlockFree("a silent way to a deadlock", model, { $0.either($0.stop, $0.skip) }) {
      _ in .fails(trace: [], .deadlock)
    },
  ]
} + [
  deadlockFree("DIV is deadlock free", .failures, \.div) { _ in .holds },
  deadlockFree("DIV is not", .failuresDivergences, \.div) { _ in .fails(trace: [], .divergence) },
]

private let divergences: [KnownAnswer] = [
  divergenceFree("STOP does not diverge", \.stop) { _ in .holds },
  divergenceFree("DIV diverges", \.div) { _ in .fails(trace: [], .divergence) },
  divergenceFree("divergence after a", { $0.pre($0.a, $0.div) }) { .fails(trace: [$0.a], .divergence) },
  divergenceFree("hidden loops diverge", { $0.table.hide($0.forever($0.a), $0.set($0.a)) }) {
    _ in .fails(trace: [], .divergence)
  },
  divergenceFree("hidden ends do not", { $0.table.hide($0.pre($0.a, $0.once($0.a)), $0.set($0.a)) }) { _ in .holds },
  divergenceFree("a way off a loop does not help", { $0.choice($0.div, $0.skip) }) { _ in .fails(trace: [], .divergence)
  },
]

private let determinisms: [KnownAnswer] = [Model.failures, .failuresDivergences].flatMap { model in
  [
    deterministic("STOP is deterministic", model, \.stop) { _ in .holds },
    deterministic("SKIP is deterministic", model, \.skip) { _ in .holds },
    deterministic("a choice of different events", model, { $0.choice($0.once($0.a), $0.then($0.b)) }) { _ in .holds },
    deterministic("an internal choice is not", model, { $0.either($0.once($0.a), $0.once($0.b)) }) {
      .fails(trace: [], .nondeterminism($0.a))
    },
    deterministic("one event to two ends", model, { $0.choice($0.pre($0.c, $0.once($0.a)), $0.once($0.c)) }) {
      .fails(trace: [$0.c], .nondeterminism($0.a))
    },
    deterministic("one event to two ends that are alike", model, {
      $0.choice($0.pre($0.c, $0.choice($0.once($0.a))), $0.pre($0.c, $0.table.sequence($0.once($0.a), $0.stop)))
    }) { _ in .holds },
    deterministic("termination that is optional", model, { $0.either($0.skip, $0.stop) }) {
      .fails(trace: [], .nondeterminism($0.tick))
    },
    deterministic("an event beside ✓", model, { $0.choice($0.skip, $0.once($0.a)) }) {
      .fails(trace: [], .nondeterminism($0.a))
    },
  ]
} + [
  deterministic("DIV is deterministic", .failures, \.div) { _ in .holds },
  deterministic("DIV is not", .failuresDivergences, \.div) { _ in .fails(trace: [], .divergence) },
]

private let traces: [KnownAnswer] = Model.allCases.flatMap { model in
  [
    hasTrace("a process has the empty trace", model, \.stop, { _ in [] }) { _ in .holds },
    hasTrace("a → SKIP has ⟨a, ✓⟩", model, { $0.then($0.a) }, { [$0.a, $0.tick] }) { _ in .holds },
    hasTrace("a → SKIP has no ⟨a, b⟩", model, { $0.then($0.a) }, { [$0.a, $0.b] }) {
      .fails(trace: [$0.a], .eventImpossible($0.b))
    },
    hasTrace("nothing follows ✓", model, \.skip, { [$0.tick, $0.a] }) {
      .fails(trace: [$0.tick], .eventImpossible($0.a))
    },
  ]
} + [
  hasTrace("an internal choice has both", .traces, { $0.either($0.once($0.a), $0.once($0.b)) }, { [$0.b] }) { _ in
    .holds
  },
  hasTrace("an internal choice may refuse b", .failures, { $0.either($0.once($0.a), $0.once($0.b)) }, { [$0.b] }) {
    .fails(trace: [], .eventRefusable($0.b))
  },
  hasTrace("a silent loop refuses nothing", .failures, { $0.choice($0.div, $0.once($0.b)) }, { [$0.b] }) { _ in
    .holds
  },
  hasTrace("a silent loop diverges", .failuresDivergences, { $0.choice($0.div, $0.once($0.b)) }, { [$0.b] }) {
    _ in .fails(trace: [], .divergence)
  },
  hasTrace("divergence at the end counts", .failuresDivergences, { $0.pre($0.a, $0.div) }, { [$0.a] }) {
    .fails(trace: [$0.a], .divergence)
  },
]

@Suite struct ReferenceDecisionTests {
  @Test(arguments: refinements + deadlocks + divergences + determinisms + traces)
  func `a known answer is found`(answer: KnownAnswer) throws {
    let f = Fixture()
    #expect(try answer.decide(f) == answer.expected(f))
  }

  @Test func `too many states are undecided`() throws {
    let f = Fixture()
    let counter = f.equations.recursive("COUNTER") { f.pre(f.a, f.interleaved($0, f.once(f.b))) }
    #expect(try f.interpreter.isDivergenceFree(counter, limit: 100) == nil)
    #expect(try f.interpreter.refines(counter, by: f.stop, in: .traces, limit: 100) == nil)
  }

  @Test func `a decision takes back an error of evaluation`() throws {
    let f = Fixture()
    let undefined = f.pre(f.a, f.equations.declare("UNDEFINED"))
    #expect(throws: Equations.Undefined.self) { try f.interpreter.isDeadlockFree(undefined, in: .failures, limit: 9) }
  }
}
