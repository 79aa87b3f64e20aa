// The token bucket against its definition, and the limiter's line on a clock that tests move.
import CSP
import ChannelScenarios
import Testing

@testable import CSPNursery

@Suite("rate limiter") struct RateLimiterTests {
  // MARK: The bucket

  @Test func `a bucket begins full, empties at once, and fills evenly`() {
    var bucket = TokenBucket(rate: 10, period: second, burst: 3, at: 0)
    #expect((0..<4).map { _ in bucket.take(1, at: 0) } == [true, true, true, false])
    #expect((1...3).map { bucket.ready($0) } == [100 * millisecond, 200 * millisecond, 300 * millisecond])
    #expect(bucket.take(1, at: 100 * millisecond - 1) == false)
    #expect(bucket.take(1, at: 100 * millisecond) == true)
    #expect(bucket.available(at: 399 * millisecond) == 2)
    #expect(bucket.available(at: 400 * millisecond) == 3)
    #expect(bucket.available(at: 60 * second) == 3)
    #expect([3, 1].map { bucket.take($0, at: 60 * second) } == [true, false])
  }

  /// The n-th permit is there at ⌈n · period / rate⌉, however many have been taken before.
  @Test(arguments: [(3, second), (7, second), (1_000_000_007, second), (60, 60 * second), (1, 1)])
  func `a rate does not drift`(_ rate: Int, _ period: Int64) {
    var bucket = TokenBucket(rate: rate, period: period, burst: 1, at: 0)
    #expect(bucket.take(1, at: 0) == true)
    for n in 1...50_000 {
      let due = Int64((Int128(n) * Int128(period) + Int128(rate) - 1) / Int128(rate))
      let isReady = bucket.ready(1) == due
      // Somebody has been waiting all the time, and is woken late now and then.
      let tooEarly = bucket.take(1, since: 0, at: due - 1)
      let inTime = bucket.take(1, since: 0, at: n % 3 == 0 ? due + 12_345 : due)
      if !isReady || tooEarly || !inTime {
        Issue.record("permit \(n) is not due at \(due)")
        return
      }
    }
  }

  @Test func `a bucket is what its definition says, nanosecond by nanosecond`() {
    let seed: UInt64 = 0xB0C4E7
    var bits = SplitMix(seed)
    for _ in 0..<500 {
      let rate = Int.random(in: 1...5, using: &bits)
      let period = Int.random(in: 1...9, using: &bits)
      let burst = Int.random(in: 1...4, using: &bits)
      var bucket = TokenBucket(rate: rate, period: Int64(period), burst: burst, at: 0)
      var level = burst * period  // in parts of a permit, `period` of them each
      for now in 0..<Int64(60) {
        if now > 0 { level = min(burst * period, level + rate) }
        for _ in 0..<Int.random(in: 0...2, using: &bits) {
          let permits = Int.random(in: 1...burst, using: &bits)
          #expect(bucket.available(at: now) == level / period, "seed \(seed)")
          let missing = permits * period - level
          let ready = missing <= 0 ? nil : now + Int64((missing + rate - 1) / rate)
          #expect(ready.map { bucket.ready(permits) == $0 } ?? (bucket.ready(permits) <= now), "seed \(seed)")
          let taken = bucket.take(permits, at: now)
          #expect(taken == (missing <= 0), "seed \(seed)")
          if taken { level -= permits * period }
        }
      }
    }
  }

  // MARK: The line

  @Test func `acquire waits until a permit has flowed in`() async throws {
    let clock = ManualClock()
    let limiter = RateLimiter(rate: 10, burst: 2, clock: clock)
    try await limiter.acquire(2)
    let task = Task { try await limiter.acquire() }
    await until { limiter.waitingCount == 1 }
    #expect(clock.pendingAlarms == 1)
    clock.advance(by: .milliseconds(100) - .nanoseconds(1))
    #expect(limiter.waitingCount == 1)
    clock.advance(by: .nanoseconds(1))
    #expect(limiter.waitingCount == 0 && limiter.availablePermits == 0)
    try await task.value
    #expect(clock.pendingAlarms == 0)
  }

