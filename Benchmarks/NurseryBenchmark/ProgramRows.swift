// The rows that are small programs: a chain and two trees.
import BenchmarkHarness
import CSP

/// Chains of 1,000 stages, `count` stages in all. Each adds one to what it receives from its right and sends it left.
@Sendable func daisyChains(_ count: Int) async throws {
  for _ in 0..<(count / 1000) { mustBe(try await daisyChain(of: 1000), 1001) }
}

private nonisolated(nonsending) func daisyChain(of stages: Int) async throws -> Int {
  let leftmost = Channel<Int>(.rendezvous)
  return try await withNursery { nursery in
    var left = leftmost
    for _ in 0..<stages {
      let mine = left, right = Channel<Int>(.rendezvous)
      // Not by a capture list, for which Swift 6.3 wraps the closure: a hop more a child.
      try nursery.start { try await mine.send(1 + (right.receive() ?? 0)) }
      left = right
    }
    let rightmost = left
    try nursery.start { try await rightmost.send(1) }
    return try await leftmost.receive() ?? 0
  }
}

/// `count` leaves, a power of ten; whoever is not a leaf has ten children and sums what they send.
@Sendable func skynet(_ count: Int) async throws {
  let answer = Channel<Int>(.rendezvous)
  let sum = try await withNursery { nursery in
    try nursery.start { try await node(0, leaves: count, to: answer) }
    return try await answer.receive() ?? 0
  }
  mustBe(sum, sumBelow(count))
}

private nonisolated(nonsending) func node(_ first: Int, leaves: Int, to parent: Channel<Int>) async throws {
  if leaves <= 1 { return try await parent.send(first) }
  let children = Channel<Int>(.rendezvous), share = leaves / 10
  try await withNursery { nursery in
    for i in 0..<10 { try nursery.start { try await node(first + i * share, leaves: share, to: children) } }
    var sum = 0
    for _ in 0..<10 { sum &+= try await children.receive() ?? 0 }
    try await parent.send(sum)
  }
}

/// Nanoseconds from the cancellation of a tree of `count` waiting children to its end; a tenth of it warms up.
@Sendable func cancelTree(_ count: Int) async throws -> Double {
  _ = try await timeToCancel(count / 10)
  return try await timeToCancel(count)
}

/// Below one nursery stand nurseries of 1,000 children each, and all children wait to receive from one channel.
private nonisolated(nonsending) func timeToCancel(_ count: Int) async throws -> Double {
  let branches = count / 1000, leaves = branches * 1000
  let never = Channel<Int>(.rendezvous), cancelled = Tally()
  var start = ContinuousClock.now
  try await withNursery { tree in
    for _ in 0..<branches {
      try tree.start {
        try await withNursery { nursery in
          for _ in 0..<1000 {
            try nursery.start {
              do { _ = try await never.receive() } catch {
                cancelled.add()
                throw error
              }
            }
          }
        }
      }
    }
    while never.statistics.waitingReceivers < leaves { await Task.yield() }
    start = .now
    tree.cancel()
  }
  let time = ContinuousClock.now - start
  mustBe(cancelled.value, leaves)
  return time / .nanoseconds(1)
}
