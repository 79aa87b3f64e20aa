/// Named recursive processes for tests: `X0 = …`, `X1 = …`, whose names are deferred processes of a table.
public import ProcessTerms

public final class Equations: DeferredProcesses {
  public let table: ProcessTable
  private var names: [Process: String] = [:]
  private var bodies: [Process: Process] = [:]

  /// Makes itself the table's source; the table does not keep it alive.
  public init(_ table: ProcessTable) {
    self.table = table
    table.source = self
  }

  /// A new name, to be given a meaning with ``define(_:as:)``.
  public func declare(_ name: String) -> Process {
    let process = table.deferred()
    names[process] = name
    return process
  }

  public func define(_ name: Process, as body: Process) { bodies[name] = body }

  /// Declares and defines a process that refers to itself.
  public func recursive(_ name: String, _ body: (Process) -> Process) -> Process {
    let process = declare(name)
    define(process, as: body(process))
    return process
  }

  public func evaluate(_ deferred: Process) throws -> Process {
    guard let body = bodies[deferred] else { throw Undefined(name: name(of: deferred)) }
    return body
  }

  public func name(of deferred: Process) -> String { names[deferred] ?? "?" }

  public func body(of name: Process) -> Process? { bodies[name] }

  public struct Undefined: Error { public let name: String }
}
