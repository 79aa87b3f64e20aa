// Nurseries and scopes among the constructs of the language: cancellation goes through in both directions.
import CSP
import ChannelScenarios

extension Scenario {
  static let plainSwift: [Scenario] = [
    Scenario("plain Swift", "Task.cancel() reaches the body, the children and theirs") { _ in try await plainCancel() },
    Scenario("plain Swift", "Task.cancel() reaches the scopes of a task on an actor, from the process's first scope on")
    {
      _ in try await firstScopes()
    },
    Scenario("plain Swift", "a task group in a child hears of every way to cancel the child") { _ in
      try await groupInChild()
    },
    Scenario("plain Swift", "a nursery in a group child hears of cancelAll()") { _ in try await nurseryInGroup() },
    Scenario("plain Swift", "a nursery in an async let that is left is cancelled and awaited") { _ in
      try await nurseryInAsyncLet()
    },
    Scenario("plain Swift", "an async let in a child and in a scope is cancelled with it") { _ in
      try await asyncLetInChild()
    },
    Scenario("plain Swift", "a cancellation handler is called once, and for its own scope only") { _ in
      try await handlers()
    },
    Scenario("plain Swift", "a cancellation handler in a scope that is cancelled is called at once") { _ in
      try await lateHandler()
    },
    Scenario("plain Swift", "a cancellation handler may call everything that does not wait") { _ in
      try await reentrantHandler()
    },
    Scenario("plain Swift", "a group around the scope is not touched by what is cancelled inside") { _ in
      try await groupAround()
    },
    Scenario("plain Swift", "scopes hold over several levels of both") { _ in try await interleaved() },
    Scenario("plain Swift", "Task.isCancelled tells the scope's state at every change") { _ in try await flag() },
  ]
}

private func plainCancel() async throws {
  let (gate, log) = (Gate(), Log())
  let task = Task {
    let error = try await thrown(NurseryError.self) {
      try await withNursery { nursery in
        for _ in 0..<3 {
          try nursery.start {
            try await withNursery { inner in
              try inner.start {
                do { try await gate.pass() } catch {
                  try await expectCancelledHere("grandchild")
                  log.add("grandchild")
                  throw error
                }
              }
              try await gate.pass()
            }
          }
        }
        do { try await gate.pass() } catch {
          try await expectCancelledHere("body")
          try expectEqual(nursery.scope.reason, .surrounding)
          throw error
        }
      }
    }
    try expectError(error, [], .surrounding)
  }
  try await eventually("all wait") { gate.waiting == 7 }
  task.cancel()
  try await task.value
  try expectEqual(log.current.count, 3)
}

private actor Desk {
  func wait(at gate: Gate, in kept: Locked<CancelScope?>) async throws {
    try await withCancelScope { scope in
      kept.withLock { $0 = scope }
      try await gate.pass()
    }
  }
}

/// Run it alone too: the first scopes of a process are not like the later ones.
private func firstScopes() async throws {
  let desk = Desk()
  for round in 0..<50 {
    let (gate, kept) = (Gate(), Locked<CancelScope?>(nil))
    let task = Task { try await desk.wait(at: gate, in: kept) }
    try await eventually("it waits") { gate.waiting == 1 }
    task.cancel()
    let reached: Result<Void, any Error>
    do { reached = .success(try await eventually("") { kept.current!.reason != nil && gate.waiting == 0 }) } catch {
      reached = .failure(
        Failure("round \(round): the task is cancelled, its scope's reason is \(kept.current!.reason as Any)"))
    }
    gate.open()
    let result = await task.result
    try reached.get()
    guard case .failure(let error) = result else { throw Failure("round \(round): it returned") }
    try expect(error is CancellationError, "threw \(error)")
    try expectEqual(kept.current!.reason, .surrounding)
  }
}

/// A group of five that wait; counts those that were cancelled.
private func group(_ gate: Gate, _ cancelled: Locked<Int>) async throws {
  await withThrowingTaskGroup(of: Void.self) { group in
    for _ in 0..<5 {
      group.addTask {
        do { try await gate.pass() } catch {
          try expect(Task.isCancelled, "a group child was stopped and not cancelled")
          cancelled.add()
          throw error
        }
      }
    }
    while let result = await group.nextResult() { _ = result }
  }
  try Task.checkCancellation()
}

