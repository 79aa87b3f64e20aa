// Cancellation that races with what it cancels: whatever wins, every value is received exactly once or is still with
// its sender.
import CSP

extension Scenario {
  static let cancellationRaces: [Scenario] = [
    Scenario("cancellation", "of senders cancelled at random, every value is received once or kept") { load in
      for (number, kind) in [ChannelKind.rendezvous, .buffered(3)].enumerated() {
        for form in SendForm.allCases {
          try await cancelledSenders(kind, form, load.operations / 4, seed: load.seed + UInt64(number))
        }
      }
    },
    Scenario("cancellation", "of receivers cancelled at random, none takes a value with it") { load in
      for kind in [ChannelKind.rendezvous, .buffered(3)] {
        try await cancelledReceivers(kind, load.operations / 4, seed: load.seed)
      }
    },
    Scenario("cancellation", "cancelling one sender leaves the others in their places") { _ in
      try await neighboursStay()
    },
    Scenario("cancellation", "a waiter cancelled and fulfilled at once either threw or happened") { load in
      for place in [Place.defaultExecutor, .actor, .executorPreference] {
        try await collision(place, load.operations / 20)
      }
    },
    Scenario("cancellation", "cancelling a group lets every parked child go") { _ in try await cancelledGroup() },
    Scenario("cancellation", "a task cancelled before it starts does nothing") { _ in try await cancelledAtBirth() },
    Scenario("cancellation", "iteration ends when its task is cancelled, and loses nothing") { _ in
      let channel = Channel<Int>(.rendezvous)
      let task = Task {
        var values: [Int] = []
        for await value in channel { values.append(value) }
        return values
      }
      try await channel.send(1)
      try await channel.send(2)
      try await eventually("the loop waits") { channel.statistics.waitingReceivers == 1 }
      task.cancel()
      try expectEqual(await task.value, [1, 2])
      try expectEqual(channel.trySend(3), .full(3))
    },
  ]
}

private enum SendForm: CaseIterable { case plain, moving, select, slot, selector }

private func send(_ value: Int, to channel: Channel<Int>, _ idle: Channel<Int>, _ form: SendForm) async throws {
  switch form {
  case .plain: try await channel.send(value)
  case .moving:
    switch await channel.send(moving: value) {
    case .sent: break
    case .closed: throw ChannelClosed()
    case .cancelled(let back):
      try expectEqual(back, value)
      throw CancellationError()
    }
  case .select: _ = try await select(channel.sending(value), idle.receiving)
  case .slot:
    let slot = Slot(value)
    do {
      _ = try await select(idle.receiving, channel.sending(from: slot))
      try expect(slot.isEmpty, "\(value) was sent and kept")
    } catch let error as CancellationError {
      try expectEqual(slot.take(), value)
      throw error
    }
  case .selector:
    let selector = Selector()
    selector.add(channel.sending(value))
    selector.add(idle.receiving)
    _ = try await selector.next()
  }
}

private func cancelledSenders(_ kind: ChannelKind, _ form: SendForm, _ count: Int, seed: UInt64) async throws {
  var random = SplitMix(seed)
  let (channel, idle) = (Channel<Int>(kind), Channel<Int>(.rendezvous))
  let reader = Task {
    var seen = [Int](repeating: 0, count: count)
    while let value = try await channel.receive() {
      seen[value] += 1
      if value.isMultiple(of: 5) { await Task.yield() }
    }
    return seen
  }
  var kept = [Bool](repeating: false, count: count)
  var sent = 0
  for start in stride(from: 0, to: count, by: 50) {
    var tasks: [Task<Void, any Error>] = []
    for value in start..<min(count, start + 50) {
      tasks.append(Task { try await send(value, to: channel, idle, form) })
      if random.below(3) == 0 { tasks[random.below(tasks.count)].cancel() }
      if random.below(8) == 0 { await Task.yield() }
    }
    for (index, task) in tasks.enumerated() {
      switch await task.result {
      case .success: sent += 1
      case .failure(let error):
        try expect(error is CancellationError, "threw \(error)")
        kept[start + index] = true
      }
    }
  }
  channel.close()
  let seen = try await reader.value
  for value in 0..<count {
    try expectEqual(seen[value], kept[value] ? 0 : 1, "\(kind), \(form), seed \(seed): receptions of \(value)")
  }
  try expectEqual(channel.statistics.sent, sent)
}

