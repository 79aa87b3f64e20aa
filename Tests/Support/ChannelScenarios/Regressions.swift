// Bugs that other implementations of channels had, and traps of concurrent Swift: each named after what must hold here.
import CSP

extension Scenario {
  static let regressions: [Scenario] = [
    // kotlinx.coroutines 1411
    Scenario("regressions", "selects of both ends of one channel meet each other and leave no stack behind") { load in
      let channel = Channel<Int>(.rendezvous)
      let job: Job = {
        for _ in 0..<load.operations { _ = try await select(.inOrder, channel.sending(1), channel.receiving) }
      }
      try await together(job, job)
    },
    // kotlinx.coroutines 1584
    Scenario("regressions", "a case on a channel that was closed before is ready, in every form") { _ in
      try await closedBefore()
    },
    // kotlinx.coroutines 1588, 1592
    Scenario("regressions", "a select's receive and a cancelled send never half-meet") { load in
      try await halfMeeting(load.operations / 10)
    },
    // kotlinx.coroutines 359
    Scenario("regressions", "closing beside queued senders ends every one of them") { load in
      try await closingBeside(load.operations / 100, seed: load.seed)
    },
    // kotlinx.coroutines 2826
    Scenario("regressions", "a value is delivered or given back, not both") { load in
      try await deliveredOrBack(load.operations / 10)
    },
    // swift-async-algorithms 131, 142, 182
    Scenario("regressions", "cancelling one sender ends neither the other senders nor the receivers") { _ in
      let channel = Channel<Int>(.rendezvous)
      let (one, other) = (Task { try await channel.send(1) }, Task { try await channel.send(2) })
      try await eventually("both wait") { channel.statistics.waitingSenders == 2 }
      one.cancel()
      try await expectCancelled("the cancelled one", await one.result)
      try expect(!channel.isClosed, "one cancelled sender closed the channel")
      try expectEqual(try await channel.receive(), 2)
      try await other.value
      let receiver = Task { try await channel.receive() }
      try await channel.send(3)
      try expectEqual(try await receiver.value, 3)
    },
    // swift-async-algorithms 109, 183
    Scenario("regressions", "a select's losers wait in no queue, and closed empty inputs end it") { _ in
      let channels = (0..<4).map { _ in Channel<Int>(.rendezvous) }
      let task = Task {
        try await select(channels[0].receiving, channels[1].receiving, channels[2].sending(1), channels[3].receiving)
      }
      try await eventually("it waits everywhere") {
        channels.allSatisfy { $0.statistics.waitingReceivers + $0.statistics.waitingSenders == 1 }
      }
      channels[3].close()
      try expectEqual(try await task.value, .fourth(nil))
      for channel in channels {
        try expectEqual(channel.statistics.waitingReceivers + channel.statistics.waitingSenders, 0)
      }
      try expectEqual(channels[0].trySend(1), .full(1))
      try expectEqual(channels[2].tryReceive(), .empty)
    },
    // swift-async-algorithms 356
    Scenario("regressions", "values that one synchronous producer tries to send keep their order") { _ in
      let channel = Channel<Int>(.buffered(3))
      var refused: [Int] = []
      for value in 0..<5 { if case .full(let back) = channel.trySend(value) { refused.append(back) } }
      try expectEqual(refused, [3, 4])
      for value in 0..<3 { try expectEqual(channel.tryReceive(), .received(value)) }
    },
    // gh123man/Async-Channels 7
    Scenario("regressions", "a selector takes in hundreds of channels, and changes between selections") { _ in
      try await dynamicSet()
    },
    // Go: time.After in a loop; the timer of a select that ended long ago
    Scenario("regressions", "a timeout in a loop leaves no alarm behind") { _ in
      let (clock, channel) = (ManualClock(), Channel<Int>(.rendezvous))
      let sender = Task { for value in 0..<1000 { try await channel.send(value) } }
      for value in 0..<1000 {
        guard case .first(value) = try await select(channel.receiving, after(.seconds(60), clock: clock)) else {
          throw Failure("a timeout, or another value than \(value)")
        }
      }
      try await sender.value
      try expectEqual(clock.pendingAlarms, 0)
    },
  ]

