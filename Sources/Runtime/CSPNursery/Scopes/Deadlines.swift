// Deadlines and shields.
public import CSPScheduling
public import CScheduling

/// Runs a body in a scope that others further in have to know, and frees the scope.
@inline(always)
public nonisolated(nonsending) func _runBound<Result>(
  _ scope: UnsafeMutablePointer<MartletScope>, _ body: () async throws -> Result
) async throws -> Result {
  do {
    let result = try await _runInScope(scope, aim: { _aim($0, body) }, body)
    martlet_scope_free(scope)
    return result
  } catch {
    let reason = martlet_scope_reason(scope)
    martlet_scope_free(scope)
    throw reason == .deadline ? exceeded(error) : error
  }
}

/// What to throw where a deadline has passed: it stands in the place of a cancellation that it led to.
@usableFromInline func exceeded(_ error: any Error) -> any Error {
  error.isMereCancellation ? DeadlineExceeded() : error
}

/// A scope whose deadline is armed, a shield, or both.
@inlinable @inline(__always)
func boundScope(
  shielded: Bool, _ duration: Duration, _ queue: UnsafeMutablePointer<MartletAlarmQueue>
) -> UnsafeMutablePointer<MartletScope> {
  martlet_scope_allocate_bound(shielded, queue, _nanoseconds(duration)).unsafelyUnwrapped
}

/// Runs a body that is cancelled if it has not ended within a duration.
///
/// The deadline cancels the body and then waits for it: nothing is abandoned. If the body gives up by throwing
/// `CancellationError`, or a ``NurseryError`` that is nothing but cancellation, ``DeadlineExceeded`` is thrown; whatever
/// else it returns or throws, also late, is passed on. A deadline further out that is nearer counts all the same.
///
/// Put it around the work, nursery and all, and not around what starts a child: a child belongs to its nursery.
///
/// - Parameter duration: Zero or less: the body begins and finds itself cancelled.
/// - Complexity: logarithmic in the alarms that are set on the clock.
///
/// > Cancellation: The body's own.
///
/// > Source: Swift Evolution SE-0526, withDeadline; Trio's `fail_after`.
@inline(always)
public nonisolated(nonsending) func withDeadline<Result>(
  in duration: Duration, _ body: nonisolated(nonsending) () async throws -> Result
) async throws -> Result {
  try await _runBound(boundScope(shielded: false, duration, martlet_alarms_monotonic()), body)
}

/// Runs a body that is cancelled if it has not ended within a duration by a clock.
@inline(always)
public nonisolated(nonsending) func withDeadline<Result>(
  in duration: Duration, clock: some AlarmClock, _ body: nonisolated(nonsending) () async throws -> Result
) async throws -> Result {
  let queue = clock.alarms
  defer { extendLifetime(queue) }
  return try await _runBound(boundScope(shielded: false, duration, queue._queue), body)
}

/// Runs a body that is cancelled if it has not ended at an instant of a clock.
@inline(always)
public nonisolated(nonsending) func withDeadline<C: AlarmClock, Result>(
  _ instant: C.Instant, clock: C, _ body: nonisolated(nonsending) () async throws -> Result
) async throws -> Result {
  try await withDeadline(in: clock.now.duration(to: instant), clock: clock, body)
}

/// Runs a body that is cancelled if it has not ended at an instant of the continuous clock.
@inline(always)
public nonisolated(nonsending) func withDeadline<Result>(
  _ instant: ContinuousClock.Instant, _ body: nonisolated(nonsending) () async throws -> Result
) async throws -> Result {
  try await withDeadline(in: ContinuousClock.now.duration(to: instant), clock: ContinuousClock(), body)
}

/// Runs a body that cannot be cancelled from outside: for clean-up that has to finish.
///
/// Inside, `Task.isCancelled` is false whatever happens around; afterwards it is what it was. Scopes opened within are
/// cancelled as ever. A shield that waits for others should have a deadline: see the form with a duration.
///
/// - Complexity: constant.
///
/// > Cancellation: None from outside.
///
/// > Source: Trio's shielded scopes; Swift Evolution SE-0504.
@inline(always)
public nonisolated(nonsending) func withShield<Result>(
  _ body: nonisolated(nonsending) () async throws -> Result
) async throws -> Result {
  try await _runBound(martlet_scope_allocate_bound(true, nil, 0).unsafelyUnwrapped, body)
}

/// Runs a body that cannot be cancelled from outside, but by its own deadline, as ``withDeadline(in:_:)`` is.
@inline(always)
public nonisolated(nonsending) func withShield<Result>(
  in duration: Duration, _ body: nonisolated(nonsending) () async throws -> Result
) async throws -> Result {
  try await withShield(in: duration, clock: ContinuousClock(), body)
}

/// Runs a body that cannot be cancelled from outside, but by its own deadline on a clock.
@inline(always)
public nonisolated(nonsending) func withShield<Result>(
  in duration: Duration, clock: some AlarmClock, _ body: nonisolated(nonsending) () async throws -> Result
) async throws -> Result {
  let queue = clock.alarms
  defer { extendLifetime(queue) }
  return try await _runBound(boundScope(shielded: true, duration, queue._queue), body)
}

/// The nearest deadline on this clock of all scopes around, as far as the next shield. Nil: there is none.
///
/// - Complexity: linear in the deadlines and shields around.
public func currentDeadline<C: AlarmClock>(on clock: C) -> C.Instant? {
  let queue = clock.alarms
  guard let nearest = nearestDeadline(on: queue) else { return nil }
  return clock.now.advanced(by: .nanoseconds(nearest - queue.now))
}

/// The nearest deadline on the continuous clock of all scopes around, as far as the next shield.
public func currentDeadline() -> ContinuousClock.Instant? { currentDeadline(on: ContinuousClock()) }

/// In nanoseconds of the queue.
func nearestDeadline(on queue: AlarmQueue) -> Int64? {
  var nearest: Int64?
  var generation: UInt32 = 0
  var next = martlet_scope_innermost(&generation)
  while let scope = next {
    // Read first and believed afterwards: a task that Swift made may have outlived the scope.
    let (clock, deadline) = (scope.pointee.clock, scope.pointee.deadline)
    let (outer, outerGeneration) = (scope.pointee.outer, scope.pointee.outerGeneration)
    let isShield = scope.pointee.shielded
    guard martlet_scope_was(scope, generation) else { break }
    if clock == queue._queue { nearest = min(nearest ?? deadline, deadline) }
    if isShield != 0 { break }
    (next, generation) = (outer, outerGeneration)
  }
  return nearest
}
