// A dump of tasks that stand still: each kind of wait, the tree, the channels.
import CSP
import CSPInspection
import ChannelScenarios
import Foundation

extension Scenario {
  static let dumps: [Scenario] = [
    Scenario("inspection", "every way to wait is shown with its place, its resource and its task") { _ in
      try await everyWait()
    },
    Scenario("inspection", "the tree has every scope with what it is, and every task in its scope") { _ in
      try await tree()
    },
    Scenario("inspection", "channels are shown with what they hold and who waits") { _ in try await channels() },
    Scenario("inspection", "tasks that Martlet did not start, and threads, are shown where they wait") { _ in
      try await outsiders()
    },
    Scenario("inspection", "names of every length and script are shown, cut at 63 bytes") { _ in try await names() },
    Scenario("inspection", "who waits for a latch or a semaphore is shown with its kind and name") { _ in
      try await turns()
    },
    Scenario("inspection", "a task that waits in line for its nursery's limit is shown so") { _ in try await limit() },
    Scenario("inspection", "nurseries may be nested deeper than a stack") { load in
      try await deep(min(2_000, load.operations))
    },
    Scenario("inspection", "what has ended is not shown") { _ in try await ended() },
  ]
}

private let thisFile = "InspectionScenarios/Dumps.swift"

private func everyWait() async throws {
  let (empty, full) = (
    Channel<Int>(.rendezvous, name: "waits: empty"), Channel<Int>(.buffered(1), name: "waits: full")
  )
  _ = full.trySend(1)
  let clock = ManualClock()
  let timer = Timer(after: .seconds(3_600)), timerLine = #line
  var lines: [String: UInt] = [:]
  try await withNursery(name: "waits") { nursery in
    try nursery.start(name: "waits: receiver") { _ = try await empty.receive() }; lines["receiver"] = #line
    try nursery.start(name: "waits: sender") { try? await full.send(2) }; lines["sender"] = #line
    let child = try nursery.start(name: "waits: loop") { for await _ in empty {} }
    try nursery.start(name: "waits: awaiting") { try await child.value }
    try nursery.start(name: "waits: sleeper") { try await clock.sleep(for: .seconds(5)) }
    try nursery.start(name: "waits: timer") { try await timer.wait() }; lines["timer"] = #line
    try nursery.start(name: "waits: select") {
      _ = try await select(empty.receiving, full.sending(3), after(.seconds(7), clock: clock))
    }
    lines["select"] = #line - 2
    try nursery.start(name: "waits: selector") {
      let selector = Selector()
      selector.add(empty.receiving)
      selector.add(full.sending(4))
      _ = try await selector.next()
    }
    lines["selector"] = #line - 2
    let expected: [String: [String]] = [
      "receiver": ["receive waits: empty"], "sender": ["send waits: full"], "loop": ["receive waits: empty"],
      "awaiting": ["end waits: loop"], "sleeper": ["time "], "timer": ["time "],
      "select": ["receive waits: empty", "send waits: full", "time "],
      "selector": ["receive waits: empty", "send waits: full"],
    ]
    let dump = try await dump("all wait") { dump in
      dump.tasks.count { $0.name?.hasPrefix("waits: ") == true && $0.wait != nil } == expected.count
        && expected.allSatisfy { name, cases in
          dump.tasks.contains { $0.name == "waits: \(name)" && $0.wait?.cases.count == cases.count }
        }
    }
    for (name, cases) in expected {
      let task = try dump.task("waits: \(name)")
      try expectEqual(task.waitedFor.sorted(), cases.sorted(), name)
      try expectEqual(task.origin, .child, name)
      try expectEqual(task.place?.file, thisFile, name)
      try expectEqual(task.wait?.isSelect, ["select", "selector"].contains(name), name)
      if let line = lines[name] {
        try expectEqual(task.wait?.place, SourcePlace(file: thisFile, line: Int(line)), name)
      }
      try expect(task.wait!.duration >= .zero && task.wait!.duration < patience, "\(name): \(task.wait!.duration)")
    }
    try expectEqual(try dump.task("waits: sleeper").wait?.cases[0].timeLeft, .seconds(5))
    try expect(try dump.task("waits: sleeper").wait!.isSleep, "a sleep is told from other waits")
    try expect(try !dump.task("waits: timer").wait!.isSleep, "a ticker may be waited for for ever")
    let made = SourcePlace(file: thisFile, line: timerLine)
    try expectEqual(try dump.task("waits: timer").wait?.cases[0].resource?.place, made)
    try expect(dump.text.contains(": waits for timer made at \(made) at \(thisFile):"), dump.text)
    let awaited = try dump.task("waits: awaiting").wait?.cases[0].awaited
    try expectEqual(awaited.flatMap { dump.tasks[$0].name }, "waits: loop")
    let times = try dump.task("waits: select").wait!.cases.compactMap(\.timeLeft)
    try expectEqual(times, [.seconds(7)])
    empty.close()
    full.close()
    clock.advance(by: .seconds(5))
    nursery.cancel()
  }
}