  static let traps: [Scenario] = [
    Scenario("traps", "a cancellation handler of the user's may use the channel that is waited for") { load in
      for round in 0..<load.operations / 20 { try await handlerUsesChannel(round) }
    },
    Scenario("traps", "a value's end may use the channel that releases it") { _ in try await endUsesChannel() },
    Scenario("traps", "a late answer to a requester that has gone does not stay blocked") { _ in
      // The requester's timeout comes first: with halves the answer is refused, with a buffer of one it is kept.
      let clock = ManualClock()
      func request() async throws -> Task<SendOutcome<Int>, Never> {
        let (answer, reply) = makeChannel(.rendezvous, of: Int.self)
        let server = Task {
          while clock.now.sinceStart < .seconds(5) { await Task.yield() }
          return await answer.send(moving: 42)
        }
        let requester = Task { try await select(reply.receiving, after(.seconds(5), clock: clock)) }
        try await eventually("it waits") { clock.pendingAlarms == 1 }
        clock.advance(by: .seconds(5))
        _ = try await requester.value
        return server
      }
      let server = try await request()
      let outcome = await server.value
      try expect(outcome == .closed(42) || outcome == .sent, "the answer ended with \(outcome)")
      let buffered = Channel<Int>(.buffered(1))
      try await buffered.send(42)
    },
    Scenario("traps", "a circle of full buffers waits without end, and cancellation unties it") { _ in
      let (a, b) = (Channel<Int>(.buffered(1)), Channel<Int>(.buffered(1)))
      let (one, two) = (
        Task {
          while true {
            try await a.send(1)
            try await a.send(2)
            _ = try await b.receive()
          }
        },
        Task {
          while true {
            try await b.send(1)
            try await b.send(2)
            _ = try await a.receive()
          }
        }
      )
      try await eventually("both wait to send") { a.statistics.waitingSenders == 1 && b.statistics.waitingSenders == 1 }
      one.cancel()
      two.cancel()
      _ = (await one.result, await two.result)
      try expectEqual([a.count, b.count], [1, 1])
      try expectEqual([a.statistics.sent, b.statistics.sent], [1, 1])
    },
    Scenario("traps", "a select without an enabled case throws at once") { _ in
      let channel = Channel<Int>(.buffered(1))
      func expectRefused(_ operation: () async throws -> Void) async throws {
        do {
          try await operation()
          throw Failure("nothing was enabled")
        } catch let error as SelectError { try expectEqual(error, .noEnabledCase) }
      }
      try await channel.send(1)
      try await expectRefused { _ = try await select(channel.receiving.when(false)) }
      try await expectRefused {
        _ = try await select(.inOrder, channel.receiving.when(false), after(.zero).when(false))
      }
      try await expectRefused { _ = try await select(channel.sending(from: Slot<Int>())) }
      try await expectRefused { _ = try await Selector().next() }
      try await expectRefused {
        let selector = Selector()
        selector.setEnabled(selector.add(channel.receiving), false)
        _ = try await selector.next()
      }
      try expectEqual(channel.count, 1)
    },
  ]
}

