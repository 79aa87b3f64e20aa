// Permits of an adaptive limit: what is a sample, who is served, what cancellation does.
import CSP
import ChannelScenarios
import Testing

@testable import CSPNursery

@Suite("adaptive limit") struct AdaptiveLimitTests {
  /// Begins at `initial`; one more for each success while half is in use, half for each drop.
  static func limit(_ initial: Int, clock: ManualClock, minimum: Int = 1) -> AdaptiveLimit {
    AdaptiveLimit(.aimd(initial: initial, minimum: minimum, maximum: 10, backoff: 0.5), clock: clock)
  }

  /// Whether a permit is refused; one that is granted is given back.
  static func refuses(_ limit: AdaptiveLimit) -> Bool {
    guard let permit = limit.tryAcquire() else { return true }
    permit.ignored()
    return false
  }

  @Test func `permits are granted up to the limit and come back`() {
    let limit = Self.limit(2, clock: ManualClock())
    #expect(!Self.refuses(limit) && limit.inFlight == 0)
    var one = limit.tryAcquire()
    var two = limit.tryAcquire()
    #expect(limit.inFlight == 2)
    #expect(Self.refuses(limit) && limit.inFlight == 2)
    one.take()?.ignored()
    #expect(limit.inFlight == 1)
    two.take()?.ignored()
    #expect(limit.inFlight == 0 && limit.limit == 2)
  }

  @Test(
    arguments: [
      (AdaptiveLimit.Outcome?.some(.success), 5), (.some(.dropped), 2), (.some(.ignored), 4), (nil, 4),
    ])
  func `an outcome moves the limit, and none is ignored`(_ outcome: AdaptiveLimit.Outcome?, _ expected: Int) {
    let limit = Self.limit(4, clock: ManualClock())
    do {
      let other = limit.tryAcquire()
      let permit = limit.tryAcquire()
      if let permit {
        switch outcome {
        case .success: permit.success()
        case .dropped: permit.dropped()
        case .ignored: permit.ignored()
        case nil: break
        }
      }
      #expect(limit.limit == expected)
      _ = consume other
    }
    #expect(limit.inFlight == 0)
  }

  @Test func `who is turned away leaves no trace`() {
    let clock = ManualClock()
    for algorithm in [AdaptiveLimit.Algorithm.aimd(initial: 1, minimum: 1), .gradient2(initial: 1, minimum: 1)] {
      let limit = AdaptiveLimit(algorithm, clock: clock)
      let permit = limit.tryAcquire()
      for _ in 0..<1000 {
        #expect(Self.refuses(limit))
      }
      clock.advance(by: .milliseconds(1))
      #expect(limit.limit == 1 && limit.inFlight == 1)
      permit?.success()
      #expect(limit.inFlight == 0)
    }
  }

  @Test func `a sample is the time from the grant to the end`() {
    let clock = ManualClock()
    let limit = AdaptiveLimit(.aimd(initial: 4, minimum: 1, timeout: .milliseconds(10)), clock: clock)
    for (took, expected) in [(10, 5), (11, 4)] {
      // Three under way, so that half is in use.
      let one = limit.tryAcquire()
      let two = limit.tryAcquire()
      let three = limit.tryAcquire()
      clock.advance(by: .milliseconds(took))
      three?.success()
      #expect(limit.limit == expected)
      one?.ignored()
      two?.ignored()
    }
  }

  @Test func `the wait in the line is no part of the sample`() async throws {
    let clock = ManualClock()
    let limit = Self.limit(1, clock: clock)
    let permit = limit.tryAcquire()
    let task = Task {
      let permit = try await limit.acquire()
      permit.success()
    }
    await until { limit.waitingCount == 1 }
    clock.advance(by: .seconds(60))  // longer than the timeout of 5 s, at which it would count as dropped
    permit?.ignored()
    try await task.value
    #expect(limit.limit == 2)
  }

