// Shields: what surrounds cannot cancel the body; its own deadline can; afterwards the cancellation is seen.
import CSP
import ChannelScenarios

extension Scenario {
  static let shields: [Scenario] = [
    Scenario("shields", "a cancellation from around does not reach inside, and is seen afterwards") { _ in
      try await outside()
    },
    Scenario("shields", "a plain Task.cancel() does not reach inside, and is seen afterwards") { _ in
      try await plain()
    },
    Scenario("shields", "a shield opened in a cancelled scope or task is not cancelled") { _ in try await opened() },
    Scenario("shields", "its own deadline reaches inside") { _ in try await ownDeadline() },
    Scenario("shields", "a deadline around does not reach inside") { _ in try await deadlineAround() },
    Scenario("shields", "scopes and nurseries inside are cancelled as ever") { _ in try await inside() },
    Scenario("shields", "a child's shield holds when its nursery is cancelled") { _ in try await inChild() },
    Scenario("shields", "a nursery inside a shield runs its children uncancelled") { _ in try await nurseryInside() },
    Scenario("shields", "group children and async lets inside are shielded too") { _ in try await groupInside() },
    Scenario("shields", "a cancellation handler inside is not called for what is outside") { _ in
      try await handlers()
    },
    Scenario("shields", "shields nest, with scopes in between") { _ in try await nested() },
    Scenario("shields", "values and errors come out as they are") { _ in try await results() },
    Scenario("shields", "cleaning up under a shield with a deadline, as Trio's manual does") { _ in
      try await cleanUp()
    },
  ]
}

private func outside() async throws {
  let (gate, inside, log) = (Gate(), Gate(), Log())
  let handed = Channel<CancelScope>(.buffered(1))
  let task = Task {
    _ = try await thrown(CancellationError.self) {
      try await withCancelScope { scope in
        try await handed.send(scope)
        try await withShield {
          try await gate.pass()
          try await expectNotCancelledHere("in the shield")
          try await inside.pass()
          log.add("shielded work done")
        }
        try await expectCancelledHere("after the shield")
        try await forever()
      }
    }
    try await expectNotCancelledHere("after the scope")
  }
  let scope = try await handed.receive()!
  try await eventually("it waits") { gate.waiting == 1 }
  scope.cancel()
  for _ in 0..<20 { await Task.yield() }
  try expectEqual(gate.waiting, 1)
  gate.open()
  try await eventually("it waits again") { inside.waiting == 1 }
  inside.open()
  try await task.value
  try expectEqual(log.current, ["shielded work done"])
}

private func plain() async throws {
  let (gate, log) = (Gate(), Log())
  let task = Task {
    try await withShield {
      try await gate.pass()
      try await expectNotCancelledHere("in the shield")
      log.add("done")
    }
    try await expectCancelledHere("after the shield")
  }
  try await eventually("it waits") { gate.waiting == 1 }
  task.cancel()
  for _ in 0..<20 { await Task.yield() }
  try expectEqual(gate.waiting, 1)
  gate.open()
  try await task.value
  try expectEqual(log.current, ["done"])
}

private func opened() async throws {
  try await withCancelScope { scope in
    scope.cancel()
    try await withShield { try await expectNotCancelledHere("in a cancelled scope") }
    try await expectCancelledHere("between")
    try await withShield { try await expectNotCancelledHere("again") }
    try await expectCancelledHere("at the end")
  }
  let task = Task {
    cancelCurrentTask()
    try await withShield { try await expectNotCancelledHere("in a cancelled task") }
    try await expectCancelledHere("after it")
  }
  try await task.value
  try await withNursery { nursery in
    nursery.cancel()
    _ = try nursery.start {
      try await expectCancelledHere("a child")
      try await withShield { try await expectNotCancelledHere("in a cancelled child") }
      try await expectCancelledHere("a child, afterwards")
    }
  }
}

