// The rows of the nurseries benchmark on task groups. The daisy chain is made of AsyncChannel; the results of a group are
// what its children send to their parent.
import AsyncAlgorithms
import BenchmarkHarness

/// A group for each child.
@Sendable func groupSpawnAndJoin(_ count: Int) async {
  for _ in 0..<count { await withTaskGroup(of: Void.self) { $0.addTask {} } }
}

/// One group; each child is waited for before the next.
@Sendable func groupSpawnAndAwait(_ count: Int) async {
  await withTaskGroup(of: Void.self) { group in
    for _ in 0..<count {
      group.addTask {}
      await group.next()
    }
  }
}

/// `count` children, 1,000 in a group.
@Sendable func groupSpawnBatches(_ count: Int) async {
  for _ in 0..<(count / 1000) {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<1000 { group.addTask {} }
    }
  }
}

/// The same with children that compute.
@Sendable func groupSpawnWorkers(_ count: Int) async {
  for _ in 0..<(count / 1000) {
    await withTaskGroup(of: Void.self) { group in
      for i in 0..<1000 { group.addTask { keep(burn(i)) } }
    }
  }
}

/// Chains of 1,000 stages, `count` stages in all. Each adds one to what it receives from its right and sends it left.
@Sendable func groupDaisyChains(_ count: Int) async {
  for _ in 0..<(count / 1000) { mustBe(await daisyChain(of: 1000), 1001) }
}

private func first(of channel: AsyncChannel<Int>) async -> Int {
  var values = channel.makeAsyncIterator()
  return await values.next() ?? 0
}

private func daisyChain(of stages: Int) async -> Int {
  let leftmost = AsyncChannel<Int>()
  return await withTaskGroup(of: Void.self) { group in
    var left = leftmost
    for _ in 0..<stages {
      let right = AsyncChannel<Int>()
      group.addTask { [left] in await left.send(1 + first(of: right)) }
      left = right
    }
    group.addTask { [left] in await left.send(1) }
    return await first(of: leftmost)
  }
}

/// `count` leaves, a power of ten; whoever is not a leaf has ten children and sums what they return.
@Sendable func groupSkynet(_ count: Int) async { mustBe(await sum(from: 0, leaves: count), sumBelow(count)) }

private func sum(from first: Int, leaves: Int) async -> Int {
  if leaves <= 1 { return first }
  let share = leaves / 10
  return await withTaskGroup(of: Int.self) { group in
    for i in 0..<10 { group.addTask { await sum(from: first + i * share, leaves: share) } }
    return await group.reduce(0, &+)
  }
}

/// Nanoseconds from the cancellation of a tree of `count` waiting children to its end; a tenth of it warms up.
@Sendable func groupCancelTree(_ count: Int) async -> Double {
  _ = await timeToCancel(count / 10)
  return await timeToCancel(count)
}

/// Below one group stand groups of 1,000 children each, and each child waits for a stream of its own: a stream has but
/// one consumer.
private func timeToCancel(_ count: Int) async -> Double {
  let branches = count / 1000, leaves = branches * 1000
  let waiting = Tally(), cancelled = Tally()
  let start = await withTaskGroup(of: Void.self) { tree in
    for _ in 0..<branches {
      tree.addTask {
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<1000 { group.addTask { await waitForNothing(waiting, cancelled) } }
        }
      }
    }
    while waiting.value < leaves { await Task.yield() }
    // The last to come is on its way to its stream: let it get there.
    for _ in 0..<100 { await Task.yield() }
    let start = ContinuousClock.now
    tree.cancelAll()
    return start
  }
  let time = ContinuousClock.now - start
  mustBe(cancelled.value, leaves)
  return time / .nanoseconds(1)
}

private func waitForNothing(_ waiting: Tally, _ cancelled: Tally) async {
  let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
  waiting.add()
  for await _ in stream {}
  if Task.isCancelled { cancelled.add() }
  // A stream ends when its continuation is gone.
  withExtendedLifetime(continuation) {}
}
