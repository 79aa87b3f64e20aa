// The rows that are small programs, and those that measure something else than a channel.
import BenchmarkHarness
import CSP
import Refinement
import Synchronization

/// Filters stand in a chain, one a prime. Nothing ends them.
@Sendable func sieve(_ count: Int) async throws {
  let numbers = Channel<Int>(.rendezvous)
  go {
    var i = 2
    while true {
      try await numbers.send(i)
      i += 1
    }
  }
  var source = numbers, prime = 0
  for _ in 0..<count {
    prime = try await source.receive() ?? 0
    let filtered = Channel<Int>(.rendezvous)
    go { [source, prime] in
      while let i = try await source.receive() { if i % prime != 0 { try await filtered.send(i) } }
    }
    source = filtered
  }
  if count == 2000 { mustBe(prime, 17389) }
}

/// As `buffered`, with work on each side.
@Sendable func work(_ count: Int) async throws {
  let channel = Channel<Int>(.buffered(128))
  go {
    for i in 0..<count { try await channel.send(burn(i)) }
    channel.close()
  }
  var sum = 0
  while let value = try await channel.receive() { sum &+= burn(value) }
  keep(sum)
}

/// Resident bytes for each of `count` tasks that wait to receive from one channel.
@Sendable func bytesPerParked(_ count: Int) async throws -> Double {
  let before = ResidentMemory.now
  let channel = Channel<Int>(.rendezvous)
  for _ in 0..<count { Task { _ = try await channel.receive() } }
  while channel.statistics.waitingReceivers < count { await Task.yield() }
  let grown = ResidentMemory.now - before
  channel.close()
  return Double(grown) / Double(count)
}

@Sendable func addUnderMutex(_ count: Int) {
  let sum = Mutex(0)
  for _ in 0..<count { sum.withLock { $0 &+= 1 } }
  mustBe(sum.withLock { $0 }, count)
}

@Sendable func addAtomically(_ count: Int) {
  let sum = Atomic(0)
  // ORDERING: that of Go's atomics, with which this is compared; one task needs none.
  for _ in 0..<count { sum.wrappingAdd(1, ordering: .sequentiallyConsistent) }
  mustBe(sum.load(ordering: .sequentiallyConsistent), count)
}
