import CSP
import CSPInspection
import Testing

/// The programs of the ten mistakes, word for word: each with the mistake and mended, and what tools say of the mistake.
@Suite struct MistakeExamples {
  private struct NoNumber: Error {}

  /// Lets others run until it is so.
  private func until(_ condition: () -> Bool) async { while !condition() { await Task.yield() } }

  /// What a dump says of tasks that wait in this file, and of channels that were made here, as far as it has the word.
  private func dumped(_ word: String) -> [String] {
    Inspection.dump().text.split(separator: "\n").map { String($0.drop { $0 == " " }) }
      .filter { $0.contains(word) && $0.contains("MistakeExamples.swift") }
  }

  private func expect(_ output: [String], on page: String) {
    #expect(GuidePage(page).shows(output), "\(output)")
  }

  /// What `expectNoLeaks` says of a body that leaves somebody waiting.
  private func leaks(_ body: () async throws -> Void) async throws -> [String] {
    do {
      try await expectNoLeaks(patience: .milliseconds(20), body)
    } catch let leaks as LeaksFound {
      return leaks.description.split(separator: "\n").map(String.init)
    }
    return []
  }

  @Test func `a forgotten case leaks a sender, and a deadline does not`() async throws {
    let clock = ManualClock()
    let late = Channel<String>(.rendezvous)
    @Sendable func slowAnswer() async throws -> String { try await late.receive() ?? "" }

    do {
      func ask(_ answers: Channel<String>) async throws -> String? {
        Task { try await answers.send(try await slowAnswer()) }
        switch try await select(answers.receiving, after(.seconds(1), clock: clock)) {
        case .first(let answer): return answer
        case .second: return nil  // too late, and nobody receives the answer any more
        }
      }

      let answers = Channel<String>(.rendezvous, name: "answers")
      let report = try await leaks {
        async let answer = ask(answers)
        await until { clock.pendingAlarms == 1 && late.statistics.waitingReceivers == 1 }
        clock.advance(by: .seconds(1))
        let given = try await answer
        #expect(given == nil)
        try await late.send("an answer")
      }
      expect(report, on: "MistakeForgottenCase")
      answers.close()
    }
    do {
      func ask() async throws -> String? {
        do {
          return try await withDeadline(in: .seconds(1), clock: clock) { try await slowAnswer() }
        } catch is DeadlineExceeded {
          return nil
        }
      }

      async let answer = ask()
      await until { clock.pendingAlarms == 1 && late.statistics.waitingReceivers == 1 }
      clock.advance(by: .seconds(1))
      #expect(try await answer == nil)
      #expect(late.statistics.waitingReceivers == 0)
    }
  }

  @Test func `a channel without a bound grows, and one with a bound waits or drops`() async throws {
    do {
      let readings = Channel<Int>(.unbounded, name: "readings")
      func measure() async throws {
        for reading in 0..<10_000 { try await readings.send(reading) }
      }

      try await measure()
      #expect(readings.count == 10_000)
      expect(dumped("\"readings\""), on: "MistakeSlowConsumer")
    }
    let readings = Channel<Int>(.buffered(64), name: "readings")  // the producer waits
    let latest = Channel<Int>(.dropping(.oldest, capacity: 64))  // old readings go, and are counted
    let producer = Task { for reading in 0..<100 { try await readings.send(reading) } }
    await until { readings.statistics.waitingSenders == 1 }
    #expect(readings.count == 64)
    for _ in 0..<100 { _ = try await readings.receive() }
    try await producer.value
    for reading in 0..<100 { try await latest.send(reading) }
    #expect(latest.count == 64)
    #expect(latest.statistics.dropped == 36)
  }

  @Test func `a ticker in a bare task ticks on, and one in a scope ends`() async throws {
    let polls = Lock(0)
    do {
      let clock = ManualClock()
      func watch(_ ticker: Ticker) {
        Task {
          while true {
            try await ticker.next()
            polls.withLockBlocking { $0 += 1 }
          }
        }
      }

      let report = try await leaks {
        // The task alone keeps its ticker.
        do { watch(Ticker(every: .seconds(1), clock: clock)) }
        clock.advance(by: .seconds(1))
        await until { polls.withLockBlocking { $0 } == 1 }
      }
      expect(report, on: "MistakeTickerWithoutEnd")
      #expect(clock.pendingAlarms == 1)
    }
    let clock = ManualClock()
    func serve() async throws {
      await until { clock.pendingAlarms == 1 }
      clock.advance(by: .seconds(1))
      await until { polls.withLockBlocking { $0 } == 2 }
    }
    try await withNursery { nursery in
      try nursery.start {
        try await withTicker(every: .seconds(1), clock: clock) { ticker in
          while true {
            try await ticker.next()
            polls.withLockBlocking { $0 += 1 }
          }
        }
      }
      try await serve()
      nursery.cancel()
    }
    #expect(clock.pendingAlarms == 0)
  }

  @Test func `closing twice does nothing, and a sender that goes closes`() async throws {
    let done = Channel<Void>(.rendezvous)
    done.close()
    done.close()  // in Go: panic: close of closed channel
    #expect(done.isClosed)

    let (sender, receiver) = makeChannel(.rendezvous, of: Int.self)
    Task { try await sender.send(1) }  // the only owner: when it ends, the channel is closed
    #expect(try await receiver.receive() == 1)
  }

