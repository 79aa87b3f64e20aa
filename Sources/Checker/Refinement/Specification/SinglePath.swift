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
  private var numbers: [Int32: Int32] = [:]
  private var settled: [Int32: Int32] = [:]
  private static let loop: Int32 = -1

  init(_ source: any StateGraph, _ budget: Budget) throws {
    graph = KnownGraph(source, budget)
    _ = try node(graph.initial)
  }

  var nodeCount: Int { states.count }
  var bytes: Int { graph.bytes + nodeCount * 28 + settled.capacity * 12 }

  func diverges(_ node: Int32) -> Bool { false }

  func events(_ node: Int32) throws -> [Int32] {
    let state = states[Int(node)]
    return state == Self.loop ? [] : try graph.offer(of: state) ?? []
  }

  func next(_ node: Int32, _ event: Int32) throws -> Int32? {
    let state = states[Int(node)]
    if state == Self.loop { return node }
    guard try events(node).contains(event) else { return nil }
    return try graph.edges(of: state).first { $0.label == event }.map { try self.node($0.target) }
  }

  func acceptances(_ node: Int32) throws -> [[Int32]] { [try events(node)] }

  private func node(_ state: Int32) throws -> Int32 {
    let settled = try settle(state)
    if let known = numbers[settled] { return known }
    let number = Int32(nodeCount)
    numbers[settled] = number
    states.append(settled)
    return number
  }

  private func settle(_ state: Int32) throws -> Int32 {
    var passed: [Int32] = [], on: Set<Int32> = [], at = state, end: Int32?
    while end == nil {
      if let known = settled[at] {
        end = known
      } else if !on.insert(at).inserted {
        end = Self.loop
      } else if let tau = try step(at) {
        passed.append(at)
        at = tau
      } else {
        end = at
      }
    }
    for state in passed { settled[state] = end }
    return end!
  }

  /// The τ to follow; nil in a settled state.
  private func step(_ state: Int32) throws -> Int32? {
    try graph.edges(of: state).first.flatMap { $0.label == EventID.tau ? $0.target : nil }
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
