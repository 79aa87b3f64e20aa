// Go's tests of select, in our own words: test/chan (doubleselect, select, select3 to select7) and runtime/chan_test.go
// (TestSelfSelect, TestSelectStress, TestPseudoRandomSend, TestSelectDuplicateChannel).
import CSP

extension Scenario {
  static let goSelects: [Scenario] = [
    Scenario("go", "a select of four sends delivers each value once (double select)") { load in
      try await doubleSelect(min(load.operations, 20_000))
    },
    Scenario("go", "operands are evaluated once for each select, taken or not (select)") { _ in try await operandsOnce()
    },
    Scenario("go", "what blocks and what does not (select 3)") { _ in try await blockingTable() },
    Scenario("go", "a case that is not taken leaves its slot alone (select 4)") { _ in try await untakenCase() },
    Scenario("go", "operands are evaluated in the order in which they are written (select 5)") { _ in
      try await operandOrder()
    },
    Scenario("go", "a select that was woken elsewhere is no longer in a queue (select 6)") { _ in
      try await dequeued()
    },
    Scenario("go", "each form of receive meets each form of send (select 7)") { _ in try await everyPair() },
    Scenario("go", "a select never meets itself (self select)") { load in
      for capacity in [0, 10] { try await selfSelect(capacity, min(load.operations, 20_000)) }
    },
    Scenario("go", "selects and plain operations share four channels (select stress)") { load in
      try await selectStress(max(100, load.operations / 10))
    },
    Scenario("go", "two sends of one select on one channel are both taken (pseudo-random send)") { _ in
      for capacity in [0, 100] { try await pseudoRandomSend(capacity) }
    },
    Scenario("go", "a channel may occur twice in one select (duplicate channel)") { _ in try await duplicates() },
    Scenario("go", "closing: receivers drain, senders are refused, twice is once") { _ in try await closing() },
  ]
}

private func doubleSelect(_ count: Int) async throws {
  let channels = (0..<4).map { _ in Channel<Int>(.rendezvous) }
  let merged = Channel<Int>(.rendezvous)
  let open = Locked(4)
  var jobs: [Job] = channels.map { channel in
    {
      while let value = try await channel.receive() { try await merged.send(value) }
      if open.withLock({
        $0 -= 1; return $0 == 0
      }) {
        merged.close()
      }
    }
  }
  jobs.append {
    for value in 0..<count {
      switch try await select(
        channels[0].sending(value), channels[1].sending(value), channels[2].sending(value), channels[3].sending(value))
      {
      case .first(let outcome), .second(let outcome), .third(let outcome), .fourth(let outcome):
        try expectEqual(outcome, .sent)
      }
    }
    for channel in channels { channel.close() }
  }
  jobs.append {
    var seen = [Bool](repeating: false, count: count)
    while let value = try await merged.receive() {
      try expect(!seen[value], "\(value) was received twice")
      seen[value] = true
    }
    try expect(seen.allSatisfy { $0 }, "not received: \(seen.enumerated().filter { !$0.element }.map(\.offset))")
  }
  try await together(jobs)
}

private func operandsOnce() async throws {
  var (counter, shift) = (0, 0)
  func value() -> Int {
    counter += 1
    return 1 << shift
  }
  func fill(_ a: Channel<Int>, _ b: Channel<Int>, useB: Bool) -> Int {
    var (sent, openA, openB) = (0, true, useB)
    while let selection = trySelect(a.sending(value()).when(openA), b.sending(value()).when(openB)) {
      switch selection {
      case .first: openA = false
      case .second: openB = false
      }
      sent += 1
      shift += 1
    }
    return sent
  }
  let (a, b) = (Channel<Int>(.buffered(1)), Channel<Int>(.buffered(1)))
  try expectEqual(fill(a, b, useB: true), 2)
  let (first, second) = (try await a.receive(), try await b.receive())
  try expectEqual(first! | second!, 3)
  try expectEqual(fill(a, b, useB: false), 1)
  try expectEqual(counter, 10)
}

/// Whether the operation waits: it is let go by cancellation.
private func blocks<Element>(
  _ channel: Channel<Element>, _ what: String, _ operation: @escaping @Sendable () async throws -> Void
) async throws {
  let task = Task { try await operation() }
  try await eventually("\(what): waits") {
    channel.statistics.waitingReceivers + channel.statistics.waitingSenders > 0
  }
  task.cancel()
  try await expectCancelled(what, await task.result)
  try expectEqual(channel.statistics.waitingReceivers + channel.statistics.waitingSenders, 0, what)
}

