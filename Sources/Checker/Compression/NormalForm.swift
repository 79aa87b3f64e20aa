import TransitionSystems

/// The normal form as a plain system: after each trace there is one state, and τ leads from it only to states that say
/// what may be refused, one for each least offer, and to itself where it diverges.
///
/// > Source: Roscoe, *Model-checking CSP*, in *A Classical Mind*, 1994. There refusals and divergence are marks on
/// > states. Nothing is cut where a node diverges, so that traces and failures stay as they are below it too.
///
/// Systems that agree on traces, on failures and on divergence after every trace have equal results, numbers included:
/// the order of all steps depends on labels alone, and the strong bisimulation at the end makes one what is alike.
extension ExplicitSystem {
  func compressedToNormalForm(_ limits: CompressionLimits) throws -> CompressedSystem? {
    let source = ContractedSystem(self)
    guard let nodes = try NormalNodes(source, limits) else { return nil }
    guard let plain = nodes.plainSystem(limits) else { return nil }
    let result = try plain.standing(for: plain.system.compressedByStrongBisimulation(limits))
    return source.contracted.standing(for: result)
  }
}

/// The deterministic graph: a node is the set of states that a trace can lead to, closed under τ.
private struct NormalNodes {
  private let source: ContractedSystem
  private let offers: Offers
  private var sets = SequenceTable()
  private var seen: Stamps
  private var nodes: [Node] = []
  private var stepCount = 0

  private struct Node {
    /// One a label, ascending.
    var steps: [ExplicitSystem.Edge] = []
    var least: [(offer: Int32, state: Int32)] = []
    var diverges = false
    /// The state from which τ leads to the others, or one of several.
    var highest: Int32 = 0
    /// Its number in the plain system; the states of its offers follow.
    var number: Int32 = 0

    /// Whether its offers and divergence need states of their own: without τ it offers all that it can do, or ✓.
    func needsTau(_ offers: Offers) -> Bool {
      diverges || least.contains { offers.size($0.offer) != steps.count }
    }
  }

  /// Nil beyond the limits.
  init?(_ source: ContractedSystem, _ limits: CompressionLimits) throws {
    self.source = source
    offers = Offers(source.system)
    seen = Stamps(source.system.stateCount)
    _ = node([source.system.initial])
    while nodes.count < sets.count {
      if nodes.count & 0xFF == 0 { try limits.checkpoint?() }
      expand()
      if sets.count > limits.states || max(sets.words.count, stepCount) > limits.transitions { return nil }
    }
  }

  private mutating func node(_ seeds: [Int32]) -> Int32 {
    sets.number(of: source.closure(of: seeds, &seen).map { UInt64(UInt32($0)) })
  }

  /// Finds what the next node can do.
  private mutating func expand() {
    let members = sets[Int32(nodes.count)].map { Int32(truncatingIfNeeded: $0) }
    var node = Node(highest: members.last!)
    var edges: [ExplicitSystem.Edge] = []
    for member in members {
      node.diverges = node.diverges || source.diverges[Int(member)]
      for edge in source.system[Int(member)] where edge.label != tau { edges.append(edge) }
    }
    edges.sort()
    var from = 0
    while from < edges.count {
      let label = edges[from].label
      let end = edges[from...].firstIndex { $0.label != label } ?? edges.count
      node.steps.append(ExplicitSystem.Edge(label: label, target: self.node(edges[from..<end].map(\.target))))
      from = end
    }
    node.least = offers.least(of: members)
    stepCount += node.steps.count
    nodes.append(node)
  }

  /// Nil beyond the limits.
  func plainSystem(_ limits: CompressionLimits) -> CompressedSystem? {
    var numbered = nodes, count: Int32 = 0
    for i in nodes.indices {
      numbered[i].number = count
      count += 1 + (nodes[i].needsTau(offers) ? Int32(nodes[i].least.count) : 0)
      if Int(count) > limits.states { return nil }
    }
    var rows = RowBuilder(states: Int(count), edges: stepCount), representatives: [Int32] = []
    for node in numbered {
      let least = node.needsTau(offers) ? node.least : []
      if node.diverges { rows.append(tau, node.number) }
      for i in least.indices { rows.append(tau, node.number + 1 + Int32(i)) }
      // What a stable state offers it does itself.
      for step in node.steps where !least.contains(where: { offers.contains(step.label, in: $0.offer) }) {
        rows.append(step.label, numbered[Int(step.target)].number)
      }
      rows.endRow()
      representatives.append(node.highest)
      for (offer, state) in least {
        for step in node.steps where offers.contains(step.label, in: offer) {
          rows.append(step.label, numbered[Int(step.target)].number)
        }
        rows.endRow()
        representatives.append(state)
      }
      if rows.edgeCount > limits.transitions { return nil }
    }
    return CompressedSystem(system: rows.system(), representatives: representatives)
  }
}
