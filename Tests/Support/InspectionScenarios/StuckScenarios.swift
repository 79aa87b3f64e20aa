// Who is stuck, and who is not.
import CSP
import CSPInspection
import ChannelScenarios

extension Scenario {
  static let stuck: [Scenario] = [
    Scenario("stuck", "two tasks that await each other are a deadlock, whoever else runs") { _ in try await cycle() },
    Scenario("stuck", "a nursery in which everybody waits is at rest, and names what somebody outside could do") { _ in
      try await rest()
    },
    Scenario("stuck", "who waits for a time, or in a scope with a deadline, can go on") { _ in try await timed() },
    Scenario("stuck", "who waits for a ticker or a timer alone can go on") { _ in try await ticking() },
    Scenario("stuck", "a nursery that works is never at rest, however often it is looked at") { load in
      try await working(load.operations)
    },
    Scenario("stuck", "a nursery whose children are yet to begin is never at rest") { load in
      try await beginning(load.operations / 20)
    },
    Scenario("leaks", "what ends is no leak, time after time") { load in try await clean(load.operations / 10) },
    Scenario("leaks", "a body at rest is reported, cancelled and waited for") { _ in try await atRest() },
    Scenario("leaks", "who wait for each other are reported, though another task goes on") { _ in try await part() },
    Scenario("leaks", "a task that is left behind is reported with its place") { _ in try await leftBehind() },
    Scenario("leaks", "what the body throws comes out, and what it returns") { _ in try await outcomes() },
    Scenario("leaks", "long waits are counted by place") { _ in try await longWaits() },
  ]
}

private let thisFile = "InspectionScenarios/StuckScenarios.swift"

private func cycle() async throws {
  let isOver = Locked(false)
  let clock = ManualClock()
  try await withNursery(name: "cycle") { nursery in
    let handles = Channel<Child<Void>>(.buffered(1))
    let first = try nursery.start(name: "cycle: first") { () async throws -> Void in
      if let second = try await handles.receive() { try? await second.value }
    }
    let second = try nursery.start(name: "cycle: second") { () async throws -> Void in
      _ = try? await first.value
    }
    try nursery.start(name: "cycle: busy") { while !isOver.current { await Task.yield() } }
    try nursery.start(name: "cycle: sleeper") { try? await clock.sleep(for: .seconds(1)) }
    let before = Inspection.dump()
    try expect(!before.stuck.contains { $0.cause == .cycle }, before.text)
    try await handles.send(second)
    let dump = try await dump("the cycle is found") { $0.stuck.contains { $0.cause == .cycle } }
    let found = dump.stuck.first { $0.cause == .cycle }!
    try expectEqual(Set(found.tasks.map { dump.tasks[$0].name }), ["cycle: first", "cycle: second"])
    try expect(found.isCertain, "nobody else can end it")
    try expect(dump.text.contains("deadlock: 2 tasks that wait for each other"), dump.text)
    isOver.withLock { $0 = true }
    nursery.cancel()
  }
}

private func rest() async throws {
  let (one, two) = (Channel<Int>(.rendezvous, name: "rest: one"), Channel<Int>(.rendezvous, name: "rest: two"))
  try await together(
    {
      try await withNursery(name: "rest") { nursery in
        try nursery.start(name: "rest: first") {
          try? await one.send(1)
          _ = try await two.receive()
        }
        try nursery.start(name: "rest: second") {
          try await withNursery(name: "rest: inner") { inner in
            try inner.start {
              try? await two.send(1)
              _ = try await one.receive()
            }
          }
        }
      }
    },
    {
      // This task is the one outside.
      defer {
        one.close()
        two.close()
      }
      let dump = try await dump("the nursery is at rest") { dump in
        dump.stuck.contains { stuck in
          guard case .nursery(let scope) = stuck.cause else { return false }
          return dump.scopes[scope].name == "rest"
        }
      }
      let found = dump.stuck.filter { stuck in
        guard case .nursery(let scope) = stuck.cause else { return false }
        return dump.scopes[scope].name?.hasPrefix("rest") == true
      }
      try expectEqual(found.count, 1, "the outermost alone")
      try expect(!found[0].isCertain, "somebody outside might have the channels, as this task has")
      try expectEqual(Set(found[0].outside.map(\.name)), ["rest: one", "rest: two"])
      try expect(dump.text.contains("at rest: everybody in nursery \"rest\" at \(thisFile):"), dump.text)
    })
}

