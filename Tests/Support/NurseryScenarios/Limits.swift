// `limit:`: at most so many children run at once, and the others wait in the order of their starts.
import CSP
import ChannelScenarios

extension Scenario {
  static let limits: [Scenario] =
    [1, 2, 8].map { limit in
      Scenario("limit", "with \(limit), children run in order and never more than that at once") { load in
        try await inOrder(limit)
        try await atRandom(limit, load)
      }
    } + [
      Scenario("limit", "children of children count too") { _ in try await grandchildren() },
      Scenario("limit", "a failure lets those that wait come to their end") { _ in try await failure() },
      Scenario("limit", "a child that is cancelled while it waits for its place ends") { _ in try await waitingChild()
      },
      Scenario("limit", "a child that waits for one beyond the limit can be cancelled") { _ in try await deadlock() },
      Scenario("limit", "startAndWaitUntilReady waits for its place") { _ in try await readiness() },
      Scenario("limit", "a closed nursery still runs those that wait") { _ in try await closing() },
    ]
}

private func inOrder(_ limit: Int) async throws {
  let (count, order, gates) = (40, Locked<[Int]>([]), (0..<40).map { _ in Gate() })
  try await withNursery(limit: limit) { nursery in
    for number in 0..<count {
      try nursery.start {
        order.withLock { $0.append(number) }
        try await gates[number].pass()
      }
    }
    try expectEqual(nursery.childCount, count)
    for number in 0..<count {
      let due = min(count, number + limit)
      try await eventually("\(due) have begun") { order.current.count == due }
      for _ in 0..<20 { await Task.yield() }
      // A place that one left is taken by the next in line: what began is a prefix, in any order within the limit.
      try expectEqual(order.current.sorted(), Array(0..<due), "limit \(limit)")
      gates[number].open()
    }
  }
  if limit == 1 { try expectEqual(order.current, Array(0..<count)) }
}

private func atRandom(_ limit: Int, _ load: Load) async throws {
  let (running, most, count) = (Locked(0), Locked(0), max(200, load.operations / 10))
  let jitter = Jitter(load.seed)
  try await withNursery(limit: limit) { nursery in
    for number in 0..<count {
      try nursery.start {
        let now = running.withLock { running in
          running += 1
          return running
        }
        most.withLock { $0 = max($0, now) }
        await jitter(UInt64(number))
        running.add(-1)
      }
      if number.isMultiple(of: 7) { await jitter(UInt64(number) &+ 1_000_000) }
    }
  }
  try expectEqual(running.current, 0)
  try expect(most.current <= limit, "\(most.current) ran at once, seed \(load.seed)")
}

private func grandchildren() async throws {
  for limit in [1, 3] {
    let (running, most, ended) = (Locked(0), Locked(0), Locked(0))
    try await withNursery(limit: limit) { nursery in
      @Sendable func child(_ depth: Int) async throws {
        most.withLock { most in
          most = max(
            most,
            running.withLock {
              $0 += 1; return $0
            })
        }
        if depth > 0 { for _ in 0..<3 { try nursery.start { try await child(depth - 1) } } }
        await Task.yield()
        running.add(-1)
        ended.add()
      }
      try nursery.start { try await child(4) }
    }
    try expectEqual(ended.current, 1 + 3 + 9 + 27 + 81)
    try expect(most.current <= limit, "\(most.current) ran at once")
  }
}

private func failure() async throws {
  let (gate, began) = (Gate(), Locked(0))
  let handles = Locked<[Child<Void>]>([])
  let error = try await thrown(NurseryError.self) {
    try await withNursery(limit: 2) { nursery in
      try nursery.start {
        try await gate.pass()
        throw Broken(1)
      }
      for _ in 0..<20 {
        let child = try nursery.start {
          began.add()
          try await forever()
        }
        handles.withLock { $0.append(child) }
      }
      try await eventually("the second runs") { began.current == 1 }
      gate.open()
      try await forever()
    }
  }
  try expectError(error, [1], .failure)
  for handle in handles.current {
    try expect(handle.hasEnded, "a child did not end")
    _ = try await thrown(ChildCancelled.self) { try await handle.value }
  }
}

private func waitingChild() async throws {
  let gate = Gate()
  try await withNursery(limit: 1) { nursery in
    try nursery.start { try await gate.pass() }
    let waiting = try nursery.start { try await forever() }
    let last = try nursery.start { 5 }
    try await eventually("the first runs") { gate.waiting == 1 }
    waiting.cancel()
    gate.open()
    _ = try await thrown(ChildCancelled.self) { try await waiting.value }
    try expectEqual(try await last.value, 5)
    try expectEqual(nursery.scope.reason, nil)
  }
}

private func deadlock() async throws {
  let clock = ManualClock()
  _ = try await thrown(DeadlineExceeded.self) {
    try await withDeadline(in: .seconds(1), clock: clock) {
      try await withNursery(limit: 1) { nursery in
        let child = try nursery.start {
          let sibling = try nursery.start {}
          clock.advance(by: .seconds(1))
          try await sibling.value
        }
        try await child.value
      }
    }
  }
}

private func readiness() async throws {
  let (gate, log) = (Gate(), Log())
  try await withNursery(limit: 1) { nursery in
    let first = try nursery.start {
      try await gate.pass()
      log.add("first")
    }
    try await eventually("the first runs") { gate.waiting == 1 }
    gate.open()
    let number = try await nursery.startAndWaitUntilReady { (ready: Ready<Int>) in
      log.add("second")
      ready(2)
    }
    try expectEqual(number, 2)
    try await first.value
  }
  try expectEqual(log.current, ["first", "second"])
}

private func closing() async throws {
  let (gate, ended) = (Gate(), Locked(0))
  try await withNursery(limit: 1) { nursery in
    for _ in 0..<10 {
      try nursery.start {
        try await gate.pass()
        ended.add()
      }
    }
    nursery.close()
    gate.open()
  }
  try expectEqual(ended.current, 10)
}
