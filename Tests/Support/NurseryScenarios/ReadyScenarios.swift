// startAndWaitUntilReady: Trio's nursery.start (test_nursery_start, test_nursery_start_with_cancelled_nursery).
import CSP
import ChannelScenarios

extension Scenario {
  static let ready: [Scenario] = [
    Scenario("ready", "the value comes when the child says so, and the child goes on") { _ in try await value() },
    Scenario("ready", "another task may say so for the child") { _ in try await handedOn() },
    Scenario("ready", "a failure before goes to the caller and not to the nursery") { _ in try await failureBefore() },
    Scenario("ready", "a failure after goes to the nursery") { _ in try await failureAfter() },
    Scenario("ready", "a child that ends before throws ChildEndedBeforeReady") { _ in try await endBefore() },
    Scenario("ready", "a cancelled caller cancels the child and awaits it") { _ in try await callerCancelled() },
    Scenario("ready", "a nursery closed meanwhile ends both") { _ in try await closedMeanwhile() },
    Scenario("ready", "a nursery cancelled meanwhile ends both") { _ in try await cancelledMeanwhile() },
    Scenario("ready", "a caller outside may wait, and keeps the nursery open while the child runs") { _ in
      try await callerOutside()
    },
    Scenario("ready", "a thousand callers at once each get their own value") { load in try await many(load) },
  ]
}

private func value() async throws {
  let (gate, hold, log) = (Gate(), Gate(), Log())
  let task = Task {
    try await withNursery { nursery in
      let port = try await nursery.startAndWaitUntilReady(name: "server") { (ready: Ready<Int>) in
        try await gate.pass()
        log.add("ready")
        ready(8080)
        try await hold.pass()
        log.add("end")
      }
      // Before the log tells whoever opens `hold` to do so, which ends the child.
      try expectEqual(nursery.childCount, 1)
      log.add("port \(port)")
    }
    log.add("returned")
  }
  try await eventually("the child prepares") { gate.waiting == 1 }
  try expectEqual(log.current, [])
  gate.open()
  try await eventually("the caller goes on") { log.current.count == 2 && hold.waiting == 1 }
  try expectEqual(log.current, ["ready", "port 8080"])
  hold.open()
  try await task.value
  try expectEqual(log.current, ["ready", "port 8080", "end", "returned"])
  // Without a value, and ready at once.
  try await withNursery { nursery in
    try await nursery.startAndWaitUntilReady { (ready: Ready<Void>) in ready() }
  }
}

private func handedOn() async throws {
  try await withNursery { nursery in
    let number = try await nursery.startAndWaitUntilReady { (ready: Ready<Int>) in
      // Waited for: a child that has ended is too late to be ready.
      try await nursery.start { ready(3) }.value
      try await withNursery { inner in
        _ = try inner.start { await Task.yield() }
      }
    }
    try expectEqual(number, 3)
  }
}

private func failureBefore() async throws {
  let value = try await withNursery { nursery in
    for number in 0..<3 {
      let error = try await thrown(Broken.self) {
        _ = try await nursery.startAndWaitUntilReady { (_: Ready<Int>) in
          await Task.yield()
          throw Broken(number)
        }
      }
      try expectEqual(error, Broken(number))
    }
    try expectEqual(nursery.scope.reason, nil, "the nursery did not fail")
    try await expectNotCancelledHere("body")
    return 1
  }
  try expectEqual(value, 1)
  // Not caught, it is the body's.
  let error = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      try await nursery.startAndWaitUntilReady { (_: Ready<Void>) in throw Broken(7) }
    }
  }
  try expectError(error, [7], .failure)
}

private func failureAfter() async throws {
  let gate = Gate()
  let error = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      try await nursery.startAndWaitUntilReady { (ready: Ready<Void>) in
        ready()
        try await gate.pass()
        throw Broken(1)
      }
      gate.open()
      try await forever()
    }
  }
  try expectError(error, [1], .failure)
}

private func endBefore() async throws {
  try await withNursery { nursery in
    _ = try await thrown(ChildEndedBeforeReady.self) {
      _ = try await nursery.startAndWaitUntilReady { (_: Ready<Int>) in await Task.yield() }
    }
    try expectEqual(nursery.scope.reason, nil)
  }
  try await withNursery { nursery in
    // Said after the end: nobody listens.
    let late = Locked<Ready<Int>?>(nil)
    _ = try await thrown(ChildEndedBeforeReady.self) {
      _ = try await nursery.startAndWaitUntilReady { (ready: Ready<Int>) in late.withLock { $0 = ready } }
    }
    late.current!(5)
  }
}

