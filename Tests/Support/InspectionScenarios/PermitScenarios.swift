// Who holds a permit, and who waits for whom by that.
import CSP
import CSPInspection
import ChannelScenarios

extension Scenario {
  static let permits: [Scenario] = [
    Scenario("permits", "who holds some is shown in every form, with place and number") { _ in try await holders() },
    Scenario("permits", "a task that Martlet did not start is shown while it holds, and not after") { _ in
      try await outsider()
    },
    Scenario("permits", "what was taken without a scope belongs to nobody, and is no deadlock") { _ in
      try await unscoped()
    },
    Scenario("permits", "a holder that can go on is no deadlock, however many wait") { load in
      try await movingHolder(load.operations / 20)
    },
    Scenario("permits", "a nursery at rest names what its permits wait for, and not the permits") { _ in
      try await restingHolder()
    },
  ]
    + Circle.all.map { circle in
      Scenario("permits", "\(circle.name) is a deadlock, whoever else runs") { _ in try await circle.find() }
    }
}

private let thisFile = "InspectionScenarios/PermitScenarios.swift"

private func holders() async throws {
  let semaphore = Semaphore(permits: 4, name: "holders: four")
  let gate = Channel<Void>(.rendezvous, name: "holders: gate")
  try await withNursery { nursery in
    let line = #line + 1
    try nursery.start(name: "holders: two") { try await semaphore.withPermits(2) { _ = try await gate.receive() } }
    try nursery.start(name: "holders: one") { try await semaphore.withPermit { _ = try await gate.receive() } }
    let holding = try await dump("both hold") { dump in
      dump.channels.contains { $0.resource.name == "holders: four" && $0.holders.count == 2 }
    }
    let words = "semaphore \"holders: four\": 0 waiting, 1 of 4 permits free, held by task"
    try expect(holding.text.contains(words), holding.text)
    try nursery.start(name: "holders: waiting") { try await semaphore.withPermits(3) {} }
    let dump = try await dump("one waits") { dump in
      dump.channels.contains { $0.resource.name == "holders: four" && $0.receivers.count == 1 }
    }
    let found = try dump.channel("holders: four")
    try expectEqual(found.count, 1)
    try expectEqual(found.capacity, 4)
    let two = found.holders.first { dump.tasks[$0.task].name == "holders: two" }
    try expectEqual(two?.permits, 2)
    try expectEqual(two?.place, SourcePlace(file: thisFile, line: Int(line)))
    try expectEqual(found.holders.first { dump.tasks[$0.task].name == "holders: one" }?.permits, 1)
    let waiting = try dump.task("holders: waiting")
    try expectEqual(waiting.wait?.cases.map(\.permits), [3])
    for words in [
      "waits for 3 permits of semaphore \"holders: four\", held by task \"holders: ",
      "task \"holders: two\" (2 permits)",
    ] { try expect(dump.text.contains(words), "\(words) in\n\(dump.text)") }
    try expect(dump.json.contains("\"permits\":2,\"place\":\"\(thisFile):\(line)\""), dump.json)
    let (index, identifier) = (two!.task, found.resource.identifier)
    try expect(dump.dot.contains("  r\(identifier) -> t\(index) [label=\"held by\"];"), dump.dot)
    gate.close()
  }
  let after = Inspection.dump()
  try expectEqual(try after.channel("holders: four").holders, [])
  try expectEqual(try after.channel("holders: four").count, 4)
}

private func outsider() async throws {
  let semaphore = Semaphore(permits: 1, name: "outsider")
  try await semaphore.withPermit {
    let held = Inspection.dump()
    try expectEqual(try held.channel("outsider").holders.count, 1)
    try expect(held.text.contains("semaphore \"outsider\": 0 waiting, 0 of 1 permit free, held by "), held.text)
  }
  try expectEqual(try Inspection.dump().channel("outsider").holders, [])
}

