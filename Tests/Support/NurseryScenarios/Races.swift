// Two things at once, thousands of times, delayed at random on both sides: either may win, and nothing else may come out.
import CSP
import ChannelScenarios

extension Scenario {
  static let nurseryRaces: [Scenario] = [
    Scenario("nursery races", "cancel against the end") { load in try await rounds(load, cancelAgainstEnd) },
    Scenario("nursery races", "start against the end") { load in try await rounds(load, startAgainstEnd) },
    Scenario("nursery races", "start against close") { load in try await rounds(load, startAgainstClose) },
    Scenario("nursery races", "cancel against start") { load in try await rounds(load, cancelAgainstStart) },
    Scenario("nursery races", "two that fail at once") { load in try await rounds(load, twoFailures) },
    Scenario("nursery races", "a deadline against the return") { load in try await rounds(load, deadlineAgainstReturn)
    },
    Scenario("nursery races", "a child's end against a wait for its value") { load in
      try await rounds(load, endAgainstValue)
    },
    Scenario("nursery races", "a child's end against its cancellation") { load in
      try await rounds(load, endAgainstCancel)
    },
    Scenario("nursery races", "a completion against a channel in one select") { load in
      try await rounds(load, completionAgainstChannel)
    },
    Scenario("nursery races", "Task.cancel() against opening scopes of every kind") { load in
      try await rounds(load, cancelAgainstOpening)
    },
    Scenario("nursery races", "an outer and an inner cancellation at once") { load in
      try await rounds(load, outerAgainstInner)
    },
    Scenario("nursery races", "a cancellation against a shield's beginning and end") { load in
      try await rounds(load, cancelAgainstShield)
    },
    Scenario("nursery races", "ready against failure, cancellation and close") { load in
      try await rounds(load, readyAgainstAll)
    },
    Scenario("nursery races", "two deadlines and a cancellation at once") { load in
      try await rounds(load, deadlinesAtOnce)
    },
    Scenario("nursery races", "a cancellation handler against the operation it stops") { load in
      try await rounds(load, handlerAgainstOperation)
    },
    Scenario("nursery races", "with a limit: ends, starts and a cancellation") { load in
      try await rounds(load, per: 20, limited)
    },
    Scenario("nursery races", "a group added to while its scope is cancelled") { load in
      try await rounds(load, per: 20, groupAgainstCancel)
    },
  ]
}

/// A nursery that others can reach while it is open, and after.
private func handed(
  _ body: @escaping @Sendable (Nursery) async throws -> Void
) async throws -> (
  Nursery, Task<Void, any Error>
) {
  let channel = Channel<Nursery>(.buffered(1))
  let task = Task {
    try await withNursery { nursery in
      try await channel.send(nursery)
      try await body(nursery)
    }
  }
  return (try await channel.receive()!, task)
}

@Sendable private func cancelAgainstEnd(_ jitter: Jitter) async throws {
  let (nursery, task) = try await handed { nursery in
    try nursery.start { await jitter(1) }
    try nursery.start {
      await jitter(2)
      try Task.checkCancellation()
    }
    await jitter(3)
  }
  await jitter(4)
  nursery.cancel()
  // The body returns, whatever happened: so does the nursery.
  try await task.value
  try expectEqual(nursery.childCount, 0)
  try expectEqual(nursery.scope.reason, .requested(nil), "a cancel is kept, even after the end")
}

@Sendable private func startAgainstEnd(_ jitter: Jitter) async throws {
  let (started, ran) = (Locked(0), Locked(0))
  let (nursery, task) = try await handed { nursery in
    try nursery.start { await jitter(1) }
    await jitter(2)
  }
  await jitter(3)
  for point in 0..<5 {
    do {
      try nursery.start {
        await jitter(10 + UInt64(point))
        ran.add()
      }
      started.add()
    } catch { try expect(nursery.isClosed, "refused by an open nursery") }
    await jitter(20 + UInt64(point))
  }
  try await task.value
  try expectEqual(ran.current, started.current, "what was started and what ran before the end")
}

