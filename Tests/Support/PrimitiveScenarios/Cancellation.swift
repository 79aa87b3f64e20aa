// Cancellation of every wait of the primitives, at each of its moments, from every place.
import CSP
import ChannelScenarios

extension Scenario {
  static let primitiveCancellation: [Scenario] =
    cancellation(of: "a lock") { locking() }
    + cancellation(of: "a read-write lock, reading") { readingAndWriting(writes: false) }
    + cancellation(of: "a read-write lock, writing") { readingAndWriting(writes: true) }
    + cancellation(of: "a condition") { waitingForCondition() }
    + cancellation(of: "a semaphore's permit") { permits(1) { semaphore in try await semaphore.withPermit {} } }
    + cancellation(of: "a semaphore's three permits") {
      permits(3) { semaphore in try await semaphore.withPermits(3) {} }
    }
    + cancellation(of: "a select's permit") {
      permits(1) { semaphore in
        let idle = Channel<Int>(.rendezvous)
        guard case .second = try await select(idle.receiving, semaphore.acquiring) else {
          throw Failure("the other case")
        }
      }
    }
    + cancellation(of: "a latch") { latch { latch in try await latch.wait() } }
    + cancellation(of: "a select's latch") {
      latch { latch in
        guard case .first = try await select(latch.opened, after(.seconds(3600))) else { throw Failure("an hour") }
      }
    }
    + cancellation(of: "once") { try await once() }
}

private func locking() -> Trial {
  let lock = Lock(0)
  let holder = Holder.of(lock)
  return Trial(
    perform: { try await lock.withLock { $0 += 1 } },
    isWaiting: { lock.waiting == 1 },
    fulfil: { holder.release() },
    checkUntouched: { fulfilled in
      if !fulfilled { holder.release() }
      try expectEqual(lock.tryWithLock { $0 }, 0, "the value")
      try expectEqual(lock.waiting, 0)
    })
}

private func readingAndWriting(writes: Bool) -> Trial {
  let lock = ReadWriteLock(0)
  let ran = Locked(0)
  let holder = Holder.writing(lock)
  return Trial(
    perform: {
      if writes {
        try await lock.withWriteLock { _ in ran.add() }
      } else {
        try await lock.withReadLock { _ in ran.add() }
      }
    },
    isWaiting: { lock.waiting == 1 },
    fulfil: { holder.release() },
    checkUntouched: { fulfilled in
      if !fulfilled { holder.release() }
      try expectEqual(ran.current, 0, "bodies that ran")
      try expectEqual(lock.tryWithWriteLock { $0 }, 0, "the value")
      try expectEqual(lock.waiting, 0)
    })
}

private func waitingForCondition() -> Trial {
  let lock = Lock(0)
  let condition = Condition(of: lock)
  return Trial(
    perform: { try await condition.wait(until: { $0 == 1 }) { $0 = 2 } },
    isWaiting: { condition.waiting == 1 },
    fulfil: {
      lock.withLockBlocking { $0 = 1 }
      condition.signal()
    },
    checkUntouched: { fulfilled in
      try expectEqual(lock.tryWithLock { $0 }, fulfilled ? 1 : 0, "the value")
      try expectEqual(condition.waiting, 0)
    })
}

private func permits(_ count: Int, _ perform: @escaping @Sendable (Semaphore) async throws -> Void) -> Trial {
  let semaphore = Semaphore(permits: count - 1)
  return Trial(
    perform: { try await perform(semaphore) },
    isWaiting: { semaphore.waiting == 1 },
    fulfil: { semaphore.release() },
    checkUntouched: { fulfilled in
      try expectEqual(semaphore.available, fulfilled ? count : count - 1, "permits")
      try expectEqual(semaphore.waiting, 0)
      if fulfilled { try expect(semaphore.tryAcquire(count), "the permits cannot be taken") }
    })
}

private func latch(_ perform: @escaping @Sendable (Latch) async throws -> Void) -> Trial {
  let latch = Latch(count: 1)
  return Trial(
    perform: { try await perform(latch) },
    isWaiting: { latch.waiting == 1 },
    fulfil: { latch.countDown() },
    checkUntouched: { fulfilled in
      try expectEqual(latch.isOpen, fulfilled)
      try expectEqual(latch.waiting, 0)
    })
}

/// Another task makes the value.
private func once() async throws -> Trial {
  let gate = Channel<Int>(.buffered(1))
  let once = Once { try await gate.receive() ?? 0 }
  let maker = Task { try await once.value() }
  try await eventually("the maker makes it") { gate.statistics.waitingReceivers == 1 }
  return Trial(
    perform: { try expectEqual(try await once.value(), 1) },
    isWaiting: { once.waiting == 1 },
    fulfil: {
      _ = gate.trySend(1)
      _ = try await maker.value
    },
    checkUntouched: { fulfilled in
      try expectEqual(once.valueIfMade, fulfilled ? 1 : nil)
      try expectEqual(once.waiting, 0)
      if !fulfilled { _ = gate.trySend(1) }
    })
}
