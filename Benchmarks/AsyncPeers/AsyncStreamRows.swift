import BenchmarkHarness

@Sendable func streamOneWay(_ count: Int) async {
  let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
  Task {
    for i in 0..<count { continuation.yield(i) }
    continuation.finish()
  }
  var sum = 0
  for await value in stream { sum &+= value }
  mustBe(sum, sumBelow(count))
}

/// One task sends to itself through the buffer.
@Sendable func streamUncontended(_ count: Int) async {
  let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
  var values = stream.makeAsyncIterator()
  var sum = 0
  for i in 0..<count {
    continuation.yield(i)
    sum &+= await values.next() ?? 0
  }
  mustBe(sum, sumBelow(count))
}
