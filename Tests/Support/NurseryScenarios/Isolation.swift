// Bodies run where their caller runs, with what the caller has: actors, the main actor, event loops, non-Sendable state.
import CSP
import ChannelScenarios

extension Scenario {
  static let isolation: [Scenario] = [
    Scenario("isolation", "bodies on an actor stay on it and use its state") { _ in try await Clerk().work() },
    Scenario("isolation", "bodies on the main actor stay on it") { _ in try await onMain() },
    Scenario("isolation", "bodies on an actor with an event loop of its own stay on it") { _ in
      try await LoopClerk(EventLoop(.serial)).work()
    },
    Scenario("isolation", "bodies use state that is not Sendable") { _ in try await unsendable() },
    Scenario("isolation", "children may be isolated, and run where they are") { _ in try await isolatedChildren() },
    Scenario("isolation", "bodies and children on another actor than the opener let it go") { _ in
      try await visitors()
    },
    Scenario("isolation", "an actor that waits in a nursery serves others") { _ in try await reentrant() },
    Scenario("isolation", "every place where a task can run") { _ in try await places() },
  ]
}

private actor Clerk {
  var count = 0

  func work() async throws {
    let clock = ManualClock()
    for isCancelled in [false, true] {
      let error = try await thrown(NurseryError.self) {
        try await withNursery { nursery in
          preconditionIsolated()
          count += 1
          let child = try nursery.start { await Task.yield() }
          _ = try await select(child.completion)
          preconditionIsolated()
          try await withCancelScope { scope in
            preconditionIsolated()
            count += 1
            if isCancelled { scope.cancel() }
            await Task.yield()
            preconditionIsolated()
          }
          preconditionIsolated()
          try await withDeadline(in: .seconds(1), clock: clock) {
            preconditionIsolated()
            count += 1
            await Task.yield()
            preconditionIsolated()
          }
          try await withShield {
            preconditionIsolated()
            count += 1
          }
          preconditionIsolated()
          let number = try await nursery.startAndWaitUntilReady { (ready: Ready<Int>) in ready(1) }
          preconditionIsolated()
          count += number
          if isCancelled { nursery.cancel() }
          try nursery.start { throw Broken(1) }
          do { try await forever() } catch {}
          preconditionIsolated()
          throw Broken(2)
        }
      }
      preconditionIsolated()
      try expectEqual(Set(try error.numbers()), [1, 2])
      // What the bodies did while they ran, and what is left of it.
      try expectEqual(count, 5)
      count = 0
    }
  }
}

@MainActor private func onMain() async throws {
  let object = Box()
  try await withNursery { nursery in
    try expect(onMainQueue(), "the body")
    object.number += 1
    let child = try nursery.start { await Task.yield() }
    try await child.value
    try expect(onMainQueue(), "the body after a wait")
    try nursery.start { try await mainChild { object.number += 1 } }
    try await withShield { try expect(onMainQueue(), "a shield") }
    try await withCancelScope { scope in
      scope.cancel()
      try expect(onMainQueue(), "a scope")
      _ = try await thrown(CancellationError.self) { try await forever() }
      try expect(onMainQueue(), "a cancelled scope")
    }
    MainActor.preconditionIsolated()
  }
  try expect(onMainQueue(), "after the nursery")
  try expectEqual(object.number, 2)
}

@MainActor private final class Box { var number = 0 }

@MainActor private func mainChild(_ body: @MainActor () -> Void) async throws {
  try expect(onMainQueue(), "a child of the main actor")
  await Task.yield()
  try expect(onMainQueue(), "a child of the main actor, after a yield")
  body()
}

private actor LoopClerk {
  let loop: EventLoop
  var count = 0
  init(_ loop: EventLoop) { self.loop = loop }
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  func work() async throws {
    let clock = ManualClock()
    for round in 1...10 {
      try await withNursery { nursery in
        try expect(loop.isCurrent, "the body")
        count += 1
        let child = try nursery.start { await Task.yield() }
        try await child.value
        try expect(loop.isCurrent, "the body after a wait")
        try await withDeadline(in: .seconds(1), clock: clock) {
          count += 1
          await Task.yield()
          try expect(loop.isCurrent, "a deadline's body")
        }
        try expect(loop.isCurrent, "after the deadline")
        for _ in 0..<3 { try nursery.start { try await self.visit() } }
      }
      try expect(loop.isCurrent, "after the nursery")
      try expectEqual(count, 5 * round)
    }
  }

  func visit() throws {
    try expect(loop.isCurrent, "a visit")
    count += 1
  }
}

private final class Tally { var numbers: [Int] = [] }

private func unsendable() async throws {
  let tally = Tally()
  var count = 0
  let same = try await withNursery { nursery in
    tally.numbers.append(1)
    count += 1
    let child = try nursery.start { 2 }
    tally.numbers.append(try await child.value)
    try await withCancelScope { scope in
      tally.numbers.append(3)
      count += 1
      scope.cancel()
      await Task.yield()
      count += 1
    }
    try await withShield { tally.numbers.append(4) }
    let clock = ManualClock()
    try await withDeadline(in: .seconds(1), clock: clock) { tally.numbers.append(5) }
    return tally
  }
  try expect(same === tally, "another object")
  try expectEqual(tally.numbers, [1, 2, 3, 4, 5])
  try expectEqual(count, 3)
  // State that is moved into a child.
  try await withNursery { nursery in
    let moved = Tally()
    _ = try nursery.start {
      moved.numbers.append(1)
      try expectEqual(moved.numbers, [1])
    }
  }
}