@Sendable private func startAgainstClose(_ jitter: Jitter) async throws {
  let (started, ran, hold) = (Locked(0), Locked(0), Gate())
  let (nursery, task) = try await handed { _ in try await hold.pass() }
  try await together(
    {
      await jitter(1)
      nursery.close()
      _ = try await thrown(NurseryClosed.self) { try nursery.start {} }
    },
    {
      for point in 0..<6 {
        do {
          try nursery.start { ran.add() }
          started.add()
        } catch { try expect(nursery.isClosed, "refused by an open nursery") }
        await jitter(2 + UInt64(point))
      }
    })
  hold.open()
  try await task.value
  try expectEqual(ran.current, started.current)
}

@Sendable private func cancelAgainstStart(_ jitter: Jitter) async throws {
  let (nursery, task) = try await handed { _ in try await forever() }
  let (begun, stopped) = (Locked(0), Locked(0))
  try await together(
    {
      await jitter(1)
      nursery.cancel()
    },
    {
      // The nursery may have returned by then.
      for point in 0..<5 {
        do {
          try nursery.start {
            begun.add()
            do { try await forever() } catch {
              stopped.add()
              throw error
            }
          }
        } catch { try expect(nursery.isClosed, "refused by an open nursery") }
        await jitter(2 + UInt64(point))
      }
    })
  guard case .failure(let error as NurseryError) = await task.result else { throw Failure("not cancelled") }
  try expectError(error, [], .requested(nil))
  try expectEqual(begun.current, stopped.current)
}

@Sendable private func twoFailures(_ jitter: Jitter) async throws {
  let error = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      for number in 1...3 {
        try nursery.start {
          await jitter(UInt64(number))
          throw Broken(number)
        }
      }
      await jitter(4)
      try await forever()
    }
  }
  try expectEqual(try error.numbers().sorted(), [1, 2, 3])
  try expectEqual(error.cancellation, .failure)
}

@Sendable private func deadlineAgainstReturn(_ jitter: Jitter) async throws {
  let clock = ManualClock()
  try await together(
    {
      do {
        let value = try await withDeadline(second(1), clock: clock) {
          await jitter(1)
          let isCancelled = Task.isCancelled
          try Task.checkCancellation()
          try expect(!isCancelled, "level-triggered")
          await jitter(2)
          return 5
        }
        try expectEqual(value, 5)
      } catch is DeadlineExceeded { try expect(clock.now >= second(1), "exceeded too early") }
      try expect(!Task.isCancelled, "a deadline outlived its scope")
      try expectEqual(clock.pendingAlarms, 0)
      try await withDeadline(in: .seconds(5), clock: clock) { try await expectNotCancelledHere("the next deadline") }
    },
    {
      await jitter(3)
      clock.advance(by: .seconds(1))
    })
}

@Sendable private func endAgainstValue(_ jitter: Jitter) async throws {
  try await withNursery { nursery in
    let child = try nursery.start {
      await jitter(1)
      return 7
    }
    let waiters = try (0..<3).map { number in
      try nursery.start {
        await jitter(2 + UInt64(number))
        try expectEqual(try await child.value, 7)
        try expect(child.hasEnded, "a value before the end")
      }
    }
    let cancelled = try nursery.start {
      do { try expectEqual(try await child.value, 7) } catch is CancellationError {}
    }
    await jitter(9)
    cancelled.cancel()
    _ = try await select(child.completion)
    for waiter in waiters { try await waiter.value }
  }
}

@Sendable private func endAgainstCancel(_ jitter: Jitter) async throws {
  try await withNursery { nursery in
    let child = try nursery.start {
      await jitter(1)
      try Task.checkCancellation()
      await jitter(2)
      return 1
    }
    let next = Locked<Child<Void>?>(nil)
    await jitter(3)
    child.cancel()
    next.withLock { $0 = try? nursery.start { try await expectNotCancelledHere("the next child") } }
    do { try expectEqual(try await child.value, 1) } catch is ChildCancelled {}
    child.cancel()
    try await next.current!.value
    try expectEqual(nursery.scope.reason, nil)
  }
}

