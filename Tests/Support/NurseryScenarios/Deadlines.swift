// Deadlines on a manual clock: absolute, the nearest wins, readable downstream; they cancel, and then wait.
import CSP
import ChannelScenarios

extension Scenario {
  static let deadlines: [Scenario] = [
    Scenario("deadlines", "a deadline that passes ends the body with DeadlineExceeded") { _ in try await passes() },
    Scenario("deadlines", "a body that ends in time leaves no alarm") { _ in try await inTime() },
    Scenario("deadlines", "a body that returns or fails in spite of it is heard") { _ in try await inSpite() },
    Scenario("deadlines", "a deadline cancels, then waits for the body to clean up") { _ in try await waits() },
    Scenario("deadlines", "the nearest of nested deadlines wins") { _ in try await nearest() },
    Scenario("deadlines", "an inner deadline later than the outer is not the one exceeded") { _ in
      try await innerLater()
    },
    Scenario("deadlines", "a deadline expired at entry cancels the body from its start") { _ in try await expired() },
    Scenario("deadlines", "a cancellation from around is not the deadline's") { _ in try await otherReasons() },
    Scenario("deadlines", "currentDeadline tells the nearest, everywhere below") { _ in try await readable() },
    Scenario("deadlines", "currentDeadline is per clock") { _ in try await perClock() },
    Scenario("deadlines", "a deadline around a nursery cancels it and its children") { _ in try await nurseryBelow() },
    Scenario("deadlines", "a child's own deadline is a failure of the child") { _ in try await inChild() },
    Scenario("deadlines", "a thousand deadlines pass each at its time") { load in try await many(load) },
    Scenario("deadlines", "very long and negative ones") { _ in try await extremes() },
    Scenario("deadlines", "on the machine's clock they pass too") { _ in try await machine() },
  ]
}

/// The instant so many seconds after the clock's start.
func second(_ number: Int) -> ManualClock.Instant { .init(sinceStart: .seconds(number)) }

private func passes() async throws {
  let (clock, gate) = (ManualClock(), Gate())
  clock.advance(by: .seconds(100))
  typealias Way = @Sendable (Action) async throws -> Void
  let ways: [Way] = [
    { body in try await withDeadline(in: .seconds(5), clock: clock) { try await body() } },
    { body in
      try await withDeadline(clock.now.advanced(by: .seconds(5)), clock: clock) { try await body() }
    },
  ]
  for way in ways {
    let task = Task {
      _ = try await thrown(DeadlineExceeded.self) {
        try await way {
          do { try await gate.pass() } catch {
            try await expectCancelledHere("body")
            throw error
          }
        }
      }
      try await expectNotCancelledHere("afterwards")
    }
    try await eventually("it waits") { gate.waiting == 1 && clock.pendingAlarms == 1 }
    clock.advance(by: .seconds(5) - .nanoseconds(1))
    for _ in 0..<20 { await Task.yield() }
    try expectEqual(gate.waiting, 1, "a nanosecond too early")
    clock.advance(by: .nanoseconds(1))
    try await task.value
    try expectEqual(clock.pendingAlarms, 0)
  }
}

private func inTime() async throws {
  let clock = ManualClock()
  for number in 0..<10 {
    let value = try await withDeadline(in: .seconds(5), clock: clock) {
      try await expectNotCancelledHere("body")
      return number
    }
    try expectEqual(value, number)
    try expectEqual(clock.pendingAlarms, 0)
    _ = try await thrown(Broken.self) { try await withDeadline(in: .seconds(5), clock: clock) { throw Broken(1) } }
    try expectEqual(clock.pendingAlarms, 0)
    try await expectNotCancelledHere("after \(number)")
  }
  clock.advance(by: .seconds(100))
  for _ in 0..<20 { await Task.yield() }
  try await expectNotCancelledHere("after the deadlines of scopes that are gone")
}