private func ownDeadline() async throws {
  let (clock, gate) = (ManualClock(), Gate())
  let task = Task {
    try await withCancelScope { scope in
      scope.cancel()
      _ = try await thrown(DeadlineExceeded.self) {
        try await withShield(in: .seconds(3), clock: clock) {
          try await expectNotCancelledHere("in the shield")
          do { try await gate.pass() } catch {
            try await expectCancelledHere("in the shield, after its deadline")
            throw error
          }
        }
      }
      try await expectCancelledHere("after the shield")
    }
  }
  try await eventually("it waits") { gate.waiting == 1 && clock.pendingAlarms == 1 }
  clock.advance(by: .seconds(2))
  for _ in 0..<20 { await Task.yield() }
  try expectEqual(gate.waiting, 1)
  clock.advance(by: .seconds(1))
  try await task.value
  let value = try await withShield(in: .seconds(3), clock: clock) { 5 }
  try expectEqual(value, 5)
  try expectEqual(clock.pendingAlarms, 0)
}

private func deadlineAround() async throws {
  let (clock, gate) = (ManualClock(), Gate())
  let task = Task {
    _ = try await thrown(DeadlineExceeded.self) {
      try await withDeadline(in: .seconds(1), clock: clock) {
        try await withShield {
          try await gate.pass()
          try await expectNotCancelledHere("in the shield")
        }
        try await expectCancelledHere("after the shield")
        try await forever()
      }
    }
  }
  try await eventually("it waits") { gate.waiting == 1 && clock.pendingAlarms == 1 }
  clock.advance(by: .seconds(2))
  for _ in 0..<20 { await Task.yield() }
  try expectEqual(gate.waiting, 1)
  gate.open()
  try await task.value
  // Returning at the end of the shield: nothing was exceeded.
  let value = try await withDeadline(in: .seconds(1), clock: clock) {
    try await withShield {
      clock.advance(by: .seconds(2))
      try await expectNotCancelledHere("in the shield")
      return 6
    }
  }
  try expectEqual(value, 6)
}

private func inside() async throws {
  try await withCancelScope { outer in
    outer.cancel()
    try await withShield {
      _ = try await thrown(CancellationError.self) {
        try await withCancelScope { inner in
          inner.cancel()
          try await expectCancelledHere("a scope in the shield")
          try await forever()
        }
      }
      try await expectNotCancelledHere("in the shield")
      let error = try await thrown(NurseryError.self) {
        try await withNursery { nursery in
          try nursery.start { throw Broken(1) }
          try await forever()
        }
      }
      try expectError(error, [1], .failure)
      try await expectNotCancelledHere("in the shield")
    }
    try await expectCancelledHere("after the shield")
  }
}

private func inChild() async throws {
  let (gate, log, handed) = (Gate(), Log(), Channel<Nursery>(.buffered(1)))
  let task = Task {
    try await thrown(NurseryError.self) {
      try await withNursery { nursery in
        _ = handed.trySend(nursery)
        for number in 0..<5 {
          try nursery.start {
            try await withShield {
              try await gate.pass()
              try await expectNotCancelledHere("in the shield")
            }
            try await expectCancelledHere("after the shield")
            log.add("child")
            if number == 3 { throw Broken(3) }
          }
        }
        try await eventually("all wait") { gate.waiting == 5 }
        throw Broken(1)
      }
    }
  }
  let nursery = try await handed.receive()!
  try await eventually("the nursery is cancelled") { nursery.scope.isCancelled }
  for _ in 0..<50 { await Task.yield() }
  try expectEqual(gate.waiting, 5)
  gate.open()
  try expectError(try await task.value, [1, 3], .failure)
  try expectEqual(log.current.count, 5)
}

