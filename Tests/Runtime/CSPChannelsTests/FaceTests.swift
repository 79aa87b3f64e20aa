// What the public face says: names, capacities, statistics, errors, and how misuse is refused.
import CSP
import Testing

@Suite("the face of a channel") struct FaceTests {
  @Test func `a channel tells its name, and that it has none`() {
    #expect(Channel<Int>(.rendezvous, name: "orders").name == "orders")
    #expect(Channel<Int>(.rendezvous, name: "").name == "")
    #expect(Channel<Int>(.rendezvous, name: "Bestellungen für Gänse 🪿").name == "Bestellungen für Gänse 🪿")
    #expect(Channel<Int>(.rendezvous).name == nil)
  }

  @Test(
    arguments: [
      (ChannelKind.rendezvous, 0), (.buffered(0), 0), (.buffered(1), 1), (.buffered(1000), 1000), (.latest, 1),
      (.dropping(.oldest, capacity: 5), 5), (.dropping(.newest, capacity: 7), 7), (.unbounded, nil),
    ] as [(ChannelKind, Int?)])
  func `capacity is what was asked for`(_ kind: ChannelKind, _ capacity: Int?) {
    let channel = Channel<String>(kind)
    #expect(channel.capacity == capacity)
    for _ in 0..<3 { _ = channel.trySend("value") }
    #expect(channel.capacity == capacity)
    #expect(channel.statistics.capacity == capacity)
  }

  @Test func `statistics come from one instant and count everything`() async throws {
    let channel = Channel<Int>(.buffered(2))
    #expect(channel.trySend(1) == .sent)
    #expect(channel.trySend(2) == .sent)
    #expect(channel.trySend(3) == .full(3))
    _ = try await channel.receive()
    channel.close()
    let statistics = channel.statistics
    #expect(statistics.buffered == 1)
    #expect(statistics.capacity == 2)
    #expect(statistics.waitingSenders == 0)
    #expect(statistics.waitingReceivers == 0)
    #expect(statistics.sent == 2)
    #expect(statistics.dropped == 0)
    #expect(statistics.isClosed)
    #expect(statistics == channel.statistics)
  }

  @Test func `errors say what happened, where, and what to do`() {
    #expect("\(ChannelClosed())" == "the channel is closed: the value was not sent")
    #expect("\(ChannelClosed(channel: "orders"))" == "the channel \"orders\" is closed: the value was not sent")
    #expect(ChannelClosed(channel: "a") != ChannelClosed(channel: "b"))
    #expect("\(SelectError.noEnabledCase)".contains("no case of the select is enabled"))
    #expect("\(SelectError.noEnabledCase)".contains("after"))
  }

  @Test func `a send on a closed channel throws the channel's name`() async {
    let channel = Channel<Int>(.rendezvous, name: "orders")
    channel.close()
    await #expect(throws: ChannelClosed(channel: "orders")) { try await channel.send(1) }
    #expect(await channel.send(moving: 2) == .closed(2))
    #expect(channel.trySend(3) == .closed(3))
  }

  @Test func `a select with nothing enabled throws, and does not sleep`() async {
    let channel = Channel<Int>(.rendezvous)
    await #expect(throws: SelectError.noEnabledCase) {
      try await select(channel.receiving.when(false), after(.seconds(1)).when(false))
    }
    await #expect(throws: SelectError.noEnabledCase) { try await Selector().next() }
  }

  @Test func `the scheduler tells how tasks park and on how many workers`() {
    #expect(Scheduler.workerCount >= 1)
    #expect(Scheduler.parking == Scheduler.parking)
    #expect(["direct", "portable"].contains { "\(Scheduler.parking)".hasPrefix($0) })
  }
}

@Suite("misuse") struct MisuseTests {
  @Test func `a negative capacity is refused with the rule`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Channel<Int>(.buffered(-1))
    }
    #expect(text(result).contains("a channel's capacity is at least 0, not -1"), "\(text(result))")
  }

  @Test func `a dropping channel without room is refused with the rule`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Channel<Int>(.dropping(.oldest, capacity: 0))
    }
    #expect(text(result).contains("capacity is at least 1 where values are dropped, not 0"), "\(text(result))")
  }

  @Test func `halves are refused a negative capacity too`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = makeChannel(.buffered(-7), of: Int.self)
    }
    #expect(text(result).contains("a channel's capacity is at least 0, not -7"), "\(text(result))")
  }

  @Test func `a slot that is full takes no second value`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Slot(1).put(2)
    }
    #expect(text(result).contains("a slot holds at most one value"), "\(text(result))")
  }

  @Test func `a ticker needs a period, and a clock runs forward`() async {
    let ticker = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Ticker(every: .zero)
    }
    #expect(text(ticker).contains("a ticker's period is positive"), "\(text(ticker))")
    let clock = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      ManualClock().advance(by: .seconds(-1))
    }
    #expect(text(clock).contains("a clock does not run backwards"), "\(text(clock))")
  }

  private func text(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}