private func inSpite() async throws {
  let clock = ManualClock()
  /// Waits to be cancelled by the deadline, however.
  @Sendable func passed() async {
    clock.advance(by: .seconds(5))
    while !Task.isCancelled { await Task.yield() }
  }
  let value = try await withDeadline(in: .seconds(5), clock: clock) {
    await passed()
    return 3
  }
  try expectEqual(value, 3)
  let error = try await thrown(Broken.self) {
    try await withDeadline(in: .seconds(5), clock: clock) {
      await passed()
      throw Broken(1)
    }
  }
  try expectEqual(error, Broken(1))
  let nursery = try await thrown(NurseryError.self) {
    try await withDeadline(in: .seconds(5), clock: clock) {
      try await withNursery { _ in
        await passed()
        throw Broken(2)
      }
    }
  }
  try expectError(nursery, [2], .surrounding)
  // A CancellationError of the body's own, long before the deadline.
  _ = try await thrown(CancellationError.self) {
    try await withDeadline(in: .seconds(5), clock: clock) { throw CancellationError() }
  }
  try expectEqual(clock.pendingAlarms, 0)
}

private func waits() async throws {
  let (clock, gate, cleaning, log) = (ManualClock(), Gate(), Gate(), Log())
  let task = Task {
    _ = try await thrown(DeadlineExceeded.self) {
      try await withDeadline(in: .seconds(1), clock: clock) {
        do { try await gate.pass() } catch {
          log.add("cancelled")
          try await withShield { try await cleaning.pass() }
          log.add("clean")
          throw error
        }
      }
    }
    log.add("exceeded")
  }
  try await eventually("it waits") { gate.waiting == 1 && clock.pendingAlarms == 1 }
  clock.advance(by: .seconds(1))
  try await eventually("it cleans up") { cleaning.waiting == 1 }
  clock.advance(by: .seconds(100))
  for _ in 0..<50 { await Task.yield() }
  try expectEqual(log.current, ["cancelled"])
  cleaning.open()
  try await task.value
  try expectEqual(log.current, ["cancelled", "clean", "exceeded"])
}

private func nearest() async throws {
  // Seconds of outer, middle and inner; who is exceeded.
  for (seconds, winner) in [([3, 2, 1], 2), ([1, 2, 3], 0), ([2, 1, 3], 1), ([2, 3, 1], 2), ([3, 1, 2], 1)] {
    let (clock, gate, log) = (ManualClock(), Gate(), Log())
    let task = Task {
      @Sendable func level(_ number: Int) async throws {
        guard number < 3 else { return try await gate.pass() }
        do {
          try await withDeadline(in: .seconds(seconds[number]), clock: clock) { try await level(number + 1) }
        } catch is DeadlineExceeded {
          log.add("\(number) at \(clock.now)")
          try await expectNotCancelledHere("around \(number)")
        }
      }
      try await level(0)
    }
    try await eventually("it waits") { gate.waiting == 1 && clock.pendingAlarms > 0 }
    clock.advance(by: .seconds(1))
    try await task.value
    try expectEqual(log.current.count, 1, "\(seconds): \(log.current)")
    try expect(log.current[0].hasPrefix("\(winner) at "), "\(seconds): \(log.current)")
    try expectEqual(clock.pendingAlarms, 0)
  }
}

private func innerLater() async throws {
  let (clock, gate, log) = (ManualClock(), Gate(), Log())
  let task = Task {
    _ = try await thrown(DeadlineExceeded.self, "outer") {
      try await withDeadline(in: .seconds(1), clock: clock) {
        _ = try await thrown(CancellationError.self, "inner") {
          try await withDeadline(in: .seconds(2), clock: clock) { try await gate.pass() }
        }
        log.add("inner")
        throw CancellationError()
      }
    }
  }
  try await eventually("it waits") { gate.waiting == 1 && clock.pendingAlarms > 0 }
  clock.advance(by: .seconds(1))
  try await task.value
  try expectEqual(log.current, ["inner"])
  try expectEqual(clock.pendingAlarms, 0)
}

private func expired() async throws {
  let clock = ManualClock()
  clock.advance(by: .seconds(10))
  for instant in [second(10), second(9), second(0)] {
    let ran = Locked(0)
    _ = try await thrown(DeadlineExceeded.self, "\(instant)") {
      try await withDeadline(instant, clock: clock) {
        ran.add()
        try await expectCancelledHere("\(instant)")
        try await forever()
      }
    }
    try expectEqual(ran.current, 1, "the body runs")
    let value = try await withDeadline(instant, clock: clock) { 4 }
    try expectEqual(value, 4, "without a checkpoint it returns")
    try await expectNotCancelledHere("after \(instant)")
  }
  for duration in [Duration.zero, .seconds(-1), .seconds(Int64.min)] {
    _ = try await thrown(DeadlineExceeded.self, "\(duration)") {
      try await withDeadline(in: duration, clock: clock) {
        try await expectCancelledHere("\(duration)"); try await forever()
      }
    }
  }
  try expectEqual(clock.pendingAlarms, 0)
}

