// The traps of structured concurrency elsewhere: what bites users of Trio, Go and Swift, and what becomes of it here.
import CSP
import ChannelScenarios

extension Scenario {
  static let nurseryTraps: [Scenario] = [
    Scenario("nursery traps", "a deadline around the start does not reach the child") { _ in
      try await deadlineAroundStart()
    },
    Scenario("nursery traps", "a shield around the start does not shield the child") { _ in
      try await shieldAroundStart()
    },
    Scenario("nursery traps", "a scope around the start does not cancel the child") { _ in try await scopeAroundStart()
    },
    Scenario("nursery traps", "a send to nobody, where a select would have had a default, ends with the nursery") { _ in
      try await sendInDefault()
    },
    Scenario("nursery traps", "a sender that a child captured closes with the child, not with the nursery") { _ in
      try await lastSender()
    },
    Scenario("nursery traps", "a sender that the body keeps: the reader waits, and is cancelled") { _ in
      try await keptSender()
    },
    Scenario("nursery traps", "a circle of full buffers ends by its deadline") { _ in try await circle() },
    Scenario("nursery traps", "those that wait for a lock whose holder failed end") { _ in try await lockHolder() },
    Scenario("nursery traps", "a result after its requester timed out: the worker ends") { _ in
      try await lateResult()
    },
    Scenario("nursery traps", "results unread after the first error: all workers end") { _ in
      try await unreadResults()
    },
    Scenario("nursery traps", "a count of ends cannot be wrong: whoever leaves in the middle is waited for") { _ in
      try await noCounting()
    },
    Scenario("nursery traps", "a hundred errors are a hundred errors") { _ in try await allErrors() },
    Scenario("nursery traps", "a timeout in the middle of cleaning up does not block it for ever") { _ in
      try await cleanUpBlocked()
    },
    Scenario("nursery traps", "an actor's invariants may change across a nursery") { _ in try await Counter().check() },
  ]
}

private func deadlineAroundStart() async throws {
  let (clock, gate, log) = (ManualClock(), Gate(), Log())
  try await withNursery { nursery in
    // Trio's manual: "don't do this, it has no effect".
    let child = try await withDeadline(in: .seconds(1), clock: clock) {
      try nursery.start {
        try await gate.pass()
        try await expectNotCancelledHere("child")
        log.add("child")
      }
    }
    try expectEqual(clock.pendingAlarms, 0)
    clock.advance(by: .seconds(2))
    // Nor does it while the deadline's body still runs.
    _ = try await thrown(DeadlineExceeded.self) {
      try await withDeadline(in: .seconds(1), clock: clock) {
        try nursery.start {
          try await gate.pass()
          log.add("child")
        }
        try await eventually("both wait") { gate.waiting == 2 }
        clock.advance(by: .seconds(1))
        try await forever()
      }
    }
    try expectEqual(gate.waiting, 2)
    gate.open()
    try await child.value
  }
  try expectEqual(log.current, ["child", "child"])
}

private func shieldAroundStart() async throws {
  let (gate, log) = (Gate(), Log())
  _ = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      try await withShield {
        try nursery.start {
          do { try await gate.pass() } catch {
            log.add("cancelled")
            throw error
          }
        }
        try await eventually("it waits") { gate.waiting == 1 }
        nursery.cancel()
        try await eventually("it is cancelled") { log.current == ["cancelled"] }
        try await expectNotCancelledHere("in the shield")
      }
      try await forever()
    }
  }
}

private func scopeAroundStart() async throws {
  let (gate, log) = (Gate(), Log())
  try await withNursery { nursery in
    try await withCancelScope { scope in
      scope.cancel()
      _ = try nursery.start {
        try await gate.pass()
        try await expectNotCancelledHere("child")
        log.add("child")
      }
    }
    gate.open()
  }
  try expectEqual(log.current, ["child"])
}

/// GoKer's cockroach_1462.
private func sendInDefault() async throws {
  let (results, stop) = (Channel<Int>(.rendezvous), Channel<Void>(.rendezvous))
  let error = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      try nursery.start {
        if trySelect(stop.receiving) == nil { try await results.send(1) }
      }
      try await eventually("it sends") { results.statistics.waitingSenders == 1 }
      throw Broken(1)
    }
  }
  try expectError(error, [1], .failure)
  try expectEqual(results.statistics.waitingSenders, 0)
  try expectEqual(results.statistics.sent, 0)
}

private func lastSender() async throws {
  let (gate, sum) = (Gate(), Locked(0))
  try await withNursery { nursery in
    let receiver: Receiver<Int>
    let handle: Child<Void>
    do {
      let (sender, half) = makeChannel(.buffered(4), of: Int.self)
      receiver = half
      handle = try nursery.start { for number in 1...10 { try await sender.send(number) } }
    }
    // Another child keeps the nursery open, and the handle is kept too.
    try nursery.start { try await gate.pass() }
    while let number = try await receiver.receive() { sum.add(number) }
    try expect(handle.hasEnded || receiver.isClosed, "the channel was not closed")
    gate.open()
  }
  try expectEqual(sum.current, 55)
}

private func keptSender() async throws {
  let (sender, receiver) = makeChannel(.rendezvous, of: Int.self)
  let error = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      try nursery.start { while try await receiver.receive() != nil {} }
      try await sender.send(1)
      try await eventually("the reader waits") { receiver.statistics.waitingReceivers == 1 }
      nursery.cancel("done")
      try await forever()
    }
  }
  withExtendedLifetime(sender) {}
  try expectError(error, [], .requested("done"))
}

