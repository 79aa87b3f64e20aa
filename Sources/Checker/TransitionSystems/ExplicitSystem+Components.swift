/// Strongly connected components of a transition system.
extension ExplicitSystem {
  /// The components of the part that edges with accepted labels make, each ascending, in the order of their numbers: a
  /// component comes after all that it leads to.
  ///
  /// - Complexity: O(states + edges).
  public func components(along accepts: (Int32) -> Bool = { _ in true }) -> [[Int32]] {
    let (numbers, count) = componentNumbers(along: accepts)
    var components = [[Int32]](repeating: [], count: count)
    for (state, number) in numbers.enumerated() { components[Int(number)].append(Int32(state)) }
    return components
  }

  /// State → the number of its component, and how many there are, as Tarjan's algorithm finishes them.
  ///
  /// Tarjan, *Depth-first search and linear graph algorithms*, SIAM J. Comput. 1972, with the path kept in an array.
  ///
  /// - Complexity: O(states + edges).
  public func componentNumbers(along accepts: (Int32) -> Bool = { _ in true }) -> (numbers: [Int32], count: Int) {
    var numbers = [Int32](repeating: 0, count: stateCount), count: Int32 = 0
    // 0 is unvisited; `done` marks states whose component is known.
    var low = [Int32](repeating: 0, count: stateCount)
    var order = low, nextEdge = starts
    let done = Int32.max
    var path: [Int32] = [], open: [Int32] = [], counter: Int32 = 0
    func enter(_ state: Int32) {
      counter += 1
      order[Int(state)] = counter
      low[Int(state)] = counter
      path.append(state)
      open.append(state)
    }
    for root in 0..<Int32(stateCount) where order[Int(root)] == 0 {
      enter(root)
      while let state = path.last {
        let s = Int(state)
        if nextEdge[s] < starts[s + 1] {
          let edge = edges[Int(nextEdge[s])]
          nextEdge[s] += 1
          guard accepts(edge.label) else { continue }
          if order[Int(edge.target)] == 0 {
            enter(edge.target)
          } else if low[Int(edge.target)] != done {
            low[s] = min(low[s], order[Int(edge.target)])
          }
          continue
        }
        path.removeLast()
        if low[s] == order[s] {
          while let member = open.popLast() {
            numbers[Int(member)] = count
            low[Int(member)] = done
            if member == state { break }
          }
          count += 1
        } else if let parent = path.last {
          low[Int(parent)] = min(low[Int(parent)], low[s])
        }
      }
    }
    return (numbers, Int(count))
  }

  /// The states that lie on a cycle of edges with accepted labels, ascending.
  public func statesOnCycles(along accepts: (Int32) -> Bool = { _ in true }) -> [Int32] {
    components(along: accepts).filter { component in
      component.count > 1 || self[Int(component[0])].contains { $0.target == component[0] && accepts($0.label) }
    }.joined().sorted()
  }
}
