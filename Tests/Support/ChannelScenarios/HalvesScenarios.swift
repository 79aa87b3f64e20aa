// The counted halves of a channel: what is forgotten closes by itself.
import CSP

extension Scenario {
  static let halves: [Scenario] = [
    Scenario("halves", "the last sender gone closes the channel, and what is buffered can be received") { _ in
      try await lastSender()
    },
    Scenario("halves", "a receiver that waits is let go when the last sender is gone") { _ in
      try await waitingReceivers()
    },
    Scenario("halves", "the last receiver gone, sends are refused and values given back") { _ in
      try await lastReceiver()
    },
    Scenario("halves", "senders that wait are let go when the last receiver is gone") { _ in try await waitingSenders()
    },
    Scenario("halves", "a half that a waiting task holds counts") { _ in try await heldByWaiter() },
    Scenario("halves", "a case of a select made from a half holds it while it waits") { _ in try await heldByCase() },
    Scenario("halves", "a sender that a closure captured keeps the channel open until the closure goes") { _ in
      var (sender, receiver): (Sender<Int>?, Receiver<Int>) = makeChannel(.buffered(1))
      var callback: (@Sendable (Int) -> Void)? = { [sender = sender!] in _ = sender.trySend($0) }
      sender = nil
      callback?(1)
      try expect(!receiver.isClosed, "the closure holds a sender")
      callback = nil
      try expect(receiver.isClosed, "the closure is gone")
      try expectEqual(try await receiver.receive(), 1)
      try expectEqual(try await receiver.receive(), nil)
    },
    Scenario("halves", "iteration over a receiver ends with the last sender; a loop counts as a receiver") { _ in
      try await iteration()
    },
    Scenario("halves", "workers and a merger end by themselves when their senders end") { load in
      try await fanIn(load.operations)
    },
    Scenario("halves", "both halves tell the channel's name, capacity and state") { _ in
      let (sender, receiver) = makeChannel(.buffered(4), of: Int.self, name: "orders")
      try await sender.send(1)
      try expectEqual([sender.name, receiver.name], ["orders", "orders"])
      try expectEqual([sender.capacity, receiver.capacity], [4, 4])
      try expectEqual([sender.count, receiver.count], [1, 1])
      try expectEqual([sender.isClosed, receiver.isClosed], [false, false])
      try expectEqual(sender.statistics, receiver.statistics)
      try expectEqual(sender.trySend(2), .sent)
      try expectEqual(receiver.tryReceive(), .received(1))
    },
  ]
}

/// Two halves that can be let go of one by one.
private final class Pair<Element: Sendable> {
  var sender: Sender<Element>?
  var receiver: Receiver<Element>?

  init(_ kind: ChannelKind) { (sender, receiver) = makeChannel(kind) }
}

private func lastSender() async throws {
  var (sender, receiver): (Sender<Int>?, Receiver<Int>) = makeChannel(.buffered(4))
  var copies = [sender!, sender!, sender!]
  try await sender!.send(1)
  sender = nil
  while copies.count > 1 {
    copies.removeLast()
    try expect(!receiver.isClosed, "a copy of the sender is left")
  }
  try await copies[0].send(2)
  copies.removeAll()
  try expect(receiver.isClosed, "the last copy of the sender is gone")
  try expectEqual(try await receiver.receive(), 1)
  try expectEqual(try await receiver.receive(), 2)
  try expectEqual(try await receiver.receive(), nil)
  try expectEqual(receiver.tryReceive(), .closed)
}

private func waitingReceivers() async throws {
  let halves = Pair<Int>(.rendezvous)
  let receiver = halves.receiver!
  let idle = Channel<Int>(.rendezvous)
  let plain = Task { try await receiver.receive() }
  let selecting = Task { try await select(idle.receiving, receiver.receiving) }
  let slot = Task {
    let slot = Slot<Int>()
    return try await select(receiver.receiving(into: slot))
  }
  try await eventually("all wait") { receiver.statistics.waitingReceivers == 3 }
  halves.sender = nil
  try expectEqual(try await plain.value, nil)
  try expectEqual(try await selecting.value, .second(nil))
  try expectEqual(try await slot.value, .first(.closed))
  try expectEqual(idle.statistics.waitingReceivers, 0)
}

private func lastReceiver() async throws {
  let gone = Locked<[Int]>([])
  var (sender, receiver): (Sender<Witness>, Receiver<Witness>?) = makeChannel(.buffered(3), name: "results")
  for number in 0..<3 { try await sender.send(Witness(number) { number in gone.withLock { $0.append(number) } }) }
  var copy = receiver
  receiver = nil
  try expect(!sender.isClosed, "a copy of the receiver is left")
  try expectEqual(gone.current, [])
  copy = nil
  _ = copy
  try expectEqual(gone.current.sorted(), [0, 1, 2], "values released")
  do {
    try await sender.send(Witness(3) { _ in })
    throw Failure("nobody can receive")
  } catch let error as ChannelClosed { try expectEqual(error.channel, "results") }
  switch await sender.send(moving: Witness(4) { _ in }) {
  case .closed: break
  default: throw Failure("nobody can receive")
  }
  guard case .closed = sender.trySend(Witness(5) { _ in }) else { throw Failure("nobody can receive") }
  guard case .first(.closed) = try await select(sender.sending(Witness(6) { _ in })) else {
    throw Failure("nobody can receive")
  }
}

