/// Fires rules by looking their premises up in the components' current states: for networks that expand to too many
/// steps, or whose components are too large for tables over their values. The pointers belong to the arena of the
/// machine.
// SAFETY: @unchecked: the tables are never written after `init`.
@usableFromInline struct RuleGenerator<Word: PackedWord>: BitwiseCopyable, @unchecked Sendable {
  // SAFETY: the tables belong to the arena of the machine.
  @usableFromInline let index: RuleIndex
  @usableFromInline let shifts: UnsafePointer<Word>, ones: UnsafePointer<Word>
  /// The targets of groups, as fields at their place in the word.
  @usableFromInline let targets: UnsafePointer<Word>
  /// Rule → the bits that it changes.
  @usableFromInline let changed: UnsafePointer<Word>
  /// Rule → its class.
  @usableFromInline let classes: UnsafePointer<UInt8>

  init(_ table: RuleTable, _ classes: [UInt8], _ layout: PackedLayout, _ arena: TableArena) {
    shifts = arena.copy(layout.shifts.map { Word($0) })
    ones = arena.copy(layout.widths.map { ((1 as Word) << Word($0)) - 1 })
    var targets: [Word] = [], changed: [Word] = []
    index = RuleIndex(table, arena) { component, state in
      targets.append(Word(truncatingIfNeeded: state) << Word(layout.shifts[component]))
    } rule: { rule in
      changed.append(rule.premises.reduce(0) { $0 | layout.field($1.component, as: Word.self) })
    }
    self.targets = arena.copy(targets)
    self.changed = arena.copy(changed)
    // The index numbers those with premises alone.
    self.classes = arena.copy(zip(table.rules, classes).filter { !$0.0.premises.isEmpty }.map(\.1))
  }

  /// The generator of a machine that does not use it.
  static func none(_ arena: TableArena) -> RuleGenerator {
    RuleGenerator(RuleTable(Network(components: [], rules: [])), [], PackedLayout([]), arena)
  }

  @inlinable @inline(__always)
  func row(of component: Int, in state: Word) -> Int {
    index.rowBases[component] &+ Int(truncatingIfNeeded: (state &>> shifts[component]) & ones[component])
  }

  @inlinable @inline(never)
  func successors(of state: Word, into outbox: inout Outbox<Word>) {
    outbox.reserve(index.freeCount)
    for i in 0..<index.freeCount { outbox.append(state, index.freeEvents[i]) }
    for c in 0..<index.componentCount {
      for group in index.groups(ofRow: row(of: c, in: state)) {
        for i in index.rules(ownedBy: group) { fire(Int(index.owned[i]), owner: group, in: state, &outbox) }
      }
    }
  }

  /// Appends what `rule` does in `state`, every combination of its premises' targets.
  ///
  /// The combinations are built in place: the targets of one premise after another are multiplied into what the outbox
  /// holds for this rule.
  @inlinable @inline(__always)
  func fire(_ rule: Int, owner: Int, in state: Word, _ outbox: inout Outbox<Word>) {
    let premises = index.premises(of: rule)
    for p in premises where find(index.premises[p], in: state) < 0 { return }
    let start = outbox.count
    let unchanged = state & ~changed[rule], event = index.events[rule], `class` = classes[rule]
    let owned = index.targets(of: owner)
    outbox.reserve(owned.count)
    for t in owned { outbox.append(unchanged | targets[t], event, `class`) }
    for p in premises {
      let group = index.targets(of: find(index.premises[p], in: state)), made = outbox.count
      outbox.reserve((made &- start) &* (group.count &- 1))
      for t in group.dropFirst() {
        for i in start..<made { outbox.append(outbox.words[i] | targets[t], event, `class`) }
      }
      for i in start..<made { outbox.words[i] |= targets[group.lowerBound] }
    }
  }

  /// The group of the component that satisfies `premise` in `state`; −1 when there is none.
  @inlinable @inline(__always)
  func find(_ premise: RuleIndex.Premise, in state: Word) -> Int {
    index.find(premise.label, inRow: row(of: Int(premise.component), in: state))
  }
}