  @Test func `the line is served in order, and nobody overtakes`() async throws {
    let clock = ManualClock()
    let limiter = RateLimiter(rate: 1, burst: 3, clock: clock)
    #expect(limiter.tryAcquire(3))
    let served = Channel<Int>(.unbounded)
    var tasks: [Task<Void, any Error>] = []
    for (i, permits) in [3, 1, 1].enumerated() {
      let task = Task {
        try await limiter.acquire(permits)
        _ = served.trySend(i)
      }
      tasks.append(task)
      await until { limiter.waitingCount == i + 1 }
    }
    clock.advance(by: .seconds(2))
    #expect(limiter.waitingCount == 3)
    #expect(limiter.availablePermits == 2 && !limiter.tryAcquire())  // the first one's
    for _ in 0..<3 {
      clock.advance(by: .seconds(1))
      await until { served.count + limiter.waitingCount == 3 }
    }
    for task in tasks { try await task.value }
    for i in 0..<3 { #expect(served.tryReceive() == .received(i)) }
  }

  @Test func `one advance serves all whose time has come on the way`() async throws {
    let clock = ManualClock()
    let limiter = RateLimiter(rate: 1, burst: 1, clock: clock)
    #expect(limiter.tryAcquire())
    let tasks = (0..<5).map { _ in Task { try await limiter.acquire() } }
    await until { limiter.waitingCount == 5 }
    clock.advance(by: .milliseconds(3500))
    #expect(limiter.waitingCount == 2 && limiter.availablePermits == 0)
    clock.advance(by: .seconds(2))
    for task in tasks { try await task.value }
    #expect(clock.pendingAlarms == 0)
  }

  // MARK: Cancellation

  @Test func `cancelled before it is in the line, it takes nothing`() async {
    let clock = ManualClock()
    let limiter = RateLimiter(rate: 1, burst: 1, clock: clock)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await limiter.acquire()
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(limiter.availablePermits == 1)

    // The machine's own row: the handler ran before the task had suspended.
    var line = WaitingLine()
    var resumable = WaitingLine.Granted()
    let waiting = WaitingTask(permits: 1)
    line.taskCancelled(waiting, &resumable)
    await withUnsafeContinuation {
      line.taskSuspended(waiting, $0, &resumable); resumable.resume()
    }
    #expect(!waiting.wasGranted && line.isEmpty && line.count == 0)
  }

  @Test func `cancelled in the line, it takes nothing and those behind move up`() async throws {
    let clock = ManualClock()
    let limiter = RateLimiter(rate: 1, burst: 2, clock: clock)
    #expect(limiter.tryAcquire())
    let wantsTwo = Task { try await limiter.acquire(2) }
    await until { limiter.waitingCount == 1 }
    let wantsOne = Task { try await limiter.acquire(1) }
    await until { limiter.waitingCount == 2 }
    wantsTwo.cancel()  // there is one permit, which only the first one stood before
    #expect(limiter.waitingCount == 0 && clock.pendingAlarms == 0)
    await #expect(throws: CancellationError.self) { try await wantsTwo.value }
    try await wantsOne.value
    #expect(limiter.availablePermits == 0)
  }

  @Test func `cancelled after it was granted, it has its permit`() async throws {
    actor Busy {
      let clock = ManualClock()
      let limiter: RateLimiter
      var task: Task<Void, any Error>?
      init() {
        limiter = RateLimiter(rate: 1, burst: 1, clock: clock)
      }
      func begin() {
        _ = limiter.tryAcquire()
        task = Task { try await limiter.acquire() }
      }
      func grantAndCancel() -> Task<Void, any Error> {
        clock.advance(by: .seconds(1))
        task!.cancel()
        return task!
      }
    }
    let busy = Busy()
    await busy.begin()
    await until { busy.limiter.waitingCount == 1 }
    let task = await busy.grantAndCancel()
    try await task.value  // does not throw: what was taken was taken
    #expect(busy.limiter.availablePermits == 0)
  }

  @Test func `a deadline ends the wait`() async {
    let clock = ManualClock()
    let limiter = RateLimiter(rate: 1, burst: 1, clock: clock)
    #expect(limiter.tryAcquire())
    let task = Task {
      try await withDeadline(in: .milliseconds(500), clock: clock) { try await limiter.acquire() }
    }
    await until { limiter.waitingCount == 1 && clock.pendingAlarms == 2 }
    clock.advance(by: .milliseconds(500))
    await #expect(throws: DeadlineExceeded.self) { try await task.value }
    #expect(limiter.waitingCount == 0 && clock.pendingAlarms == 0)
  }

  /// A list in order, looked at nanosecond by nanosecond, is the definition.
  @Test(arguments: [0x11E5, 0x22E5, 0x33E5, 0x44E5] as [UInt64])
  func `random arrivals and cancellations are served as by the definition`(_ seed: UInt64) async {
    var bits = SplitMix(seed)
    for _ in 0..<25 {
      let rate = Int.random(in: 1...3, using: &bits)
      let period = Int.random(in: 1...7, using: &bits)
      let burst = Int.random(in: 1...4, using: &bits)
      let clock = ManualClock()
      let limiter = RateLimiter(rate: rate, per: .nanoseconds(period), burst: burst, clock: clock)
      var level = burst * period
      var line: [(id: Int, permits: Int)] = []
      var tasks: [Task<Bool, Never>] = []
      var expected: [Bool?] = []

      func serve() {
        while let first = line.first, first.permits * period <= level {
          level -= first.permits * period
          expected[first.id] = true
          line.removeFirst()
        }
      }
      for _ in 0..<60 {
        switch Int.random(in: 0..<4, using: &bits) {
        case 0:
          let permits = Int.random(in: 1...burst, using: &bits)
          line.append((tasks.count, permits))
          expected.append(nil)
          serve()
          let task = Task { (try? await limiter.acquire(permits)) != nil }
          tasks.append(task)
          if expected[tasks.count - 1] != nil { _ = await task.value }
          let waiting = line.count
          await until { limiter.waitingCount == waiting }
        case 1 where !line.isEmpty:
          let gone = line.remove(at: Int.random(in: 0..<line.count, using: &bits))
          expected[gone.id] = false
          tasks[gone.id].cancel()
          serve()
        case 2:
          let taken = line.isEmpty && period <= level
          if taken { level -= period }
          #expect(limiter.tryAcquire() == taken, "seed \(seed)")
        default:
          // What flows in goes to those who wait first; only the rest can run over.
          level += rate
          serve()
          level = min(burst * period, level)
          clock.advance(by: .nanoseconds(1))
        }
        #expect(limiter.waitingCount == line.count, "seed \(seed)")
        #expect(limiter.availablePermits == level / period, "seed \(seed)")
        #expect(clock.pendingAlarms == (line.isEmpty ? 0 : 1), "seed \(seed)")
      }
      for task in tasks.reversed() { task.cancel() }  // so that nobody moves up
      for (task, expected) in zip(tasks, expected) {
        #expect(await task.value == (expected ?? false), "seed \(seed)")
      }
    }
  }

  @Test func `on the machine's clock the rate is not exceeded`() async throws {
    let limiter = RateLimiter(rate: 20, per: .milliseconds(20), burst: 1)
    let start = ContinuousClock.now
    try await withThrowingTaskGroup { group in
      for _ in 0..<4 { group.addTask { for _ in 0..<5 { try await limiter.acquire() } } }
      try await group.waitForAll()
    }
    #expect(ContinuousClock.now - start >= .milliseconds(19))
  }
}
