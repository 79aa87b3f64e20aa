/// Ends the phases before evaluation where time or memory are over.
///
/// The phases of one script share one; each asks it at short intervals, and once more when it begins. A phase that gets
/// `true` comes to its end as soon as it can, and what it found from then on is worth nothing.
///
/// I1. Once reached, a limit stays reached, and it is told once, by the place that asked first.
public final class WorkLimit {
  /// What ended the work; nil while nothing did.
  public private(set) var reached: (any Error)?
  /// The same, told to the author of the script.
  public private(set) var diagnostic: Diagnostic?
  private let check: () throws -> Void
  private let words: (any Error) -> String

  /// - Parameters:
  ///   - check: throws where a limit is reached; asked every few thousand steps.
  ///   - words: what `check` threw, as in `the time was over`.
  public init(_ check: @escaping () throws -> Void, words: @escaping (any Error) -> String) {
    self.check = check
    self.words = words
  }

  /// Whether the work has to end.
  ///
  /// - Parameter work: what is being done at `span`, as in `this script was read`.
  public func isReached(while work: String, at span: Span?) -> Bool {
    guard reached == nil else { return true }
    do {
      try check()
      return false
    } catch {
      reached = error
      diagnostic = Diagnostic(id: "limit-reached", "\(words(error)) while \(work)", at: span)
      return true
    }
  }
}
