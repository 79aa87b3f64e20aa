import AsyncAlgorithms
import BenchmarkHarness

@Sendable func channelPingPong(_ count: Int) async {
  let there = AsyncChannel<Int>(), back = AsyncChannel<Int>()
  Task {
    for await value in there { await back.send(value) }
    back.finish()
  }
  var answers = back.makeAsyncIterator()
  for i in 0..<count {
    await there.send(i)
    _ = await answers.next()
  }
  there.finish()
  _ = await answers.next()
}

@Sendable func channelOneWay(_ count: Int) async {
  let channel = AsyncChannel<Int>()
  Task {
    for i in 0..<count { await channel.send(i) }
    channel.finish()
  }
  var sum = 0
  for await value in channel { sum &+= value }
  mustBe(sum, sumBelow(count))
}

/// Four producers, four consumers.
@Sendable func channelManyToMany(_ count: Int) async {
  let channel = AsyncChannel<Int>()
  let producers = (0..<4).map { _ in
    Task { for i in 0..<(count / 4) { await channel.send(i) } }
  }
  let consumers = (0..<4).map { _ in
    Task {
      var sum = 0
      for await value in channel { sum &+= value }
      return sum
    }
  }
  for producer in producers { await producer.value }
  channel.finish()
  var total = 0
  for consumer in consumers { total += await consumer.value }
  mustBe(total, 4 * sumBelow(count / 4))
}
