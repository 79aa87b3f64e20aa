// What a child's handle tells: its value, its end as a case of select, and the cancellation of that child alone.
import CSP
import ChannelScenarios

extension Scenario {
  static let handles: [Scenario] = [
    Scenario("handles", "the value comes to everyone who waits, before and after the end") { _ in try await values() },
    Scenario("handles", "a child that failed throws ChildFailure with its error") { _ in try await failures() },
    Scenario("handles", "a child that was cancelled throws ChildCancelled") { _ in try await cancellations() },
    Scenario("handles", "a cancelled waiter throws CancellationError, and the child goes on") { _ in
      try await cancelledWaiter()
    },
    Scenario("handles", "a completion is a case of select, with channels and timers") { _ in try await completions() },
    Scenario("handles", "cancelling one child touches nobody else") { _ in try await alone() },
    Scenario("handles", "a child is cancelled before it begins, while it waits, and after its end") { _ in
      try await moments()
    },
    Scenario("handles", "a handle outlives its nursery") { _ in try await outliving() },
    Scenario("handles", "a waiter beside a failing child is woken by whichever comes first") { _ in
      try await failingSibling()
    },
  ]
}

private func values() async throws {
  let gate = Gate()
  try await withNursery { nursery in
    let child = try nursery.start(name: "answer") {
      try await gate.pass()
      return 42
    }
    try expectEqual(child.name, "answer")
    try expect(!child.hasEnded, "it waits")
    let waiters = try (0..<10).map { _ in try nursery.start { try await child.value } }
    try await eventually("it waits") { gate.waiting == 1 }
    for _ in 0..<20 { await Task.yield() }
    try expect(waiters.allSatisfy { !$0.hasEnded }, "a waiter did not wait")
    gate.open()
    for waiter in waiters { try expectEqual(try await waiter.value, 42) }
    try expect(child.hasEnded, "it has ended")
    for _ in 0..<3 { try expectEqual(try await child.value, 42) }
    let void = try nursery.start {}
    try await void.value
    let text: String? = try await nursery.start { nil as String? }.value
    try expectEqual(text, nil)
  }
}

private func failures() async throws {
  let error = try await thrown(NurseryError.self) {
    try await withNursery(onFailure: .collect) { nursery in
      let child = try nursery.start { () async throws -> Int in throw Broken(1) }
      for _ in 0..<2 {
        let failure = try await thrown(ChildFailure.self) { _ = try await child.value }
        try expectEqual(failure.error as? Broken, Broken(1))
      }
      // A nursery that failed is a failure like any other.
      let nest = try nursery.start { try await withNursery { _ in throw Broken(2) } }
      let failure = try await thrown(ChildFailure.self) { try await nest.value }
      try expectEqual(try (failure.error as? NurseryError)?.numbers(), [2])
    }
  }
  try expectEqual(error.flattened.map { $0 as? Broken }, [Broken(1), Broken(2)])
}

private func cancellations() async throws {
  try await withNursery { nursery in
    let child = try nursery.start { try await forever() }
    child.cancel("unneeded")
    _ = try await thrown(ChildCancelled.self) { try await child.value }
    _ = try await thrown(ChildCancelled.self) { try await child.value }
    let nest = try nursery.start { try await withNursery { _ in try await forever() } }
    nest.cancel()
    _ = try await thrown(ChildCancelled.self) { try await nest.value }
    let quitter = try nursery.start { throw CancellationError() }
    _ = try await thrown(ChildCancelled.self) { try await quitter.value }
    // One that is cancelled and returns in spite of it has a value.
    let stubborn = try nursery.start {
      try? await forever()
      return 3
    }
    stubborn.cancel()
    try expectEqual(try await stubborn.value, 3)
    // One that is cancelled and fails has failed.
    try expectEqual(nursery.scope.reason, nil)
  }
  let error = try await thrown(NurseryError.self) {
    try await withNursery(onFailure: .collect) { nursery in
      let failing = try nursery.start { do { try await forever() } catch { throw Broken(4) } }
      failing.cancel()
      let failure = try await thrown(ChildFailure.self) { try await failing.value }
      try expectEqual(failure.error as? Broken, Broken(4))
    }
  }
  try expectError(error, [4], nil)
}

private func cancelledWaiter() async throws {
  let gate = Gate()
  try await withNursery { nursery in
    let child = try nursery.start {
      try await gate.pass()
      return 1
    }
    let waiter = try nursery.start { _ = try await thrown(CancellationError.self) { _ = try await child.value } }
    try await eventually("the child waits") { gate.waiting == 1 }
    waiter.cancel()
    try await waiter.value
    try expect(!child.hasEnded, "the child was touched")
    _ = try await thrown(CancellationError.self) {
      try await withCancelScope { scope in
        scope.cancel()
        _ = try await child.value
      }
    }
    gate.open()
    try expectEqual(try await child.value, 1)
    // Level-triggered: also when the value is there.
    _ = try await thrown(CancellationError.self) {
      try await withCancelScope { scope in
        scope.cancel()
        _ = try await child.value
      }
    }
  }
}