private actor Account {
  var balance = 0
  func add() { balance += 1 }
  func addFromChildren(_ count: Int) async throws -> Int {
    try await withNursery { nursery in
      for _ in 0..<count { try nursery.start { await self.add() } }
    }
    return balance
  }
}

private func isolatedChildren() async throws {
  let account = Account()
  try expectEqual(try await account.addFromChildren(100), 100)
  let seen = Locked(0)
  try await withNursery { nursery in
    for _ in 0..<20 {
      try nursery.start { try await mainChild { seen.add() } }
    }
  }
  try expectEqual(seen.current, 20)
}

@globalActor private actor Office { static let shared = Office() }

private func visitors() async throws {
  let clock = ManualClock()
  for round in 1...5 {
    let number = try await withNursery { @Office nursery in
      Office.preconditionIsolated()
      for _ in 0..<3 { try nursery.start { await visit() } }
      return round
    }
    try expectEqual(number, round)
    try await expectFree(Office.shared, "a nursery")
    let error = try await thrown(NurseryError.self) {
      try await withNursery { @Office _ in throw Broken(1) }
    }
    try expectError(error, [1], .failure)
    try await expectFree(Office.shared, "a nursery whose body threw")
    try expectEqual(try await withCancelScope { @Office _ in inside(round) }, round)
    try await expectFree(Office.shared, "a scope")
    try expectEqual(try await withDeadline(in: .seconds(1), clock: clock) { @Office in inside(round) }, round)
    try await expectFree(Office.shared, "a deadline")
    try expectEqual(try await withShield { @Office in inside(round) }, round)
    try await expectFree(Office.shared, "a shield")
    // Bodies that are nowhere, and whose last step throws on the actor.
    _ = try await thrown(NurseryError.self) { try await withNursery { _ in try await fail() } }
    try await expectFree(Office.shared, "a nursery whose body threw on the actor")
    _ = try await thrown(Broken.self) { try await withCancelScope { _ in try await fail() } }
    try await expectFree(Office.shared, "a scope whose body threw on the actor")
    _ = try await thrown(Broken.self) { try await withDeadline(in: .seconds(1), clock: clock) { try await fail() } }
    try await expectFree(Office.shared, "a deadline whose body threw on the actor")
    _ = try await thrown(Broken.self) { try await withShield { try await fail() } }
    try await expectFree(Office.shared, "a shield whose body threw on the actor")
    _ = try await thrown(NurseryError.self) {
      try await withNursery { nursery in
        _ = try await thrown(ChildFailure.self) { try await nursery.start { try await fail() }.value }
        try await withShield { try await expectFree(Office.shared, "a child that threw on the actor") }
      }
    }
    let child = try await withNursery { nursery in
      let child = try nursery.start { @Office in round }
      try expectEqual(try await child.value, round)
      try await expectFree(Office.shared, "a child, to whoever has its value")
      return child
    }
    try expectEqual(try await child.value, round)
  }
}

@Office private func inside(_ number: Int) -> Int {
  Office.preconditionIsolated()
  return number
}

@Office private func fail() throws { throw Broken(2) }

@Office private func visit() async {
  Office.preconditionIsolated()
  await Task.yield()
  Office.preconditionIsolated()
}

/// Somebody else gets in while the caller, who would be on the actor, waits for that.
private func expectFree(_ office: Office, _ what: String) async throws {
  let gate = Channel<Int>(.rendezvous)
  let task = Task { @Office in try await gate.send(1) }
  try expectEqual(try await gate.receive(), 1, what)
  try await task.value
}

private actor Desk {
  let gate = Gate()
  var served = 0
  func wait() async throws -> Int {
    try await withNursery { nursery in
      try nursery.start { [gate] in try await gate.pass() }
      served += 1
    }
    return served
  }
  func serve() { served += 1 }
}

private func reentrant() async throws {
  let desk = Desk()
  let task = Task { try await desk.wait() }
  try await eventually("it waits") { desk.gate.waiting == 1 }
  for _ in 0..<5 { await desk.serve() }
  desk.gate.open()
  try expectEqual(try await task.value, 6)
}

private func places() async throws {
  for place in Place.allCases {
    let task = place.start {
      let clock = ManualClock()
      let error = try await thrown(NurseryError.self, "\(place)") {
        try await withNursery { nursery in
          let child = try nursery.start { await Task.yield() }
          try await child.value
          try nursery.start { throw Broken(1) }
          try await withDeadline(in: .seconds(1), clock: clock) {
            try await withShield { await Task.yield() }
            try await forever()
          }
        }
      }
      try expectError(error, [1], .failure)
      try await expectNotCancelledHere("\(place)")
    }
    try await task.value
    let waiting = Gate()
    let cancelled = place.start {
      try await withNursery { nursery in
        try nursery.start { try await waiting.pass() }
        try await waiting.pass()
      }
    }
    try await eventually("\(place): both wait") { waiting.waiting == 2 }
    cancelled.cancel()
    guard case .failure(let error as NurseryError) = await cancelled.result else { throw Failure("\(place)") }
    try expectError(error, [], .surrounding)
  }
}
