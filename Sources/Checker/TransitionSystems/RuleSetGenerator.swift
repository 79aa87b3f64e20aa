/// Finds the enabled rules of a packed state among all rules, and looks up where each leads: for components with so
/// many states that their rules expand to too many steps. The pointers belong to the arena of the machine.
@usableFromInline struct RuleSetGenerator<Word: PackedWord>: @unchecked Sendable {
  // SAFETY: the tables are never written after `init`.
  @usableFromInline let enabled: ChunkSets<Word>
  /// Rule → its premises, its event, and whether it has one transition wherever it is enabled.
  @usableFromInline let premiseStarts: UnsafePointer<Int32>, premises: UnsafePointer<Premise>
  @usableFromInline let events: UnsafePointer<Int32>, classes: UnsafePointer<UInt8>, isSingle: UnsafePointer<Bool>
  /// Entry → the bits that each of its targets changes; `firsts` has the first alone, 0 where there is none.
  @usableFromInline let firsts: UnsafePointer<Word>
  @usableFromInline let targetStarts: UnsafePointer<Int32>, targets: UnsafePointer<Word>

  /// The entry of a premise in a state is `base` and the state of its component.
  @usableFromInline struct Premise: BitwiseCopyable {
    @usableFromInline let shift: Word, ones: Word, base: Int
    @inlinable @inline(__always)
    func entry(_ state: Word) -> Int { base &+ Int(truncatingIfNeeded: (state &>> shift) & ones) }
    init(shift: Word, ones: Word, base: Int) { (self.shift, self.ones, self.base) = (shift, ones, base) }
  }

  /// More entries than this fall out of the caches.
  private static var entryLimit: Int { 1 << 18 }

  /// Nil when the tables would be too large.
  init?(_ table: RuleTable, _ classes: [UInt8], _ layout: PackedLayout, _ arena: TableArena) {
    var size = 0
    for (states, count) in zip(table.groups, table.labelCounts) {
      size += states.count * count
      if size > Self.entryLimit { return nil }
    }
    let permitted = Self.permitted(table)
    let enabled = ChunkSets<Word>(count: table.rules.count, layout, arena) {
      Self.sets(permitted, $0, layout, of: table.rules.count)
    }
    guard let enabled else { return nil }
    self.enabled = enabled

    // Component → label → its first entry, and whether no state has two targets.
    var bases: [[Int]] = [], isSingle: [[Bool]] = []
    var firsts: [Word] = [], targetStarts: [Int32] = [0], targets: [Word] = []
    for (c, states) in table.groups.enumerated() {
      var lists = [[[Int32]]](repeating: Array(repeating: [], count: states.count), count: table.labelCounts[c])
      for (state, groups) in states.enumerated() {
        for group in groups { lists[group.label][state] = group.targets }
      }
      bases.append([])
      isSingle.append(lists.map { list in list.allSatisfy { $0.count < 2 } })
      for list in lists {
        bases[c].append(firsts.count)
        for (state, list) in list.enumerated() {
          let changes = list.map { Word(truncatingIfNeeded: Int32(state) ^ $0) << Word(layout.shifts[c]) }
          targets += changes
          targetStarts.append(Int32(targets.count))
          firsts.append(changes.first ?? 0)
        }
      }
    }
    self.firsts = arena.copy(firsts)
    self.targetStarts = arena.copy(targetStarts)
    self.targets = arena.copy(targets)

    var premiseStarts: [Int32] = [0], premises: [Premise] = []
    for rule in table.rules {
      for premise in rule.premises {
        let ones = ((1 as Word) << Word(layout.widths[premise.component])) - 1
        let base = bases[premise.component][premise.label]
        premises.append(Premise(shift: Word(layout.shifts[premise.component]), ones: ones, base: base))
      }
      premiseStarts.append(Int32(premises.count))
    }
    self.premiseStarts = arena.copy(premiseStarts)
    self.premises = arena.copy(premises)
    events = arena.copy(table.rules.map(\.result))
    self.classes = arena.copy(classes)
    self.isSingle = arena.copy(
      table.rules.map { rule in rule.premises.allSatisfy { isSingle[$0.component][$0.label] } })
  }

