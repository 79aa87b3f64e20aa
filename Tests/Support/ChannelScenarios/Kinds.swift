// What each kind of channel does with a value that nobody waits for.
import CSP

extension Scenario {
  static let kinds: [Scenario] = [
    Scenario("kinds", "each kind tells its capacity and counts what it holds and drops") { _ in try await table() },
    Scenario("kinds", "the latest value replaces the one before, and a waiting receiver gets it at once") { _ in
      try await latest()
    },
    Scenario("kinds", "a reader of the latest value never goes back, and sees the last one") { load in
      try await latestUnderLoad(load.operations)
    },
    Scenario("kinds", "what is sent is received, buffered or counted as dropped") { load in
      for kind in [ChannelKind.dropping(.oldest, capacity: 3), .dropping(.newest, capacity: 3), .latest] {
        try await nothingVanishes(kind, load.operations)
      }
    },
    Scenario("kinds", "an unbounded channel grows to 100,000 values and keeps their order") { _ in
      try await growth()
    },
    Scenario("kinds", "a buffer lets a sender run ahead by its capacity, and no further") { _ in try await runAhead() },
    Scenario("kinds", "waiting senders enter the buffer in their order") { _ in
      let channel = Channel<Int>(.buffered(2))
      let tasks = Locked<[Task<Void, any Error>]>([])
      for value in 0..<6 {
        tasks.withLock { $0.append(Task { try await channel.send(value) }) }
        try await eventually("\(value) is placed") {
          channel.statistics.buffered + channel.statistics.waitingSenders == value + 1
        }
      }
      for value in 0..<6 {
        try expectEqual(try await channel.receive(), value)
        try expectEqual(channel.count, min(2, 5 - value), "after \(value)")
      }
      for task in tasks.current { try await task.value }
    },
  ]
}

private func table() async throws {
  struct Row {
    var kind: ChannelKind
    var capacity: Int?
    var left: [Int]
    var full: Bool
  }
  let rows = [
    Row(kind: .rendezvous, capacity: 0, left: [], full: true),
    Row(kind: .buffered(0), capacity: 0, left: [], full: true),
    Row(kind: .buffered(3), capacity: 3, left: [0, 1, 2], full: true),
    Row(kind: .latest, capacity: 1, left: [9], full: false),
    Row(kind: .dropping(.oldest, capacity: 1), capacity: 1, left: [9], full: false),
    Row(kind: .dropping(.oldest, capacity: 3), capacity: 3, left: [7, 8, 9], full: false),
    Row(kind: .dropping(.newest, capacity: 1), capacity: 1, left: [0], full: false),
    Row(kind: .dropping(.newest, capacity: 3), capacity: 3, left: [0, 1, 2], full: false),
    Row(kind: .unbounded, capacity: nil, left: Array(0..<10), full: false),
  ]
  for row in rows {
    let channel = Channel<Int>(row.kind)
    var refused = 0
    for value in 0..<10 {
      switch channel.trySend(value) {
      case .sent: break
      case .full(let back):
        try expectEqual(back, value)
        refused += 1
      case .closed: throw Failure("closed")
      }
    }
    try expectEqual(channel.capacity, row.capacity, "\(row.kind)")
    let statistics = channel.statistics
    try expectEqual(statistics.capacity, row.capacity, "\(row.kind)")
    try expectEqual(
      [
        statistics.buffered, statistics.waitingSenders, statistics.waitingReceivers, statistics.sent,
        statistics.dropped,
      ],
      [row.left.count, 0, 0, row.full ? row.left.count : 10, row.full ? 0 : 10 - row.left.count], "\(row.kind)")
    try expect(!statistics.isClosed, "\(row.kind)")
    try expectEqual(refused, row.full ? 10 - row.left.count : 0, "\(row.kind)")
    channel.close()
    var left: [Int] = []
    for await value in channel { left.append(value) }
    try expectEqual(left, row.left, "\(row.kind)")
  }
}

private func latest() async throws {
  let channel = Channel<String>(.latest)
  try await channel.send("one")
  try await channel.send("two")
  try expectEqual(channel.count, 1)
  try expectEqual(try await channel.receive(), "two")
  let waiting = Task { try await channel.receive() }
  try await eventually("it waits") { channel.statistics.waitingReceivers == 1 }
  try await channel.send("three")
  try await channel.send("four")
  try expectEqual(try await waiting.value, "three")
  try expectEqual(try await channel.receive(), "four")
  try expectEqual(channel.statistics.dropped, 1)
}

private func latestUnderLoad(_ count: Int) async throws {
  let channel = Channel<Int>(.latest)
  try await together(
    {
      for value in 0..<count { try await channel.send(value) }
      channel.close()
    },
    {
      var last = -1
      while let value = try await channel.receive() {
        try expect(value > last, "\(value) after \(last)")
        last = value
      }
      try expectEqual(last, count - 1)
    })
}

private func nothingVanishes(_ kind: ChannelKind, _ count: Int) async throws {
  let channel = Channel<Int>(kind)
  let (received, open) = (Locked(), Locked(3))
  let writer: Job = {
    for value in 0..<count / 3 { try await channel.send(value) }
    if open.withLock({
      $0 -= 1; return $0 == 0
    }) {
      channel.close()
    }
  }
  let reader: Job = { while try await channel.receive() != nil { received.add() } }
  try await together(writer, writer, writer, reader, reader)
  let statistics = channel.statistics
  try expectEqual(statistics.sent, count / 3 * 3, "\(kind)")
  try expectEqual(received.current + statistics.dropped, statistics.sent, "\(kind)")
  try expectEqual(statistics.buffered, 0)
}

private func growth() async throws {
  let channel = Channel<Int>(.unbounded)
  var (sent, received) = (0, 0)
  // In uneven steps, so that the ring is wrapped around when it grows.
  while sent < 100_000 {
    for _ in 0..<7 where sent < 100_000 {
      try expectEqual(channel.trySend(sent), .sent)
      sent += 1
    }
    if received < 30_000 {
      for _ in 0..<3 {
        try expectEqual(channel.tryReceive(), .received(received))
        received += 1
      }
    }
  }
  try expectEqual(channel.count, sent - received)
  while received < sent {
    try expectEqual(try await channel.receive(), received)
    received += 1
  }
  try expectEqual(channel.tryReceive(), .empty)
}

private func runAhead() async throws {
  let channel = Channel<Int>(.buffered(5))
  let done = Locked()
  let sender = Task {
    for value in 0..<7 {
      try await channel.send(value)
      done.add()
    }
  }
  try await eventually("the sixth waits") { channel.statistics.waitingSenders == 1 }
  try expectEqual(done.current, 5)
  try expectEqual(try await channel.receive(), 0)
  try await eventually("the seventh waits") { channel.statistics.waitingSenders == 1 && done.current == 6 }
  for value in 1..<7 { try expectEqual(try await channel.receive(), value) }
  try await sender.value

  // In a rendezvous a send ends when its receiver has the value, and not before.
  let rendezvous = Channel<Int>(.rendezvous)
  let ended = Locked(false)
  let waiting = Task {
    try await rendezvous.send(1)
    ended.withLock { $0 = true }
  }
  try await eventually("it waits") { rendezvous.statistics.waitingSenders == 1 }
  for _ in 0..<100 { await Task.yield() }
  try expect(!ended.current, "a send ended without a receiver")
  try expectEqual(try await rendezvous.receive(), 1)
  try await waiting.value
}
