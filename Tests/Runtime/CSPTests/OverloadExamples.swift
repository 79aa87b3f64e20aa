import CSP
import Testing

/// The Swift examples of the pages on retrying and on overload, word for word.
@Suite struct OverloadExamples {
  struct Unavailable: Error {}
  struct NotFound: Error {}

  /// Answers from the given attempt on.
  struct Backend: Sendable {
    var succeedsAt = 1
    func answer(_ request: String, _ attempt: Int = 1) async throws -> String {
      if attempt < succeedsAt { throw Unavailable() }
      return "\(request): done"
    }
  }

  // MARK: Retrying

  @Test func `a call is tried again`() async throws {
    let backend = Backend(succeedsAt: 2), request = "a question"
    let answer = try await retrying { attempt in
      try await backend.answer(request, attempt)
    }
    #expect(answer == "a question: done")
  }

  @Test func `an error tells of all attempts`() async throws {
    let backend = Backend(succeedsAt: 9), request = "a question"
    let policy = RetryPolicy(backoff: .constant(.seconds(60)))
    func ask() async throws -> String {
      do {
        return try await retrying(policy: policy) { attempt in try await backend.answer(request, attempt) }
      } catch let error as RetriesExhausted where error.reason == .deadline {
        return "no time for another of \(error.attempts) attempts: \(error.lastError)"
      }
    }
    let answer = try await withDeadline(in: .seconds(30)) { try await ask() }
    #expect(answer == "no time for another of 1 attempts: Unavailable()")
  }

  @Test func `a policy says what is tried again`() async throws {
    let policy = RetryPolicy(
      maxAttempts: 5,
      backoff: .exponential(from: .milliseconds(50), factor: 2, cap: .seconds(2), jitter: .full),
      attemptDeadline: .seconds(1),
      isRetryable: { $0 is Unavailable || $0 is DeadlineExceeded })
    #expect(policy.isRetryable(Unavailable()) && !policy.isRetryable(NotFound()))
  }

  @Test func `a seed repeats the waits`() {
    let backoff = Backoff.constant(.nanoseconds(999), jitter: .full, seed: 1_234_567)
    print(Array(backoff.makeDelays().prefix(3)))  // [3.5e-07 seconds, 1.73e-07 seconds, 5.32e-07 seconds]
    #expect("\(Array(backoff.makeDelays().prefix(3)))" == "[3.5e-07 seconds, 1.73e-07 seconds, 5.32e-07 seconds]")
  }

  @Test func `a budget is shared`() async throws {
    let share = RetryBudget.requests(percentage: 20, minimumPerSecond: 10)  // Finagle's
    let tokens = RetryBudget.tokens(maximum: 10, perSuccess: 0.1)  // gRPC's
    let backend = Backend(succeedsAt: 2), request = "a question"
    let policy = RetryPolicy(backoff: .constant(.zero))
    for budget in [share, tokens] {
      let answer = try await retrying(policy: policy, budget: budget) { attempt in
        try await backend.answer(request, attempt)
      }
      #expect(answer == "a question: done")
    }
  }

  @Test func `no wait reaches the nearest deadline`() async throws {
    var reason: RetriesExhausted.Reason?
    func print(_ told: RetriesExhausted.Reason, _ now: ManualClock.Instant) {
      reason = told
      #expect("\(told) \(now)" == "deadline 0.0 seconds")
    }
    let clock = ManualClock()
    let policy = RetryPolicy(backoff: .constant(.seconds(2)))
    do {
      try await withDeadline(in: .seconds(2), clock: clock) {
        try await retrying(policy: policy, clock: clock) { _ in throw Unavailable() }
      }
    } catch let error as RetriesExhausted {
      print(error.reason, clock.now)  // deadline 0.0 seconds
    }
    #expect(reason == .deadline)
  }

  // MARK: Overload

  @Test func `a rate is kept`() async throws {
    let requests = Array(1...12)
    var sent: [Int] = []
    func send(_ request: Int) async throws { sent.append(request) }
    let limiter = RateLimiter(rate: 100, burst: 10)
    for request in requests {
      try await limiter.acquire()
      try await send(request)
    }
    #expect(sent == requests)
  }

  @Test func `a limit finds its height`() async throws {
    let backend = Backend()
    let limit = AdaptiveLimit(.gradient2())
    let answer = try await limit.withPermit {
      try await backend.answer("a question")
    }
    #expect(answer == "a question: done" && limit.inFlight == 0)
  }

  @Test func `a server turns calls away`() async throws {
    let backend = Backend()
    let limit = AdaptiveLimit(.aimd(initial: 1, minimum: 1, maximum: 1))
    func serve(_ request: String) async throws -> String {
      guard let permit = limit.tryAcquire() else { return "503, come back later" }
      let answer = try await backend.answer(request)
      permit.success()
      return answer
    }
    #expect(try await serve("a question") == "a question: done")
    let taken = limit.tryAcquire()
    #expect(try await serve("a question") == "503, come back later")
    taken?.ignored()
  }

  @Test func `a breaker is made and used`() async throws {
    struct Inventory {
      func stock(of article: String) async throws -> Int { 3 }
    }
    let inventory = Inventory(), cached = ["gears": 7], article = "gears"
    func stock() async throws -> Int? {
      let breaker = CircuitBreaker(name: "inventory", window: 20, minimumCalls: 10, openTime: .seconds(5))
      do {
        return try await breaker.call(judging: { $0 is NotFound ? .success : .failure }) {
          try await inventory.stock(of: article)
        }
      } catch let error as CircuitOpen {
        print(error)
        return cached[article]
      }
    }
    #expect(try await stock() == 3)
  }

  @Test func `a throttle lets through what is accepted`() async throws {
    let backend = Backend()
    let throttle = AdaptiveThrottle()
    let answer = try await throttle.call(judging: { $0 is NotFound ? .accepted : .rejected }) {
      try await backend.answer("a question")
    }
    #expect(answer == "a question: done" && throttle.rejectionProbability == 0)
  }

  @Test func `they stand around each other`() async throws {
    let backend = Backend(), policy = RetryPolicy(isRetryable: { !($0 is CircuitOpen) })
    let budget = RetryBudget.requests(), breaker = CircuitBreaker(), limit = AdaptiveLimit(.vegas())
    let clock = ManualClock()
    let answer = try await withDeadline(in: .seconds(2), clock: clock) {
      try await retrying(policy: policy, budget: budget, clock: clock) { _ in
        try await breaker.call {
          try await limit.withPermit { try await backend.answer("a question") }
        }
      }
    }
    #expect(answer == "a question: done")
  }
}
