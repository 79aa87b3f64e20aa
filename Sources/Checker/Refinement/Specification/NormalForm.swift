import TransitionSystems

/// A specification, normalised on demand: a node is the set of states in which a trace can have left it.
///
/// > Source: Roscoe, *The Theory and Practice of Concurrency*, appendix C (normalisation).
///
/// Invariants:
/// - I1: the members of a node are closed under τ, ascend, and are not empty; different nodes have different members.
/// - I2: `diverges` is asked for in the failures-divergences model alone, and costs nothing otherwise.
/// - I3: where a node cannot be made, the nodes are as before.
final class NormalForm: NodeSource {
  /// There are many more nodes than states: see ``Limits/normalFormNodes``.
  struct TooLarge: Error {}

  let graph: KnownGraph
  private let budget: Budget
  /// Nodes beyond which it may be too large; nil: it never is.
  private let nodeLimit: Int?
  private let findsDivergence: Bool
  private var divergence: DivergentStates

  /// The members of the nodes, by the nodes' numbers.
  private var sets = InternedSets()
  private var divergent: [Bool] = []
  /// State → the last closure that it was put into.
  private var marks = NumberArray<UInt32>(nothing: 0)
  private var closures: UInt32 = 0

  private static let nodesPerState = 4

  init(_ graph: KnownGraph, _ budget: Budget, findsDivergence: Bool, nodeLimit: Int? = nil) throws {
    self.graph = graph
    self.budget = budget
    self.nodeLimit = nodeLimit
    self.findsDivergence = findsDivergence
    divergence = DivergentStates(graph)
    _ = try node([graph.initial])
  }

  var nodeCount: Int { divergent.count }
  /// Whether there are many more nodes than states of the specification.
  var isOutOfProportion: Bool { nodeCount >= graph.stateCount * Self.nodesPerState }
  var bytes: Int { graph.bytes + sets.bytes + marks.bytes + nodeCount }

  func members(_ node: Int32) -> ArraySlice<Int32> { sets[node] }

  /// Whether every member of `a` is one of `b`: then `a` allows no more than `b` does.
  func isSubset(_ a: Int32, of b: Int32) -> Bool { sets.isSubset(a, of: b) }

  func diverges(_ node: Int32) -> Bool { divergent[Int(node)] }

  func events(_ node: Int32) throws -> [Int32] {
    var events: Set<Int32> = []
    for member in members(node) {
      for i in try graph.extent(of: member) where graph[i].label != EventID.tau { events.insert(graph[i].label) }
    }
    return events.sorted()
  }

  func next(_ node: Int32, _ event: Int32) throws -> Int32? {
    var targets: [Int32] = []
    for member in members(node) { try graph.appendTargets(of: member, by: event, to: &targets) }
    return targets.isEmpty ? nil : try self.node(targets)
  }

  func acceptances(_ node: Int32) throws -> [[Int32]] {
    var offers: Set<[Int32]> = []
    for member in members(node) {
      if let offer = try graph.offer(of: member) { offers.insert(offer) }
    }
    return minimal(offers)
  }

  /// The node that the states of `seeds` make.
  private func node(_ seeds: [Int32]) throws -> Int32 {
    let set = try closure(of: seeds)
    if let known = sets.number(of: set) { return known }
    if let nodeLimit, nodeCount >= nodeLimit, isOutOfProportion { throw TooLarge() }
    var diverges = false
    if findsDivergence { for seed in seeds where !diverges { diverges = try divergence.contains(seed) } }
    divergent.append(diverges)
    return sets.insert(set)
  }

  private func closure(of seeds: [Int32]) throws -> [Int32] {
    closures += 1
    var set: [Int32] = [], at = 0
    for seed in seeds { mark(seed, &set) }
    while at < set.count {
      try budget.tick()
      for i in try graph.extent(of: set[at]) {
        let edge = graph[i]
        // The smallest label.
        if edge.label != EventID.tau { break }
        mark(edge.target, &set)
      }
      at += 1
    }
    set.sort()
    return set
  }

  private func mark(_ state: Int32, _ set: inout [Int32]) {
    if marks[state] == closures { return }
    marks[state] = closures
    set.append(state)
  }
}

/// The sets of which no other is a subset, small ones first.
func minimal(_ sets: Set<[Int32]>) -> [[Int32]] {
  var chosen: [[Int32]] = []
  for set in sets.sorted(by: { ($0.count, $0) < ($1.count, $1) })
  where !chosen.contains(where: { isSubset($0, of: set) }) { chosen.append(set) }
  return chosen
}

/// Both ascend.
private func isSubset(_ a: [Int32], of b: [Int32]) -> Bool {
  var at = 0
  for x in a {
    while at < b.count, b[at] < x { at += 1 }
    if at == b.count || b[at] != x { return false }
    at += 1
  }
  return true
}

private func < (a: (Int, [Int32]), b: (Int, [Int32])) -> Bool {
  a.0 != b.0 ? a.0 < b.0 : a.1.lexicographicallyPrecedes(b.1)
}
