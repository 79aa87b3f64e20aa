// Dumps of a program that goes on: what they say of a task is true of that task, however short it lives.
import CSP
import CSPInspection
import ChannelScenarios

extension Scenario {
  static let livingDumps: [Scenario] = [
    Scenario("inspection", "a wait is never shown as another task's, though tasks are pooled") { load in
      try await attribution(load.operations)
    },
    Scenario("inspection", "no scope is shown without the task that opened it, however short it lives") { load in
      try await chains(load.operations)
    },
    Scenario("inspection", "dumps go on while selects, deadlines, cancellations and clocks come and go") { load in
      try await churn(load.operations)
    },
  ]
}

/// Makes dumps, one after the other in as many tasks, and checks each, until the work has ended.
private func dumping(
  by dumpers: Int = 1, _ check: @escaping @Sendable (Dump) throws -> Void, while work: @escaping Job
) async throws {
  let isOver = Locked(false)
  let checking: Job = {
    while !isOver.current {
      try check(Inspection.dump())
      await Task.yield()
    }
  }
  let working: Job = {
    defer { isOver.withLock { $0 = true } }
    try await work()
  }
  try await together([Job](repeating: checking, count: dumpers) + [working])
}

/// Opens a nursery that the body starts waiting tasks in, until a dump has seen one more of them: however rounds and dumps
/// fell together.
private func waitUntilSeen(
  _ seen: Locked<Int>, _ name: String, _ start: @Sendable (Nursery) throws -> Void
) async throws {
  let before = seen.current
  try await withNursery(name: name) { nursery in
    try start(nursery)
    while seen.current == before && !Task.isCancelled { await Task.yield() }
    nursery.cancel()
  }
}

/// Children of five kinds, thousands after each other, in nurseries that open and close. Each waits only for the channel,
/// and at the line, of its kind.
private func attribution(_ count: Int) async throws {
  let kinds = (0..<5).map { Channel<Int>(.rendezvous, name: "kind \($0)") }
  let seen = Locked(0)
  try await dumping { dump in
    for task in dump.tasks {
      guard let name = task.name, name.hasPrefix("kind "), let wait = task.wait else { continue }
      seen.add()
      try expectEqual(wait.cases.count, 1, dump.text)
      try expectEqual(wait.cases[0].resource?.name, name, dump.text)
      try expectEqual(wait.place, task.place, dump.text)
    }
    for (index, scope) in dump.scopes.enumerated() where scope.name == "kinds" {
      for task in scope.tasks { try expectEqual(dump.tasks[task].scope, index) }
    }
  } while: {
    var round = 0
    while round * 20 < count {
      try await withNursery(name: "kinds") { nursery in
        for kind in kinds {
          for _ in 0..<2 {
            try nursery.start(name: kind.name) { try await kind.send(1) }
            try nursery.start(name: kind.name) { _ = try await kind.receive() }
          }
        }
      }
      round += 1
    }
    try await waitUntilSeen(seen, "kinds") { nursery in
      for kind in kinds { try nursery.start(name: kind.name) { _ = try await kind.receive() } }
    }
  }
}

/// Nurseries in nurseries, thousands after each other, by tasks that are pooled. Each has the name of the task that opens
/// it, which the innermost task says as well, by the channel that it waits for.
private func chains(_ count: Int) async throws {
  let links = (0..<3).map { Channel<Int>(.rendezvous, name: "link \($0)") }
  let seen = Locked(0)
  @Sendable func open(_ link: Channel<Int>, depth: Int) async throws {
    guard depth > 0 else {
      _ = try? await link.receive()
      return
    }
    try await withNursery(name: link.name) { nursery in
      try nursery.start(name: link.name) { try await open(link, depth: depth - 1) }
    }
  }
  @Sendable func startLinks(in nursery: Nursery) throws {
    for link in links { try nursery.start(name: link.name) { try await open(link, depth: 3) } }
  }
  try await dumping { dump in
    for scope in dump.scopes where scope.name?.hasPrefix("link ") == true {
      let opener = dump.tasks[scope.opener]
      try expectEqual(opener.name, scope.name, dump.text)
      try expectEqual(opener.origin, .child, dump.text)
    }
    for task in dump.tasks where task.name?.hasPrefix("link ") == true {
      guard let wait = task.wait else { continue }
      seen.add()
      try expectEqual(wait.cases[0].resource?.name, task.name, dump.text)
      var (outer, depth) = (task, 0)
      while let scope = outer.scope, dump.scopes[scope].name != "links" {
        outer = dump.tasks[dump.scopes[scope].opener]
        depth += 1
        try expectEqual(outer.name, task.name, dump.text)
      }
      try expectEqual(depth, 3, dump.text)
    }
  } while: {
    let gate = Channel<Void>(.rendezvous)
    try await withNursery { others in
      defer { gate.close() }
      // With so many others, a look at all scopes takes longer than one of these lives.
      for _ in 0..<300 {
        try others.start { try await withNursery { try $0.start { _ = try await gate.receive() } } }
      }
      for _ in 0..<count / 10 {
        try await withNursery(name: "links") { nursery in
          try startLinks(in: nursery)
          for link in links { try nursery.start(name: "server") { try? await link.send(1) } }
          // A task that has opened a nursery runs another child of the same nursery next.
          try await nursery.start(name: "link opener") {
            try await withNursery(name: "link opener") { _ in await Task.yield() }
          }.value
          try await nursery.start(name: "link") { for _ in 0..<9 { await Task.yield() } }.value
        }
      }
      try await waitUntilSeen(seen, "links", startLinks)
    }
  }
}

/// Every structure that a dump reads is made, changed and given back at once, under it.
private func churn(_ count: Int) async throws {
  try await dumping(by: 2) { dump in
    for task in dump.tasks { if let scope = task.scope { try expect(dump.scopes.indices.contains(scope), "") } }
    for channel in dump.channels {
      try expect((channel.senders + channel.receivers).allSatisfy { dump.tasks[$0].wait != nil }, dump.text)
    }
    try expect(!dump.text.isEmpty && !dump.json.isEmpty && !dump.dot.isEmpty, "")
  } while: {
    for round in 0..<count / 20 {
      let clock = ManualClock()
      let (one, two) = (Channel<Int>(.rendezvous, name: "one"), Channel<Int>(.buffered(1)))
      let long = String(repeating: "long ", count: 12)
      _ = try? await withNursery(name: long) { nursery in
        let sleeper = try nursery.start(name: long) { try await clock.sleep(for: .seconds(1)) }
        let other = try nursery.start {
          _ = try await select(one.receiving, two.receiving, after(.seconds(2), clock: clock))
        }
        try nursery.start(name: "awaiting") { _ = try? await other.value }
        try nursery.start { try? await withDeadline(in: .seconds(3), clock: clock) { _ = try await one.receive() } }
        try nursery.start { try? await withShield { try? await two.send(1) } }
        if round % 3 == 0 { sleeper.cancel() }
        if round % 5 == 0 { await Task.yield() }
        clock.advance(by: .seconds(round % 4))
        if round % 2 == 0 { clock.advance(by: .seconds(5)) } else { one.close() }
        // Whoever set its alarm after that would wait for ever.
        nursery.cancel()
      }
    }
  }
}