private func timed() async throws {
  let clock = ManualClock()
  let channel = Channel<Int>(.rendezvous, name: "timed: channel")
  try await together(
    {
      try await withNursery(name: "timed") { nursery in
        try nursery.start(name: "timed: select") {
          _ = try await select(channel.receiving, after(.seconds(1), clock: clock))
        }
        try nursery.start(name: "timed: deadline") {
          try? await withDeadline(in: .seconds(1), clock: clock) { _ = try await channel.receive() }
        }
      }
    },
    {
      let dump = try await dump("both wait") { dump in
        dump.channels.contains { $0.resource.name == "timed: channel" && $0.receivers.count == 2 }
      }
      try expect(
        !dump.stuck.contains { $0.outside.contains { $0.name == "timed: channel" } },
        "a time will wake them:\n\(dump.text)")
      clock.advance(by: .seconds(1))
    })
}

private func ticking() async throws {
  let clock = ManualClock()
  let channel = Channel<Int>(.rendezvous)
  try await together(
    {
      try await withNursery(name: "ticking: ticker") { nursery in
        try nursery.start(name: "ticking: 1") {
          try await withTicker(every: .seconds(1), clock: clock) { try await $0.next() }
        }
        try nursery.start(name: "ticking: 2") {
          let timer = Timer(after: .seconds(1), clock: clock)
          _ = try await select(channel.receiving, timer.firing)
        }
      }
    },
    {
      defer { clock.advance(by: .seconds(1)) }
      let dump = try await dump("both wait") { dump in
        dump.tasks.count { $0.name?.hasPrefix("ticking: ") == true && $0.wait != nil } == 2
      }
      for stuck in dump.stuck {
        guard case .nursery(let scope) = stuck.cause else { continue }
        try expect(dump.scopes[scope].name?.hasPrefix("ticking: ") != true, dump.text)
      }
    })
}

private func beginning(_ rounds: Int) async throws {
  try await neverStuck("beginning") {
    for _ in 0..<rounds {
      try await withNursery(name: "beginning") { nursery in
        try nursery.start(name: "beginning: outer") {
          try await withNursery { inner in
            try inner.start { try await withNursery { innermost in try innermost.start {} } }
          }
        }
      }
    }
  }
}

/// Looks again and again, while a body runs, whether something in nurseries of this name is stuck.
private func neverStuck(_ name: String, _ body: @escaping Job) async throws {
  let isOver = Locked(false)
  try await together(
    {
      defer { isOver.withLock { $0 = true } }
      try await body()
    },
    {
      while !isOver.current {
        let dump = Inspection.dump()
        let found = dump.stuck.contains { stuck in
          guard case .nursery(let scope) = stuck.cause else { return false }
          return dump.scopes[scope].name == name
        }
        try expect(!found, dump.text)
        // Where one worker is all there is, the others would never run.
        await Task.yield()
      }
    })
}

private func working(_ count: Int) async throws {
  try await neverStuck("working") {
    try await withNursery(name: "working") { nursery in
      let (one, two) = (Channel<Int>(.rendezvous), Channel<Int>(.rendezvous))
      try nursery.start {
        for value in 0..<count {
          try await one.send(value)
          _ = try await two.receive()
        }
      }
      try nursery.start {
        for value in 0..<count {
          _ = try await one.receive()
          try await two.send(value)
        }
      }
    }
  }
}

/// Whoever ran the loop itself would keep the sender too.
private func numbers(to end: Int) -> Receiver<Int> {
  let (sender, receiver) = makeChannel(.rendezvous, of: Int.self)
  // martlet: owned by receiver it ends when the receiver is gone
  Task { for value in 0..<end { try? await sender.send(value) } }
  return receiver
}

private func clean(_ rounds: Int) async throws {
  for round in 0..<rounds {
    let sum = try await expectNoLeaks(patience: .milliseconds(20)) {
      var sum = 0
      for await value in numbers(to: 3) { sum += value }
      return sum
    }
    try expectEqual(sum, 3, "round \(round)")
  }
}

