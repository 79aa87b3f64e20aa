// A fair select chooses each ready case with the same probability. The bound is that of Go's TestSelectFairness: five
// nines of the binomial distribution. The shares measured here are so many that chance breaks it once in a few hundred
// runs of the tests: what breaks it is measured anew, and has to break it twice.
import CSP
import Foundation

extension Scenario {
  static let fairness: [Scenario] = [
    Scenario("fairness", "two ready channels among four share alike, over 10,000 trials") { _ in
      try await ifNeedBeTwice { try await twoOfFour(.fair) }
      try await twoOfFour(.seeded(SelectionSeed(42)))
    },
    Scenario("fairness", "two, three and all of eight ready channels share alike") { _ in
      for ready in [[0, 1], [6, 7], [0, 7], [2, 5], [0, 1, 2], [1, 3, 4], [5, 6, 7], [0, 4, 7], Array(0..<8)] {
        try await ifNeedBeTwice { try await ofEight(ready) }
      }
    },
    Scenario("fairness", "ready cases of a selector share alike") { _ in
      try await ifNeedBeTwice { try await ofSelector() }
    },
    Scenario("fairness", "ready sends and receives share alike") { _ in
      try await ifNeedBeTwice { try await sendsAndReceives() }
    },
    Scenario("fairness", "two sends on one channel in one waiting select share alike") { _ in
      try await ifNeedBeTwice { try await waitingTwice() }
    },
    Scenario("fairness", "in order, the first ready case is taken every time") { _ in try await inOrder() },
    Scenario("fairness", "the same seed makes the same choices") { _ in try await seeded() },
    Scenario("fairness", "two ticking tasks are both served while a third is always ready") { _ in
      try await noStarvation()
    },
  ]
}

/// Measures once more if a share was out of bounds.
private func ifNeedBeTwice(_ measure: () async throws -> Void) async throws {
  do { try await measure() } catch is OutOfBounds { try await measure() }
}

private struct OutOfBounds: Error, CustomStringConvertible {
  let description: String
}

/// Fails where a case was taken more or less often than five nines of chance allow.
private func expectUniform(_ counts: [Int], _ what: String) throws {
  let trials = Double(counts.reduce(0, +))
  let share = 1 / Double(counts.count)
  let bound = 4.4172 * (share * (1 - share) / trials).squareRoot()
  for count in counts {
    if abs(Double(count) / trials - share) >= bound {
      throw OutOfBounds(description: "\(what): \(counts), expected shares of \(share) ± \(bound)")
    }
  }
}

private func filled(_ count: Int) async throws -> Channel<Int> {
  let channel = Channel<Int>(.buffered(count))
  for _ in 0..<count { try await channel.send(1) }
  return channel
}

private func twoOfFour(_ order: SelectionOrder) async throws {
  let trials = 10_000
  let (a, b) = (try await filled(trials), try await filled(trials))
  let (c, d) = (Channel<Int>(.rendezvous), Channel<Int>(.rendezvous))
  var counts = [0, 0]
  for _ in 0..<trials {
    switch try await select(order, c.receiving, d.receiving, a.receiving, b.receiving) {
    case .third: counts[0] += 1
    case .fourth: counts[1] += 1
    default: throw Failure("a channel that was never ready was taken")
    }
  }
  try expectUniform(counts, "\(order)")
}

private func ofEight(_ ready: [Int]) async throws {
  let trials = 10_000
  let channels = (0..<8).map { _ in Channel<Int>(.buffered(1)) }
  for index in ready { try await channels[index].send(1) }
  var counts = [Int](repeating: 0, count: 8)
  let c = channels
  for _ in 0..<trials {
    let taken =
      switch try await select(
        c[0].receiving, c[1].receiving, c[2].receiving, c[3].receiving, c[4].receiving, c[5].receiving, c[6].receiving,
        c[7].receiving)
      {
      case .first: 0
      case .second: 1
      case .third: 2
      case .fourth: 3
      case .fifth: 4
      case .sixth: 5
      case .seventh: 6
      case .eighth: 7
      }
    counts[taken] += 1
    try await channels[taken].send(1)
  }
  try expectEqual(counts.enumerated().filter { $0.element > 0 }.map(\.offset), ready)
  try expectUniform(ready.map { counts[$0] }, "\(ready) of eight")
}

