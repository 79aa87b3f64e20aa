// Deep, wide and long: what must not overflow, and must not grow.
import CSP
import CScheduling
import ChannelScenarios
import Foundation

extension Scenario {
  static let nurserySizes: [Scenario] = [
    Scenario("nursery sizes", "10,000 nested nurseries end by a value") { _ in try await deep(10_000, .value) },
    Scenario("nursery sizes", "10,000 nested nurseries end by an error") { _ in try await deep(10_000, .error) },
    Scenario("nursery sizes", "10,000 nested nurseries end by a cancellation") { _ in
      try await deep(10_000, .cancellation)
    },
    Scenario("nursery sizes", "1,000 nested scopes, deadlines and shields end by each") { _ in
      for way in Way.allCases { try await deepScopes(1_000, way) }
    },
    Scenario("nursery sizes", "100,000 children end, and are cancelled") { _ in
      try await wide(100_000)
    },
    Scenario("nursery sizes", "the idle tasks of a burst end once nobody has anything to do, by the machine's clock") {
      _ in try await burst(30_000)
    },
    Scenario("nursery sizes", "so do those that ended on threads of others, by the machine's clock") { _ in
      try await burst(30_000, endsElsewhere: true)
    },
    Scenario("nursery sizes", "a tree of nurseries counts its leaves") { _ in
      try expectEqual(try await leaves(4), 10_000)
      try expectEqual(try await fibonacci(14), 377)
    },
    Scenario("memory", "children that were started and have ended leave no memory behind", needsProcess: true) { _ in
      try await growth(100_000)
    },
  ]
}

/// Tasks that children have run in and that have not ended.
private func ownedTasks() -> Int {
  let room = martlet_owned_tasks(nil, 0)
  // SAFETY: initialised, as long as the function is told, freed here.
  let tasks = UnsafeMutablePointer<MartletOwnedTask>.allocate(capacity: max(1, room))
  tasks.initialize(repeating: MartletOwnedTask(task: 0), count: max(1, room))
  defer { tasks.deallocate() }
  return martlet_owned_tasks(tasks, room)
}

private func burst(_ count: Int, endsElsewhere: Bool = false) async throws {
  let (gate, started, suspended) = (Gate(), Locked(0), Locked<[CheckedContinuation<Void, Never>]>([]))
  try await withNursery { nursery in
    for _ in 0..<count {
      try nursery.start {
        started.add()
        try await gate.pass()
        // From there the default executor resumes it, which need not be the workers'.
        if endsElsewhere {
          await withCheckedContinuation { continuation in suspended.withLock { $0.append(continuation) } }
        }
      }
    }
    // Counting who waits walks their line under its lock: once most are there.
    try await eventually("all wait") { started.current == count && gate.waiting == count }
    try expect(ownedTasks() >= count, "each has a task")
    gate.open()
    guard endsElsewhere else { return }
    try await eventually("all are suspended") { suspended.withLock { $0.count } == count }
    // The workers fall asleep.
    _ = try await select(after(.milliseconds(5)))
    for continuation in suspended.current { continuation.resume() }
  }
  // 8,192 of the process, those that each worker keeps, and what is less than a magazine (Children.c).
  let most = 8192 + 512 + 1024 * Int(martlet_scheduler_workers()), patience = ContinuousClock.now + .seconds(60)
  while ownedTasks() > most {
    try expect(ContinuousClock.now < patience, "\(ownedTasks()) tasks are left")
    // Nobody has anything to do meanwhile.
    _ = try await select(after(.milliseconds(1)))
  }
}

private enum Way: CaseIterable { case value, error, cancellation }

private func deep(_ depth: Int, _ way: Way) async throws {
  let (gate, bottom) = (Gate(), Locked(0))
  @Sendable func level(_ left: Int) async throws {
    if left == 0 {
      defer { bottom.add() }
      try await gate.pass()
      if way == .error { throw Broken(1) }
      return
    }
    try await withNursery { nursery in
      let child = try nursery.start { try await level(left - 1) }
      try await child.value
    }
  }
  let task = Task { try await level(depth) }
  try await eventually("the bottom waits") { gate.waiting == 1 }
  if way == .cancellation { task.cancel() } else { gate.open() }
  let result = await task.result
  try expectEqual(bottom.current, 1)
  switch (way, result) {
  case (.value, .success): break
  case (.cancellation, .failure(let error as NurseryError)): try expectError(error, [], .surrounding)
  case (.error, .failure(let error as NurseryError)):
    // Taken apart by hand, level by level: neither its making nor this may recur.
    var (innermost, levels) = (error, 1)
    while let next = innermost.errors.first as? NurseryError {
      try expectEqual(innermost.errors.count, 1)
      innermost = next
      levels += 1
    }
    try expectEqual(levels, depth)
    try expectError(innermost, [1], .failure)
  default: throw Failure("\(way): \(result)".prefix(200).description)
  }
}

