// Hedging: ask again before the first answer is overdue, take whichever answer comes first.
//
// I1. At most `copies` run, at most one is started for each delay that passes and for each that fails.
// I2. Whether a further copy starts is decided in one place, the body of the nursery; who has won, in `Contest`.
// I3. Refused by the budget, a call starts no further copy, and goes on with those it has.
import CSPChannels
public import CSPScheduling

/// Runs copies of one call, each later than the one before, and gives the first *value*.
///
/// ```
/// let page = try await hedged(after: .milliseconds(10), copies: 2, budget: budget) { copy in
///   try await replicas[copy].fetch(key)
/// }
/// ```
///
/// Copy 0 starts at once. A further copy starts when `delay` has passed since the last start, or at once when a copy
/// has failed, as long as there are copies left and the budget grants one. The first value wins; the others are
/// cancelled, and have ended when the call returns. All copies live inside the scopes around the call, so that they
/// share its deadline. If all that were started fail, ``AllFailed`` has every error, in the order in which they
/// happened.
///
/// The call must be idempotent: it may be carried out more than once, and completely.
///
/// - Parameters:
///   - delay: What the caller waits for an answer before it asks again: the 95th percentile of the latency, say. Zero
///     or less starts all copies at once.
///   - copies: How many run at most, at least 1.
///   - budget: Shared by all calls to a service, those that are retried too. Every copy but the first must be granted by
///     it; one refusal, and this call starts no more copies.
///   - clock: Whose time is meant; a ``ManualClock`` in tests.
///   - isFatal: Errors that a further copy would meet too: the first such error ends the call and is thrown as it is.
///   - operation: The call; told the number of its copy, from 0.
/// - Complexity: linear in the copies; a child of a nursery each, and an alarm while another copy may start.
///
/// > Cancellation: A checkpoint. Cancels all copies and waits for them; a value that has won is returned all the same,
/// > otherwise `CancellationError` is thrown if any copy ended by it or was not started because of it.
///
/// > Ordering: Everything that a copy did happens before the call returns.
///
/// > Source: Dean, Barroso, The Tail at Scale, CACM 56(2), 2013, "Hedged requests"; gRFC A6, "Hedging Policy": there
/// > `isFatal` is every code outside `nonFatalStatusCodes`, `delay` is `hedgingDelay`, `copies` is `maxAttempts`.
/// > Differs: no push-back from the server, and no upper limit of five copies.
public nonisolated(nonsending) func hedged<Value: Sendable, C: AlarmClock>(
  after delay: Duration, copies: Int, budget: RetryBudget? = nil, clock: C = ContinuousClock(),
  isFatal: @escaping @Sendable (any Error) -> Bool = { _ in false },
  _ operation: @escaping @Sendable (_ copy: Int) async throws -> Value
) async throws -> Value {
  precondition(copies >= 1, "a hedged call has at least 1 copy, not \(copies)")
  let contest = Contest<Value>(.firstSuccess(isFatal: isFatal))
  let failures = Channel<Void>(.unbounded)
  return try await contest.run(name: "hedged") { nursery in
    func startCopy(_ copy: Int) throws(NurseryClosed) {
      try contest.enter(copy, in: nursery, hasFailed: { _ = failures.trySend(()) }) {
        do {
          let value = try await operation(copy)
          budget?.attemptSucceeded()
          return value
        } catch {
          // A loser's end says nothing of the service.
          if !error.isMereCancellation { budget?.attemptFailed() }
          throw error
        }
      }
    }
    budget?.requestBegan()
    try startCopy(0)
    for copy in 1..<copies {
      // Throws when the surroundings are cancelled, and also when somebody has won: then nothing is missing.
      _ = try await select(.inOrder, failures.receiving, after(delay, clock: clock))
      if let budget, !budget.tryWithdraw() { return }
      try startCopy(copy)
    }
  }
}
