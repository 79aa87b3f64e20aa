// When copies start, who wins, what the budget grants.
import CSP
import Synchronization
import Testing

@Suite("hedging") struct HedgingTests {
  /// One copy: when it started on the virtual clock, in milliseconds.
  final class Starts: Sendable {
    private let times = Mutex<[Int: Int]>([:])
    var all: [Int: Int] { times.withLock { $0 } }
    func add(_ copy: Int, _ clock: ManualClock) {
      let time = Int(clock.now.sinceStart / .milliseconds(1))
      times.withLock { $0[copy] = time }
    }
  }

  @Test func `copies start one delay after another, and the first value wins`() async throws {
    let clock = ManualClock(), starts = Starts(), attendance = Attendance()
    async let winner = hedged(after: .milliseconds(10), copies: 3, clock: clock) { copy in
      try await attendance.attend {
        starts.add(copy, clock)
        try await clock.sleep(for: .milliseconds(copy == 1 ? 15 : 100))
        return copy
      }
    }
    await clock.advance(by: .milliseconds(10), whenAlarms: 2)  // copy 0, and the delay
    await clock.advance(by: .milliseconds(10), whenAlarms: 3)
    await clock.advance(by: .milliseconds(5), whenAlarms: 3)  // three copies, no delay
    #expect(try await winner == 1)
    #expect(starts.all == [0: 0, 1: 10, 2: 20])
    #expect(attendance.inside == 0)
    #expect(clock.pendingAlarms == 0)
  }

  @Test func `a copy that fails starts the next at once, and the delay anew`() async throws {
    let clock = ManualClock(), starts = Starts()
    async let winner = hedged(after: .milliseconds(10), copies: 3, clock: clock) { copy in
      starts.add(copy, clock)
      try await clock.sleep(for: .milliseconds(copy == 0 ? 4 : 100))
      if copy == 0 { throw Refusal(number: copy) }
      return copy
    }
    await clock.advance(by: .milliseconds(4), whenAlarms: 2)
    await until { starts.all.count == 2 }
    await clock.advance(by: .milliseconds(9), whenAlarms: 2)
    #expect(starts.all == [0: 0, 1: 4])
    await clock.advance(by: .milliseconds(1), whenAlarms: 2)
    await clock.advance(by: .milliseconds(90), whenAlarms: 2)
    #expect(try await winner == 1)
    #expect(starts.all == [0: 0, 1: 4, 2: 14])
  }

