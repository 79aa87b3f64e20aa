/// Finds the enabled rules of a packed state among all rules, and looks up where each leads: for components with so
/// many states that their rules expand to too many steps. The pointers belong to the arena of the machine.
@usableFromInline struct RuleSetGenerator<Word: PackedWord>: BitwiseCopyable, @unchecked Sendable {
  // SAFETY: the tables are never written after `init`.
  @usableFromInline let enabled: ChunkSets<Word>
  /// Rule → its premises, its event, and its class.
  @usableFromInline let premiseStarts: UnsafePointer<Int32>, premises: UnsafePointer<Premise>
  @usableFromInline let events: UnsafePointer<Int32>, classes: UnsafePointer<UInt8>
  /// The rules of one or two premises that have one transition wherever they are enabled, as a set; and what each of them
  /// does: most rules are such.
  @usableFromInline let pairs: UnsafePointer<UInt64>, firings: UnsafePointer<Firing>
  /// Whether all rules are such.
  @usableFromInline let areAllPairs: Bool
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

  /// A rule with its two premises, of which one that is missing changes nothing, in half a cache line.
  @usableFromInline struct Firing: BitwiseCopyable {
    // SAFETY: into `firsts`; a component's state is at most as large as its mask says.
    @usableFromInline let first: UnsafePointer<Word>, second: UnsafePointer<Word>
    @usableFromInline let firstOnes: UInt32, secondOnes: UInt32
    @usableFromInline let event: Int32
    @usableFromInline let firstShift: UInt8, secondShift: UInt8, `class`: UInt8

    @inlinable @inline(__always)
    func target(of state: Word) -> Word {
      let one = Int(truncatingIfNeeded: state &>> Word(truncatingIfNeeded: firstShift)) & Int(firstOnes)
      let other = Int(truncatingIfNeeded: state &>> Word(truncatingIfNeeded: secondShift)) & Int(secondOnes)
      return state ^ first[one] ^ second[other]
    }
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
    // Where one premise is missing.
    let nothing = Premise(shift: 0, ones: 0, base: firsts.count)
    let entries = arena.copy(firsts + [0])
    self.firsts = entries
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
    var pairs = [UInt64](repeating: 0, count: enabled.wordsPerSet)
    firings = arena.copy(
      table.rules.enumerated().map { number, rule in
        let own = premises[Int(premiseStarts[number])..<Int(premiseStarts[number + 1])]
        let isSingle = rule.premises.allSatisfy {
          isSingle[$0.component][$0.label] && layout.widths[$0.component] <= 32
        }
        if (1...2).contains(own.count), isSingle { pairs[number >> 6] |= 1 << UInt64(number & 63) }
        let (one, other) = (own.first ?? nothing, own.dropFirst().first ?? nothing)
        return Firing(
          first: entries + one.base, second: entries + other.base, firstOnes: UInt32(truncatingIfNeeded: one.ones),
          secondOnes: UInt32(truncatingIfNeeded: other.ones), event: rule.result,
          firstShift: UInt8(truncatingIfNeeded: one.shift), secondShift: UInt8(truncatingIfNeeded: other.shift),
          class: classes[number])
      })
    self.pairs = arena.copy(pairs)
    areAllPairs = pairs.reduce(0) { $0 + $1.nonzeroBitCount } == table.rules.count
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
    let words = (count + 63) / 64
    // The sets of all values of the components so far; each component multiplies them.
    var sets = (0..<words).map { w in w < count / 64 ? ~0 : (1 << UInt64(count & 63)) - 1 as UInt64 }
    for c in chunk.components {
      let before = sets
      sets = []
      sets.reserveCapacity(before.count << layout.widths[c])
      for state in 0..<(1 << layout.widths[c]) {
        guard state < permitted[c].count else {
          sets += repeatElement(0, count: before.count)
          continue
        }
        let own = permitted[c][state]
        for row in 0..<(before.count / max(1, words)) {
          for w in 0..<words { sets.append(before[row * words + w] & own[w]) }
        }
      }
    }
    return sets
  }

  @inlinable @inline(never)
  func successors(of state: Word, into outbox: inout Outbox<Word>) {
    enabled.forEachWord(in: state) { fire($0, $1, in: state, &outbox) }
  }

  /// The same but for the rules of a set, which are all of `pairs`; they are only counted, and compared with another set.
  ///
  /// SAFETY: both sets have `enabled.wordsPerSet` words.
  @inlinable @inline(never)
  func successors(
    of state: Word, without set: UnsafePointer<UInt64>, noting noted: UnsafePointer<UInt64>,
    into outbox: inout Outbox<Word>
  ) -> OmittedSteps {
    var omitted = OmittedSteps.none
    enabled.forEachWord(in: state) { all, w in
      fire(all & ~omitted.take(all & set[w], noted: noted[w]), w, in: state, &outbox)
    }
    return omitted
  }

  /// See `ChunkSets.successors(ofAll:_:mask:atMost:noting:wholly:spans:into:result:)`; where `areAllPairs`.
  @inlinable @inline(never)
  func successors(
    ofAll states: UnsafePointer<Word>, _ n: Int, mask: Word, atMost most: Int,
    noting noted: UnsafePointer<UInt64>, wholly: Bool, spans: UnsafeMutablePointer<StepSpan>,
    into outbox: inout Outbox<Word>
  ) -> Int {
    let firings = firings
    return enabled.successors(
      ofAll: states, n, mask: mask, atMost: most, noting: noted, wholly: wholly, spans: spans, into: &outbox
    ) {
      let firing = firings[$0]
      return (firing.target(of: $1), firing.event, firing.class)
    }
  }

  /// See `ChunkSets.successors(ofAll:_:mask:atMost:spans:into:result:)`; where `areAllPairs`.
  @inlinable @inline(never)
  func successors(
    ofAll states: UnsafePointer<Word>, _ n: Int, mask: Word, atMost most: Int,
    spans: UnsafeMutablePointer<StepSpan>, into outbox: inout Outbox<Word>
  ) -> Int {
    let firings = firings
    return enabled.successors(ofAll: states, n, mask: mask, atMost: most, spans: spans, into: &outbox) {
      let firing = firings[$0]
      return (firing.target(of: $1), firing.event, firing.class)
    }
  }

  /// Takes these rules, of those from 64 w on.
  @inlinable @inline(__always)
  func fire(_ enabled: UInt64, _ w: Int, in state: Word, _ outbox: inout Outbox<Word>) {
    outbox.reserve(64)
    // Held here: what is written through a pointer could lie anywhere, also in the outbox itself.
    let words = outbox.words, labels = outbox.events, numbers = outbox.classes
    var rules = enabled & pairs[w], count = outbox.count
    while rules != 0 {
      let firing = firings + ((w &<< 6) | rules.trailingZeroBitCount)
      words[count] = firing.pointee.target(of: state)
      labels[count] = firing.pointee.event
      numbers[count] = firing.pointee.class
      count &+= 1
      rules &= rules &- 1
    }
    outbox.count = count
    rules = enabled & ~pairs[w]
    while rules != 0 {
      let rule = (w &<< 6) | rules.trailingZeroBitCount
      fire(rule, Int(premiseStarts[rule])..<Int(premiseStarts[rule &+ 1]), in: state, &outbox)
      rules &= rules &- 1
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
