// Timers, tickers and the time cases of a select, on a clock that stands still until it is moved.
import CSP
import CSPScheduling
import CScheduling

extension Scenario {
  static let timers: [Scenario] = [
    Scenario("timers", "a timer fires once, at its time and not before") { _ in try await timer() },
    Scenario("timers", "durations become nanoseconds, rounded up, and deadlines never wrap") { _ in try durations() },
    Scenario("timers", "a ticker's period is what was asked for, also by the machine's clock") { _ in try periods() },
    Scenario("timers", "the clock of deadlines is never behind the machine's, and hardly before it") { load in
      try await together(Array(repeating: { try deadlineClock(load.operations * 20) }, count: 4))
    },
    Scenario("timers", "stop and reset leave nothing stale") { _ in try await stopAndReset() },
    Scenario("timers", "a timer or ticker that is dropped is stopped") { _ in try await dropping() },
    Scenario("timers", "a ticker ticks at each period; ticks that nobody takes are dropped") { _ in try await ticker()
    },
    Scenario("timers", "a ticker's scope ends it, also by an error") { _ in try await scope() },
    Scenario("timers", "after and at happen at their times, and are withdrawn when another case happens") { _ in
      try await cases()
    },
    Scenario("timers", "times that have passed are ready; times beyond measure are never") { _ in try await extremes()
    },
    Scenario("timers", "sleepers wake in the order of their deadlines") { load in try await order(load) },
    Scenario("timers", "a ready case costs no alarm") { _ in
      let (clock, ready) = (ManualClock(), Channel<Int>(.buffered(1)))
      try await ready.send(1)
      guard case .first(1) = try await select(ready.receiving, after(.seconds(1), clock: clock)) else {
        throw Failure("a timeout was taken")
      }
      try expectEqual(clock.pendingAlarms, 0)
    },
    Scenario("timers", "setting, stopping and time passing may race; after a stop nothing arrives") { load in
      try await racing(load.operations / 10, seed: load.seed)
    },
    Scenario("timers", "on the machine's clock a timeout comes, and not too early") { _ in try await realTime() },
    Scenario("timers", "many timeouts on the machine's clock all come") { load in
      let jobs: [Job] = (0..<100).map { index in
        {
          let idle = Channel<Int>(.rendezvous)
          for round in 0..<load.operations / 1000 {
            guard case .second = try await select(idle.receiving, after(.microseconds((index * 37 + round * 11) % 900)))
            else { throw Failure("nobody sends") }
          }
        }
      }
      try await together(jobs)
    },
  ]
}

/// For some milliseconds: longer than a look at the machine's clock is good for.
private func deadlineClock(_ rounds: Int) throws {
  for _ in 0..<rounds {
    let before = martlet_now(), soon = martlet_soon(), after = martlet_now()
    try expect(before <= soon, "\(before - soon) ns behind")
    try expect(soon <= after + 2000, "\(soon - after) ns before")
  }
}

private func waits(_ line: UInt) -> Bool { currentWaits().contains { $0.line == Int(line) } }

private func timer() async throws {
  let clock = ManualClock()
  let timer = Timer(after: .seconds(10), clock: clock)
  let line: UInt = 2_000_001
  let waiting = Task {
    try await timer.wait(line: line)
    return clock.now
  }
  try await eventually("it waits") { waits(line) }
  clock.advance(by: .seconds(9))
  try expect(waits(line), "it fired early")
  clock.advance(by: .milliseconds(999))
  try expect(waits(line), "it fired early")
  clock.advance(by: .milliseconds(1))
  try expectEqual(try await waiting.value, ManualClock.Instant(sinceStart: .seconds(10)))
  clock.advance(by: .seconds(100))
  try expect(trySelect(timer.firing) == nil, "it fired twice")
  try expectEqual(clock.pendingAlarms, 0)
}

private func fired(_ timer: Timer) -> Bool { trySelect(timer.firing) != nil }