  @Test func `the line is served in order, and nobody overtakes`() async throws {
    let limit = Self.limit(1, clock: ManualClock())
    let served = Channel<Int>(.unbounded)
    let permit = limit.tryAcquire()
    let tasks = await (0..<4).asyncMap { i in
      let task = Task {
        let permit = try await limit.acquire()
        _ = served.trySend(i)
        permit.ignored()
      }
      await until { limit.waitingCount == i + 1 }
      return task
    }
    #expect(Self.refuses(limit))
    permit?.ignored()
    for task in tasks { try await task.value }
    for i in 0..<4 { #expect(served.tryReceive() == .received(i)) }
    #expect(limit.inFlight == 0)
  }

  @Test func `a limit that rises lets more in, one that falls takes none back`() async throws {
    let limit = Self.limit(2, clock: ManualClock())
    let one = limit.tryAcquire()
    let two = limit.tryAcquire()
    let tasks = (0..<3).map { _ in Task { try await limit.acquire().dropped() } }
    await until { limit.waitingCount == 3 }
    one?.success()  // 3, and one under way: two more
    #expect(limit.limit == 3 && limit.waitingCount == 1)
    await until { limit.limit == 1 }  // two of them have ended, each halved it
    #expect(limit.waitingCount == 1 && limit.inFlight == 1)
    #expect(Self.refuses(limit))
    two?.ignored()
    for task in tasks { try await task.value }
    #expect(limit.inFlight == 0)
  }

  @Test func `a call's end tells the limit`() async throws {
    let clock = ManualClock()
    func ended(_ body: () async throws -> Void) async -> Int {
      let limit = Self.limit(2, clock: clock)
      try? await limit.withPermit(body)
      #expect(limit.inFlight == 0)
      return limit.limit
    }
    #expect(await ended {} == 3)
    #expect(await ended { throw Failed() } == 2)
    #expect(await ended { throw DeadlineExceeded() } == 1)
    #expect(await ended { throw CancellationError() } == 2)
    let judged = Self.limit(2, clock: clock)
    await #expect(throws: Failed.self) {
      try await judged.withPermit(judging: { $0 is Failed ? .dropped : .ignored }) { throw Failed() }
    }
    #expect(judged.limit == 1)
  }

  @Test func `a call that the deadline cut off was dropped, one that was cancelled otherwise is ignored`() async throws
  {
    for deadlinePasses in [true, false] {
      let clock = ManualClock()
      let limit = Self.limit(2, clock: clock)
      let never = Channel<Void>(.rendezvous)
      let task = Task {
        try await withDeadline(in: .seconds(1), clock: clock) {
          try await limit.withPermit { _ = try await never.receive() }
        }
      }
      await until { never.statistics.waitingReceivers == 1 && clock.pendingAlarms == 1 }
      if deadlinePasses { clock.advance(by: .seconds(1)) } else { task.cancel() }
      await #expect(throws: (any Error).self) { try await task.value }
      #expect(limit.limit == (deadlinePasses ? 1 : 2))
    }
  }

  // MARK: Cancellation

  @Test func `cancelled before it is in the line, it takes nothing`() async {
    let limit = Self.limit(1, clock: ManualClock())
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await limit.acquire().success()
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(limit.inFlight == 0 && limit.limit == 1)
  }

  @Test func `cancelled in the line, it takes nothing`() async throws {
    let limit = Self.limit(1, clock: ManualClock())
    let permit = limit.tryAcquire()
    let gone = Task { try await limit.withPermit { Issue.record("ran") } }
    await until { limit.waitingCount == 1 }
    let next = Task { try await limit.acquire().ignored() }
    await until { limit.waitingCount == 2 }
    gone.cancel()
    #expect(limit.waitingCount == 1)
    await #expect(throws: CancellationError.self) { try await gone.value }
    permit?.ignored()
    try await next.value
    #expect(limit.inFlight == 0 && limit.limit == 1)
  }

  @Test func `cancelled after it was granted, it has its permit`() async throws {
    actor Busy {
      let limit = AdaptiveLimitTests.limit(1, clock: ManualClock())
      var task: Task<Int, any Error>?
      func begin() -> AdaptiveLimit.Permit? {
        let permit = limit.tryAcquire()
        task = Task {
          let permit = try await limit.acquire()
          let inFlight = limit.inFlight
          permit.ignored()
          return inFlight
        }
        return permit
      }
      func grantAndCancel(_ permit: consuming AdaptiveLimit.Permit?) -> Task<Int, any Error> {
        permit?.ignored()
        task!.cancel()
        return task!
      }
    }
    let busy = Busy()
    let permit = await busy.begin()
    await until { busy.limit.waitingCount == 1 }
    let task = await busy.grantAndCancel(permit)
    #expect(try await task.value == 1)
    #expect(busy.limit.inFlight == 0)
  }

  @Test func `many at once never exceed the limit, and none is lost`() async throws {
    let limit = AdaptiveLimit(.aimd(initial: 3, minimum: 3, maximum: 3))
    final class Load: Sendable {
      let counts = Locked((running: 0, most: 0))
      func begin() {
        counts.withLock {
          $0.running += 1
          $0.most = max($0.most, $0.running)
        }
      }
      func end() { counts.withLock { $0.running -= 1 } }
    }
    let load = Load()
    let ended = await withTaskGroup(of: Int.self) { group in
      for i in 0..<200 {
        group.addTask {
          let task = Task {
            try await limit.withPermit {
              load.begin()
              await Task.yield()
              load.end()
            }
          }
          if i % 3 == 0 { task.cancel() }
          return (try? await task.value) == nil ? 0 : 1
        }
      }
      return await group.reduce(0, +)
    }
    #expect(ended >= 133)
    #expect(load.counts.withLock { $0.most } <= 3)
    #expect(limit.inFlight == 0 && limit.waitingCount == 0)
  }
}

extension Sequence {
  fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
    var results: [Result] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
