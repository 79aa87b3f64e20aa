// Elements that cannot be copied, and elements that are not Sendable: through channels of each kind, through slots and
// halves, given back when they are not sent, released once.
import CSP

extension Scenario {
  static let moveOnly: [Scenario] = [
    Scenario("move-only", "through a channel of each kind every value ends once") { _ in
      for kind in everyKind { try await through(kind) }
    },
    Scenario("move-only", "what is not sent comes back") { _ in try await comesBack() },
    Scenario("move-only", "a select's losers keep their values, the winner's is gone") { _ in try await slots() },
    Scenario("move-only", "a discarded channel releases what it holds") { _ in try await discarded() },
    Scenario("move-only", "values dropped for lack of room end at once") { _ in try await dropped() },
    Scenario("move-only", "halves carry values; a receiver that goes releases what is buffered") { _ in
      try await bothHalves()
    },
    Scenario("move-only", "under cancellation and closing no value is lost or doubled") { load in
      for kind in [ChannelKind.rendezvous, .buffered(2), .unbounded] {
        try await racing(kind, load.operations / 4, seed: load.seed)
      }
    },
    Scenario("move-only", "an object that is not Sendable crosses to another task") { _ in try await notSendable() },
  ]
}

private let everyKind: [ChannelKind] = [
  .rendezvous, .buffered(1), .buffered(5), .latest, .dropping(.oldest, capacity: 3), .dropping(.newest, capacity: 3),
  .unbounded,
]

private func number(_ token: consuming Token?) -> Int? {
  guard let token else { return nil }
  return token.number
}

private func through(_ kind: ChannelKind) async throws {
  let ledger = Ledger()
  let channel = Channel<Token>(kind)
  let received = Locked<[Int]>([])
  try await together(
    {
      for _ in 0..<100 {
        switch await channel.send(moving: ledger.token()) {
        case .sent: break
        case .closed: throw Failure("\(kind): closed")
        case .cancelled: throw Failure("\(kind): cancelled")
        }
      }
      channel.close()
    },
    {
      while let token = try await channel.receive() {
        let number = token.number
        received.withLock { $0.append(number) }
      }
    })
  let numbers = received.current
  try expectEqual(numbers, numbers.sorted(), "\(kind): order")
  try expectEqual(numbers.count + channel.statistics.dropped, 100, "\(kind): received and dropped")
  try ledger.close("\(kind)")
}

private func comesBack() async throws {
  let ledger = Ledger()
  let channel = Channel<Token>(.rendezvous)
  switch channel.trySend(ledger.token()) {
  case .full(let token): try expectEqual(token.number, 0)
  default: throw Failure("nobody receives")
  }
  let cancelled = Task {
    switch await channel.send(moving: ledger.token()) {
    case .cancelled(let token): return token.number
    default: return -1
    }
  }
  try await eventually("it waits") { channel.statistics.waitingSenders == 1 }
  cancelled.cancel()
  try expectEqual(await cancelled.value, 1)
  let waiting = Task {
    switch await channel.send(moving: ledger.token()) {
    case .closed(let token): return token.number
    default: return -1
    }
  }
  try await eventually("it waits") { channel.statistics.waitingSenders == 1 }
  channel.close()
  try expectEqual(await waiting.value, 2)
  switch await channel.send(moving: ledger.token()) {
  case .closed(let token): try expectEqual(token.number, 3)
  default: throw Failure("it is closed")
  }
  switch channel.trySend(ledger.token()) {
  case .closed(let token): try expectEqual(token.number, 4)
  default: throw Failure("it is closed")
  }
  try ledger.close()
}

private func slots() async throws {
  let ledger = Ledger()
  do {
    let (ready, idle) = (Channel<Token>(.buffered(1)), Channel<Token>(.rendezvous))
    let (winner, loser, target) = (Slot(ledger.token()), Slot(ledger.token()), Slot<Token>())
    // Without waiting.
    switch try await select(
      idle.sending(from: loser), ready.sending(from: winner), idle.receiving(into: target))
    {
    case .second(.sent): break
    case let other: throw Failure("took \(other)")
    }
    try expect(winner.isEmpty, "the value was sent and is still in its slot")
    try expect(!loser.isEmpty && target.isEmpty, "a case that was not taken touched its slot")

    // After waiting, both ways.
    let taking = Task {
      let slot = Slot<Token>()
      guard case .first(.received) = try await select(idle.receiving(into: slot), ready.sending(from: Slot<Token>()))
      else { throw Failure("another case") }
      return number(slot.take())
    }
    try await eventually("it waits") { idle.statistics.waitingReceivers == 1 }
    try expectEqual(try await select(idle.sending(from: loser)), .first(.sent))
    try expectEqual(try await taking.value, 1)
    try expect(loser.isEmpty, "it was sent")

    // A closed channel leaves the value; an empty slot is not enabled.
    idle.close()
    let kept = Slot(ledger.token())
    try expectEqual(try await select(idle.sending(from: kept)), .first(.closed))
    try expect(!kept.isEmpty, "a closed channel took a value")
    try expectEqual(try await select(idle.receiving(into: target)), .first(.closed))
    do {
      _ = try await select(ready.sending(from: target))
      throw Failure("an empty slot was sent")
    } catch let error as SelectError { try expectEqual(error, .noEnabledCase) }
    try expectEqual(ledger.alive, 2)
  }
  try ledger.close()
}

