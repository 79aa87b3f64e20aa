// The same operation at growing sizes: what should cost the same however many there are, and what should grow slowly.
import BenchmarkHarness
import CSP

/// One task sends to and receives from one channel after the other.
func roundRobin(_ count: Int, over size: Int) async throws -> Double {
  let channels = (0..<size).map { _ in Channel<Int>(.buffered(1)) }
  return try await nanosecondsPerOperation(count) { count in
    var sum = 0, next = 0
    for i in 0..<count {
      try await channels[next].send(i)
      sum &+= try await channels[next].receive() ?? 0
      next += 1
      if next == size { next = 0 }
    }
    mustBe(sum, sumBelow(count))
  }
}

/// Each value goes to the one of `size` receivers that has waited longest, which comes back to wait.
func handToWaiters(_ count: Int, waiting size: Int) async throws -> Double {
  let channel = Channel<Int>(.rendezvous), sums = Channel<Int>(.rendezvous)
  for _ in 0..<size {
    go {
      var sum = 0
      while let value = try await channel.receive() { sum &+= value }
      try await sums.send(sum)
    }
  }
  let figure = try await nanosecondsPerOperation(count) { for i in 0..<$0 { try await channel.send(i) } }
  channel.close()
  var sum = 0
  for _ in 0..<size { sum &+= try await sums.receive() ?? 0 }
  mustBe(sum, sumBelow(count) + sumBelow(count / 10))
  return figure
}

/// The step from one ready channel to the next; odd, so that it visits all when their number is a power of two.
private let stride = 7919

/// The value that a selector receives next.
private func next(_ selector: Selector, _ cases: [SelectorCase<Int?>]) async throws -> Int {
  let chosen = try await selector.next()
  guard let received = chosen.outcome(of: cases[chosen.index]), let value = received else { fail("closed") }
  return value
}

/// One of `size` cases is ready.
func selectOneReady(_ count: Int, of size: Int) async throws -> Double {
  let channels = (0..<size).map { _ in Channel<Int>(.buffered(1)) }
  let selector = Selector(.fair), cases = channels.map { selector.add($0.receiving) }
  return try await nanosecondsPerOperation(count) { count in
    var sum = 0
    for i in 0..<count {
      try await channels[i * stride % size].send(i)
      sum &+= try await next(selector, cases)
    }
    mustBe(sum, sumBelow(count))
  }
}

/// None of `size` cases is ready until the producer sends.
func selectNoneReady(_ count: Int, of size: Int) async throws -> Double {
  let channels = (0..<size).map { _ in Channel<Int>(.rendezvous) }
  let selector = Selector(.fair), cases = channels.map { selector.add($0.receiving) }
  return try await nanosecondsPerOperation(count) { count in
    go { for i in 0..<count { try await channels[i * stride % size].send(i) } }
    var sum = 0
    for _ in 0..<count {
      sum &+= try await next(selector, cases)
    }
    mustBe(sum, sumBelow(count))
  }
}