private func closedBefore() async throws {
  let (closed, idle) = (Channel<Int>(.rendezvous), Channel<Int>(.rendezvous))
  closed.close()
  for order in [SelectionOrder.fair, .inOrder] {
    try expectEqual(try await select(order, idle.receiving, closed.receiving), .second(nil))
    try expectEqual(try await select(order, closed.sending(1), idle.sending(2)), .first(.closed))
    let slot = Slot(3)
    try expectEqual(try await select(order, idle.receiving, closed.sending(from: slot)), .second(.closed))
    try expectEqual(try await select(order, idle.receiving, closed.receiving(into: Slot<Int>())), .second(.closed))
    try expectEqual(slot.take(), 3)
    let selector = Selector(order)
    let (sending, receiving) = (selector.add(closed.sending(1)), selector.add(closed.receiving))
    let choice = try await selector.next()
    if let outcome = choice.outcome(of: sending) {
      try expectEqual(outcome, .closed)
    } else {
      try expectEqual(choice.outcome(of: receiving), .some(nil))
    }
  }
  // Buffered values come first.
  let buffered = Channel<Int>(.buffered(1))
  try await buffered.send(7)
  buffered.close()
  try expectEqual(try await select(buffered.receiving), .first(7))
  try expectEqual(try await select(buffered.receiving), .first(nil))
}

private func halfMeeting(_ rounds: Int) async throws {
  for round in 0..<rounds {
    let (channel, idle) = (Channel<Int>(.rendezvous), Channel<Int>(.rendezvous))
    let sender = Task { try await channel.send(round) }
    let receiver = Task { try await select(idle.receiving, channel.receiving) }
    if round.isMultiple(of: 2) { await Task.yield() }
    sender.cancel()
    switch await sender.result {
    case .success: try expectEqual(try await receiver.value, .second(round))
    case .failure:
      try expect(channel.tryReceive() == .empty, "round \(round): the value of a cancelled send is there")
      try await idle.send(-1)
      try expectEqual(try await receiver.value, .first(-1), "round \(round)")
    }
  }
}

private func closingBeside(_ rounds: Int, seed: UInt64) async throws {
  var random = SplitMix(seed)
  for round in 0..<rounds {
    let channel = Channel<Int>(.buffered(round % 3))
    let idle = Channel<Int>(.rendezvous)
    let senders = (0..<8).map { value in
      Task {
        if value.isMultiple(of: 2) { return await channel.send(moving: value) == .sent }
        return try await select(channel.sending(value), idle.receiving) == .first(.sent)
      }
    }
    let receivers = (0..<2).map { _ in
      Task {
        var values: [Int] = []
        for _ in 0..<3 {
          guard let value = try await channel.receive() else { break }
          values.append(value)
        }
        return values
      }
    }
    for _ in 0..<random.below(8) { await Task.yield() }
    channel.close()
    var received: [Int] = []
    for receiver in receivers { received += try await receiver.value }
    while let value = try await channel.receive() { received.append(value) }
    var sent: [Int] = []
    for (value, sender) in senders.enumerated() { if try await sender.value { sent.append(value) } }
    try expectEqual(received.sorted(), sent, "round \(round), seed \(seed)")
  }
}

private func deliveredOrBack(_ rounds: Int) async throws {
  let ledger = Ledger()
  for round in 0..<rounds {
    let channel = Channel<Token>(.rendezvous)
    let (given, got) = (Locked(), Locked())
    let sender = Task {
      switch await channel.send(moving: ledger.token()) {
      case .sent: break
      default: given.add()
      }
    }
    let receiver = Task { if try await channel.receive() != nil { got.add() } }
    if round.isMultiple(of: 3) { await Task.yield() }
    switch round % 4 {
    case 0: sender.cancel()
    case 1: receiver.cancel()
    case 2: channel.close()
    default: break
    }
    if case .failure = await receiver.result { channel.close() }
    if round % 4 == 0 { channel.close() }
    await sender.value
    // Cancelled before the meeting, the receiver of a sender that is gone waits on: it was closed above.
    try expectEqual(given.current + got.current, 1, "round \(round)")
  }
  try ledger.close()
}