private func stopAndReset() async throws {
  let clock = ManualClock()
  let timer = Timer(after: .seconds(1), clock: clock)
  timer.stop()
  try expectEqual(clock.pendingAlarms, 0)
  clock.advance(by: .seconds(5))
  try expect(!fired(timer), "a stopped timer fired")

  // What had arrived is taken out.
  timer.reset(after: .seconds(1))
  clock.advance(by: .seconds(1))
  timer.stop()
  try expect(!fired(timer), "a stop left a firing behind")
  timer.reset(after: .seconds(1))
  clock.advance(by: .seconds(1))
  timer.reset(after: .seconds(3))
  try expect(!fired(timer), "a reset left a firing behind")
  clock.advance(by: .seconds(2))
  try expect(!fired(timer), "the new time has not come")
  clock.advance(by: .seconds(1))
  try expect(fired(timer), "the new time has come")
  try expect(!fired(timer), "once")

  // Later, then earlier.
  timer.reset(after: .seconds(10))
  timer.reset(after: .seconds(2))
  try expectEqual(clock.pendingAlarms, 1)
  clock.advance(by: .seconds(2))
  try expect(fired(timer), "the last setting counts")
  clock.advance(by: .seconds(20))
  try expect(!fired(timer), "the first setting is void")
  timer.reset(after: .zero)
  clock.advance(by: .zero)
  try expect(fired(timer), "no time is no time")
  timer.stop()
  timer.stop()

  // A waiter stays over a reset.
  let line: UInt = 2_000_002
  timer.reset(after: .seconds(1))
  let waiting = Task { try await timer.wait(line: line) }
  try await eventually("it waits") { waits(line) }
  timer.reset(after: .seconds(5))
  clock.advance(by: .seconds(1))
  try expect(waits(line), "it was let go by a setting that is void")
  clock.advance(by: .seconds(4))
  try await waiting.value
}

private func dropping() async throws {
  let clock = ManualClock()
  do {
    let timers = (1...10).map { Timer(after: .seconds($0), clock: clock) }
    let tickers = (1...10).map { Ticker(every: .seconds($0), clock: clock) }
    try expectEqual(clock.pendingAlarms, 20)
    clock.advance(by: .seconds(5))
    try expectEqual(clock.pendingAlarms, 15)
    withExtendedLifetime((timers, tickers)) {}
  }
  try expectEqual(clock.pendingAlarms, 0)

  // A case keeps it: a select could not end otherwise.
  func firing() -> Firing { Timer(after: .seconds(1), clock: clock).firing }
  let item = firing()
  try expectEqual(clock.pendingAlarms, 1, "a case let go of its timer")
  clock.advance(by: .seconds(1))
  try expect(trySelect(item) != nil, "a case let go of its timer")
}

private func ticker() async throws {
  let clock = ManualClock()
  let ticker = Ticker(every: .seconds(2), clock: clock)
  func ticked() -> Bool { trySelect(ticker.ticking) != nil }
  try expect(!ticked(), "the first tick comes after a period")
  for _ in 0..<5 {
    clock.advance(by: .seconds(1))
    try expect(!ticked(), "early")
    clock.advance(by: .seconds(1))
    try expect(ticked(), "late")
    try expect(!ticked(), "twice")
  }
  // Ten periods missed are one tick, and the beat is kept.
  clock.advance(by: .seconds(21))
  try expect(ticked(), "late")
  try expect(!ticked(), "missed ticks are dropped")
  clock.advance(by: .seconds(1))
  try expect(ticked(), "the beat was lost")
  ticker.reset(every: .seconds(5))
  clock.advance(by: .seconds(4))
  try expect(!ticked(), "a tick of the old period")
  clock.advance(by: .seconds(1))
  try expect(ticked(), "late")
  clock.advance(by: .seconds(5))
  ticker.stop()
  try expect(!ticked(), "a stop left a tick behind")
  clock.advance(by: .seconds(50))
  try expect(!ticked(), "a stopped ticker ticked")
  try expectEqual(clock.pendingAlarms, 0)
}

private struct Refused: Error {}

private func scope() async throws {
  var kept: Ticker?
  let result = try await withTicker(every: .microseconds(50)) { ticker in
    kept = ticker
    for _ in 0..<3 { try await ticker.next() }
    return 3
  }
  try expectEqual(result, 3)
  do {
    try await withTicker(every: .seconds(3600)) { ticker in
      kept = ticker
      throw Refused()
    }
    throw Failure("the body threw")
  } catch is Refused {}
  try expect(trySelect(kept!.ticking) == nil, "the scope left a tick behind")
}

