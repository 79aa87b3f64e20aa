// What metrics must say: exact numbers, sums over one name, counters that never fall while what they count comes and goes.
//
// Series live as long as the process, and a scenario may run in it again: counters are compared with those before.
import CSP
import CSPInspection
import ChannelScenarios

extension Scenario {
  static let metrics: [Scenario] = [
    Scenario("metrics", "channels of one name are counted together, alive or gone") { _ in try await channels() },
    Scenario("metrics", "a wait of a select counts at each of its channels") { _ in try await selects() },
    Scenario("metrics", "children of named nurseries are counted by how they end") { _ in try await nurseries() },
    Scenario("metrics", "who waits for locks, semaphores and latches is counted by kind and name") { _ in
      try await primitives()
    },
    Scenario("metrics", "blocked time grows with every task that waits, and stands when none does") { _ in
      try await blocked()
    },
    Scenario("metrics", "no counter ever falls and none is lost while all that is counted comes and goes") { load in
      try await churn(load.operations)
    },
    Scenario("metrics", "names beyond the limit share a series", needsProcess: true) { _ in try await limit() },
  ]
}

/// Samples of some families for one thing, less the counters of an earlier look.
private func numbers(_ families: [String], _ labels: [String], since before: InspectedMetrics? = nil) -> [Double?] {
  let metrics = Inspection.metrics()
  return families.map { family in
    let now = metrics.sample(family, labels)
    guard family.hasSuffix("_total"), let before else { return now }
    return now.map { $0 - (before.sample(family, labels) ?? 0) }
  }
}

extension InspectedMetrics {
  fileprivate func sample(_ family: String, _ labels: [String]) -> Double? {
    families.first { $0.name == family }?.samples.first { $0.labels.map(\.value) == labels }?.value
  }
}

private let channelFamilies = [
  "martlet_channels", "martlet_channel_depth", "martlet_channel_capacity", "martlet_channel_waiting_senders",
  "martlet_channel_waiting_receivers", "martlet_channel_sent_total", "martlet_channel_dropped_total",
  "martlet_channel_waits_total",
]

private func channels() async throws {
  let name = "metrics: \"orders\"\\\n🪿"
  let before = Inspection.metrics()
  let first = Channel<Int>(.buffered(2), name: name)
  try await { () async throws in
    let second = Channel<Int>(.dropping(.newest, capacity: 3), name: name)
    for value in 0..<5 { _ = second.trySend(value) }
    for value in 0..<2 { _ = first.trySend(value) }
    try await withNursery { nursery in
      for _ in 0..<3 { try nursery.start { try? await first.send(9) } }
      try await eventually("three wait") { first.statistics.waitingSenders == 3 }
      try expectEqual(numbers(channelFamilies, [name], since: before), [2, 5, 5, 3, 0, 7, 2, 3])
      _ = try await first.receive()
      try expectEqual(numbers(channelFamilies, [name], since: before), [2, 5, 5, 2, 0, 8, 2, 3])
      first.close(discardingBuffered: true)
    }
    withExtendedLifetime(second) {}
  }()
  try expectEqual(numbers(channelFamilies, [name], since: before), [1, 0, 2, 0, 0, 8, 2, 3])
  withExtendedLifetime(first) {}
  let unbounded = Channel<Int>(.unbounded, name: "metrics: unbounded")
  _ = unbounded.trySend(1)
  try expectEqual(numbers(Array(channelFamilies[1...2]), ["metrics: unbounded"]), [1, .infinity])
  withExtendedLifetime(unbounded) {}
}