@Sendable private func completionAgainstChannel(_ jitter: Jitter) async throws {
  let channel = Channel<Int>(.rendezvous)
  try await withNursery { nursery in
    let child = try nursery.start { await jitter(1) }
    let sender = try nursery.start {
      await jitter(2)
      try await channel.send(5)
    }
    switch try await select(child.completion, channel.receiving) {
    case .first:
      try expect(child.hasEnded, "completed before its end")
      try expectEqual(try await channel.receive(), 5)
    case .second(let value):
      try expectEqual(value, 5)
      _ = try await select(child.completion)
    }
    try await sender.value
  }
}

@Sendable private func cancelAgainstOpening(_ jitter: Jitter) async throws {
  let clock = ManualClock()
  let task = Task {
    await jitter(1)
    try await withCancelScope { _ in
      await jitter(2)
      try await withDeadline(in: .seconds(1), clock: clock) {
        await jitter(3)
        try await withShield {
          await jitter(4)
          try expect(!Task.isCancelled, "in the shield")
        }
        try await withNursery { nursery in
          await jitter(5)
          try nursery.start {
            await jitter(6)
            try await withCancelScope { _ in try await forever() }
          }
          try await withCancelScope { _ in
            await jitter(7)
            try await forever()
          }
        }
      }
    }
  }
  await jitter(8)
  task.cancel()
  switch await task.result {
  case .success: throw Failure("it returned")
  case .failure(let error as NurseryError): try expectError(error, [], .surrounding)
  case .failure(let error): throw Failure("threw \(error)")
  }
  try expectEqual(clock.pendingAlarms, 0)
}

@Sendable private func outerAgainstInner(_ jitter: Jitter) async throws {
  let calls = Locked(0)
  let scopes = Channel<[CancelScope]>(.buffered(1))
  let task = Task {
    _ = try await thrown(CancellationError.self) {
      try await withCancelScope { outer in
        do {
          try await withCancelScope { inner in
            try await scopes.send([outer, inner])
            try await withTaskCancellationHandler {
              try await forever()
            } onCancel: {
              calls.add()
            }
          }
        } catch is CancellationError {}
        await jitter(1)
        try await forever()
      }
    }
    try await expectNotCancelledHere("afterwards")
  }
  let both = try await scopes.receive()!
  try await together(
    {
      await jitter(2)
      both[0].cancel("outer")
    },
    {
      await jitter(3)
      both[1].cancel("inner")
    })
  try await task.value
  try expectEqual(calls.current, 1)
  try expectEqual(both[0].reason, .requested("outer"))
  try expect([.requested("inner"), .surrounding].contains(both[1].reason), "\(String(describing: both[1].reason))")
}

@Sendable private func cancelAgainstShield(_ jitter: Jitter) async throws {
  let (scopes, count) = (Channel<CancelScope>(.buffered(1)), Locked(0))
  let task = Task {
    try await withCancelScope { scope in
      try await scopes.send(scope)
      do {
        while true {
          await jitter(UInt64(1 + count.current))
          try await withShield {
            try expect(!Task.isCancelled, "in the shield")
            await jitter(UInt64(100 + count.current))
            try expect(!Task.isCancelled, "in the shield, later")
          }
          count.add()
          try Task.checkCancellation()
        }
      } catch is CancellationError {}
      try await expectCancelledHere("in the scope")
    }
    try await expectNotCancelledHere("afterwards")
  }
  let scope = try await scopes.receive()!
  await jitter(99)
  scope.cancel()
  try await task.value
}

@Sendable private func readyAgainstAll(_ jitter: Jitter) async throws {
  let (nursery, task) = try await handed { nursery in
    do {
      let value = try await nursery.startAndWaitUntilReady { (ready: Ready<Int>) in
        await jitter(1)
        if jitter.seed.isMultiple(of: 3) { throw Broken(1) }
        ready(5)
        await jitter(2)
        try Task.checkCancellation()
      }
      try expectEqual(value, 5)
    } catch let error as Broken {
      try expectEqual(error, Broken(1))
      try expect(jitter.seed.isMultiple(of: 3), "no failure was ordered")
    } catch is CancellationError {
      try expect(nursery.scope.isCancelled, "cancelled by nobody")
    } catch is NurseryClosed {
      try expect(nursery.isClosed, "closed by nobody")
    }
  }
  await jitter(3)
  if jitter.seed.isMultiple(of: 2) { nursery.close() } else { nursery.cancel() }
  try await task.value
}