private func groupInChild() async throws {
  enum Way: CaseIterable { case nursery, child, sibling, body, scopeAround, deadline, taskAround }
  for way in Way.allCases {
    let (gate, cancelled, clock) = (Gate(), Locked(0), ManualClock())
    let handed = Channel<(Nursery, Child<Void>, CancelScope)>(.buffered(1))
    let fail = Gate()
    let task = Task {
      try await withCancelScope { scope in
        try await withDeadline(in: .seconds(1), clock: clock) {
          try await withNursery { nursery in
            let child = try nursery.start { try await group(gate, cancelled) }
            try nursery.start {
              do { try await fail.pass() } catch { return }
              if way == .sibling { throw Broken(1) }
            }
            try await handed.send((nursery, child, scope))
            do { try await fail.pass() } catch { return }
            if way == .body { throw Broken(1) }
            // Of the child alone: it is the only one that ends.
            if way == .child { _ = try await thrown(ChildCancelled.self) { try await child.value } }
          }
        }
      }
    }
    let (nursery, child, scope) = try await handed.receive()!
    try await eventually("all wait") { gate.waiting == 5 && fail.waiting == 2 && clock.pendingAlarms == 1 }
    switch way {
    case .nursery: nursery.cancel()
    case .child: child.cancel()
    case .scopeAround: scope.cancel()
    case .deadline: clock.advance(by: .seconds(1))
    case .taskAround: task.cancel()
    case .sibling, .body: break
    }
    switch way {
    case .child:
      try await eventually("the group is cancelled") { cancelled.current == 5 }
      fail.open()
    case .sibling, .body: fail.open()
    default: break
    }
    switch await task.result {
    case .success: try expect(way != .sibling && way != .body, "\(way): the failure is lost")
    case .failure(let error as NurseryError):
      try expect(way == .sibling || way == .body, "\(way): \(error)")
      try expectError(error, [1], .failure)
    case .failure(let error): throw Failure("\(way): \(error)")
    }
    try expectEqual(cancelled.current, 5, "\(way)")
  }
}

private func nurseryInGroup() async throws {
  let (gate, log) = (Gate(), Log())
  try await withThrowingTaskGroup(of: Void.self) { group in
    for _ in 0..<3 {
      group.addTask {
        let error = try await thrown(NurseryError.self) {
          try await withNursery { nursery in
            try nursery.start {
              do { try await gate.pass() } catch {
                log.add("child")
                throw error
              }
            }
            try await gate.pass()
          }
        }
        try expectError(error, [], .surrounding)
        _ = try await thrown(CancellationError.self) { try await withCancelScope { _ in try await forever() } }
        log.add("group child")
      }
    }
    try await eventually("all wait") { gate.waiting == 6 }
    group.cancelAll()
    try await group.waitForAll()
  }
  try expectEqual(log.current.sorted(), ["child", "child", "child", "group child", "group child", "group child"])
  try await expectNotCancelledHere("around the group")
  // Added when the group is cancelled already.
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.cancelAll()
    group.addTask {
      try await withNursery { nursery in
        try await expectCancelledHere("the body")
        _ = try nursery.start { try await expectCancelledHere("a child") }
      }
    }
    try await group.waitForAll()
  }
}

private func nurseryInAsyncLet() async throws {
  let (gate, log) = (Gate(), Log())
  @Sendable func nursery() async throws -> Int {
    try await withNursery { nursery in
      try nursery.start {
        defer { log.add("child ended, cancelled \(Task.isCancelled)") }
        try await gate.pass()
      }
      try await gate.pass()
      return 1
    }
  }
  do {
    async let _ = nursery()
    try await eventually("both wait") { gate.waiting == 2 }
  }
  try expectEqual(log.current, ["child ended, cancelled true"])
  gate.open()
  async let used = nursery()
  try expectEqual(try await used, 1)
  try expectEqual(log.current.count, 2)
}

