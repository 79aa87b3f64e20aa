import OperationalSemantics
import ProcessTerms
import Refinement

/// Random processes P, Q, R, sets A, B and menus over the events a, b, c for one instance of a law.
///
/// The processes have few states, any operator inside, and recursion; what they do is all that a law may depend on.
final class EngineLawWorld: DeferredProcesses, CustomStringConvertible {
  let table = ProcessTable()
  let seed: UInt64
  let a: Event, b: Event, c: Event
  /// Events that no random process does.
  let fresh: [Event]
  private(set) var p = Process(id: 0), q = Process(id: 0), r = Process(id: 0)
  private(set) var setA = EventSet(id: 0), setB = EventSet(id: 0)
  /// Branches of two menus.
  private(set) var menuB: [(Event, Process)] = [], menuC: [(Event, Process)] = []
  private var random: EngineLawRandom
  private var bodies: [Process: Process] = [:]
  private var names: [Process] = []

  init(seed: UInt64) throws {
    self.seed = seed
    random = EngineLawRandom(state: seed)
    a = table.alphabet.append("a")
    b = table.alphabet.append("b")
    c = table.alphabet.append("c")
    fresh = ["x", "y", "z"].map { [table] in table.alphabet.append($0) }
    table.source = self
    for _ in 0..<2 { names.append(table.deferred()) }
    for name in names { bodies[name] = term(2) }
    p = try small()
    q = try small()
    r = try small()
    setA = someEvents()
    setB = someEvents()
    menuB = try menu()
    menuC = try menu()
  }

  func evaluate(_ deferred: Process) -> Process { bodies[deferred]! }
  func name(of deferred: Process) -> String { deferred == names[0] ? "X" : "Y" }

  var sigma: EventSet { table.set([a, b, c]) }
  var events: [Event] { [a, b, c] }
  func contains(_ set: EventSet, _ event: Event) -> Bool { table.contains(set, event) }
  func complement(_ set: EventSet) -> EventSet { table.set(events.filter { !contains(set, $0) }) }
  func union(_ x: EventSet, _ y: EventSet) -> EventSet { table.set(table.contents(x).events + table.contents(y).events) }
  func intersection(_ x: EventSet, _ y: EventSet) -> EventSet {
    table.set(table.contents(x).events.filter { contains(y, $0) })
  }

  var description: String {
    "P = \(table.describe(p)), Q = \(table.describe(q)), R = \(table.describe(r)), "
      + "A = \(table.contents(setA).events.map(\.id)), B = \(table.contents(setB).events.map(\.id)), "
      + "?x:B = \(menuB.map { "\($0.0.id) -> \(table.describe($0.1))" }), "
      + "?x:C = \(menuC.map { "\($0.0.id) -> \(table.describe($0.1))" })"
  }

  // MARK: Random terms

  /// A process of at most 8 states, and whose parts have few states even where the others do not hold them back.
  private func small() throws -> Process {
    let checker = Checker(table), rules = FiringRules(table)
    checker.limits.states = 8
    var limits = FlatteningLimits()
    limits.leafStates = 50
    while true {
      let candidate = term(3)
      guard (try? checker.explore(candidate)) != nil else { continue }
      if try flatten(candidate, rules: rules, limits: limits) != nil { return try table.resolve(candidate) }
    }
  }

  private func menu() throws -> [(Event, Process)] {
    try (0..<int(0...3)).map { _ in (someEvent(), try small()) }
  }

  private func term(_ depth: Int) -> Process {
    if depth == 0 { return leaf() }
    switch int(0...22) {
    case 0...5: return table.prefix((0..<int(1...3)).map { _ in (someEvent(), off(depth - 1)) })
    case 6, 7: return table.externalChoice([term(depth - 1), term(depth - 1)])
    case 8, 9: return table.internalChoice([off(depth - 1), off(depth - 1)])
    case 10: return table.sliding(term(depth - 1), off(depth - 1))
    case 11: return table.interrupt(term(depth - 1), term(depth - 1))
    case 12: return table.sequence(term(depth - 1), off(depth - 1))
    case 13: return table.exception(term(depth - 1), someEvents(), off(depth - 1))
    case 14: return table.synchronisingChoice([term(depth - 1), term(depth - 1)], someEvents())
    case 15: return table.synchronisingInterrupt(term(depth - 1), someEvents(), term(depth - 1))
    case 16: return table.hide(term(depth - 1), someEvents())
    case 17: return table.rename(term(depth - 1), table.renaming([(someEvent(), someEvent()), (a, someEvent())]))
    case 18: return table.parallel([term(depth - 1), term(depth - 1)], someEvents())
    case 19: return table.alphabetised([(term(depth - 1), someEvents()), (term(depth - 1), someEvents())])
    case 20: return table.chaos(someEvents())
    default: return leaf()
    }
  }

  /// An operand that only starts later.
  private func off(_ depth: Int) -> Process { int(0...3) == 0 ? names[int(0...1)] : term(depth) }

  private func leaf() -> Process {
    switch int(0...9) {
    case 0, 1: table.stop
    case 2...4: table.skip
    case 5: int(0...2) == 0 ? table.div : table.run(someEvents())
    default: table.prefix(someEvent(), names[int(0...1)])
    }
  }

  private func someEvent() -> Event { events[int(0...2)] }
  func someEvents() -> EventSet { table.set(events.filter { _ in int(0...1) == 0 }) }
  private func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
}

/// SplitMix64.
struct EngineLawRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

// The operators as they are written, so that laws can be read.
extension EngineLawWorld {
  var stop: Process { table.stop }
  var skip: Process { table.skip }
  var div: Process { table.div }
  func ext(_ list: Process...) -> Process { table.externalChoice(list) }
  func int(_ list: Process...) -> Process { table.internalChoice(list) }
  func seq(_ p: Process, _ q: Process) -> Process { table.sequence(p, q) }
  func slide(_ p: Process, _ q: Process) -> Process { table.sliding(p, q) }
  func interrupt(_ p: Process, _ q: Process) -> Process { table.interrupt(p, q) }
  func exception(_ p: Process, _ set: EventSet, _ q: Process) -> Process { table.exception(p, set, q) }
  func hide(_ p: Process, _ set: EventSet) -> Process { table.hide(p, set) }
  func par(_ set: EventSet, _ list: Process...) -> Process { table.parallel(list, set) }
  func interleave(_ list: Process...) -> Process { table.parallel(list, table.set([])) }
  func syncChoice(_ set: EventSet, _ list: Process...) -> Process { table.synchronisingChoice(list, set) }
  func syncInterrupt(_ p: Process, _ set: EventSet, _ q: Process) -> Process {
    table.synchronisingInterrupt(p, set, q)
  }
  func prefix(_ e: Event, _ p: Process) -> Process { table.prefix(e, p) }
  func menu(_ branches: [(Event, Process)]) -> Process { table.prefix(branches) }
  /// `P |~| Q …` of a list that may be empty, for which it is `STOP`; only beside a `STOP` that is there anyway.
  func intOrStop(_ list: [Process]) -> Process { list.isEmpty ? stop : table.internalChoice(list) }
}
