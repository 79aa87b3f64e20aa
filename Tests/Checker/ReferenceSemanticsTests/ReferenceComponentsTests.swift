import ProcessGenerators
import ProcessTerms
import ReferenceSemantics
import Testing

/// A path of a process, and what its components are said to have done.
struct SplitBehaviour: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let process: @Sendable (Fixture) -> Process
  /// The events of the whole; where a process has several such steps the first is taken.
  let events: @Sendable (Fixture) -> [Event]
  /// One line a component, see ``ReferenceComponentsTests/text(_:_:)``.
  let rows: [String]

  init(
    _ description: String, _ process: @escaping @Sendable (Fixture) -> Process,
    _ events: @escaping @Sendable (Fixture) -> [Event], _ rows: [String]
  ) {
    testDescription = description
    self.process = process
    self.events = events
    self.rows = rows
  }
}

extension Fixture {
  fileprivate func named(_ name: String, _ body: Process) -> Process { equations.recursive(name) { _ in body } }
  /// P = a → P under a name.
  fileprivate func loop(_ name: String, _ event: Event) -> Process {
    equations.recursive(name) { pre(event, $0) }
  }
}

private let behaviours: [SplitBehaviour] = [
  SplitBehaviour(
    "a process that is no composition is one component", { $0.loop("P", $0.a) }, { [$0.a, $0.a] },
    ["P: a a offers a"]),
  SplitBehaviour(
    "each side of a composition has its events",
    { f in
      let p = f.equations.recursive("P") { f.pre(f.a, f.pre(f.c, $0)) }
      let q = f.equations.recursive("Q") { f.pre(f.b, f.pre(f.c, $0)) }
      return f.par(p, q, on: f.set(f.c))
    }, { [$0.b, $0.a, $0.c, $0.a] },
    ["P: . a c a offers c", "Q: b . c . offers b"]),
  SplitBehaviour(
    "hidden and renamed events are shown as the component does them",
    { f in
      f.table.hide(
        f.interleaved(f.table.rename(f.loop("P", f.a), f.table.renaming([(f.a, f.b)])), f.loop("Q", f.c)),
        f.set(f.b))
    }, { [$0.tau, $0.c] }, ["P: a . offers a", "Q: . c offers c"]),
  SplitBehaviour(
    "components show under a compression, and a compressed process is one",
    { f in
      let pair = f.interleaved(f.loop("P", f.a), f.table.compress(f.loop("Q", f.b), .normal))
      return f.table.compress(f.table.hide(pair, f.set(f.b)), .diamond)
    }, { [$0.tau, $0.a] }, ["P: . a offers a", "normal(Q): b . offers b"]),
  SplitBehaviour(
    "tied events of linked parallel are each side's own",
    { f in
      let linkage = f.table.linkage([LinkageContents.Link(left: f.a, right: f.b)])
      return f.table.linked(f.loop("P", f.a), linkage, f.loop("Q", f.b))
    }, { [$0.tau] }, ["P: a offers a", "Q: b offers b"]),
  SplitBehaviour(
    "a composition that starts later", { f in f.pre(f.a, f.interleaved(f.loop("P", f.b), f.loop("Q", f.c))) },
    { [$0.a, $0.c, $0.b] },
    ["a -> …: a . . until 1", "P: . . b offers b from 1", "Q: . c . offers c from 1"]),
  SplitBehaviour(
    "a component that becomes a composition",
    { f in
      f.interleaved(f.named("P", f.pre(f.a, f.interleaved(f.loop("R", f.c), f.loop("S", f.c)))), f.loop("Q", f.b))
    }, { [$0.b, $0.a, $0.c, $0.b] },
    [
      "P: . a . . until 2", "Q: b . . b offers b", "R: . . c . offers c from 2", "S: . . . . offers c from 2",
    ]),
  SplitBehaviour(
    "termination of each side is its own ✓, and the whole terminates without a component",
    { f in f.interleaved(f.named("P", f.then(f.a)), f.named("Q", f.then(f.b))) },
    { [$0.a, $0.tau, $0.b, $0.tau, $0.tick] },
    ["P: a ✓ . . . offers terminated", "Q: . . b ✓ . offers terminated"]),
  SplitBehaviour(
    "a composition before a sequence ends with its ✓",
    { f in f.table.sequence(f.interleaved(f.named("P", f.then(f.a)), f.named("Q", f.then(f.b))), f.loop("R", f.c)) },
    { [$0.a, $0.tau, $0.b, $0.tau, $0.tau, $0.c] },
    [
      "P: a ✓ . . . . until 5 terminated", "Q: . . b ✓ . . until 5 terminated", "R: . . . . . c offers c from 5",
    ]),
  SplitBehaviour(
    "an interrupt ends the components that it interrupts, and goes on as itself",
    { f in
      let taking = f.named("R", f.pre(f.c, f.loop("S", f.a)))
      return f.table.interrupt(f.interleaved(f.loop("P", f.a), f.loop("Q", f.b)), taking)
    }, { [$0.b, $0.c, $0.a] },
    ["P: . . . until 2", "Q: b . . until 2", "R: . c a offers a"]),
  SplitBehaviour(
    "an exception ends the components and starts the handler",
    { f in
      f.table.exception(f.interleaved(f.loop("P", f.a), f.loop("Q", f.b)), f.set(f.b), f.loop("R", f.c))
    }, { [$0.a, $0.b, $0.c] },
    ["P: a . . until 2", "Q: . b . until 2", "R: . . c offers c from 2"]),
  SplitBehaviour(
    "a choice is one component until it is resolved",
    { f in f.choice(f.interleaved(f.loop("P", f.a), f.loop("Q", f.b)), f.once(f.c)) }, { [$0.b, $0.a] },
    ["(P ||| Q) [] (c -> STOP): b . until 1", "P: . a offers a from 1", "Q: . . offers b from 1"]),
  SplitBehaviour(
    "what a component offers in a deadlock",
    { f in
      f.par(f.named("P", f.pre(f.c, f.once(f.a))), f.named("Q", f.pre(f.c, f.once(f.b))), on: f.set(f.a, f.b, f.c))
    }, { [$0.c] }, ["P: c offers a", "Q: c offers b"]),
]

