// What a race, a first success or a hedge throws when there is no winner.

/// Everybody failed: no contestant, or no copy of a hedged call, gave a value.
public struct AllFailed: Error, CustomStringConvertible {
  /// One failure, and whose it was.
  public struct Failure: Sendable {
    /// The place of the contestant in the list, or the number of the copy, from zero.
    public let contestant: Int
    /// What it threw.
    public let error: any Error

    /// - Parameters:
    ///   - contestant: Its place in the list, from zero.
    ///   - error: What it threw.
    public init(contestant: Int, error: any Error) {
      self.contestant = contestant
      self.error = error
    }
  }

  /// All failures, in the order in which they happened.
  public let failures: [Failure]

  /// All errors, in the order in which they happened.
  public var errors: [any Error] { failures.map(\.error) }

  /// - Parameter failures: In the order in which they happened.
  public init(_ failures: [Failure]) { self.failures = failures }

  public var description: String {
    "all \(failures.count) failed: " + failures.map { "\($0.contestant): \($0.error)" }.joined(separator: "; ")
  }
}

/// A race, or a first success, was asked of nobody: there is no value to wait for, and none will come.
public struct NoContestants: Error, Equatable, CustomStringConvertible {
  public init() {}
  public var description: String { "nobody was asked: the list of contestants is empty" }
}
