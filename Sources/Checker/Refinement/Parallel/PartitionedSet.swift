import CIntrinsics
import TransitionSystems

/// An exact set of words in 256 parts, so small that a part fits the level-2 cache and that no two workers meet in one.
///
/// A word is turned to a *key* by a bijection (``KeyMixer``); the upper 8 bits of the key name the part, and its table
/// holds the rest. Words of more than 64 bits are their own keys, and a hash names the part.
///
/// Invariants: I1 every word that was inserted is in one table, that of its part; I2 the words have at most `keyBits`
/// bits; I3 a part is changed by one worker at a time, while no other looks at it. Parts grow by themselves, each by five
/// sixteenths or a half, so that the set is never there twice.
struct PartitionedSet<Word: PackedWord>: ~Copyable {
  static var partBits: Int { 8 }
  static var partCount: Int { 1 << partBits }
  /// Keys by which the memory of a plain table is asked beforehand.
  private static var ahead: Int { 16 }

  /// They may be tagged, where they are inserted.
  let keys: SetKeys<Word>
  private let mask: UInt64
  // SAFETY: owned, `partCount` long, initialised; the tables are freed in deinit.
  private let tables: UnsafeMutablePointer<WordTable<Word>>
  /// Where the tables are, if not in memory.
  private(set) var store: SpillStore?

  /// Nil when there is no memory for it, or no room in `store`.
  init?(keyBits: Int, capacity: Int, tags: TagPlace<Word> = TagPlace(bits: 0), store: SpillStore? = nil) {
    keys = SetKeys(bits: keyBits, partBits: Self.partBits, tags)
    self.store = store
    mask = (1 << keys.shift) - 1
    tables = .allocate(capacity: Self.partCount)
    for part in 0..<Self.partCount {
      // Of somewhat different sizes, so that not all grow at once: what is free varies between parts, and not in time.
      let share = capacity / Self.partCount, more = share / Self.partCount * part / 4
      guard let table = WordTable<Word>(Self.shape(keyBits, share + more), store == nil ? .smallPages : .file, store)
      else {
        for made in 0..<part { tables[made].free() }
        tables.deallocate()
        return nil
      }
      (tables + part).initialize(to: table)
    }
  }

  deinit {
    for part in 0..<Self.partCount { tables[part].free() }
    tables.deallocate()
  }

  private static func shape(_ keyBits: Int, _ capacity: Int) -> WordTable<Word>.Shape {
    let bits = keyBits > 64 ? 64 : WordTable<Word>.mixedBits(keyBits) - partBits
    return keyBits > 64
      ? .plain(slots: PlainTable<Word>.slots(capacity: capacity))
      : WordTable<Word>.smallest(bits, bits < 32 ? min(capacity, 1 << bits) : capacity)
  }

  /// What a set takes that has room for so many words.
  static func bytes(keyBits: Int, capacity: Int) -> Int { shape(keyBits, capacity / partCount).bytes * partCount }

  var count: Int { (0..<Self.partCount).reduce(0) { $0 + tables[$1].count } }
  var bytes: Int { (0..<Self.partCount).reduce(0) { $0 + tables[$1].bytes } }

  // MARK: Spilling

  /// Moves all tables to files. False when there is no room for all; then some have moved.
  mutating func spill(to store: SpillStore) -> Bool {
    self.store = store
    for part in 0..<Self.partCount {
      guard let moved = tables[part].moved(to: .file, store) else { return false }
      tables[part] = moved
      moved.park()
    }
    return true
  }

  /// To be called around whatever touches a whole part.
  func wake(_ part: Int) { tables[part].wake() }
  func park(_ part: Int) { tables[part].park() }

  // MARK: Keys

  @inline(__always) func key(_ word: Word) -> Word { keys.key(word) }
  @inline(__always) func word(_ key: Word) -> Word { keys.word(key) }
  /// Of a key with or without a tag.
  @inline(__always) func part(of key: Word) -> Int { keys.part(of: key) }

  // MARK: Inserting

  /// Inserts `keys[..<n]`, all of `part`, and writes the words of those that are new to `new`, in some order and with the tags
  /// of their keys, as words of a ply. The places of the keys hold any afterwards.
  ///
  /// - Returns: how many are new, or nil when there is no memory to grow into; then keys are missing.
  /// - Parameter new: room for n words and one more.
  ///
  /// SAFETY: both pointers are the caller's, with that much room, and `new` need not be initialised.
  @inline(__always)
  func insert(_ keys: UnsafeMutablePointer<Word>, _ n: Int, part: Int, new: UnsafeMutablePointer<Word>) -> Int? {
    var i = 0, count = 0
    let names = self.keys, tags = names.tags
    while i < n {
      let before = i
      switch tables[part] {
      case .plain(var table):
        while i < n, table.count < table.capacity {
          table.prefetch(tags.untagged(keys[min(i &+ Self.ahead, n &- 1)]))
          new[count] = keys[i]
          if table.insert(tags.untagged(keys[i])) { count &+= 1 }
          i &+= 1
        }
        tables[part] = .plain(table)
      case .middle(var table):
        i = table.insert(keys, from: i, n, mask: mask, new: new, &count)
        tables[part] = .middle(table)
      case .narrow(var table):
        i = table.insert(keys, from: i, n, mask: mask, new: new, &count)
        tables[part] = .narrow(table)
      }
      if i < n, !grow(part, stuck: i == before) { return nil }
    }
    if tags.bits > 0 {
      for i in 0..<count { new[i] = tags.inPly(names.word(tags.untagged(new[i])), tagOf: new[i]) }
    } else {
      for i in 0..<count { new[i] = names.word(new[i]) }
    }
    return count
  }

