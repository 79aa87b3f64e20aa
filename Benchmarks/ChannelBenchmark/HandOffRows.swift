import BenchmarkHarness
import CSP

@Sendable func pingPong(_ count: Int) async throws {
  let there = Channel<Int>(.rendezvous), back = Channel<Int>(.rendezvous)
  go {
    while let value = try await there.receive() { try await back.send(value) }
    back.close()
  }
  for i in 0..<count {
    try await there.send(i)
    _ = try await back.receive()
  }
  there.close()
  _ = try await back.receive()
}

@Sendable func oneWay(_ count: Int, _ kind: ChannelKind) async throws {
  let channel = Channel<Int>(kind)
  go {
    for i in 0..<count { try await channel.send(i) }
    channel.close()
  }
  var sum = 0
  while let value = try await channel.receive() { sum &+= value }
  mustBe(sum, sumBelow(count))
}

/// Four producers, four consumers.
@Sendable func manyToMany(_ count: Int) async throws {
  let channel = Channel<Int>(.buffered(128)), sums = Channel<Int>(.buffered(4))
  let producers = WaitGroup(4)
  for _ in 0..<4 {
    go {
      for i in 0..<(count / 4) { try await channel.send(i) }
      producers.done()
    }
  }
  for _ in 0..<4 {
    go {
      var sum = 0
      while let value = try await channel.receive() { sum &+= value }
      try await sums.send(sum)
    }
  }
  try await producers.wait()
  channel.close()
  var total = 0
  for _ in 0..<4 { total += try await sums.receive() ?? 0 }
  mustBe(total, 4 * sumBelow(count / 4))
}

/// One task sends to itself through the buffer.
@Sendable func uncontended(_ count: Int) async throws {
  let channel = Channel<Int>(.buffered(128))
  var sum = 0
  for i in 0..<count {
    try await channel.send(i)
    sum &+= try await channel.receive() ?? 0
  }
  mustBe(sum, sumBelow(count))
}
