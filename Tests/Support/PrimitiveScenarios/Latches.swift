// Latch and Once: what opens stays open; what is made is made once.
import CSP
import ChannelScenarios

extension Scenario {
  static let latches: [Scenario] = [
    Scenario("latch", "it opens with the last count, for those who wait and for those who come") { _ in
      for count in 0...3 {
        let latch = Latch(count: count)
        let passed = Locked(0)
        let tasks = try await startInOrder(count == 0 ? 0 : 3, waiting: { latch.waiting }) { _ in
          try await latch.wait()
          passed.add()
        }
        for rest in stride(from: count, to: 0, by: -1) {
          try expectEqual(latch.remaining, rest)
          try expect(!latch.isOpen && passed.current == 0, "open with \(rest) to go")
          latch.countDown()
        }
        try expect(latch.isOpen, "closed after \(count)")
        try await end(tasks, "the latch of \(count)")
        try await latch.wait()
      }
    },
    Scenario("latch", "what was done before a count is seen after a wait") { load in
      for _ in 0..<max(1, load.operations / 20) {
        let latch = Latch(count: 2)
        // Unsynchronised but for the latch: the thread sanitizer looks at it.
        let cells = (Cell(), Cell())
        try await together(
          {
            cells.0.value = 1
            latch.countDown()
          },
          {
            cells.1.value = 2
            latch.countDown()
          },
          {
            try await latch.wait()
            try expectEqual(cells.0.value + cells.1.value, 3)
          })
      }
    },
    Scenario("latch", "a select waits for it, is ready once it is open, and keeps it") { _ in
      let idle = Channel<Int>(.rendezvous)
      let latch = Latch(count: 2, name: "ready")
      let here = mark()
      let task = Task { try await select(idle.receiving, latch.opened, line: here) }
      try await eventually("it waits") { latch.waiting == 1 }
      try expectEqual(Set(waits(at: here).map(\.resource)), [.latch, .channel])
      try expect(trySelect(latch.opened) == nil, "ready before it is open")
      latch.countDown(by: 2)
      guard case .second = try await task.value else { throw Failure("the idle channel") }
      guard case .second = try await select(idle.receiving, latch.opened) else { throw Failure("the idle channel") }
      let opened = Latch(count: 0).opened
      guard case .first = try await select(opened, idle.receiving) else { throw Failure("the idle channel") }
    },
  ]

  static let onces: [Scenario] = [
    Scenario("once", "many ask, one makes, all have it") { load in
      for _ in 0..<max(1, load.operations / 100) {
        let made = Locked(0)
        let once = Once {
          await Task.yield()
          made.add()
          return made.current
        }
        try await together((0..<8).map { _ in { try expectEqual(try await once.value(), 1) } })
        try expectEqual(made.current, 1)
        try expectEqual(once.valueIfMade, 1)
      }
    },
    Scenario("once", "after a failure the next that waits tries, and the error is the first one's alone") { _ in
      let (gate, attempts) = (Channel<Bool>(.rendezvous), Locked(0))
      let once = Once(name: "settings") {
        attempts.add()
        guard try await gate.receive() == true else { throw Failure("expected") }
        return "made"
      }
      let first = Task { try await once.value() }
      try await eventually("the first makes it") { gate.statistics.waitingReceivers == 1 }
      let here = mark()
      let others = (0..<2).map { _ in Task { try await once.value(line: here) } }
      try await eventually("the others wait") { once.waiting == 2 }
      try expectEqual(waits(at: here).map(\.resource), [.once, .once])
      try expectEqual(once.valueIfMade, nil)
      try await gate.send(false)
      guard case .failure(let error) = await first.result, error is Failure else { throw Failure("no error") }
      try await gate.send(true)
      for other in others { try expectEqual(try await other.value, "made") }
      try expectEqual(attempts.current, 2)
      try expectEqual(try await once.value(), "made")
    },
    Scenario("once", "a caller that is cancelled while it makes the value leaves it to the next") { _ in
      let gate = Channel<Int>(.rendezvous)
      let once = Once { try await gate.receive() ?? 0 }
      var makers: [Task<Int, any Error>] = []
      for index in 0..<4 {
        makers.append(Task { try await once.value() })
        try await eventually("\(index) wait") { gate.statistics.waitingReceivers == 1 && once.waiting == index }
      }
      for maker in makers[..<3] {
        maker.cancel()
        try await expectCancelled("the maker", await maker.result)
      }
      try await gate.send(7)
      try expectEqual(try await makers[3].value, 7)
    },
  ]
}

private final class Cell: @unchecked Sendable {
  // SAFETY: @unchecked: written before a latch is counted down and read after it has opened; that is what is tested.
  var value = 0
}