  /// `stuck`: nothing went in since the last growth.
  @inline(never)
  private func grow(_ part: Int, stuck: Bool) -> Bool {
    let old = tables[part]
    // Every key is moved some three times all in all; larger steps would save time and cost memory, little of it where a slot
    // has but two bytes. Tight tables are full at seven tenths, so that small steps would be very many.
    let sixteenths =
      switch old {
      case .narrow: 8
      case .middle(let table): table.shape.isTight ? 9 : 5
      case .plain: 5
      }
    var capacity = max(old.count, 16) / 16 * (16 + sixteenths) + (stuck ? old.capacity / 4 : 0)
    while true {
      guard let fresh = WordTable<Word>(Self.shape(keys.bits, capacity), store == nil ? .smallPages : .file, store)
      else {
        return false
      }
      if let table = copied(old, into: fresh, part) {
        tables[part] = table
        old.free()
        return true
      }
      fresh.free()
      capacity += capacity / 4
    }
  }

  /// Nil when an entry would lie too far from home.
  private func copied(_ old: WordTable<Word>, into fresh: WordTable<Word>, _ part: Int) -> WordTable<Word>? {
    switch fresh {
    case .plain(var table):
      forEachKey(old, part) { _ = table.insert($0) }
      return .plain(table)
    case .middle(var table):
      return appendAll(of: old, to: &table) ? .middle(table) : nil
    case .narrow(var table):
      return appendAll(of: old, to: &table) ? .narrow(table) : nil
    }
  }

  private func appendAll<Slot>(of old: WordTable<Word>, to table: inout CompactTable<Slot>) -> Bool {
    switch old {
    case .plain(let old):
      var fits = true
      old.forEach { if table.insert(UInt64(truncatingIfNeeded: $0) & mask) == .full { fits = false } }
      return fits
    case .middle(let old): return table.appendAll(of: old)
    case .narrow(let old): return table.appendAll(of: old)
    }
  }

  @inline(__always)
  private func forEachKey(_ table: WordTable<Word>, _ part: Int, _ body: (Word) -> Void) {
    let high = keys.isWide ? 0 : UInt64(part) << keys.shift
    switch table {
    case .plain(let table): table.forEach { body($0) }
    case .middle(let table): table.forEach { body(Word(truncatingIfNeeded: $0 | high)) }
    case .narrow(let table): table.forEach { body(Word(truncatingIfNeeded: $0 | high)) }
    }
  }

  /// Calls `body` with every word of a part, in no order.
  func forEach(in part: Int, _ body: (Word) -> Void) {
    wake(part)
    forEachKey(tables[part], part) { body(word($0)) }
    park(part)
  }

  func forEach(_ body: (Word) -> Void) { for part in 0..<Self.partCount { forEach(in: part, body) } }

  // MARK: Positions

  /// To be called some keys before ``slot(of:part:)``: says about where the slot will be.
  @inline(__always) func prefetch(_ key: Word, part: Int) -> Int {
    switch tables[part] {
    case .plain(let table): table.prefetched(key)
    case .middle(let table): table.prefetched(UInt64(truncatingIfNeeded: key) & mask)
    case .narrow(let table): table.prefetched(UInt64(truncatingIfNeeded: key) & mask)
    }
  }

  /// A number below `slotCount(part)`, another for each key of the part; nil for a key that is not there.
  @inline(__always) func slot(of key: Word, part: Int) -> Int? {
    switch tables[part] {
    case .plain(let table): table.slot(of: key)
    case .middle(let table): table.slot(of: UInt64(truncatingIfNeeded: key) & mask)
    case .narrow(let table): table.slot(of: UInt64(truncatingIfNeeded: key) & mask)
    }
  }

  /// Calls `body` with the slot and the word of every key of a part.
  @inline(__always) func forEachSlot(in part: Int, _ body: (Int, Word) -> Void) {
    wake(part)
    defer { park(part) }
    let high = keys.isWide ? 0 : UInt64(part) << keys.shift
    switch tables[part] {
    case .plain(let table): table.forEachSlot { body($0, word($1)) }
    case .middle(let table): table.forEachSlot { body($0, word(Word(truncatingIfNeeded: $1 | high))) }
    case .narrow(let table): table.forEachSlot { body($0, word(Word(truncatingIfNeeded: $1 | high))) }
    }
  }

  func slotCount(_ part: Int) -> Int {
    switch tables[part] {
    case .plain(let table): table.slots + 1
    case .middle(let table): table.slotCount
    case .narrow(let table): table.slotCount
    }
  }
}
