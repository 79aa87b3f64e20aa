// Condition: no signal is lost, none is used up in vain.
import CSP
import ChannelScenarios

extension Scenario {
  static let conditions: [Scenario] = [
    Scenario("condition", "a predicate that holds is not waited for") { _ in
      let condition = Condition(of: Lock(3))
      try expectEqual(try await condition.wait(until: { $0 == 3 }) { $0 }, 3)
      try await condition.wait(until: { _ in true })
    },
    Scenario("condition", "the body runs under the hold of the lock in which the predicate held") { load in
      try await boundedBuffer(load.operations / 4)
    },
    Scenario("condition", "a signal wakes one whose predicate holds, if there is one (all of up to four)") { _ in
      for count in 1...4 {
        for early in subsets(of: count) { try await mixed(count, early) }
      }
    },
    Scenario("condition", "signalAll lets everybody look again") { _ in
      let lock = Lock(0)
      let condition = Condition(of: lock)
      let tasks = try await startInOrder(4, waiting: { condition.waiting }) { index in
        try await condition.wait(until: { $0 > index }) { $0 += 0 }
      }
      lock.withLockBlocking { $0 = 2 }
      condition.signalAll()
      for task in tasks[..<2] { try await task.value }
      try await eventually("two wait again") { condition.waiting == 2 }
      lock.withLockBlocking { $0 = 4 }
      condition.signalAll()
      try await end(tasks, "all")
    },
    Scenario("condition", "a signal to a task that is cancelled reaches the next") { load in
      for round in 0..<max(1, load.operations / 20) { try await cancelledWithSignal(round) }
    },
    Scenario("condition", "a lock has several conditions, and inspectors see which is waited for") { _ in
      let lock = Lock(0)
      let (up, down) = (Condition(of: lock, name: "up"), Condition(of: lock, name: "down"))
      let here = mark()
      let task = Task { try await up.wait(until: { $0 == 1 }, line: here) }
      try await eventually("it waits") { up.waiting == 1 }
      down.signalAll()
      try expectEqual(waits(at: here).map(\.resource), [.condition])
      try expectEqual(waits(at: here).map(\.channelName), ["up"])
      lock.withLockBlocking { $0 = 1 }
      up.signal()
      try await task.value
    },
  ]
}

/// A buffer of two places, its producers and consumers waiting for predicates. `signal` alone: each signal counts.
private func boundedBuffer(_ count: Int) async throws {
  let buffer = Lock([Int]())
  let (notFull, notEmpty) = (Condition(of: buffer), Condition(of: buffer))
  let sum = Locked(0)
  let producer: Job = {
    for value in 1...count {
      try await notFull.wait(until: { $0.count < 2 }) { $0.append(value) }
      notEmpty.signal()
    }
  }
  let consumer: Job = {
    for _ in 1...count {
      let value = try await notEmpty.wait(until: { !$0.isEmpty }) { $0.removeFirst() }
      notFull.signal()
      sum.add(value)
    }
  }
  try await together([producer, producer, producer, consumer, consumer, consumer])
  try expectEqual(sum.current, 3 * count * (count + 1) / 2)
  try expectEqual(notFull.waiting + notEmpty.waiting, 0)
}

/// Some wait for 1, the others for 2. A signal at 1 must reach one of the first kind past all of the second.
private func mixed(_ count: Int, _ early: Set<Int>) async throws {
  let lock = Lock(0)
  let condition = Condition(of: lock)
  let ended = Locked<Set<Int>>([])
  let tasks = try await startInOrder(count, waiting: { condition.waiting }) { index in
    try await condition.wait(until: { $0 >= (early.contains(index) ? 1 : 2) })
    ended.withLock { _ = $0.insert(index) }
  }
  let what = "\(count) wait, \(early) for 1"
  for (value, kind) in [(1, early), (2, Set(0..<count).subtracting(early))] {
    lock.withLockBlocking { $0 = value }
    for _ in kind {
      let before = ended.current
      condition.signal()
      try await eventually("\(what): a signal at \(value) lets one go") { ended.current.count == before.count + 1 }
      try expect(ended.current.subtracting(before).isSubset(of: kind), "\(what): the wrong one went on")
    }
    try expectEqual(ended.current.intersection(kind), kind, what)
    // One more, for nobody: the others look, and wait again.
    condition.signal()
    try await eventually("\(what): the others wait again") { condition.waiting == count - ended.current.count }
  }
  try await end(tasks, what)
}

private func cancelledWithSignal(_ round: Int) async throws {
  let lock = Lock(0)
  let condition = Condition(of: lock)
  let tasks = try await startInOrder(2, waiting: { condition.waiting }) { _ in
    try await condition.wait(until: { $0 > 0 }) { $0 -= 1 }
  }
  // The lock is held when the first is woken, so that it is cancelled on its way back to it.
  let holder = Holder { hold in
    lock.withLockBlocking {
      hold()
      $0 = 1
    }
  }
  condition.signal()
  if round.isMultiple(of: 2) { try await eventually("it waits for the lock") { lock.waiting == 1 } }
  tasks[0].cancel()
  if round.isMultiple(of: 4) { try await expectCancelled("the first", await tasks[0].result) }
  holder.release()
  // Either one has what was signalled; nobody is left waiting but where the first took it.
  switch await tasks[0].result {
  case .success:
    lock.withLockBlocking { $0 = 1 }
    condition.signal()
  case .failure(let error):
    try expect(error is CancellationError, "threw \(error)")
  }
  try await tasks[1].value
  try expectEqual(lock.withLockBlocking { $0 }, 0)
}
