// What a look costs whoever looks, and those who are looked at.
import BenchmarkHarness
import CSP
import CSPInspection
import Dispatch
import Synchronization

typealias Look = @Sendable () -> Int

/// Each returns something of what it has seen.
let dump: Look = { Inspection.dump().tasks.count }
let findStuck: Look = { Inspection.dump().stuck.count }
let collectMetrics: Look = { Inspection.metrics().families.count }
let findLongWaits: Look = { Inspection.dump().longWaits().count }

/// A hundred channels with a name, for which `count` tasks of one nursery wait while the body runs.
private func withWaitingTasks<Result: Sendable>(
  _ count: Int, _ body: () async throws -> Result
) async throws -> Result {
  let channels = (0..<100).map { Channel<Int>(.rendezvous, name: "channel \($0)") }
  return try await withNursery(name: "waiting") { nursery in
    for index in 0..<count {
      let channel = channels[index % channels.count]
      try nursery.start(name: "task") { _ = try await channel.receive() }
    }
    while channels.reduce(0, { $0 + $1.statistics.waitingReceivers }) < count { await Task.yield() }
    let result = try await body()
    for channel in channels { channel.close() }
    return result
  }
}

/// The median of seven.
func timeOfLook(_ count: Int, _ look: Look) async throws -> Double {
  try await withWaitingTasks(count) {
    let times = (0..<7).map { _ in
      let start = ContinuousClock.now
      keep(look())
      return (ContinuousClock.now - start) / .nanoseconds(1)
    }
    return times.sorted()[3]
  }
}

/// The same where nobody runs but the thread that looks: every task is shown to be at rest.
func timeOfRestingLook(_ count: Int, _ look: @escaping Look) async throws -> Double {
  try await withWaitingTasks(count) {
    let result = Channel<Double>(.rendezvous)
    DispatchQueue(label: "looks").async {
      while result.statistics.waitingReceivers == 0 {}
      let times = (0..<7).map { _ in
        let start = ContinuousClock.now
        keep(look())
        return (ContinuousClock.now - start) / .nanoseconds(1)
      }
      try? result.sendBlocking(times.sorted()[3])
    }
    return try await result.receive() ?? .nan
  }
}

private final class Flag: Sendable {
  private let value = Atomic(false)
  // ORDERING: relaxed: nothing is published with it.
  var isSet: Bool { value.load(ordering: .relaxed) }
  func set() { value.store(true, ordering: .relaxed) }
}

/// A pair of tasks goes to and fro for two seconds, and notes the longest time from one round to the next.
func longestPause(_ count: Int, look: Look?) async throws -> Double {
  try await withWaitingTasks(count) {
    let end = Flag()
    return try await withNursery { nursery in
      let there = Channel<Int>(.rendezvous), back = Channel<Int>(.rendezvous)
      try nursery.start { for await value in there { try await back.send(value) } }
      let longest = try nursery.start {
        var (longest, last) = (Duration.zero, ContinuousClock.now)
        let deadline = last + .seconds(2)
        while last < deadline {
          try await there.send(1)
          _ = try await back.receive()
          let now = ContinuousClock.now
          (longest, last) = (max(longest, now - last), now)
        }
        there.close()
        return longest
      }
      // A thread of its own, as for a signal. It sees the end, and the nursery does not wait for it: it has no part in it.
      let isLooking = Channel<Void>(.rendezvous)
      if let look {
        DispatchQueue(label: "looks").async {
          while !end.isSet { keep(look()) }
          isLooking.close()
        }
      } else {
        isLooking.close()
      }
      let result = try await longest.value
      end.set()
      _ = try await isLooking.receive()
      return result / .nanoseconds(1)
    }
  }
}

/// Runs the body while a task looks ten times a second, or by itself.
private func beside(_ look: Look?, _ body: @escaping @Sendable () async throws -> Void) async throws {
  try await withNursery { nursery in
    if let look {
      try nursery.start {
        let ticker = Ticker(every: .milliseconds(100))
        while true {
          try await ticker.next()
          keep(look())
        }
      }
    }
    try await nursery.start { try await body() }.value
    nursery.cancel()
  }
}

func pingPong(_ count: Int, named: Bool = false, look: Look?) async throws {
  try await beside(look) {
    try await withNursery { nursery in
      let there = Channel<Int>(.rendezvous, name: named ? "there" : nil)
      let back = Channel<Int>(.rendezvous, name: named ? "back" : nil)
      try nursery.start { for await value in there { try await back.send(value) } }
      for value in 0..<count {
        try await there.send(value)
        _ = try await back.receive()
      }
      there.close()
    }
  }
}

/// Four tasks send through a buffer of 128, four receive.
func manyToMany(_ count: Int, look: Look?) async throws {
  try await beside(look) {
    try await withNursery { receivers in
      let channel = Channel<Int>(.buffered(128))
      for _ in 0..<4 { try receivers.start { for await _ in channel {} } }
      try await withNursery { senders in
        for _ in 0..<4 {
          try senders.start { for value in 0..<(count / 4) { try await channel.send(value) } }
        }
      }
      channel.close()
    }
  }
}

/// A nursery for each child.
func spawnAndJoin(_ count: Int, look: Look?) async throws {
  try await beside(look) {
    for _ in 0..<count { try await withNursery { _ = try $0.start {} } }
  }
}
