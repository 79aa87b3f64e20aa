import TransitionSystems

/// The diamond compression: a state has the visible steps of all that it can become by τ.
///
/// What is left of τ says what may be refused and what diverges, where that cannot be seen from the visible steps: a
/// step to one stable state for each least offer, and a loop. Steps of these states are not repeated.
///
/// > Source: Roscoe et al., *Hierarchical compression for model-checking CSP*, TACAS 1995, section 3.2; there offers and
/// > divergence are marks on states, which a plain system has not.
extension ExplicitSystem {
  func compressedByDiamond(_ limits: CompressionLimits) throws -> CompressedSystem? {
    let source = ContractedSystem(self), system = source.system, offers = Offers(system)
    var numbers = [Int32](repeating: -1, count: system.stateCount), kept: [Int32] = []
    func number(_ state: Int32) -> Int32 {
      if numbers[Int(state)] < 0 {
        numbers[Int(state)] = Int32(kept.count)
        kept.append(state)
      }
      return numbers[Int(state)]
    }
    _ = number(system.initial)
    var rows = RowBuilder(states: 0, edges: 0), seen = Stamps(system.stateCount), visited = 0, at = 0
    while at < kept.count {
      if at & 0xFF == 0 { try limits.checkpoint?() }
      let state = kept[at], members = source.closure(of: [state], &seen), diverges = source.diverges[Int(state)]
      visited += members.count
      if max(visited, rows.edgeCount) > limits.transitions { return nil }
      let least = offers.least(of: members)
      var steps: Set<Edge> = [], labels: Set<Int32> = []
      for member in members {
        for edge in system[Int(member)] where edge.label != tau {
          steps.insert(edge)
          labels.insert(edge.label)
        }
      }
      // A state without τ offers all that it can do, or ✓.
      if diverges || least.contains(where: { offers.size($0.offer) != labels.count }) {
        for (_, stable) in least {
          steps.subtract(system[Int(stable)])
          rows.append(tau, number(stable))
        }
        if diverges { rows.append(tau, Int32(at)) }
      }
      for edge in steps.sorted() { rows.append(edge.label, number(edge.target)) }
      rows.endRow()
      at += 1
    }
    if kept.count > limits.states || rows.edgeCount > limits.transitions { return nil }
    let made = CompressedSystem(system: rows.system(), representatives: kept)
    return source.result(made, ranks: source.ranks(of: numbers, count: kept.count))
  }
}
