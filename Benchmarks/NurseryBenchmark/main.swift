// NurseryBenchmark row count: one row of the nurseries benchmark on Martlet's nurseries.
//
// The row is a child of a nursery, as all that it starts is, on Martlet's workers, which take over the global executor.
// MARTLET_WORKERS says how many workers there are, MARTLET_PARKING how tasks wait.
import AdoptedWorkers
import BenchmarkHarness
import CSP

let rows: [String: Row] = [
  "spawnjoin": .perOperation(spawnAndJoin), "spawnjoin.handle": .perOperation(spawnAndAwait),
  "spawnbatch": .perOperation(spawnBatches), "spawnbatch.work": .perOperation(spawnWorkers),
  "daisy": .perOperation(daisyChains), "skynet": .inAll(skynet),
  "canceltree": .figure(cancelTree), "deadline": .perOperation(armAndDisarm),
]

let arguments = CommandLine.arguments
guard arguments.count == 3, let row = rows[arguments[1]], let count = count(arguments[2])
else { fail("usage: NurseryBenchmark \(rows.keys.sorted().joined(separator: "|")) count", code: 2) }
adoptWorkers()

let asChild = Row.figure { count in
  try await withNursery { nursery in
    try await nursery.start { try await row.measure(count) }.value
  }
}
run(asChild, count: count)
