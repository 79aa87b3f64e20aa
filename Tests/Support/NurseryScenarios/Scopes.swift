// Cancel scopes: nested, level-triggered, with a reason.
import CSP
import ChannelScenarios
import Foundation

extension Scenario {
  static let scopes: [Scenario] = [
    Scenario("scopes", "a handle that outlives its scope touches nobody who has its place") { _ in
      try await staleHandles()
    },
    Scenario("scopes", "a canceller that is still at work holds its scope's place") { load in
      try await scopeAfterScope(max(20, load.operations / 4), seed: load.seed)
    },
    Scenario("scopes", "a scope that nobody cancels changes nothing") { _ in try await untouched() },
    Scenario("scopes", "a cancelled scope stops what waits, and every further operation (level-triggered)") { _ in
      try await levelTriggered()
    },
    Scenario("scopes", "after a cancelled scope the task goes on uncancelled") { _ in try await afterwards() },
    Scenario("scopes", "cancelling the inner does not touch the outer") { _ in try await inner() },
    Scenario("scopes", "cancelling the outer cancels the inner") { _ in try await outer() },
    Scenario("scopes", "the first reason stays") { _ in try await reasons() },
    Scenario("scopes", "a scope is cancelled from a task, a thread, a child and a cancellation handler") { _ in
      try await fromAnywhere()
    },
    Scenario("scopes", "a scope cancelled before its body waits, or after it has returned") { _ in try await early() },
    Scenario("scopes", "the body's value and the body's error come out as they are") { _ in try await results() },
    Scenario("scopes", "of three, the one in the middle is cancelled") { _ in try await middle() },
    Scenario("scopes", "a thousand tasks' scopes are independent") { load in try await independent(load) },
    Scenario("scopes", "a loop opens scopes without end, each cancelled") { load in try await loop(load) },
  ]
}

private func untouched() async throws {
  let value = try await withCancelScope { scope in
    try await expectNotCancelledHere("body")
    try expect(!scope.isCancelled && scope.reason == nil, "cancelled by nobody")
    return try await withCancelScope { inner in
      try await expectNotCancelledHere("inner body")
      try expect(!inner.isCancelled && inner != scope, "not a scope of its own")
      return 3
    }
  }
  try expectEqual(value, 3)
}

/// As Trio's `test_cancel_points` and `test_cancel_edge_cases`.
private func levelTriggered() async throws {
  let (gate, handed) = (Gate(), Channel<CancelScope>(.buffered(1)))
  let task = Task {
    _ = try await thrown(CancellationError.self) {
      try await withCancelScope { scope in
        try await handed.send(scope)
        _ = try await thrown(CancellationError.self) { try await gate.pass() }
        try await expectCancelledHere("first")
        try await expectCancelledHere("second")
        await Task.yield()
        try await expectCancelledHere("after a yield")
        // Also in what is opened now.
        try await withNursery { nursery in
          try await expectCancelledHere("a nursery")
          _ = try nursery.start { try await expectCancelledHere("its child") }
        }
        try await withCancelScope { inner in
          try await expectCancelledHere("a scope")
          try expectEqual(inner.reason, .surrounding)
        }
        try await forever()
      }
    }
    try await expectNotCancelledHere("after the scope")
  }
  let scope = try await handed.receive()!
  try await eventually("it waits") { gate.waiting == 1 }
  scope.cancel()
  try expect(scope.isCancelled, "isCancelled is true from the call on")
  try await task.value
}

private func afterwards() async throws {
  for round in 0..<10 {
    let value = try await withCancelScope { scope in
      scope.cancel()
      try expect(Task.isCancelled, "round \(round)")
      return round
    }
    try expectEqual(value, round)
    try await expectNotCancelledHere("round \(round)")
  }
  // As Trio's test_cancel_scope_nesting: a cancellation that nobody noticed is not delivered later.
  try await withCancelScope { outer in
    try await withCancelScope { inner in inner.cancel() }
    try await expectNotCancelledHere("outer")
    try expect(!outer.isCancelled, "outer")
  }
  // In a task that is cancelled it is what it was outside.
  let task = Task {
    cancelCurrentTask()
    try await withCancelScope { scope in
      try expectEqual(scope.reason, .surrounding)
      scope.cancel()
      try await expectCancelledHere("inside")
    }
    try await expectCancelledHere("outside")
  }
  try await task.value
}

