// Semaphore: first come, first served, whatever the wishes; every sequence of a few steps against a model.
import CSP
import ChannelScenarios

extension Scenario {
  static let semaphores: [Scenario] = [
    Scenario("semaphore", "every sequence of five steps goes as in the model") { _ in
      for steps in Step.sequences(5) { try await follow(steps) }
    },
    Scenario("semaphore", "no more run than there are permits, and all of them do") { load in
      let semaphore = Semaphore(permits: 3)
      let (inside, most) = (Locked(0), Locked(0))
      try await together(
        (0..<8).map { _ in
          {
            for _ in 0..<(load.operations / 40) {
              try await semaphore.withPermit {
                let now = inside.withLock {
                  $0 += 1
                  return $0
                }
                most.withLock { $0 = max($0, now) }
                await Task.yield()
                inside.add(-1)
              }
            }
          }
        })
      try expect((1...3).contains(most.current), "\(most.current) ran at once")
      try expectEqual(semaphore.available, 3)
    },
    Scenario("semaphore", "an error of the body gives the permits back") { _ in
      let semaphore = Semaphore(permits: 2)
      do {
        try await semaphore.withPermits(2) { throw Failure("expected") }
        throw Failure("did not throw")
      } catch let failure as Failure { try expectEqual(failure.message, "expected") }
      try expectEqual(semaphore.available, 2)
    },
    Scenario("semaphore", "a select takes a permit or none, and gives it back once") { _ in try await selecting() },
    Scenario("semaphore", "a select waits in line, and is not overtaken") { _ in
      let (semaphore, idle) = (Semaphore(permits: 0), Channel<Int>(.rendezvous))
      let selecting = Task {
        guard case .second(let permit) = try await select(idle.receiving, semaphore.acquiring) else {
          throw Failure("the idle channel")
        }
        return permit
      }
      try await eventually("the select waits") { semaphore.waiting == 1 }
      let second = Task { try await semaphore.acquire(2) }
      try await eventually("a task waits") { semaphore.waiting == 2 }
      semaphore.release(2)
      let permit = try await selecting.value
      try expectEqual(semaphore.available, 1)
      try expect(!semaphore.tryAcquire(), "overtook one that waits for two")
      permit.release()
      permit.release()
      try await second.value
      try expectEqual(semaphore.available, 0)
    },
    Scenario("semaphore", "inspectors see how many permits are waited for") { _ in
      let semaphore = Semaphore(permits: 1, name: "connections")
      let (here, there) = (mark(), mark())
      let task = Task { try await semaphore.acquire(3, line: here) }
      try await eventually("it waits") { semaphore.waiting == 1 }
      let idle = Channel<Int>(.rendezvous)
      let selecting = Task { _ = try await select(semaphore.acquiring, idle.receiving, line: there) }
      try await eventually("the select waits") { semaphore.waiting == 2 }
      try expectEqual(waits(at: here).map(\.amount), [3])
      try expectEqual(waits(at: here).map(\.resource), [.semaphore])
      try expectEqual(Set(waits(at: there).map(\.resource)), [.semaphore, .channel])
      semaphore.release(3)
      try await task.value
      try await selecting.value
    },
  ]
}

private enum Step: CaseIterable {
  case wantsOne, wantsTwo, releasesOne, releasesTwo, cancelsFirst, cancelsLast, tries

  static func sequences(_ length: Int) -> [[Step]] {
    guard length > 0 else { return [[]] }
    // Nothing to cancel, and nothing new to see, before somebody wants something.
    return sequences(length - 1).flatMap { rest in allCases.map { [$0] + rest } }
      .filter { $0[0] != .cancelsFirst && $0[0] != .cancelsLast || length < 5 }
  }
}

/// What a semaphore of one permit is, in a few lines: numbers of tasks, and what they wish.
private struct Model {
  var available = 1
  var line: [(task: Int, wish: Int)] = []
  var granted: Set<Int> = []

  mutating func grant() {
    while let first = line.first, first.wish <= available {
      available -= first.wish
      granted.insert(first.task)
      line.removeFirst()
    }
  }
}

private func follow(_ steps: [Step]) async throws {
  let semaphore = Semaphore(permits: 1)
  var model = Model()
  var tasks: [Task<Void, any Error>] = []
  let granted = Locked<Set<Int>>([])
  var cancelled: Set<Int> = []
  for step in steps {
    switch step {
    case .wantsOne, .wantsTwo:
      let (task, wish) = (tasks.count, step == .wantsOne ? 1 : 2)
      tasks.append(
        Task {
          try await semaphore.acquire(wish)
          granted.withLock { _ = $0.insert(task) }
        })
      model.line.append((task, wish))
    case .releasesOne, .releasesTwo:
      let count = step == .releasesOne ? 1 : 2
      semaphore.release(count)
      model.available += count
    case .cancelsFirst, .cancelsLast:
      guard !model.line.isEmpty else { continue }
      let (task, _) = step == .cancelsFirst ? model.line.removeFirst() : model.line.removeLast()
      tasks[task].cancel()
      cancelled.insert(task)
    case .tries:
      let isFree = model.line.isEmpty && model.available >= 1
      try expectEqual(semaphore.tryAcquire(), isFree, "\(steps): try")
      if isFree { model.available -= 1 }
    }
    model.grant()
    try await eventually("\(steps): \(model)") {
      semaphore.waiting == model.line.count && granted.current == model.granted
        && semaphore.available == model.available
    }
  }
  semaphore.release(2 * steps.count)
  try await end(tasks, cancelled: cancelled, "\(steps)")
}

private func selecting() async throws {
  let (semaphore, channel) = (Semaphore(permits: 1), Channel<Int>(.buffered(1)))
  guard case .first(let permit) = try await select(semaphore.acquiring, channel.receiving) else {
    throw Failure("the empty channel")
  }
  try expectEqual(semaphore.available, 0)
  _ = channel.trySend(1)
  guard case .second(1) = try await select(semaphore.acquiring, channel.receiving) else {
    throw Failure("a permit that is not there")
  }
  let waiting = Task {
    guard case .first(let permit) = try await select(semaphore.acquiring, channel.receiving) else {
      throw Failure("the empty channel")
    }
    permit.release()
  }
  try await eventually("the select waits") { semaphore.waiting == 1 }
  permit.release()
  try await waiting.value
  try expectEqual(semaphore.available, 1)
  // The other case happens while both wait: no permit is taken.
  try expect(semaphore.tryAcquire(), "the permit is there")
  let other = Task { try await select(semaphore.acquiring, channel.receiving) }
  try await eventually("the select waits") { semaphore.waiting == 1 }
  try await channel.send(2)
  guard case .second(2) = try await other.value else { throw Failure("the permit") }
  try expectEqual(semaphore.waiting, 0)
  semaphore.release()
  try expectEqual(semaphore.available, 1)
  // Forgotten, and given back all the same.
  do { _ = trySelect(semaphore.acquiring) }
  try expectEqual(semaphore.available, 1)
}