private func waitingSenders() async throws {
  let halves = Pair<Int>(.rendezvous)
  let sender = halves.sender!
  let idle = Channel<Int>(.rendezvous)
  let plain = Task { try await sender.send(1) }
  let moving = Task { await sender.send(moving: 2) }
  let selecting = Task { try await select(idle.receiving, sender.sending(3)) }
  try await eventually("all wait") { sender.statistics.waitingSenders == 3 }
  halves.receiver = nil
  switch await plain.result {
  case .success: throw Failure("a send without a receiver succeeded")
  case .failure(let error): try expect(error is ChannelClosed, "threw \(error)")
  }
  try expectEqual(await moving.value, .closed(2))
  try expectEqual(try await selecting.value, .second(.closed))
}

/// The only receiver (and then the only sender) is the one that a waiting task was given.
private func heldByWaiter() async throws {
  func receiving() -> (Sender<Int>, Task<Int?, any Error>) {
    let (sender, receiver) = makeChannel(.rendezvous, of: Int.self)
    return (sender, Task { try await receiver.receive() })
  }
  let (sender, received) = receiving()
  try await eventually("it waits") { sender.statistics.waitingReceivers == 1 }
  try await sender.send(5)
  try expectEqual(try await received.value, 5)
  try await eventually("the receiver is gone") { sender.isClosed }

  func sending() -> (Receiver<Int>, Task<Void, any Error>) {
    let (sender, receiver) = makeChannel(.rendezvous, of: Int.self)
    return (receiver, Task { try await sender.send(6) })
  }
  let (receiver, sent) = sending()
  try await eventually("it waits") { receiver.statistics.waitingSenders == 1 }
  try expectEqual(try await receiver.receive(), 6)
  try await sent.value
  try await eventually("the sender is gone") { receiver.isClosed }
}

private func heldByCase() async throws {
  func selecting() -> (Sender<Int>, Task<Selection2<Int?, Void>, any Error>) {
    let (sender, receiver) = makeChannel(.rendezvous, of: Int.self)
    return (sender, Task { try await select(receiver.receiving, after(.seconds(3600))) })
  }
  let (sender, selected) = selecting()
  // Had the case let go of the receiver, it would be closed, and end with nil.
  try await eventually("it waits, or is closed") { sender.statistics.waitingReceivers == 1 || sender.isClosed }
  try await sender.send(5)
  guard case .first(5) = try await selected.value else { throw Failure("the value did not arrive") }

  func inSelector() -> (Receiver<Int>, Task<SendCaseOutcome?, any Error>) {
    let (sender, receiver) = makeChannel(.rendezvous, of: Int.self)
    return (
      receiver,
      Task {
        func make() -> (Selector, SelectorCase<SendCaseOutcome>) {
          let selector = Selector()
          return (selector, selector.add(sender.sending(7)))
        }
        let (selector, token) = make()
        return try await selector.next().outcome(of: token)
      }
    )
  }
  let (receiver, outcome) = inSelector()
  try await eventually("it waits, or is closed") { receiver.statistics.waitingSenders == 1 || receiver.isClosed }
  try expectEqual(try await receiver.receive(), 7)
  try expectEqual(try await outcome.value, .sent)
}

private func iteration() async throws {
  var (sender, receiver): (Sender<Int>?, Receiver<Int>?) = {
    let (sender, receiver) = makeChannel(.rendezvous, of: Int.self)
    return (sender, receiver)
  }()
  let loop = Task { [receiver = receiver!] in
    var values: [Int] = []
    for await value in receiver { values.append(value) }
    return values
  }
  receiver = nil
  _ = receiver
  for value in 0..<5 { try await sender!.send(value) }
  sender = nil
  try expectEqual(await loop.value, [0, 1, 2, 3, 4])
}

private func fanIn(_ count: Int) async throws {
  let sum = Locked()
  try await withThrowingTaskGroup(of: Void.self) { group in
    // In a function of its own, so that the tasks hold the only halves.
    func start() {
      let (results, merged) = makeChannel(.buffered(2), of: Int.self)
      let (jobs, work) = makeChannel(.rendezvous, of: Int.self)
      for _ in 0..<4 {
        group.addTask { while let job = try await work.receive() { try await results.send(2 * job) } }
      }
      group.addTask { for job in 0..<count { try await jobs.send(job) } }
      group.addTask { for await result in merged { sum.add(result) } }
    }
    start()
    try await group.waitForAll()
  }
  try expectEqual(sum.current, count * (count - 1))
}
