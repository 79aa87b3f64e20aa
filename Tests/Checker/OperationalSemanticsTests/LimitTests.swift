import OperationalSemantics
import ProcessTerms
import Testing

@Test func `unguarded recursion is an error, and stays one`() {
  let world = World()
  var p = world.stop
  p = world.define("P") { w in w.table.externalChoice([p, w.aStop]) }
  for _ in 0..<2 { #expect(throws: UnguardedRecursion.self) { try world.rules.transitions(of: p) } }
}

@Test func `recursion behind the first step of a sequence is guarded`() throws {
  let world = World()
  var p = world.stop
  p = world.define("P") { w in w.table.sequence(w.table.prefix(w.a, w.skip), p) }
  let canonical = try world.table.resolve(p)
  let after = world.table.sequence(world.skip, p)
  #expect(try world.rules.transitions(of: p) == [Transition(world.a, after)])
  #expect(try world.rules.transitions(of: after) == [.tau(canonical)])
}

/// `P = a -> (P ||| P)`, always taking the last step, so that the rows nest.
@Test func `a term that nests without end is an error in time`() throws {
  let world = World()
  world.table.depthLimit = 100
  var p = world.stop
  p = world.define("P") { w in w.table.prefix(w.a, w.table.parallel([p, p], w.set())) }
  var state = try world.table.resolve(p)
  #expect(throws: TermTooDeep.self) {
    for _ in 0..<200 { state = try world.rules.transitions(of: state).max()!.target }
  }
}

@Test func `a deep term is an error and no crash`() throws {
  let world = World()
  var p = world.aStop
  for _ in 0..<100_000 { p = world.table.hide(p, world.set(world.b)) }
  #expect(throws: TermTooDeep.self) { try world.rules.transitions(of: p) }
}

@Test func `a process of thousands of operators has its steps`() throws {
  let world = World()
  var p = world.aStop, after = world.stop
  for _ in 0..<3_900 {
    p = world.table.hide(p, world.set(world.b))
    after = world.table.hide(after, world.set(world.b))
  }
  #expect(try world.rules.transitions(of: p) == [Transition(world.a, after)])
}

@Test func `a name that unfolds without end is an error and no crash`() {
  let world = World()
  func forever(_ n: Int) -> Process {
    world.define("F(\(n))") { w in w.table.externalChoice([w.aStop, forever(n + 1)]) }
  }
  #expect(throws: TermTooDeep.self) { try world.rules.transitions(of: forever(0)) }
  func alias(_ n: Int) -> Process { world.define("G(\(n))") { _ in alias(n + 1) } }
  #expect(throws: TermTooDeep.self) { try world.rules.transitions(of: alias(0)) }
}

@Test func `chase gives up on τ without end`() throws {
  let world = World()
  world.rules.chaseLimit = 50
  func count(_ n: Int) -> Process {
    world.define("C(\(n))") { w in w.table.internalChoice([count(n + 1), count(n + 1)]) }
  }
  let chase = world.table.chase(try world.table.resolve(count(0)))
  #expect(throws: ChaseTooLong.self) { try world.rules.transitions(of: chase) }
}

@Test(arguments: [Operator.traceWatchdog, .failureWatchdog])
func `a watchdog whose specification leads back to it has no first step`(_ op: Operator) throws {
  let world = World()
  var p = world.stop
  p = world.define("P") { w in w.tau(w.watchdog(op, [p])) }
  let watchdog = world.watchdog(op, [try world.table.resolve(p)])
  #expect(throws: UnguardedRecursion.self) { try world.rules.transitions(of: watchdog) }
  #expect(world.rules.table.describe(watchdog) == "\(op == .traceWatchdog ? "trace" : "failure")_watchdog(P, {a, b}, c)")
}

@Test func `a watchdog gives up on τ without end`() throws {
  let world = World()
  world.rules.chaseLimit = 100
  func count(_ n: Int) -> Process { world.define("N(\(n))") { w in w.tau(w.tau(count(n + 1))) } }
  let watchdog = world.watchdog(.traceWatchdog, [try world.table.resolve(count(0))])
  #expect(throws: ChaseTooLong.self) { try world.rules.transitions(of: watchdog) }
}

@Test func `a chase that leads back to itself has no first step`() throws {
  let world = World()
  var p = world.stop
  p = world.define("P") { w in w.tau(w.table.chase(p)) }
  let chase = world.table.chase(try world.table.resolve(p))
  #expect(throws: UnguardedRecursion.self) { try world.rules.transitions(of: chase) }
}

@Test func `chases one in another without end are an error and no crash`() throws {
  let world = World()
  func nest(_ n: Int) -> Process {
    world.define("N(\(n))") { w in
      w.tau(w.define("M(\(n))") { w in w.table.chase(nest(n + 1)) })
    }
  }
  let chase = world.table.chase(try world.table.resolve(nest(0)))
  #expect(throws: TermTooDeep.self) { try world.rules.transitions(of: chase) }
}

@Test func `an error of the evaluation leaves everything as it was`() throws {
  struct Broken: Error {}
  final class Source: DeferredProcesses {
    var isBroken = true
    var body = Process(id: 0)
    func evaluate(_ deferred: Process) throws -> Process { if isBroken { throw Broken() } else { body } }
    func name(of deferred: Process) -> String { "P" }
  }
  let table = ProcessTable(), source = Source()
  table.source = source
  source.body = table.skip
  let a = table.alphabet.append("a"), rules = FiringRules(table)
  let term = table.hide(table.prefix([(a, table.stop), (a, table.deferred())]), table.set([]))
  #expect(throws: Broken.self) { try rules.transitions(of: term) }
  source.isBroken = false
  #expect(
    try rules.transitions(of: term) == [
      Transition(a, table.hide(table.stop, table.set([]))), Transition(a, table.hide(table.skip, table.set([]))),
    ])
}

@Test func `a synchronisation with very many combinations is an error in time`() throws {
  let world = World()
  let two = world.menu((world.a, world.stop), (world.a, world.skip))
  let term = world.table.parallel(Array(repeating: two, count: 60), world.set(world.a))
  #expect(throws: TooManyTransitions.self) { try world.rules.transitions(of: term) }
}
