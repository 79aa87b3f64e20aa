// Waiting until something holds, and handing something over; and what single steps cost.
import BenchmarkHarness
import CSP

/// Two tasks count in turns: one adds to even numbers, the other to odd ones.
private func inTurns(_ count: Int, _ turn: @escaping @Sendable (_ parity: Int) async throws -> Void) async throws {
  try await withNursery { nursery in
    for parity in 0..<2 {
      try nursery.start { for _ in 0..<(count / 2) { try await turn(parity) } }
    }
  }
}

@Sendable func waitByCondition(_ count: Int, _ tasks: Int) async throws {
  let number = Lock(0)
  let changed = Condition(of: number)
  try await inTurns(count) { parity in
    try await changed.wait(until: { $0 % 2 == parity }) { $0 += 1 }
    changed.signal()
  }
  mustBe(number.withLockBlocking { $0 }, count / 2 * 2)
}

/// Looks, and lets others run, until it is so.
@Sendable func waitByPolling(_ count: Int, _ tasks: Int) async throws {
  let number = Lock(0)
  try await inTurns(count) { parity in
    while true {
      let isMine = try await number.withLock {
        guard $0 % 2 == parity else { return false }
        $0 += 1
        return true
      }
      if isMine { return }
      await Task.yield()
    }
  }
  mustBe(number.withLockBlocking { $0 }, count / 2 * 2)
}

/// The number is in a channel of one place: who has it looks, and puts it back.
@Sendable func waitByChannel(_ count: Int, _ tasks: Int) async throws {
  let slot = Channel<Int>(.buffered(1))
  try await slot.send(0)
  try await inTurns(count) { parity in
    while true {
      let number = try await slot.receive()!
      try await slot.send(number % 2 == parity ? number + 1 : number)
      if number % 2 == parity { return }
      await Task.yield()
    }
  }
  mustBe(try await slot.receive()!, count / 2 * 2)
}

// MARK: A buffer of numbers goes from one task to another

@Sendable func handOverByChannel(_ count: Int, _ tasks: Int) async throws {
  let channel = Channel<[Int]>(.rendezvous)
  try await withNursery { nursery in
    try nursery.start {
      for index in 0..<count { try await channel.send([index]) }
      channel.close()
    }
    var sum = 0
    while let buffer = try await channel.receive() { sum += buffer[0] }
    mustBe(sum, sumBelow(count))
  }
}

@Sendable func handOverByCondition(_ count: Int, _ tasks: Int) async throws {
  let slot = Lock<[Int]?>(nil)
  let (isFilled, isEmpty) = (Condition(of: slot), Condition(of: slot))
  try await withNursery { nursery in
    try nursery.start {
      for index in 0..<count {
        try await isEmpty.wait(until: { $0 == nil }) { $0 = [index] }
        isFilled.signal()
      }
    }
    var sum = 0
    for _ in 0..<count {
      sum += try await isFilled.wait(until: { $0 != nil }) { $0.take()![0] }
      isEmpty.signal()
    }
    mustBe(sum, sumBelow(count))
  }
}

// MARK: Single steps

/// Sends into a buffer, or receives from it: half a pair of them.
@Sendable func useChannel(_ count: Int, _ tasks: Int) async throws {
  let channel = Channel<Int>(.buffered(128))
  var sum = 0
  for index in 0..<(count / 2) {
    try await channel.send(index)
    sum &+= try await channel.receive() ?? 0
  }
  mustBe(sum, sumBelow(count / 2))
}

/// Two tasks pass a value to and fro: each of the two operations of a round suspends one of them.
@Sendable func suspend(_ count: Int, _ tasks: Int) async throws {
  let (there, back) = (Channel<Int>(.rendezvous), Channel<Int>(.rendezvous))
  try await withNursery { nursery in
    try nursery.start { while let value = try await there.receive() { try await back.send(value) } }
    for index in 0..<(count / 2) {
      try await there.send(index)
      _ = try await back.receive()
    }
    there.close()
  }
}

@Sendable func spawn(_ count: Int, _ tasks: Int) async throws {
  try await withNursery { nursery in
    for _ in 0..<count { try await nursery.start {}.value }
  }
}

@Sendable func usePermits(_ count: Int, _ tasks: Int) async throws {
  let semaphore = Semaphore(permits: 4)
  for _ in 0..<count { try await semaphore.withPermit {} }
}