private func cases() async throws {
  let clock = ManualClock()
  let channel = Channel<Int>(.rendezvous)
  let outcomes = Locked<[String]>([])
  let first = Task {
    switch try await select(channel.receiving, after(.seconds(3), clock: clock)) {
    case .first(let value): outcomes.withLock { $0.append("value \(value ?? -1)") }
    case .second: outcomes.withLock { $0.append("after at \(clock.now)") }
    }
  }
  try await eventually("it waits") { clock.pendingAlarms == 1 }
  let second = Task {
    let instant = ManualClock.Instant(sinceStart: .seconds(2))
    switch try await select(at(instant, clock: clock), channel.receiving.when(false)) {
    case .first: outcomes.withLock { $0.append("at at \(clock.now)") }
    case .second: outcomes.withLock { $0.append("disabled") }
    }
  }
  try await eventually("both wait") { clock.pendingAlarms == 2 }
  clock.advance(by: .seconds(2))
  try await second.value
  clock.advance(by: .seconds(1))
  try await first.value
  try expectEqual(outcomes.current, ["at at 2.0 seconds", "after at 3.0 seconds"])
  try expectEqual(channel.statistics.waitingReceivers, 0)

  // Another case wins: the alarm is gone.
  let third = Task {
    try await select(channel.receiving, after(.seconds(3), clock: clock), after(.seconds(4), clock: clock))
  }
  try await eventually("it waits") { clock.pendingAlarms == 2 }
  try await channel.send(9)
  guard case .first(9) = try await third.value else { throw Failure("not the value") }
  try expectEqual(clock.pendingAlarms, 0)

  // Two timeouts: the nearer one.
  let fourth = Task { try await select(after(.seconds(4), clock: clock), after(.seconds(3), clock: clock)) }
  try await eventually("it waits") { clock.pendingAlarms == 2 }
  clock.advance(by: .seconds(10))
  guard case .second = try await fourth.value else { throw Failure("not the nearer timeout") }
  try expectEqual(clock.pendingAlarms, 0)

  // A selector's timeout counts anew in each selection.
  let selector = Selector()
  let (value, timeout) = (selector.add(channel.receiving), selector.add(after(.seconds(2), clock: clock)))
  for round in 0..<3 {
    let sender = Task { try await channel.send(round) }
    try expectEqual(try await selector.next().outcome(of: value), .some(round))
    try await sender.value
    clock.advance(by: .milliseconds(1500))
  }
  let last = Task {
    try await eventually("the timeout is set") { clock.pendingAlarms == 1 }
    clock.advance(by: .seconds(2))
  }
  try expect(try await selector.next().isCase(timeout), "not the timeout")
  try await last.value
}

private func extremes() async throws {
  let clock = ManualClock()
  clock.advance(by: .seconds(100))
  let idle = Channel<Int>(.rendezvous)
  for duration in [Duration.zero, .seconds(-1), .seconds(Int64.min)] {
    try expect(trySelect(after(duration, clock: clock)) != nil, "after \(duration)")
    guard case .second = try await select(idle.receiving, after(duration, clock: clock)) else {
      throw Failure("after \(duration)")
    }
  }
  for seconds in [0, 99, 100] {
    let instant = ManualClock.Instant(sinceStart: .seconds(seconds))
    try expect(trySelect(at(instant, clock: clock)) != nil, "at \(seconds) s")
    try await clock.sleep(until: instant)
  }
  let never = Task {
    try await select(idle.receiving, after(.seconds(Int64.max), clock: clock), after(.seconds(Int64.max)))
  }
  try await eventually("it waits") { idle.statistics.waitingReceivers == 1 && clock.pendingAlarms == 1 }
  clock.advance(by: .seconds(1_000_000_000))
  try expectEqual(clock.pendingAlarms, 1)
  try await idle.send(1)
  guard case .first(1) = try await never.value else { throw Failure("never came") }
  try expectEqual(clock.pendingAlarms, 0)
}

private func order(_ load: Load) async throws {
  let clock = ManualClock()
  var random = SplitMix(load.seed)
  let woken = Locked<[Duration]>([])
  let deadlines = (0..<200).map { _ in Duration.milliseconds(1 + random.below(1000)) }
  let tasks = deadlines.map { deadline in
    Task {
      try await clock.sleep(until: .init(sinceStart: deadline))
      try expect(clock.now.sinceStart >= deadline, "woken at \(clock.now), before \(deadline)")
      woken.withLock { $0.append(deadline) }
    }
  }
  try await eventually("all sleep") { clock.pendingAlarms == 200 }
  // Step by step: within a step the tasks run in any order, between steps they may not.
  for step in 1...10 {
    let time = Duration.milliseconds(100 * step)
    clock.advance(by: .milliseconds(100))
    let due = deadlines.count { $0 <= time }
    try await eventually("\(due) are awake") { woken.withLock { $0.count } == due }
    try expect(woken.current.allSatisfy { $0 <= time }, "woken early")
    try expectEqual(clock.pendingAlarms, 200 - due)
  }
  for task in tasks { try await task.value }
}