private func inner() async throws {
  try await withCancelScope { outer in
    for reason in ["a", "b"] {
      _ = try await thrown(CancellationError.self) {
        try await withCancelScope { inner in
          inner.cancel(reason)
          try expectEqual(inner.reason, .requested(reason))
          try expectEqual(outer.reason, nil)
          try await forever()
        }
      }
      try expect(!outer.isCancelled, "outer")
      try await expectNotCancelledHere("outer")
    }
  }
}

private func outer() async throws {
  let gate = Gate()
  let scopes = Locked<[CancelScope]>([])
  let task = Task {
    _ = try await thrown(CancellationError.self) {
      try await withCancelScope { outer in
        try await withCancelScope { middle in
          try await withCancelScope { inner in
            scopes.withLock { $0 = [outer, middle, inner] }
            try await gate.pass()
          }
        }
      }
    }
    try await expectNotCancelledHere("afterwards")
  }
  try await eventually("it waits") { gate.waiting == 1 }
  scopes.current[0].cancel("everything")
  try await task.value
  try expectEqual(scopes.current.map(\.reason), [.requested("everything"), .surrounding, .surrounding])
}

private func reasons() async throws {
  try await withCancelScope { outer in
    try await withCancelScope { inner in
      inner.cancel("first")
      inner.cancel("second")
      inner.cancel()
      try expectEqual(inner.reason, .requested("first"))
      outer.cancel()
      try expectEqual(inner.reason, .requested("first"))
      try expectEqual(outer.reason, .requested(nil))
      try await expectCancelledHere("inner")
    }
  }
  try expect(CancellationReason.requested(nil) != .requested("a"), "reasons differ by their words")
}

private func fromAnywhere() async throws {
  typealias Way = @Sendable (CancelScope) async throws -> Void
  let ways: [(String, Way)] = [
    ("a task", { scope in Task { scope.cancel() } }),
    ("a detached task", { scope in Task.detached { scope.cancel() } }),
    ("a thread", { scope in Thread.detachNewThread { scope.cancel() } }),
    (
      "a child",
      { scope in
        try await withNursery { nursery in _ = try nursery.start { scope.cancel() } }
      }
    ),
    (
      "a handler",
      { scope in
        let task = Task {
          try await withTaskCancellationHandler {
            try await forever()
          } onCancel: {
            scope.cancel()
          }
        }
        task.cancel()
        _ = await task.result
      }
    ),
  ]
  for (name, way) in ways {
    let gate = Gate()
    _ = try await thrown(CancellationError.self, name) {
      try await withCancelScope { scope in
        try await way(scope)
        try await gate.pass()
      }
    }
    try await expectNotCancelledHere("after \(name)")
  }
}

private func early() async throws {
  _ = try await thrown(CancellationError.self) {
    try await withCancelScope { scope in
      scope.cancel()
      try await expectCancelledHere("cancelled at once")
      try await forever()
    }
  }
  var kept: [CancelScope] = []
  for _ in 0..<10 { try await withCancelScope { kept.append($0) } }
  for scope in kept {
    scope.cancel()
    try expect(scope.isCancelled, "a late cancellation is kept in the scope")
    try await expectNotCancelledHere("the task that was in the scope")
  }
  // Later scopes of the same task are others.
  try await withCancelScope { scope in
    for old in kept { old.cancel() }
    try await expectNotCancelledHere("a later scope")
    try expect(!scope.isCancelled, "a later scope")
  }
}

private final class Unsendable { var number = 1 }

private func results() async throws {
  let object = Unsendable()
  let same = try await withCancelScope { _ in object }
  try expect(same === object, "another object")
  let error = try await thrown(Broken.self) { try await withCancelScope { _ in throw Broken(1) } }
  try expectEqual(error, Broken(1))
  let cancelled = try await thrown(Broken.self) {
    try await withCancelScope { scope in
      scope.cancel()
      do { try await forever() } catch { throw Broken(2) }
    }
  }
  try expectEqual(cancelled, Broken(2))
  let nursery = try await thrown(NurseryError.self) {
    try await withCancelScope { scope in
      try await withNursery { _ in
        scope.cancel()
        try await forever()
      }
    }
  }
  try expectError(nursery, [], .surrounding)
  let inSpite = try await withCancelScope { scope in
    scope.cancel()
    return 4
  }
  try expectEqual(inSpite, 4)
}