  @Test func `a send after the close throws, and a nursery ends the work instead`() async throws {
    let results = Channel<Int>(.buffered(1), name: "results")
    let worker = Task { for result in 1...3 { try await results.send(result) } }
    let first = try await results.receive()
    results.close()  // "we have what we wanted"
    #expect(first == 1)
    let closed = await #expect(throws: ChannelClosed.self) { try await worker.value }
    expect([closed?.description ?? ""], on: "MistakeSendAfterClose")

    func firstResult() async throws -> Int? {
      let (sender, receiver) = makeChannel(.buffered(1), of: Int.self)
      return try await withNursery { nursery in
        try nursery.start { [sender = consume sender] in
          for result in 1...3 { try await sender.send(result) }
        }
        defer { nursery.cancel() }
        return try await receiver.receive()
      }
    }
    #expect(try await firstResult() == 1)
  }

  @Test func `an optional channel does not wait, and a guard switches a case off`() async throws {
    do {
      var jobs: Channel<Int>? = nil
      let job = try await jobs?.receive()  // does not wait: nil at once
      #expect(job == nil)
      jobs = Channel(.buffered(1))
      #expect(jobs != nil)
    }
    let (jobs, stop, isAccepting) = (Channel<Int>(.buffered(1)), Channel<Void>(.rendezvous), false)
    _ = jobs.trySend(1)
    switch trySelect(jobs.receiving.when(isAccepting), stop.receiving) {
    case .first(let job?): print("job \(job)")
    case .first(nil), .second: print("no more jobs")
    case nil: print("nothing to do")
    }
    #expect(jobs.count == 1)
    await #expect(throws: SelectError.noEnabledCase) { try await select(jobs.receiving.when(isAccepting)) }
  }

  @Test func `a forgotten drain leaks a sender, and halves do not`() async throws {
    do {
      func firstNegative(_ numbers: Channel<Int>) async throws -> Int? {
        Task {
          for number in [3, -1, 4, -1, 5] { try await numbers.send(number) }
          numbers.close()
        }
        for await number in numbers where number < 0 { return number }
        return nil
      }

      let numbers = Channel<Int>(.rendezvous, name: "numbers")
      let report = try await leaks {
        let negative = try await firstNegative(numbers)
        #expect(negative == -1)
      }
      expect(report, on: "MistakeForgottenDrain")
      numbers.close()
    }
    let producers = Lock([Task<Void, any Error>]())
    func firstNegative() async throws -> Int? {
      let (sender, receiver) = makeChannel(.rendezvous, of: Int.self)
      let producer = Task { [sender = consume sender] in
        for number in [3, -1, 4, -1, 5] { try await sender.send(number) }
      }
      producers.withLockBlocking { $0.append(producer) }
      for await number in receiver where number < 0 { return number }
      return nil
    }

    #expect(try await firstNegative() == -1)
    for producer in producers.withLockBlocking({ $0 }) {
      await #expect(throws: ChannelClosed.self) { try await producer.value }
    }
  }

  @Test func `a bare spawn loses its error, and a nursery throws it`() async throws {
    struct DiskFull: Error {}
    let attempts = Lock(0)
    @Sendable func write(_ document: String) async throws {
      attempts.withLockBlocking { $0 += 1 }
      throw DiskFull()
    }

    func save(_ document: String) {
      Task { try await write(document) }  // the error goes nowhere
    }

    save("letter")
    await until { attempts.withLockBlocking { $0 } == 1 }

    func saveAll(_ documents: [String]) async throws {
      try await withNursery { nursery in
        for document in documents { try nursery.start { try await write(document) } }
      }
    }

    await #expect { try await saveAll(["letter"]) } throws: { ($0 as? NurseryError)?.errors.first is DiskFull }
  }

  @Test func `a channel of one place is lost on a throw, and a lock is not`() async throws {
    do {
      let slot = Channel<Int>(.buffered(1), name: "total")
      try await slot.send(0)
      func add(_ text: String) async throws {
        let total = try await slot.receive()!
        guard let number = Int(text) else { throw NoNumber() }  // and the channel stays empty
        try await slot.send(total + number)
      }

      try await add("1")
      await #expect(throws: NoNumber.self) { try await add("one") }
      let next = Task { try await add("2") }
      await until { slot.statistics.waitingReceivers == 1 }
      expect(dumped("\"total\""), on: "MistakeOneSlotLock")
      next.cancel()
    }
    let total = Lock(0)
    func add(_ text: String) async throws {
      try await total.withLock {
        guard let number = Int(text) else { throw NoNumber() }
        $0 += number
      }
    }

    try await add("1")
    await #expect(throws: NoNumber.self) { try await add("one") }
    try await add("2")
    #expect(try await total.withLock { $0 } == 3)
  }

  @Test func `the first of two closers closes for both, and the last of two senders for neither`() async throws {
    do {
      func lines(of sources: [String]) -> Channel<String> {
        let lines = Channel<String>(.rendezvous)
        for source in sources {
          Task {
            defer { lines.close() }  // whoever is ready first closes for both
            for line in 1...3 { try await lines.send("\(source)\(line)") }
          }
        }
        return lines
      }

      var count = 0
      for await _ in lines(of: ["a", "b"]) { count += 1 }
      #expect((3...6).contains(count))
    }
    let (sender, receiver) = makeChannel(.rendezvous, of: String.self)
    for source in ["a", "b"] {
      Task { [sender] in
        for line in 1...3 { try await sender.send("\(source)\(line)") }
      }
    }
    _ = consume sender  // each task has its own; the last one that goes closes
    var all: Set<String> = []
    for await line in receiver { all.insert(line) }
    #expect(all.count == 6)
  }
}
