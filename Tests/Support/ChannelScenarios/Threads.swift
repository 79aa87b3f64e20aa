// Threads outside of any task, with operations that block them.
import CSP
import Foundation

extension Scenario {
  static let threads: [Scenario] = [
    Scenario("threads", "a thread's values reach tasks, and tasks' values reach a thread") { load in
      try await pingPong(load.operations / 10)
    },
    Scenario("threads", "threads and tasks share a channel on both sides") { load in
      for kind in [ChannelKind.rendezvous, .buffered(4)] { try await mixed(kind, load.operations / 4) }
    },
    Scenario("threads", "closing lets blocked threads go") { _ in try await closing() },
    Scenario("threads", "a synchronous producer needs no task, and keeps its order") { _ in
      let channel = Channel<Int>(.unbounded)
      let done = startThread { for value in 0..<1000 { _ = channel.trySend(value) } }
      _ = try await done.receive()
      for value in 0..<1000 { try expectEqual(channel.tryReceive(), .received(value)) }
    },
    Scenario("threads", "a thread meets a select") { _ in
      let (channel, idle) = (Channel<Int>(.rendezvous), Channel<Int>(.rendezvous))
      let done = startThread {
        for value in 0..<100 { try? channel.sendBlocking(value) }
        var sum = 0
        for _ in 0..<100 { sum += channel.receiveBlocking() ?? -1_000_000 }
        try? idle.sendBlocking(sum)
      }
      for value in 0..<100 { try expectEqual(try await select(idle.receiving, channel.receiving), .second(value)) }
      for value in 0..<100 { try expectEqual(try await select(channel.sending(value), idle.receiving), .first(.sent)) }
      try expectEqual(try await idle.receive(), 4950)
      _ = try await done.receive()
    },
    Scenario("threads", "an executor with one thread is not held up by a task that waits") { _ in
      let loop = EventLoop(.preferred)
      let channel = Channel<Int>(.rendezvous)
      let tasks = (0..<100).map { index in
        Task(executorPreference: loop) {
          if index.isMultiple(of: 2) { try await channel.send(1) } else { _ = try await channel.receive() }
        }
      }
      for task in tasks { try await task.value }
    },
  ]
}

/// Starts a thread; the channel is closed when it has ended.
func startThread(_ body: @escaping @Sendable () -> Void) -> Channel<Int> {
  let done = Channel<Int>(.rendezvous)
  Thread.detachNewThread {
    body()
    done.close()
  }
  return done
}

private func pingPong(_ count: Int) async throws {
  let (there, back) = (Channel<Int>(.rendezvous), Channel<Int>(.rendezvous))
  let done = startThread {
    while let value = there.receiveBlocking() {
      do { try back.sendBlocking(value + 1) } catch { return }
    }
  }
  for value in 0..<count {
    try await there.send(value)
    try expectEqual(try await back.receive(), value + 1)
  }
  there.close()
  try expectEqual(try await done.receive(), nil)
}

private func mixed(_ kind: ChannelKind, _ count: Int) async throws {
  let channel = Channel<Int>(kind)
  let sum = Locked()
  let senders = (0..<2).map { _ in startThread { for value in 0..<count { try? channel.sendBlocking(value) } } }
  let receivers = (0..<2).map { _ in startThread { while let value = channel.receiveBlocking() { sum.add(value) } } }
  let receiving = Task { while let value = try await channel.receive() { sum.add(value) } }
  let sending = Task { for value in 0..<count { try await channel.send(value) } }
  for sender in senders { _ = try await sender.receive() }
  try await sending.value
  channel.close()
  for receiver in receivers { _ = try await receiver.receive() }
  try await receiving.value
  try expectEqual(sum.current, 3 * count * (count - 1) / 2, "\(kind)")
}

private func closing() async throws {
  let ledger = Ledger()
  let (full, empty) = (Channel<Token>(.rendezvous, name: "full"), Channel<Int>(.rendezvous))
  let outcomes = Locked<[String]>([])
  let sender = startThread {
    switch full.sendBlocking(moving: ledger.token()) {
    case .sent: outcomes.withLock { $0.append("sent") }
    case .closed(let token): outcomes.withLock { $0.append("closed, token \(token.number)") }
    case .cancelled: outcomes.withLock { $0.append("cancelled") }
    }
  }
  try await eventually("the thread waits") { full.statistics.waitingSenders == 1 }
  full.close()
  _ = try await sender.receive()
  let receiver = startThread {
    let value = empty.receiveBlocking()
    outcomes.withLock { $0.append("received \(String(describing: value))") }
  }
  try await eventually("the thread waits") { empty.statistics.waitingReceivers == 1 }
  empty.close()
  _ = try await receiver.receive()
  let refused = startThread {
    do { try empty.sendBlocking(1) } catch { outcomes.withLock { $0.append("\(error)") } }
  }
  _ = try await refused.receive()
  try expectEqual(
    outcomes.current, ["closed, token 0", "received nil", "the channel is closed: the value was not sent"])
  try ledger.close()
}