private func tree() async throws {
  let gate = Channel<Int>(.rendezvous, name: "tree: gate")
  let clock = ManualClock()
  let line = #line + 1
  try await withNursery(name: "tree: outer", limit: 9) { outer in
    // The leaf is shielded: without this, what is thrown here would wait for it for ever.
    defer { gate.close() }
    let inner = try outer.start(name: "tree: opener") {
      try await withNursery(name: "tree: inner", onFailure: .collect) { inner in
        try inner.start(name: "tree: leaf") {
          try await withDeadline(in: .seconds(9), clock: clock) {
            try await withShield { _ = try await gate.receive() }
          }
        }
      }
    }
    let dump = try await dump("the leaf waits") { dump in
      dump.tasks.contains { $0.wait?.cases.first?.resource?.name == "tree: gate" }
    }
    let (outer, leaf) = (try dump.scope("tree: outer"), try dump.task("tree: leaf"))
    try expectEqual(outer.kind, .nursery)
    try expectEqual(outer.place, SourcePlace(file: thisFile, line: Int(line)))
    try expectEqual(outer.limit, 9)
    try expectEqual(try dump.scope("tree: inner").limit, nil)
    // From the task that waits out to the nursery, by scopes and openers.
    let waiting = dump.tasks.first { $0.wait?.cases.first?.resource?.name == "tree: gate" }!
    var path: [String] = []
    var task = waiting
    while let scope = task.scope.map({ dump.scopes[$0] }) {
      path.append("\(task.origin) in \(scope.kind.rawValue) \(scope.name ?? "")")
      task = dump.tasks[scope.opener]
      if scope.name == "tree: outer" { break }
    }
    try expectEqual(
      path,
      [
        "body in shield ", "body in deadline ", "child in nursery tree: inner", "child in nursery tree: outer",
      ])
    guard case .insideScope(let deadline) = leaf.activity else { throw Failure("the leaf does \(leaf.activity)") }
    try expectEqual(dump.scopes[deadline].timeLeft, .seconds(9))
    for (index, scope) in dump.scopes.enumerated() where scope.name?.hasPrefix("tree: ") == true {
      try expect(scope.tasks.allSatisfy { dump.tasks[$0].scope == index }, "a scope's tasks are in it")
    }
    let lines = dump.text.split(separator: "\n")
    let start = lines.firstIndex { $0.contains("nursery \"tree: outer\"") }!
    try expect(lines[start].contains("(limit 9)"), "\(lines[start])")
    try expect(
      lines[start...].contains { $0.contains("body: waits to receive from channel \"tree: gate\"") }
        || lines[start...].contains { $0.contains("\": waits to receive from channel \"tree: gate\"") },
      dump.text)
    inner.cancel()
  }
}

