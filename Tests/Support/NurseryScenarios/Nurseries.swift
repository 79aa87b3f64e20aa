// What comes out of a nursery: values, errors in order, cancellations filtered.
import CSP
import ChannelScenarios

extension Scenario {
  static let nursery: [Scenario] = [
    Scenario("nursery", "it returns when the body and every child have ended, and with the body's value") { _ in
      try await ends()
    },
    Scenario("nursery", "without children it is no checkpoint") { _ in try await noCheckpoint() },
    Scenario("nursery", "an error of the body comes out in a NurseryError") { _ in try await bodyFails() },
    Scenario("nursery", "an error of a child comes out and cancels the body") { _ in try await childFails() },
    Scenario("nursery", "the first failure cancels the body and the other children") { _ in try await firstCancels() },
    Scenario("nursery", "errors of body and children come in the order in which they happened") { _ in
      try await order()
    },
    Scenario("nursery", "cancellations are filtered, those of nested nurseries too") { _ in try await filtered() },
    Scenario("nursery", "nested errors keep their tree, and can be flattened") { _ in try await nested() },
    Scenario("nursery", "a child that throws CancellationError by itself has not failed") { _ in
      try await spontaneous()
    },
    Scenario("nursery", "where failures are collected, they touch nobody else") { _ in try await collected() },
    Scenario("nursery", "where failures are collected, the body's touches no child") { _ in
      try await collectedBody()
    },
    Scenario("nursery", "a cancelled nursery returns the body's value if nothing failed") { _ in
      try await cancelledValue()
    },
    Scenario("nursery", "cancellation comes out with the reason, the first of them") { _ in try await reasons() },
    Scenario("nursery", "a sibling's ChildFailure is no second failure, another nursery's is") { _ in
      try await childFailures()
    },
    Scenario("nursery", "it and its children have the names that they were given") { _ in try await names() },
    Scenario("nursery", "a child that ignores cancellation keeps the nursery waiting, visibly") { _ in
      try await stubborn()
    },
  ]
}

private final class Unsendable { var number = 0 }

private func ends() async throws {
  let (gate, log) = (Gate(), Log())
  let outer = Task {
    let result = try await withNursery { nursery in
      for index in 0..<3 {
        try nursery.start {
          try await gate.pass()
          log.add("child")
          if index == 0 { try nursery.start { log.add("child") } }
        }
      }
      log.add("body")
      let value = Unsendable()
      value.number = 7
      return value
    }
    log.add("end")
    return result.number
  }
  // The body runs beside the children: either may come first.
  try await eventually("the body has ended and the children wait") { gate.waiting == 3 && !log.current.isEmpty }
  try expectEqual(log.current, ["body"])
  gate.open()
  try expectEqual(try await outer.value, 7)
  try expectEqual(log.current, ["body", "child", "child", "child", "child", "end"])
}

/// As Trio's `test_trivial_yields`: opening and closing a nursery does not look at cancellation.
private func noCheckpoint() async throws {
  let task = Task {
    cancelCurrentTask()
    let number = try await withNursery { _ in 3 }
    let other = try await withNursery { nursery in
      try nursery.start {}
      return 4
    }
    return number + other
  }
  try expectEqual(try await task.value, 7)
  let failing = Task {
    cancelCurrentTask()
    return try await thrown(NurseryError.self) { try await withNursery { _ in throw Broken(1) } }
  }
  try expectEqual(try await failing.value.numbers(), [1])
}

private func bodyFails() async throws {
  let error = try await thrown(NurseryError.self) { try await withNursery { _ in throw Broken(1) } }
  try expectError(error, [1], .failure)
  let cancelled = Locked(0)
  let other = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      for _ in 0..<5 {
        try nursery.start {
          defer { cancelled.add(Task.isCancelled ? 1 : 0) }
          try await forever()
        }
      }
      throw Broken(2)
    }
  }
  try expectError(other, [2], .failure)
  try expectEqual(cancelled.current, 5)
}

private func childFails() async throws {
  let log = Log()
  let error = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      try nursery.start { throw Broken(1) }
      do { try await forever() } catch is CancellationError {
        log.add("body cancelled")
        try await expectCancelledHere("body")
        try expectEqual(nursery.scope.reason, .failure)
        throw CancellationError()
      }
    }
  }
  try expectError(error, [1], .failure)
  try expectEqual(log.current, ["body cancelled"])
  // The body need not wait for it to come out.
  let late = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      _ = try nursery.start {
        await Task.yield()
        throw Broken(2)
      }
    }
  }
  try expectError(late, [2], .failure)
}