  @Test(arguments: 1...5)
  func `all errors are there, in order, when all copies failed`(_ copies: Int) async {
    let clock = ManualClock()
    let error = await #expect(throws: AllFailed.self) { () -> Int in
      try await hedged(after: .seconds(1), copies: copies, clock: clock) { copy in throw Refusal(number: copy) }
    }
    #expect(error?.errors as? [Refusal] == (0..<copies).map { Refusal(number: $0) })
    #expect(clock.pendingAlarms == 0)
  }

  @Test func `a fatal error ends the call as it is`() async {
    let clock = ManualClock(), attendance = Attendance()
    async let failure = #expect(throws: Refusal(number: 1)) { () -> Int in
      try await hedged(after: .milliseconds(1), copies: 3, clock: clock, isFatal: { $0 is Refusal }) { copy in
        try await attendance.attend {
          if copy == 1 { throw Refusal(number: 1) }
          try await clock.sleep(for: .seconds(1))
          return copy
        }
      }
    }
    await clock.advance(by: .milliseconds(1), whenAlarms: 2)
    _ = await failure
    #expect(attendance.inside == 0)
    #expect(attendance.entered == 2)
  }

  @Test func `without a delay all copies start at once`() async throws {
    let clock = ManualClock(), attendance = Attendance()
    async let winner = hedged(after: .zero, copies: 4, clock: clock) { copy in
      try await attendance.attend {
        try await clock.sleep(for: .milliseconds(10 - copy))
        return copy
      }
    }
    await clock.advance(by: .milliseconds(7), whenAlarms: 4)
    #expect(try await winner == 3)
    #expect(attendance.inside == 0)
  }

  @Test(arguments: [0, 5, 15])
  func `an outer cancellation ends all copies`(_ milliseconds: Int) async {
    let clock = ManualClock(), attendance = Attendance()
    let task = Task {
      try await hedged(after: .milliseconds(10), copies: 2, clock: clock) { copy in
        try await attendance.attend { try await clock.sleep(for: .seconds(1)) }
        return copy
      }
    }
    await clock.advance(by: .milliseconds(milliseconds), whenAlarms: 2)
    await until { attendance.entered == (milliseconds < 10 ? 1 : 2) && clock.pendingAlarms == 2 }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(attendance.inside == 0)
    #expect(clock.pendingAlarms == 0)
  }

  @Test func `cancelled with copies not started, a failure of one copy is not that of all`() async {
    let clock = ManualClock()
    let budget = HedgeBudget(share: 0, burst: 1)
    let task = Task {
      try await hedged(after: .seconds(1), copies: 2, budget: budget, clock: clock) { copy -> Int in
        try await clock.sleep(for: .seconds(60))
        throw Refusal(number: copy)
      }
    }
    await until { clock.pendingAlarms == 2 }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(budget.extras == 0)
  }

  // MARK: The budget

  @Test func `a refusal ends hedging for the call, and the call goes on`() async throws {
    let clock = ManualClock(), attendance = Attendance()
    let budget = HedgeBudget(share: 0, burst: 1)
    #expect(budget.takeExtra())
    async let winner = hedged(after: .milliseconds(1), copies: 3, budget: budget, clock: clock) { copy in
      try await attendance.attend { try await clock.sleep(for: .milliseconds(10)) }
      return copy
    }
    await clock.advance(by: .milliseconds(1), whenAlarms: 2)
    await clock.advance(by: .milliseconds(9), whenAlarms: 1)
    #expect(try await winner == 0)
    #expect(attendance.entered == 1)
    #expect((budget.requests, budget.extras, budget.refusals) == (1, 1, 1))
  }

  @Test func `twenty requests earn one extra at five percent`() {
    let budget = HedgeBudget(share: 0.05, burst: 2)
    var granted: [Bool] = []
    for _ in 0..<3 { granted.append(budget.takeExtra()) }
    for _ in 0..<19 { budget.recordRequest() }
    granted.append(budget.takeExtra())
    budget.recordRequest()
    granted.append(budget.takeExtra())
    for _ in 0..<1_000 { budget.recordRequest() }  // no more than the burst is in hand
    for _ in 0..<3 { granted.append(budget.takeExtra()) }
    #expect(granted == [true, true, false, false, true, true, true, false])
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `extra requests never exceed the burst and the share`(_ seed: UInt64) async {
    var random = PinnedRandom(state: seed)
    let thousandths = Int.random(in: 0...1_000, using: &random), burst = Int.random(in: 1...20, using: &random)
    let budget = HedgeBudget(share: Double(thousandths) / 1_000, burst: burst)
    let isRequest = (0..<2_000).map { _ in Bool.random(using: &random) }
    await withTaskGroup { group in
      for half in [isRequest.prefix(1_000), isRequest.suffix(1_000)] {
        group.addTask {
          for isRequest in half {
            if isRequest { budget.recordRequest() } else { _ = budget.takeExtra() }
            let (extras, requests) = (budget.extras, budget.requests)
            #expect(extras * 1_000 <= burst * 1_000 + thousandths * requests, "seed \(seed)")
          }
        }
      }
    }
    #expect(budget.requests == isRequest.count { $0 })
    #expect(budget.extras + budget.refusals == isRequest.count { !$0 })
  }

  @Test func `misuse is refused with the rule`() async {
    let copies = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = try await hedged(after: .zero, copies: 0) { $0 }
    }
    #expect(text(copies).contains("at least 1 copy, not 0"))
    let share = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = HedgeBudget(share: 1.5)
    }
    #expect(text(share).contains("from 0 to 1, not 1.5"))
  }

  private func text(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}