private func channels() async throws {
  let buffered = Channel<Int>(.buffered(2), name: "channels: buffered"); let line = #line
  let unbounded = Channel<Int>(.unbounded, name: "channels: unbounded")
  let (sender, receiver) = makeChannel(.dropping(.oldest, capacity: 1), of: Int.self, name: "channels: halves")
  for value in 0..<3 {
    _ = buffered.trySend(value)
    _ = unbounded.trySend(value)
    _ = sender.trySend(value)
  }
  try await withNursery { nursery in
    for _ in 0..<2 { try nursery.start { try? await buffered.send(9) } }
    try nursery.start { _ = try? await select(buffered.sending(9), unbounded.sending(3).when(false)) }
    let dump = try await dump("three senders wait") { dump in
      dump.channels.contains { $0.resource.name == "channels: buffered" && $0.senders.count == 3 }
    }
    let first = try dump.channel("channels: buffered")
    try expectEqual(first.resource.place, SourcePlace(file: thisFile, line: Int(line)))
    try expectEqual([first.count, first.capacity, first.sent, first.receivers.count], [2, 2, 2, 0])
    try expect(!first.isHalved && !first.isClosed, "it is open and whole")
    let second = try dump.channel("channels: unbounded")
    try expectEqual([second.count, second.capacity], [3, nil])
    let third = try dump.channel("channels: halves")
    try expectEqual([third.count, third.capacity, third.sent, third.dropped], [1, 1, 3, 2])
    try expect(third.isHalved, "it was made as two halves")
    try expect(
      dump.text.contains("channel \"channels: buffered\": 2 of 2 buffered, 3 senders and 0 receivers waiting, 2 sent"),
      dump.text)
    buffered.close()
    nursery.cancel()
  }
  withExtendedLifetime((sender, receiver)) {}
}

private func outsiders() async throws {
  let channel = Channel<Int>(.rendezvous, name: "outsiders")
  let plain = Task(name: "outsiders: plain") { try await channel.receive() }
  let group = Task(name: "outsiders: group") {
    await withTaskGroup { group in
      group.addTask(name: "outsiders: member") { _ = try? await channel.receive() }
    }
  }
  Thread.detachNewThread { _ = channel.receiveBlocking() }
  let dump = try await dump("all three wait") { dump in
    dump.channels.contains { $0.resource.name == "outsiders" && $0.receivers.count == 3 }
  }
  for name in ["outsiders: plain", "outsiders: member"] {
    let task = try dump.task(name)
    try expectEqual(task.origin, .other)
    try expectEqual(task.scope, nil)
    try expectEqual(task.waitedFor, ["receive outsiders"])
    try expectEqual(task.wait?.place?.file, thisFile)
  }
  let threads = dump.tasks.filter { $0.origin == .thread && $0.waitedFor == ["receive outsiders"] }
  try expectEqual(threads.count, 1)
  channel.close()
  _ = try await plain.value
  await group.value
}

private func names() async throws {
  let gate = Channel<Int>(.rendezvous, name: String(repeating: "channel ", count: 30))
  let names = [
    "names: Bestellungen für Gänse 🪿", "names: " + String(repeating: "x", count: 32),
    "names: " + String(repeating: "y", count: 33), "names: " + String(repeating: "z", count: 56),
    "names: " + String(repeating: "🪿", count: 100),
  ]
  try await withNursery(name: String(repeating: "nursery ", count: 30)) { nursery in
    for name in names { try nursery.start(name: name) { _ = try await gate.receive() } }
    for _ in 0..<3 { try nursery.start { _ = try await gate.receive() } }
    let dump = try await dump("all wait") { dump in
      dump.tasks.count { $0.wait?.cases.first?.resource?.name?.hasPrefix("channel channel ") == true } == 8
    }
    for name in names where name.utf8.count < 64 { _ = try dump.task(name) }
    let cut = dump.tasks.first { $0.name?.hasPrefix("names: 🪿") == true }?.name
    try expectEqual(cut?.utf8.prefix(63).count, 63)
    let nursery = String(String(repeating: "nursery ", count: 30).prefix(63))
    try expect(dump.scopes.contains { $0.name == nursery }, dump.text)
    try expect(dump.text.contains("    3 tasks (\(thisFile):"), dump.text)
    gate.close()
  }
}

