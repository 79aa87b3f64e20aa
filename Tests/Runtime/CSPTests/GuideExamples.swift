import CSP
import Foundation
import Testing

/// The Swift examples of the guide and of the README, word for word; `DocumentationTests` compares them with the pages.
@Suite struct GuideExamples {
  // MARK: README

  @Test func `two senders, a timeout and a switch`() async throws {
    let requests = Channel<String>(.buffered(8), name: "requests")
    let stop = Channel<Void>(.rendezvous, name: "stop")

    func serve() async throws -> Int {
      var served = 0
      while true {
        switch try await select(requests.receiving, stop.receiving, after(.seconds(30))) {
        case .first(let request?):
          served += 1
          print("GET \(request)")
        case .first(nil), .second, .third:  // no more requests; asked to stop; idle
          return served
        }
      }
    }

    async let served = serve()
    try await requests.send("/")
    try await requests.send("/index")
    requests.close()
    #expect(try await served == 2)
  }

  @Test func `a pipeline closes from its source on`() async throws {
    func squares(of numbers: [Int]) -> Receiver<Int> {
      let (sender, receiver) = makeChannel(.rendezvous, of: Int.self, name: "squares")
      Task {
        for number in numbers { try await sender.send(number * number) }
      }
      return receiver
    }

    var total = 0
    for await square in squares(of: [1, 2, 3]) { total += square }
    print(total)  // 14
    #expect(total == 14)
  }

  // MARK: Channels

  @Test func `there are six kinds of channels`() {
    let handOver = Channel<Int>(.rendezvous)
    let queue = Channel<Int>(.buffered(64), name: "queue")
    let position = Channel<Int>(.latest)
    let log = Channel<String>(.dropping(.oldest, capacity: 1_000))
    let alerts = Channel<String>(.dropping(.newest, capacity: 10))
    let events = Channel<Int>(.unbounded)
    #expect(handOver.capacity == 0 && queue.capacity == 64 && position.capacity == 1)
    #expect(log.capacity == 1_000 && alerts.capacity == 10 && events.capacity == nil)
  }

  @Test func `an attempt says why it did not succeed`() {
    let queue = Channel<Int>(.buffered(1))
    let answers = [queue.trySend(1), queue.trySend(2)]
    queue.close()
    print(answers, queue.trySend(3))  // [sent, full(2)] closed(3)
    #expect(answers == [.sent, .full(2)])
    #expect(queue.tryReceive() == .received(1))
    #expect(queue.tryReceive() == .closed)
  }

  @Test func `a closed channel answers and does not trap`() async throws {
    let channel = Channel<Int>(.buffered(2), name: "numbers")
    try await channel.send(1)
    channel.close()
    channel.close()  // closing again does nothing
    do {
      try await channel.send(2)
    } catch let error as ChannelClosed {
      print(error)  // the channel "numbers" is closed: the value was not sent
    }
    let (last, end) = (try await channel.receive(), try await channel.receive())
    print(last as Any, end as Any)  // Optional(1) nil
    #expect(last == 1 && end == nil)
  }

  @Test func `workers end when their results are not wanted any more`() async throws {
    func work(_ jobs: Receiver<Int>, workers: Int) -> Receiver<Int> {
      let (sender, results) = makeChannel(.rendezvous, of: Int.self, name: "results")
      for _ in 0..<workers {
        Task {
          for await job in jobs { try await sender.send(job * job) }
        }
      }
      return results
    }

    func firstAbove(_ bound: Int) async -> Int? {
      for await result in work(numbers(), workers: 4) where result > bound { return result }
      return nil
    }
    let source = Channel<Int>(.rendezvous)
    func numbers() -> Receiver<Int> {
      let (sender, receiver) = makeChannel(.rendezvous, of: Int.self)
      Task {
        for number in 0... {
          do { try await sender.send(number) } catch { break }
        }
        source.close()
      }
      return receiver
    }
    #expect(try #require(await firstAbove(1_000)) > 1_000)
    // The numbers stop because nobody is left who would receive them.
    #expect(try await source.receive() == nil)
  }

