// Waiting until what a lock protects has become something.
//
// I1. A waiter notes the number of signals while it holds the lock under which it looked. It waits only if that number
//     is still the same when it stands in the line: a signal in between is not lost, it makes it look again.
// I2. A signal is used up by one whose predicate holds, or by nobody: one that was woken and does not go on, because
//     its predicate does not hold or because it is cancelled, wakes the next that looked before the signal.
import CSPScheduling
import CScheduling

/// Lets tasks wait until the value of a ``Lock`` is as they need it.
///
/// ```
/// let jobs = Lock([Job]())
/// let isFilled = Condition(of: jobs)
///
/// // One side waits for what it needs, and works with it under the same hold of the lock:
/// let job = try await isFilled.wait(until: { !$0.isEmpty }) { $0.removeFirst() }
///
/// // The other changes the value and says so:
/// try await jobs.withLock { $0.append(job) }
/// isFilled.signal()
/// ```
///
/// The predicate is part of the wait. So a wait that looks once and not again, and one that is woken for nothing,
/// cannot be written; and ``signal()`` goes on to the next where the predicate of the one that was woken does not hold,
/// so that tasks with different predicates may wait for one condition.
///
/// Whoever changes the value signals after that, with the lock held or not. A change without a signal is not noticed.
///
/// > Source: C. A. R. Hoare, Monitors: An Operating System Structuring Concept, CACM 17(10), 1974, and B. Lampson,
/// > D. Redell, Experience with Processes and Monitors in Mesa, CACM 23(2), 1980, for signals that are hints.
public final class Condition<Value: ~Copyable>: Sendable {
  /// The lock around the value that is waited for.
  public let lock: Lock<Value>
  private let waiters: WaiterLine

  /// - Parameters:
  ///   - lock: Protects what the predicates look at. A lock may have several conditions.
  ///   - name: Shown by inspectors.
  public init(of lock: Lock<Value>, name: String? = nil) {
    self.lock = lock
    waiters = WaiterLine(.condition, name: name)
  }

  deinit { waiters.free() }

  /// The name given at creation.
  public var name: String? { waiters.name }

  /// Those who wait for a signal, at this moment.
  ///
  /// - Complexity: linear in them.
  public var waiting: Int { waiters.count }

  /// Waits until a predicate holds, and works with the value while it does.
  ///
  /// - Parameters:
  ///   - predicate: Looks at the value, under the lock: at once, and after each signal that reaches this task.
  ///   - file: With `line`, where inspectors show the wait.
  ///   - body: Runs under the lock, once the predicate holds; what it throws is thrown.
  /// - Complexity: constant for each look.
  ///
  /// > Cancellation: A checkpoint, also when the predicate holds. If it throws `CancellationError`, the body has not
  /// > run, and a signal that had reached this task has been passed on.
  public nonisolated(nonsending) func wait<Result: ~Copyable>(
    until predicate: (borrowing Value) -> Bool, file: StaticString = #fileID, line: UInt = #line,
    _ body: (inout sending Value) throws -> sending Result
  ) async throws -> sending Result {
    let site = MartletSite(file, line)
    if martlet_is_cancelled() { throw CancellationError() }
    var signal: UInt64 = 0
    while true {
      do {
        try await lock.take(site)
      } catch {
        passOn(signal)
        throw error
      }
      if predicate(lock.value) {
        defer { lock.give() }
        return try body(&lock.value)
      }
      let ticket = martlet_signals(waiters.header)
      lock.give()
      passOn(signal)
      signal = 0
      let wish = MartletWish(ticket: ticket, amount: 0, losses: 0)
      switch await waiters.wait(site, wish, unless: { martlet_signals(waiters.header) != ticket }) {
      case .spared, .opened: break
      case .told(let told): signal = told.ticket
      case .cancelled: throw CancellationError()
      }
    }
  }

  /// Waits until a predicate holds. By the time that it returns, others may have changed the value again.
  ///
  /// > Cancellation: A checkpoint, also when the predicate holds.
  public nonisolated(nonsending) func wait(
    until predicate: (borrowing Value) -> Bool, file: StaticString = #fileID, line: UInt = #line
  ) async throws {
    try await wait(until: predicate, file: file, line: line) { _ in }
  }

  /// Wakes the task that has waited longest and whose predicate holds, if there is one.
  ///
  /// - Complexity: constant, and a look of each task that is woken and whose predicate does not hold.
  public func signal() {
    waiters.resume { martlet_signal(waiters.header, martlet_signals_add(waiters.header)) }
  }

  /// Wakes every task that waits: each looks again.
  ///
  /// - Complexity: linear in the tasks that wait.
  public func signalAll() {
    waiters.resume {
      _ = martlet_signals_add(waiters.header)
      return martlet_signal(waiters.header, 0)
    }
  }

  /// A signal that has reached this task and is of no use to it: the next one that it was for gets it.
  private func passOn(_ signal: UInt64) {
    if signal != 0 { waiters.resume { martlet_signal(waiters.header, signal) } }
  }
}

extension Lock where Value: ~Copyable {
  /// Waits for the lock and keeps it. Cancellation ends the wait, and nothing if there is none.
  nonisolated(nonsending) func take(_ site: MartletSite) async throws(CancellationError) {
    if !martlet_mutex_take(waiters.header) { try await waiters.takeMutex(site) }
  }

  func give() { martlet_mutex_give(waiters.header) }
}
