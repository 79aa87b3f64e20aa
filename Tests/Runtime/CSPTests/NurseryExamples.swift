import CSP
import Synchronization
import Testing

/// The Swift examples of the pages on nurseries and on deadlines, word for word.
@Suite struct NurseryExamples {
  struct Broken: Error, CustomStringConvertible {
    let description: String
  }

  enum Trace {
    @TaskLocal static var request = "none"
  }

  /// What tasks have to tell.
  final class Notes: Sendable {
    private let notes = Mutex<[String]>([])
    var all: [String] { notes.withLock { $0 } }
    /// False if it is there already.
    @discardableResult func insert(_ note: String) -> Bool {
      notes.withLock { notes in
        if notes.contains(note) { return false }
        notes.append(note)
        return true
      }
    }
  }

  /// Waits until it is cancelled.
  @Sendable static func forEver() async throws { _ = try await Channel<Void>(.rendezvous).receive() }

  // MARK: Nurseries

  @Test func `no article is still being saved`() async throws {
    let saved = Notes()
    @Sendable func save(_ article: String) async throws { saved.insert(article) }

    func saveAll(_ articles: [String]) async throws {
      try await withNursery { nursery in
        for article in articles {
          try nursery.start { try await save(article) }
        }
      }
      print("all are saved")  // nothing runs any more
    }

    try await saveAll(["one", "two", "three"])
    #expect(saved.all.sorted() == ["one", "three", "two"])
  }

  @Test func `pages are fetched side by side`() async throws {
    @Sendable func fetch(_ address: String) async throws -> String { "page of \(address)" }

    func fetchAll(_ addresses: [String]) async throws -> [String] {
      try await withDeadline(in: .seconds(30)) {
        try await withNursery(limit: 8) { nursery in
          let fetches = try addresses.map { address in try nursery.start { try await fetch(address) } }
          var pages: [String] = []
          for fetch in fetches { pages.append(try await fetch.value) }
          return pages
        }
      }
    }

    let pages = try await fetchAll((0..<20).map { "\($0)" })
    #expect(pages == (0..<20).map { "page of \($0)" })
  }

  @Test func `a crawler starts children from children`() async throws {
    let site = ["/": ["/a", "/b"], "/a": ["/b", "/c"], "/b": ["/"]]
    @Sendable func links(on page: String) async throws -> [String] { site[page] ?? [] }
    let seen = Notes()

    @Sendable func visit(_ page: String, in nursery: Nursery) throws {
      guard seen.insert(page) else { return }
      try nursery.start(name: page) {
        for link in try await links(on: page) { try visit(link, in: nursery) }
      }
    }

    try await withNursery(limit: 8) { nursery in try visit("/", in: nursery) }
    #expect(seen.all.sorted() == ["/", "/a", "/b", "/c"])
  }

  @Test func `all errors come in one`() async throws {
    @Sendable func copy(to disk: String) async throws { throw Broken(description: "\(disk) is full") }
    func report(_ failure: any Error) { failures.append("\(failure)") }
    var failures: [String] = []

    do {
      try await withNursery(name: "backup", onFailure: .collect) { nursery in
        for disk in ["a", "b"] {
          try nursery.start(name: disk) { try await copy(to: disk) }
        }
      }
    } catch {
      print(error)  // nursery "backup": 2 errors: a is full; b is full
      for failure in error.flattened { report(failure) }
    }
    #expect(failures.sorted() == ["a is full", "b is full"])
  }

  @Test func `handles have values`() async throws {
    @Sendable func count(_ table: String) async throws -> Int { table.count }

    let report = try await withNursery { nursery in
      let users = try nursery.start { try await count("users") }
      let orders = try nursery.start { try await count("orders") }
      return "\(try await users.value) users, \(try await orders.value) orders"
    }
    print(report)
    #expect(report == "5 users, 6 orders")
  }

  @Test func `a completion is a case of a select`() async throws {
    let stop = Channel<Void>(.rendezvous)
    stop.close()
    @Sendable func importAll() async throws -> Int {
      try await Self.forEver()
      return 1
    }

    let imported = try await withNursery { nursery in
      let rows = try nursery.start(name: "import") { try await importAll() }
      switch try await select(rows.completion, stop.receiving) {
      case .first: break
      case .second: rows.cancel("stopped by hand")  // this child, and nobody else
      }
      do {
        return try await rows.value
      } catch let error as ChildCancelled {
        print(error)  // the child was cancelled: stopped by hand
        return 0
      }
    }
    #expect(imported == 0)
  }

