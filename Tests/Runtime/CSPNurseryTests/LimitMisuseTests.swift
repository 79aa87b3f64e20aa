// Misuse of limits and retries fails a precondition that names the rule.
import CSP
import Testing

@Suite("misuse of limits and retries") struct LimitMisuseTests {
  struct Misuse: Sendable {
    let rule: String
    let commit: @Sendable () -> Void
  }

  static let misuses: [Misuse] = [
    Misuse(rule: "a rate limiter's rate is at least 1 permit a period, not 0") { _ = RateLimiter(rate: 0, burst: 1) },
    Misuse(rule: "a rate limiter's burst is at least 1 permit, not 0") { _ = RateLimiter(rate: 1, burst: 0) },
    Misuse(rule: "a rate limiter's period is a whole number of nanoseconds") {
      _ = RateLimiter(rate: 1, per: .zero, burst: 1)
    },
    Misuse(rule: "permits are taken from 1 up to the limiter's burst of 2, not 3") {
      _ = RateLimiter(rate: 1, burst: 2).tryAcquire(3)
    },
    Misuse(rule: "permits are taken from 1 up to the limiter's burst of 2, not 0") {
      _ = RateLimiter(rate: 1, burst: 2).tryAcquire(0)
    },
    Misuse(rule: "a limit's minimum is at least 1, not 0") { _ = AdaptiveLimit.Algorithm.gradient2(minimum: 0) },
    Misuse(rule: "a limit begins between its minimum and its maximum, 1 and 1000, not at 0") {
      _ = AdaptiveLimit.Algorithm.vegas(initial: 0)
    },
    Misuse(rule: "smoothing is above 0 and at most 1, not 0.0") { _ = AdaptiveLimit.Algorithm.gradient2(smoothing: 0) },
    Misuse(rule: "Gradient2's tolerance is at least 1, not 0.9") {
      _ = AdaptiveLimit.Algorithm.gradient2(tolerance: 0.9)
    },
    Misuse(rule: "a limit is cut to at least a half and less than all, not 1.0") {
      _ = AdaptiveLimit.Algorithm.aimd(backoff: 1)
    },
    Misuse(rule: "a breaker's window is at least 1 call, not 0") { _ = CircuitBreaker(window: 0) },
    Misuse(rule: "a breaker's percentage of failures is above 0 and at most 100, not 0.0") {
      _ = CircuitBreaker(failurePercentage: 0)
    },
    Misuse(rule: "a half-open breaker lets through at least 1 call, not 0") { _ = CircuitBreaker(probes: 0) },
    Misuse(rule: "a throttle's multiplier is at least 1, not 0.5") { _ = AdaptiveThrottle(multiplier: 0.5) },
    Misuse(rule: "a backoff is not negative") { _ = Backoff.constant(.seconds(-1)) },
    Misuse(rule: "a backoff's factor is at least 1, not 0.5") {
      _ = Backoff.exponential(from: .seconds(1), factor: 0.5, cap: .seconds(2))
    },
    Misuse(rule: "a backoff's cap is at least its base") {
      _ = Backoff.exponential(from: .seconds(2), cap: .seconds(1))
    },
    Misuse(rule: "a call is attempted at least once, not 0 times") { _ = RetryPolicy(maxAttempts: 0) },
    Misuse(rule: "a budget's percentage of requests is from 0 to 100000, not -1.0") {
      _ = RetryBudget.requests(percentage: -1)
    },
    Misuse(rule: "a budget's minimum a second is from 0 to 1000000, not -1") {
      _ = RetryBudget.requests(minimumPerSecond: -1)
    },
    Misuse(rule: "a budget's window is from 1 to 60 seconds") { _ = RetryBudget.requests(window: .seconds(61)) },
    Misuse(rule: "a budget has from 1 to 1000 tokens, not 0") { _ = RetryBudget.tokens(maximum: 0) },
  ]

  @Test(arguments: misuses.indices)
  func `misuse is named`(_ index: Int) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [index] in
      LimitMisuseTests.misuses[index].commit()
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains(Self.misuses[index].rule))
  }
}