private func callerCancelled() async throws {
  let (inChild, log) = (Gate(), Log())
  let handed = Channel<CancelScope>(.buffered(1))
  let task = Task {
    try await withNursery { nursery in
      _ = try await thrown(CancellationError.self) {
        try await withCancelScope { scope in
          try await handed.send(scope)
          _ = try await nursery.startAndWaitUntilReady { (_: Ready<Int>) in
            do { try await inChild.pass() } catch {
              log.add("child cancelled")
              throw error
            }
          }
        }
      }
      log.add("caller cancelled")
      try expectEqual(nursery.childCount, 0, "the child was awaited")
      try expectEqual(nursery.scope.reason, nil)
      try await expectNotCancelledHere("body")
    }
  }
  let scope = try await handed.receive()!
  try await eventually("the child waits") { inChild.waiting == 1 }
  scope.cancel()
  try await task.value
  try expectEqual(log.current, ["child cancelled", "caller cancelled"])
  // Cancelled before the call: the child runs, and finds itself cancelled.
  try await withNursery { nursery in
    _ = try await thrown(CancellationError.self) {
      try await withCancelScope { scope in
        scope.cancel()
        _ = try await nursery.startAndWaitUntilReady { (_: Ready<Int>) in try await forever() }
      }
    }
  }
}

private func closedMeanwhile() async throws {
  let (inChild, handed, log) = (Gate(), Channel<Nursery>(.buffered(1)), Log())
  let task = Task {
    try await withNursery { nursery in
      try await handed.send(nursery)
      _ = try await thrown(NurseryClosed.self) {
        _ = try await nursery.startAndWaitUntilReady { (_: Ready<Int>) in
          do { try await inChild.pass() } catch {
            log.add("child cancelled")
            throw error
          }
        }
      }
      log.add("caller")
      try await expectNotCancelledHere("body")
      try expectEqual(nursery.scope.reason, nil)
    }
  }
  let nursery = try await handed.receive()!
  try await eventually("the child waits") { inChild.waiting == 1 }
  nursery.close()
  try await task.value
  try expectEqual(Set(log.current), ["child cancelled", "caller"])
  // One that is ready already goes on.
  let gate = Gate()
  try await withNursery { nursery in
    try await nursery.startAndWaitUntilReady { (ready: Ready<Void>) in
      ready()
      try await gate.pass()
      try await expectNotCancelledHere("a child that was ready before the close")
      log.add("went on")
    }
    nursery.close()
    gate.open()
  }
  try expectEqual(log.current.last, "went on")
}

private func cancelledMeanwhile() async throws {
  let inChild = Gate()
  let error = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      try nursery.start {
        try await eventually("the child waits") { inChild.waiting == 1 }
        nursery.cancel("stop")
      }
      _ = try await thrown(CancellationError.self) {
        _ = try await nursery.startAndWaitUntilReady { (_: Ready<Int>) in try await inChild.pass() }
      }
      throw CancellationError()
    }
  }
  try expectError(error, [], .requested("stop"))
  // In a nursery that is cancelled already, as Trio's test_nursery_start_with_cancelled_nursery: ready counts.
  let value = try await withNursery { nursery in
    nursery.cancel()
    return try await withShield {
      try await nursery.startAndWaitUntilReady { (ready: Ready<Int>) in
        ready(4)
        try await forever()
      }
    }
  }
  try expectEqual(value, 4)
}

private func callerOutside() async throws {
  let (gate, hold, handed, log) = (Gate(), Gate(), Channel<Nursery>(.buffered(1)), Log())
  let owner = Task {
    try await withNursery { nursery in
      try await handed.send(nursery)
      try await hold.pass()
    }
    log.add("returned")
  }
  let nursery = try await handed.receive()!
  let caller = Task {
    try await nursery.startAndWaitUntilReady { (ready: Ready<Int>) in
      try await gate.pass()
      ready(1)
    }
  }
  try await eventually("the child prepares") { gate.waiting == 1 }
  hold.open()
  for _ in 0..<50 { await Task.yield() }
  try expectEqual(log.current, [])
  gate.open()
  try expectEqual(try await caller.value, 1)
  try await owner.value
  try expectEqual(log.current, ["returned"])
}

private func many(_ load: Load) async throws {
  let jitter = Jitter(load.seed)
  try await withNursery { callers in
    try await withNursery { nursery in
      let asked = Gate()
      var handles: [Child<Int>] = []
      for number in 0..<max(100, load.operations / 10) {
        handles.append(
          try callers.start {
            try await nursery.startAndWaitUntilReady { (ready: Ready<Int>) in
              await jitter(UInt64(number))
              ready(number)
              await jitter(UInt64(number) &+ 1_000_000)
            }
          })
      }
      asked.open()
      for (number, handle) in handles.enumerated() {
        try expectEqual(try await handle.value, number, "seed \(load.seed)")
      }
    }
  }
}