  @Test func `a server is ready before its clients start`() async throws {
    struct Socket {
      let port = 8080
      func serve() async throws { try await NurseryExamples.forEver() }
    }
    @Sendable func listen() async throws -> Socket { Socket() }
    @Sendable func request(_ port: Int) async throws { #expect(port == 8080) }

    try await withNursery { nursery in
      let port = try await nursery.startAndWaitUntilReady(name: "server") { ready in
        let socket = try await listen()
        ready(socket.port)
        try await socket.serve()
      }
      let client = try nursery.start { try await request(port) }
      try await client.value
      nursery.cancel("nobody is left to serve")
    }
  }

  @Test func `children have the names and the task-locals of their nursery`() async throws {
    try await Trace.$request.withValue("request 7") {
      try await withNursery { nursery in
        try nursery.start(name: "lookup") {
          print(Task.name ?? "", Trace.request)  // lookup request 7
        }
      }
    }

    let seen = try await Trace.$request.withValue("request 8") {
      try await withNursery { nursery in
        let child = try nursery.start(name: "lookup") { "\(Task.name ?? "") \(Trace.request)" }
        return try await child.value
      }
    }
    // A task that is not pooled has no name.
    if case .direct = Scheduler.parking {
      #expect(seen == "lookup request 8")
    } else {
      #expect(seen.hasSuffix(" request 8"))
    }
  }

  @Test func `nothing can be started in a nursery that has ended`() async throws {
    var kept: Nursery?
    try await withNursery(name: "requests") { nursery in kept = nursery }
    do {
      try kept?.start { print("never") }
    } catch {
      print(error)  // the nursery "requests" is closed: the child was not started
    }

    let error = #expect(throws: NurseryClosed.self) { try kept?.start {} }
    #expect(error?.description == #"the nursery "requests" is closed: the child was not started"#)
  }

  // MARK: Deadlines

  final class Button: Sendable {
    private let action = Mutex<@Sendable () -> Void>({})
    func onPress(_ action: @escaping @Sendable () -> Void) { self.action.withLock { $0 = action } }
    func press() { action.withLock { $0 }() }
  }

  @Test func `a scope is cancelled from outside and keeps what it has`() async throws {
    let results = Channel<Int>(.rendezvous), button = Button()

    @Sendable func search() async throws -> [Int] {
      var found: [Int] = []
      try await withCancelScope { scope in
        button.onPress { scope.cancel("stop was pressed") }
        do {
          while let result = try await results.receive() { found.append(result) }
        } catch is CancellationError {
          print(scope.reason as Any)  // Optional(cancelled on request: stop was pressed)
        }
      }
      return found  // and goes on: nothing is cancelled here
    }

    async let found = search()
    try await results.send(1)
    while results.statistics.waitingReceivers == 0 { await Task.yield() }
    button.press()
    #expect(try await found == [1])
  }

  @Test func `a scope that is cancelled stays so until it is left`() async throws {
    let inside = try await withCancelScope { scope in
      scope.cancel()
      return Task.isCancelled  // true, as it is at every checkpoint in here
    }
    print(inside, Task.isCancelled)  // true false
    #expect(inside && !Task.isCancelled)
  }

  @Test func `a deadline cancels and then waits`() async throws {
    struct Backend: Sendable {
      func answer(_ question: String) async throws -> String {
        try await NurseryExamples.forEver()
        return "42"
      }
    }
    let clock = ManualClock(), backend = Backend()

    @Sendable func ask(_ question: String) async throws -> String {
      do {
        return try await withDeadline(in: .seconds(2), clock: clock) {
          try await backend.answer(question)
        }
      } catch is DeadlineExceeded {
        return "no answer"
      }
    }

    async let answer = ask("why")
    while clock.pendingAlarms == 0 { await Task.yield() }
    clock.advance(by: .seconds(2))
    #expect(try await answer == "no answer")
  }

  @Test func `the nearest deadline counts and can be read`() async throws {
    let clock = ManualClock()
    func ask() -> Duration? {
      // The time that is left, to be sent along with the question.
      let timeLeft = currentDeadline(on: clock).map { clock.now.duration(to: $0) }
      print(timeLeft as Any)
      return timeLeft
    }

    let timeLeft = try await withDeadline(in: .seconds(10), clock: clock) {
      try await withDeadline(in: .seconds(60), clock: clock) {
        ask()  // 10 seconds
      }
    }
    #expect(timeLeft == .seconds(10))
  }

  @Test func `what has to be finished is shielded`() async throws {
    struct Transaction: Sendable {
      let notes: Notes
      func write() async throws { try await NurseryExamples.forEver() }
      func rollBack() async throws {
        try Task.checkCancellation()
        notes.insert("rolled back")
      }
    }
    let clock = ManualClock(), notes = Notes()

    @Sendable func store(_ transaction: Transaction) async throws {
      do {
        try await transaction.write()
      } catch {
        try await withShield(in: .seconds(5), clock: clock) { try await transaction.rollBack() }
        throw error
      }
    }

    let task = Task { try await store(Transaction(notes: notes)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(notes.all == ["rolled back"])
  }

  @Test func `a plain task's cancellation comes in`() async throws {
    let inbox = Channel<Int>(.rendezvous)

    let task = Task {
      try await withNursery { nursery in
        try nursery.start { _ = try await inbox.receive() }  // nobody sends
      }
    }
    task.cancel()
    _ = await task.result  // the child has heard of it, and the nursery has ended
    #expect(inbox.statistics.waitingReceivers == 0)
  }

  @Test func `a scope's cancellation goes out to plain Swift`() async throws {
    final class Legacy: Sendable {
      private let stopped = Channel<Void>(.rendezvous)
      func run() async { for await _ in stopped {} }
      func stop() { stopped.close() }
    }
    let legacy = Legacy(), inbox = Channel<Int>(.rendezvous)

    try await withNursery { nursery in
      try nursery.start {
        await withTaskCancellationHandler {
          await legacy.run()
        } onCancel: {
          legacy.stop()
        }
      }
      try nursery.start {
        try await withThrowingTaskGroup { group in
          group.addTask { _ = try await inbox.receive() }  // cancelled with the nursery too
          try await group.waitForAll()
        }
      }
      nursery.cancel("not needed any more")
    }
    #expect(inbox.statistics.waitingReceivers == 0)
  }

  @Test func `a deadline around the start is no deadline of the child`() async throws {
    struct Backend: Sendable {
      let answers = Channel<String>(.rendezvous)
      func answer(_ question: String) async throws -> String? { try await answers.receive() }
    }
    let clock = ManualClock(), backend = Backend(), question = "why"

    let wrong = try await withNursery { nursery in
      let answer = try await withDeadline(in: .seconds(2), clock: clock) {
        try nursery.start { try await backend.answer(question) }  // wrong: starting takes no time
      }
      clock.advance(by: .seconds(3))
      try await backend.answers.send("late")
      return try await answer.value
    }
    #expect(wrong == "late")

    let error = await #expect(throws: NurseryError.self) {
      try await withNursery { nursery in
        let answer = try nursery.start {
          try await withDeadline(in: .seconds(2), clock: clock) { try await backend.answer(question) }
        }
        while clock.pendingAlarms == 0 { await Task.yield() }
        clock.advance(by: .seconds(3))
        _ = try await answer.value
      }
    }
    #expect(error?.errors.first is DeadlineExceeded && error?.errors.count == 1)
  }

  @Test func `a loop that computes looks now and then`() async throws {
    func render(_ rows: Int) throws -> Int {
      var pixels = 0
      for row in 0..<rows {
        try Task.checkCancellation()
        pixels += row
      }
      return pixels
    }

    let error = await #expect(throws: NurseryError.self) {
      try await withNursery { nursery in
        nursery.cancel("too late")
        _ = try render(1_000_000)
      }
    }
    #expect(error?.cancellation == .requested("too late"))
  }

  @Test func `a loop over a channel ends without an error`() async throws {
    let clock = ManualClock(), numbers = Channel<Int>(.buffered(8))
    for number in 1...3 { try await numbers.send(number) }

    @Sendable func sum() async throws -> Int {
      try await withDeadline(in: .seconds(1), clock: clock) {
        var total = 0
        for await number in numbers { total += number }
        try Task.checkCancellation()  // the loop ends in silence; this does not
        return total
      }
    }

    let total = Task { try await sum() }
    while clock.pendingAlarms == 0 { await Task.yield() }
    clock.advance(by: .seconds(1))
    await #expect(throws: DeadlineExceeded.self) { try await total.value }
  }
}
