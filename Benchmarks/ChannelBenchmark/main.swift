// ChannelBenchmark row count [dispatch|actor]: one row of the channels benchmark on Martlet's channels.
//
// Tasks are children of one nursery, on Martlet's workers. With `dispatch` they are plain `Task { }`s and stay on the
// default executor; with `actor` both sides of a channel are isolated to actors. MARTLET_WORKERS says how many
// workers there are, MARTLET_PARKING how tasks wait.
import AdoptedWorkers
import BenchmarkHarness
import CSP

let rows: [String: Row] = [
  "pingpong": .perOperation(pingPong), "oneway": .perOperation { try await oneWay($0, .rendezvous) },
  "buffered": .perOperation { try await oneWay($0, .buffered(128)) }, "mpmc": .perOperation(manyToMany),
  "uncontended": .perOperation(uncontended), "select.blocking": .perOperation(selectBlocking),
  "select2": .perOperation(selectOfTwo), "select8": .perOperation(selectOfEight),
  "select.default": .perOperation(selectDefault), "sieve": .inAll(sieve), "work": .perOperation(work),
  "parked": .figure(bytesPerParked), "mutex": .perOperation(addUnderMutex), "atomic": .perOperation(addAtomically),
]

let actorRows: [String: Row] = [
  "pingpong": .perOperation(actorPingPong), "oneway": .perOperation { try await actorOneWay($0, .rendezvous) },
  "buffered": .perOperation { try await actorOneWay($0, .buffered(128)) },
]

/// The rows of shapes have a size after their name: `waiters.100`.
func shape(_ name: String) -> Row? {
  guard let dot = name.lastIndex(of: "."), let size = count(String(name[name.index(after: dot)...])) else { return nil }
  switch name[..<dot] {
  case "channels": return .figure { try await roundRobin($0, over: size) }
  case "waiters": return .figure { try await handToWaiters($0, waiting: size) }
  case "cases": return .figure { try await selectOneReady($0, of: size) }
  case "cases.blocking": return .figure { try await selectNoneReady($0, of: size) }
  default: return nil
  }
}

let arguments = CommandLine.arguments, variant = arguments.count == 4 ? arguments[3] : "adopted"
let known = ["adopted": rows, "dispatch": rows, "actor": actorRows][variant]
guard 3...4 ~= arguments.count, let row = known?[arguments[1]] ?? shape(arguments[1]), let count = count(arguments[2])
else { fail("usage: ChannelBenchmark \(rows.keys.sorted().joined(separator: "|")) count [dispatch|actor]", code: 2) }
if variant != "dispatch" { adoptWorkers() }
run(variant == "adopted" ? inNursery(row) : row, count: count)