private func completions() async throws {
  let (gate, clock, idle) = (Gate(), ManualClock(), Channel<Int>(.rendezvous))
  let error = try await thrown(NurseryError.self) {
    try await withNursery(onFailure: .collect) { nursery in
      let child = try nursery.start { try await gate.pass() }
      try expect(trySelect(child.completion) == nil, "it has not ended")
      // Not it, but a channel.
      try nursery.start { try await idle.send(5) }
      guard case .second(5) = try await select(child.completion, idle.receiving) else { throw Failure("not the value") }
      // Not it, but a timer.
      try nursery.start {
        try await eventually("the timer is set") { clock.pendingAlarms == 1 }
        clock.advance(by: .seconds(1))
      }
      guard case .second = try await select(child.completion, after(.seconds(1), clock: clock)) else {
        throw Failure("not the timer")
      }
      // Many at once wait for it.
      let waiters = try (0..<10).map { _ in
        try nursery.start {
          guard case .third = try await select(idle.receiving, after(.seconds(9), clock: clock), child.completion)
          else {
            throw Failure("not the completion")
          }
        }
      }
      try await eventually("all wait") { idle.statistics.waitingReceivers == 10 }
      gate.open()
      for waiter in waiters { try await waiter.value }
      try expectEqual(clock.pendingAlarms, 0)
      // Ready for ever, and in order of cases.
      for _ in 0..<3 {
        try expect(trySelect(child.completion) != nil, "it has ended")
        guard case .first = try await select(.inOrder, child.completion, after(.zero, clock: clock)) else {
          throw Failure("not in order")
        }
      }
      try expect(trySelect(child.completion.when(false)) == nil, "a case that is disabled is not ready")
      // Failed and cancelled ones complete too.
      let failed = try nursery.start { throw Broken(1) }
      let cancelled = try nursery.start { try await forever() }
      cancelled.cancel()
      _ = try await select(failed.completion)
      _ = try await select(cancelled.completion)
      try expect(failed.hasEnded && cancelled.hasEnded, "completed, not ended")
      // In a selector.
      let selector = Selector()
      selector.add(idle.receiving)
      let last = try nursery.start { await Task.yield() }
      let token = selector.add(last.completion)
      try expect(try await selector.next().isCase(token), "not the completion")
    }
  }
  try expectError(error, [1], nil)
}

private func alone() async throws {
  let (gate, log) = (Gate(), Log())
  try await withNursery { nursery in
    let children = try (0..<10).map { number in
      try nursery.start {
        try await withNursery { inner in
          _ = try inner.start { try await gate.pass() }
        }
        // The nursery returned what its body did; whoever wants to know of a cancellation asks.
        try Task.checkCancellation()
        log.add("\(number)")
      }
    }
    try await eventually("all wait") { gate.waiting == 10 }
    for number in [0, 4, 9] { children[number].cancel() }
    for number in [0, 4, 9] { _ = try await thrown(ChildCancelled.self) { try await children[number].value } }
    try expectEqual(gate.waiting, 7)
    try expectEqual(nursery.childCount, 7)
    try expectEqual(nursery.scope.reason, nil)
    try await expectNotCancelledHere("body")
    gate.open()
  }
  try expectEqual(log.current.sorted(), ["1", "2", "3", "5", "6", "7", "8"])
}

private func moments() async throws {
  try await withNursery(limit: 1) { nursery in
    let (gate, ran) = (Gate(), Locked(0))
    let first = try nursery.start { try await gate.pass() }
    let notBegun = try nursery.start {
      ran.add()
      try await expectCancelledHere("a child cancelled before it began")
      return 7
    }
    notBegun.cancel()
    gate.open()
    try await first.value
    // Whether it still runs is not promised; if it does, it finds itself cancelled.
    do { try expectEqual(try await notBegun.value, 7) } catch is ChildCancelled {
      try expectEqual(ran.current, 0, "it ran to its end, and was called cancelled")
    }
    let ended = try nursery.start { 5 }
    try expectEqual(try await ended.value, 5)
    ended.cancel()
    ended.cancel("again")
    try expectEqual(try await ended.value, 5)
    // A cancellation of a child that ended does not hit the next one.
    let next = try nursery.start { try await expectNotCancelledHere("the next child") }
    ended.cancel()
    try await next.value
  }
}

private func outliving() async throws {
  var kept: [Child<Int>] = []
  let error = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      kept.append(try nursery.start { 1 })
      _ = try await kept[0].value
      kept.append(try nursery.start { () async throws -> Int in throw Broken(2) })
      kept.append(
        try nursery.start {
          try await forever()
          return 3
        })
    }
  }
  try expectError(error, [2], .failure)
  for child in kept {
    try expect(child.hasEnded, "the nursery has returned")
    try expect(trySelect(child.completion) != nil, "the nursery has returned")
    child.cancel()
  }
  try expectEqual(try await kept[0].value, 1)
  let failure = try await thrown(ChildFailure.self) { _ = try await kept[1].value }
  try expectEqual(failure.error as? Broken, Broken(2))
  _ = try await thrown(ChildCancelled.self) { _ = try await kept[2].value }
  try await expectNotCancelledHere("the task")
}

private func failingSibling() async throws {
  for _ in 0..<50 {
    let error = try await thrown(NurseryError.self) {
      try await withNursery { nursery in
        let child = try nursery.start {
          await Task.yield()
          throw Broken(1)
        }
        try nursery.start { try await child.value }
        do { try await child.value } catch let error {
          try expect(error is ChildFailure || error is CancellationError, "threw \(error)")
          throw error
        }
      }
    }
    try expectError(error, [1], .failure)
  }
}