private func selects() async throws {
  let before = Inspection.metrics()
  let (left, right) = (
    Channel<Int>(.rendezvous, name: "metrics: left"), Channel<Int>(.rendezvous, name: "metrics: right")
  )
  let families = Array(channelFamilies[3...])
  try await withNursery { nursery in
    try nursery.start { _ = try await select(left.receiving, right.sending(1)) }
    try await eventually("it waits") { right.statistics.waitingSenders == 1 }
    try expectEqual(numbers(families, ["metrics: left"], since: before), [0, 1, 0, 0, 1])
    try expectEqual(numbers(families, ["metrics: right"], since: before), [1, 0, 0, 0, 1])
    try await left.send(1)
  }
  try expectEqual(numbers(families, ["metrics: left"], since: before), [0, 0, 1, 0, 1])
  try expectEqual(numbers(families, ["metrics: right"], since: before), [0, 0, 0, 0, 1])
  withExtendedLifetime((left, right)) {}
}

private func nurseries() async throws {
  struct Broken: Error {}
  let families = [
    "martlet_nurseries", "martlet_nursery_tasks", "martlet_nursery_opened_total",
    "martlet_nursery_tasks_started_total", "martlet_nursery_tasks_failed_total",
    "martlet_nursery_tasks_cancelled_total",
  ]
  let name = "metrics: nursery"
  let before = Inspection.metrics()
  let gate = Channel<Int>(.rendezvous)
  do {
    try await withNursery(name: name, onFailure: .collect, limit: 3) { nursery in
      defer { nursery.cancel() }
      try await withNursery(name: name) { _ in
        try expectEqual(numbers(families, [name], since: before), [2, 0, 2, 0, 0, 0])
      }
      for _ in 0..<5 { try nursery.start { _ = try await gate.receive() } }
      try expectEqual(numbers(families, [name], since: before), [1, 5, 2, 5, 0, 0])
      for _ in 0..<2 { try nursery.start { throw Broken() } }
      try expectEqual(numbers(families, [name], since: before), [1, 7, 2, 7, 0, 0])
      for _ in 0..<5 { try await gate.send(1) }
      try await eventually("all have ended") { nursery.childCount == 0 }
      try expectEqual(numbers(families, [name], since: before), [1, 0, 2, 7, 2, 0])
      for _ in 0..<4 { try nursery.start { _ = try await gate.receive() } }
    }
  } catch { try expect(error.errors.allSatisfy { $0 is Broken } && error.errors.count == 2, "\(error)") }
  try expectEqual(numbers(families, [name], since: before), [0, 0, 2, 11, 2, 4])
}

private func primitives() async throws {
  let families = ["martlet_primitives", "martlet_primitive_waiting", "martlet_primitive_waits_total"]
  let before = Inspection.metrics()
  let (latch, semaphore) = (Latch(name: "metrics: it"), Semaphore(permits: 0, name: "metrics: it"))
  let lock = ReadWriteLock(0, name: "metrics: it")
  try await withNursery { nursery in
    for _ in 0..<2 { try nursery.start { try await latch.wait() } }
    for _ in 0..<3 { try nursery.start { try await semaphore.acquire() } }
    try await eventually("all wait") { latch.waiting == 2 && semaphore.waiting == 3 }
    try expectEqual(numbers(families, ["latch", "metrics: it"], since: before), [1, 2, 2])
    try expectEqual(numbers(families, ["semaphore", "metrics: it"], since: before), [1, 3, 3])
    try expectEqual(numbers(families, ["read_write_lock", "metrics: it"], since: before), [1, 0, 0])
    latch.countDown()
    semaphore.release(3)
  }
  try expectEqual(numbers(families, ["latch", "metrics: it"], since: before), [1, 0, 2])
  try expectEqual(numbers(families, ["semaphore", "metrics: it"], since: before), [1, 0, 3])
  withExtendedLifetime((latch, semaphore, lock)) {}
}

