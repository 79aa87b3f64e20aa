// Rows whose two sides are isolated to an actor each: both park in the portable way, whatever others do.
import BenchmarkHarness
import CSP

private actor Side {
  func ask(_ there: Channel<Int>, _ back: Channel<Int>, _ count: Int) async throws {
    for i in 0..<count {
      try await there.send(i)
      _ = try await back.receive()
    }
    there.close()
    _ = try await back.receive()
  }

  func echo(_ there: Channel<Int>, _ back: Channel<Int>) async throws {
    while let value = try await there.receive() { try await back.send(value) }
    back.close()
  }

  func send(_ channel: Channel<Int>, _ count: Int) async throws {
    for i in 0..<count { try await channel.send(i) }
    channel.close()
  }

  func sum(_ channel: Channel<Int>) async throws -> Int {
    var sum = 0
    while let value = try await channel.receive() { sum &+= value }
    return sum
  }
}

@Sendable func actorPingPong(_ count: Int) async throws {
  let there = Channel<Int>(.rendezvous), back = Channel<Int>(.rendezvous)
  Task { try await Side().echo(there, back) }
  try await Side().ask(there, back, count)
}

@Sendable func actorOneWay(_ count: Int, _ kind: ChannelKind) async throws {
  let channel = Channel<Int>(kind)
  Task { try await Side().send(channel, count) }
  mustBe(try await Side().sum(channel), sumBelow(count))
}