  @Test func `a value that is not Sendable moves`() async {
    final class Request {
      let path: String
      var attempts = 0
      init(_ path: String) { self.path = path }
    }

    let requests = Channel<Request>(.buffered(4))
    func submit(_ path: String) async -> Bool {
      let request = Request(path)
      switch await requests.send(moving: request) {
      case .sent: return true  // `request` may not be used any more: the compiler sees to it
      case .closed(let request), .cancelled(let request):
        request.attempts += 1  // not sent, and ours again
        return false
      }
    }
    #expect(await submit("/"))
    requests.close()
    #expect(await !submit("/"))
  }

  @Test func `a value that cannot be copied moves`() async throws {
    struct Ticket: ~Copyable {
      let number: Int
    }

    let tickets = Channel<Ticket>(.buffered(1))
    switch await tickets.send(moving: Ticket(number: 7)) {
    case .sent: break
    case .closed(let ticket): print("closed, kept ticket \(ticket.number)")
    case .cancelled(let ticket): print("cancelled, kept ticket \(ticket.number)")
    }
    if let ticket = try await tickets.receive() { print("got ticket \(ticket.number)") }
    #expect(tickets.count == 0)
  }

  @Test func `a thread sends and a task receives`() async {
    let lines = Channel<String>(.buffered(16))
    Thread.detachNewThread {
      for line in ["one", "two"] { try? lines.sendBlocking(line) }
      lines.close()
    }
    var text = ""
    for await line in lines { text += line + "\n" }
    #expect(text == "one\ntwo\n")
  }

  // MARK: Select

  struct Silence: Error {}

  @Test func `a select gives a value to switch over`() async throws {
    let requests = Channel<String>(.rendezvous)
    let numbers = Channel<Int>(.rendezvous)

    func serve() async throws -> Int {
      var next = 0
      while true {
        switch try await select(requests.receiving, numbers.sending(next), after(.seconds(60))) {
        case .first(let request?): print("asked for \(request)")
        case .first(nil): return next  // closed and drained
        case .second(.sent): next += 1
        case .second(.closed): return next
        case .third: throw Silence()
        }
      }
    }

    async let sent = serve()
    try await requests.send("a number")
    #expect(try await numbers.receive() == 0)
    #expect(try await numbers.receive() == 1)
    requests.close()
    #expect(try await sent == 2)
  }

  @Test func `guards switch cases off`() async throws {
    func queue(from input: Receiver<Int>, to output: Sender<Int>) async throws {
      var waiting: [Int] = []
      var open = true
      while open || !waiting.isEmpty {
        switch try await select(
          input.receiving.when(open && waiting.count < 100),
          output.sending(waiting.first ?? 0).when(!waiting.isEmpty))
        {
        case .first(let value?): waiting.append(value)
        case .first(nil): open = false
        case .second(.sent): waiting.removeFirst()
        case .second(.closed): return
        }
      }
    }

    func numbers() -> Receiver<Int> {
      let (sender, receiver) = makeChannel(.rendezvous, of: Int.self)
      Task { for number in 0..<500 { try await sender.send(number) } }
      return receiver
    }
    func queued(_ input: Receiver<Int>) -> Receiver<Int> {
      let (sender, receiver) = makeChannel(.rendezvous, of: Int.self)
      Task { try await queue(from: input, to: sender) }
      return receiver
    }
    var all: [Int] = []
    for await number in queued(numbers()) { all.append(number) }
    #expect(all == Array(0..<500))
  }

  @Test func `a select in order prefers the first case`() async throws {
    let urgent = Channel<Int>(.buffered(1))
    let usual = Channel<Int>(.buffered(1))
    try await usual.send(1)
    try await urgent.send(2)
    let first = try await select(.inOrder, urgent.receiving, usual.receiving)
    print(first)  // first(Optional(2))
    #expect(first == .first(2))
  }

  @Test func `a seeded select repeats its choices`() async throws {
    func choices(_ seed: UInt64) async throws -> [Int] {
      let order = SelectionOrder.seeded(SelectionSeed(seed))
      let (left, right) = (Channel<Int>(.buffered(8)), Channel<Int>(.buffered(8)))
      for i in 0..<8 {
        try await left.send(i)
        try await right.send(i + 10)
      }
      var chosen: [Int] = []
      while let selection = trySelect(order, left.receiving, right.receiving) {
        switch selection {
        case .first(let value), .second(let value): chosen.append(value ?? -1)
        }
      }
      return chosen
    }
    #expect(try await choices(1) == choices(1))
  }

