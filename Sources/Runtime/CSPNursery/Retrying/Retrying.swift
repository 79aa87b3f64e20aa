// Trying again: attempts one after the other, never two at once.
//
// I1. Attempts run in the caller's task and scope: when this returns or throws, none is left.
// I2. Nothing is waited for that could not be followed by an attempt: a wait that would reach the nearest deadline is
//     not begun.
// I3. After cancellation there is no attempt, and what is thrown is the cancellation.
public import CSPScheduling
import CScheduling

/// Runs a call until it succeeds, at most as often as the policy and the budget allow.
///
/// ```
/// let answer = try await retrying(budget: budget) { attempt in
///   try await backend.answer(request)
/// }
/// ```
///
/// Throws ``RetriesExhausted`` with the errors of all attempts: when the policy allows for no more of them, when it
/// says that the last error is none to retry after, when the wait before the next one would reach the nearest deadline
/// of the scopes around, or when the budget is spent. Throws `CancellationError`, or what the attempt made of it, when
/// the task is cancelled.
///
/// - Parameters:
///   - policy: How often, after how long, after which errors.
///   - budget: What all calls to the service together may spend; share it. Nil for no bound.
///   - clock: By which it waits, and whose deadlines it looks at; a ``ManualClock`` in tests.
///   - body: One attempt; its number comes in, from 1.
///
/// - Returns: What the first attempt to succeed returned.
///
/// - Complexity: without allocation beyond that of `body`, if the first attempt succeeds and has no deadline of its
///   own.
///
/// > Cancellation: A checkpoint between attempts, and no attempt follows on it. An attempt that throws
///   `CancellationError` is not tried again.
///
/// > Source: gRPC proposal A6.
public nonisolated(nonsending) func retrying<Value, C: AlarmClock>(
  policy: RetryPolicy = RetryPolicy(), budget: RetryBudget? = nil, clock: C = ContinuousClock(),
  _ body: nonisolated(nonsending) (_ attempt: Int) async throws -> Value
) async throws -> Value {
  budget?.requestBegan()
  var machine = RetryMachine(policy)
  var random = RandomBits(seed: policy.backoff.seed)
  var errors: [any Error] = []
  while true {
    do {
      let attempt = machine.attempt
      let value =
        if let time = policy.attemptDeadline {
          try await withDeadline(in: time, clock: clock) { try await body(attempt) }
        } else {
          try await body(attempt)
        }
      budget?.attemptSucceeded()
      return value
    } catch {
      if error.isMereCancellation { throw error }
      if martlet_is_cancelled() { throw CancellationError() }
      errors.append(error)
      let isRetryable = policy.isRetryable(error)
      if isRetryable { budget?.attemptFailed() }
      let remaining = currentDeadline(on: clock).map { clock.now.duration(to: $0).inNanoseconds }
      switch machine.attemptFailed(isRetryable: isRetryable, remaining: remaining, bits: random.next()) {
      case .giveUp(let reason):
        throw RetriesExhausted(errors: errors, reason: reason)
      case .wait(let nanoseconds):
        if let budget, !budget.tryWithdraw() { throw RetriesExhausted(errors: errors, reason: .budget) }
        if nanoseconds > 0 {
          try await waitForAlarm(clock.alarms, at: clock.alarms.now.addingClamped(nanoseconds))
        }
        if martlet_is_cancelled() { throw CancellationError() }
      }
    }
  }
}
