// InspectionBenchmark row count: one row of the inspection benchmark, on Martlet's workers.
//
// `dump` and `metrics` are one look at `count` tasks that wait, `dump.resting` one where nobody runs beside them; `pause`
// is the longest time for which a pair of tasks that run does not come to its next round, with `count` others that wait,
// while another thread looks all the time or does nothing. `pingpong` is a round of such a pair, `mpmc` a value from four
// tasks to four, `spawnjoin` a child that is started and waited for, alone or beside somebody who looks ten times a second.
import AdoptedWorkers
import BenchmarkHarness
import CSP

let rows: [String: Row] = [
  "dump": .figure { try await timeOfLook($0, dump) }, "metrics": .figure { try await timeOfLook($0, collectMetrics) },
  "dump.resting": .figure { try await timeOfRestingLook($0, findStuck) },
  "pause.quiet": .figure { try await longestPause($0, look: nil) },
  "pause.dumps": .figure { try await longestPause($0, look: dump) },
  "pause.metrics": .figure { try await longestPause($0, look: collectMetrics) },
  "pingpong.alone": .perOperation { try await pingPong($0, look: nil) },
  "pingpong.long-waits": .perOperation { try await pingPong($0, look: findLongWaits) },
  "pingpong.metrics": .perOperation { try await pingPong($0, look: collectMetrics) },
  "pingpong.named": .perOperation { try await pingPong($0, named: true, look: nil) },
  "pingpong.named-metrics": .perOperation { try await pingPong($0, named: true, look: collectMetrics) },
  "mpmc.alone": .perOperation { try await manyToMany($0, look: nil) },
  "mpmc.metrics": .perOperation { try await manyToMany($0, look: collectMetrics) },
  "spawnjoin.alone": .perOperation { try await spawnAndJoin($0, look: nil) },
  "spawnjoin.metrics": .perOperation { try await spawnAndJoin($0, look: collectMetrics) },
]

let arguments = CommandLine.arguments
guard arguments.count == 3, let row = rows[arguments[1]], let count = count(arguments[2])
else { fail("usage: InspectionBenchmark \(rows.keys.sorted().joined(separator: "|")) count", code: 2) }
adoptWorkers()
run(row, count: count)