private func middle() async throws {
  let log = Log()
  try await withCancelScope { outer in
    _ = try await thrown(CancellationError.self) {
      try await withCancelScope { middle in
        _ = try await thrown(CancellationError.self) {
          try await withCancelScope { inner in
            middle.cancel()
            try expect(inner.isCancelled && !outer.isCancelled, "the wrong scopes are cancelled")
            try await forever()
          }
        }
        log.add("inner left")
        try await expectCancelledHere("middle")
        try await forever()
      }
    }
    try await expectNotCancelledHere("outer")
    log.add("middle left")
  }
  try expectEqual(log.current, ["inner left", "middle left"])
}

private func independent(_ load: Load) async throws {
  let jitter = Jitter(load.seed)
  try await withNursery { nursery in
    for number in 0..<max(200, load.operations / 10) {
      try nursery.start {
        let isCancelled = number.isMultiple(of: 3)
        do {
          try await withCancelScope { scope in
            await jitter(UInt64(number))
            if isCancelled { scope.cancel("\(number)") }
            await jitter(UInt64(number) &+ 1_000_000)
            if isCancelled {
              try expectEqual(scope.reason, .requested("\(number)"))
              try await forever()
            }
            try Task.checkCancellation()
          }
          try expect(!isCancelled, "\(number) was cancelled and returned")
        } catch is CancellationError { try expect(isCancelled, "\(number) was not cancelled, seed \(load.seed)") }
        try expect(!Task.isCancelled, "\(number), afterwards")
      }
    }
  }
}

private func loop(_ load: Load) async throws {
  for _ in 0..<load.operations {
    do {
      try await withCancelScope { scope in
        scope.cancel()
        try Task.checkCancellation()
        throw Failure("not cancelled")
      }
    } catch is CancellationError {}
  }
  try await expectNotCancelledHere("after the loop")
}

private func staleHandles() async throws {
  for round in 0..<200 {
    let oldScope = try await withCancelScope { $0 }
    let oldNursery = try await withNursery { $0 }
    try await withCancelScope { scope in
      try await withNursery { nursery in
        oldScope.cancel("too late")
        oldNursery.cancel("too late")
        oldNursery.close()
        _ = try await thrown(NurseryClosed.self) { try oldNursery.start {} }
        try await expectNotCancelledHere("round \(round)")
        try expectEqual(scope.reason, nil, "round \(round)")
        try expectEqual(nursery.scope.reason, nil, "round \(round)")
        try expect(!nursery.isClosed, "round \(round): closed by a handle of another")
      }
    }
    try expectEqual(oldScope.reason, .requested("too late"))
  }
}

/// Scopes that end while somebody cancels them, each followed by one that nobody cancels and that may have its place.
private func scopeAfterScope(_ rounds: Int, seed: UInt64) async throws {
  let handed = Channel<CancelScope>(.buffered(1))
  // A plain task: it does not keep a worker from the scopes.
  let canceller = Task {
    for await scope in handed { scope.cancel() }
  }
  try await withNursery { nursery in
    try nursery.start {
      for round in 0..<rounds {
        let jitter = Jitter(seed &+ UInt64(round))
        try await withCancelScope { scope in
          try await handed.send(scope)
          // It ends as soon as the reason shows, before everybody has been told: by spinning, which keeps it on its
          // worker, unless that is the only one.
          var looks = 0
          while !scope.isCancelled && looks < 50_000 { looks += 1 }
          while !scope.isCancelled { await Task.yield() }
        }
        try await withCancelScope { scope in
          jitter.spin(800)
          try expect(!Task.isCancelled && scope.reason == nil, "round \(round): cancelled in the place of another")
        }
      }
    }
  }
  handed.close()
  await canceller.value
}
