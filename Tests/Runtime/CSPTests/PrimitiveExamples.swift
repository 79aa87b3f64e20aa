import CSP
import Testing

/// The Swift examples of the pages on primitives, word for word.
@Suite struct PrimitiveExamples {
  struct TooBusy: Error {}
  struct Settings: Sendable { var port = 80 }

  @Sendable func fetch(_ path: String) async throws -> String { path }
  @Sendable func load(_ name: String) async throws -> Settings { Settings() }

  @Test func `a lock around a dictionary`() async throws {
    let counts = Lock([String: Int](), name: "counts")
    try await counts.withLock { $0["hit", default: 0] += 1 }
    #expect(counts.withLockBlocking { $0 } == ["hit": 1])
  }

  @Test func `a lock in a defer`() async throws {
    let open = Lock(0)
    func talk() async throws { #expect(try await open.withLock { $0 } == 1) }
    func connect() async throws {
      try await open.withLock { $0 += 1 }
      defer { open.withLockBlocking { $0 -= 1 } }
      try await talk()
    }

    try await connect()
    #expect(open.withLockBlocking { $0 } == 0)
  }

  @Test func `a table that is read`() async throws {
    let routes = ReadWriteLock(["/": "home"])
    let page = try await routes.withReadLock { $0["/"] }
    try await routes.withWriteLock { $0["/help"] = "help" }
    #expect(page == "home")
  }

  @Test func `a queue of jobs`() async throws {
    let jobs = Lock([String]())
    let isFilled = Condition(of: jobs)

    func worker() async throws -> String {
      try await isFilled.wait(until: { !$0.isEmpty }) { $0.removeFirst() }
    }

    func submit(_ job: String) async throws {
      try await jobs.withLock { $0.append(job) }
      isFilled.signal()
    }

    async let job = worker()
    try await submit("dig")
    #expect(try await job == "dig")
  }

  @Test func `permits`() async throws {
    let connections = Semaphore(permits: 8)
    let answer = try await connections.withPermit { try await fetch("/") }
    let backup = try await connections.withPermits(4) { try await fetch("/backup") }
    #expect(answer + backup == "//backup")

    func fetchSoon() async throws -> String {
      switch try await select(connections.acquiring, after(.seconds(2))) {
      case .first(let permit):
        defer { permit.release() }
        return try await fetch("/")
      case .second:
        throw TooBusy()
      }
    }
    #expect(try await fetchSoon() == "/")
    #expect(connections.available == 8)
  }

  @Test func `a latch`() async throws {
    let served = Lock(false)
    @Sendable func load(_ part: String) async throws {}
    @Sendable func serve() async throws { try await served.withLock { $0 = true } }
    let isReady = Latch(count: 3)
    try await withNursery { nursery in
      for part in ["cache", "routes", "certificates"] {
        try nursery.start {
          try await load(part)
          isReady.countDown()
        }
      }
      try await isReady.wait()
      try await serve()
    }
    #expect(served.withLockBlocking { $0 })
  }

  @Test func `settings are loaded once`() async throws {
    @Sendable func load(_ name: String) async throws -> Settings { Settings() }
    let settings = Once { try await load("settings.json") }
    let port = try await settings.value().port
    #expect(port == 80)
  }

  @Test func `a counter in a channel and under a lock`() async throws {
    do {
      let hits = Channel<Int>(.buffered(1))
      try await hits.send(0)
      // Everywhere:
      let count = try await hits.receive()!
      try await hits.send(count + 1)
      #expect(try await hits.receive() == 1)
    }
    let hits = Lock(0)
    // Everywhere:
    try await hits.withLock { $0 += 1 }
    #expect(hits.withLockBlocking { $0 } == 1)
  }
}