private func racing(_ count: Int, seed: UInt64) async throws {
  let clock = ManualClock()
  let timer = Timer(after: .seconds(1), clock: clock)
  let ticker = Ticker(every: .milliseconds(10), clock: clock)
  let done = Locked(false)
  try await together(
    {
      var random = SplitMix(seed)
      for _ in 0..<count {
        switch random.below(3) {
        case 0: timer.stop()
        default: timer.reset(after: .milliseconds(random.below(20)))
        }
        _ = trySelect(timer.firing)
        if random.below(10) == 0 { ticker.reset(every: .milliseconds(1 + random.below(20))) }
        if random.below(16) == 0 { await Task.yield() }
      }
      done.withLock { $0 = true }
    },
    {
      while !done.current {
        clock.advance(by: .milliseconds(7))
        _ = trySelect(ticker.ticking, timer.firing)
        await Task.yield()
      }
    })
  timer.stop()
  ticker.stop()
  try expectEqual(clock.pendingAlarms, 0)
  clock.advance(by: .seconds(100))
  try expect(trySelect(timer.firing, ticker.ticking) == nil, "something arrived after the stop (seed \(seed))")
}

private func realTime() async throws {
  let (clock, idle) = (ContinuousClock(), Channel<Int>(.rendezvous))
  for milliseconds in [1, 5, 20] {
    let duration = Duration.milliseconds(milliseconds)
    var start = clock.now
    guard case .second = try await select(idle.receiving, after(duration)) else { throw Failure("nobody sends") }
    try expect(clock.now - start >= duration, "after \(duration) came after \(clock.now - start)")
    start = clock.now
    guard case .first = try await select(at(start + duration), idle.receiving) else { throw Failure("nobody sends") }
    try expect(clock.now - start >= duration, "at \(duration) came after \(clock.now - start)")
    start = clock.now
    try await Timer(after: duration).wait()
    try expect(clock.now - start >= duration, "a timer of \(duration) fired after \(clock.now - start)")
  }
  let start = clock.now
  let ticker = Ticker(every: .milliseconds(2))
  for _ in 0..<5 { try await ticker.next() }
  try expect(clock.now - start >= .milliseconds(10), "five ticks of 2 ms took \(clock.now - start)")
}

private func periods() throws {
  for nanoseconds in [1, 7, 1_000, 1_000_000, 12_345_678_901, 10_800_000_000_000] as [Int64] {
    let ticker = Ticker(every: .nanoseconds(nanoseconds))
    try expectEqual(ticker.interval, nanoseconds)
    ticker.reset(every: .nanoseconds(nanoseconds + 1))
    try expectEqual(ticker.interval, nanoseconds + 1)
  }
}

private func durations() throws {
  let atto = Duration(secondsComponent: 0, attosecondsComponent: 1)
  let expected: [(Duration, Int64)] = [
    (.zero, 0), (atto, 1), (.nanoseconds(1), 1), (.nanoseconds(1) + atto, 2), (.seconds(1) - atto, 1_000_000_000),
    (.seconds(3600), 3_600_000_000_000), (.seconds(3600) + atto, 3_600_000_000_001),
    // On both sides of 2⁷³ attoseconds, from where they are divided in another way.
    (.seconds(9444), 9_444_000_000_000), (.seconds(9445), 9_445_000_000_000),
    (.seconds(9444) + .nanoseconds(732_965_739), 9_444_732_965_739), (.seconds(9445) + atto, 9_445_000_000_001),
    (.nanoseconds(-1), -1), (.nanoseconds(-1) - atto, -1), (.zero - atto, 0), (.seconds(-7), -7_000_000_000),
    (.seconds(9_223_372_036), 9_223_372_036_000_000_000), (.seconds(9_223_372_037), .max),
    (.seconds(-9_223_372_037), .min), (.seconds(Int64.max), .max),
  ]
  for (duration, nanoseconds) in expected { try expectEqual(_nanoseconds(duration), nanoseconds, "\(duration)") }
  let clock = ManualClock(), queue = clock.alarms
  try expectEqual(queue.deadline(after: .seconds(-5)), 0, "before the clock's beginning")
  clock.advance(by: .seconds(9_000_000_000))
  try expectEqual(queue.deadline(after: .seconds(1)), 9_000_000_001_000_000_000)
  for far in [Duration.seconds(400_000_000), .seconds(Int64.max)] {
    try expectEqual(queue.deadline(after: far), .max - 1, "never")
  }
}
