// Selects that meet selects: both ends of a channel choose at once, over two to eight cases, fair and in order.
import CSP

extension Scenario {
  static let bothEnds: [Scenario] = [
    Scenario("both ends", "selects of sends meet selects of receives, two to eight cases wide") { load in
      for width in 2...8 {
        for order in ["fair", "in order", "mixed"] {
          try await meet(width: width, order: order, count: max(20, load.operations / 100), seed: load.seed)
        }
      }
    },
    Scenario("both ends", "tasks that each offer both directions exchange every value once") { load in
      for width in 2...8 { try await exchange(width: width, count: max(20, load.operations / 50), seed: load.seed) }
    },
    Scenario("both ends", "two selects over the same channels in opposite order never block each other") { load in
      let (a, b) = (Channel<Int>(.rendezvous), Channel<Int>(.rendezvous))
      let count = load.operations
      try await together(
        { for value in 0..<count { _ = try await select(.inOrder, a.sending(value), b.sending(value)) } },
        { for _ in 0..<count { _ = try await select(.inOrder, b.receiving, a.receiving) } })
    },
    Scenario("both ends", "a crowd that selects on few channels is served") { load in
      try await crowd(load.operations / 4)
    },
  ]
}

/// A select of up to eight channels, all sends or all receives: by the fixed forms or by a selector.
private func send(_ value: Int, to c: [Channel<Int>], _ order: SelectionOrder) async throws {
  let outcome: SendCaseOutcome
  switch c.count {
  case 2:
    switch try await select(order, c[0].sending(value), c[1].sending(value)) {
    case .first(let it), .second(let it): outcome = it
    }
  case 3:
    switch try await select(order, c[0].sending(value), c[1].sending(value), c[2].sending(value)) {
    case .first(let it), .second(let it), .third(let it): outcome = it
    }
  case 5:
    switch try await select(
      order, c[0].sending(value), c[1].sending(value), c[2].sending(value), c[3].sending(value), c[4].sending(value))
    {
    case .first(let it), .second(let it), .third(let it), .fourth(let it), .fifth(let it): outcome = it
    }
  case 8:
    switch try await select(
      order, c[0].sending(value), c[1].sending(value), c[2].sending(value), c[3].sending(value), c[4].sending(value),
      c[5].sending(value), c[6].sending(value), c[7].sending(value))
    {
    case .first(let it), .second(let it), .third(let it), .fourth(let it), .fifth(let it), .sixth(let it),
      .seventh(let it), .eighth(let it):
      outcome = it
    }
  default:
    let selector = Selector(order)
    let tokens = c.map { selector.add($0.sending(value)) }
    let choice = try await selector.next()
    outcome = tokens.compactMap { choice.outcome(of: $0) }[0]
  }
  try expectEqual(outcome, .sent)
}

private func receive(from c: [Channel<Int>], _ order: SelectionOrder) async throws -> Int? {
  switch c.count {
  case 2:
    switch try await select(order, c[0].receiving, c[1].receiving) {
    case .first(let it), .second(let it): return it
    }
  case 4:
    switch try await select(order, c[0].receiving, c[1].receiving, c[2].receiving, c[3].receiving) {
    case .first(let it), .second(let it), .third(let it), .fourth(let it): return it
    }
  case 6:
    switch try await select(
      order, c[0].receiving, c[1].receiving, c[2].receiving, c[3].receiving, c[4].receiving, c[5].receiving)
    {
    case .first(let it), .second(let it), .third(let it), .fourth(let it), .fifth(let it), .sixth(let it): return it
    }
  case 7:
    switch try await select(
      order, c[0].receiving, c[1].receiving, c[2].receiving, c[3].receiving, c[4].receiving, c[5].receiving,
      c[6].receiving)
    {
    case .first(let it), .second(let it), .third(let it), .fourth(let it), .fifth(let it), .sixth(let it),
      .seventh(let it):
      return it
    }
  default:
    let selector = Selector(order)
    let tokens = c.map { selector.add($0.receiving) }
    let choice = try await selector.next()
    return tokens.compactMap { choice.outcome(of: $0) }[0]
  }
}

private func meet(width: Int, order: String, count: Int, seed: UInt64) async throws {
  let channels = (0..<width).map { _ in Channel<Int>(.rendezvous) }
  let seen = Locked([Int](repeating: 0, count: 8 * count))
  @Sendable func choose(_ index: Int) -> SelectionOrder {
    order == "fair" || (order == "mixed" && index.isMultiple(of: 2)) ? .fair : .inOrder
  }
  var jobs: [Job] = []
  for index in 0..<8 {
    // Each task sees the channels in an order of its own.
    var random = SplitMix(seed + UInt64(index))
    let (forSending, forReceiving) = (channels.shuffled(using: &random), channels.shuffled(using: &random))
    jobs.append { for value in 0..<count { try await send(index * count + value, to: forSending, choose(index)) } }
    jobs.append {
      for _ in 0..<count {
        guard let value = try await receive(from: forReceiving, choose(index)) else { throw Failure("closed") }
        seen.withLock { $0[value] += 1 }
      }
    }
  }
  try await together(jobs)
  try expect(seen.current.allSatisfy { $0 == 1 }, "width \(width), \(order), seed \(seed): not once: \(seen.current)")
}

private func exchange(width: Int, count: Int, seed: UInt64) async throws {
  let channels = (0..<width).map { _ in Channel<Int>(.rendezvous) }
  let tasks = 6
  let (sent, received) = (Locked<[Int]>([]), Locked<[Int]>([]))
  let active = Locked(tasks)
  try await together(
    (0..<tasks).map { index in
      {
        var random = SplitMix(seed &+ UInt64(index))
        let selector = Selector(index.isMultiple(of: 2) ? .fair : .inOrder)
        let sends = channels.map { selector.add($0.sending(-1)) }
        let receives = channels.shuffled(using: &random).map { selector.add($0.receiving) }
        for round in 0..<count {
          let value = index * count + round
          for (channel, token) in zip(channels, sends) { selector.replace(token, with: channel.sending(value)) }
          let choice = try await selector.next()
          if let outcome = sends.lazy.compactMap({ choice.outcome(of: $0) }).first {
            guard outcome == .sent else { break }
            sent.withLock { $0.append(value) }
          } else if let outcome = receives.lazy.compactMap({ choice.outcome(of: $0) }).first {
            guard let other = outcome else { break }
            try expect(other / count != index, "task \(index) met itself")
            received.withLock { $0.append(other) }
          }
        }
        // The last one has nobody left to meet.
        if active.withLock({
          $0 -= 1; return $0 <= 1
        }) {
          for channel in channels { channel.close() }
        }
      }
    })
  try expectEqual(received.current.sorted(), sent.current.sorted(), "width \(width), seed \(seed)")
}

private func crowd(_ count: Int) async throws {
  let (a, b, c) = (Channel<Int>(.rendezvous), Channel<Int>(.rendezvous), Channel<Int>(.rendezvous))
  let size = 200
  let each = max(1, count / size)
  let jobs: [Job] = (0..<size).flatMap { index -> [Job] in
    [
      {
        for _ in 0..<each {
          switch index % 3 {
          case 0: _ = try await select(a.sending(1), b.sending(1), c.sending(1))
          case 1: _ = try await select(.inOrder, c.sending(1), a.sending(1), b.sending(1))
          default: _ = try await select(b.sending(1), c.sending(1), a.sending(1))
          }
        }
      },
      { for _ in 0..<each { _ = try await select(b.receiving, a.receiving, c.receiving) } },
    ]
  }
  try await together(jobs)
}