/// What is stuck and concerns tasks of these names.
private func stuck(_ prefix: String, in dump: Dump) -> [Stuck] {
  dump.stuck.filter { $0.tasks.contains { dump.tasks[$0].name?.hasPrefix(prefix) == true } }
}

private func unscoped() async throws {
  let (one, made) = (Semaphore(permits: 1, name: "unscoped: one"), Semaphore(permits: 0, name: "unscoped: made"))
  let isOver = Locked(false)
  try await one.acquire()
  made.release()
  try await withNursery { nursery in
    // It holds one of those that are made, and waits for the next: anybody may make it.
    try nursery.start(name: "unscoped: user") { try await made.withPermit { try await made.withPermit {} } }
    try nursery.start(name: "unscoped: waiting") { try await one.withPermit {} }
    try nursery.start(name: "unscoped: busy") { while !isOver.current && !Task.isCancelled { await Task.yield() } }
    let dump = try await dump("both wait") { dump in
      dump.tasks.count { $0.name?.hasPrefix("unscoped: ") == true && $0.wait != nil } == 2
    }
    try expectEqual(try dump.channel("unscoped: one").holders, [])
    try expectEqual(try dump.channel("unscoped: made").holders.count, 1)
    try expectEqual(stuck("unscoped: ", in: dump).count, 0, dump.text)
    one.release()
    made.release()
    isOver.withLock { $0 = true }
  }
}

private func movingHolder(_ rounds: Int) async throws {
  let semaphore = Semaphore(permits: 2, name: "moving holder")
  let isOver = Locked(false)
  try await together(
    {
      defer { isOver.withLock { $0 = true } }
      try await withNursery(name: "moving holder") { nursery in
        for _ in 0..<6 {
          try nursery.start(name: "moving holder") {
            for round in 0..<rounds {
              try await semaphore.withPermits(round % 2 + 1) { await Task.yield() }
            }
          }
        }
      }
    },
    {
      while !isOver.current {
        let dump = Inspection.dump()
        try expectEqual(stuck("moving holder", in: dump).count, 0, dump.text)
        await Task.yield()
      }
    })
}

private func restingHolder() async throws {
  let semaphore = Semaphore(permits: 1, name: "resting: permit")
  let gate = Channel<Void>(.rendezvous, name: "resting: gate")
  try await together(
    {
      try await withNursery(name: "resting holder") { nursery in
        try nursery.start(name: "resting: holder") { try await semaphore.withPermit { _ = try await gate.receive() } }
        try await eventually("it has the permit") { semaphore.available == 0 }
        try nursery.start(name: "resting: waiting") { try await semaphore.withPermit {} }
      }
    },
    {
      defer { gate.close() }
      let dump = try await dump("the nursery is at rest") { !stuck("resting: waiting", in: $0).isEmpty }
      let found = stuck("resting: ", in: dump)
      try expectEqual(found.count, 1, dump.text)
      try expectEqual(found[0].outside.map(\.name), ["resting: gate"], dump.text)
      let names = Set(found[0].tasks.compactMap { dump.tasks[$0].name })
      try expect(names.isSuperset(of: ["resting: holder", "resting: waiting"]), dump.text)
    })
}

/// Tasks that wait for each other, and whom the report must name.
private struct Circle: Sendable {
  var name: String
  var cause: Stuck.Cause = .cycle
  var tasks: Set<String>
  /// Starts them, named after the circle.
  var start: @Sendable (Nursery, Barriers) async throws -> Void

  /// Lets tasks go on when all of them have come so far.
  struct Barriers: Sendable {
    var both = Latch(count: 2)
    var three = Latch(count: 3)
    func meet(_ latch: any KeyPath<Barriers, Latch> & Sendable) async throws {
      self[keyPath: latch].countDown()
      try await self[keyPath: latch].wait()
    }
  }

