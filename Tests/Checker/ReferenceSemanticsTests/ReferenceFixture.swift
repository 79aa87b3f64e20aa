/// A table with the events a, b, c, and short names for making terms of it.
import ProcessGenerators
import ProcessTerms
import ReferenceSemantics

typealias Step = ReferenceInterpreter.Step
typealias Path = ReferenceInterpreter.Path
typealias Model = ReferenceInterpreter.Model
typealias Verdict = ReferenceInterpreter.Verdict

struct Fixture {
  let table = ProcessTable()
  let equations: Equations
  let interpreter: ReferenceInterpreter
  let a: Event, b: Event, c: Event
  let tau = Event.tau, tick = Event.tick

  init() {
    equations = Equations(table)
    interpreter = ReferenceInterpreter(table)
    a = table.alphabet.append("a")
    b = table.alphabet.append("b")
    c = table.alphabet.append("c")
  }

  var stop: Process { table.stop }
  var skip: Process { table.skip }
  var div: Process { table.div }
  var omega: Process { table.omega }

  func set(_ events: Event...) -> EventSet { table.set(events) }
  func pre(_ event: Event, _ after: Process) -> Process { table.prefix(event, after) }
  /// event → STOP
  func once(_ event: Event) -> Process { table.prefix(event, table.stop) }
  /// event → SKIP
  func then(_ event: Event) -> Process { table.prefix(event, table.skip) }
  /// event → event → …
  func forever(_ event: Event) -> Process { table.run(table.set([event])) }
  /// Over a and b, barking by c.
  func watchdog(_ op: Operator, _ places: Process...) -> Process {
    table.watchdog(op, of: places, over: set(a, b), bark: c)
  }
  func choice(_ list: Process...) -> Process { table.externalChoice(list) }
  func either(_ list: Process...) -> Process { table.internalChoice(list) }
  func par(_ list: Process..., on set: EventSet) -> Process { table.parallel(list, set) }
  func interleaved(_ list: Process...) -> Process { table.parallel(list, table.set([])) }
}