private func asyncLetInChild() async throws {
  let (gate, log) = (Gate(), Log())
  @Sendable func waits() async throws {
    do { try await gate.pass() } catch {
      log.add("cancelled \(Task.isCancelled)")
      throw error
    }
  }
  try await withNursery { nursery in
    let child = try nursery.start {
      async let one: Void = waits()
      async let two: Void = waits()
      _ = try await (one, two)
    }
    try await eventually("both wait") { gate.waiting == 2 }
    child.cancel()
    _ = try await thrown(ChildCancelled.self) { try await child.value }
  }
  let handed = Channel<CancelScope>(.buffered(1))
  let task = Task {
    async let outside: Void = gate.pass()
    _ = try await thrown(CancellationError.self) {
      try await withCancelScope { scope in
        try await handed.send(scope)
        async let inside: Void = waits()
        try await inside
      }
    }
    log.add("left")
    try await outside
  }
  let scope = try await handed.receive()!
  try await eventually("both wait") { gate.waiting == 2 }
  scope.cancel()
  try await eventually("it left") { log.current.last == "left" }
  try expectEqual(gate.waiting, 1, "what was started outside of the scope is not its")
  gate.open()
  try await task.value
  try expectEqual(log.current, ["cancelled true", "cancelled true", "cancelled true", "left"])
}

private func handlers() async throws {
  // Calls of handlers at: around the outer scope, in the outer, in the inner, in a child, in its sibling.
  let calls = (0..<5).map { _ in Locked(0) }
  let (gate, handed, left) = (Gate(), Channel<[CancelScope]>(.buffered(1)), Locked(false))
  func counts() -> [Int] { calls.map(\.current) }
  let task = Task {
    await withTaskCancellationHandler {
      _ = try? await withCancelScope { outer in
        try await withTaskCancellationHandler {
          try await withCancelScope { inner in
            try await withTaskCancellationHandler {
              try await withNursery { nursery in
                let children = try (3...4).map { number in
                  try nursery.start {
                    try await withTaskCancellationHandler {
                      try await gate.pass()
                    } onCancel: {
                      calls[number].add()
                    }
                  }
                }
                try await eventually("both wait") { gate.waiting == 2 }
                children[0].cancel()
                children[0].cancel()
                _ = try await thrown(ChildCancelled.self) { try await children[0].value }
                try await handed.send([outer, inner])
                try await gate.pass()
              }
            } onCancel: {
              calls[2].add()
            }
          }
        } onCancel: {
          calls[1].add()
        }
        try await forever()
      }
      left.withLock { $0 = true }
      try? await forever()
    } onCancel: {
      calls[0].add()
    }
  }
  let scopes = try await handed.receive()!
  try await eventually("both wait") { gate.waiting == 2 }
  try expectEqual(counts(), [0, 0, 0, 1, 0])
  scopes[1].cancel()
  scopes[1].cancel()
  // The nursery throws a cancellation into the outer scope's body, which ends it: it was not cancelled.
  try await eventually("the sibling heard of it") { calls[4].current == 1 }
  try await eventually("the outer scope has returned") { left.current }
  try expectEqual(counts(), [0, 0, 1, 1, 1])
  scopes[0].cancel()
  for _ in 0..<50 { await Task.yield() }
  try expectEqual(counts(), [0, 0, 1, 1, 1], "a scope that has returned has no handlers")
  task.cancel()
  _ = await task.result
  try expectEqual(counts(), [1, 0, 1, 1, 1])

  // Both cancelled: once.
  let (once, both) = (Locked(0), Gate())
  let pair = Channel<[CancelScope]>(.buffered(1))
  let twice = Task {
    _ = try? await withCancelScope { outer in
      try await withCancelScope { inner in
        try await pair.send([outer, inner])
        try await withTaskCancellationHandler {
          try await withShield { try await both.pass() }
        } onCancel: {
          once.add()
        }
      }
    }
  }
  let two = try await pair.receive()!
  try await eventually("it waits") { both.waiting == 1 }
  two[1].cancel()
  two[0].cancel()
  twice.cancel()
  try await eventually("the handler is called") { once.current >= 1 }
  both.open()
  _ = await twice.result
  try expectEqual(once.current, 1)
}