  nonisolated(nonsending) func find() async throws {
    let isOver = Locked(false)
    try await withNursery(name: "permits: circle") { nursery in
      try nursery.start(name: "busy") { while !isOver.current && !Task.isCancelled { await Task.yield() } }
      try await start(nursery, Barriers())
      let dump = try await dump("\(name) is found") { dump in
        dump.stuck.contains { $0.cause == cause && Set($0.tasks.compactMap { dump.tasks[$0].name }) == tasks }
      }
      // A nursery within may be at rest beside it.
      let circles = dump.stuck.filter { [.cycle, .knot].contains($0.cause) }
      let found = circles.first { $0.tasks.contains { tasks.contains(dump.tasks[$0].name ?? "") } }!
      try expectEqual(circles.count, 1, dump.text)
      try expect(found.isCertain, "nobody else can end it")
      let one = "1 task that waits for what it holds itself"
      let head = tasks.count == 1 ? one : "\(tasks.count) tasks that wait for each other"
      try expect(dump.text.contains("deadlock: " + head), dump.text)
      try expect(dump.json.contains("\"cause\":\"\(cause == .knot ? "knot" : "cycle")\""), dump.json)
      isOver.withLock { $0 = true }
      nursery.cancel()
    }
  }

  static let all = [
    Circle(name: "a task that waits for the permit that it holds", tasks: ["circle: itself"]) { nursery, _ in
      let one = Semaphore(permits: 1, name: "circle: one")
      try nursery.start(name: "circle: itself") { try await one.withPermit { try await one.withPermit {} } }
    },
    Circle(
      name: "two that take two permits in different order", tasks: ["circle: AB", "circle: BA"]
    ) { nursery, barriers in
      let (a, b) = (Semaphore(permits: 1, name: "circle: A"), Semaphore(permits: 1, name: "circle: B"))
      try nursery.start(name: "circle: AB") {
        try await a.withPermit {
          try await barriers.meet(\.both)
          try await b.withPermit {}
        }
      }
      try nursery.start(name: "circle: BA") {
        try await b.withPermit {
          try await barriers.meet(\.both)
          try await a.withPermit {}
        }
      }
    },
    Circle(
      name: "three that hold all permits and want one more each", cause: .knot,
      tasks: ["circle: first", "circle: second", "circle: third"]
    ) { nursery, barriers in
      let three = Semaphore(permits: 3, name: "circle: three")
      for name in ["circle: first", "circle: second", "circle: third"] {
        try nursery.start(name: name) {
          try await three.withPermit {
            try await barriers.meet(\.three)
            try await three.withPermit {}
          }
        }
      }
    },
    Circle(
      name: "a second permit behind one who waits for all of them", tasks: ["circle: reader", "circle: writer"]
    ) { nursery, _ in
      let many = Semaphore(permits: 8, name: "circle: eight")
      try nursery.start(name: "circle: reader") {
        try await many.withPermit {
          try await eventually("the writer waits") { many.waiting == 1 }
          try await many.withPermit {}
        }
      }
      try await eventually("the reader holds") { many.available == 7 }
      try nursery.start(name: "circle: writer") { try await many.withPermits(8) {} }
    },
    Circle(
      name: "a holder that waits for a child that waits for the permit", tasks: ["circle: holder", "circle: child"]
    ) { nursery, _ in
      let one = Semaphore(permits: 1, name: "circle: one")
      try nursery.start(name: "circle: holder") {
        try await one.withPermit {
          try await withNursery { inner in try inner.start(name: "circle: child") { try await one.withPermit {} } }
        }
      }
    },
    Circle(
      name: "one that awaits a task in line for the limit that it takes up",
      tasks: ["circle: running", "circle: in line"]
    ) { nursery, _ in
      try nursery.start(name: "circle: outer") {
        try await withNursery(limit: 1) { inner in
          let handles = Channel<Child<Void>>(.buffered(1))
          try inner.start(name: "circle: running") { () async throws -> Void in
            if let next = try await handles.receive() { try? await next.value }
          }
          try await handles.send(try inner.start(name: "circle: in line") {})
        }
      }
    },
  ]
}