private func dynamicSet() async throws {
  let channels = (0..<512).map { _ in Channel<Int>(.rendezvous) }
  let selector = Selector()
  var tokens = channels.map { selector.add($0.receiving) }
  try expectEqual(selector.count, 512)
  for index in [0, 511, 300, 7] {
    let sender = Task { try await channels[index].send(index) }
    let choice = try await selector.next()
    try expectEqual(choice.index, index)
    try expectEqual(choice.outcome(of: tokens[index]), .some(index))
    try expect(choice.outcome(of: tokens[(index + 1) % 512]) == nil, "another case's outcome")
    try await sender.value
  }
  // A case that is disabled or removed does not happen; the others keep their tokens.
  selector.setEnabled(tokens[5], false)
  selector.remove(tokens[6])
  selector.remove(tokens[6])
  try expectEqual(selector.count, 511)
  let senders = [5, 6].map { index in Task { try await channels[index].send(index) } }
  try await eventually("both wait") { [5, 6].allSatisfy { channels[$0].statistics.waitingSenders == 1 } }
  try expect(selector.tryNext() == nil, "a case that is not enabled happened")
  let other = Task { try await channels[200].send(9) }
  try expectEqual(try await selector.next().outcome(of: tokens[200]), .some(9))
  try await other.value
  selector.setEnabled(tokens[5], true)
  try expectEqual(try await selector.next().outcome(of: tokens[5]), .some(5))
  tokens[6] = selector.add(channels[6].receiving)
  try expectEqual(try await selector.next().outcome(of: tokens[6]), .some(6))
  for sender in senders { try await sender.value }

  // One case in another's place: the next value to send.
  let sink = Channel<Int>(.buffered(3))
  let sending = Selector()
  let token = sending.add(sink.sending(0))
  for value in 1...3 {
    try expect(try await sending.next().isCase(token), "the only case")
    sending.replace(token, with: sink.sending(value))
  }
  for value in 0..<3 { try expectEqual(try await sink.receive(), value) }
}

private func handlerUsesChannel(_ round: Int) async throws {
  let channel = Channel<Int>(.rendezvous)
  let task = Task {
    try await withTaskCancellationHandler {
      try await channel.receive()
    } onCancel: {
      switch round % 3 {
      case 0: channel.close()
      case 1: _ = channel.trySend(5)
      default: _ = channel.tryReceive()
      }
    }
  }
  if !round.isMultiple(of: 5) {
    try await eventually("it waits") { channel.statistics.waitingReceivers == 1 }
  }
  task.cancel()
  switch await task.result {
  case .success(let value): try expect(value == nil || value == 5, "received \(String(describing: value))")
  case .failure(let error): try expect(error is CancellationError, "threw \(error)")
  }
}

private func endUsesChannel() async throws {
  let ended = Locked()
  for kind in [ChannelKind.latest, .dropping(.oldest, capacity: 2), .dropping(.newest, capacity: 2), .buffered(4)] {
    ended.withLock { $0 = 0 }
    let channel = Channel<Witness>(kind)
    let note: @Sendable (Int) -> Void = { [weak channel] number in
      ended.add()
      // Under the channel's lock this would not return.
      _ = channel?.count
      _ = channel?.statistics
      if number == 3 { channel?.close() }
    }
    for number in 0..<6 { _ = channel.trySend(Witness(number, note)) }
    channel.close(discardingBuffered: true)
    try expectEqual(ended.current, 6, "\(kind)")
  }
  // A waiting sender's value, and a waiting select's.
  ended.withLock { $0 = 0 }
  let channel = Channel<Witness>(.rendezvous)
  let note: @Sendable (Int) -> Void = { [weak channel] _ in
    ended.add()
    _ = channel?.statistics
  }
  let tasks = [
    Task { try await channel.send(Witness(0, note)) },
    Task { _ = try await select(channel.sending(Witness(1, note)), after(.seconds(3600))) },
  ]
  try await eventually("both wait") { channel.statistics.waitingSenders == 2 }
  for task in tasks { task.cancel() }
  for task in tasks { _ = await task.result }
  try expectEqual(ended.current, 2)
}
