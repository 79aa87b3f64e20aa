// When copies start, who wins, what the budget grants.
import CSP
import ChannelScenarios
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
    let budget = RetryBudget.requests(percentage: 0, minimumPerSecond: 1, window: .seconds(1), clock: clock)
    let task = Task {
      try await hedged(after: .seconds(1), copies: 2, budget: budget, clock: clock) { copy -> Int in
        try await clock.sleep(for: .seconds(60))
        throw Refusal(number: copy)
      }
    }
    await until { clock.pendingAlarms == 2 }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(budget.tryWithdraw(), "no copy took what the budget had")
  }

  // MARK: The budget

  @Test func `a refusal ends hedging for the call, and the call goes on`() async throws {
    let clock = ManualClock(), attendance = Attendance()
    let budget = RetryBudget.requests(percentage: 0, minimumPerSecond: 1, window: .seconds(1), clock: clock)
    #expect(budget.tryWithdraw())
    async let winner = hedged(after: .milliseconds(1), copies: 3, budget: budget, clock: clock) { copy in
      try await attendance.attend { try await clock.sleep(for: .milliseconds(10)) }
      return copy
    }
    await clock.advance(by: .milliseconds(1), whenAlarms: 2)
    await clock.advance(by: .milliseconds(9), whenAlarms: 1)
    #expect(try await winner == 0)
    #expect(attendance.entered == 1)
  }

  @Test func `twenty hedged calls earn one copy at five percent, and retries draw on the same budget`() async throws {
    let clock = ManualClock()
    let budget = RetryBudget.requests(percentage: 5, minimumPerSecond: 0, window: .seconds(10), clock: clock)
    func call() async throws -> Int {
      let attendance = Attendance()
      _ = try? await hedged(after: .seconds(60), copies: 2, budget: budget, clock: clock) { copy -> Int in
        try await attendance.attend { throw Refusal(number: copy) }
      }
      return attendance.entered
    }
    var entered: [Int] = []
    for _ in 0..<40 { entered.append(try await call()) }
    #expect(entered == (1...40).map { $0 % 20 == 0 ? 2 : 1 })
    for _ in 0..<19 { budget.requestBegan() }
    // The twentieth call is retried once, which takes what a hedge would have had.
    let attempts = Locked(0)
    let policy = RetryPolicy(maxAttempts: 5, backoff: .constant(.zero))
    await #expect(throws: RetriesExhausted.self) {
      try await retrying(policy: policy, budget: budget, clock: clock) { _ in
        attempts.add()
        throw Refusal(number: 0)
      }
    }
    #expect(attempts.current == 2)
    #expect(!budget.allowsRetry)
  }

  @Test func `copies that fail cost the tokens of a budget of tokens, and losers do not`() async throws {
    let clock = ManualClock()
    let budget = RetryBudget.tokens(maximum: 4, perSuccess: 0.5)
    // Four tokens, hedging above two: the winner gives half of one, the cancelled loser takes none.
    async let winner = hedged(after: .milliseconds(1), copies: 2, budget: budget, clock: clock) { copy in
      try await clock.sleep(for: .milliseconds(copy == 0 ? 60 : 1))
      return copy
    }
    await clock.advance(by: .milliseconds(1), whenAlarms: 2)
    await clock.advance(by: .milliseconds(1), whenAlarms: 2)
    #expect(try await winner == 1)
    #expect(budget.allowsRetry)
    for _ in 0..<2 {
      _ = try? await hedged(after: .seconds(60), copies: 1, budget: budget, clock: clock) { copy -> Int in
        throw Refusal(number: copy)
      }
    }
    #expect(!budget.allowsRetry)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `extra requests never exceed the reserve and the share`(_ seed: UInt64) async {
    var random = SplitMix(seed)
    let percentage = Int.random(in: 0...100, using: &random), reserve = Int.random(in: 1...20, using: &random)
    let clock = ManualClock()
    let budget = RetryBudget.requests(
      percentage: Double(percentage), minimumPerSecond: reserve, window: .seconds(1), clock: clock)
    let isRequest = (0..<2_000).map { _ in Bool.random(using: &random) }
    // What was granted is read before the requests that may have paid for it: never more than the bound at any moment.
    let (extras, requests) = (Locked(0), Locked(0))
    await withTaskGroup { group in
      for half in [isRequest.prefix(1_000), isRequest.suffix(1_000)] {
        group.addTask {
          for isRequest in half {
            if isRequest {
              requests.add()
              budget.requestBegan()
            } else if budget.tryWithdraw() {
              extras.add()
            }
            let granted = extras.current, begun = requests.current
            #expect(granted * 100 <= reserve * 100 + percentage * begun, "seed \(seed)")
          }
        }
      }
    }
    #expect(requests.current == isRequest.count { $0 })
  }

  @Test func `misuse is refused with the rule`() async {
    let copies = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = try await hedged(after: .zero, copies: 0) { $0 }
    }
    #expect(text(copies).contains("at least 1 copy, not 0"))
  }

  private func text(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}
