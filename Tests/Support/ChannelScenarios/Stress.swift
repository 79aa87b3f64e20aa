// Every operation at random, with every value accounted for; and many operations that came to nothing, without growth.
import CSP
import Foundation

extension Scenario {
  static let stress: [Scenario] = [
    Scenario("stress", "operations at random lose and double nothing") { load in
      try await Storm(operations: load.operations, seed: load.seed).run()
    },
    Scenario("stress", "operations at random lose and double nothing, on every executor") { load in
      try await Storm(operations: load.operations / 2, seed: load.seed + 1, places: Place.allCases).run()
    },
  ]

  static let memory: [Scenario] = [
    Scenario("memory", "operations that waited and were cancelled leave no memory behind", needsProcess: true) { load in
      for operation in 0..<5 { try await cancelled(operation, load.operations) }
    },
    Scenario("memory", "a select that is never served elsewhere leaves no memory behind (select 2)", needsProcess: true)
    {
      load in try await losers(load.operations)
    },
    Scenario("memory", "channels, timers and tasks that come and go leave no memory behind", needsProcess: true) {
      load in
      try await comingAndGoing(load.operations)
    },
  ]
}

/// What was sent or received: a number and a sum over well-mixed values, which agree only if the values do.
private struct Account: Equatable, Sendable {
  var number = 0
  var sum: UInt64 = 0

  mutating func note(_ value: Int) {
    var random = SplitMix(UInt64(value))
    number += 1
    sum &+= random.next()
  }

  mutating func merge(_ other: Account) {
    number += other.number
    sum &+= other.sum
  }
}

/// Tasks that send and receive in every form on a few channels, and are cancelled now and then.
private struct Storm: Sendable {
  var operations: Int
  var seed: UInt64
  var places: [Place] = [.defaultExecutor]

  private let channels: [Channel<Int>] = [
    .init(.rendezvous), .init(.rendezvous), .init(.buffered(1)), .init(.buffered(7)), .init(.unbounded),
  ]
  private static let width = 16

  init(operations: Int, seed: UInt64, places: [Place] = [.defaultExecutor]) {
    self.operations = operations
    self.seed = seed
    self.places = places
  }

  func run() async throws {
    let (sent, received) = (Locked(Account()), Locked(Account()))
    let each = max(1, operations / (2 * Self.width))
    let receivers = (0..<Self.width).map { index in
      place(index).start {
        var account = Account()
        var random = SplitMix(seed &+ 1000 &+ UInt64(index))
        // The last value that came from each sender through each channel: a sender's values keep their order.
        var last = [[Int]](repeating: [Int](repeating: -1, count: Self.width), count: channels.count)
        var open = [Bool](repeating: true, count: channels.count)
        while open.contains(true) {
          guard let (channel, value) = try await receive(&random, open) else { continue }
          guard let value else {
            open[channel] = false
            continue
          }
          let (sender, number) = (value >> 32, value & 0xffff_ffff)
          try expect(
            number > last[channel][sender],
            "channel \(channel), sender \(sender): \(number) after \(last[channel][sender]), seed \(seed)")
          last[channel][sender] = number
          account.note(value)
        }
        let total = account
        received.withLock { $0.merge(total) }
      }
    }
    let senders = (0..<Self.width).map { index in
      place(index).start {
        var account = Account()
        var random = SplitMix(seed &+ UInt64(index))
        for number in 0..<each {
          let value = index << 32 | number
          if random.below(16) == 0 {
            if try await sendAndCancel(value, &random) { account.note(value) }
          } else if try await send(value, &random) {
            account.note(value)
          }
        }
        let total = account
        sent.withLock { $0.merge(total) }
      }
    }
    var first: (any Error)?
    for sender in senders { if case .failure(let error) = await sender.result { first = first ?? error } }
    for channel in channels { channel.close() }
    for receiver in receivers { if case .failure(let error) = await receiver.result { first = first ?? error } }
    if let first { throw first }
    try expectEqual(received.current, sent.current, "received and sent, seed \(seed)")
    let counted = channels.reduce(0) { $0 + $1.statistics.sent }
    try expectEqual(counted, sent.current.number, "what the channels counted, seed \(seed)")
  }

  private func place(_ index: Int) -> Place { places[index % places.count] }

  /// Sends in one of many forms; false if the value was not sent after all.
  private nonisolated(nonsending) func send(_ value: Int, _ random: inout SplitMix) async throws -> Bool {
    let channel = channels[random.below(channels.count)]
    let other = channels[random.below(channels.count)]
    switch random.below(8) {
    case 0: return await channel.send(moving: value) == .sent
    case 1: return channel.trySend(value) == .sent
    case 2:
      switch try await select(channel.sending(value), other.sending(value)) {
      case .first(let outcome), .second(let outcome): return outcome == .sent
      }
    case 3:
      let slot = Slot(value)
      guard case .first(.sent) = try await select(channel.sending(from: slot), after(.microseconds(random.below(500))))
      else {
        try expectEqual(slot.take(), value, "a slot that was not sent")
        return false
      }
      return true
    case 4:
      let selector = Selector()
      for channel in channels { selector.add(channel.sending(value)) }
      _ = try await selector.next()
      return true
    case 5:
      return trySelect(.inOrder, channel.sending(value), other.sending(value)) != nil
    default:
      try await channel.send(value)
      return true
    }
  }

