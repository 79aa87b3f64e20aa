// What a dump must show, as a table beside those of channels and nurseries: the same runner takes it, under every way to
// park. The invariants of Scenario.swift hold here too.
//
// N1. A scenario looks at tasks by names of its own: in the tests' process others run beside it.
import CSP
public import ChannelScenarios
import CSPInspection

extension Scenario {
  /// All of them.
  public static let inspection: [Scenario] = dumps + livingDumps + stuck + permits + metrics
}

extension Dump {
  /// The one task of this name.
  func task(_ name: String, file: StaticString = #fileID, line: UInt = #line) throws -> InspectedTask {
    let found = tasks.filter { $0.name == name && $0.origin != .body }
    try expectEqual(found.count, 1, "tasks of the name \(name) in\n\(text)", file: file, line: line)
    return found[0]
  }

  func scope(_ name: String, file: StaticString = #fileID, line: UInt = #line) throws -> InspectedScope {
    let found = scopes.filter { $0.name == name }
    try expectEqual(found.count, 1, "scopes of the name \(name) in\n\(text)", file: file, line: line)
    return found[0]
  }

  func channel(_ name: String, file: StaticString = #fileID, line: UInt = #line) throws -> InspectedChannel {
    let found = channels.filter { $0.resource.name == name }
    try expectEqual(found.count, 1, "channels of the name \(name) in\n\(text)", file: file, line: line)
    return found[0]
  }
}

extension InspectedTask {
  /// What it waits for, in short: operations and names.
  var waitedFor: [String] {
    (wait?.cases ?? []).map { "\($0.operation.rawValue) \($0.resource?.name ?? "")" }
  }
}

/// Dumps until one is as it should be: what has been counted by a channel may be on its way to park.
func dump(
  _ what: String, file: StaticString = #fileID, line: UInt = #line, until condition: (Dump) -> Bool
) async throws -> Dump {
  var dump = Inspection.dump()
  var rounds = 0
  let deadline = ContinuousClock.now + patience
  while !condition(dump) {
    rounds += 1
    if rounds.isMultiple(of: 64), ContinuousClock.now > deadline {
      throw Failure("still not so: \(what):\n\(dump.text)", file: file, line: line)
    }
    await Task.yield()
    dump = Inspection.dump()
  }
  return dump
}
