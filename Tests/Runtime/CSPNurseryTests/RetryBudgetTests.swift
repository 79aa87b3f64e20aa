// Both kinds of retry budget, by hand and against their definitions.
import CSP
import ChannelScenarios
import Testing

@testable import CSPNursery

@Suite("retry budgets") struct RetryBudgetTests {
  enum Event: Sendable {
    case requests(Int)
    case advance(Duration)
    case withdrawn
    case refused
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let percentage: Double
    let minimum: Int
    let events: [Event]
    var testDescription: String { name }
  }

  static let rows: [Row] = [
    Row(name: "nothing allows for nothing", percentage: 0, minimum: 0, events: [.requests(1000), .refused]),
    Row(
      name: "five requests pay for a retry at 20 %", percentage: 20, minimum: 0,
      events: [
        .refused, .requests(4), .refused, .requests(1), .withdrawn, .refused, .requests(5), .withdrawn, .refused,
      ]),
    Row(
      name: "twice as many retries as requests", percentage: 200, minimum: 0,
      events: [.requests(1), .withdrawn, .withdrawn, .refused]),
    Row(
      name: "a third of a percent is not rounded away", percentage: 0.25, minimum: 0,
      events: [.requests(399), .refused, .requests(1), .withdrawn, .refused]),
    Row(
      name: "the reserve is the minimum times the window, and comes back", percentage: 0, minimum: 1,
      events: Array(repeating: .withdrawn, count: 10) + [
        .refused, .advance(.seconds(9)), .refused, .advance(.milliseconds(999)), .refused, .advance(.milliseconds(1)),
      ] + Array(repeating: .withdrawn, count: 10) + [.refused]),
    Row(
      name: "a deposit lasts for the window", percentage: 100, minimum: 0,
      events: [
        .requests(1), .advance(.milliseconds(9999)), .withdrawn, .refused, .requests(1), .advance(.seconds(10)),
        .refused,
      ]),
    // The request of second 0 has left at second 10, and the retry of second 5 has not.
    Row(
      name: "a retry outlives the request that paid for it", percentage: 100, minimum: 0,
      events: [
        .requests(1), .advance(.seconds(5)), .withdrawn, .advance(.seconds(5)), .requests(1), .refused, .requests(1),
        .withdrawn, .refused, .advance(.seconds(5)), .withdrawn,
      ]),
    Row(
      name: "Finagle's default: 100 in reserve and a fifth of the requests", percentage: 20, minimum: 10,
      events: [.requests(10)] + Array(repeating: .withdrawn, count: 102) + [.refused]),
  ]

  @Test(arguments: rows)
  func `a share of the requests may be retried`(_ row: Row) {
    let clock = ManualClock()
    let budget = RetryBudget.requests(percentage: row.percentage, minimumPerSecond: row.minimum, clock: clock)
    for (i, event) in row.events.enumerated() {
      switch event {
      case .requests(let count): for _ in 0..<count { budget.requestBegan() }
      case .advance(let duration): clock.advance(by: duration)
      case .withdrawn, .refused:
        let allows = budget.allowsRetry
        let withdrawn = budget.tryWithdraw()
        guard case .withdrawn = event else {
          #expect(!withdrawn && !allows, "event \(i)")
          continue
        }
        #expect(withdrawn && allows, "event \(i)")
      }
    }
  }

  /// + success, − failure; then the thousandths of tokens, and whether there may be a retry.
  @Test(
    arguments: [
      (10, 0.1, "", 10_000, true), (10, 0.1, "+", 10_000, true), (10, 0.1, "----", 6_000, true),
      (10, 0.1, "-----", 5_000, false), (10, 0.1, "-----+", 5_100, true), (10, 0.1, "------++++++++++", 5_000, false),
      (10, 0.1, "-----------+", 100, false), (10, 0.5, "-+++", 10_000, true), (1, 0.001, "-", 0, false),
      (3, 0.001, "--+", 1_001, false), (3, 1, "--+", 2_000, true), (1000, 0.001, "+-", 999_000, true),
    ])
  func `tokens go with failures and come with successes`(
    _ maximum: Int, _ ratio: Double, _ attempts: String, _ tokens: Int, _ allows: Bool
  ) {
    var throttle = TokenThrottle(maximum: maximum, perSuccess: ratio)
    let budget = RetryBudget.tokens(maximum: maximum, perSuccess: ratio)
    for attempt in attempts {
      if attempt == "+" {
        throttle.attemptSucceeded()
        budget.attemptSucceeded()
      } else {
        throttle.attemptFailed()
        budget.attemptFailed()
      }
      budget.requestBegan()  // says nothing to this kind
    }
    #expect(throttle.tokens == tokens)
    #expect(throttle.allowsRetry == allows)
    #expect(budget.allowsRetry == allows)
    #expect(budget.tryWithdraw() == allows)
    #expect(budget.tryWithdraw() == allows)  // takes nothing
  }

  @Test func `a sliding sum is the sum of what is not too old`() {
    let seed: UInt64 = 0x51D
    var bits = SplitMix(seed)
    for _ in 0..<200 {
      let slices = Int.random(in: 1...12, using: &bits)
      let length = Int64.random(in: 1...5, using: &bits)
      var sum = SlidingSum(window: length * Int64(slices), slices: slices)
      var additions: [(slice: Int64, amount: Int)] = []
      var now: Int64 = 0
      for _ in 0..<100 {
        now += Int64.random(in: 0...(Int.random(in: 0..<10, using: &bits) == 0 ? 100 : 4), using: &bits)
        if Bool.random(using: &bits) {
          let amount = Int.random(in: -5...5, using: &bits)
          sum.add(amount, at: now)
          additions.append((now / length, amount))
        }
        let expected = additions.filter { $0.slice > now / length - Int64(slices) }.reduce(0) { $0 + $1.amount }
        #expect(sum.sum(at: now) == expected, "seed \(seed)")
      }
    }
  }

  @Test func `a budget shared by many is not overdrawn`() async {
    let budget = RetryBudget.requests(percentage: 20, minimumPerSecond: 0, clock: ManualClock())
    for _ in 0..<500 { budget.requestBegan() }
    let withdrawn = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask { (0..<100).reduce(0) { count, _ in budget.tryWithdraw() ? count + 1 : count } }
      }
      return await group.reduce(0, +)
    }
    #expect(withdrawn == 100)
  }
}
