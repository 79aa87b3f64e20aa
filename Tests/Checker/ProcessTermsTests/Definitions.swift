import ProcessTerms

/// Named processes for a table, by closures.
final class Definitions: DeferredProcesses {
  let table = ProcessTable()
  let a: Event, b: Event, c: Event
  private(set) var evaluations = 0
  private var bodies: [Process: () throws -> Process] = [:]
  private var names: [Process: String] = [:]

  init() {
    a = table.alphabet.append("a")
    b = table.alphabet.append("b")
    c = table.alphabet.append("c.1")
    table.source = self
  }

  func define(_ name: String, _ body: @escaping () throws -> Process) -> Process {
    let p = table.deferred()
    bodies[p] = body
    names[p] = name
    return p
  }

  func evaluate(_ deferred: Process) throws -> Process {
    evaluations += 1
    return try bodies[deferred]!()
  }
  func name(of deferred: Process) -> String { names[deferred]! }
}