private func blockingTable() async throws {
  let (empty, full) = (Channel<Int>(.rendezvous), Channel<Int>(.buffered(10)))
  for value in 0..<10 { try await full.send(value) }
  let closed = Channel<Int>(.rendezvous)
  closed.close()

  try await blocks(empty, "receive") { _ = try await empty.receive() }
  try await blocks(empty, "send") { try await empty.send(1) }
  try await blocks(full, "send to a full buffer") { try await full.send(1) }
  let hollow = Channel<Int>(.buffered(10))
  try await blocks(hollow, "receive from an empty buffer") { _ = try await hollow.receive() }
  try await blocks(empty, "select of a receive") { _ = try await select(empty.receiving) }
  try await blocks(empty, "select of a send") { _ = try await select(empty.sending(1)) }
  try await blocks(empty, "select of a disabled and a receive") {
    _ = try await select(closed.receiving.when(false), empty.receiving)
  }
  try await blocks(empty, "select of both directions") { _ = try await select(empty.receiving, empty.sending(1)) }

  try expectEqual(try await full.receive(), 0)
  try await full.send(10)
  try expectEqual(try await closed.receive(), nil)
  try expectEqual(try await select(empty.receiving, closed.receiving), .second(nil))
  try expectEqual(try await select(empty.receiving, closed.sending(1)), .second(.closed))
  try expectEqual(try await select(full.receiving, empty.receiving), .first(1))
  try expect(trySelect(empty.receiving) == nil, "nothing is ready")
  try expect(trySelect(closed.receiving.when(false)) == nil, "nothing is enabled")
}

private func untakenCase() async throws {
  let (ready, idle) = (Channel<Int>(.buffered(1)), Channel<Int>(.rendezvous))
  let (target, source) = (Slot<Int>(), Slot(41))
  try await ready.send(5)
  try expectEqual(
    try await select(ready.receiving, idle.receiving(into: target), idle.sending(from: source)), .first(5))
  try expect(target.isEmpty, "an untaken receive put something into its slot")
  try expectEqual(source.take(), 41)
}

private func operandOrder() async throws {
  var order: [Int] = []
  func note<Value>(_ position: Int, _ value: Value) -> Value {
    order.append(position)
    return value
  }
  let (a, b) = (Channel<Int>(.buffered(1)), Channel<Int>(.rendezvous))
  _ = try await select(note(1, b).receiving, note(2, a).sending(note(3, 9)), note(4, b).sending(note(5, 8)))
  try expectEqual(order, [1, 2, 3, 4, 5])
  try expectEqual(try await a.receive(), 9)
}

private func dequeued() async throws {
  for sends in [false, true] {
    let (first, second, told) = (Channel<Bool>(.rendezvous), Channel<Bool>(.rendezvous), Channel<Bool>(.rendezvous))
    @Sendable func plain() async throws {
      if sends { try await first.send(true) } else { _ = try await first.receive() }
    }
    func waiting() -> Int { first.statistics.waitingSenders + first.statistics.waitingReceivers }
    let before = Task { try await plain() }
    try await eventually("one waits") { waiting() == 1 }
    let between = Task {
      let selection =
        sends
        ? try await select(first.sending(true), second.receiving) == .first(.sent)
        : try await select(first.receiving, second.receiving) == .first(true)
      try expect(!selection, "the select was told through the second channel")
      try await told.send(true)
      try await plain()
    }
    try await eventually("two wait") { waiting() == 2 }
    try await second.send(true)
    _ = try await told.receive()
    for _ in 0..<2 {
      if sends { try expectEqual(try await first.receive(), true) } else { try await first.send(true) }
    }
    try await before.value
    try await between.value
    try expectEqual(waiting(), 0)
  }
}