private func lateHandler() async throws {
  let calls = Locked(0)
  try await withCancelScope { scope in
    scope.cancel()
    await withTaskCancellationHandler {
      // It is called before the body, or beside it.
      while calls.current == 0 { await Task.yield() }
    } onCancel: {
      calls.add()
    }
  }
  try expectEqual(calls.current, 1)
  await withTaskCancellationHandler {
    await Task.yield()
  } onCancel: {
    calls.add()
  }
  try expectEqual(calls.current, 1)
}

private func reentrantHandler() async throws {
  let (gate, log) = (Gate(), Log())
  for _ in 0..<20 {
    let handed = Channel<CancelScope>(.buffered(1))
    let task = Task {
      try await thrown(NurseryError.self) {
        try await withNursery(name: "reentrant") { nursery in
          try await handed.send(nursery.scope)
          let other = try nursery.start { try await gate.pass() }
          try await withTaskCancellationHandler {
            try await forever()
          } onCancel: {
            nursery.cancel("again")
            other.cancel()
            log.add("\(nursery.scope.reason!), \(nursery.isClosed), \(nursery.childCount > 0), \(other.hasEnded)")
            _ = try? nursery.start { log.add("started") }
            nursery.close()
            _ = currentDeadline()
          }
        }
      }
    }
    let scope = try await handed.receive()!
    scope.cancel("first")
    try expectError(try await task.value, [], .requested("first"), name: "reentrant")
  }
  try expectEqual(log.current.filter { $0 == "started" }.count, 20)
  try expectEqual(log.current.filter { $0.contains("first") }.count, 20)
}

private func groupAround() async throws {
  let (gate, log) = (Gate(), Log())
  try await withThrowingTaskGroup(of: Void.self) { group in
    for _ in 0..<3 {
      group.addTask {
        try await gate.pass()
        try await expectNotCancelledHere("a group child that was there before")
        log.add("child")
      }
    }
    try await eventually("they wait") { gate.waiting == 3 }
    _ = try await thrown(NurseryError.self) {
      try await withNursery { nursery in
        nursery.cancel()
        try nursery.start { throw Broken(1) }
        try await forever()
      }
    }
    try await withCancelScope { $0.cancel() }
    try expectEqual(gate.waiting, 3)
    gate.open()
    try await group.waitForAll()
  }
  try expectEqual(log.current.count, 3)
}

private func interleaved() async throws {
  let (gate, bottom) = (Gate(), Locked(0))
  @Sendable func level(_ depth: Int) async throws {
    if depth == 0 {
      do { try await gate.pass() } catch {
        bottom.add()
        throw error
      }
      return
    }
    switch depth % 4 {
    case 0:
      try await withNursery { nursery in
        try nursery.start { try await level(depth - 1) }
        try nursery.start { try await level(depth - 1) }
        try await forever()
      }
    case 1:
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await level(depth - 1) }
        group.addTask { try await level(depth - 1) }
        try await group.waitForAll()
      }
    case 2: try await withCancelScope { _ in try await level(depth - 1) }
    default:
      async let one: Void = level(depth - 1)
      async let two: Void = level(depth - 1)
      _ = try await (one, two)
    }
  }
  let task = Task { try await level(8) }
  try await eventually("all wait") { gate.waiting == 64 }
  task.cancel()
  guard case .failure(let error as NurseryError) = await task.result else { throw Failure("it returned") }
  try expectError(error, [], .surrounding)
  try expectEqual(bottom.current, 64)
}

private func flag() async throws {
  let found =
    try await withCancelScope { outer in
      var flags = [Task.isCancelled]
      flags.append(
        try await withCancelScope { inner in
          inner.cancel()
          return Task.isCancelled
        })
      flags.append(Task.isCancelled)
      flags.append(try await withShield { Task.isCancelled })
      outer.cancel()
      flags.append(Task.isCancelled)
      flags.append(try await withShield { Task.isCancelled })
      flags.append(Task.isCancelled)
      flags.append(try await withCancelScope { _ in Task.isCancelled })
      flags.append(
        try await withShield {
          try await withCancelScope { inner in
            inner.cancel()
            return Task.isCancelled
          }
        })
      flags.append(Task.isCancelled)
      flags.append(withUnsafeCurrentTask { $0!.isCancelled })
      return flags
    } + [Task.isCancelled]
  try expectEqual(found, [false, true, false, false, true, false, true, true, true, true, true, false])
}
