// Go's tests of channels without select, in our own words: test/chan (fifo, goroutines, nonblock, sieve1, zerosize) and
// runtime/chan_test.go (TestChan, TestMultiConsumer, TestChanSendInterface).
import CSP

extension Scenario {
  static let goChannels: [Scenario] = [
    Scenario("go", "a buffered channel is first in, first out") { _ in try await fifoBuffered() },
    Scenario("go", "waiting receivers are served in the order of their arrival") { _ in try await fifoReceivers() },
    Scenario("go", "waiting senders are served in the order of their arrival") { _ in try await fifoSenders() },
    Scenario("go", "a value passes through a chain of 10,000 tasks") { _ in try await chain(10_000) },
    Scenario("go", "operations that do not wait say why not, for elements of four types") { _ in
      try await nonblocking(Int32(123))
      try await nonblocking(Int64(456))
      try await nonblocking(true)
      try await nonblocking("hello")
    },
    Scenario("go", "the sieve finds the first hundred primes") { _ in try await sieve(100) },
    Scenario("go", "elements without size and large elements pass") { _ in try await sizes() },
    Scenario("go", "channels of each capacity keep order, block and close as they must") { _ in
      for capacity in 0..<10 { try await everyCapacity(capacity) }
    },
    Scenario("go", "many consumers see every value once") { load in try await multiConsumer(load.operations) },
    Scenario("go", "an existential travels with its type") { _ in try await existentials() },
  ]
}

private func fifoBuffered() async throws {
  let channel = Channel<Int>(.buffered(10))
  for value in 0..<10 { try await channel.send(value) }
  try expectEqual(channel.count, 10)
  for value in 0..<10 { try expectEqual(try await channel.receive(), value) }
}

private func fifoReceivers() async throws {
  let channel = Channel<Int>(.rendezvous)
  var tasks: [Task<Int?, any Error>] = []
  for index in 0..<10 {
    tasks.append(Task { try await channel.receive() })
    try await eventually("receiver \(index) waits") { channel.statistics.waitingReceivers == index + 1 }
  }
  for value in 0..<10 { try await channel.send(value) }
  for (index, task) in tasks.enumerated() { try expectEqual(try await task.value, index) }
}

private func fifoSenders() async throws {
  for kind in [ChannelKind.rendezvous, .buffered(3)] {
    let channel = Channel<Int>(kind)
    let buffered = channel.capacity!
    for value in 0..<buffered { try await channel.send(value) }
    var tasks: [Task<Void, any Error>] = []
    for index in 0..<10 {
      tasks.append(Task { try await channel.send(buffered + index) })
      try await eventually("sender \(index) waits") { channel.statistics.waitingSenders == index + 1 }
    }
    for value in 0..<buffered + 10 { try expectEqual(try await channel.receive(), value, "\(kind)") }
    for task in tasks { try await task.value }
  }
}

private func chain(_ length: Int) async throws {
  let leftmost = Channel<Int>(.rendezvous)
  let result = try await withThrowingTaskGroup(of: Void.self) { group in
    var left = leftmost
    for _ in 0..<length {
      let right = Channel<Int>(.rendezvous)
      let link = left
      group.addTask {
        guard let value = try await right.receive() else { throw Failure("the chain was closed") }
        try await link.send(value + 1)
      }
      left = right
    }
    let rightmost = left
    group.addTask { try await rightmost.send(1) }
    let result = try await leftmost.receive()
    try await group.waitForAll()
    return result
  }
  try expectEqual(result, length + 1)
}

private func nonblocking<Value: Sendable & Equatable>(_ value: Value) async throws {
  let rendezvous = Channel<Value>(.rendezvous)
  try expectEqual(rendezvous.tryReceive(), .empty)
  try expectEqual(rendezvous.trySend(value), .full(value))

  let receiver = Task { try await rendezvous.receive() }
  try await eventually("a receiver waits") { rendezvous.statistics.waitingReceivers == 1 }
  try expectEqual(rendezvous.trySend(value), .sent)
  try expectEqual(try await receiver.value, value)
  try expectEqual(rendezvous.trySend(value), .full(value))

  let sender = Task { try await rendezvous.send(value) }
  try await eventually("a sender waits") { rendezvous.statistics.waitingSenders == 1 }
  try expectEqual(rendezvous.tryReceive(), .received(value))
  try await sender.value
  try expectEqual(rendezvous.tryReceive(), .empty)

  let buffered = Channel<Value>(.buffered(1))
  try expectEqual(buffered.tryReceive(), .empty)
  try expectEqual(buffered.trySend(value), .sent)
  try expectEqual(buffered.trySend(value), .full(value))
  try expectEqual(buffered.tryReceive(), .received(value))
  try expectEqual(buffered.tryReceive(), .empty)
  buffered.close()
  try expectEqual(buffered.tryReceive(), .closed)
  try expectEqual(buffered.trySend(value), .closed(value))
}

private func sieve(_ count: Int) async throws {
  var primes: [Int] = []
  try await withThrowingTaskGroup(of: Void.self) { group in
    let numbers = Channel<Int>(.rendezvous)
    group.addTask {
      var number = 2
      while true {
        try await numbers.send(number)
        number += 1
      }
    }
    var source = numbers
    for _ in 0..<count {
      guard let prime = try await source.receive() else { throw Failure("the sieve was closed") }
      primes.append(prime)
      let (unfiltered, filtered) = (source, Channel<Int>(.rendezvous))
      group.addTask {
        while let number = try await unfiltered.receive() {
          if !number.isMultiple(of: prime) { try await filtered.send(number) }
        }
      }
      source = filtered
    }
    group.cancelAll()
    while let result = await group.nextResult() {
      if case .failure(let error) = result { try expect(error is CancellationError, "a filter ended with \(error)") }
    }
  }
  let expected = (2...541).filter { number in (2..<number).allSatisfy { !number.isMultiple(of: $0) } }
  try expectEqual(primes, expected)
}