private func deepScopes(_ depth: Int, _ way: Way) async throws {
  let (gate, clock) = (Gate(), ManualClock())
  func level(_ left: Int) async throws {
    if left == 0 {
      try await gate.pass()
      if way == .error { throw Broken(1) }
      return
    }
    switch left % 3 {
    case 0: try await withCancelScope { _ in try await level(left - 1) }
    case 1: try await withDeadline(in: .seconds(5 + left), clock: clock) { try await level(left - 1) }
    default:
      if way == .cancellation {
        try await withCancelScope { _ in try await level(left - 1) }
      } else {
        try await withShield { try await level(left - 1) }
      }
    }
  }
  let task = Task { try await level(depth) }
  try await eventually("the bottom waits") { gate.waiting == 1 }
  if way == .cancellation { task.cancel() } else { gate.open() }
  switch (way, await task.result) {
  case (.value, .success): break
  case (.error, .failure(let error)): try expectEqual(error as? Broken, Broken(1))
  case (.cancellation, .failure(let error)): try expect(error is CancellationError, "threw \(error)")
  default: throw Failure("\(way): it returned")
  }
  try expectEqual(clock.pendingAlarms, 0)
}

private func wide(_ count: Int) async throws {
  let (ended, gate) = (Locked(0), Gate())
  try await withNursery { nursery in
    for _ in 0..<count { try nursery.start { ended.add() } }
  }
  try expectEqual(ended.current, count)
  let (cancelled, begun) = (Locked(0), Locked(0))
  let error = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      for _ in 0..<count {
        try nursery.start {
          begun.add()
          do { try await gate.pass() } catch {
            cancelled.add()
            throw error
          }
        }
      }
      // Counting those who wait takes a step for each, under the lock that they all need.
      try await eventually("all have begun") { begun.current == count }
      try await eventually("all wait") { gate.waiting == count }
      try expectEqual(nursery.childCount, count)
      throw Broken(1)
    }
  }
  try expectError(error, [1], .failure)
  try expectEqual(cancelled.current, count)
}

/// Skynet's shape: ten to the power of `depth`.
private func leaves(_ depth: Int) async throws -> Int {
  if depth == 0 { return 1 }
  let count = Locked(0)
  try await withNursery { nursery in
    for _ in 0..<10 { try nursery.start { count.add(try await leaves(depth - 1)) } }
  }
  return count.current
}

private func fibonacci(_ number: Int) async throws -> Int {
  if number < 2 { return number }
  return try await withNursery { nursery in
    let one = try nursery.start { try await fibonacci(number - 1) }
    let two = try nursery.start { try await fibonacci(number - 2) }
    return try await one.value + two.value
  }
}

private func growth(_ count: Int) async throws {
  /// A nursery that lives for all of them, and many that live for a hundred each.
  func round(_ children: Int) async throws {
    try await withNursery { nursery in
      for _ in 0..<children / 100 {
        let handles = try (0..<100).map { number in
          try nursery.start {
            if number.isMultiple(of: 10) { await Task.yield() }
            if number.isMultiple(of: 17) { throw CancellationError() }
            return number
          }
        }
        for handle in handles { _ = try? await handle.value }
        try await withNursery { inner in
          for _ in 0..<50 { try inner.start { await Task.yield() } }
        }
        try await withCancelScope { $0.cancel() }
      }
    }
  }
  try await round(count)
  let before = residentBytes()
  try await round(count)
  try await round(count)
  guard let before, let after = residentBytes() else { return }
  try expect(after < before + 8_000_000, "grew from \(before) to \(after) bytes over \(2 * count) children")
}

/// The resident memory of this process, in bytes; nil where it cannot be read.
private func residentBytes() -> Int? {
  guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
  return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * Int(getpagesize()) }
}
