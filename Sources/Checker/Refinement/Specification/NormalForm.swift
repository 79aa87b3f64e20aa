import TransitionSystems

/// A specification, normalised on demand: a node is the set of states in which a trace can have left it.
///
/// > Source: Roscoe, *The Theory and Practice of Concurrency*, appendix C (normalisation).
///
/// Invariants:
/// - I1: the members of a node are closed under τ, ascend, and are not empty; different nodes have different members.
/// - I2: `diverges` is asked for in the failures-divergences model alone, and costs nothing otherwise.
final class NormalForm: NodeSource {
  let graph: KnownGraph
  private let findsDivergence: Bool
  private var divergence: DivergentStates

  // Node → members, as a range of `members`.
  private var starts: [Int] = [0]
  private var members: [Int32] = []
  private var divergent: [Bool] = []
  private var numbers: [[Int32]: Int32] = [:]
  /// State → the node of it alone, −1 for none: most nodes of most specifications.
  private var singletons = NumberArray<Int32>(nothing: -1)

  init(_ source: any StateGraph, _ budget: Budget, findsDivergence: Bool) throws {
    graph = KnownGraph(source, budget)
    self.findsDivergence = findsDivergence
    divergence = DivergentStates(graph)
    _ = try node([graph.initial])
  }

  var nodeCount: Int { divergent.count }
  // A larger set is stored twice: in `members` and as a key of `numbers`.
  var bytes: Int { graph.bytes + singletons.bytes + members.count * 8 + nodeCount * 9 + numbers.count * 64 }

  func members(_ node: Int32) -> ArraySlice<Int32> { members[starts[Int(node)]..<starts[Int(node) + 1]] }

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
    for member in members(node) {
      for i in try graph.extent(of: member) where graph[i].label == event { targets.append(graph[i].target) }
    }
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
    let known = set.count == 1 ? singletons[set[0]] : numbers[set] ?? -1
    if known >= 0 { return known }
    var diverges = false
    if findsDivergence { for seed in seeds where !diverges { diverges = try divergence.contains(seed) } }
    let number = Int32(nodeCount)
    if set.count == 1 { singletons[set[0]] = number } else { numbers[set] = number }
    members += set
    starts.append(members.count)
    divergent.append(diverges)
    return number
  }

  private func closure(of seeds: [Int32]) throws -> [Int32] {
    if seeds.count == 1, try graph.extent(of: seeds[0]).first.map({ graph[$0].label }) != EventID.tau { return seeds }
    var set = Set(seeds), todo = seeds
    while let state = todo.popLast() {
      for i in try graph.extent(of: state) {
        let edge = graph[i]
        if edge.label == EventID.tau, set.insert(edge.target).inserted { todo.append(edge.target) }
      }
    }
    return set.sorted()
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
