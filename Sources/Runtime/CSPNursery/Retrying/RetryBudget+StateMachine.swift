// The two kinds of retry budget as pure machines, in whole parts of a retry: no sum is ever rounded.

/// Finagle's: each request pays in a part of a retry, which is good for the window's time; each retry takes a whole one
/// out. A reserve is there always, for those who make few requests.
///
/// I1. balance = (paid in − taken out, both within the window) + minimum a second · seconds of the window. A retry that
///     was taken out leaves the window too: the reserve comes back with time.
///
/// > Source: Finagle, RetryBudget, and TokenBucket.newLeakyBucket of twitter/util. There deposits are 1000 and
///   withdrawals 1000 / percentage, rounded down; here withdrawals are a million and deposits are rounded.
struct RequestShare: Sendable {
  static let slices = 10
  static let retry = 1_000_000
  private let deposit: Int
  private let reserve: Int
  private var sum: SlidingSum

  /// - Parameter window: Nanoseconds.
  init(percentage: Double, minimumPerSecond: Int, window: Int64) {
    deposit = Int((percentage / 100 * Double(Self.retry)).rounded())
    reserve = Int(Int128(minimumPerSecond) * Int128(Self.retry) * Int128(window) / 1_000_000_000)
    sum = SlidingSum(window: window, slices: Self.slices)
  }

  mutating func requestBegan(at now: Int64) { sum.add(deposit, at: now) }

  mutating func tryWithdraw(at now: Int64) -> Bool {
    guard balance(at: now) >= Self.retry else { return false }
    sum.add(-Self.retry, at: now)
    return true
  }

  /// In millionths of a retry.
  mutating func balance(at now: Int64) -> Int { sum.sum(at: now) + reserve }
}

/// gRPC's: a failure takes a token, a success gives a part of one; retries are made while more than half are there.
///
/// > Source: gRPC proposal A6, "Throttling Retry Attempts and Hedged RPCs".
struct TokenThrottle: Sendable, Equatable {
  static let token = 1000
  private let maximum: Int
  private let perSuccess: Int
  /// In thousandths of a token.
  private(set) var tokens: Int

  init(maximum: Int, perSuccess: Double) {
    self.maximum = maximum * Self.token
    self.perSuccess = Int((perSuccess * Double(Self.token)).rounded())
    tokens = self.maximum
  }

  mutating func attemptSucceeded() { tokens = min(maximum, tokens + perSuccess) }
  mutating func attemptFailed() { tokens = max(0, tokens - Self.token) }
  var allowsRetry: Bool { 2 * tokens > maximum }
}

/// A budget of either kind. Two optionals and not an enum: what is in them changes in place, so that the storage of the
/// sum is never copied.
struct BudgetMachine: Sendable {
  private(set) var share: RequestShare?
  private(set) var tokens: TokenThrottle?

  init(share: RequestShare) { self.share = share }
  init(tokens: TokenThrottle) { self.tokens = tokens }

  mutating func requestBegan(at now: Int64) { share?.requestBegan(at: now) }
  mutating func attemptSucceeded() { tokens?.attemptSucceeded() }
  mutating func attemptFailed() { tokens?.attemptFailed() }

  mutating func tryWithdraw(at now: Int64) -> Bool { share?.tryWithdraw(at: now) ?? allowsRetry(at: now) }
  mutating func allowsRetry(at now: Int64) -> Bool {
    if let tokens { return tokens.allowsRetry }
    return (share?.balance(at: now) ?? 0) >= RequestShare.retry
  }
}