private func firstCancels() async throws {
  let (gate, waiting, cancelled) = (Gate(), Gate(), Locked(0))
  let task = Task {
    try await thrown(NurseryError.self) {
      try await withNursery { nursery in
        try nursery.start {
          try await gate.pass()
          throw Broken(1)
        }
        for _ in 0..<20 {
          try nursery.start {
            do { try await waiting.pass() } catch {
              try await expectCancelledHere("child")
              cancelled.add()
              throw error
            }
          }
        }
        do { try await waiting.pass() } catch {
          try await expectCancelledHere("body")
          cancelled.add()
          throw error
        }
      }
    }
  }
  try await eventually("all wait") { waiting.waiting == 21 }
  gate.open()
  try expectError(try await task.value, [1], .failure)
  try expectEqual(cancelled.current, 21)
}

private func order() async throws {
  // Each fails when the one before it has, in an order that is not that of their starts.
  let sequence = [3, 0, 4, 1, 2]
  let gates = sequence.map { _ in Gate() }
  let error = try await thrown(NurseryError.self) {
    try await withNursery(name: "sequence", onFailure: .collect) { nursery in
      let children = try gates.indices.map { number in
        try nursery.start {
          try await gates[number].pass()
          throw Broken(number)
        }
      }
      for number in sequence {
        gates[number].open()
        _ = try await select(children[number].completion)
      }
      throw Broken(5)
    }
  }
  try expectError(error, sequence + [5], nil, name: "sequence")

  // Cause before consequence, needing no luck: what fails because of a cancellation comes after what caused it.
  let causes = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      try nursery.start { throw Broken(1) }
      do { try await forever() } catch { throw Broken(2) }
    }
  }
  try expectError(causes, [1, 2], .failure)
  let consequences = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      let first = try nursery.start { do { try await forever() } catch { throw Broken(2) } }
      try nursery.start {
        while !first.hasEnded { await Task.yield() }
        throw Broken(3)
      }
      throw Broken(1)
    }
  }
  try expectError(consequences, [1, 2, 3], .failure)
}

private func filtered() async throws {
  // Trio's test_cancel_scope_exceptiongroup_filtering: three cancelled and one that crashed.
  let waiting = Gate()
  let task = Task {
    try await withCancelScope { outer in
      try await thrown(NurseryError.self) {
        try await withNursery { nursery in
          try nursery.start { try await waiting.pass() }
          try nursery.start { try await waiting.pass() }
          try await eventually("they wait") { waiting.waiting == 2 }
          nursery.cancel()
          try nursery.start { try await forever() }
          outer.cancel()
          try nursery.start { throw Broken(1) }
          try await forever()
        }
      }
    }
  }
  try expectError(try await task.value, [1], .requested(nil))

  // A NurseryError that is nothing but cancellation is a cancellation, however deep.
  let error = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      try nursery.start {
        try await withNursery { inner in
          try inner.start { try await withNursery { _ in try await forever() } }
          try await forever()
        }
      }
      try nursery.start { throw Broken(2) }
    }
  }
  try expectError(error, [2], .failure)
  try expectEqual(error.flattened.count, 1)
}

private func nested() async throws {
  let error = try await thrown(NurseryError.self) {
    try await withNursery(name: "outer") { outer in
      try outer.start {
        try await withNursery(name: "inner") { inner in
          try inner.start { throw Broken(1) }
          do { try await forever() } catch { throw Broken(2) }
        }
      }
      do { try await forever() } catch { throw Broken(3) }
    }
  }
  try expectEqual(error.nursery, "outer")
  try expectEqual(error.errors.count, 2)
  guard let inner = error.errors[0] as? NurseryError else { throw error }
  try expectError(inner, [1, 2], .failure, name: "inner")
  try expectEqual(error.errors[1] as? Broken, Broken(3))
  try expectEqual(error.flattened.map { ($0 as? Broken)?.number }, [1, 2, 3])
  try expect(!error.isCancellation, "it has errors")
  try expect("\(error)".contains("Broken(1)"), "the description hides an error: \(error)")
}

private func spontaneous() async throws {
  let gate = Gate()
  let number = try await withNursery { nursery in
    let quitter = try nursery.start { throw CancellationError() }
    let other = try nursery.start { try await gate.pass() }
    _ = try await select(quitter.completion)
    try await expectNotCancelledHere("body")
    try expect(!nursery.scope.isCancelled, "cancelled")
    gate.open()
    try await other.value
    return 1
  }
  try expectEqual(number, 1)
  let error = try await thrown(NurseryError.self) { try await withNursery { _ in throw CancellationError() } }
  try expectEqual(error.errors.count, 0)
}