private func ofSelector() async throws {
  let selector = Selector()
  let channels = (0..<20).map { _ in Channel<Int>(.buffered(1)) }
  for channel in channels { selector.add(channel.receiving) }
  let ready = [3, 4, 11, 19]
  for index in ready { try await channels[index].send(1) }
  var counts = [Int](repeating: 0, count: 20)
  for _ in 0..<10_000 {
    let taken = try await selector.next().index
    counts[taken] += 1
    try await channels[taken].send(1)
  }
  try expectEqual(counts.enumerated().filter { $0.element > 0 }.map(\.offset), ready)
  try expectUniform(ready.map { counts[$0] }, "of a selector")
}

private func sendsAndReceives() async throws {
  let (sink, source) = (Channel<Int>(.latest), Channel<Int>(.buffered(1)))
  var counts = [0, 0]
  try await source.send(1)
  for _ in 0..<10_000 {
    switch try await select(sink.sending(1), source.receiving) {
    case .first: counts[0] += 1
    case .second:
      counts[1] += 1
      try await source.send(1)
    }
  }
  try expectUniform(counts, "a send and a receive")
}

private func waitingTwice() async throws {
  let (sends, receives) = (Channel<Int>(.rendezvous), Channel<Int>(.rendezvous))
  var sent = [0, 0]
  var received = [0, 0]
  for _ in 0..<400 {
    let sending = Task { try await select(sends.sending(0), sends.sending(1)) }
    try await eventually("it waits twice") { sends.statistics.waitingSenders == 2 }
    sent[try await sends.receive()!] += 1
    _ = try await sending.value
    let receiving = Task { try await select(receives.receiving, receives.receiving) }
    try await eventually("it waits twice") { receives.statistics.waitingReceivers == 2 }
    try await receives.send(1)
    if case .first = try await receiving.value { received[0] += 1 } else { received[1] += 1 }
  }
  try expectUniform(sent, "sends")
  try expectUniform(received, "receives")
}

private func inOrder() async throws {
  let (a, b) = (try await filled(100), try await filled(100))
  for _ in 0..<100 { try expectEqual(try await select(.inOrder, a.receiving, b.receiving), .first(1)) }
  try expectEqual(try await select(.inOrder, a.receiving, b.receiving), .second(1))
  let selector = Selector(.inOrder)
  selector.add(a.receiving)
  let second = selector.add(b.receiving)
  try expect(try await selector.next().isCase(second), "the first is empty")
  try await a.send(2)
  try expectEqual(try await selector.next().index, 0)
}

private func seeded() async throws {
  func choices(_ seed: UInt64) async throws -> [Bool] {
    let (a, b) = (try await filled(64), try await filled(64))
    let order = SelectionOrder.seeded(SelectionSeed(seed))
    var choices: [Bool] = []
    for _ in 0..<64 {
      if case .first = try await select(order, a.receiving, b.receiving) {
        choices.append(true)
      } else {
        choices.append(false)
      }
    }
    return choices
  }
  let first = try await choices(7)
  try expectEqual(first, try await choices(7))
  try expect(first != (try await choices(8)), "another seed made the same 64 choices")
}

private func noStarvation() async throws {
  let (busy, first, second) = (Channel<Int>(.rendezvous), Channel<Int>(.rendezvous), Channel<Int>(.rendezvous))
  try await withThrowingTaskGroup(of: Void.self) { group in
    for channel in [busy, busy, first, second] {
      group.addTask { while true { try await channel.send(1) } }
    }
    var counts = [0, 0, 0]
    while counts[1] < 100 || counts[2] < 100 {
      switch try await select(busy.receiving, first.receiving, second.receiving) {
      case .first: counts[0] += 1
      case .second: counts[1] += 1
      case .third: counts[2] += 1
      }
      try expect(counts[0] < 1_000_000, "served \(counts)")
    }
    group.cancelAll()
    while let _ = await group.nextResult() {}
  }
}