private func found(_ body: @Sendable () async throws -> Void) async throws -> LeaksFound {
  do { try await body() } catch let error as LeaksFound { return error }
  throw Failure("no leak was found")
}

private func atRest() async throws {
  let ended = Locked(false)
  let leaks = try await found {
    try await expectNoLeaks(patience: .milliseconds(20)) {
      defer { ended.withLock { $0 = true } }
      let (sender, receiver) = makeChannel(.buffered(1), of: Int.self, name: "at rest")
      try await withNursery { nursery in
        try nursery.start(name: "consumer") { for await _ in receiver {} }
        let producer = sender
        try nursery.start(name: "producer") { for value in 0..<3 { try await producer.send(value) } }
      }
      withExtendedLifetime(sender) {}
    }
  }
  try expect(leaks.isDeadlock && ended.current, "the body was waited for")
  try expect(leaks.tasks.contains { $0.name == "consumer" }, leaks.description)
  try expect(leaks.report.contains("a Sender of channel \"at rest\" is still kept by somebody"), leaks.description)
}

private func part() async throws {
  let clock = ManualClock()
  let isOver = Locked(false)
  let leaks = try await found {
    try await expectNoLeaks(patience: .milliseconds(20)) {
      let (left, right) = (Semaphore(permits: 1, name: "part: left"), Semaphore(permits: 1, name: "part: right"))
      let both = Latch(count: 2)
      try await withNursery(name: "part") { nursery in
        try nursery.start(name: "part: ticks") {
          // A body that is cancelled is what ends it: nothing else would.
          defer { isOver.withLock { $0 = true } }
          try await clock.sleep(for: .seconds(1))
        }
        for (name, first, second) in [("part: one", left, right), ("part: two", right, left)] {
          try nursery.start(name: name) {
            try await first.withPermit {
              both.countDown()
              try await both.wait()
              try await second.withPermit {}
            }
          }
        }
      }
    }
  }
  try expect(leaks.isDeadlock && isOver.current, leaks.description)
  try expectEqual(Set(leaks.tasks.map(\.name)), ["part: one", "part: two"])
  try expect(leaks.description.contains(": 2 tasks wait for each other:\n"), leaks.description)
  try expect(leaks.report.contains("held by task \"part: two\""), leaks.description)
}

private func leftBehind() async throws {
  let channel = Channel<Int>(.rendezvous, name: "left behind")
  let line = #line + 4
  let leaks = try await found {
    try await expectNoLeaks(patience: .milliseconds(20)) {
      // martlet:disable:next unowned-task to be left behind is what it is for
      Task(name: "forgotten") { try? await channel.send(1) }
      while channel.statistics.waitingSenders == 0 { await Task.yield() }
    }
  }
  try expect(!leaks.isDeadlock, leaks.description)
  try expectEqual(leaks.tasks.map(\.name), ["forgotten"])
  try expectEqual(leaks.tasks.first?.wait?.place, SourcePlace(file: thisFile, line: Int(line)))
  // Found once, it is nobody else's leak.
  try await expectNoLeaks(patience: .milliseconds(20)) {}
  _ = try await channel.receive()
}

private func outcomes() async throws {
  try expectEqual(try await expectNoLeaks { 7 }, 7)
  do {
    try await expectNoLeaks { throw Failure("the body's own") }
    throw Failure("nothing was thrown")
  } catch let failure as Failure {
    try expectEqual(failure.message, "the body's own")
  }
}

private func longWaits() async throws {
  let channel = Channel<Int>(.rendezvous, name: "long waits")
  try await withNursery { nursery in
    let line = #line + 1
    for _ in 0..<12 { try nursery.start { _ = try await channel.receive() } }
    let dump = try await dump("all wait") { dump in
      dump.channels.contains { $0.resource.name == "long waits" && $0.receivers.count == 12 }
    }
    let place = SourcePlace(file: thisFile, line: Int(line))
    try expectEqual(dump.longWaits(count: 12).first { $0.place == place }?.tasks.count, 12)
    try expect(!dump.longWaits(count: 13).contains { $0.place == place }, "too few, and not long")
    try expectEqual(dump.longWaits(count: 13, limit: .zero).first { $0.place == place }?.tasks.count, 12)
    channel.close()
  }
}
