// Cancellation of every operation, at each of its three moments, from every place: before the waiter is queued, while
// it is queued, and after it was resumed.
//
// Before and while: it throws, and nothing has happened. After: it has happened, and its result is returned.
import CSP

extension Scenario {
  static let cancellationMoments: [Scenario] = Operation.allCases.flatMap { operation in
    cancellation(of: operation.rawValue) { try trial(operation) }
  }

  /// The moments at which an operation can be cancelled, each at every place.
  package static func cancellation(
    of operation: String, _ trial: @escaping @Sendable () async throws -> Trial
  ) -> [Scenario] {
    [
      Scenario("cancellation", "\(operation), cancelled before it waits, did not happen") { _ in
        for place in Place.allCases { try await trial().before("\(operation) \(place)", place, ready: false) }
      },
      Scenario("cancellation", "\(operation), ready in a cancelled task, does not happen (level-triggered)") { _ in
        for place in Place.allCases { try await trial().before("\(operation) \(place)", place, ready: true) }
      },
      Scenario("cancellation", "\(operation), cancelled while it waits, did not happen") { _ in
        for place in Place.allCases { try await trial().whileQueued("\(operation) \(place)", place) }
      },
      Scenario("cancellation", "\(operation), cancelled after it was resumed, happened") { _ in
        for place in Place.allCases { try await trial().afterResumption("\(operation) \(place)", place) }
      },
    ]
  }
}

/// The operations that wait.
private enum Operation: String, CaseIterable, Sendable {
  case receive, send, sendToFullBuffer = "send to a full buffer", sendMoving = "send(moving:)"
  case selectReceive = "a select's receive", selectSend = "a select's send", selectSlots = "a select's slots"
  case selectAfter = "a select's after", selectAt = "a select's at"
  case selectTimer = "a select's timer", selectTicker = "a select's ticker"
  case selectorReceive = "a selector's receive", selectorSend = "a selector's send"
  case timer = "Timer.wait", ticker = "Ticker.next", clock = "ManualClock.sleep"
  case halfReceive = "a receiver's receive", halfSend = "a sender's send"
}

/// An operation, its counterparts, and what can be seen of it from outside.
package struct Trial: Sendable {
  /// Does it; it throws if its result is not what it must be.
  var perform: Nearby<Void>
  var isWaiting: @Sendable () -> Bool
  /// Makes it happen, or makes it possible if nobody waits: when it returns, a task that waits has been resumed.
  var fulfil: @Sendable () async throws -> Void
  /// Throws if the operation left traces.
  var checkUntouched: @Sendable (_ fulfilled: Bool) throws -> Void

  package init(
    perform: @escaping Nearby<Void>, isWaiting: @escaping @Sendable () -> Bool,
    fulfil: @escaping @Sendable () async throws -> Void,
    checkUntouched: @escaping @Sendable (_ fulfilled: Bool) throws -> Void
  ) {
    self.perform = perform
    self.isWaiting = isWaiting
    self.fulfil = fulfil
    self.checkUntouched = checkUntouched
  }

  fileprivate func before(_ what: String, _ place: Place, ready: Bool) async throws {
    if ready { try await fulfil() }
    let task = place.start {
      cancelCurrentTask()
      for attempt in 1...2 {
        do {
          try await perform()
          throw Failure("\(what), attempt \(attempt): did not throw")
        } catch is CancellationError {}
      }
    }
    try await task.value
    try checkUntouched(ready)
  }

  fileprivate func whileQueued(_ what: String, _ place: Place) async throws {
    let task = place.start { try await perform() }
    try await eventually("\(what) waits") { isWaiting() }
    task.cancel()
    try await expectCancelled(what, await task.result)
    try expect(!isWaiting(), "\(what): still in the queue")
    try await fulfil()
    try checkUntouched(true)
  }

  fileprivate func afterResumption(_ what: String, _ place: Place) async throws {
    let task = place.start { try await perform() }
    try await eventually("\(what) waits") { isWaiting() }
    try await fulfil()
    task.cancel()
    if case .failure(let error) = await task.result {
      throw Failure("\(what): it was resumed before the task was cancelled, but threw \(error)")
    }
  }
}

private func trial(_ operation: Operation) throws -> Trial {
  switch operation {
  case .receive, .selectReceive, .selectorReceive, .halfReceive: try receiving(operation)
  case .send, .sendToFullBuffer, .sendMoving, .selectSend, .selectSlots, .selectorSend, .halfSend:
    try sending(operation)
  case .selectAfter, .selectAt, .selectTimer, .selectTicker, .timer, .ticker, .clock: timing(operation)
  }
}

private func receiving(_ operation: Operation) throws -> Trial {
  let (sender, receiver) = makeChannel(.buffered(1), of: Int.self)
  let channel = Channel<Int>(.buffered(1))
  let (idle, half) = (Channel<Int>(.rendezvous), operation == .halfReceive)
  func statistics() -> ChannelStatistics { half ? receiver.statistics : channel.statistics }
  return Trial(
    perform: {
      let value: Int?
      switch operation {
      case .receive: value = try await channel.receive()
      case .halfReceive: value = try await receiver.receive()
      case .selectReceive:
        guard case .second(let first) = try await select(idle.receiving, channel.receiving, idle.sending(0)) else {
          throw Failure("another case was taken")
        }
        value = first
      default:
        let selector = Selector()
        selector.add(idle.receiving)
        let token = selector.add(channel.receiving)
        value = try await selector.next().outcome(of: token) ?? nil
      }
      try expectEqual(value, 5)
    },
    isWaiting: { half ? receiver.statistics.waitingReceivers == 1 : channel.statistics.waitingReceivers == 1 },
    fulfil: {
      try expectEqual(half ? sender.trySend(5) : channel.trySend(5), .sent)
    },
    checkUntouched: { fulfilled in
      let statistics = half ? receiver.statistics : channel.statistics
      try expectEqual(statistics.buffered, fulfilled ? 1 : 0, "\(operation): values in the buffer")
      try expectEqual(statistics.waitingReceivers, 0)
      try expectEqual(idle.statistics.waitingReceivers + idle.statistics.waitingSenders, 0)
      try expectEqual(half ? receiver.tryReceive() : channel.tryReceive(), fulfilled ? .received(5) : .empty)
    })
}

