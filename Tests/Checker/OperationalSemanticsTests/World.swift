import OperationalSemantics
import ProcessTerms

/// A table with three events and recursive definitions: where the tests build their terms.
final class World: DeferredProcesses {
  let table = ProcessTable()
  let rules: FiringRules
  let a: Event, b: Event, c: Event
  private var bodies: [Process: (World) -> Process] = [:]
  private var names: [Process: String] = [:]

  init() {
    a = table.alphabet.append("a")
    b = table.alphabet.append("b")
    c = table.alphabet.append("c")
    rules = FiringRules(table)
    table.source = self
  }

  /// `name = body`; the body is made when the name is first resolved.
  func define(_ name: String, _ body: @escaping (World) -> Process) -> Process {
    let p = table.deferred()
    bodies[p] = body
    names[p] = name
    return p
  }

  /// Gives `name`, which is defined and not yet resolved, another body.
  func redefine(_ name: Process, as body: Process) { bodies[name] = { _ in body } }

  func evaluate(_ deferred: Process) -> Process { bodies[deferred]!(self) }
  func name(of deferred: Process) -> String { names[deferred]! }

  // MARK: Short forms

  var stop: Process { table.stop }
  var skip: Process { table.skip }
  var omega: Process { table.omega }
  /// `a -> STOP`, and so on.
  var aStop: Process { table.prefix(a, stop) }
  var bStop: Process { table.prefix(b, stop) }
  var cStop: Process { table.prefix(c, stop) }
  /// Can do one τ, to `p`.
  func tau(_ p: Process) -> Process { table.internalChoice([p, p]) }
  /// `a -> SKIP [] b -> STOP`, or whatever is given.
  func menu(_ branches: (Event, Process)...) -> Process { table.prefix(branches) }
  func set(_ events: Event...) -> EventSet { table.set(events) }
  /// A watchdog over a and b that barks by c.
  func watchdog(_ op: Operator, _ places: [Process]) -> Process {
    table.watchdog(op, of: places, over: set(a, b), bark: c)
  }
  /// What it does after it has seen what is not allowed.
  var alarm: Process { table.prefix(c, table.stop) }
}

extension Transition {
  static func tau(_ p: Process) -> Transition { Transition(.tau, p) }
}
