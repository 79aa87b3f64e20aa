import TransitionSystems

/// Which states of a graph can perform τ for ever, found by depth-first search along τ and remembered.
struct DivergentStates {
  private let graph: KnownGraph
  /// Whether a state diverges, where that is decided.
  private var known = NumberArray<Bool?>(nothing: nil)

  init(_ graph: KnownGraph) { self.graph = graph }

  /// Whether a τ-cycle can be reached from `root` by τ.
  mutating func contains(_ root: Int32) throws -> Bool {
    if let answer = known[root] { return answer }
    // The path from the root, with each state's edges still to be followed; all of it can reach its last state.
    var path: [(state: Int32, edges: Range<Int>)] = [(root, try graph.extent(of: root))]
    var onPath: Set<Int32> = [root]
    while let (state, edges) = path.last {
      guard let i = edges.first, graph[i].label == EventID.tau else {
        // τ is the smallest label: no more of them.
        known[state] = false
        onPath.remove(state)
        path.removeLast()
        continue
      }
      path[path.count - 1].edges = edges.dropFirst()
      let target = graph[i].target
      if onPath.contains(target) || known[target] == true {
        for step in path { known[step.state] = true }
        return true
      }
      if known[target] == nil {
        path.append((target, try graph.extent(of: target)))
        onPath.insert(target)
      }
    }
    return false
  }
}
