/// Whether two rules can give a state the same transition: then somebody must drop the repeats, state by state.
extension RuleTable {
  /// May say yes where the answer is no, never the other way round.
  ///
  /// Rules coincide when they have the same result and lead to the same state: what one moves the other moves the same
  /// way, or it does not move at all, by a loop.
  func rulesCanCoincide() -> Bool {
    let loops = loopingLabels()
    for group in Dictionary(grouping: rules, by: \.result).values where group.count > 1 {
      // Without loops all premises move, so only rules of the same components can meet.
      let isRigid = !group.contains { $0.premises.contains { loops[$0.component][$0.label] } }
      let classes = isRigid ? Array(Dictionary(grouping: group) { $0.premises.map(\.component) }.values) : [group]
      for rules in classes {
        if rules.count > Self.comparedRules { return true }
        for i in rules.indices where rules[..<i].contains(where: { canCoincide($0, rules[i], loops) }) { return true }
      }
    }
    return false
  }

  /// Larger classes are not compared pair by pair.
  private static var comparedRules: Int { 500 }

  /// Component → label → whether some state has a loop with it.
  private func loopingLabels() -> [[Bool]] {
    zip(groups, labelCounts).map { states, count in
      var loops = [Bool](repeating: false, count: count)
      for (state, list) in states.enumerated() {
        for group in list where group.targets.contains(Int32(state)) { loops[group.label] = true }
      }
      return loops
    }
  }

  private func canCoincide(_ a: Rule, _ b: Rule, _ loops: [[Bool]]) -> Bool {
    moves(of: a, fit: b, loops) && moves(of: b, fit: a, loops)
  }

  /// Whether every premise of `a` has a counterpart in `b` that can move the same way, or can stay where it is.
  private func moves(of a: Rule, fit b: Rule, _ loops: [[Bool]]) -> Bool {
    a.premises.allSatisfy { premise in
      guard let other = b.premises.first(where: { $0.component == premise.component }) else {
        return loops[premise.component][premise.label]
      }
      return premise.label == other.label || shareAnEdge(premise.component, premise.label, other.label)
    }
  }

  private func shareAnEdge(_ component: Int, _ a: Int, _ b: Int) -> Bool {
    groups[component].contains { list in
      guard let first = list.first(where: { $0.label == a }), let second = list.first(where: { $0.label == b }) else {
        return false
      }
      return first.targets.contains { second.targets.contains($0) }
    }
  }
}