@Suite struct ReferenceComponentsTests {
  @Test(arguments: behaviours) func `a behaviour is split over its components`(behaviour: SplitBehaviour) throws {
    let f = Fixture()
    var path = Path(start: try f.table.resolve(behaviour.process(f)))
    for event in behaviour.events(f) {
      path.steps.append(try #require(try f.interpreter.steps(of: path.end).first { $0.event == event }))
    }
    let components = try #require(try f.interpreter.split(path))
    #expect(components.map { text($0, f.table) } == behaviour.rows)
  }

  /// `name: events, . where it took no part`, then `until` or `offers`, then `from` where it did not begin at 0.
  private func text(_ component: ReferenceInterpreter.Component, _ table: ProcessTable) -> String {
    let name = table.alphabet.name
    var words = ["\(component.name):"] + component.events.map { $0.map(name) ?? "." }
    if let end = component.end { words.append("until \(end)") } else { words.append("offers") }
    words += component.offers.map(name)
    if component.isTerminated { words.append("terminated") }
    if component.begin > 0 { words.append("from \(component.begin)") }
    return words.joined(separator: " ")
  }

  @Test func `a path that is none is not split`() throws {
    let f = Fixture()
    #expect(try f.interpreter.split(Path(start: f.stop, steps: [Step(f.a, f.stop)])) == nil)
  }

  @Test func `a derivation names each operand that took part`() throws {
    let f = Fixture()
    let inner = f.par(f.once(f.a), f.once(f.a), on: f.set(f.a))
    let whole = f.table.hide(f.interleaved(f.once(f.b), inner), f.set(f.a))
    let step = try #require(try f.interpreter.steps(of: whole).first { $0.event == f.tau })
    let participants = try #require(try f.interpreter.derivation(of: step, from: whole))
    #expect(participants.map(\.path) == [[], [0], [0, 1], [0, 1, 0], [0, 1, 1]])
    #expect(participants.map(\.step.event) == [f.tau, f.a, f.a, f.a, f.a])
    #expect(participants.map(\.before) == [whole, f.table.operand(whole, 0), inner, f.once(f.a), f.once(f.a)])
    #expect(participants.last?.step.target == f.stop)
  }

  @Test func `every step of a random process has a derivation of steps`() throws {
    var generator = ProcessGenerator(seed: 7)
    let interpreter = ReferenceInterpreter(generator.table)
    for number in 0..<500 {
      let p = generator.process(size: 12)
      var path = Path(start: try generator.table.resolve(p))
      for _ in 0..<8 {
        guard let step = try interpreter.steps(of: path.end).randomElement(using: &generator.random) else { break }
        let participants = try #require(try interpreter.derivation(of: step, from: path.end), "number \(number)")
        for participant in participants {
          #expect(try interpreter.steps(of: participant.before).contains(participant.step), "number \(number)")
        }
        path.steps.append(step)
      }
      let components = try #require(try interpreter.split(path), "number \(number)")
      for component in components {
        // Each row is itself a run: as many steps as events, from its start to its last term.
        #expect(try reaches(component, interpreter), "number \(number)")
      }
      for i in path.steps.indices {
        // A composition that terminates as a whole does so without a component.
        #expect(components.contains { $0.events[i] != nil } || !path.steps[i].event.isVisible, "number \(number)")
      }
    }
  }

  /// Whether the component's own events lead it from its start to what it was last.
  private func reaches(
    _ component: ReferenceInterpreter.Component, _ interpreter: ReferenceInterpreter
  ) throws -> Bool {
    var places: Set<Process> = [component.start]
    for case let event? in component.events {
      places = Set(try places.flatMap { try interpreter.steps(of: $0).filter { $0.event == event }.map(\.target) })
    }
    return places.contains(component.last)
  }
}
