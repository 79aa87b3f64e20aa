// A tree of TreeModel in real tasks: grown from a seed, driven by actions, its state observed through logs.
import CSP
import ChannelScenarios

/// Grows trees.
struct TreeGenerator {
  var random: SplitMix
  /// Numbers that were given.
  private(set) var next = 0
  private var seconds: [Int]

  init(seed: UInt64) {
    random = SplitMix(seed)
    // Each deadline has a second of its own.
    seconds = Array(1...200)
    seconds.shuffle(using: &random)
  }

  private mutating func number() -> Int {
    next += 1
    return next
  }

  mutating func tree(depth: Int) -> Tree {
    let choice = random.below(depth == 0 ? 3 : 12)
    switch choice {
    case 0, 1: return .leaf(number(), .quits)
    case 2: return .leaf(number(), random.below(2) == 0 ? .fails : .lingers)
    case 3: return .sequence(tree(depth: depth - 1), tree(depth: depth - 1))
    case 4, 5: return .scope(number(), tree(depth: depth - 1))
    case 6: return .deadline(number(), at: seconds.popLast() ?? 1000, tree(depth: depth - 1))
    case 7:
      let deadline = random.below(2) == 0 ? seconds.popLast() : nil
      return .shield(number(), deadline: deadline, tree(depth: depth - 1))
    default: return nursery(depth: depth)
    }
  }

  mutating func nursery(depth: Int) -> Tree {
    let (mine, collects) = (number(), random.below(3) == 0)
    let body = tree(depth: depth - 1)
    let children = (0..<random.below(4)).map { _ in tree(depth: depth - 1) }
    let late = (0..<random.below(3)).map { _ in tree(depth: depth - 1) }
    return .nursery(mine, collects: collects, body: body, children: children, late: late)
  }
}

private struct LeafError: Error { var number: Int }

/// What was observed of the leaves, and the ways to reach the nodes.
private struct Observed {
  var begun: Set<Int> = []
  var ended: Set<Int> = []
  var returned: Set<Int> = []
  var deadlines: [Int: Int?] = [:]
  var wrong: [String] = []
  var scopes: [Int: CancelScope] = [:]
  var nurseries: [Int: Nursery] = [:]
  var children: [Int: [Child<Void>]] = [:]
  /// Nodes that the driver cancelled.
  var requested: Set<Int> = []
}

final class TreeRunner: Sendable {
  private let clock = ManualClock()
  private let observed = Locked(Observed())
  /// True: fail.
  private let commands: [Channel<Bool>]
  private let task: Task<Void, any Error>
  private let box: Locked<TreeRunner?>

  init(_ tree: Tree, numbers: Int) {
    commands = (0...numbers).map { _ in Channel(.rendezvous) }
    let box = Locked<TreeRunner?>(nil)
    self.box = box
    let gate = Gate()
    task = Task {
      try await gate.pass()
      try await box.current!.run(tree)
    }
    box.withLock { $0 = self }
    gate.open()
  }

  // MARK: The tree in tasks

  private nonisolated(nonsending) func run(_ tree: Tree) async throws {
    switch tree {
    case .leaf(let number, let reaction): try await leaf(number, reaction)
    case .sequence(let first, let second):
      try await run(first)
      try await run(second)
    case .scope(let number, let inner):
      try await swallowing(number) {
        try await withCancelScope { scope in
          observed.withLock { $0.scopes[number] = scope }
          try await run(inner)
        }
      }
    case .deadline(let number, let second, let inner):
      defer { observed.withLock { _ = $0.returned.insert(number) } }
      try await withDeadline(.init(sinceStart: .seconds(second)), clock: clock) { try await run(inner) }
    case .shield(let number, let deadline, let inner):
      defer { observed.withLock { _ = $0.returned.insert(number) } }
      if let deadline {
        let time = Duration.seconds(deadline) - clock.now.sinceStart
        try await withShield(in: time, clock: clock) { try await run(inner) }
      } else {
        try await withShield { try await run(inner) }
      }
    case .nursery(let number, let collects, let body, let children, _):
      try await swallowing(number) {
        try await withNursery(name: "\(number)", onFailure: collects ? .collect : .cancel) { nursery in
          // Reachable before anything is started in it.
          observed.withLock { $0.nurseries[number] = nursery }
          for child in children { try start(child, number, nursery) }
          try await run(body)
        }
      }
    }
  }

  /// Catches what the driver's cancellation of a node made it throw.
  private nonisolated(nonsending) func swallowing(_ number: Int, _ body: Action) async throws {
    defer { observed.withLock { _ = $0.returned.insert(number) } }
    do { try await body() } catch {
      if isCancellation(error), observed.current.requested.contains(number) { return }
      throw error
    }
  }

  private func start(_ tree: Tree, _ number: Int, _ nursery: Nursery) throws {
    let child: Child<Void> = try nursery.start { try await self.run(tree) }
    observed.withLock { $0.children[number, default: []].append(child) }
  }

