import TransitionSystems

/// Paths of a graph that show a given trace.
struct TracePaths {
  typealias Edge = ExplicitSystem.Edge
  let graph: KnownGraph
  let trace: [Int32]

  /// A shortest path from the initial state that performs all of the trace, τ aside, and ends in a state that `accepts`.
  func shortest(where accepts: (Int32) throws -> Bool) throws -> [Edge]? {
    struct Place: Hashable { var state: Int32, done: Int }
    let start = Place(state: graph.initial, done: 0)
    var order = [start], parents: [Place: (from: Place, edge: Edge)] = [:], seen: Set<Place> = [start], at = 0
    while at < order.count {
      let place = order[at]
      at += 1
      if place.done == trace.count, try accepts(place.state) {
        var path: [Edge] = [], back = place
        while let (from, edge) = parents[back] {
          path.append(edge)
          back = from
        }
        return path.reversed()
      }
      for edge in try graph.edges(of: place.state) {
        var next = Place(state: edge.target, done: place.done)
        if edge.label != EventID.tau {
          guard place.done < trace.count, trace[place.done] == edge.label else { continue }
          next.done += 1
        }
        if seen.insert(next).inserted {
          parents[next] = (place, edge)
          order.append(next)
        }
      }
    }
    return nil
  }

  /// From a state that can perform τ for ever: the τ to a loop, and the loop.
  func loop(from state: Int32) throws -> (stem: [Edge], loop: [Edge])? {
    var path: [(state: Int32, edges: Range<Int>)] = [(state, try graph.extent(of: state))]
    var entered: Set<Int32> = [state]
    while let (_, edges) = path.last {
      guard let i = edges.first, graph[i].label == EventID.tau else {
        path.removeLast()
        continue
      }
      path[path.count - 1].edges = edges.dropFirst()
      let target = graph[i].target
      if let start = path.firstIndex(where: { $0.state == target }) {
        let steps = path.map { Edge(label: EventID.tau, target: $0.state) }
        return (Array(steps[..<(start + 1)].dropFirst()), steps[(start + 1)...] + [graph[i]])
      }
      if entered.insert(target).inserted { path.append((target, try graph.extent(of: target))) }
    }
    return nil
  }
}
