// Who may start children, when, and what a nursery that is closed or cancelled does with them.
import CSP
import CScheduling
import ChannelScenarios
import Foundation

extension Scenario {
  static let nurseryStarts: [Scenario] = [
    Scenario("nursery start", "children, grandchildren and tasks outside start children") { _ in
      try await anywhere()
    },
    Scenario("nursery start", "the last child may still start another") { _ in try await relay() },
    Scenario("nursery start", "in a closed nursery it throws, and the children go on") { _ in try await closed() },
    Scenario("nursery start", "in a nursery that has returned it throws") { _ in try await returned() },
    Scenario("nursery start", "in a cancelled nursery the child runs and finds itself cancelled") { _ in
      try await cancelled()
    },
    Scenario("nursery start", "in a nursery inside a cancelled scope the child runs and finds itself cancelled") { _ in
      try await cancelledAround()
    },
    Scenario("nursery start", "childCount counts those that have not ended") { _ in try await counts() },
    // Alone: they compute until a worker comes, which nobody else may keep.
    Scenario(
      "nursery start", "a child behind one that computes begins, also after many empty ones", needsProcess: true
    ) { _ in try await behindComputing() },
    Scenario(
      "nursery start", "each of as many children as workers gets one, also after many empty ones", needsProcess: true
    ) {
      _ in try await onEveryWorker()
    },
    Scenario("nursery start", "what a child captured is let go when the child has ended") { _ in
      try await captures()
    },
    Scenario("nursery start", "what a child that threw captured is let go too, and its error when the handle is") { _ in
      try await failedCaptures()
    },
  ]
}

private func anywhere() async throws {
  let (count, handed, back) = (Locked(0), Channel<Nursery>(.rendezvous), Gate())
  let outsider = Task {
    let nursery = try await handed.receive()!
    for _ in 0..<10 { try nursery.start { count.add() } }
    back.open()
  }
  try await withNursery { nursery in
    for _ in 0..<10 {
      try nursery.start {
        count.add()
        for _ in 0..<10 {
          try nursery.start {
            count.add()
            // Of a nursery in between, into the outer one.
            try await withNursery { inner in
              _ = try inner.start { _ = try nursery.start { count.add() } }
            }
          }
        }
      }
    }
    try await handed.send(nursery)
    try await back.pass()
  }
  try await outsider.value
  try expectEqual(count.current, 10 + 10 * 10 + 100 + 10)
}

/// Workers leave children to their starter for a while after empty ones; but not one that somebody waits for.
private func behindComputing() async throws {
  // One worker can do but one after the other, and so can one processor.
  if martlet_scheduler_workers() < 2 || ProcessInfo.processInfo.activeProcessorCount < 2 { return }
  for _ in 0..<10 {
    try await manyEmpty()
    let begun = Locked(0)
    try await withNursery { nursery in
      // The newest begins first.
      for _ in 0..<2 { try nursery.start { begun.add() } }
      try nursery.start { while begun.current == 0 { _ = martlet_now() } }
    }
    try expectEqual(begun.current, 2)
  }
}

private func manyEmpty() async throws {
  for _ in 0..<5 {
    try await withNursery { nursery in
      for _ in 0..<1000 { try nursery.start {} }
    }
  }
}

/// As many children as there are workers, each of which computes until all have begun.
private func onEveryWorker() async throws {
  // Elsewhere children run on threads whose number is not ours.
  martlet_parking_decide()
  if !martlet_pools_tasks() { return }
  let count = Int(martlet_scheduler_workers())
  for _ in 0..<10 {
    try await manyEmpty()
    let begun = Locked(0)
    try await withNursery { nursery in
      for _ in 0..<count {
        try nursery.start {
          begun.add()
          while begun.current < count { _ = martlet_now() }
        }
      }
    }
  }
}

private func relay() async throws {
  let count = Locked(0)
  try await withNursery { nursery in
    @Sendable func step(_ left: Int) throws {
      count.add()
      if left > 0 { try nursery.start { try step(left - 1) } }
    }
    try nursery.start { try step(999) }
  }
  try expectEqual(count.current, 1000)
}

