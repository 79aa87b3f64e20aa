// Many tasks and threads at once, some of them cancelled, with invariants that any lost or doubled wake-up breaks.
import CSP
import ChannelScenarios
import Foundation

extension Scenario {
  static let primitiveStress: [Scenario] = [
    Scenario("primitives under stress", "a lock counts what tasks, blocked tasks and threads add, cancelled or not") {
      load in try await counting(load)
    },
    Scenario("primitives under stress", "readers see no half of what a writer writes") { load in
      try await reading(load)
    },
    Scenario("primitives under stress", "a semaphore keeps its permits, whatever is wanted and cancelled") { load in
      try await permits(load)
    },
    Scenario("primitives under stress", "a condition loses no signal, whatever is cancelled") { load in
      try await signals(load)
    },
  ]
}

/// Starts tasks and cancels some of them on the way, at moments that the seed decides. Those that were not, must end
/// well.
private func startAndCancel(
  _ count: Int, _ seed: UInt64, _ body: @escaping @Sendable (Int) async throws -> Void
) async throws {
  var random = SplitMix(seed)
  let tasks = (0..<count).map { index in Task { try await body(index) } }
  var cancelled: Set<Int> = []
  for _ in 0..<(count / 2) {
    let index = random.below(count)
    for _ in 0..<random.below(20) { await Task.yield() }
    tasks[index].cancel()
    cancelled.insert(index)
  }
  for (index, task) in tasks.enumerated() {
    if case .failure(let error) = await task.result, !(error is CancellationError && cancelled.contains(index)) {
      throw Failure("seed \(seed): task \(index) threw \(error)")
    }
  }
}

private func counting(_ load: Load) async throws {
  let lock = Lock(0)
  let done = Locked(0)
  let rounds = load.operations / 40
  let threads = (0..<2).map { _ in
    Helper {
      for _ in 0..<rounds {
        lock.withLockBlocking { $0 += 1 }
        done.add()
      }
    }
  }
  try await startAndCancel(16, load.seed) { index in
    for round in 0..<rounds {
      switch (index + round) % 4 {
      case 0: lock.withLockBlocking { $0 += 1 }
      case 1: if lock.tryWithLock({ $0 += 1 }) == nil { continue }
      default: try await lock.withLock { $0 += 1 }
      }
      done.add()
    }
  }
  for thread in threads { try await thread.join("a thread") }
  try expectEqual(lock.withLockBlocking { $0 }, done.current, "seed \(load.seed)")
  try expectEqual(lock.waiting, 0)
}

private func reading(_ load: Load) async throws {
  struct Pair { var (left, right) = (0, 0) }
  let lock = ReadWriteLock(Pair())
  let written = Locked(0)
  let rounds = load.operations / 40
  let isOver = Locked(false)
  let thread = Helper {
    while !isOver.current {
      lock.withWriteLockBlocking {
        $0.left += 1
        $0.right += 1
      }
      written.add()
      _ = lock.withReadLockBlocking { $0.left == $0.right }
    }
  }
  try await startAndCancel(16, load.seed) { index in
    for round in 0..<rounds {
      let isWhole: Bool
      switch (index + round) % 8 {
      case 0:
        isWhole = try await lock.withWriteLock {
          $0.left += 1
          $0.right += 1
          return $0.left == $0.right
        }
        written.add()
      case 1:
        lock.withWriteLockBlocking {
          $0.left += 1
          $0.right += 1
        }
        written.add()
        isWhole = lock.withReadLockBlocking { $0.left == $0.right }
      case 2: isWhole = lock.tryWithReadLock { $0.left == $0.right } ?? true
      default: isWhole = try await lock.withReadLock { $0.left == $0.right }
      }
      try expect(isWhole, "half of a write was read")
    }
  }
  isOver.withLock { $0 = true }
  try await thread.join("the thread")
  try expectEqual(try await lock.withReadLock { $0.left }, written.current, "seed \(load.seed)")
  try expectEqual(lock.waiting, 0)
}

private func permits(_ load: Load) async throws {
  let semaphore = Semaphore(permits: 4)
  let free = Locked(4)
  let idle = Channel<Int>(.rendezvous)
  try await startAndCancel(16, load.seed) { index in
    for round in 0..<(load.operations / 40) {
      let wish = (index + round) % 4 + 1
      func use() async throws {
        free.add(-wish)
        defer { free.add(wish) }
        try expect(free.current >= 0, "more permits are out than there are")
        if round.isMultiple(of: 3) { await Task.yield() }
      }
      if wish == 1 {
        guard case .first(let permit) = try await select(semaphore.acquiring, idle.receiving) else {
          throw Failure("the idle channel")
        }
        defer { permit.release() }
        try await use()
      } else {
        try await semaphore.withPermits(wish, use)
      }
    }
  }
  try expectEqual(semaphore.available, 4, "seed \(load.seed)")
  try expectEqual(semaphore.waiting, 0)
}

/// As many signals as values; whoever is cancelled takes none.
private func signals(_ load: Load) async throws {
  let store = Lock(0)
  let condition = Condition(of: store)
  let taken = Locked(0)
  let count = load.operations / 10
  let producer = Helper {
    for _ in 0..<count {
      store.withLockBlocking { $0 += 1 }
      condition.signal()
    }
  }
  // They want half of what there will be: none that is not cancelled waits for ever.
  try await startAndCancel(12, load.seed) { _ in
    for _ in 0..<(count / 24) {
      try await condition.wait(until: { $0 > 0 }) { $0 -= 1 }
      taken.add()
    }
  }
  try await producer.join("the producer")
  try expectEqual(store.withLockBlocking { $0 }, count - taken.current, "seed \(load.seed)")
  try expectEqual(condition.waiting, 0)
}
