// A lock around a value. Taking it and giving it back is one compare-and-swap each, here; waiting for it stands in
// Lock+Waiting.swift, and the protocol in MartletPrimitives.h and in Specifications/lock.csp.
//
// I1. The value is reached by whoever holds the lock, and by nobody else.
// I2. No task suspends while it holds the lock: the body is synchronous. So the holder runs, and whoever waits waits
//     for as long as bodies take.
public import CSPScheduling
public import CScheduling

/// Protects a value: one at a time works with it.
///
/// ```
/// let counts = Lock([String: Int]())
/// try await counts.withLock { $0[word, default: 0] += 1 }
/// ```
///
/// The body is synchronous, so that the lock is held for as long as the work takes and no longer. For a section that
/// awaits, use a ``Semaphore`` of one permit, or give the value to one task and talk to it through a channel.
///
/// *Barging, and how far it goes.* A lock that is given back is free for whoever comes first, also where others wait.
/// To hand it to the one that waits would make it stand idle until that one's task has been woken, at every contended
/// release: a convoy. So the one that is woken competes with newcomers; when it has come too late three times, the lock
/// is kept for it.
///
/// A lock is not recursive: a body that takes the same lock again waits for ever.
///
/// > Cancellation: See each operation.
///
/// > Ordering: What a body did happens before the next body begins.
///
/// > Source: Go's `sync.Mutex` for barging with a mode in which it ends, there after a millisecond of waiting; U.
/// > Drepper, Futexes Are Tricky, section 6, for the word with three values.
public final class Lock<Value: ~Copyable>: @unchecked Sendable {
  // SAFETY: @unchecked: I1. The accesses need no dynamic check of exclusivity for the same reason.
  @exclusivity(unchecked) @usableFromInline var value: Value
  @usableFromInline let waiters: WaiterLine

  /// - Parameters:
  ///   - value: What it protects.
  ///   - name: Shown by inspectors.
  public init(_ value: consuming sending Value, name: String? = nil) {
    self.value = value
    waiters = WaiterLine(.lock, name: name)
  }

  deinit { waiters.free() }

  /// The name given at creation.
  public var name: String? { waiters.name }

  /// Those who wait for the lock, at this moment.
  ///
  /// - Complexity: linear in them.
  public var waiting: Int { waiters.count }

  /// Waits for the lock and works with the value.
  ///
  /// - Parameters:
  ///   - file: With `line`, where inspectors show the wait.
  ///   - body: Runs under the lock; what it throws is thrown.
  /// - Complexity: constant. Where nobody holds the lock, two compare-and-swaps and no suspension.
  ///
  /// > Cancellation: A checkpoint, also when the lock is free. If it throws `CancellationError`, the body has not run.
  /// > In code that must run all the same, use ``withLockBlocking(file:line:_:)``.
  @inlinable @inline(__always)
  public nonisolated(nonsending) func withLock<Result: ~Copyable>(
    file: StaticString = #fileID, line: UInt = #line, _ body: (inout sending Value) throws -> sending Result
  ) async throws -> sending Result {
    if martlet_is_cancelled() { throw CancellationError() }
    if !martlet_mutex_take(waiters.header) { try await waiters.takeMutex(MartletSite(file, line)) }
    defer { martlet_mutex_give(waiters.header) }
    return try body(&value)
  }

  /// Works with the value, waiting for the lock by blocking the thread: for code that cannot suspend or must not be
  /// cancelled.
  ///
  /// May be called from tasks, for instance in a `defer`, since a lock is held by threads that run: a task that blocks
  /// its thread is never made to wait for one that is not running. For that, it goes before tasks that wait by
  /// suspending.
  ///
  /// - Complexity: constant. Where nobody holds the lock, two compare-and-swaps.
  ///
  /// > Cancellation: No checkpoint.
  @inlinable @inline(__always)
  public func withLockBlocking<Result: ~Copyable, Failure: Error>(
    file: StaticString = #fileID, line: UInt = #line,
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    if !martlet_mutex_take(waiters.header) { waiters.takeMutexBlocking(MartletSite(file, line)) }
    defer { martlet_mutex_give(waiters.header) }
    return try body(&value)
  }

  /// Works with the value if the lock is free; never waits.
  ///
  /// - Returns: What the body returns; nil if the lock is held, or kept for somebody who waits.
  /// - Complexity: constant.
  ///
  /// > Cancellation: No checkpoint.
  @inlinable @inline(__always)
  public func tryWithLock<Result: ~Copyable, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result? {
    guard martlet_mutex_take(waiters.header) else { return nil }
    defer { martlet_mutex_give(waiters.header) }
    return try body(&value)
  }
}