private func blocked() async throws {
  let family = "martlet_channel_blocked_seconds_total", name = "metrics: blocked"
  let before = Inspection.metrics()
  func seconds() throws -> Double {
    let found = numbers([family], [name], since: before)[0]
    try expect(found != nil, "there is a sample")
    return found ?? 0
  }
  let clock = ContinuousClock()
  var start = clock.now
  let gate = Channel<Int>(.rendezvous, name: name)
  try await withNursery { nursery in
    for _ in 0..<10 { try nursery.start { _ = try await gate.receive() } }
    try await eventually("ten wait") { gate.statistics.waitingReceivers == 10 }
    // While all ten wait, ten seconds are counted in a second; a look is late by at most its own time.
    let (first, begin) = (try seconds(), clock.now)
    // The clock of waits may be late while all workers are busy: a dump says what it makes of the same waits.
    let waited = Inspection.dump().tasks.filter { $0.waitedFor == ["receive \(name)"] }.compactMap { $0.wait?.duration }
    start = begin - (waited.max() ?? .zero)
    try await eventually("fifty milliseconds have passed") { clock.now - begin > .milliseconds(50) }
    let between = clock.now - begin
    let second = try seconds()
    try expect(second - first >= 10 * (between / .seconds(1)) - 0.1, "\(second - first) in \(between)")
    gate.close()
  }
  let last = try seconds()
  let most = 10 * ((clock.now - start) / .seconds(1)) + 0.1
  try expect(last > 0 && last <= most, "\(last) of \(most)")
  try expectEqual(try seconds(), last)
  withExtendedLifetime(gate) {}
}

/// Channels and nurseries of few names, used and dropped by many tasks, while metrics are collected in a loop.
private func churn(_ count: Int) async throws {
  let names = (0..<3).map { "metrics: churn \($0)" }
  let before = Inspection.metrics()
  let isOver = Locked(false)
  let rounds = max(1, count / 60)
  let collecting: Job = {
    var last = before
    while !isOver.current {
      let now = Inspection.metrics()
      for family in last.families where family.kind == .counter {
        for sample in family.samples where names.contains(sample.labels[0].value) {
          let value = now.sample(family.name, sample.labels.map(\.value)) ?? -1
          try expect(value >= sample.value, "\(family.name) \(sample.labels) fell from \(sample.value) to \(value)")
        }
      }
      last = now
      await Task.yield()
    }
  }
  let working: Job = {
    defer { isOver.withLock { $0 = true } }
    try await withNursery { workers in
      for name in names {
        try workers.start {
          for _ in 0..<rounds {
            let channel = Channel<Int>(.rendezvous, name: name)
            try await withNursery(name: name) { nursery in
              for value in 0..<10 { try nursery.start { try await channel.send(value) } }
              for _ in 0..<10 { try nursery.start { _ = try await channel.receive() } }
            }
          }
        }
      }
    }
  }
  try await together(collecting, collecting, working)
  for name in names {
    let families = [
      "martlet_channels", "martlet_channel_sent_total", "martlet_nursery_opened_total",
      "martlet_nursery_tasks_started_total", "martlet_nurseries", "martlet_channel_waiting_senders",
    ]
    let (each, all) = (Double(10 * rounds), Double(rounds))
    try expectEqual(numbers(families, [name], since: before), [0, each, all, 2 * each, 0, 0], name)
  }
}

private func limit() async throws {
  func make(_ index: Int) { _ = Channel<Int>(.buffered(1), name: "metrics: limit \(index)").trySend(index) }
  for index in 0..<InspectedMetrics.seriesLimit + 50 { make(index) }
  let before = Inspection.metrics()
  let samples = before.families.first { $0.name == "martlet_channel_sent_total" }?.samples ?? []
  try expectEqual(samples.count, InspectedMetrics.seriesLimit + 1)
  // Those that came first have kept theirs, and what has no series of its own is counted.
  try expect((before["martlet_channel_sent_total", ""] ?? 0) >= 50, "\(samples.count) samples")
  for index in 0..<10 { make(InspectedMetrics.seriesLimit + 100 + index) }
  try expectEqual(numbers(["martlet_channel_sent_total"], [""], since: before), [10])
  try expect((before["martlet_channel_sent_total", "metrics: limit 0"] ?? 0) >= 1, "the first has its own")
}
