/// A network made ready for compiling: labels renumbered densely in each component, edges grouped by label.
///
/// Invariants: I1 rules are distinct, their premises ascend by component, and each label occurs in its component (a
/// rule for which that fails can never fire); I2 the groups of a state ascend by label, and hold the labels of rules
/// alone; I3 the targets of a group are distinct and ascend.
struct RuleTable: Sendable {
  struct Premise: Hashable, Sendable { var component: Int, label: Int }
  struct Rule: Hashable, Sendable { var premises: [Premise], result: Int32 }
  /// The targets of one state under one label.
  struct Group: Sendable { var label: Int, targets: [Int32] }

  private(set) var rules: [Rule] = []
  /// Component → number of labels.
  private(set) var labelCounts: [Int]
  /// Component → state → groups.
  private(set) var groups: [[[Group]]] = []

  init(_ network: Network) {
    let occurring = network.components.map { Set($0.edges.map(\.label)) }
    var numbers = [[Int32: Int]](repeating: [:], count: network.components.count)
    var seen: Set<Rule> = []
    for rule in network.rules
    where rule.premises.allSatisfy({ occurring[Int($0.component)].contains($0.label) }) {
      var premises: [Premise] = []
      for premise in rule.premises {
        let c = Int(premise.component)
        let number = numbers[c][premise.label] ?? numbers[c].count
        numbers[c][premise.label] = number
        premises.append(Premise(component: c, label: number))
      }
      let numbered = Rule(premises: premises.sorted { $0.component < $1.component }, result: rule.result)
      if seen.insert(numbered).inserted { rules.append(numbered) }
    }
    labelCounts = numbers.map(\.count)
    for (component, number) in zip(network.components, numbers) {
      groups.append((0..<component.stateCount).map { Self.group(component[$0], number) })
    }
  }

  private static func group(_ edges: ArraySlice<ExplicitSystem.Edge>, _ number: [Int32: Int]) -> [Group] {
    var groups: [Group] = []
    var at = edges.startIndex
    while at < edges.endIndex {
      let label = edges[at].label
      let end = edges[at...].firstIndex { $0.label != label } ?? edges.endIndex
      if let known = number[label] { groups.append(Group(label: known, targets: edges[at..<end].map(\.target))) }
      at = end
    }
    return groups.sorted { $0.label < $1.label }
  }

  /// Component → label → how many edges, and how many states offer it.
  func labelUse() -> [[(edges: Int, states: Int)]] {
    zip(groups, labelCounts).map { states, count in
      var use = [(edges: Int, states: Int)](repeating: (0, 0), count: count)
      for group in states.joined() {
        use[group.label].edges += group.targets.count
        use[group.label].states += 1
      }
      return use
    }
  }
}