/// The channel is full, or a rendezvous that nobody receives from, until it is fulfilled.
private func sending(_ operation: Operation) throws -> Trial {
  let (sender, receiver) = makeChannel(.buffered(1), of: Int.self)
  let channel = Channel<Int>(.buffered(1))
  let (idle, half) = (Channel<Int>(.rendezvous), operation == .halfSend)
  try expectEqual(channel.trySend(0), .sent)
  try expectEqual(sender.trySend(0), .sent)
  return Trial(
    perform: {
      switch operation {
      case .send, .sendToFullBuffer: try await channel.send(7)
      case .halfSend: try await sender.send(7)
      case .sendMoving:
        switch await channel.send(moving: 7) {
        case .sent: break
        case .closed: throw Failure("closed")
        case .cancelled(let value):
          try expectEqual(value, 7)
          throw CancellationError()
        }
      case .selectSend:
        try expectEqual(try await select(idle.receiving, channel.sending(7)), .second(.sent))
      case .selectSlots:
        let (source, target) = (Slot(7), Slot<Int>())
        do {
          try expectEqual(
            try await select(idle.receiving(into: target), channel.sending(from: source)), .second(.sent))
          try expect(source.isEmpty, "the value was sent and is still in its slot")
        } catch let error as CancellationError {
          try expectEqual(source.take(), 7, "the value of a cancelled send")
          throw error
        }
      default:
        let selector = Selector()
        selector.add(idle.receiving)
        let slot = Slot(7)
        let token = selector.add(channel.sending(from: slot))
        do {
          try expectEqual(try await selector.next().outcome(of: token), .sent)
        } catch let error as CancellationError {
          try expectEqual(slot.take(), 7, "the value of a cancelled send")
          throw error
        }
      }
    },
    isWaiting: { (half ? receiver.statistics : channel.statistics).waitingSenders == 1 },
    fulfil: { try expectEqual(half ? receiver.tryReceive() : channel.tryReceive(), .received(0)) },
    checkUntouched: { fulfilled in
      let statistics = half ? receiver.statistics : channel.statistics
      try expectEqual(statistics.buffered, fulfilled ? 0 : 1, "\(operation): values in the buffer")
      try expectEqual(statistics.sent, 1, "\(operation): values sent")
      try expectEqual(statistics.waitingSenders, 0)
      try expectEqual(idle.statistics.waitingReceivers, 0)
    })
}

/// Line numbers that occur in no file.
private let marks = Locked<UInt>(1_000_000)

private func timing(_ operation: Operation) -> Trial {
  let clock = ManualClock()
  let idle = Channel<Int>(.rendezvous)
  let timer = Timer(after: .seconds(1), clock: clock)
  let ticker = Ticker(every: .seconds(1), clock: clock)
  // What a timer's wait records of itself is all that can be seen of it from outside.
  let mark = marks.withLock {
    $0 += 1; return $0
  }
  let usesChannel = [.selectTimer, .selectTicker, .timer, .ticker].contains(operation)
  return Trial(
    perform: {
      switch operation {
      case .selectAfter:
        guard case .second = try await select(idle.receiving, after(.seconds(1), clock: clock)) else {
          throw Failure("not the timeout")
        }
      case .selectAt:
        let instant = ManualClock.Instant(sinceStart: .seconds(1))
        guard case .first = try await select(at(instant, clock: clock), idle.receiving) else {
          throw Failure("not the timeout")
        }
      case .selectTimer:
        guard case .second = try await select(idle.receiving, timer.firing) else { throw Failure("not the timer") }
      case .selectTicker:
        guard case .second = try await select(idle.sending(1), ticker.ticking) else { throw Failure("not the ticker") }
      case .timer: try await timer.wait(line: mark)
      case .ticker: try await ticker.next(line: mark)
      default: try await clock.sleep(until: ManualClock.Instant(sinceStart: .seconds(1)))
      }
    },
    isWaiting: {
      if [.timer, .ticker].contains(operation) { return currentWaits().contains { $0.line == Int(mark) } }
      if usesChannel { return idle.statistics.waitingReceivers + idle.statistics.waitingSenders == 1 }
      return clock.pendingAlarms == 3
    },
    fulfil: { clock.advance(by: .seconds(1)) },
    checkUntouched: { fulfilled in
      try expectEqual(idle.statistics.waitingReceivers + idle.statistics.waitingSenders, 0)
      try expectEqual(clock.pendingAlarms, fulfilled ? 1 : 2, "\(operation): alarms set")
      if usesChannel {
        let fired =
          [.selectTimer, .timer].contains(operation) ? trySelect(timer.firing) != nil : trySelect(ticker.ticking) != nil
        try expectEqual(fired, fulfilled, "\(operation): what had fired is still there")
      }
    })
}
