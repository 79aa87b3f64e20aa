// Task-locals: a child has those of the nursery's opener at the moment of opening, whoever starts it, and no other.
import CSP
import ChannelScenarios

extension Scenario {
  static let locals: [Scenario] = [
    Scenario("task-locals", "a child has the opener's, whoever starts it") { _ in try await openers() },
    Scenario("task-locals", "what a child sets is gone for the next") { load in try await noLeak(load) },
    Scenario("task-locals", "nurseries with different ones side by side do not mix them") { load in
      try await mixed(load)
    },
    Scenario("task-locals", "a value is let go when the nursery has returned") { _ in try await released() },
    Scenario("task-locals", "group children and async lets of a child have the child's") { _ in try await inherited() },
    Scenario("task-locals", "scopes, deadlines and shields keep those around") { _ in try await kept() },
  ]
}

enum Local {
  @TaskLocal static var number = 0
  @TaskLocal static var text = "none"
  @TaskLocal static var object: Held?
  static var both: String { "\(number) \(text)" }
}

final class Held: Sendable {
  let alive: Locked<Int>
  init(_ alive: Locked<Int>) {
    self.alive = alive
    alive.add(1)
  }
  deinit { alive.add(-1) }
}

private func openers() async throws {
  let (seen, handed, done) = (Log(), Channel<Nursery>(.rendezvous), Gate())
  let outsider = Local.$number.withValue(99) {
    Task {
      let nursery = try await handed.receive()!
      try nursery.start { seen.add("outsider's child: \(Local.both)") }
      done.open()
    }
  }
  try await Local.$number.withValue(1) {
    try await Local.$text.withValue("opener") {
      try await withNursery { nursery in
        try expectEqual(Local.both, "1 opener")
        try nursery.start { seen.add("body's child: \(Local.both)") }
        try Local.$number.withValue(2) {
          _ = try nursery.start { seen.add("body's child with other locals: \(Local.both)") }
        }
        try nursery.start {
          try await Local.$text.withValue("child") {
            try expectEqual(Local.both, "1 child")
            _ = try nursery.start {
              seen.add("sibling: \(Local.both)")
              try Local.$number.withValue(3) { _ = try nursery.start { seen.add("its sibling: \(Local.both)") } }
            }
            // A nursery that is opened here has these.
            try await withNursery { inner in
              _ = try inner.start { if Local.both != "1 child" { throw Failure("inner: \(Local.both)") } }
            }
          }
        }
        let port = try await Local.$number.withValue(4) {
          try await nursery.startAndWaitUntilReady { (ready: Ready<Int>) in ready(Local.number) }
        }
        try expectEqual(port, 1)
        try await handed.send(nursery)
        try await done.pass()
      }
      try expectEqual(Local.both, "1 opener")
    }
  }
  try await outsider.value
  try expectEqual(
    seen.current.sorted(),
    [
      "body's child with other locals: 1 opener", "body's child: 1 opener", "its sibling: 1 opener",
      "outsider's child: 1 opener", "sibling: 1 opener",
    ])
}

private func noLeak(_ load: Load) async throws {
  for opener in [0, 7] {
    try await Local.$number.withValue(opener) {
      try await withNursery { nursery in
        for number in 0..<max(300, load.operations / 10) {
          try nursery.start {
            try expectEqual(Local.both, "\(opener) none", "child \(number) before")
            try await Local.$number.withValue(1000 + number) {
              try await Local.$text.withValue("child \(number)") {
                if number.isMultiple(of: 3) { await Task.yield() }
                try expectEqual(Local.both, "\(1000 + number) child \(number)")
                // Out of the middle: by an error, or by cancellation.
                if number.isMultiple(of: 5) { throw CancellationError() }
              }
            }
            try expectEqual(Local.both, "\(opener) none", "child \(number) after")
          }
          if number.isMultiple(of: 16) { await Task.yield() }
        }
      }
      try expectEqual(Local.both, "\(opener) none")
    }
  }
}

private func mixed(_ load: Load) async throws {
  let jitter = Jitter(load.seed)
  try await withNursery { outer in
    for opener in 1...8 {
      try outer.start {
        for round in 0..<20 {
          try await Local.$number.withValue(opener * 1000 + round) {
            try await Local.$text.withValue("\(opener)") {
              try await withNursery { nursery in
                for number in 0..<6 {
                  try nursery.start {
                    try expectEqual(Local.both, "\(opener * 1000 + round) \(opener)", "seed \(load.seed)")
                    await jitter(UInt64(opener * 10_000 + round * 100 + number))
                    try expectEqual(Local.both, "\(opener * 1000 + round) \(opener)", "seed \(load.seed)")
                  }
                }
              }
            }
          }
          try expectEqual(Local.both, "0 none")
        }
      }
    }
  }
}

private func released() async throws {
  let alive = Locked(0)
  try await Local.$object.withValue(Held(alive)) {
    try await withNursery { nursery in
      for _ in 0..<10 {
        try nursery.start {
          try await Local.$object.withValue(Held(alive)) {
            await Task.yield()
            try expect(Local.object != nil, "a local is missing")
          }
        }
      }
    }
  }
  try await eventually("\(alive.current) values are alive") { alive.current == 0 }
  try expect(Local.object == nil, "a local outlived its scope")
}

private func inherited() async throws {
  try await Local.$number.withValue(5) {
    try await withNursery { nursery in
      try nursery.start {
        try await Local.$text.withValue("child") {
          async let one = Local.both
          try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<3 { group.addTask { Local.both } }
            for try await text in group { try expectEqual(text, "5 child") }
          }
          try expectEqual(await one, "5 child")
          try expectEqual(await Task { Local.both }.value, "5 child")
        }
      }
    }
  }
}

private func kept() async throws {
  let clock = ManualClock()
  try await Local.$number.withValue(6) {
    try await withCancelScope { _ in
      try await withDeadline(in: .seconds(1), clock: clock) {
        try await withShield {
          try await Local.$text.withValue("inside") {
            try await withShield(in: .seconds(1), clock: clock) { try expectEqual(Local.both, "6 inside") }
          }
          try expectEqual(Local.both, "6 none")
        }
      }
    }
  }
}
