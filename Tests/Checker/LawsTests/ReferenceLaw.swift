/// The algebraic laws of CSP as data: two processes over random parts, and how they are related in which models.
import ProcessGenerators
import ProcessTerms
import ReferenceSemantics
import Testing

typealias Model = ReferenceInterpreter.Model
typealias Verdict = ReferenceInterpreter.Verdict

/// Random parts from which the two sides of a law are made.
struct LawParts {
  let table: ProcessTable
  /// Σ, and one event that no part uses.
  let events: [Event], fresh: Event
  let p: Process, q: Process, r: Process
  let a: EventSet, b: EventSet
  let event: Event
  /// Menus ?x:X → P(x).
  let menu: [(Event, Process)], otherMenu: [(Event, Process)]
  let renaming: Renaming, otherRenaming: Renaming
  /// A one-to-one renaming of Σ, as pairs.
  let permutation: [(Event, Event)]
  let linkage: Linkage
  let name: Process, body: Process

  init(_ generator: inout ProcessGenerator, size: Int) {
    table = generator.table
    events = generator.events
    fresh = Event(id: Int32(table.alphabet.names.firstIndex(of: "fresh")!))
    p = generator.process(size: size)
    q = generator.process(size: size)
    r = generator.process(size: size)
    a = generator.set()
    b = generator.set()
    event = generator.event()
    menu = (0..<Int.random(in: 0...2, using: &generator.random)).map { _ in
      (generator.event(), generator.process(size: size - 1))
    }
    otherMenu = (0..<Int.random(in: 0...2, using: &generator.random)).map { _ in
      (generator.event(), generator.process(size: size - 1))
    }
    renaming = generator.renaming()
    otherRenaming = generator.renaming()
    permutation = Array(zip(generator.events, generator.events.shuffled(using: &generator.random)))
    linkage = generator.linkage()
    name = generator.equations.declare("NAME")
    body = table.prefix(event, name)
    generator.equations.define(name, as: body)
  }

  // MARK: Words for terms

  var stop: Process { table.stop }
  var skip: Process { table.skip }
  var div: Process { table.div }
  var sigma: EventSet { table.set(events) }

  func pre(_ event: Event, _ after: Process) -> Process { table.prefix(event, after) }
  func menu(_ branches: [(Event, Process)]) -> Process { table.prefix(branches) }
  func ext(_ list: Process...) -> Process { table.externalChoice(list) }
  func int(_ list: Process...) -> Process { table.internalChoice(list) }
  func slide(_ p: Process, _ q: Process) -> Process { table.sliding(p, q) }
  func seq(_ p: Process, _ q: Process) -> Process { table.sequence(p, q) }
  func interrupt(_ p: Process, _ q: Process) -> Process { table.interrupt(p, q) }
  func hide(_ p: Process, _ set: EventSet) -> Process { table.hide(p, set) }
  func rename(_ p: Process, _ renaming: Renaming) -> Process { table.rename(p, renaming) }
  func throwing(_ p: Process, _ set: EventSet, _ q: Process) -> Process { table.exception(p, set, q) }
  func par(_ set: EventSet, _ list: Process...) -> Process { table.parallel(list, set) }
  func inter(_ list: Process...) -> Process { table.parallel(list, table.set([])) }
  func alpha(_ list: (Process, EventSet)...) -> Process {
    table.alphabetised(list.map { (process: $0.0, alphabet: $0.1) })
  }
  func syncChoice(_ set: EventSet, _ list: Process...) -> Process { table.synchronisingChoice(list, set) }
  func syncInterrupt(_ p: Process, _ set: EventSet, _ q: Process) -> Process {
    table.synchronisingInterrupt(p, set, q)
  }

  var none: EventSet { table.set([]) }
  func contains(_ set: EventSet, _ event: Event) -> Bool { table.contents(set).contains(event) }
  func union(_ a: EventSet, _ b: EventSet) -> EventSet {
    table.set(events.filter { contains(a, $0) || contains(b, $0) })
  }
  func common(_ a: EventSet, _ b: EventSet) -> EventSet {
    table.set(events.filter { contains(a, $0) && contains(b, $0) })
  }
  func without(_ a: EventSet, _ b: EventSet) -> EventSet {
    table.set(events.filter { contains(a, $0) && !contains(b, $0) })
  }
  func outside(_ a: EventSet) -> EventSet { without(sigma, a) }

  /// The branches with what follows them changed.
  func map(_ branches: [(Event, Process)], _ change: (Process) -> Process) -> [(Event, Process)] {
    branches.map { ($0.0, change($0.1)) }
  }
}

struct Law: Sendable, CustomTestStringConvertible {
  enum Relation: Sendable { case equals, isRefinedBy }

  let testDescription: String
  let models: [Model]
  let relation: Relation
  let sides: @Sendable (LawParts) -> (Process, Process)

  init(
    _ description: String, _ models: [Model] = Model.allCases, relation: Relation = .equals,
    _ sides: @escaping @Sendable (LawParts) -> (Process, Process)
  ) {
    testDescription = description
    self.models = models
    self.relation = relation
    self.sides = sides
  }
}