private struct Nothing: Sendable, Equatable {}

/// More than a waiter holds inline, and aligned to more than the allocator gives by itself.
private struct Wide: Sendable, Equatable {
  var a: SIMD16<Double>, b: SIMD16<Double>, c: Int8
  init(_ seed: Int) {
    a = SIMD16(repeating: Double(seed))
    b = SIMD16(repeating: Double(-seed))
    c = Int8(truncatingIfNeeded: seed)
  }
}

private func sizes() async throws {
  for kind in [ChannelKind.rendezvous, .buffered(1), .buffered(7), .unbounded] {
    try await roundTrip(kind, (0..<20).map { _ in Nothing() })
    try await roundTrip(kind, (0..<20).map(Wide.init))
    try await roundTrip(kind, (0..<20).map { "a string that has its own storage, number \($0)" })
    try await roundTrip(kind, (0..<20).map { $0.isMultiple(of: 3) ? nil : $0 })
  }
}

private func roundTrip<Value: Sendable & Equatable>(_ kind: ChannelKind, _ values: [Value]) async throws {
  let channel = Channel<Value>(kind)
  try await together(
    {
      for value in values { try await channel.send(value) }
      channel.close()
    },
    {
      var received: [Value] = []
      while let value = try await channel.receive() { received.append(value) }
      try expectEqual(received, values, "\(kind)")
    })
}

private func everyCapacity(_ capacity: Int) async throws {
  let kind = ChannelKind.buffered(capacity)

  // Receiving from an empty channel waits; sending to a full one does.
  let empty = Channel<Int>(kind)
  let receiver = Task { try await empty.receive() }
  try await eventually("the receiver waits") { empty.statistics.waitingReceivers == 1 }
  try await empty.send(7)
  try expectEqual(try await receiver.value, 7)
  for value in 0..<capacity { try await empty.send(value) }
  let sender = Task { try await empty.send(capacity) }
  try await eventually("the sender waits") { empty.statistics.waitingSenders == 1 }
  try expectEqual(empty.trySend(99), .full(99))
  for value in 0...capacity { try expectEqual(try await empty.receive(), value) }
  try await sender.value

  // Closing leaves what is buffered, then every receive ends.
  let closed = Channel<Int>(kind)
  for value in 0..<capacity { try await closed.send(value) }
  closed.close()
  for value in 0..<capacity { try expectEqual(try await closed.receive(), value) }
  try expectEqual(try await closed.receive(), nil)
  try expectEqual(closed.tryReceive(), .closed)

  // A hundred values in order.
  let ordered = Channel<Int>(kind)
  try await together(
    { for value in 0..<100 { try await ordered.send(value) } },
    { for value in 0..<100 { try expectEqual(try await ordered.receive(), value) } })

  // Four senders, four receivers, each value as often as it was sent.
  let shared = Channel<Int>(kind)
  let seen = Locked([Int](repeating: 0, count: 100))
  let sending: Job = { for value in 0..<100 { try await shared.send(value) } }
  let receiving: Job = {
    for _ in 0..<100 {
      guard let value = try await shared.receive() else { throw Failure("closed") }
      seen.withLock { $0[value] += 1 }
    }
  }
  try await together([sending, sending, sending, sending, receiving, receiving, receiving, receiving])
  try expectEqual(seen.current, [Int](repeating: 4, count: 100), "capacity \(capacity)")
}

private func multiConsumer(_ count: Int) async throws {
  let primes = [2, 3, 7, 11, 13, 17, 19, 23, 27, 31]
  let workers = 23
  let questions = Channel<Int>(.buffered(workers * 3))
  let answers = Channel<Int>(.buffered(workers * 3))
  let left = Locked(workers)
  let worker: Job = {
    while let value = try await questions.receive() {
      if primes[value % primes.count] == value { await Task.yield() }
      try await answers.send(value)
    }
    if left.withLock({
      $0 -= 1; return $0 == 0
    }) {
      answers.close()
    }
  }
  let feeder: Job = {
    for index in 0..<count { try await questions.send(primes[index % primes.count]) }
    questions.close()
  }
  let reader: Job = {
    var (sum, number) = (0, 0)
    while let value = try await answers.receive() {
      sum += value
      number += 1
    }
    try expectEqual(number, count)
    try expectEqual(sum, (0..<count).reduce(0) { $0 + primes[$1 % primes.count] })
  }
  try await together([Job](repeating: worker, count: workers) + [feeder, reader])
}

private protocol Shape: Sendable { var sides: Int { get } }
private struct Square: Shape { let sides = 4 }
private final class Polygon: Shape {
  let sides: Int
  init(_ sides: Int) { self.sides = sides }
}

private func existentials() async throws {
  let channel = Channel<any Shape>(.buffered(3))
  try await channel.send(Square())
  guard case .sent = channel.trySend(Polygon(6)) else { throw Failure("there was room") }
  switch try await select(channel.sending(Square()), channel.sending(Polygon(7))) {
  case .first(let outcome), .second(let outcome): try expectEqual(outcome, .sent)
  }
  let (first, second) = (try await channel.receive(), try await channel.receive())
  try expect(first is Square, "found \(String(describing: first))")
  try expectEqual((second as? Polygon)?.sides, 6)
  try expect(try await channel.receive() != nil, "a third was sent")
}
