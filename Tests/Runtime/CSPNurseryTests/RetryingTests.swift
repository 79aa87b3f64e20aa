// Trying again: attempts, waits, deadlines, budgets, cancellation, on a clock that tests move.
import CSP
import ChannelScenarios
import Testing

@testable import CSPNursery

@Suite("retrying") struct RetryingTests {
  /// What attempts were made, and when.
  final class Log: Sendable {
    let attempts = Locked<[(number: Int, at: Duration)]>([])
    let clock = ManualClock()
    func note(_ number: Int) { attempts.withLock { $0.append((number, clock.now.sinceStart)) } }
    var count: Int { attempts.withLock { $0.count } }
    var numbers: [Int] { attempts.withLock { $0.map(\.number) } }
    var times: [Duration] { attempts.withLock { $0.map(\.at) } }
  }

  static func exhausted(_ error: (any Error)?) -> RetriesExhausted? { error as? RetriesExhausted }

  // MARK: The decision

  @Test(
    arguments: [
      // attempts, what the policy says of each error, nanoseconds left, the steps
      (1, [true], nil, [.giveUp(.attempts)]),
      (3, [true, true, true], nil, [.wait(100), .wait(200), .giveUp(.attempts)]),
      (3, [false], nil, [.giveUp(.notRetryable)]),
      (3, [true, false], nil, [.wait(100), .giveUp(.notRetryable)]),
      (1, [false], nil, [.giveUp(.notRetryable)]),
      (9, [true, true, true], 201, [.wait(100), .wait(200), .giveUp(.deadline)]),
      (9, [true, true], 200, [.wait(100), .giveUp(.deadline)]),
      (9, [true], 100, [.giveUp(.deadline)]),
      (9, [true], 0, [.giveUp(.deadline)]),
      (9, [true], -5, [.giveUp(.deadline)]),
      (2, [true, true], 101, [.wait(100), .giveUp(.attempts)]),
    ] as [(Int, [Bool], Int64?, [RetryMachine.Step])])
  func `a failed attempt is followed by`(
    _ attempts: Int, _ retryable: [Bool], _ left: Int64?, _ steps: [RetryMachine.Step]
  ) {
    let backoff = Backoff.exponential(from: .nanoseconds(100), cap: .seconds(1), jitter: .none)
    var machine = RetryMachine(RetryPolicy(maxAttempts: attempts, backoff: backoff))
    #expect(
      retryable.map { machine.attemptFailed(isRetryable: $0, remaining: left, bits: half) } == steps)
  }

  // MARK: Attempts and waits

  @Test func `the first attempt that succeeds ends it`() async throws {
    let log = Log()
    let value = try await retrying(clock: log.clock) { attempt in
      log.note(attempt)
      return "value"
    }
    #expect(value == "value")
    #expect(log.numbers == [1])
    #expect(log.clock.pendingAlarms == 0)
  }

  @Test func `attempts come when the backoff says`() async throws {
    let log = Log()
    let policy = RetryPolicy(
      maxAttempts: 5, backoff: .exponential(from: .milliseconds(100), cap: .milliseconds(300), jitter: .none))
    let task = Task {
      try await retrying(policy: policy, clock: log.clock) { attempt in
        log.note(attempt)
        if attempt < 5 { throw Failed(attempt) }
        return attempt
      }
    }
    for (attempts, wait) in [(1, 100), (2, 200), (3, 300), (4, 300)] {
      await until { log.count == attempts && log.clock.pendingAlarms == 1 }
      log.clock.advance(by: .milliseconds(wait) - .nanoseconds(1))
      #expect(log.clock.pendingAlarms == 1)
      log.clock.advance(by: .nanoseconds(1))
    }
    #expect(try await task.value == 5)
    #expect(log.numbers == [1, 2, 3, 4, 5])
    #expect(log.times == [0, 100, 300, 600, 900].map { .milliseconds($0) })
  }

  @Test func `a seeded jitter waits as computed by hand`() async throws {
    let log = Log()
    let policy = RetryPolicy(
      maxAttempts: 3, backoff: .constant(.nanoseconds(999), jitter: .full, seed: 1_234_567))
    let task = Task {
      try await retrying(policy: policy, clock: log.clock) { attempt in
        log.note(attempt)
        if attempt < 3 { throw Failed(attempt) }
      }
    }
    for wait in [350, 173] {
      await until { log.clock.pendingAlarms == 1 }
      log.clock.advance(by: .nanoseconds(wait))
      await until { log.times.last == log.clock.now.sinceStart }
    }
    try await task.value
    #expect(log.times == [0, 350, 523].map { .nanoseconds($0) })
  }

  @Test func `the errors of all attempts are told`() async {
    let log = Log()
    let error = await #expect(throws: RetriesExhausted.self) {
      try await retrying(policy: RetryPolicy(maxAttempts: 3, backoff: .constant(.zero)), clock: log.clock) { attempt in
        throw Failed(attempt)
      }
    }
    #expect(error?.errors as? [Failed] == [Failed(1), Failed(2), Failed(3)])
    #expect(error?.attempts == 3)
    #expect(error?.lastError as? Failed == Failed(3))
    #expect(error?.reason == .attempts)
    #expect(
      "\(error!)"
        == "gave up after 3 attempts, because no more attempts are allowed (1: failed 1; 2: failed 2; 3: failed 3)")
  }

  @Test func `an error that will not go away is not tried again`() async {
    let log = Log()
    let policy = RetryPolicy(backoff: .constant(.zero), isRetryable: { ($0 as? Failed)?.number != 2 })
    let error = await #expect(throws: RetriesExhausted.self) {
      try await retrying(policy: policy, clock: log.clock) { attempt in
        log.note(attempt)
        throw Failed(attempt)
      }
    }
    #expect(error?.reason == .notRetryable)
    #expect(error?.errors as? [Failed] == [Failed(1), Failed(2)])
    #expect(log.numbers == [1, 2])
  }

  // MARK: Deadlines

  /// The deadline and the wait in seconds; whether there is a second attempt.
  @Test(arguments: [(1, 2, false), (2, 2, false), (3, 2, true)])
  func `a wait that would reach the nearest deadline is not begun`(
    _ deadline: Int, _ wait: Int, _ goesOn: Bool
  ) async throws {
    let log = Log()
    let policy = RetryPolicy(maxAttempts: 2, backoff: .constant(.seconds(wait)))
    let task = Task {
      try await withDeadline(in: .seconds(deadline), clock: log.clock) {
        try await withDeadline(in: .seconds(100), clock: log.clock) {  // not the nearest
          try await retrying(policy: policy, clock: log.clock) { attempt in
            log.note(attempt)
            if attempt == 1 { throw Failed(attempt) }
          }
        }
      }
    }
    if goesOn {
      await until { log.clock.pendingAlarms == 3 }
      log.clock.advance(by: .seconds(wait))
      try await task.value
      #expect(log.times == [.zero, .seconds(wait)])
    } else {
      let error = await #expect(throws: RetriesExhausted.self) { try await task.value }
      #expect(error?.reason == .deadline)
      #expect(error?.errors as? [Failed] == [Failed(1)])
      #expect(log.clock.now.sinceStart == .zero)
    }
    #expect(log.numbers.count == (goesOn ? 2 : 1))
  }

  @Test func `a shield hides the deadline, and the wait is begun`() async throws {
    let log = Log()
    let policy = RetryPolicy(maxAttempts: 2, backoff: .constant(.seconds(2)))
    let task = Task {
      try await withDeadline(in: .seconds(1), clock: log.clock) {
        try await withShield {
          try await retrying(policy: policy, clock: log.clock) { attempt in
            log.note(attempt)
            if attempt == 1 { throw Failed(attempt) }
          }
        }
      }
    }
    await until { log.clock.pendingAlarms == 2 }
    log.clock.advance(by: .seconds(2))
    try await task.value
    #expect(log.numbers == [1, 2])
  }

  @Test func `an attempt that takes too long is tried again`() async throws {
    let log = Log()
    let never = Channel<Void>(.rendezvous)
    let policy = RetryPolicy(maxAttempts: 3, backoff: .constant(.zero), attemptDeadline: .seconds(1))
    let task = Task {
      try await retrying(policy: policy, clock: log.clock) { attempt in
        log.note(attempt)
        if attempt < 3 { _ = try await never.receive() }
        return attempt
      }
    }
    for attempts in 1...2 {
      await until { log.count == attempts && log.clock.pendingAlarms == 1 && never.statistics.waitingReceivers == 1 }
      log.clock.advance(by: .seconds(1))
    }
    #expect(try await task.value == 3)
    #expect(log.times == [0, 1, 2].map { .seconds($0) })
  }

  @Test func `attempts that all take too long tell so`() async throws {
    let clock = ManualClock()
    let never = Channel<Void>(.rendezvous)
    let policy = RetryPolicy(maxAttempts: 1, attemptDeadline: .seconds(1))
    let task = Task {
      try await retrying(policy: policy, clock: clock) { _ in _ = try await never.receive() }
    }
    await until { clock.pendingAlarms == 1 && never.statistics.waitingReceivers == 1 }
    clock.advance(by: .seconds(1))
    let error = await #expect(throws: RetriesExhausted.self) { try await task.value }
    #expect(error?.lastError is DeadlineExceeded)
  }

  @Test func `a deadline during an attempt is the deadline's error`() async throws {
    let clock = ManualClock()
    let never = Channel<Void>(.rendezvous)
    let task = Task {
      try await withDeadline(in: .seconds(1), clock: clock) {
        try await retrying(clock: clock) { _ in _ = try await never.receive() }
      }
    }
    await until { clock.pendingAlarms == 1 && never.statistics.waitingReceivers == 1 }
    clock.advance(by: .seconds(1))
    await #expect(throws: DeadlineExceeded.self) { try await task.value }
  }

  // MARK: Budgets

  @Test func `a spent budget ends it`() async {
    let clock = ManualClock()
    let budget = RetryBudget.requests(percentage: 200, minimumPerSecond: 0, clock: clock)
    let error = await #expect(throws: RetriesExhausted.self) {
      try await retrying(policy: RetryPolicy(maxAttempts: 9, backoff: .constant(.zero)), budget: budget, clock: clock) {
        throw Failed($0)
      }
    }
    #expect(error?.reason == .budget)
    #expect(error?.errors as? [Failed] == [Failed(1), Failed(2), Failed(3)])
  }

  @Test func `failures that say nothing of the service take no token`() async throws {
    let budget = RetryBudget.tokens(maximum: 4, perSuccess: 1)
    let fatal = RetryPolicy(isRetryable: { _ in false })
    for _ in 0..<10 {
      _ = await #expect(throws: RetriesExhausted.self) {
        try await retrying(policy: fatal, budget: budget) { throw Failed($0) }
      }
    }
    #expect(budget.allowsRetry)

    let policy = RetryPolicy(maxAttempts: 9, backoff: .constant(.zero))
    let error = await #expect(throws: RetriesExhausted.self) {
      try await retrying(policy: policy, budget: budget) { throw Failed($0) }
    }
    #expect(error?.reason == .budget && error?.attempts == 2)  // 4 tokens, 3, 2: not more than half
    try await retrying(policy: policy, budget: budget) { _ in }
    #expect(budget.allowsRetry)  // and 3 again
  }

  @Test func `a retry that does not take place is not paid for`() async {
    let clock = ManualClock()
    let budget = RetryBudget.requests(percentage: 100, minimumPerSecond: 0, clock: clock)
    for policy in [RetryPolicy(maxAttempts: 1), RetryPolicy(isRetryable: { _ in false })] {
      _ = await #expect(throws: RetriesExhausted.self) {
        try await retrying(policy: policy, budget: budget, clock: clock) { throw Failed($0) }
      }
      #expect(budget.tryWithdraw())
      #expect(!budget.tryWithdraw())
    }
  }

  // MARK: Cancellation

  @Test func `cancelled before it waits, it throws at once`() async {
    let log = Log()
    let task = Task {
      try await retrying(clock: log.clock) { attempt in
        log.note(attempt)
        withUnsafeCurrentTask { $0?.cancel() }
        throw Failed(attempt)
      }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(log.numbers == [1])
  }

  @Test func `cancelled while it waits, it throws at once`() async {
    let log = Log()
    let task = Task {
      try await retrying(policy: RetryPolicy(backoff: .constant(.seconds(1))), clock: log.clock) { attempt in
        log.note(attempt)
        throw Failed(attempt)
      }
    }
    await until { log.clock.pendingAlarms == 1 }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(log.numbers == [1])
    #expect(log.clock.pendingAlarms == 0)
  }

  @Test func `cancelled after its wait has ended, it makes no further attempt`() async {
    // On an actor that is busy the woken task cannot run before it is cancelled.
    actor Busy {
      let log = Log()
      var task: Task<Void, any Error>?
      func begin() {
        task = Task {
          try await retrying(policy: RetryPolicy(backoff: .constant(.seconds(1))), clock: log.clock) { attempt in
            log.note(attempt)
            throw Failed(attempt)
          }
        }
      }
      func wakeAndCancel() -> Task<Void, any Error> {
        log.clock.advance(by: .seconds(1))
        task!.cancel()
        return task!
      }
    }
    let busy = Busy()
    await busy.begin()
    await until { busy.log.clock.pendingAlarms == 1 }
    let task = await busy.wakeAndCancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(busy.log.numbers == [1])
  }

  @Test func `an attempt that was cancelled is not tried again`() async {
    let log = Log()
    await #expect(throws: CancellationError.self) {
      try await retrying(clock: log.clock) { attempt in
        log.note(attempt)
        throw CancellationError()
      }
    }
    #expect(log.numbers == [1])
  }

  @Test func `a cancelled scope around ends it`() async {
    let log = Log()
    let task = Task {
      try await withCancelScope { scope in
        try await retrying(clock: log.clock) { attempt in
          log.note(attempt)
          scope.cancel("enough")
          throw Failed(attempt)
        }
      }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(log.numbers == [1])
  }

  @Test func `a value that is not Sendable stays where it is`() async throws {
    final class Box { var value = 0 }
    let box = Box()
    let same = try await retrying(clock: ManualClock()) { attempt in
      box.value += attempt
      return box
    }
    #expect(same === box && box.value == 1)
  }
}