private func turns() async throws {
  let (latch, semaphore) = (Latch(name: "turns: latch"), Semaphore(permits: 1, name: "turns: semaphore"))
  let gate = Channel<Int>(.rendezvous, name: "turns: gate")
  try await withNursery { nursery in
    try nursery.start(name: "turns: holder") { try await semaphore.withPermit { _ = try await gate.receive() } }
    _ = try await dump("it has the permit") { $0.tasks.contains { $0.waitedFor == ["receive turns: gate"] } }
    try nursery.start(name: "turns: waiting") { try await latch.wait() }
    try nursery.start(name: "turns: acquiring") { try await semaphore.withPermit {} }
    let dump = try await dump("all wait") { dump in
      dump.tasks.count { $0.name?.hasPrefix("turns: ") == true && $0.wait != nil } == 3
    }
    try expectEqual(try dump.task("turns: waiting").wait?.cases.map(\.resource?.kind), [.latch])
    try expectEqual(try dump.task("turns: acquiring").wait?.cases.map(\.resource?.kind), [.semaphore])
    let held = ": waits for semaphore \"turns: semaphore\", held by task \"turns: holder\" at \(thisFile):"
    try expect(dump.text.contains(held), dump.text)
    try expectEqual(try dump.channel("turns: semaphore").receivers.count, 1)
    latch.countDown()
    gate.close()
  }
}

private func limit() async throws {
  let gate = Channel<Int>(.rendezvous, name: "limit: gate")
  try await withNursery(name: "limit", limit: 2) { nursery in
    for _ in 0..<5 { try nursery.start(name: "limit: child") { _ = try await gate.receive() } }
    let dump = try await dump("two wait, three in line") { dump in
      dump.tasks.count { $0.waitedFor == ["receive limit: gate"] } == 2
        && dump.tasks.count { $0.name == "limit: child" && $0.activity == .inLine } == 3
    }
    try expect(dump.text.contains("task \"limit: child\" (\(thisFile):"), dump.text)
    try expect(dump.text.contains(": waits in line for the limit"), dump.text)
    gate.close()
  }
}

private func deep(_ depth: Int) async throws {
  let gate = Channel<Int>(.rendezvous, name: "deep: gate")
  @Sendable func descend(_ rest: Int) async throws {
    if rest == 0 {
      _ = try await gate.receive()
      return
    }
    try await withNursery(name: "deep") { nursery in try nursery.start { try await descend(rest - 1) } }
  }
  try await together(
    { try await descend(depth) },
    {
      let dump = try await dump("the innermost waits") { $0.tasks.contains { $0.waitedFor == ["receive deep: gate"] } }
      try expectEqual(dump.scopes.count { $0.name == "deep" }, depth)
      let line = dump.text.split(separator: "\n").first { $0.contains("waits to receive from channel \"deep: gate\"") }
      try expect((line?.prefix { $0 == " " }.count ?? 0) >= 4 * depth, "the innermost task is indented")
      try expect(dump.json.count > dump.dot.count / 8 && dump.dot.contains("deep"), "both are written")
      gate.close()
    })
}

private func ended() async throws {
  let channel = Channel<Int>(.buffered(1), name: "ended: channel")
  try await withNursery(name: "ended: nursery") { nursery in
    try nursery.start(name: "ended: child") { try await channel.send(1) }
  }
  let name: String? = try await {
    let other = Channel<Int>(.buffered(1), name: "ended: other")
    try await other.send(1)
    return other.name
  }()
  let dump = Inspection.dump()
  try expectEqual(dump.tasks.count { $0.name?.hasPrefix("ended: ") == true }, 0)
  try expectEqual(dump.scopes.count { $0.name?.hasPrefix("ended: ") == true }, 0)
  try expectEqual(dump.channels.count { $0.resource.name == name }, 0)
  try expectEqual(try dump.channel("ended: channel").count, 1)
}
