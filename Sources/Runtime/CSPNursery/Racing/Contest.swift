// Who has won: the record that contestants who run at once share, and the nursery in which they run.
//
// I1. There is at most one verdict: it is set once, under the lock, by the contestant whose ending it is.
// I2. Failures stand in the order in which they happened; none is recorded after the verdict, so that what losers
//     throw because they were cancelled is nobody's failure.
// I3. Nothing is cancelled, resumed or asked of the user's code while the lock is held.
// I4. When `run` returns, every contestant has ended: they are children of its nursery.
import Synchronization

final class Contest<Value: Sendable>: Sendable {
  /// Which ending decides.
  enum Rule: Sendable {
    case firstToEnd
    /// A value, or an error with which going on is pointless. Cancellation is never fatal.
    case firstSuccess(isFatal: @Sendable (any Error) -> Bool)
  }

  private struct State {
    var verdict: Result<Value, any Error>?
    var failures: [AllFailed.Failure] = []
    /// Whether some contestants were not started because the surrounding scope had been cancelled.
    var isCutShort = false
  }

  private let rule: Rule
  private let state = Mutex(State())

  init(_ rule: Rule) { self.rule = rule }

  var isDecided: Bool { state.withLock { $0.verdict != nil } }

  /// Takes note of an ending, and says whether it is the one that decides.
  private func record(_ ending: Result<Value, any Error>, of contestant: Int) -> Bool {
    var isDecisive = true
    if case .failure(let error) = ending, case .firstSuccess(let isFatal) = rule {
      isDecisive = !error.isMereCancellation && isFatal(error)
    }
    return state.withLock { state in
      guard state.verdict == nil else { return false }
      if isDecisive {
        state.verdict = ending
      } else if case .failure(let error) = ending {
        state.failures.append(.init(contestant: contestant, error: error))
      }
      return isDecisive
    }
  }

  /// Starts a contestant as a child of `nursery`, which is cancelled by the one that decides.
  ///
  /// - Parameter hasFailed: Called after a failure that does not decide.
  func enter(
    _ contestant: Int, in nursery: Nursery, hasFailed: @escaping @Sendable () -> Void = {},
    _ operation: @escaping @Sendable () async throws -> Value
  ) throws(NurseryClosed) {
    try nursery.start(name: "contestant \(contestant)") { () async -> Void in
      let ending: Result<Value, any Error>
      do { ending = .success(try await operation()) } catch { ending = .failure(error) }
      if self.record(ending, of: contestant) { nursery.cancel("decided") } else { hasFailed() }
    }
  }

  /// Runs the contestants that `start` enters, and gives the winner's value when all have ended.
  ///
  /// `start` may wait; what it throws then, on being cancelled, says that it has not entered everybody.
  nonisolated(nonsending) func run(
    name: String, _ start: nonisolated(nonsending) (Nursery) async throws -> Void
  ) async throws -> Value {
    try Task.checkCancellation()
    do {
      try await withNursery(name: name, onFailure: .collect) { nursery in
        do { try await start(nursery) } catch {
          self.state.withLock { $0.isCutShort = true }
          throw error
        }
      }
    } catch {
      // Contestants do not throw, and whoever enters them throws only on cancellation.
      assert(error.isCancellation, "internal error: a contestant's failure reached the nursery: \(error)")
    }
    let state = state.withLock { $0 }
    if let verdict = state.verdict { return try verdict.get() }
    if state.isCutShort { throw CancellationError() }
    if Task.isCancelled, state.failures.contains(where: { $0.error.isMereCancellation }) { throw CancellationError() }
    throw AllFailed(state.failures)
  }
}
