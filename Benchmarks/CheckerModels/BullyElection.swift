/// The bully algorithm, the same as the script in `Examples/mutual-exclusion/bully-election.csp`.
public import TransitionSystems

/// Local states of a node. Sets of nodes are bits.
private enum Node: Hashable {
  case idle(leader: Int)
  /// Asks `next` and those above it; `alive` have answered.
  case election(next: Int, alive: Int)
  /// Tells the nodes in `left` that it leads.
  case telling(left: Int)
  case dead
}

extension Network {
  /// An election among `n` nodes, all but one of which may crash: whoever finds its leader dead asks the higher ones,
  /// and leads when they are all dead. The counts have no closed form.
  ///
  /// > Source: Garcia-Molina, *Elections in a distributed computing system*, IEEE Trans. Computers 31(1), 1982.
  public static func bullyElection(_ n: Int) -> Network {
    var builder = NetworkBuilder()
    let nodes = (0..<n).map { i in
      builder.component(Node.idle(leader: n - 1)) { steps(of: i, among: n, $0) }
    }
    let crashes = builder.component(n - 1) { left in left > 0 ? [("crash", left - 1)] : [] }
    for i in 0..<n {
      builder.rule("crash \(i)", [(nodes[i], "crash \(i)"), (crashes, "crash")])
      for name in ["work \(i)", "lead \(i)"] { builder.rule(name, [(nodes[i], name)]) }
      for j in 0..<n where j != i {
        for name in ["ask \(i) \(j)", "silent \(i) \(j)", "tell \(i) \(j)"] {
          builder.rule(name, [(nodes[i], name), (nodes[j], name)])
        }
      }
    }
    return builder.network
  }

  private static func steps(of i: Int, among n: Int, _ node: Node) -> [(label: String, target: Node)] {
    let election = Node.election(next: i + 1, alive: 0)
    let asked = { target in (0..<i).map { ("ask \($0) \(i)", target) } } as (Node) -> [(label: String, target: Node)]
    let told = (i + 1..<max(n, i + 1)).map { (label: "tell \($0) \(i)", target: Node.idle(leader: $0)) }
    let crash = [(label: "crash \(i)", target: Node.dead)]
    func telling(_ left: Int) -> Node { left == 0 ? .idle(leader: i) : .telling(left: left) }
    switch node {
    case .idle(let leader):
      let own = leader == i ? ("work \(i)", node) : ("silent \(i) \(leader)", election)
      return [own] + asked(election) + told + crash
    case .election(let next, let alive):
      var own: [(label: String, target: Node)] = []
      if next < n {
        own = [
          ("ask \(i) \(next)", .election(next: next + 1, alive: alive | 1 << next)),
          ("silent \(i) \(next)", .election(next: next + 1, alive: alive)),
        ]
      } else if alive == 0 {
        own = [("lead \(i)", telling((1 << i) - 1))]
      } else {
        own = (0..<n).filter { alive >> $0 & 1 == 1 }.map { ("silent \(i) \($0)", election) }
      }
      return own + asked(node) + told + crash
    case .telling(let left):
      let own = (0..<i).filter { left >> $0 & 1 == 1 }.flatMap { k in
        ["tell", "silent"].map { (label: "\($0) \(i) \(k)", target: telling(left & ~(1 << k))) }
      }
      return own + asked(node) + crash
    case .dead: return (0..<n).filter { $0 != i }.map { ("silent \($0) \(i)", .dead) }
    }
  }
}