  private nonisolated(nonsending) func leaf(_ number: Int, _ reaction: Tree.Reaction) async throws {
    let deadline = currentDeadline(on: clock).map { Int($0.sinceStart.components.seconds) }
    observed.withLock {
      $0.begun.insert(number)
      $0.deadlines[number] = deadline
    }
    defer { observed.withLock { _ = $0.ended.insert(number) } }
    do {
      let command = commands[number]
      let fails: Bool
      if case .lingers = reaction {
        fails = try await withShield { try await command.receive() ?? false }
      } else {
        fails = try await command.receive() ?? false
      }
      if fails { throw LeafError(number: number) }
    } catch is CancellationError {
      if !Task.isCancelled { observed.withLock { $0.wrong.append("leaf \(number) was stopped but not cancelled") } }
      // Level-triggered.
      do {
        try await forever()
      } catch is CancellationError {}
      if case .fails = reaction { throw LeafError(number: number) }
      if case .lingers = reaction { observed.withLock { $0.wrong.append("leaf \(number): its shield broke") } }
      throw CancellationError()
    }
  }

  private func isCancellation(_ error: any Error) -> Bool {
    error is CancellationError || (error as? NurseryError)?.isCancellation == true
  }

  // MARK: Driving it

  func perform(_ action: TreeAction, late: Tree?) async throws {
    switch action {
    case .finish(let leaf): try await commands[leaf].send(false)
    case .fail(let leaf): try await commands[leaf].send(true)
    case .cancel(let number):
      observed.withLock { _ = $0.requested.insert(number) }
      let now = observed.current
      if let scope = now.scopes[number] {
        scope.cancel("\(number)")
      } else {
        now.nurseries[number]!.cancel("\(number)")
      }
    case .cancelChild(let nursery, let index): observed.current.children[nursery]![index].cancel()
    case .start(let number): try start(late!, number, observed.current.nurseries[number]!)
    case .advance(let second): clock.advance(by: .seconds(second) - clock.now.sinceStart)
    }
  }

  /// Waits until what has begun, ended and returned is what the model says.
  func settle(_ model: TreeModel) async throws {
    let expected = "\(model.begun.sorted()), \(model.ended.sorted()) and \(model.returned.sorted())"
    try await eventually("leaves begun, leaves ended and nodes returned: \(state), expected \(expected)") {
      let now = observed.current
      return now.wrong != [] || !now.begun.isSubset(of: model.begun) || !now.ended.isSubset(of: model.ended)
        || !now.returned.isSubset(of: model.returned)
        || now.begun == model.begun && now.ended == model.ended && now.returned == model.returned
    }
    let now = observed.current
    try expectEqual(now.wrong, [])
    try expectEqual(now.begun.sorted(), model.begun.sorted(), "leaves that have begun")
    try expectEqual(now.ended.sorted(), model.ended.sorted(), "leaves that have ended")
    try expectEqual(now.returned.sorted(), model.returned.sorted(), "nodes that have returned")
    for node in model.nodes {
      if case .leaf = node.kind, let found = now.deadlines[node.number] {
        try expectEqual(found, model.deadline(of: node.number), "currentDeadline of leaf \(node.number)")
      }
      if case .nursery = node.kind, let nursery = now.nurseries[node.number] {
        // A child that has nothing more to do may take a moment to be counted out.
        let alive = node.below.dropFirst().count { $0.result == nil }
        try await eventually("nursery \(node.number) counts \(alive) children, not \(nursery.childCount)") {
          nursery.childCount == alive
        }
        try expect(!nursery.isClosed, "nursery \(node.number) is closed while its body or a child runs")
      }
    }
  }

  private var state: String {
    let now = observed.current
    return "found \(now.begun.sorted()), \(now.ended.sorted()) and \(now.returned.sorted())"
  }

  /// Breaks the cycle that keeps it alive, and tells what came out.
  func finish() async -> TreeResult {
    defer { box.withLock { $0 = nil } }
    switch await task.result {
    case .success: return .value
    case .failure(let error): return isCancellation(error) ? .cancelled : .failed(translated(error))
    }
  }

  private func translated(_ error: any Error) -> TreeError {
    switch error {
    case let error as LeafError: .leaf(error.number)
    case is DeadlineExceeded: .exceeded
    case let error as NurseryError: .nursery(Int(error.nursery ?? "") ?? -1, error.errors.map { [translated($0)] })
    default: .leaf(-1)
    }
  }

  /// Ends what an unexpected state left, so that nothing is left behind.
  func abandon() async {
    task.cancel()
    for channel in commands { channel.close() }
    box.withLock { $0 = nil }
    _ = await task.result
  }

  /// Alarms that are left when nothing runs.
  var pendingAlarms: Int { clock.pendingAlarms }
}
