import TransitionSystems

/// One deterministic behaviour of a process: after every trace it follows a single path of τ, always the first, to the
/// state in which it stands still. A process is deterministic, in failures-divergences, exactly if it refines this.
///
/// > Source: Roscoe, *Understanding Concurrent Systems*, chapter 10 (determinism); FDR's `deter`.
///
/// Invariants:
/// - I1: a settled state is stable; one that can do ✓ allows nothing else.
/// - I2: where the path is a loop, the node allows everything and leads to itself. The process itself diverges there
///   then, which the search finds since it passes the same states.
final class SinglePath: NodeSource {
  let graph: KnownGraph
  /// Node → its settled state; the loop's is −1.
  private var states: [Int32] = []
  /// Settled state → its node, −1 for none yet.
  private var numbers = NumberArray<Int32>(nothing: -1)
  private var loopNode: Int32?
  /// State → where its path ends, `unknown` for not yet.
  private var settled = NumberArray<Int32>(nothing: SinglePath.unknown)
  private static let loop: Int32 = -1, unknown: Int32 = -2

  init(_ source: any StateGraph, _ budget: Budget) throws {
    graph = KnownGraph(source, budget)
    _ = try node(graph.initial)
  }

  var nodeCount: Int { states.count }
  var bytes: Int { graph.bytes + nodeCount * 4 + numbers.bytes + settled.bytes }

  func diverges(_ node: Int32) -> Bool { false }

  func events(_ node: Int32) throws -> [Int32] {
    let state = states[Int(node)]
    return state == Self.loop ? [] : try graph.offer(of: state) ?? []
  }

  func next(_ node: Int32, _ event: Int32) throws -> Int32? {
    let state = states[Int(node)]
    if state == Self.loop { return node }
    // The state is stable: ✓, the smallest label, comes first.
    let edges = try graph.extent(of: state)
    if let first = edges.first, graph[first].label == EventID.tick, event != EventID.tick { return nil }
    return try edges.first { graph[$0].label == event }.map { try self.node(graph[$0].target) }
  }

  func acceptances(_ node: Int32) throws -> [[Int32]] { [try events(node)] }

  private func node(_ state: Int32) throws -> Int32 {
    let settled = try settle(state)
    let known = settled == Self.loop ? loopNode ?? -1 : numbers[settled]
    if known >= 0 { return known }
    let number = Int32(nodeCount)
    if settled == Self.loop { loopNode = number } else { numbers[settled] = number }
    states.append(settled)
    return number
  }

  private func settle(_ state: Int32) throws -> Int32 {
    var passed: [Int32] = [], at = state
    while settled[at] == Self.unknown {
      if let tau = try step(at) {
        // Until the end is known: who comes back here goes round.
        settled[at] = Self.loop
        passed.append(at)
        at = tau
      } else {
        settled[at] = at
      }
    }
    let end = settled[at]
    for state in passed { settled[state] = end }
    return end
  }

  /// The τ to follow; nil in a settled state.
  private func step(_ state: Int32) throws -> Int32? {
    guard let first = try graph.extent(of: state).first, graph[first].label == EventID.tau else { return nil }
    return graph[first].target
  }

  /// The path taken along `trace`, from the initial state to a settled one. `trace` must be possible, without a loop.
  func path(along trace: [Int32]) throws -> [ExplicitSystem.Edge] {
    var path: [ExplicitSystem.Edge] = [], at = graph.initial
    func settle() throws {
      while let tau = try step(at) {
        path.append(ExplicitSystem.Edge(label: EventID.tau, target: tau))
        at = tau
      }
    }
    try settle()
    for event in trace {
      guard let edge = try graph.edges(of: at).first(where: { $0.label == event }) else { break }
      path.append(edge)
      at = edge.target
      try settle()
    }
    return path
  }
}