private func nurseryInside() async throws {
  let (gate, log) = (Gate(), Log())
  let task = Task {
    cancelCurrentTask()
    try await withShield {
      try await withNursery { nursery in
        for _ in 0..<3 {
          try nursery.start {
            try await gate.pass()
            try await expectNotCancelledHere("child")
            log.add("child")
          }
        }
        try expect(!nursery.scope.isCancelled, "the nursery in the shield")
        try await expectNotCancelledHere("body")
      }
    }
    try await expectCancelledHere("afterwards")
  }
  try await eventually("they wait") { gate.waiting == 3 }
  task.cancel()
  gate.open()
  try await task.value
  try expectEqual(log.current.count, 3)
}

private func groupInside() async throws {
  let log = Log()
  try await withCancelScope { scope in
    scope.cancel()
    try await withShield {
      async let one: Void = expectNotCancelledHere("an async let in the shield")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<3 {
          group.addTask {
            try await expectNotCancelledHere("a group child in the shield")
            log.add("child")
          }
        }
        try await group.waitForAll()
      }
      try await one
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await expectCancelledHere("a group child outside of the shield")
        log.add("child")
      }
      try await group.waitForAll()
    }
  }
  try expectEqual(log.current.count, 4)
}

private func handlers() async throws {
  let (gate, inner, outer) = (Gate(), Locked(0), Locked(0))
  let handed = Channel<CancelScope>(.buffered(1))
  let task = Task {
    try await withCancelScope { scope in
      try await handed.send(scope)
      try await withTaskCancellationHandler {
        try await withShield {
          try await withTaskCancellationHandler {
            try await gate.pass()
          } onCancel: {
            inner.add()
          }
        }
      } onCancel: {
        outer.add()
      }
    }
  }
  let scope = try await handed.receive()!
  try await eventually("it waits") { gate.waiting == 1 }
  scope.cancel()
  task.cancel()
  try await eventually("the outer handler is called") { outer.current == 1 }
  for _ in 0..<20 { await Task.yield() }
  try expectEqual([inner.current, gate.waiting], [0, 1])
  gate.open()
  try await task.value
  try expectEqual([inner.current, outer.current], [0, 1])
}

private func nested() async throws {
  let clock = ManualClock()
  try await withCancelScope { outer in
    try await withShield {
      try await withCancelScope { middle in
        try await withShield {
          outer.cancel()
          middle.cancel()
          try await expectNotCancelledHere("two shields")
          try await withShield(in: .seconds(1), clock: clock) { try await expectNotCancelledHere("three shields") }
        }
        try await expectCancelledHere("in the middle")
      }
      try await expectNotCancelledHere("in the first shield")
    }
    try await expectCancelledHere("outside")
  }
}

private final class Unsendable { var number = 1 }

private func results() async throws {
  let object = Unsendable()
  let same = try await withShield { object }
  try expect(same === object, "another object")
  for number in 0..<2 {
    let error = try await thrown(Broken.self) { try await withShield { throw Broken(number) } }
    try expectEqual(error, Broken(number))
  }
  _ = try await thrown(CancellationError.self) { try await withShield { throw CancellationError() } }
  try await expectNotCancelledHere("afterwards")
}

private func cleanUp() async throws {
  let (clock, hello, goodbye, log) = (ManualClock(), Gate(), Gate(), Log())
  let task = Task {
    _ = try await thrown(DeadlineExceeded.self) {
      try await withDeadline(in: .seconds(10), clock: clock) {
        do { try await hello.pass() } catch {
          do {
            try await withShield(in: .seconds(2), clock: clock) { try await goodbye.pass() }
          } catch is DeadlineExceeded { log.add("no goodbye") }
          throw error
        }
      }
    }
    log.add("timed out at \(clock.now)")
  }
  try await eventually("hello waits") { hello.waiting == 1 && clock.pendingAlarms == 1 }
  clock.advance(by: .seconds(10))
  try await eventually("goodbye waits") { goodbye.waiting == 1 && clock.pendingAlarms == 1 }
  clock.advance(by: .seconds(2))
  try await task.value
  try expectEqual(log.current, ["no goodbye", "timed out at 12.0 seconds"])
}