private func discarded() async throws {
  let ledger = Ledger()
  do {
    let channel = Channel<Token>(.buffered(10))
    // Wraps around the ring.
    for _ in 0..<7 { _ = channel.trySend(ledger.token()) }
    for _ in 0..<6 { _ = channel.tryReceive() }
    for _ in 0..<8 { _ = channel.trySend(ledger.token()) }
    try expectEqual(ledger.alive, 9)
  }
  try ledger.close("a channel that went")
  let channel = Channel<Token>(.unbounded)
  for _ in 0..<50 { _ = channel.trySend(ledger.token()) }
  try expectEqual(ledger.alive, 50)
  channel.close()
  try expectEqual(ledger.alive, 50)
  channel.close(discardingBuffered: true)
  try expectEqual(ledger.alive, 0)
  try ledger.close("a channel that was closed")
}

private func dropped() async throws {
  for (kind, left) in [
    (ChannelKind.latest, 1), (.dropping(.oldest, capacity: 4), 4), (.dropping(.newest, capacity: 4), 4),
  ] {
    let ledger = Ledger()
    do {
      let channel = Channel<Token>(kind)
      for _ in 0..<10 {
        guard case .sent = channel.trySend(ledger.token()) else { throw Failure("\(kind) refused a value") }
      }
      try expectEqual(ledger.alive, left, "\(kind)")
      try expectEqual(channel.statistics.dropped, 10 - left, "\(kind)")
    }
    try ledger.close("\(kind)")
  }
}

private func bothHalves() async throws {
  let ledger = Ledger()
  func use() async throws -> Sender<Token> {
    let (sender, receiver) = makeChannel(.buffered(3), of: Token.self)
    for _ in 0..<3 { _ = await sender.send(moving: ledger.token()) }
    let slot = Slot<Token>()
    try expectEqual(try await select(receiver.receiving(into: slot)), .first(.received))
    try expectEqual(number(slot.take()), 0)
    try expectEqual(ledger.alive, 2)
    return sender
  }
  let sender = try await use()
  try expectEqual(ledger.alive, 0, "values that nobody can receive any more")
  switch await sender.send(moving: ledger.token()) {
  case .closed: break
  default: throw Failure("nobody can receive")
  }
  let slot = Slot(ledger.token())
  try expectEqual(try await select(sender.sending(from: slot)), .first(.closed))
  _ = slot.take()
  try ledger.close()
}

private func racing(_ kind: ChannelKind, _ count: Int, seed: UInt64) async throws {
  var random = SplitMix(seed)
  let ledger = Ledger()
  let (received, kept) = (Locked(), Locked())
  do {
    let (channel, idle) = (Channel<Token>(kind), Channel<Token>(.rendezvous))
    let readers = (0..<3).map { index in
      Task {
        while true {
          if index == 0 {
            guard let token = try await channel.receive() else { return }
            _ = token.number
          } else {
            let slot = Slot<Token>()
            switch try await select(idle.receiving(into: slot), channel.receiving(into: slot)) {
            case .second(.received): try expect(slot.take() != nil, "received nothing")
            default: return
            }
          }
          received.add()
        }
      }
    }
    for _ in 0..<count / 20 {
      var tasks: [Task<Void, any Error>] = []
      for index in 0..<20 {
        tasks.append(
          Task {
            if index.isMultiple(of: 2) {
              switch await channel.send(moving: ledger.token()) {
              case .sent: break
              default: kept.add()
              }
            } else {
              let slot = Slot(ledger.token())
              defer { if slot.take() != nil { kept.add() } }
              _ = try await select(channel.sending(from: slot), idle.receiving(into: Slot<Token>()))
            }
          })
        if random.below(2) == 0 { tasks[random.below(tasks.count)].cancel() }
        if random.below(8) == 0 { await Task.yield() }
      }
      for task in tasks {
        if case .failure(let error) = await task.result { try expect(error is CancellationError, "threw \(error)") }
      }
    }
    channel.close()
    for reader in readers { try await reader.value }
  }
  try expectEqual(received.current + kept.current, ledger.made, "\(kind), seed \(seed): received and kept")
  try ledger.close("\(kind), seed \(seed)")
}

/// Not Sendable.
private final class Notebook {
  var lines: [String] = []
}

private func notSendable() async throws {
  let channel = Channel<Notebook>(.rendezvous)
  let writer = Task {
    let notebook = Notebook()
    notebook.lines.append("from the first task")
    _ = await channel.send(moving: notebook)
  }
  let notebook = try await channel.receive()
  notebook?.lines.append("from the second")
  try expectEqual(notebook?.lines, ["from the first task", "from the second"])
  await writer.value
  let selecting = Task {
    let slot = Slot<Notebook>()
    _ = try await select(channel.receiving(into: slot))
    return slot.take()?.lines
  }
  _ = await channel.send(moving: Notebook())
  try expectEqual(try await selecting.value, [])
}
