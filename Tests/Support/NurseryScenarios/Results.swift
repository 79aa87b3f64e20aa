// What a body comes to arrives with its opener, whatever its type and wherever the opener runs.
import CSP
import ChannelScenarios

extension Scenario {
  static let bodyResults: [Scenario] = [
    Scenario("results", "values of every shape come back, from every scope and every place") { _ in
      for place in Place.allCases { try await place.start { try await shapes("\(place)") }.value }
    },
    Scenario("results", "errors come back, and are released once, from every scope and every place") { _ in
      for place in Place.allCases { try await place.start { try await errors("\(place)") }.value }
    },
    Scenario("results", "a value is released where another failure takes its place") { _ in try await dropped() },
    Scenario("results", "a handle tells its value to those who are cancelled while the child ends, or that they are") {
      load in try await contended(rounds: load.operations / 100)
    },
  ]
}

private struct Wide: Equatable, Sendable {
  var one = 1, two = 2.5, three = "three", four: [Int] = [4], five: String?, six: UInt8 = 6, seven = 7
}

/// The same value through a nursery, a scope, a deadline, a shield and all of them inside each other.
private nonisolated(nonsending) func through<Value>(_ value: Value) async throws -> [Value] {
  let clock = ManualClock()
  let plain = [
    try await withNursery { _ in value }, try await withCancelScope { _ in value },
    try await withDeadline(in: .seconds(1), clock: clock) { value }, try await withShield { value },
  ]
  let nested = try await withNursery { nursery in
    try nursery.start { await Task.yield() }
    return try await withShield {
      try await withDeadline(in: .seconds(1), clock: clock) {
        await Task.yield()
        return try await withCancelScope { _ in value }
      }
    }
  }
  return plain + [nested]
}

private nonisolated(nonsending) func shapes(_ place: String) async throws {
  try expectEqual(try await through(1 as UInt8), Array(repeating: 1, count: 5), place)
  let text = "a text that is no small one"
  try expectEqual(try await through(text), Array(repeating: text, count: 5), place)
  try expectEqual(try await through(Wide()), Array(repeating: Wide(), count: 5), place)
  try expectEqual(try await through(nil as Wide?), Array(repeating: nil, count: 5), place)
  try expectEqual(try await through((1, "two")).map(\.1), Array(repeating: "two", count: 5), place)
  try expectEqual(try await through(Broken(3) as any Error).compactMap { $0 as? Broken }.count, 5, place)
  try expectEqual(try await through(()).count, 5, place)
  let alive = Locked(0)
  do {
    let object = Counted(alive)
    try expect(try await through(object).allSatisfy { $0 === object }, "\(place): the same object")
  }
  try expectEqual(alive.current, 0, "\(place): objects are released")
}

private final class Counted: Sendable {
  private let alive: Locked<Int>
  init(_ alive: Locked<Int>) {
    self.alive = alive
    alive.add()
  }
  deinit { alive.add(-1) }
}

private struct Heavy: Error { let payload: Counted }

private nonisolated(nonsending) func errors(_ place: String) async throws {
  let clock = ManualClock(), alive = Locked(0)
  func fail() throws -> Int { throw Heavy(payload: Counted(alive)) }
  for isLate in [false, true] {
    _ = try await thrown(NurseryError.self, place) {
      try await withNursery { nursery in
        let gate = Gate()
        try nursery.start { do { try await gate.pass() } catch { await Task.yield() } }
        if isLate { await Task.yield() }
        _ = try fail()
      }
    }
    _ = try await thrown(Heavy.self, place) {
      try await withCancelScope { _ in
        if isLate { await Task.yield() }
        _ = try fail()
      }
    }
    _ = try await thrown(Heavy.self, place) {
      try await withDeadline(in: .seconds(1), clock: clock) {
        if isLate { await Task.yield() }
        _ = try fail()
      }
    }
    _ = try await thrown(Heavy.self, place) {
      try await withShield {
        if isLate { await Task.yield() }
        _ = try fail()
      }
    }
  }
  try expectEqual(alive.current, 0, place)
}

private func dropped() async throws {
  let alive = Locked(0)
  for _ in 0..<10 {
    let error = try await thrown(NurseryError.self) {
      _ = try await withNursery { nursery in
        try nursery.start { throw Broken(1) }
        return Counted(alive)
      }
    }
    try expectError(error, [1], .failure)
  }
  try expectEqual(alive.current, 0)
}

private func contended(rounds: Int) async throws {
  for round in 0..<rounds {
    try await withNursery { nursery in
      let gate = Channel<Int>(.rendezvous)
      let child = try nursery.start { _ = try await gate.receive(); return round }
      let waiter = try nursery.start { () async throws -> Int? in
        do { return try await child.value } catch is CancellationError { return nil }
      }
      for _ in 0..<round % 3 { await Task.yield() }
      try nursery.start { try await gate.send(1) }
      try nursery.start { waiter.cancel() }
      let found = try await waiter.value
      try expect(found == nil || found == round, "\(String(describing: found)) in round \(round)")
      // The block is used again by now, mostly.
      let next = try nursery.start { round + 1 }
      try expectEqual(try await next.value, round + 1)
      try expectEqual(try await child.value, round)
    }
  }
}
