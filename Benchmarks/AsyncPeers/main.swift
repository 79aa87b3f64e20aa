// AsyncPeers asyncchannel|asyncstream|taskgroup row count: the rows of the channels benchmark that AsyncChannel (of
// swift-async-algorithms) and AsyncStream can do, and those of the nurseries benchmark that task groups can do, with the
// counts and the element type of the programs beside this one.
//
// They run on the default executor, as they come. AsyncChannel has no buffer: its `mpmc` is a rendezvous. AsyncStream
// has no bound that holds its producer back: its `oneway` and `buffered` are the same program, and nobody waits to send.
import BenchmarkHarness

let rows: [String: [String: Row]] = [
  "asyncchannel": [
    "pingpong": .perOperation(channelPingPong), "oneway": .perOperation(channelOneWay),
    "mpmc": .perOperation(channelManyToMany),
  ],
  "asyncstream": [
    "oneway": .perOperation(streamOneWay), "buffered": .perOperation(streamOneWay),
    "uncontended": .perOperation(streamUncontended),
  ],
  "taskgroup": [
    "spawnjoin": .perOperation(groupSpawnAndJoin), "spawnjoin.handle": .perOperation(groupSpawnAndAwait),
    "spawnbatch": .perOperation(groupSpawnBatches), "spawnbatch.work": .perOperation(groupSpawnWorkers),
    "daisy": .perOperation(groupDaisyChains),
    "skynet": .inAll(groupSkynet), "canceltree": .figure(groupCancelTree),
  ],
]

let arguments = CommandLine.arguments
guard arguments.count == 4, let row = rows[arguments[1]]?[arguments[2]], let count = count(arguments[3]) else {
  let known = rows.flatMap { peer, rows in rows.keys.map { "\(peer) \($0)" } }.sorted().joined(separator: "|")
  fail("usage: AsyncPeers \(known) count", code: 2)
}
run(row, count: count)
