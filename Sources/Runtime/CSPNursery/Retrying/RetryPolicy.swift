// What is tried again, how often and after how long; and the pure decision after a failed attempt.

/// When a call is tried again.
///
/// As it is: 4 attempts, with waits that are random between 0 and 100 ms, 200 ms, 400 ms, for every error.
///
/// > Source: the defaults are the example of gRPC's proposal A6.
public struct RetryPolicy: Sendable {
  /// Attempts in all, the first one included.
  public var maxAttempts: Int
  /// The waits between them.
  public var backoff: Backoff
  /// How long an attempt may take; nil for as long as it likes. One that takes longer fails with ``DeadlineExceeded``.
  public var attemptDeadline: Duration?
  /// Which errors may be gone the next time. It is not asked about cancellation, which is never tried again.
  ///
  /// A call that is not idempotent may be tried again only after errors which say that it was not made.
  public var isRetryable: @Sendable (any Error) -> Bool

  /// - Parameters:
  ///   - maxAttempts: At least 1. Otherwise a precondition fails.
  ///   - backoff: The waits between attempts.
  ///   - attemptDeadline: Positive. Otherwise a precondition fails.
  ///   - isRetryable: Which errors may be gone the next time.
  public init(
    maxAttempts: Int = 4, backoff: Backoff = .exponential(from: .milliseconds(100), cap: .seconds(1)),
    attemptDeadline: Duration? = nil, isRetryable: @escaping @Sendable (any Error) -> Bool = { _ in true }
  ) {
    precondition(maxAttempts >= 1, "a call is attempted at least once, not \(maxAttempts) times")
    precondition(
      attemptDeadline.map { $0 > .zero } ?? true, "an attempt has a positive time, not \(attemptDeadline ?? .zero)")
    self.maxAttempts = maxAttempts
    self.backoff = backoff
    self.attemptDeadline = attemptDeadline
    self.isRetryable = isRetryable
  }
}

/// One call's attempts as a pure machine: what follows on a failed one. The budget is asked after it and not by it, so
/// that nothing is withdrawn for a retry that does not take place.
struct RetryMachine {
  enum Step: Equatable {
    /// Nanoseconds.
    case wait(Int64)
    case giveUp(RetriesExhausted.Reason)
  }

  private let maxAttempts: Int
  private var delays: DelaySequence
  /// The one that runs, from 1.
  private(set) var attempt = 1

  init(_ policy: RetryPolicy) {
    maxAttempts = policy.maxAttempts
    delays = DelaySequence(policy.backoff)
  }

  /// - Parameters:
  ///   - isRetryable: What the policy says of the error.
  ///   - remaining: Nanoseconds until the nearest deadline, if there is one. A wait that would reach it is not begun.
  ///   - bits: Random ones, for the jitter.
  mutating func attemptFailed(isRetryable: Bool, remaining: Int64?, bits: UInt64) -> Step {
    if !isRetryable { return .giveUp(.notRetryable) }
    if attempt >= maxAttempts { return .giveUp(.attempts) }
    let delay = delays.next(bits)
    if let remaining, delay >= remaining { return .giveUp(.deadline) }
    attempt += 1
    return .wait(delay)
  }
}
