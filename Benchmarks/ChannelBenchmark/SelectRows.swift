import BenchmarkHarness
import CSP

/// A producer alternates between two channels; the consumer waits for both.
@Sendable func selectBlocking(_ count: Int) async throws {
  let a = Channel<Int>(.rendezvous), b = Channel<Int>(.rendezvous)
  go { for i in 0..<count { if i & 1 == 0 { try await a.send(i) } else { try await b.send(i) } } }
  var sum = 0
  for _ in 0..<count {
    switch try await select(a.receiving, b.receiving) {
    case .first(let value): sum &+= value ?? 0
    case .second(let value): sum &+= value ?? 0
    }
  }
  mustBe(sum, sumBelow(count))
}

/// All are ready: the send that refills the chosen channel is part of the figure.
@Sendable func selectOfTwo(_ count: Int) async throws {
  let a = Channel<Int>(.buffered(1)), b = Channel<Int>(.buffered(1))
  for channel in [a, b] { try await channel.send(1) }
  var sum = 0
  for _ in 0..<count {
    switch try await select(a.receiving, b.receiving) {
    case .first(let value?):
      sum &+= value
      try await a.send(value)
    case .second(let value?):
      sum &+= value
      try await b.send(value)
    case .first(nil), .second(nil): fail("closed")
    }
  }
  mustBe(sum, count)
}

@Sendable func selectOfEight(_ count: Int) async throws {
  let channels = (0..<8).map { _ in Channel<Int>(.buffered(1)) }
  for channel in channels { try await channel.send(1) }
  let (a, b, c, d) = (channels[0], channels[1], channels[2], channels[3])
  let (e, f, g, h) = (channels[4], channels[5], channels[6], channels[7])
  var sum = 0
  for _ in 0..<count {
    switch try await select(
      a.receiving, b.receiving, c.receiving, d.receiving, e.receiving, f.receiving, g.receiving, h.receiving)
    {
    case .first(let value?):
      sum &+= value
      try await a.send(value)
    case .second(let value?):
      sum &+= value
      try await b.send(value)
    case .third(let value?):
      sum &+= value
      try await c.send(value)
    case .fourth(let value?):
      sum &+= value
      try await d.send(value)
    case .fifth(let value?):
      sum &+= value
      try await e.send(value)
    case .sixth(let value?):
      sum &+= value
      try await f.send(value)
    case .seventh(let value?):
      sum &+= value
      try await g.send(value)
    case .eighth(let value?):
      sum &+= value
      try await h.send(value)
    default: fail("closed")
    }
  }
  mustBe(sum, count)
}

/// Two cases, neither ready, and no waiting.
@Sendable func selectDefault(_ count: Int) async throws {
  let a = Channel<Int>(.buffered(1)), b = Channel<Int>(.buffered(1))
  var sum = 0
  for _ in 0..<count {
    switch trySelect(a.receiving, b.receiving) {
    case .first(let value)?: sum &+= value ?? 0
    case .second(let value)?: sum &+= value ?? 0
    case nil: sum &+= 1
    }
  }
  mustBe(sum, count)
}