private func everyPair() async throws {
  let receives: [@Sendable (Channel<Int>, Channel<Int>) async throws -> Int?] = [
    { channel, _ in try await channel.receive() },
    { channel, _ in if case .first(let value) = try await select(channel.receiving) { value } else { nil } },
    { channel, idle in
      if case .first(let value) = try await select(channel.receiving, idle.receiving) { value } else { nil }
    },
    { channel, idle in
      if case .second(let value) = try await select(.inOrder, idle.sending(0), channel.receiving) { value } else { nil }
    },
    { channel, _ in
      let slot = Slot<Int>()
      _ = try await select(channel.receiving(into: slot))
      return slot.take()
    },
    { channel, _ in
      let selector = Selector()
      let token = selector.add(channel.receiving)
      return try await selector.next().outcome(of: token) ?? nil
    },
  ]
  let sends: [@Sendable (Channel<Int>, Channel<Int>, Int) async throws -> Void] = [
    { channel, _, value in try await channel.send(value) },
    { channel, _, value in try expectEqual(await channel.send(moving: value), .sent) },
    { channel, _, value in _ = try await select(channel.sending(value)) },
    { channel, idle, value in
      try expectEqual(try await select(idle.receiving, channel.sending(value)), .second(.sent))
    },
    { channel, idle, value in
      try expectEqual(try await select(channel.sending(from: Slot(value)), idle.sending(0)), .first(.sent))
    },
    { channel, _, value in
      let selector = Selector(.inOrder)
      let token = selector.add(channel.sending(value))
      try expectEqual(try await selector.next().outcome(of: token), .sent)
    },
  ]
  for (r, receive) in receives.enumerated() {
    for (s, send) in sends.enumerated() {
      for receiverFirst in [true, false] {
        let channel = Channel<Int>(.rendezvous)
        // One each: else the idle cases would meet.
        let (idle, otherIdle) = (Channel<Int>(.rendezvous), Channel<Int>(.rendezvous))
        func waiting() -> Int { channel.statistics.waitingReceivers + channel.statistics.waitingSenders }
        func startReceiver() -> Task<Void, any Error> {
          Task { try expectEqual(try await receive(channel, idle), 10 * r + s, "receive \(r), send \(s)") }
        }
        func startSender() -> Task<Void, any Error> { Task { try await send(channel, otherIdle, 10 * r + s) } }
        let first = receiverFirst ? startReceiver() : startSender()
        try await eventually("the first waits") { waiting() == 1 }
        let second = receiverFirst ? startSender() : startReceiver()
        try await first.value
        try await second.value
        try expectEqual(waiting(), 0)
      }
    }
  }
}

private func selfSelect(_ capacity: Int, _ rounds: Int) async throws {
  let channel = Channel<Int>(.buffered(capacity))
  let jobs: [Job] = (0..<2).map { own in
    {
      for round in 0..<rounds {
        let met: Int?
        if own == 0 || round.isMultiple(of: 2) {
          switch try await select(channel.sending(own), channel.receiving) {
          case .first: met = nil
          case .second(let value): met = value
          }
        } else {
          switch try await select(channel.receiving, channel.sending(own)) {
          case .first(let value): met = value
          case .second: met = nil
          }
        }
        try expect(capacity > 0 || met != own, "task \(own) received its own value")
      }
    }
  }
  try await together(jobs)
}

private func selectStress(_ count: Int) async throws {
  let channels = [
    Channel<Int>(.rendezvous), Channel<Int>(.rendezvous), Channel<Int>(.buffered(2)), Channel<Int>(.buffered(3)),
  ]
  var jobs: [Job] = channels.flatMap { channel -> [Job] in
    [
      { for value in 0..<count { try await channel.send(value) } },
      { for _ in 0..<count { try expect(try await channel.receive() != nil, "closed") } },
    ]
  }
  jobs.append {
    var left = [Int](repeating: count, count: 4)
    for _ in 0..<4 * count {
      switch try await select(
        channels[3].sending(0).when(left[3] > 0), channels[2].sending(0).when(left[2] > 0),
        channels[0].sending(0).when(left[0] > 0), channels[1].sending(0).when(left[1] > 0))
      {
      case .first: left[3] -= 1
      case .second: left[2] -= 1
      case .third: left[0] -= 1
      case .fourth: left[1] -= 1
      }
    }
    try expectEqual(left, [0, 0, 0, 0])
  }
  jobs.append {
    var left = [Int](repeating: count, count: 4)
    for _ in 0..<4 * count {
      switch try await select(
        channels[0].receiving.when(left[0] > 0), channels[1].receiving.when(left[1] > 0),
        channels[2].receiving.when(left[2] > 0), channels[3].receiving.when(left[3] > 0))
      {
      case .first: left[0] -= 1
      case .second: left[1] -= 1
      case .third: left[2] -= 1
      case .fourth: left[3] -= 1
      }
    }
    try expectEqual(left, [0, 0, 0, 0])
  }
  try await together(jobs)
  for channel in channels { try expectEqual(channel.count, 0) }
}