  @Test func `trySelect does not wait`() async throws {
    let progress = Channel<Int>(.rendezvous)
    let stop = Channel<Void>(.rendezvous)
    stop.close()
    var steps = 0
    loop: while true {
      switch trySelect(stop.receiving, progress.sending(steps)) {
      case .first: break loop
      case .second, nil: steps += 1  // told whoever listens, or nobody does: go on
      }
    }
    #expect(steps == 0)
  }

  @Test func `a select with no enabled case throws`() async {
    let channel = Channel<Int>(.rendezvous)
    await #expect(throws: SelectError.noEnabledCase) { try await select(channel.receiving.when(false)) }
  }

  @Test func `a slot keeps the value of a send case that loses`() async throws {
    struct Ticket: ~Copyable {
      let number: Int
    }

    let tickets = Channel<Ticket>(.rendezvous)
    let slot = Slot(Ticket(number: 7))
    switch try await select(tickets.sending(from: slot), after(.zero)) {
    case .first(.sent): print("gone")
    case .first(.closed), .second:  // the ticket is still in the slot
      if let ticket = slot.take() { print("kept ticket \(ticket.number)") }
    }
    #expect(slot.isEmpty)
  }

  @Test func `a selector's cases come and go`() async throws {
    func merge(_ inputs: [Receiver<Int>]) async throws -> [Int] {
      let selector = Selector()
      var open = inputs.map { selector.add($0.receiving) }
      var merged: [Int] = []
      while !open.isEmpty {
        let choice = try await selector.next()
        for input in open {
          guard let received = choice.outcome(of: input) else { continue }
          if let value = received {
            merged.append(value)
          } else {
            selector.remove(input)
            open.removeAll { $0 == input }
          }
        }
      }
      return merged
    }

    func count(to end: Int) -> Receiver<Int> {
      let (sender, receiver) = makeChannel(.rendezvous, of: Int.self)
      Task { for number in 0..<end { try await sender.send(number) } }
      return receiver
    }
    #expect(try await merge([count(to: 3), count(to: 0), count(to: 2)]).sorted() == [0, 0, 1, 1, 2])
  }

  @Test func `a deadline stands before the loop`() async throws {
    let values = Channel<Int>(.unbounded)

    func collect(for duration: Duration) async throws -> [Int] {
      var collected: [Int] = []
      let deadline = ContinuousClock.now + duration
      while true {
        switch try await select(.inOrder, at(deadline), values.receiving) {
        case .first, .second(nil): return collected
        case .second(let value?): collected.append(value)
        }
      }
    }

    try await values.send(1)
    values.close()
    #expect(try await collect(for: .seconds(60)) == [1])
    #expect(try await collect(for: .zero) == [])
  }

  // MARK: Cancellation

  @Test func `a cancelled operation did not happen`() async throws {
    let channel = Channel<Int>(.rendezvous)
    let task = Task {
      do {
        try await channel.send(1)
        return "sent"
      } catch is CancellationError {
        return "not sent"  // no receiver has it, none will
      } catch {
        return "closed"
      }
    }
    task.cancel()
    let outcome = await task.value
    print(outcome)  // not sent
    #expect(outcome == "not sent")
    #expect(channel.tryReceive() == .empty)
  }