private func circle() async throws {
  let clock = ManualClock()
  let channels = (0..<3).map { _ in Channel<Int>(.buffered(1)) }
  let task = Task {
    _ = try await thrown(DeadlineExceeded.self) {
      try await withDeadline(in: .seconds(1), clock: clock) {
        try await withNursery { nursery in
          for index in 0..<3 {
            let (from, to) = (channels[index], channels[(index + 1) % 3])
            try nursery.start {
              try await to.send(0)
              while let number = try await from.receive() {
                // Two for one: the circle fills.
                try await to.send(number + 1)
                try await to.send(number + 1)
              }
            }
          }
          try await forever()
        }
      }
    }
  }
  try await eventually("all are stuck") {
    channels.allSatisfy { $0.statistics.waitingSenders == 1 } && clock.pendingAlarms == 1
  }
  clock.advance(by: .seconds(1))
  try await task.value
  try expectEqual(channels.map(\.statistics.waitingSenders), [0, 0, 0])
}

private func lockHolder() async throws {
  let token = Channel<Void>(.buffered(1))
  _ = token.trySend(())
  let error = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      try nursery.start {
        _ = try await token.receive()
        try await eventually("the others want it") { token.statistics.waitingReceivers == 5 }
        throw Broken(1)
      }
      try await eventually("it is held") { token.count == 0 }
      for _ in 0..<5 {
        try nursery.start {
          _ = try await token.receive()
          try await token.send(())
        }
      }
    }
  }
  try expectError(error, [1], .failure)
  try expectEqual(token.statistics.waitingReceivers, 0)
}

/// GoKer's kubernetes_5316, moby_4395, moby_33781, grpc_660.
private func lateResult() async throws {
  let (clock, work, results) = (ManualClock(), Gate(), Channel<Int>(.rendezvous))
  let task = Task {
    try await withNursery { nursery in
      let worker = try nursery.start {
        try await withShield { try await work.pass() }
        try await results.send(42)
      }
      do {
        _ = try await withDeadline(in: .seconds(1), clock: clock) { try await results.receive() }
        throw Failure("there was no result")
      } catch is DeadlineExceeded { worker.cancel("too late") }
    }
  }
  try await eventually("both wait") { work.waiting == 1 && results.statistics.waitingReceivers == 1 }
  clock.advance(by: .seconds(1))
  try await eventually("the requester gave up") { results.statistics.waitingReceivers == 0 }
  work.open()
  try await task.value
  try expectEqual(results.statistics.sent, 0)
}

/// The classic use of errgroup: producers send on an unbuffered channel that nobody reads after the first error.
private func unreadResults() async throws {
  let results = Channel<Int>(.rendezvous)
  let error = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      for number in 0..<20 {
        try nursery.start {
          if number == 7 { throw Broken(7) }
          try await results.send(number)
        }
      }
      // Reads three, then only waits.
      for _ in 0..<3 { _ = try await results.receive() }
      try await forever()
    }
  }
  try expectError(error, [7], .failure)
  try expectEqual(results.statistics.waitingSenders, 0)
}

private func noCounting() async throws {
  let ended = Locked(0)
  let error = try await thrown(NurseryError.self) {
    try await withNursery(onFailure: .collect) { nursery in
      for number in 0..<30 {
        try nursery.start {
          defer { ended.add() }
          if number == 3 { throw Broken(3) }
          if number == 4 { return }
          await Task.yield()
          if number == 5 {
            try await withCancelScope { scope in
              scope.cancel(); try await forever()
            }
          }
          for _ in 0..<number { await Task.yield() }
        }
      }
    }
  }
  try expectError(error, [3], nil)
  try expectEqual(ended.current, 30)
}

private func allErrors() async throws {
  for policy in [FailurePolicy.cancel, .collect] {
    let gate = Gate()
    let error = try await thrown(NurseryError.self) {
      try await withNursery(onFailure: policy) { nursery in
        for number in 0..<100 {
          try nursery.start {
            try? await gate.pass()
            throw Broken(number)
          }
        }
        try await eventually("all wait") { gate.waiting == 100 }
        gate.open()
      }
    }
    try expectEqual(try error.numbers().sorted(), Array(0..<100), "\(policy)")
  }
}

/// Trio's manual, "blocking cleanup": an edge-triggered timeout would have fired already.
private func cleanUpBlocked() async throws {
  let (clock, hello, goodbye, log) = (ManualClock(), Gate(), Gate(), Log())
  let task = Task {
    _ = try await thrown(DeadlineExceeded.self) {
      try await withDeadline(in: .seconds(10), clock: clock) {
        do { try await hello.pass() } catch {
          _ = try await thrown(CancellationError.self) { try await goodbye.pass() }
          log.add("goodbye was refused")
          throw error
        }
      }
    }
  }
  try await eventually("hello waits") { hello.waiting == 1 && clock.pendingAlarms == 1 }
  clock.advance(by: .seconds(10))
  try await task.value
  try expectEqual(log.current, ["goodbye was refused"])
}

private actor Counter {
  var count = 0

  func check() async throws {
    for _ in 0..<20 {
      count = 0
      try await withNursery { nursery in
        for _ in 0..<10 { try nursery.start { await self.add() } }
        // Between two awaits nobody comes in; across one they may.
        let before = count
        try expectEqual(count, before)
        await Task.yield()
        try expect(count >= before, "it went backwards")
      }
      try expectEqual(count, 10)
    }
  }

  func add() { count += 1 }
}
