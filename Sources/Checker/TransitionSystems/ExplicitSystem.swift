/// A labelled transition system with dense states and labels, in compressed rows.
///
/// Invariants: I1 `starts` has one more element than there are states and ascends; I2 the edges of a state ascend by
/// (label, target), without duplicates.
public struct ExplicitSystem: Hashable, Sendable {
  public struct Edge: Hashable, Comparable, Sendable {
    public var label: Int32, target: Int32
    public init(label: Int32, target: Int32) {
      self.label = label
      self.target = target
    }
    public static func < (a: Edge, b: Edge) -> Bool { (a.label, a.target) < (b.label, b.target) }
  }

  public let initial: Int32
  /// The edges of state s are `edges[starts[s]..<starts[s + 1]]`.
  public let starts: [Int32]
  public let edges: [Edge]

  @inlinable public var stateCount: Int { starts.count - 1 }

  @inlinable public subscript(state: Int) -> ArraySlice<Edge> { edges[Int(starts[state])..<Int(starts[state + 1])] }

  /// Sorts the edges of each state and drops duplicates.
  ///
  /// - Complexity: O(m log m) in the edges.
  public init(initial: Int32 = 0, successors: [[Edge]]) {
    self.initial = initial
    var starts: [Int32] = [0], edges: [Edge] = []
    starts.reserveCapacity(successors.count + 1)
    for list in successors {
      for edge in list.sorted() where edges.count == Int(starts.last!) || edges.last! != edge { edges.append(edge) }
      starts.append(Int32(edges.count))
    }
    self.starts = starts
    self.edges = edges
  }

  /// Takes compressed rows that keep I1 and I2 already.
  public init(initial: Int32, starts: [Int32], edges: [Edge]) {
    precondition(starts.first == 0 && Int(starts.last!) == edges.count, "starts must enclose the edges")
    (self.initial, self.starts, self.edges) = (initial, starts, edges)
    assert(
      (0..<stateCount).allSatisfy { state in zip(self[state], self[state].dropFirst()).allSatisfy { $0 < $1 } },
      "the edges of a state must ascend")
  }
}
