// A lock around a value that many may read at once. The protocol stands in MartletPrimitives.h.
//
// I1. Whoever reads shares the value with others that read; whoever writes has it alone.
// I2. No task suspends while it holds the lock, as with Lock.
public import CSPScheduling
public import CScheduling

/// Protects a value that many may read at once, and one may write alone.
///
/// A writer that waits stops new readers, and readers that waited go before the next writer: those who wait go on in
/// the order in which they came, readers next to each other together. So neither side starves.
///
/// Reading changes a word that all cores share. Where reading takes less than a microsecond a ``Lock`` is as good, and
/// where there are two cores it is better.
///
/// A task that reads and then, inside, waits to write waits for ever; so does one that reads again inside, if a writer
/// came in between.
///
/// > Ordering: What a writer did happens before what is read or written next; what is read happens before what the next
/// > writer does.
///
/// > Source: P. J. Courtois, F. Heymans, D. L. Parnas, Concurrent Control with "Readers" and "Writers", CACM 14(10),
/// > 1971; Go's `sync.RWMutex` for the waiting writer that stops readers.
public final class ReadWriteLock<Value: ~Copyable & Sendable>: @unchecked Sendable {
  // SAFETY: @unchecked: I1. The accesses need no dynamic check of exclusivity for the same reason.
  @exclusivity(unchecked) @usableFromInline var value: Value
  @usableFromInline let waiters: WaiterLine

  /// - Parameters:
  ///   - value: What it protects. `Sendable`, since several threads read it at once.
  ///   - name: Shown by inspectors.
  public init(_ value: consuming Value, name: String? = nil) {
    self.value = value
    waiters = WaiterLine(.readWriteLock, name: name)
  }

  deinit { waiters.free() }

  /// The name given at creation.
  public var name: String? { waiters.name }

  /// Those who wait to read or to write, at this moment.
  ///
  /// - Complexity: linear in them.
  public var waiting: Int { waiters.count }

  /// Waits until nobody writes, nor waits to write, and reads the value.
  ///
  /// - Complexity: constant. Where nobody writes or waits, one compare-and-swap, repeated while other readers come and
  ///   go, and one subtraction.
  ///
  /// > Cancellation: A checkpoint, also when the lock is free. If it throws `CancellationError`, the body has not run.
  @inlinable @inline(__always)
  public nonisolated(nonsending) func withReadLock<Result: ~Copyable>(
    file: StaticString = #fileID, line: UInt = #line, _ body: (borrowing Value) throws -> sending Result
  ) async throws -> sending Result {
    if martlet_is_cancelled() { throw CancellationError() }
    if !martlet_read_take(waiters.header) { try await waiters.takeReadWrite(writes: false, MartletSite(file, line)) }
    defer { if martlet_read_give(waiters.header) { waiters.admit() } }
    return try body(value)
  }

  /// Waits until nobody else has the lock, and works with the value.
  ///
  /// - Complexity: constant.
  ///
  /// > Cancellation: A checkpoint, also when the lock is free. If it throws `CancellationError`, the body has not run.
  @inlinable @inline(__always)
  public nonisolated(nonsending) func withWriteLock<Result: ~Copyable>(
    file: StaticString = #fileID, line: UInt = #line, _ body: (inout Value) throws -> sending Result
  ) async throws -> sending Result {
    if martlet_is_cancelled() { throw CancellationError() }
    if !martlet_write_take(waiters.header) { try await waiters.takeReadWrite(writes: true, MartletSite(file, line)) }
    defer { if martlet_write_give(waiters.header) { waiters.admit() } }
    return try body(&value)
  }

  /// Reads the value, waiting by blocking the thread: for code that cannot suspend or must not be cancelled. Called
  /// from a task it goes before those who wait, as ``Lock/withLockBlocking(file:line:_:)`` does and why.
  ///
  /// > Cancellation: No checkpoint.
  @inlinable @inline(__always)
  public func withReadLockBlocking<Result: ~Copyable, Failure: Error>(
    file: StaticString = #fileID, line: UInt = #line, _ body: (borrowing Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    if !martlet_read_take(waiters.header) { waiters.takeReadWriteBlocking(writes: false, MartletSite(file, line)) }
    defer { if martlet_read_give(waiters.header) { waiters.admit() } }
    return try body(value)
  }

  /// Works with the value, waiting by blocking the thread. Called from a task it goes before those who wait.
  ///
  /// > Cancellation: No checkpoint.
  @inlinable @inline(__always)
  public func withWriteLockBlocking<Result: ~Copyable, Failure: Error>(
    file: StaticString = #fileID, line: UInt = #line, _ body: (inout Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    if !martlet_write_take(waiters.header) { waiters.takeReadWriteBlocking(writes: true, MartletSite(file, line)) }
    defer { if martlet_write_give(waiters.header) { waiters.admit() } }
    return try body(&value)
  }

  /// Reads the value if nobody writes or waits; never waits. Nil otherwise.
  ///
  /// > Cancellation: No checkpoint.
  @inlinable @inline(__always)
  public func tryWithReadLock<Result: ~Copyable, Failure: Error>(
    _ body: (borrowing Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result? {
    guard martlet_read_take(waiters.header) else { return nil }
    defer { if martlet_read_give(waiters.header) { waiters.admit() } }
    return try body(value)
  }

  /// Works with the value if nobody has the lock or waits for it; never waits. Nil otherwise.
  ///
  /// > Cancellation: No checkpoint.
  @inlinable @inline(__always)
  public func tryWithWriteLock<Result: ~Copyable, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result? {
    guard martlet_write_take(waiters.header) else { return nil }
    defer { if martlet_write_give(waiters.header) { waiters.admit() } }
    return try body(&value)
  }
}