  @Test func `cancellation is level-triggered`() async throws {
    let channel = Channel<Int>(.buffered(8))
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      let first = await channel.send(moving: 1)
      let second = await channel.send(moving: 2)  // a loop that swallows the first error learns nothing new
      return (first, second)
    }
    let (first, second) = await task.value
    print(first, second)  // cancelled(1) cancelled(2)
    #expect((first, second) == (.cancelled(1), .cancelled(2)))
  }

  @Test func `a last word is said in a task of its own`() async throws {
    let farewells = Channel<String>(.buffered(1))
    func run() async {
      // The task is cancelled here; a new unstructured task is not.
      await Task { try? await farewells.send("gone") }.value
    }
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      await run()
    }
    await task.value
    #expect(farewells.tryReceive() == .received("gone"))
  }

  @Test func `a done channel stops many without cancelling them`() async throws {
    let done = Channel<Void>(.rendezvous, name: "done")
    let jobs = Channel<Int>(.rendezvous, name: "jobs")
    let finished = Channel<Int>(.unbounded, name: "finished")

    func worker() async throws {
      while true {
        switch try await select(.inOrder, done.receiving, jobs.receiving) {
        case .first, .second(nil): return
        case .second(let job?): try await finished.send(job)  // not interrupted: done is looked at between jobs
        }
      }
    }

    try await withThrowingTaskGroup { group in
      for _ in 0..<3 { group.addTask { try await worker() } }
      for job in 0..<10 { try await jobs.send(job) }
      done.close()  // a closed channel is ready for everybody, for ever
      try await group.waitForAll()
    }
    #expect(finished.count == 10)
  }

  @Test func `a group cancels what its first error leaves waiting`() async throws {
    let answers = Channel<Int>(.rendezvous)
    struct Unreachable: Error {}

    await #expect(throws: Unreachable.self) {
      try await withThrowingTaskGroup { group in
        group.addTask { try await answers.send(1) }  // nobody receives
        group.addTask { throw Unreachable() }
        for try await _ in group {}  // throws Unreachable; leaving the group cancels the send, which throws too
      }
    }
    #expect(answers.tryReceive() == .empty)
  }

  // MARK: Timers

  @Test func `a timer fires once and can be set anew`() async throws {
    let clock = ManualClock()
    let timer = Timer(after: .seconds(5), clock: clock)
    clock.advance(by: .seconds(5))
    try await timer.wait()
    timer.reset(after: .seconds(1))
    clock.advance(by: .seconds(1))
    try await timer.wait()
    #expect(clock.pendingAlarms == 0)
  }

  @Test func `a ticker drops what nobody takes`() async throws {
    let clock = ManualClock()
    let ticker = Ticker(every: .seconds(1), clock: clock)
    clock.advance(by: .seconds(10))  // ten ticks, of which one is kept
    try await ticker.next()
    let missed = trySelect(ticker.ticking) == nil
    ticker.stop()
    #expect(missed && clock.pendingAlarms == 0)
  }

  @Test func `a ticker ends with its scope`() async throws {
    func measure(_ times: Int) async throws -> Int {
      try await withTicker(every: .milliseconds(1)) { ticker in
        for _ in 0..<times { try await ticker.next() }
        return times
      }
    }
    #expect(try await measure(3) == 3)
  }

  @Test func `an idle connection is closed`() async throws {
    func read(_ input: Receiver<String>, clock: some AlarmClock) async throws -> [String] {
      var lines: [String] = []
      let idle = Timer(after: .seconds(30), clock: clock)
      while true {
        switch try await select(input.receiving, idle.firing) {
        case .first(let line?):
          lines.append(line)
          idle.reset(after: .seconds(30))
        case .first(nil), .second:
          return lines
        }
      }
    }

    let clock = ManualClock()
    let (sender, receiver) = makeChannel(.rendezvous, of: String.self)
    async let lines = read(receiver, clock: clock)
    try await sender.send("hello")
    // The second setting is due 30 seconds after the first line, wherever the first one stood.
    while receiver.statistics.waitingReceivers == 0 || clock.pendingAlarms == 0 { await Task.yield() }
    clock.advance(by: .seconds(30))
    #expect(try await lines == ["hello"])
  }

  @Test func `a test moves the clock itself`() async throws {
    let clock = ManualClock()
    let answers = Channel<Int>(.rendezvous)
    async let selection = select(answers.receiving, after(.seconds(5), clock: clock))

    while clock.pendingAlarms == 0 { await Task.yield() }  // until the select waits
    clock.advance(by: .seconds(5))
    guard case .second = try await selection else {
      Issue.record("an answer came from nowhere")
      return
    }
  }

  // MARK: Scheduling

  @Test func `the parking in use can be asked for`() {
    switch Scheduler.parking {
    case .direct: print("direct, on \(Scheduler.workerCount) workers")
    case .portable(let reason): print("portable: \(reason)")
    }
    #expect(Scheduler.workerCount > 0)
  }

  @Test func `an actor waits for a channel and stays an actor`() async throws {
    actor Counter {
      var total = 0
      func count(_ values: Receiver<Int>) async throws -> Int {
        while let value = try await values.receive() { total += value }  // on the actor, before and after each wait
        return total
      }
    }

    let counter = Counter()
    func numbers() -> Receiver<Int> {
      let (sender, receiver) = makeChannel(.rendezvous, of: Int.self)
      Task { for number in 1...4 { try await sender.send(number) } }
      return receiver
    }
    #expect(try await counter.count(numbers()) == 10)
  }
}
