// ReadWriteLock: who may be inside together, who goes before whom.
import CSP
import ChannelScenarios
import Foundation

extension Scenario {
  static let readWriteLocks: [Scenario] = [
    Scenario("read-write lock", "readers are inside together, a writer is alone") { _ in
      let lock = ReadWriteLock(1)
      let (first, second) = (Holder.reading(lock), Holder.reading(lock))
      try expectEqual(lock.tryWithReadLock { $0 }, 1)
      try expectEqual(lock.tryWithWriteLock { $0 }, nil)
      first.release()
      try expectEqual(lock.tryWithWriteLock { $0 }, nil)
      second.release()
      try expectEqual(lock.tryWithWriteLock { $0 }, 1)
      let writer = Holder.writing(lock)
      try expectEqual(lock.tryWithReadLock { $0 }, nil)
      writer.release()
    },
    Scenario("read-write lock", "a writer that waits stops new readers, and lets them go when it is cancelled") { _ in
      let lock = ReadWriteLock(0)
      let reader = Holder.reading(lock)
      let writer = Task { try await lock.withWriteLock { $0 += 1 } }
      try await eventually("the writer waits") { lock.waiting == 1 }
      try expectEqual(lock.tryWithReadLock { $0 }, nil)
      let second = Task { try await lock.withReadLock { $0 } }
      try await eventually("the second reader waits") { lock.waiting == 2 }
      writer.cancel()
      try await expectCancelled("the writer", await writer.result)
      try expectEqual(try await second.value, 0, "read beside the first reader")
      try expectEqual(lock.tryWithReadLock { $0 }, 0)
      reader.release()
    },
    Scenario("read-write lock", "those who wait go in order, readers together (all of up to five)") { _ in
      for count in 1...5 {
        for writers in subsets(of: count) {
          try await queue(count, writers, cancelled: nil)
          if count <= 4 { for cancelled in 0..<count { try await queue(count, writers, cancelled: cancelled) } }
        }
      }
    },
    Scenario("read-write lock", "inspectors see who waits to read and who to write") { _ in
      let lock = ReadWriteLock(0, name: "routes")
      let (reading, writing) = (mark(), mark())
      let holder = Holder.writing(lock)
      let tasks = [
        Task { try await lock.withReadLock(line: reading) { _ in } },
        Task { try await lock.withWriteLock(line: writing) { _ in } },
      ]
      try await eventually("both wait") { lock.waiting == 2 }
      for (mark, amount) in [(reading, 0), (writing, 1)] {
        let waits = waits(at: mark)
        try expectEqual(waits.map(\.resource), [.readWriteLock])
        try expectEqual(waits.map(\.amount), [amount])
        try expectEqual(waits.map(\.channelName), ["routes"])
      }
      holder.release()
      for task in tasks { try await task.value }
    },
    Scenario("read-write lock", "a task that blocks its thread goes on though others are invited that sleep") { load in
      for round in 0..<max(1, load.operations / 100) { try await blockedBeforeParked(writes: round.isMultiple(of: 2)) }
    },
  ]
}

/// Tasks come one after the other while a writer is inside. What they do is written down by the order in which it
/// begins.
private func queue(_ count: Int, _ writers: Set<Int>, cancelled: Int?) async throws {
  let lock = ReadWriteLock(0)
  let log = Locked<[Int]>([])
  let holder = Holder.writing(lock)
  let tasks = try await startInOrder(count, waiting: { lock.waiting }) { index in
    if writers.contains(index) {
      try await lock.withWriteLock { _ in log.withLock { $0.append(index) } }
    } else {
      try await lock.withReadLock { _ in log.withLock { $0.append(index) } }
    }
  }
  cancelled.map { tasks[$0].cancel() }
  try await eventually("the cancelled one has left") { lock.waiting == count - (cancelled == nil ? 0 : 1) }
  holder.release()
  let what = "\(count) wait, writers \(writers), cancelled \(String(describing: cancelled))"
  try await end(tasks, cancelled: cancelled.map { [$0] } ?? [], what)
  let ran = log.current
  try expectEqual(ran.sorted(), (0..<count).filter { $0 != cancelled }, what)
  for (position, index) in ran.enumerated() {
    // Nobody passes a writer, and a writer passes nobody.
    for earlier in ran[..<position] where earlier > index {
      try expect(!writers.contains(earlier) && !writers.contains(index), "\(what): ran in the order \(ran)")
    }
  }
  try expectEqual(lock.tryWithWriteLock { $0 }, 0, what)
}

private func blockedBeforeParked(writes: Bool) async throws {
  let lock = ReadWriteLock(0)
  let holder = Holder.writing(lock)
  let parked = [
    Task { try await lock.withReadLock { _ in } }, Task { try await lock.withWriteLock { $0 += 1 } },
  ]
  try await eventually("the tasks wait") { lock.waiting == 2 }
  let blocked = Task {
    if writes { lock.withWriteLockBlocking { $0 += 1 } } else { lock.withReadLockBlocking { _ in } }
    return lock.withReadLockBlocking { $0 }
  }
  let helper = Helper {
    spin { lock.waiting == 3 }
    holder.release()
  }
  _ = await blocked.value
  for task in parked { try await task.value }
  try await helper.join("the thread")
  try expectEqual(lock.withReadLockBlocking { $0 }, writes ? 2 : 1)
  try expectEqual(lock.waiting, 0)
}
