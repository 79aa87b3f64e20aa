import CSP
import Testing

/// The Swift examples of the pages on racing and on services, word for word.
@Suite struct RacingExamples {
  struct Backend: Sendable {
    var name: String
    var delay: Duration = .zero
    var price: Int?
    struct Overloaded: Error {}

    func quote() async throws -> Int {
      guard let price else { throw Overloaded() }
      if delay > .zero { _ = try await Channel<Void>(.rendezvous).receive() }
      return price
    }
  }

  // MARK: Racing

  @Test func `the first success of several backends`() async throws {
    func quote(_ backends: [Backend]) async throws -> Int {
      try await firstSuccess(among: backends) { backend in try await backend.quote() }
    }

    let backends = [
      Backend(name: "north", delay: .seconds(60), price: 1), Backend(name: "east"), Backend(name: "south", price: 2),
    ]
    #expect(try await quote(backends) == 2)

    do {
      _ = try await quote([Backend(name: "north"), Backend(name: "east")])
    } catch let error as AllFailed {
      for failure in error.failures { print(failure.contestant, failure.error) }
    }
  }

  @Test func `whichever comes first`() async throws {
    let console = Channel<String>(.buffered(1)), socket = Channel<String>(.rendezvous)
    try await console.send("quit")
    let line = try await race({ try await console.receive() }, { try await socket.receive() })
    #expect(line == "quit")
  }

  @Test func `a hedged call`() async throws {
    let replicas = [Backend(name: "a", price: 1), Backend(name: "b", price: 1)]
    let budget = RetryBudget.requests(percentage: 5)

    let price = try await hedged(after: .milliseconds(10), copies: 2, budget: budget) { copy in
      try await replicas[copy].quote()
    }
    #expect(price == 1)
    #expect(budget.allowsRetry)
  }

  @Test func `a hedge on a clock that the test moves`() async throws {
    let clock = ManualClock()
    async let winner = hedged(after: .milliseconds(10), copies: 2, clock: clock) { copy in
      if copy == 0 { _ = try await Channel<Void>(.rendezvous).receive() }  // never answers
      return copy
    }
    while clock.pendingAlarms == 0 { await Task.yield() }
    clock.advance(by: .milliseconds(10))
    #expect(try await winner == 1)
  }

  @Test func `many ask and one fetches`() async throws {
    @Sendable func resolve(_ host: String) async throws -> String { "192.0.2.1" }

    try await withNursery { nursery in
      let lookups = SingleFlight<String, String>(in: nursery)
      for _ in 0..<3 {
        try nursery.start {
          let address = try await lookups.value(for: "example.org") { try await resolve("example.org") }
          print(address)
        }
      }
    }
  }

  @Test func `nobody is a step ahead`() async throws {
    let barrier = Barrier(parties: 3)
    try await withNursery { nursery in
      for worker in 0..<3 {
        try nursery.start {
          for step in 0..<10 {
            print("worker \(worker) computes step \(step)")
            try await barrier.arrive()
          }
        }
      }
    }
    #expect(barrier.waiting == 0)
  }

  @Test func `prices go to everybody`() async throws {
    let prices = Broadcast<Int>(name: "prices")
    try await withNursery { nursery in
      try nursery.start {
        try await prices.withSubscription(.dropOldest(capacity: 16)) { subscription in
          for try await price in subscription { print(price) }
          print("missed \(subscription.dropped)")
        }
      }
      while prices.subscriberCount == 0 { await Task.yield() }
      for price in 1...100 { try await prices.send(price) }
      prices.close()
    }
    #expect(prices.subscriberCount == 0)
  }

  // MARK: Services

  @Test func `services that are started again`() async throws {
    let jobs = Channel<Int>(.buffered(8), name: "jobs")
    let done = Channel<Int>(.unbounded)

    let worker = SupervisedService("worker", restart: .onFailure) { shutdown in
      while true {
        switch try await select(.inOrder, shutdown.requested, jobs.receiving) {
        case .first, .second(nil): return  // asked to end, or nothing more to do
        case .second(let job?): try await done.send(job)
        }
      }
    }
    let supervisor = Supervisor(
      [worker], intensity: RestartIntensity(restarts: 3, within: .seconds(5)),
      backoff: RestartBackoff(first: .milliseconds(100), limit: .seconds(30)), grace: .seconds(5),
      observe: { event in print(event) })
    try await withServices(supervisor) { _ in
      for job in 1...3 { try await jobs.send(job) }
      while done.count < 3 { await Task.yield() }
    }
    #expect(done.count == 3)
  }
}