private func collected() async throws {
  let (gate, waiting, log) = (Gate(), Gate(), Log())
  let task = Task {
    try await thrown(NurseryError.self) {
      try await withNursery(onFailure: .collect) { nursery in
        let first = try nursery.start { throw Broken(1) }
        _ = try await select(first.completion)
        let second = try nursery.start { throw Broken(2) }
        _ = try await select(second.completion)
        try nursery.start {
          try await waiting.pass()
          try await expectNotCancelledHere("child")
          log.add("child")
        }
        try await gate.pass()
        try await expectNotCancelledHere("body")
        try expectEqual(nursery.scope.reason, nil)
        log.add("body")
      }
    }
  }
  try await eventually("they wait") { gate.waiting + waiting.waiting == 2 }
  gate.open()
  try await eventually("the body goes on") { log.current == ["body"] }
  waiting.open()
  try expectError(try await task.value, [1, 2], nil)
  try expectEqual(log.current, ["body", "child"])
}

private func collectedBody() async throws {
  let (gate, log) = (Gate(), Log())
  let task = Task {
    try await thrown(NurseryError.self) {
      try await withNursery(onFailure: .collect) { nursery in
        try nursery.start {
          try await gate.pass()
          log.add("child")
        }
        throw Broken(1)
      }
    }
  }
  try await eventually("it waits") { gate.waiting == 1 }
  for _ in 0..<50 { await Task.yield() }
  try expectEqual(gate.waiting, 1, "the body's failure reached a child")
  gate.open()
  try expectError(try await task.value, [1], nil)
  try expectEqual(log.current, ["child"])
}

private func cancelledValue() async throws {
  let value = try await withNursery { nursery in
    try nursery.start { try await forever() }
    nursery.cancel()
    return 5
  }
  try expectEqual(value, 5)
}

private func reasons() async throws {
  for words in [nil, "enough"] {
    let error = try await thrown(NurseryError.self) {
      try await withNursery(name: "a") { nursery in
        nursery.cancel(words)
        try expectEqual(nursery.scope.reason, .requested(words))
        nursery.cancel("later")
        try await forever()
      }
    }
    try expectError(error, [], .requested(words), name: "a")
  }
  // A failure after the cancellation comes out; the reason stays the first.
  let error = try await thrown(NurseryError.self) {
    try await withNursery { nursery in
      nursery.scope.cancel("first")
      throw Broken(1)
    }
  }
  try expectError(error, [1], .requested("first"))
  // From around.
  let task = Task {
    try await thrown(NurseryError.self) {
      cancelCurrentTask()
      try await withNursery { nursery in
        try await expectCancelledHere("body")
        try expectEqual(nursery.scope.reason, .surrounding)
        try await forever()
      }
    }
  }
  try expectError(try await task.value, [], .surrounding)
}

private func childFailures() async throws {
  let error = try await thrown(NurseryError.self) {
    try await withNursery(onFailure: .collect) { nursery in
      let child = try nursery.start { throw Broken(1) }
      try nursery.start { try await child.value }
      try nursery.start { try await child.value }
      try await child.value
    }
  }
  try expectError(error, [1], nil)
  let outer = try await thrown(NurseryError.self) {
    try await withNursery(onFailure: .collect) { other in
      let child = try other.start { throw Broken(1) }
      let inner = try await thrown(NurseryError.self) {
        try await withNursery { _ in try await child.value }
      }
      try expectEqual(inner.errors.count, 1)
      try expectEqual(((inner.errors.first as? ChildFailure)?.error as? Broken), Broken(1))
    }
  }
  try expectError(outer, [1], nil)
}

private func names() async throws {
  let text = "Gänse 🪿 im Garten, mehr als sechzehn Byte"
  let error = try await thrown(NurseryError.self) {
    try await withNursery(name: text) { nursery in
      try expectEqual(nursery.name, text)
      try expectEqual(try nursery.start(name: text) {}.name, text)
      try expectEqual(try nursery.start {}.name, nil)
      try expectEqual(try nursery.start(name: "") { 5 }.name, "")
      throw Broken(1)
    }
  }
  try expectError(error, [1], .failure, name: text)
  try await withNursery { nursery in try expectEqual(nursery.name, nil) }
}

/// As Trio's `test_failed_abort`.
private func stubborn() async throws {
  let (gate, started, handed, log) = (Gate(), Gate(), Channel<Nursery>(.buffered(1)), Log())
  let task = Task {
    try await withNursery { nursery in
      try await handed.send(nursery)
      try nursery.start {
        try await withShield {
          started.open()
          try await gate.pass()
        }
        try await expectCancelledHere("the child, after its shield")
        log.add("child")
      }
    }
    log.add("end")
  }
  let nursery = try await handed.receive()!
  try await started.pass()
  nursery.cancel()
  for _ in 0..<50 { await Task.yield() }
  try expectEqual(log.current, [])
  try expectEqual(nursery.childCount, 1, "the child that keeps it waiting")
  try expect(!nursery.isClosed, "a child runs: it may start others")
  gate.open()
  try await task.value
  try expectEqual(log.current, ["child", "end"])
  try expectEqual(nursery.childCount, 0)
  try expect(nursery.isClosed, "it has returned")
}
