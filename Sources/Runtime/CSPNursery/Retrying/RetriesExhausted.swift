// The error of a call that was tried and given up.

/// A call failed and was not, or not again, tried anew.
public struct RetriesExhausted: Error, CustomStringConvertible {
  /// Why it was given up.
  public enum Reason: Sendable, Hashable, CaseIterable {
    /// The policy allows for no more.
    case attempts
    /// The retry budget is spent: others have failed too often.
    case budget
    /// The policy says that the last error will not go away.
    case notRetryable
    /// The wait before the next attempt would have reached the nearest deadline.
    case deadline
  }

  /// What each attempt threw, in order. Not empty.
  public let errors: [any Error]
  /// Why there was no further attempt.
  public let reason: Reason

  /// How often it was tried.
  public var attempts: Int { errors.count }
  /// What the last attempt threw.
  public var lastError: any Error { errors[errors.count - 1] }

  init(errors: [any Error], reason: Reason) { (self.errors, self.reason) = (errors, reason) }

  public var description: String {
    let why =
      switch reason {
      case .attempts: "no more attempts are allowed"
      case .budget: "the retry budget is spent"
      case .notRetryable: "the last error is not one to retry after"
      case .deadline: "the wait before the next attempt would reach the deadline"
      }
    let list = errors.enumerated().map { "\($0 + 1): \($1)" }.joined(separator: "; ")
    return "gave up after \(attempts) \(attempts == 1 ? "attempt" : "attempts"), because \(why) (\(list))"
  }
}