private func otherReasons() async throws {
  let (clock, gate) = (ManualClock(), Gate())
  let plain = Task {
    _ = try await thrown(CancellationError.self) {
      try await withDeadline(in: .seconds(1), clock: clock) { try await gate.pass() }
    }
  }
  try await eventually("it waits") { gate.waiting == 1 }
  plain.cancel()
  try await plain.value
  _ = try await thrown(CancellationError.self) {
    try await withCancelScope { scope in
      try await withDeadline(in: .seconds(1), clock: clock) {
        scope.cancel()
        try await forever()
      }
    }
  }
  try expectEqual(clock.pendingAlarms, 0)
}

private func readable() async throws {
  let clock = ManualClock()
  clock.advance(by: .seconds(7))
  @Sendable func expectDeadline(_ seconds: Int?, _ what: String, line: UInt = #line) throws {
    try expectEqual(currentDeadline(on: clock), seconds.map(second), what, line: line)
  }
  try expectDeadline(nil, "outside")
  try await withDeadline(in: .seconds(10), clock: clock) {
    try expectDeadline(17, "body")
    try await Local.$text.withValue("bound last") {
      try expectDeadline(17, "below a user's task-local")
      try await withDeadline(in: .seconds(5), clock: clock) { try expectDeadline(12, "nearer, below a task-local") }
      try await withDeadline(in: .seconds(50), clock: clock) { try expectDeadline(17, "later, below a task-local") }
      try await withShield { try expectDeadline(nil, "a shield, below a task-local") }
      try expectDeadline(17, "still below a user's task-local")
    }
    try await withDeadline(in: .seconds(20), clock: clock) { try expectDeadline(17, "inner is later") }
    try await withDeadline(in: .seconds(5), clock: clock) {
      try expectDeadline(12, "inner is nearer")
      try await withCancelScope { _ in try expectDeadline(12, "in a scope") }
    }
    try expectDeadline(17, "after the inner")
    try await withShield {
      try expectDeadline(nil, "in a shield")
      try await withDeadline(in: .seconds(30), clock: clock) { try expectDeadline(37, "in a shield's deadline") }
      try await withNursery { nursery in _ = try nursery.start { try expectDeadline(nil, "in a shield's nursery") } }
    }
    try await withShield(in: .seconds(40), clock: clock) {
      try expectDeadline(47, "in a shield with a deadline")
      try await withDeadline(in: .seconds(3), clock: clock) { try expectDeadline(10, "nearer than the shield's") }
    }
    try await withNursery { nursery in
      try expectDeadline(17, "in a nursery")
      try nursery.start {
        try expectDeadline(17, "in a child")
        try await withDeadline(in: .seconds(1), clock: clock) {
          try expectDeadline(8, "in a child's deadline")
          // The nursery's, not the starter's.
          _ = try nursery.start { try expectDeadline(17, "in a child that was started under a nearer deadline") }
        }
        try await withShield { try expectDeadline(nil, "in a child's shield") }
        async let one: Void = expectDeadline(17, "in an async let")
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            try expectDeadline(17, "in a group child")
            try await withDeadline(in: .seconds(2), clock: clock) { try expectDeadline(9, "in its deadline") }
          }
          try await group.waitForAll()
        }
        try await one
      }
    }
    try expectDeadline(17, "at the end")
  }
  try expectDeadline(nil, "afterwards")
  // A nursery opened without one has none, whoever starts.
  try await withNursery { nursery in
    try await withDeadline(in: .seconds(1), clock: clock) {
      _ = try nursery.start { try expectDeadline(nil, "the deadline was around the start only") }
    }
  }
  try await withDeadline(in: .seconds(-3), clock: clock) {
    try expect(currentDeadline(on: clock)! <= clock.now, "an expired deadline is in the past")
  }
}