@Sendable private func deadlinesAtOnce(_ jitter: Jitter) async throws {
  let clock = ManualClock()
  let task = Task {
    try await withDeadline(second(1), clock: clock) {
      try await withDeadline(second(1), clock: clock) {
        await jitter(1)
        try await forever()
      }
    }
  }
  try await together(
    {
      await jitter(2)
      clock.advance(by: .seconds(1))
    },
    {
      await jitter(3)
      task.cancel()
    })
  guard case .failure(let error) = await task.result else { throw Failure("it returned") }
  try expect(error is DeadlineExceeded || error is CancellationError, "threw \(error)")
  try expectEqual(clock.pendingAlarms, 0)
}

@Sendable private func handlerAgainstOperation(_ jitter: Jitter) async throws {
  let (channel, scopes, calls) = (Channel<Int>(.rendezvous), Channel<CancelScope>(.buffered(1)), Locked(0))
  let task = Task {
    try await withCancelScope { scope -> Int? in
      try await scopes.send(scope)
      await jitter(1)
      return try await withTaskCancellationHandler {
        await jitter(2)
        // Stopped by the close, or by the cancellation itself.
        return try await channel.receive()
      } onCancel: {
        calls.add()
        channel.close()
      }
    }
  }
  let scope = try await scopes.receive()!
  await jitter(3)
  scope.cancel()
  switch await task.result {
  case .success(let value):
    try expectEqual(value, nil)
    try expectEqual(calls.current, 1)
  case .failure(let error):
    // The runtime raises a task's flag before it locks the task's records: an operation that has seen the flag may have
    // left its handler in between. Without any of our code, a loop that waits for `Task.isCancelled` and returns does so
    // three times in a thousand.
    try expect(error is CancellationError, "threw \(error)")
    try expect(calls.current <= 1, "called \(calls.current) times")
  }
}

@Sendable private func limited(_ jitter: Jitter) async throws {
  let (running, most, begun) = (Locked(0), Locked(0), Locked(0))
  let limit = 1 + Int(jitter.seed % 3)
  let channel = Channel<Nursery>(.buffered(1))
  let task = Task {
    try await withNursery(limit: limit) { nursery in
      try await channel.send(nursery)
      for number in 0..<12 {
        try nursery.start {
          begun.add()
          most.withLock { most in
            most = max(
              most,
              running.withLock {
                $0 += 1; return $0
              })
          }
          await jitter(UInt64(number))
          running.add(-1)
          try Task.checkCancellation()
        }
        await jitter(UInt64(100 + number))
      }
    }
  }
  let nursery = try await channel.receive()!
  if jitter.seed.isMultiple(of: 2) {
    await jitter(200)
    nursery.cancel()
  }
  try await task.value
  try expect(most.current <= limit, "\(most.current) at once, limit \(limit)")
  if jitter.seed % 2 == 1 { try expectEqual(begun.current, 12) }
  try expectEqual(nursery.childCount, 0)
}

@Sendable private func groupAgainstCancel(_ jitter: Jitter) async throws {
  let scopes = Channel<CancelScope>(.buffered(1))
  let (added, stopped) = (Locked(0), Locked(0))
  let task = Task {
    try await withCancelScope { scope in
      try await scopes.send(scope)
      await withTaskGroup(of: Void.self) { group in
        for point in 0..<6 {
          added.add()
          group.addTask {
            do { try await forever() } catch { stopped.add() }
          }
          await jitter(UInt64(point))
        }
      }
    }
  }
  let scope = try await scopes.receive()!
  await jitter(9)
  scope.cancel()
  try await task.value
  try expectEqual([added.current, stopped.current], [6, 6])
}
