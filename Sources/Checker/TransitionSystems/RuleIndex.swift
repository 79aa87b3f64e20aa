/// The rules of a network by what they ask for: from the current states of the components to the rules that may fire.
///
/// Each rule is *owned* by one premise, the one that the fewest states of its component satisfy; only the rules owned by
/// what the components can do now need a look. The pointers belong to the arena of the machine.
@usableFromInline struct RuleIndex: BitwiseCopyable, @unchecked Sendable {
  // SAFETY: the tables are never written after `init`.
  @usableFromInline let componentCount: Int
  /// Component → its first row; the row of state s is s further, and the groups of a row are
  /// `groupStarts[row]..<groupStarts[row + 1]`.
  @usableFromInline let rowBases: UnsafePointer<Int>, groupStarts: UnsafePointer<Int32>
  /// Group → its label, ascending within a row, numbered through over all components.
  @usableFromInline let labels: UnsafePointer<Int32>
  /// Group → where its targets stand.
  @usableFromInline let targetStarts: UnsafePointer<Int32>
  /// Label → the rules that it owns.
  @usableFromInline let ownedStarts: UnsafePointer<Int32>, owned: UnsafePointer<Int32>
  /// Rules without premises: always enabled, and they change nothing.
  @usableFromInline let freeCount: Int, freeEvents: UnsafePointer<Int32>
  /// Rule → its premises but for its owner, and its event.
  @usableFromInline let premiseStarts: UnsafePointer<Int32>, premises: UnsafePointer<Premise>
  @usableFromInline let events: UnsafePointer<Int32>

  @usableFromInline struct Premise: BitwiseCopyable {
    @usableFromInline let component: Int32, label: Int32
    init(component: Int32, label: Int32) {
      self.component = component
      self.label = label
    }
  }

  /// - Parameters:
  ///   - target: called for each target, in the order in which `targetStarts` counts them.
  ///   - rule: called for each rule that has premises, in the order of their numbers.
  init(
    _ table: RuleTable, _ arena: TableArena, target: (_ component: Int, _ state: Int32) -> Void,
    rule: (RuleTable.Rule) -> Void
  ) {
    componentCount = table.groups.count
    var firstLabels: [Int] = [], labelCount = 0
    for count in table.labelCounts {
      firstLabels.append(labelCount)
      labelCount += count
    }
    var rowBases: [Int] = [], groupStarts: [Int32] = [0], labels: [Int32] = [], targetStarts: [Int32] = [0]
    for (c, states) in table.groups.enumerated() {
      rowBases.append(groupStarts.count - 1)
      for groups in states {
        for group in groups {
          labels.append(Int32(firstLabels[c] + group.label))
          for state in group.targets { target(c, state) }
          targetStarts.append(targetStarts.last! + Int32(group.targets.count))
        }
        groupStarts.append(Int32(labels.count))
      }
    }
    self.rowBases = arena.copy(rowBases)
    self.groupStarts = arena.copy(groupStarts)
    self.labels = arena.copy(labels)
    self.targetStarts = arena.copy(targetStarts)

    let use = table.labelUse()
    func share(_ p: RuleTable.Premise) -> Double {
      Double(use[p.component][p.label].states) / Double(table.groups[p.component].count)
    }
    var ownedRules = [[Int32]](repeating: [], count: labelCount), freeEvents: [Int32] = []
    var premiseStarts: [Int32] = [0], premises: [Premise] = [], events: [Int32] = []
    for each in table.rules {
      guard let owner = each.premises.min(by: { share($0) < share($1) }) else {
        freeEvents.append(each.result)
        continue
      }
      ownedRules[firstLabels[owner.component] + owner.label].append(Int32(events.count))
      for premise in each.premises where premise != owner {
        let label = Int32(firstLabels[premise.component] + premise.label)
        premises.append(Premise(component: Int32(premise.component), label: label))
      }
      premiseStarts.append(Int32(premises.count))
      events.append(each.result)
      rule(each)
    }
    var ownedStarts: [Int32] = [0]
    for list in ownedRules { ownedStarts.append(ownedStarts.last! + Int32(list.count)) }
    self.ownedStarts = arena.copy(ownedStarts)
    owned = arena.copy(Array(ownedRules.joined()))
    freeCount = freeEvents.count
    self.freeEvents = arena.copy(freeEvents)
    self.premiseStarts = arena.copy(premiseStarts)
    self.premises = arena.copy(premises)
    self.events = arena.copy(events)
  }

  @inlinable @inline(__always)
  func groups(ofRow row: Int) -> Range<Int> { Int(groupStarts[row])..<Int(groupStarts[row &+ 1]) }

  @inlinable @inline(__always)
  func targets(of group: Int) -> Range<Int> { Int(targetStarts[group])..<Int(targetStarts[group &+ 1]) }

  @inlinable @inline(__always)
  func rules(ownedBy group: Int) -> Range<Int> {
    let label = Int(labels[group])
    return Int(ownedStarts[label])..<Int(ownedStarts[label &+ 1])
  }

  /// Of the rule, but for its owner.
  @inlinable @inline(__always)
  func premises(of rule: Int) -> Range<Int> { Int(premiseStarts[rule])..<Int(premiseStarts[rule &+ 1]) }

  /// The group of the row with that label; −1 when there is none.
  @inlinable @inline(__always)
  func find(_ label: Int32, inRow row: Int) -> Int {
    var range = groups(ofRow: row)
    while range.count > 8 {
      let middle = range.lowerBound &+ range.count / 2
      range = labels[middle] <= label ? middle..<range.upperBound : range.lowerBound..<middle
    }
    for group in range where labels[group] == label { return group }
    return -1
  }
}
