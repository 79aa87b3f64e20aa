// What the scenarios of primitives share: threads that hold locks, tasks in a known order, waits as inspectors see
// them.
import CSP
import CSPScheduling
import ChannelScenarios
import Foundation

/// Holds a lock, by a thread of its own, until it is told to give it back.
final class Holder: Sendable {
  private let leave = DispatchSemaphore(value: 0)
  private let left = DispatchSemaphore(value: 0)

  /// - Parameter hold: Takes the lock and calls what it is given while it has it.
  init(_ hold: @escaping @Sendable (() -> Void) -> Void) {
    let entered = DispatchSemaphore(value: 0)
    Thread.detachNewThread { [leave, left] in
      hold {
        entered.signal()
        leave.wait()
      }
      left.signal()
    }
    entered.wait()
  }

  static func of<Value: ~Copyable>(_ lock: Lock<Value>) -> Holder {
    Holder { hold in lock.withLockBlocking { _ in hold() } }
  }
  static func reading(_ lock: ReadWriteLock<Int>) -> Holder {
    Holder { hold in lock.withReadLockBlocking { _ in hold() } }
  }
  static func writing(_ lock: ReadWriteLock<Int>) -> Holder {
    Holder { hold in lock.withWriteLockBlocking { _ in hold() } }
  }

  /// Gives the lock back: on return it is free, or somebody else's.
  func release() {
    leave.signal()
    left.wait()
  }
}

/// A thread that ends by itself.
final class Helper: Sendable {
  private let ended = Locked(false)

  init(_ body: @escaping @Sendable () -> Void) {
    Thread.detachNewThread { [ended] in
      body()
      ended.withLock { $0 = true }
    }
  }

  func join(_ what: String) async throws { try await eventually("\(what) has ended") { ended.current } }
}

/// Starts tasks that wait, each when the one before it waits.
func startInOrder(
  _ count: Int, waiting: () -> Int, _ body: @escaping @Sendable (Int) async throws -> Void
) async throws -> [Task<Void, any Error>] {
  let before = waiting()
  var tasks: [Task<Void, any Error>] = []
  for index in 0..<count {
    tasks.append(Task { try await body(index) })
    try await eventually("task \(index) of \(count) waits") { waiting() == before + index + 1 }
  }
  return tasks
}

/// Runs tasks to their end, of which those that are listed were cancelled.
func end(_ tasks: [Task<Void, any Error>], cancelled: Set<Int> = [], _ what: String) async throws {
  for (index, task) in tasks.enumerated() {
    switch await task.result {
    case .success: try expect(!cancelled.contains(index), "\(what): task \(index) was cancelled and did not throw")
    case .failure(let error):
      try expect(error is CancellationError && cancelled.contains(index), "\(what): task \(index) threw \(error)")
    }
  }
}

/// Where a wait stands in this file: lines that no file has.
private let marks = Locked<UInt>(2_000_000)
func mark() -> UInt {
  marks.withLock {
    $0 += 1
    return $0
  }
}

/// What an inspector sees of the waits at a mark.
func waits(at mark: UInt) -> [WaitDescription] { currentWaits().filter { $0.line == Int(mark) } }

/// Spins until a state is there, on a thread that may block.
func spin(until condition: () -> Bool) {
  while !condition() { sched_yield() }
}
