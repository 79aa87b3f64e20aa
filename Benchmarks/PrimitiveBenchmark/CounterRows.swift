// A counter that several tasks add to.
import BenchmarkHarness
import CSP
import Synchronization

/// The work in equal parts, each in a task.
func beside(_ tasks: Int, _ count: Int, _ part: @escaping @Sendable (_ count: Int) async throws -> Void) async throws {
  try await withNursery { nursery in
    for _ in 0..<tasks { try nursery.start { try await part(count / tasks) } }
  }
}

private final class Shared: Sendable {
  let atomic = Atomic(0)
  let mutex = Mutex(0)
}

@Sendable func countAtomically(_ count: Int, _ tasks: Int) async throws {
  let shared = Shared()
  // ORDERING: relaxed: nothing is published by the count.
  try await beside(tasks, count) { for _ in 0..<$0 { shared.atomic.wrappingAdd(1, ordering: .relaxed) } }
  mustBe(shared.atomic.load(ordering: .relaxed), count / tasks * tasks)
}

@Sendable func countUnderMutex(_ count: Int, _ tasks: Int) async throws {
  let shared = Shared()
  try await beside(tasks, count) { for _ in 0..<$0 { shared.mutex.withLock { $0 += 1 } } }
  mustBe(shared.mutex.withLock { $0 }, count / tasks * tasks)
}

@Sendable func countUnderLock(_ count: Int, _ tasks: Int) async throws {
  let lock = Lock(0)
  try await beside(tasks, count) { for _ in 0..<$0 { try await lock.withLock { $0 += 1 } } }
  mustBe(lock.withLockBlocking { $0 }, count / tasks * tasks)
}

@Sendable func countUnderBlockingLock(_ count: Int, _ tasks: Int) async throws {
  let lock = Lock(0)
  try await beside(tasks, count) { for _ in 0..<$0 { lock.withLockBlocking { $0 += 1 } } }
  mustBe(lock.withLockBlocking { $0 }, count / tasks * tasks)
}

/// Whoever has received the count may change it.
@Sendable func countThroughChannel(_ count: Int, _ tasks: Int) async throws {
  let slot = Channel<Int>(.buffered(1))
  try await slot.send(0)
  try await beside(tasks, count) { for _ in 0..<$0 { try await slot.send(try await slot.receive()! + 1) } }
  mustBe(try await slot.receive()!, count / tasks * tasks)
}

private actor Counter {
  var value = 0
  func add() { value += 1 }
}

@Sendable func countInActor(_ count: Int, _ tasks: Int) async throws {
  let counter = Counter()
  try await beside(tasks, count) { for _ in 0..<$0 { await counter.add() } }
  mustBe(await counter.value, count / tasks * tasks)
}
