// Random trees of nurseries, scopes, deadlines and shields, driven at random and compared with the model step by step.
import CSP
import ChannelScenarios

extension Scenario {
  static let trees: [Scenario] = [
    Scenario("nursery trees", "a tree does what the model says, action by action") { load in
      for round in 0..<max(50, load.operations / 10) { try await drive(seed: load.seed &+ UInt64(round), depth: 3) }
    },
    Scenario("nursery trees", "a deep tree does what the model says") { load in
      for round in 0..<max(10, load.operations / 200) {
        try await drive(seed: load.seed &+ 1_000_000 &+ UInt64(round), depth: 7)
      }
    },
    Scenario("nursery trees", "the model finds what is wrong") { _ in try modelSelfTest() },
  ]
}

private func drive(seed: UInt64, depth: Int) async throws {
  var generator = TreeGenerator(seed: seed)
  let tree = generator.nursery(depth: depth)
  var model = TreeModel(tree)
  let runner = TreeRunner(tree, numbers: generator.next)
  var done: [TreeAction] = []
  do {
    try await runner.settle(model)
    while !model.isOver {
      let actions = model.actions
      let action = actions[generator.random.below(actions.count)]
      var late: Tree?
      if case .start(let number) = action {
        late =
          model.nodes.first { node in if case .nursery = node.kind { node.number == number } else { false } }!.late[0]
      }
      done.append(action)
      model.perform(action)
      try await runner.perform(action, late: late)
      // From here on the documentation lets more than one thing come out.
      if model.isOpen { return await runner.abandon() }
      try await runner.settle(model)
      if done.count > 10_000 { throw Failure("it does not end") }
    }
    let (found, expected) = (await runner.finish(), model.root.result!)
    switch (expected, found) {
    case (.failed(let allowed), .failed(let error)):
      try expect(allowed.allows(error), "found \(error), expected \(allowed)")
    default: try expectEqual(found, expected)
    }
    try expectEqual(runner.pendingAlarms, 0, "alarms left")
  } catch {
    await runner.abandon()
    throw Failure("seed \(seed), depth \(depth), \(tree), after \(done): \(error)")
  }
}

/// A comparison that cannot fail would be worth nothing.
private func modelSelfTest() throws {
  let expected = TreeError.nursery(1, [[.leaf(2)], [.leaf(3), .nursery(4, [[.leaf(5)], [.leaf(6)]])]])
  func seen(_ errors: TreeError...) -> TreeError { .nursery(1, errors.map { [$0] }) }
  let inner = TreeError.nursery(4, [[.leaf(5)], [.leaf(6)]])
  for right in [seen(.leaf(2), .leaf(3), inner), seen(.leaf(2), inner, .leaf(3))] {
    try expect(expected.allows(right), "\(right)")
  }
  let wrong = [
    seen(.leaf(3), .leaf(2), inner), seen(.leaf(2), .leaf(3)), seen(.leaf(2), .leaf(3), inner, inner), .leaf(2),
    seen(.leaf(2), .leaf(3), .nursery(4, [[.leaf(6)], [.leaf(5)]])), seen(.leaf(2), .leaf(3), .exceeded),
  ]
  let floating = TreeError.nursery(1, [[.leaf(2)], [.leaf(3)]], body: .leaf(4))
  try expect(floating.allows(seen(.leaf(2), .leaf(4), .leaf(3))), "a body's error may stand anywhere")
  try expect(!floating.allows(seen(.leaf(3), .leaf(4), .leaf(2))), "the others may not")
  try expect(!floating.allows(seen(.leaf(2), .leaf(3))), "it may not be missing")
  for wrong in wrong { try expect(!expected.allows(wrong), "\(wrong)") }

  // By hand: a failure cancels, a shield holds, a deadline is the child's own failure.
  var model = TreeModel(
    .nursery(
      1, collects: false, body: .leaf(2, .quits),
      children: [.leaf(3, .fails), .shield(4, deadline: 9, .leaf(5, .quits)), .deadline(6, at: 5, .leaf(7, .quits))],
      late: []))
  model.perform(.advance(to: 5))
  try expectEqual(model.ended, [2, 3, 7])
  try expect(!model.isOver, "the shield holds")
  model.perform(.advance(to: 9))
  try expectEqual(model.root.result, .failed(.nursery(1, [[.exceeded, .leaf(3)], [.exceeded]])))
}
