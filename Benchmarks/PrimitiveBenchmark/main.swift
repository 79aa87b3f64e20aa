// PrimitiveBenchmark row count [tasks]: one row of the primitives benchmark, on Martlet's workers.
//
// A row of a topic does the same work in several ways: `counter.lock` is the counter under a lock. `tasks`, 1 by
// default, do it beside each other, `count` times in all. MARTLET_WORKERS says how many workers there are,
// MARTLET_PARKING how tasks wait.
import AdoptedWorkers
import BenchmarkHarness
import CSP

typealias TaskRow = @Sendable (_ count: Int, _ tasks: Int) async throws -> Void

let rows: [String: TaskRow] = [
  "counter.atomic": countAtomically, "counter.mutex": countUnderMutex, "counter.lock": countUnderLock,
  "counter.lock-blocking": countUnderBlockingLock, "counter.channel": countThroughChannel,
  "counter.actor": countInActor,
  "readers.lock": readUnderLock, "readers.read-write-lock": readUnderReadWriteLock,
  "readers.channel": readThroughChannel, "readers.actor": readInActor,
  "predicate.condition": waitByCondition, "predicate.polling": waitByPolling, "predicate.channel": waitByChannel,
  "hand-off.channel": handOverByChannel, "hand-off.condition": handOverByCondition,
  "cost.channel-operation": useChannel, "cost.suspension": suspend, "cost.spawn": spawn, "cost.semaphore": usePermits,
]

let arguments = CommandLine.arguments, tasks = arguments.count == 4 ? count(arguments[3]) : 1
guard 3...4 ~= arguments.count, let row = rows[arguments[1]], let count = count(arguments[2]), let tasks
else { fail("usage: PrimitiveBenchmark \(rows.keys.sorted().joined(separator: "|")) count [tasks]", code: 2) }
adoptWorkers()
run(.perOperation { try await row($0, tasks) }, count: count)
