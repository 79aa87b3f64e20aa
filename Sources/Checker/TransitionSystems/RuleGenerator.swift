/// Fires rules by looking their premises up in the components' current states: for networks that expand to too many
/// steps, or whose components are too large for tables over their values.
///
/// Each rule is *owned* by one premise, the one that the fewest states of its component satisfy; only the rules owned
/// by what the components can do now are tried. The pointers belong to the arena of the machine.
@usableFromInline struct RuleGenerator<Word: PackedWord>: @unchecked Sendable {
  // SAFETY: the tables are never written after `init`.
  @usableFromInline let componentCount: Int
  @usableFromInline let shifts: UnsafePointer<Word>, ones: UnsafePointer<Word>
  /// Component → its first row; the row of state s is s further, and the groups of a row are
  /// `groupStarts[row]..<groupStarts[row + 1]`.
  @usableFromInline let rowBases: UnsafePointer<Int>, groupStarts: UnsafePointer<Int32>
  /// Group → its label, ascending within a row, numbered through over all components.
  @usableFromInline let labels: UnsafePointer<Int32>
  /// Group → its targets, as fields at their place in the word.
  @usableFromInline let targetStarts: UnsafePointer<Int32>, targets: UnsafePointer<Word>
  /// Label → the rules that it owns.
  @usableFromInline let ownedStarts: UnsafePointer<Int32>, owned: UnsafePointer<Int32>
  /// Rules without premises: always enabled, and they change nothing.
  @usableFromInline let freeCount: Int, freeEvents: UnsafePointer<Int32>
  /// Rule → its premises but for its owner, the bits that it changes, its event.
  @usableFromInline let premiseStarts: UnsafePointer<Int32>, premises: UnsafePointer<Premise>
  @usableFromInline let changed: UnsafePointer<Word>, events: UnsafePointer<Int32>

  @usableFromInline struct Premise: BitwiseCopyable {
    @usableFromInline let component: Int32, label: Int32
    init(component: Int32, label: Int32) {
      self.component = component
      self.label = label
    }
  }

  init(_ table: RuleTable, _ layout: PackedLayout, _ arena: TableArena) {
    componentCount = table.groups.count
    shifts = arena.copy(layout.shifts.map { Word($0) })
    ones = arena.copy(layout.widths.map { ((1 as Word) << Word($0)) - 1 })

    var firstLabels: [Int] = [], labelCount = 0
    for count in table.labelCounts {
      firstLabels.append(labelCount)
      labelCount += count
    }
    var rowBases: [Int] = [], groupStarts: [Int32] = [0], labels: [Int32] = []
    var targetStarts: [Int32] = [0], targets: [Word] = []
    for (c, states) in table.groups.enumerated() {
      rowBases.append(groupStarts.count - 1)
      for groups in states {
        for group in groups {
          labels.append(Int32(firstLabels[c] + group.label))
          targets += group.targets.map { Word(truncatingIfNeeded: $0) << Word(layout.shifts[c]) }
          targetStarts.append(Int32(targets.count))
        }
        groupStarts.append(Int32(labels.count))
      }
    }
    self.rowBases = arena.copy(rowBases)
    self.groupStarts = arena.copy(groupStarts)
    self.labels = arena.copy(labels)
    self.targetStarts = arena.copy(targetStarts)
    self.targets = arena.copy(targets)

    let use = table.labelUse()
    func share(_ p: RuleTable.Premise) -> Double {
      Double(use[p.component][p.label].states) / Double(table.groups[p.component].count)
    }
    var ownedRules = [[Int32]](repeating: [], count: labelCount), freeEvents: [Int32] = []
    var premiseStarts: [Int32] = [0], premises: [Premise] = [], changed: [Word] = [], events: [Int32] = []
    for rule in table.rules {
      guard let owner = rule.premises.min(by: { share($0) < share($1) }) else {
        freeEvents.append(rule.result)
        continue
      }
      ownedRules[firstLabels[owner.component] + owner.label].append(Int32(events.count))
      for premise in rule.premises where premise != owner {
        let label = Int32(firstLabels[premise.component] + premise.label)
        premises.append(Premise(component: Int32(premise.component), label: label))
      }
      premiseStarts.append(Int32(premises.count))
      changed.append(rule.premises.reduce(0) { $0 | layout.field($1.component, as: Word.self) })
      events.append(rule.result)
    }
    var ownedStarts: [Int32] = [0]
    for list in ownedRules { ownedStarts.append(ownedStarts.last! + Int32(list.count)) }
    self.ownedStarts = arena.copy(ownedStarts)
    owned = arena.copy(Array(ownedRules.joined()))
    freeCount = freeEvents.count
    self.freeEvents = arena.copy(freeEvents)
    self.premiseStarts = arena.copy(premiseStarts)
    self.premises = arena.copy(premises)
    self.changed = arena.copy(changed)
    self.events = arena.copy(events)
  }

  /// The generator of a machine that does not use it.
  static func none(_ arena: TableArena) -> RuleGenerator {
    RuleGenerator(RuleTable(Network(components: [], rules: [])), PackedLayout([]), arena)
  }

  @inlinable @inline(__always)
  func groups(of component: Int, in state: Word) -> Range<Int> {
    let row = rowBases[component] &+ Int(truncatingIfNeeded: (state &>> shifts[component]) & ones[component])
    return Int(groupStarts[row])..<Int(groupStarts[row &+ 1])
  }

  @inlinable
  func successors(of state: Word, into outbox: inout Outbox<Word>) {
    outbox.reserve(freeCount)
    for i in 0..<freeCount { outbox.append(state, freeEvents[i]) }
    for c in 0..<componentCount {
      for group in groups(of: c, in: state) {
        let label = Int(labels[group])
        for i in Int(ownedStarts[label])..<Int(ownedStarts[label &+ 1]) {
          fire(Int(owned[i]), owner: group, in: state, &outbox)
        }
      }
    }
  }

  /// Appends what `rule` does in `state`, every combination of its premises' targets.
  ///
  /// The combinations are built in place: the targets of one premise after another are multiplied into what the outbox
  /// holds for this rule.
  @inlinable @inline(__always)
  func fire(_ rule: Int, owner: Int, in state: Word, _ outbox: inout Outbox<Word>) {
    let first = Int(premiseStarts[rule]), end = Int(premiseStarts[rule &+ 1])
    for p in first..<end where find(premises[p], in: state) < 0 { return }
    let start = outbox.count
    let unchanged = state & ~changed[rule], event = events[rule]
    let owned = Int(targetStarts[owner])..<Int(targetStarts[owner &+ 1])
    outbox.reserve(owned.count)
    for t in owned { outbox.append(unchanged | targets[t], event) }
    for p in first..<end {
      let group = find(premises[p], in: state)
      let from = Int(targetStarts[group]), to = Int(targetStarts[group &+ 1]), made = outbox.count
      outbox.reserve((made &- start) &* (to &- from))
      for t in (from &+ 1)..<to {
        for i in start..<made { outbox.append(outbox.words[i] | targets[t], event) }
      }
      for i in start..<made { outbox.words[i] |= targets[from] }
    }
  }

  /// The group of the component that satisfies `premise` in `state`; −1 when there is none.
  @inlinable @inline(__always)
  func find(_ premise: Premise, in state: Word) -> Int {
    var range = groups(of: Int(premise.component), in: state)
    while range.count > 8 {
      let middle = range.lowerBound &+ range.count / 2
      range = labels[middle] <= premise.label ? middle..<range.upperBound : range.lowerBound..<middle
    }
    for group in range where labels[group] == premise.label { return group }
    return -1
  }
}