private func closed() async throws {
  let (gate, log) = (Gate(), Log())
  let value = try await withNursery { nursery in
    try nursery.start {
      try await gate.pass()
      try await expectNotCancelledHere("a child of a closed nursery")
      log.add("child")
    }
    try expect(!nursery.isClosed, "closed by nobody")
    nursery.close()
    nursery.close()
    try expect(nursery.isClosed, "it was closed")
    _ = try await thrown(NurseryClosed.self, "start") { try nursery.start { log.add("never") } }
    _ = try await thrown(NurseryClosed.self, "start with a value") { try nursery.start { 1 } }
    _ = try await thrown(NurseryClosed.self, "startAndWaitUntilReady") {
      try await nursery.startAndWaitUntilReady { (ready: Ready<Void>) in ready() }
    }
    try expectEqual(nursery.childCount, 1)
    try expectEqual(nursery.scope.reason, nil)
    try await expectNotCancelledHere("the body of a closed nursery")
    gate.open()
    return 3
  }
  try expectEqual(value, 3)
  try expectEqual(log.current, ["child"])
}

private func returned() async throws {
  var kept: Nursery?
  try await withNursery { nursery in kept = nursery }
  var failed: Nursery?
  _ = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      failed = nursery
      throw Broken(1)
    }
  }
  for nursery in [kept!, failed!] {
    try expect(nursery.isClosed, "it has returned")
    _ = try await thrown(NurseryClosed.self) { try nursery.start {} }
    _ = try await thrown(NurseryClosed.self) {
      _ = try await nursery.startAndWaitUntilReady { (ready: Ready<Int>) in ready(1) }
    }
    nursery.cancel()
    nursery.close()
    try expectEqual(nursery.childCount, 0)
  }
  try await expectNotCancelledHere("the task, after a cancel of a nursery that has returned")
}

/// As Trio's `test_precancelled_task`.
private func cancelled() async throws {
  let log = Log()
  let value = try await withNursery { nursery in
    nursery.cancel()
    for _ in 0..<10 {
      try nursery.start {
        log.add("started")
        try await expectCancelledHere("child")
        log.add("found out")
        try await forever()
      }
    }
    return 1
  }
  try expectEqual(value, 1)
  try expectEqual(log.current.filter { $0 == "started" }.count, 10)
  try expectEqual(log.current.filter { $0 == "found out" }.count, 10)
}

private func cancelledAround() async throws {
  let log = Log()
  try await withCancelScope { scope in
    scope.cancel()
    try await withNursery { nursery in
      _ = try nursery.start {
        try await expectCancelledHere("child")
        try await withNursery { inner in
          _ = try inner.start {
            try await expectCancelledHere("grandchild")
            log.add("grandchild")
          }
        }
        log.add("child")
      }
    }
  }
  try expectEqual(log.current, ["grandchild", "child"])
}

private func counts() async throws {
  let gates = (0..<3).map { _ in Gate() }
  try await withNursery(limit: 2) { nursery in
    try expectEqual(nursery.childCount, 0)
    let children = try gates.map { gate in try nursery.start { try await gate.pass() } }
    try expectEqual(nursery.childCount, 3, "those that wait for a place included")
    for (index, gate) in gates.enumerated() {
      gate.open()
      try await children[index].value
      try await eventually("the count falls") { nursery.childCount == 2 - index }
    }
  }
}

private final class Witness: Sendable {
  let alive: Locked<Int>
  init(_ alive: Locked<Int>) {
    self.alive = alive
    alive.add(1)
  }
  deinit { alive.add(-1) }
}

private func captures() async throws {
  let alive = Locked(0)
  try await withNursery { nursery in
    var handles: [Child<Void>] = []
    for _ in 0..<100 {
      let witness = Witness(alive)
      handles.append(try nursery.start { withExtendedLifetime(witness) {} })
    }
    for handle in handles { try await handle.value }
    // The nursery is open and the handles are there; what was captured is gone.
    try await eventually("\(alive.current) captures are alive") { alive.current == 0 }
    withExtendedLifetime(handles) {}
  }
}

private struct Loaded: Error { var witness: Witness }

private func failedCaptures() async throws {
  let alive = Locked(0)
  try await withNursery { nursery in
    let child = try nursery.start {
      let witness = Witness(alive)
      defer { withExtendedLifetime(witness) {} }
      try await forever()
    }
    child.cancel()
    _ = try await select(child.completion)
    try await eventually("the capture is gone") { alive.current == 0 }
  }
  do {
    let error = try await thrown(NurseryError.self) {
      try await withNursery { nursery in _ = try nursery.start { throw Loaded(witness: Witness(alive)) } }
    }
    try expectEqual(error.errors.count, 1)
    try expectEqual(alive.current, 1)
  }
  try await eventually("the error is gone") { alive.current == 0 }
}