private func perClock() async throws {
  let (one, two) = (ManualClock(), ManualClock())
  try await withDeadline(in: .seconds(1), clock: one) {
    try await withDeadline(in: .seconds(2), clock: two) {
      try expectEqual(currentDeadline(on: one), second(1))
      try expectEqual(currentDeadline(on: two), second(2))
      try expectEqual(currentDeadline(), nil)
      let before = ContinuousClock.now
      try await withDeadline(in: .seconds(3600)) {
        try expectEqual(currentDeadline(on: one), second(1))
        let deadline = currentDeadline()!
        try expect(
          deadline >= before + .seconds(3599) && deadline <= ContinuousClock.now + .seconds(3601),
          "\(before.duration(to: deadline)) from now")
      }
      let instant = ContinuousClock.now + .seconds(3600)
      try await withDeadline(instant, clock: ContinuousClock()) {
        let difference = instant.duration(to: currentDeadline()!)
        try expect(difference < .milliseconds(100) && difference > .milliseconds(-100), "off by \(difference)")
      }
      try expectEqual(currentDeadline(), nil)
    }
  }
}

private func nurseryBelow() async throws {
  let (clock, gate, cancelled) = (ManualClock(), Gate(), Locked(0))
  let task = Task {
    _ = try await thrown(DeadlineExceeded.self) {
      try await withDeadline(in: .seconds(1), clock: clock) {
        try await withNursery { nursery in
          for _ in 0..<10 {
            try nursery.start {
              do { try await gate.pass() } catch {
                cancelled.add()
                throw error
              }
            }
          }
          try await gate.pass()
        }
      }
    }
  }
  try await eventually("all wait") { gate.waiting == 11 && clock.pendingAlarms == 1 }
  clock.advance(by: .seconds(1))
  try await task.value
  try expectEqual(cancelled.current, 10)
}

private func inChild() async throws {
  let (clock, gate) = (ManualClock(), Gate())
  let task = Task {
    try await thrown(NurseryError.self) {
      try await withNursery { nursery in
        try nursery.start { try await withDeadline(in: .seconds(1), clock: clock) { try await gate.pass() } }
        try await forever()
      }
    }
  }
  try await eventually("it waits") { gate.waiting == 1 && clock.pendingAlarms == 1 }
  clock.advance(by: .seconds(1))
  let error = try await task.value
  try expectEqual(error.cancellation, .failure)
  try expect(error.errors.count == 1 && error.errors[0] is DeadlineExceeded, "\(error)")
}

private func many(_ load: Load) async throws {
  let (clock, count, passed) = (ManualClock(), 1000, Locked<[Int]>([]))
  var random = SplitMix(load.seed)
  let times = (0..<count).map { _ in 1 + random.below(50) }
  try await withNursery { nursery in
    for time in times {
      try nursery.start {
        do {
          try await withDeadline(second(time), clock: clock) { try await forever() }
        } catch is DeadlineExceeded { passed.withLock { $0.append(time) } }
      }
    }
    try await eventually("all are set") { clock.pendingAlarms == count }
    for now in stride(from: 5, through: 50, by: 5) {
      clock.advance(by: .seconds(5))
      let due = times.count { $0 <= now }
      try await eventually("\(due) have passed at \(now), not \(passed.current.count)") { passed.current.count >= due }
      try expect(passed.current.allSatisfy { $0 <= now }, "too early, seed \(load.seed)")
      try expectEqual(clock.pendingAlarms, count - due)
    }
  }
}

private func extremes() async throws {
  let clock = ManualClock()
  for duration in [Duration.seconds(Int64.max), .seconds(1 << 40)] {
    try await withDeadline(in: duration, clock: clock) {
      clock.advance(by: .seconds(1))
      try await expectNotCancelledHere("\(duration)")
      try await withDeadline(in: .seconds(5), clock: clock) {
        try expectEqual(currentDeadline(on: clock), clock.now.advanced(by: .seconds(5)))
      }
    }
    try await withDeadline(in: duration) { try await expectNotCancelledHere("\(duration)") }
  }
  try expectEqual(clock.pendingAlarms, 0)
}

private func machine() async throws {
  for milliseconds in [1, 5, 20] {
    let start = ContinuousClock.now
    _ = try await thrown(DeadlineExceeded.self) {
      try await withDeadline(in: .milliseconds(milliseconds)) { try await forever() }
    }
    try expect(ContinuousClock.now - start >= .milliseconds(milliseconds), "too early")
    _ = try await thrown(DeadlineExceeded.self) {
      try await withDeadline(ContinuousClock.now + .milliseconds(milliseconds), clock: ContinuousClock()) {
        try await forever()
      }
    }
  }
}
