// Lock: exclusion, order, barging and its bound, blocked threads beside tasks.
import CSP
import ChannelScenarios
import Foundation

extension Scenario {
  static let locks: [Scenario] = [
    Scenario("lock", "what waits gets the lock once it is given back, every one once, whatever is cancelled") { _ in
      for count in 1...4 {
        for cancelled in subsets(of: count) { try await queue(count, cancelled) }
      }
    },
    Scenario("lock", "those who wait in a row go on in the order in which they came") { _ in try await order() },
    Scenario("lock", "try never waits, and finds the lock held") { _ in
      let lock = Lock(1)
      let holder = Holder.of(lock)
      try expectEqual(lock.tryWithLock { $0 }, nil)
      holder.release()
      try expectEqual(lock.tryWithLock { $0 }, 1)
    },
    Scenario("lock", "an error of the body is thrown, and the lock is given back") { _ in
      let lock = Lock(0)
      do {
        try await lock.withLock { _ in throw Failure("expected") }
        throw Failure("did not throw")
      } catch let failure as Failure { try expectEqual(failure.message, "expected") }
      do {
        try lock.withLockBlocking { (_: inout Int) throws(Failure) in throw Failure("expected") }
        throw Failure("did not throw")
      } catch let failure as Failure { try expectEqual(failure.message, "expected") }
      try expectEqual(lock.tryWithLock { $0 }, 0)
    },
    Scenario("lock", "a value that cannot be copied is kept, and released with the lock") { _ in
      final class Flag: Sendable { let isGone = Locked(false) }
      struct Unique: ~Copyable {
        var number = 1
        let flag: Flag
        deinit { flag.isGone.withLock { $0 = true } }
      }
      let flag = Flag()
      do {
        let lock = Lock(Unique(flag: flag))
        try await lock.withLock { $0.number += 1 }
        try expectEqual(lock.withLockBlocking { $0.number }, 2)
        try expect(!flag.isGone.current, "the value is gone before its lock")
      }
      try expect(flag.isGone.current, "the value outlives its lock")
    },
    Scenario("lock", "one that waits gets the lock from a thread that takes it without a pause") { load in
      try await starvation(load.operations / 20)
    },
    Scenario("lock", "a task that blocks its thread goes on though the lock was meant for a task that sleeps") { load in
      for _ in 0..<max(1, load.operations / 100) { try await blockedBeforeParked() }
    },
    Scenario("lock", "inspectors see who waits, where, and for which lock") { _ in
      let lock = Lock(0, name: "accounts")
      let (suspended, blocked) = (mark(), mark())
      let holder = Holder.of(lock)
      let task = Task { try await lock.withLock(line: suspended) { $0 += 1 } }
      let helper = Helper { lock.withLockBlocking(line: blocked) { $0 += 1 } }
      try await eventually("both wait") { lock.waiting == 2 }
      for mark in [suspended, blocked] {
        let waits = waits(at: mark)
        try expectEqual(waits.map(\.resource), [.lock])
        try expectEqual(waits.map(\.channelName), ["accounts"])
        try expectEqual(waits.map { $0.task != 0 }, [mark == suspended])
        try expectEqual(waits.map { $0.file.hasSuffix("Locks.swift") }, [true])
      }
      holder.release()
      try await task.value
      try await helper.join("the thread")
      try expectEqual(lock.withLockBlocking { $0 }, 2)
      try expectEqual(waits(at: suspended).count + waits(at: blocked).count, 0)
    },
  ]
}

/// Every set of numbers below `count`.
func subsets(of count: Int) -> [Set<Int>] {
  (0..<(1 << count)).map { bits in Set((0..<count).filter { bits >> $0 & 1 == 1 }) }
}

private func queue(_ count: Int, _ cancelled: Set<Int>) async throws {
  let lock = Lock([Int]())
  let holder = Holder.of(lock)
  let tasks = try await startInOrder(count, waiting: { lock.waiting }) { index in
    try await lock.withLock { $0.append(index) }
  }
  for index in cancelled.sorted() { tasks[index].cancel() }
  try await eventually("the cancelled ones have left") { lock.waiting == count - cancelled.count }
  holder.release()
  try await end(tasks, cancelled: cancelled, "\(count) wait, cancelled \(cancelled)")
  let ran = lock.withLockBlocking { $0 }
  try expectEqual(ran.sorted(), (0..<count).filter { !cancelled.contains($0) }, "those that had the lock")
  try expectEqual(lock.waiting, 0)
}

/// Nobody barges where the next waits before the lock is given back, and who was woken is alone.
private func order() async throws {
  let lock = Lock([Int]())
  let holder = Holder.of(lock)
  let gates = (0..<3).map { _ in DispatchSemaphore(value: 0) }
  // Threads, each of which keeps the lock until the next step.
  var helpers: [Helper] = []
  for index in 0..<3 {
    helpers.append(
      Helper {
        lock.withLockBlocking {
          $0.append(index)
          gates[index].wait()
        }
      })
    try await eventually("thread \(index) waits") { lock.waiting == index + 1 }
  }
  holder.release()
  for index in 0..<3 {
    try await eventually("thread \(index) has the lock") { lock.waiting == 2 - index }
    gates[index].signal()
  }
  for helper in helpers { try await helper.join("a thread") }
  try expectEqual(lock.withLockBlocking { $0 }, [0, 1, 2])
}

private func starvation(_ rounds: Int) async throws {
  let lock = Lock(0)
  let isOver = Locked(false)
  let greedy = Helper {
    while !isOver.current {
      for _ in 0..<100 { lock.withLockBlocking { $0 += 1 } }
    }
  }
  for _ in 0..<rounds { try await lock.withLock { $0 += 1 } }
  isOver.withLock { $0 = true }
  try await greedy.join("the greedy thread")
  try expect(lock.withLockBlocking { $0 } >= rounds, "the lock lost counts")
}

/// With one worker, which the blocked task occupies, the task that was woken cannot run.
private func blockedBeforeParked() async throws {
  let lock = Lock([String]())
  let holder = Holder.of(lock)
  let parked = Task { try await lock.withLock { $0.append("parked") } }
  try await eventually("the task waits") { lock.waiting == 1 }
  let blocked = Task {
    lock.withLockBlocking { $0.append("blocked") }
    lock.withLockBlocking { $0.append("blocked again") }
  }
  // From a thread: this task may stand behind the blocked one.
  let helper = Helper {
    spin { lock.waiting == 2 }
    holder.release()
  }
  await blocked.value
  try await parked.value
  try await helper.join("the thread")
  try expectEqual(Set(lock.withLockBlocking { $0 }), ["parked", "blocked", "blocked again"])
}
