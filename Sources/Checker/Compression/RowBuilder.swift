import TransitionSystems

/// Builds a system row by row: append the edges of a state, in any order and also twice, then end the row.
struct RowBuilder {
  private var starts: [Int32] = [0]
  private var edges: [ExplicitSystem.Edge] = []

  init(states: Int, edges count: Int) {
    starts.reserveCapacity(states + 1)
    edges.reserveCapacity(count)
  }

  var edgeCount: Int { edges.count }

  mutating func append(_ label: Int32, _ target: Int32) {
    edges.append(ExplicitSystem.Edge(label: label, target: target))
  }

  /// Sorts the row and drops repeats.
  mutating func endRow() {
    let start = Int(starts.last!)
    sortRow(from: start)
    var end = start
    for i in start..<edges.count where end == start || edges[i] != edges[end - 1] {
      edges[end] = edges[i]
      end += 1
    }
    edges.removeLast(edges.count - end)
    starts.append(Int32(end))
  }

  private mutating func sortRow(from start: Int) {
    if edges.count - start > 32 { return edges[start...].sort() }
    // Most rows are short and nearly sorted.
    for i in edges.indices.dropFirst(start + 1) {
      let edge = edges[i]
      var j = i
      while j > start, edge < edges[j - 1] {
        edges[j] = edges[j - 1]
        j -= 1
      }
      edges[j] = edge
    }
  }

  func system(initial: Int32 = 0) -> ExplicitSystem {
    ExplicitSystem(initial: initial, starts: starts, edges: edges)
  }
}

extension ExplicitSystem {
  /// What can be reached, numbered breadth first from 0 along the edges in their order, and the old numbers of its
  /// states. A system that is numbered so already is its own reachable part.
  func reachablePart() -> CompressedSystem {
    var numbers = [Int32](repeating: -1, count: stateCount)
    var order = [initial]
    order.reserveCapacity(stateCount)
    numbers[Int(initial)] = 0
    var at = 0, isOrdered = initial == 0
    while at < order.count {
      let state = order[at]
      isOrdered = isOrdered && state == Int32(at)
      at += 1
      for edge in self[Int(state)] where numbers[Int(edge.target)] < 0 {
        numbers[Int(edge.target)] = Int32(order.count)
        order.append(edge.target)
      }
    }
    if isOrdered && order.count == stateCount { return CompressedSystem(system: self, representatives: order) }
    var rows = RowBuilder(states: order.count, edges: edges.count)
    for state in order {
      for edge in self[Int(state)] { rows.append(edge.label, numbers[Int(edge.target)]) }
      rows.endRow()
    }
    return CompressedSystem(system: rows.system(), representatives: order)
  }
}
