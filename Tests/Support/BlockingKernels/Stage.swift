// Where a kernel runs: a nursery of its own, watched by dumps.
import CSP
import CSPInspection
import ChannelScenarios

/// What a kernel works with.
struct Stage: Sendable {
  let number: Int
  let isFixed: Bool
  let nursery: Nursery
  let clock = ManualClock()
  let strays: Locked<[Task<Void, any Error>]>

  /// Starts a task in the kernel's nursery.
  @discardableResult func task(
    _ name: String, file: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Sendable () async throws -> Void
  ) throws -> Child<Void> {
    try nursery.start(name: "kernel \(number): \(name)", file: file, line: line, body)
  }

  /// Starts a task that belongs to nobody, as `go` does.
  func stray(_ name: String, _ body: @escaping @Sendable () async throws -> Void) {
    let task = Task(name: "kernel \(number): \(name)") { try await body() }
    strays.withLock { $0.append(task) }
  }

  /// Lets others run until it is so.
  func until(
    _ what: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line, _ condition: () -> Bool
  ) async throws {
    let deadline = ContinuousClock.now + patience
    var rounds = 0
    while !condition() {
      // A kernel that is cancelled ends.
      try Task.checkCancellation()
      rounds += 1
      if rounds.isMultiple(of: 64), ContinuousClock.now > deadline {
        throw Failure("still not so: \(what())", file: file, line: line)
      }
      await Task.yield()
    }
  }
}

extension BlockingKernel {
  private var nurseryName: String { "kernel \(number)" }

  /// Runs it with its bug until it is reported, checks whom the report names, and cancels it.
  ///
  /// - Returns: The report in words.
  @discardableResult public func showBug() async throws -> String {
    if case .leftBehind = report { return try await showLeak() }
    var words = ""
    try await withNursery { watch in
      let failure = Locked<(any Error)?>(nil)
      try watch.start {
        do {
          try await withNursery(name: nurseryName) { nursery in
            try await body(Stage(number: number, isFixed: false, nursery: nursery, strays: Locked([])))
          }
        } catch { failure.withLock { $0 = error } }
      }
      words = try await untilReported { failure.current }
      watch.cancel()
    }
    let after = try Inspection.dump().checked { ours($0).isEmpty }
    try expect(!after.tasks.contains { self.isOurs($0) }, "it was cancelled, and is still there:\n\(after.text)")
    return words
  }

  private func untilReported(_ failure: () -> (any Error)?) async throws -> String {
    let deadline = ContinuousClock.now + patience
    while true {
      let dump = Inspection.dump()
      let found = ours(dump)
      let rests = found.filter { if case .nursery = $0.cause { true } else { false } }
      let circles = found.filter { if case .nursery = $0.cause { false } else { true } }
      if case .rest = report, !circles.isEmpty { throw Failure("\(self): a circle that is none:\n\(dump.text)") }
      if let first = (report == .rest ? rests : circles).first {
        let waiting = first.tasks.filter { dump.tasks[$0].wait != nil }
        try expectEqual(names(waiting, in: dump), stuck, "\(self):\n\(dump.text)")
        try expect(dump.text.contains(report == .rest ? "nursery \"\(nurseryName)\"" : "deadlock: "), dump.text)
        return dump.text
      }
      if let failure = failure() { throw Failure("\(self): ended by \(failure)") }
      try expect(ContinuousClock.now < deadline, "\(self): nothing is reported:\n\(dump.text)")
      await Task.yield()
    }
  }

  private func showLeak() async throws -> String {
    let strays = Locked<[Task<Void, any Error>]>([])
    defer { for task in strays.current { task.cancel() } }
    do {
      try await expectNoLeaks(patience: .milliseconds(20)) {
        try await withNursery(name: nurseryName) { nursery in
          try await body(Stage(number: number, isFixed: false, nursery: nursery, strays: strays))
        }
      }
    } catch let leaks as LeaksFound {
      try expect(!leaks.isDeadlock, leaks.description)
      try expectEqual(Set(leaks.tasks.map { $0.name ?? "" }), stuck, leaks.description)
      for task in strays.current { task.cancel() }
      for task in strays.current { _ = await task.result }
      return leaks.description
    }
    throw Failure("\(self): no leak was found")
  }

  /// Runs it mended: it ends by itself, no dump on the way reports any of it, and nothing is left.
  public func showMend() async throws {
    let isOver = Locked(false)
    try await together(
      {
        defer { isOver.withLock { $0 = true } }
        try await expectNoLeaks {
          let strays = Locked<[Task<Void, any Error>]>([])
          try await withNursery(name: nurseryName) { nursery in
            try await body(Stage(number: number, isFixed: true, nursery: nursery, strays: strays))
          }
          for task in strays.current { try await task.value }
        }
      },
      {
        while !isOver.current {
          _ = try Inspection.dump().checked { ours($0).isEmpty }
          await Task.yield()
        }
      })
    _ = try Inspection.dump().checked { ours($0).isEmpty }
  }

  private func isOurs(_ task: InspectedTask) -> Bool { task.name?.hasPrefix("kernel \(number): ") == true }

  /// What is reported of this kernel.
  private func ours(_ dump: Dump) -> [Stuck] {
    dump.stuck.filter { $0.tasks.contains { isOurs(dump.tasks[$0]) } }
  }

  private func names(_ tasks: [Int], in dump: Dump) -> Set<String> {
    Set(tasks.map { dump.tasks[$0].name ?? "" })
  }
}

extension Dump {
  fileprivate func checked(_ condition: (Dump) -> Bool) throws -> Dump {
    try expect(condition(self), "reported by mistake:\n\(text)")
    return self
  }
}