  /// The generator of a machine that does not use it.
  static func none(_ arena: TableArena) -> RuleSetGenerator {
    RuleSetGenerator(RuleTable(Network(components: [], rules: [])), [], PackedLayout([]), arena)!
  }

  /// Component → state → the rules that the component does not forbid in it.
  private static func permitted(_ table: RuleTable) -> [[[UInt64]]] {
    let words = (table.rules.count + 63) / 64
    return table.groups.indices.map { c in
      var free = [UInt64](repeating: 0, count: words)
      var asking = [[Int]](repeating: [], count: table.labelCounts[c])
      for (i, rule) in table.rules.enumerated() {
        if let premise = rule.premises.first(where: { $0.component == c }) {
          asking[premise.label].append(i)
        } else {
          free[i >> 6] |= 1 << UInt64(i & 63)
        }
      }
      return table.groups[c].map { groups in
        var set = free
        for i in groups.lazy.flatMap({ asking[$0.label] }) { set[i >> 6] |= 1 << UInt64(i & 63) }
        return set
      }
    }
  }

  /// What all components of the chunk permit. Values of which a part is no state are never met.
  private static func sets(
    _ permitted: [[[UInt64]]], _ chunk: ChunkSets<Word>.Chunk, _ layout: PackedLayout, of count: Int
  ) -> [UInt64] {
    let all = (0..<(count + 63) / 64).map { w in w < count / 64 ? ~0 : (1 << UInt64(count & 63)) - 1 as UInt64 }
    var sets: [UInt64] = []
    sets.reserveCapacity(all.count << chunk.bits)
    for value in 0..<(1 << chunk.bits) {
      var set = all
      for c in chunk.components {
        let state = (value >> (layout.shifts[c] - chunk.shift)) & ((1 << layout.widths[c]) - 1)
        for w in set.indices { set[w] &= state < permitted[c].count ? permitted[c][state][w] : 0 }
      }
      sets += set
    }
    return sets
  }

  @inlinable
  func successors(of state: Word, into outbox: inout Outbox<Word>) {
    for w in 0..<enabled.wordsPerSet {
      var rules = enabled.word(w, in: state)
      outbox.reserve(rules.nonzeroBitCount)
      while rules != 0 {
        let rule = (w &<< 6) | rules.trailingZeroBitCount
        rules &= rules &- 1
        let first = Int(premiseStarts[rule]), end = Int(premiseStarts[rule &+ 1])
        if isSingle[rule] {
          var target = state
          for p in first..<end { target ^= firsts[premises[p].entry(state)] }
          outbox.append(target, events[rule], classes[rule])
        } else {
          fire(rule, first..<end, in: state, &outbox)
          outbox.reserve(rules.nonzeroBitCount)
        }
      }
    }
  }

  /// Every combination of the premises' targets: those of one premise after another are multiplied into what the outbox
  /// holds for this rule.
  @inlinable
  func fire(_ rule: Int, _ premises: Range<Int>, in state: Word, _ outbox: inout Outbox<Word>) {
    let start = outbox.count, event = events[rule], `class` = classes[rule]
    outbox.reserve(1)
    outbox.append(state, event, `class`)
    for p in premises {
      let entry = self.premises[p].entry(state), made = outbox.count
      let from = Int(targetStarts[entry]), to = Int(targetStarts[entry &+ 1])
      outbox.reserve((made &- start) &* (to &- from))
      for t in (from &+ 1)..<to {
        for i in start..<made { outbox.append(outbox.words[i] ^ targets[t], event, `class`) }
      }
      for i in start..<made { outbox.words[i] ^= targets[from] }
    }
  }
}