  /// Sends from a task that is cancelled at some time.
  private nonisolated(nonsending) func sendAndCancel(_ value: Int, _ random: inout SplitMix) async throws -> Bool {
    let (form, waits) = (random.next(), random.below(3))
    let task = Task {
      var random = SplitMix(form)
      return try await send(value, &random)
    }
    for _ in 0..<waits { await Task.yield() }
    task.cancel()
    do {
      return try await task.value
    } catch is CancellationError { return false }
  }

  /// Receives in one of many forms from a channel that is open: which, and what; nil if nothing came.
  private nonisolated(nonsending) func receive(
    _ random: inout SplitMix, _ open: [Bool]
  ) async throws -> (Int, Int?)? {
    let (first, second) = (random.below(channels.count), random.below(channels.count))
    guard open[first] else { return nil }
    let (a, b) = (channels[first], channels[second])
    switch random.below(8) {
    case 0:
      switch a.tryReceive() {
      case .received(let value): return (first, value)
      case .closed: return (first, nil)
      case .empty:
        await Task.yield()
        return nil
      }
    case 1:
      let slot = Slot<Int>()
      switch try await select(a.receiving(into: slot), after(.microseconds(random.below(500)))) {
      case .first(.received): return (first, slot.take())
      case .first(.closed): return (first, nil)
      case .second: return nil
      }
    case 2, 3:
      switch try await select(a.receiving, b.receiving.when(open[second])) {
      case .first(let value): return (first, value)
      case .second(let value): return (second, value)
      }
    case 4, 5, 6:
      let selector = Selector()
      let tokens = channels.enumerated().map { index, channel in selector.add(channel.receiving.when(open[index])) }
      let choice = try await selector.next()
      for (index, token) in tokens.enumerated() {
        if let value = choice.outcome(of: token) { return (index, value) }
      }
      throw Failure("a choice of no case")
    default:
      // Alone, this could wait for a channel that is rarely sent to: with a limit.
      switch try await select(.inOrder, a.receiving, after(.milliseconds(1))) {
      case .first(let value): return (first, value)
      case .second: return nil
      }
    }
  }
}

/// The resident memory of this process, in bytes; nil where it cannot be read.
private func residentBytes() -> Int? {
  guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
  return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 4096 }
}

/// Growth that is noise: the allocator's own.
private let tolerated = 3 << 20

/// Runs a tenth of the rounds to warm up, then all of them, and compares the memory.
private func expectNoGrowth(_ what: String, rounds: Int, _ round: (Int) async throws -> Void) async throws {
  for index in 0..<max(10, rounds / 10) { try await round(index) }
  let before = residentBytes()
  for index in 0..<rounds { try await round(index) }
  guard let before, let after = residentBytes() else { return }
  try expect(after - before < tolerated, "\(what): \(after - before) bytes more after \(rounds) rounds")
}

private func cancelled(_ operation: Int, _ count: Int) async throws {
  let (channel, idle) = (Channel<String>(.rendezvous), Channel<String>(.rendezvous))
  let clock = ManualClock()
  let width = 100
  try await expectNoGrowth("operation \(operation)", rounds: max(1, count / width)) { round in
    let tasks = (0..<width).map { index in
      Task {
        let text = "a string that has its own storage \(index)"
        switch operation {
        case 0: _ = try await channel.receive()
        case 1: try await channel.send(text)
        case 2: _ = try await select(channel.receiving, idle.sending(text), after(.seconds(9), clock: clock))
        case 3:
          let selector = Selector()
          selector.add(channel.receiving)
          selector.add(idle.sending(from: Slot(text)))
          _ = try await selector.next()
        default: try await clock.sleep(until: .init(sinceStart: .seconds(9)))
        }
      }
    }
    try await eventually("all wait") {
      operation == 4
        ? clock.pendingAlarms == width
        : channel.statistics.waitingReceivers + channel.statistics.waitingSenders == width
    }
    for task in tasks { task.cancel() }
    for task in tasks { try await expectCancelled("operation \(operation)", await task.result) }
  }
}

private func losers(_ count: Int) async throws {
  let (channel, dummy) = (Channel<Int>(.rendezvous), Channel<Int>(.rendezvous))
  let rounds = max(1, count / 100)
  let receiver = Task {
    while case .first(let value?) = try await select(channel.receiving, dummy.receiving) { _ = value }
  }
  try await expectNoGrowth("select 2", rounds: rounds) { _ in
    for _ in 0..<100 { _ = try await select(channel.sending(1), dummy.receiving) }
  }
  channel.close()
  try await receiver.value
}

private func comingAndGoing(_ count: Int) async throws {
  let clock = ManualClock()
  try await expectNoGrowth("coming and going", rounds: max(1, count / 100)) { round in
    for index in 0..<20 {
      let channel = Channel<[Int]>(.buffered(index), name: "number \(index % 64)")
      for value in 0..<index { _ = channel.trySend([value]) }
      let (sender, receiver) = makeChannel(.unbounded, of: [Int].self)
      for value in 0..<40 { _ = sender.trySend([value]) }
      let timer = Timer(after: .seconds(1), clock: clock)
      let task = Task { try await receiver.receive() }
      _ = try await task.value
      withExtendedLifetime((channel, timer)) {}
    }
  }
}