private func cancelledReceivers(_ kind: ChannelKind, _ count: Int, seed: UInt64) async throws {
  var random = SplitMix(seed)
  let (channel, idle) = (Channel<Int>(kind), Channel<Int>(.rendezvous))
  let seen = Locked([Int](repeating: 0, count: count))
  let writer = Task {
    for value in 0..<count { try await channel.send(value) }
    channel.close()
  }
  @Sendable func note(_ value: Int?) {
    if let value { seen.withLock { $0[value] += 1 } }
  }
  var round = 0
  while !channel.isClosed || channel.count > 0 {
    var tasks: [Task<Void, any Error>] = []
    for _ in 0..<20 {
      round += 1
      switch round % 4 {
      case 0: tasks.append(Task { note(try await channel.receive()) })
      case 1:
        tasks.append(
          Task { if case .second(let value) = try await select(idle.receiving, channel.receiving) { note(value) } })
      case 2:
        tasks.append(
          Task {
            let slot = Slot<Int>()
            defer { note(slot.take()) }
            _ = try await select(channel.receiving(into: slot), idle.receiving)
          })
      default:
        tasks.append(
          Task {
            let selector = Selector()
            let token = selector.add(channel.receiving)
            selector.add(idle.receiving)
            note(try await selector.next().outcome(of: token) ?? nil)
          })
      }
      if random.below(3) == 0 { tasks[random.below(tasks.count)].cancel() }
      if random.below(8) == 0 { await Task.yield() }
    }
    for task in tasks {
      if case .failure(let error) = await task.result { try expect(error is CancellationError, "threw \(error)") }
    }
  }
  try await writer.value
  let receptions = seen.current
  try expectEqual(
    receptions.enumerated().filter { $0.element != 1 }.map(\.offset), [], "\(kind), seed \(seed): not received once")
}

private func neighboursStay() async throws {
  let channel = Channel<Int>(.rendezvous)
  var tasks: [Task<Void, any Error>] = []
  for value in 0..<30 {
    tasks.append(Task { try await channel.send(value) })
    try await eventually("\(value) waits") { channel.statistics.waitingSenders == value + 1 }
  }
  // The first, the last, and every third.
  let cancelled = Set(stride(from: 0, to: 30, by: 3)).union([29])
  for index in cancelled {
    tasks[index].cancel()
    try await expectCancelled("sender \(index)", await tasks[index].result)
  }
  try expectEqual(channel.statistics.waitingSenders, 30 - cancelled.count)
  for value in 0..<30 where !cancelled.contains(value) { try expectEqual(try await channel.receive(), value) }
  for index in 0..<30 where !cancelled.contains(index) { try await tasks[index].value }
}

private func collision(_ place: Place, _ rounds: Int) async throws {
  for round in 0..<rounds {
    let channel = Channel<Int>(.rendezvous)
    let task = place.start { try await channel.receive() }
    try await eventually("the receiver waits") { channel.statistics.waitingReceivers == 1 }
    let sent = Locked(false)
    try await together(
      { task.cancel() },
      {
        if case .sent = channel.trySend(round) { sent.withLock { $0 = true } }
      })
    switch await task.result {
    case .success(let value):
      try expectEqual(value, round)
      try expect(sent.current, "\(place): received what was not sent")
    case .failure:
      try expect(!sent.current, "\(place), round \(round): the value was sent to a receiver that threw")
    }
  }
}

private func cancelledGroup() async throws {
  let (channel, idle) = (Channel<Int>(.rendezvous), Channel<Int>(.rendezvous))
  var (cancelled, others) = (0, 0)
  try await withThrowingTaskGroup(of: Void.self) { group in
    for index in 0..<300 {
      group.addTask {
        switch index % 3 {
        case 0: _ = try await channel.receive()
        case 1: try await idle.send(1)
        default: _ = try await select(channel.receiving, idle.sending(1), after(.seconds(3600)))
        }
      }
    }
    try await eventually("all wait") {
      channel.statistics.waitingReceivers == 200 && idle.statistics.waitingSenders == 200
    }
    group.cancelAll()
    while let result = await group.nextResult() {
      if case .failure(let error) = result, error is CancellationError { cancelled += 1 } else { others += 1 }
    }
  }
  try expectEqual([cancelled, others], [300, 0])
  try expectEqual(channel.statistics.waitingReceivers + idle.statistics.waitingSenders, 0)
}

private func cancelledAtBirth() async throws {
  let channel = Channel<Int>(.unbounded)
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.cancelAll()
    for value in 0..<100 { group.addTask { try await channel.send(value) } }
    while let result = await group.nextResult() {
      if case .success = result { throw Failure("a cancelled task sent a value") }
    }
  }
  try expectEqual(channel.statistics.sent, 0)
}