private func pseudoRandomSend(_ capacity: Int) async throws {
  let count = 100
  let channel = Channel<Int>(.buffered(capacity))
  let received = Locked<[Int]>([])
  try await together(
    {
      for _ in 0..<count {
        await Task.yield()
        guard let value = try await channel.receive() else { throw Failure("closed") }
        received.withLock { $0.append(value) }
      }
    },
    { for _ in 0..<count { _ = try await select(channel.sending(0), channel.sending(1)) } })
  let ones = received.current.reduce(0, +)
  try expect(
    ones > count / 10 && ones < count - count / 10, "capacity \(capacity): \(ones) of \(count) were the second case")
}

private func duplicates() async throws {
  let (c, d, e) = (Channel<Int>(.rendezvous), Channel<Int>(.rendezvous), Channel<Int>(.rendezvous))
  let a = Task {
    _ = try await select(c.receiving, c.receiving, d.receiving)
    try await e.send(9)
  }
  try await eventually("A waits, in three queues") { d.statistics.waitingReceivers == 1 }
  let b = Task { try await c.receive() }
  try await eventually("B waits behind A") { c.statistics.waitingReceivers == 3 }
  try await d.send(7)
  try expectEqual(try await e.receive(), 9)
  try await c.send(8)
  try expectEqual(try await b.value, 8)
  try await a.value
  try expectEqual(c.statistics.waitingReceivers, 0)

  // Both ends of one channel, each twice, in one select: it waits, and never meets itself.
  let both = Task { try await select(c.receiving, c.sending(1), c.receiving, c.sending(2)) }
  try await eventually("it waits") { c.statistics.waitingReceivers == 2 && c.statistics.waitingSenders == 2 }
  switch try await c.receive() {
  case 1: try expectEqual(try await both.value, .second(.sent))
  case 2: try expectEqual(try await both.value, .fourth(.sent))
  case let other: throw Failure("received \(String(describing: other))")
  }
}

private func closing() async throws {
  let channel = Channel<Int>(.buffered(2), name: "letters")
  try await channel.send(1)
  try await channel.send(2)
  let blocked = Task { try await channel.send(3) }
  try await eventually("a sender waits") { channel.statistics.waitingSenders == 1 }
  channel.close()
  channel.close()
  channel.close(discardingBuffered: false)
  switch await blocked.result {
  case .success: throw Failure("a waiting send succeeded on a closed channel")
  case .failure(let error): try expectEqual(error as? ChannelClosed, ChannelClosed(channel: "letters"))
  }
  try expectEqual(await channel.send(moving: 4), .closed(4))
  do {
    try await channel.send(5)
    throw Failure("a send succeeded on a closed channel")
  } catch let error as ChannelClosed {
    try expectEqual(error.channel, "letters")
  }
  try expect(channel.isClosed, "it was closed")
  try expectEqual(try await channel.receive(), 1)
  try expectEqual(try await channel.receive(), 2)
  for _ in 0..<3 { try expectEqual(try await channel.receive(), nil) }

  let rendezvous = Channel<Int>(.rendezvous)
  let receivers = (0..<3).map { _ in Task { try await rendezvous.receive() } }
  let other = Channel<Int>(.rendezvous)
  let selecting = Task { try await select(rendezvous.receiving, other.receiving) }
  try await eventually("all wait") { rendezvous.statistics.waitingReceivers == 4 }
  rendezvous.close()
  for receiver in receivers { try expectEqual(try await receiver.value, nil) }
  try expectEqual(try await selecting.value, .first(nil))
  try expectEqual(rendezvous.statistics.waitingReceivers, 0)

  let discarding = Channel<Int>(.buffered(4))
  try await discarding.send(1)
  discarding.close(discardingBuffered: true)
  try expectEqual(try await discarding.receive(), nil)
}
