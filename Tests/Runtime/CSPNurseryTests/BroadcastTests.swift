// Every subscriber gets every value, in the same order, unless it lags; a send that throws has reached nobody.
import CSP
import ChannelScenarios
import Testing

@Suite("broadcast") struct BroadcastTests {
  @Test func `all subscribers get all values in one order, whoever sends`() async throws {
    let broadcast = Broadcast<Int>(name: "numbers")
    let all = try await withThrowingTaskGroup(of: [Int].self) { group in
      for capacity in 1...3 {
        group.addTask {
          try await broadcast.withSubscription(.wait(capacity: capacity)) { subscription in
            var values: [Int] = []
            for try await value in subscription { values.append(value) }
            return values
          }
        }
      }
      await until { broadcast.subscriberCount == 3 }
      try await withThrowingTaskGroup { senders in
        for sender in 0..<4 {
          senders.addTask { for number in 0..<50 { try await broadcast.send(sender * 100 + number) } }
        }
        try await senders.waitForAll()
      }
      broadcast.close()
      return try await group.reduce(into: [[Int]]()) { $0.append($1) }
    }
    #expect(all.count == 3 && Set(all).count == 1)
    var expected: [Int] = []
    for sender in 0..<4 { for number in 0..<50 { expected.append(sender * 100 + number) } }
    #expect(all[0].sorted() == expected)
  }

  @Test func `without subscribers a value goes nowhere, and who comes late has missed it`() async throws {
    let broadcast = Broadcast<Int>()
    try await broadcast.send(1)
    try await broadcast.withSubscription(.wait(capacity: 1)) { subscription in
      #expect(subscription.count == 0)
      try await broadcast.send(2)
      #expect(try await subscription.receive() == 2)
    }
    #expect(broadcast.subscriberCount == 0)
    try await broadcast.send(3)  // nobody is waited for
  }

  @Test func `one that drops loses the oldest, and knows how many`() async throws {
    let broadcast = Broadcast<Int>()
    try await broadcast.withSubscription(.dropOldest(capacity: 2)) { subscription in
      for number in 1...5 { try await broadcast.send(number) }
      #expect(subscription.dropped == 3)
      broadcast.close()
      #expect(try await [subscription.receive(), subscription.receive(), subscription.receive()] == [4, 5, nil])
    }
  }

  @Test func `one that lags is disconnected, after what it has`() async throws {
    let broadcast = Broadcast<Int>(name: "prices")
    try await broadcast.withSubscription(.disconnect(capacity: 2)) { subscription in
      for number in 1...4 { try await broadcast.send(number) }
      #expect(broadcast.subscriberCount == 0)
      #expect(try await [subscription.receive(), subscription.receive()] == [1, 2])
      for _ in 0..<2 {
        let error = await #expect(throws: SubscriberLagged.self) { try await subscription.receive() }
        #expect("\(error!)".contains("\"prices\" had more than 2 values"))
      }
    }
  }

  @Test func `a send that is cancelled while it waits has reached nobody`() async throws {
    let broadcast = Broadcast<Int>()
    try await broadcast.withSubscription(.dropOldest(capacity: 9)) { quick in
      try await broadcast.withSubscription(.wait(capacity: 1)) { slow in
        try await broadcast.send(1)
        for _ in 0..<20 {
          let send = Task { try await broadcast.send(2) }
          for _ in 0..<10 { await Task.yield() }
          send.cancel()
          await #expect(throws: CancellationError.self) { try await send.value }
        }
        #expect(quick.count == 1)
        #expect(try await slow.receive() == 1)
        try await broadcast.send(3)
        #expect(try await slow.receive() == 3)
        #expect(try await [quick.receive(), quick.receive()] == [1, 3])
      }
    }
  }

  @Test func `the end of a subscription lets a waiting send go on`() async throws {
    let broadcast = Broadcast<Int>()
    let leave = Channel<Void>(.rendezvous)
    let subscriber = Task {
      try await broadcast.withSubscription(.wait(capacity: 1)) { _ in _ = try await leave.receive() }
    }
    await until { broadcast.subscriberCount == 1 }
    try await broadcast.send(1)
    let send = Task { try await broadcast.send(2) }
    for _ in 0..<50 { await Task.yield() }
    leave.close()
    try await send.value
    try await subscriber.value
    #expect(broadcast.subscriberCount == 0)
  }

  @Test func `closing ends sends that wait, and subscribers after what they have`() async throws {
    let broadcast = Broadcast<Int>(name: "closing")
    try await broadcast.withSubscription(.wait(capacity: 1)) { subscription in
      try await broadcast.send(1)
      let sends = (0..<3).map { number in Task { try await broadcast.send(number) } }
      for _ in 0..<50 { await Task.yield() }
      broadcast.close()
      broadcast.close()
      for send in sends { await #expect(throws: ChannelClosed(channel: "closing")) { try await send.value } }
      #expect(try await [subscription.receive(), subscription.receive()] == [1, nil])
    }
    await #expect(throws: ChannelClosed(channel: "closing")) { try await broadcast.send(9) }
    let late = try await broadcast.withSubscription(.wait(capacity: 1)) { try await $0.receive() }
    #expect(late == nil)
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func `with cancelled sends and leavers, what arrives is one sequence`(_ seed: UInt64) async throws {
    var random = SplitMix(seed)
    let broadcast = Broadcast<Int>()
    let stays = Task {
      try await broadcast.withSubscription(.wait(capacity: 2)) { subscription in
        try await subscription.reduce(into: [Int]()) { $0.append($1) }
      }
    }
    await until { broadcast.subscriberCount == 1 }
    var sent: [Int] = []
    for number in 0..<100 {
      let leaver = Task {
        try await broadcast.withSubscription(.wait(capacity: 1)) { _ = try await $0.receive() }
      }
      let send = Task { try await broadcast.send(number) }
      for _ in 0..<Int.random(in: 0..<4, using: &random) { await Task.yield() }
      if Bool.random(using: &random) { send.cancel() }
      if case .success = await send.result { sent.append(number) }
      leaver.cancel()
      _ = await leaver.result
    }
    broadcast.close()
    #expect(try await stays.value == sent, "seed \(seed)")
  }
}
