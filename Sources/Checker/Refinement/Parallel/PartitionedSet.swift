import CIntrinsics
import TransitionSystems

/// An exact set of words in 256 parts, so small that a part fits the level-2 cache and that no two workers meet in one.
///
/// A word is turned to a *key* by a bijection (``KeyMixer``); the upper 8 bits of the key name the part, and its table
/// holds the rest. Words of more than 64 bits are their own keys, and a hash names the part.
///
/// Invariants: I1 every word that was inserted is in one table, that of its part, or, on disk, in its part's memtable instead;
/// I2 the words have at most `keyBits` bits; I3 a part is changed by one worker at a time, while no other looks at it. Parts
/// grow by themselves, in memory each by five to nine sixteenths, so that the set is never there twice.
struct PartitionedSet<Word: PackedWord>: ~Copyable {
  static var partBits: Int { 8 }
  static var partCount: Int { 1 << partBits }
  /// Keys by which the memory of a plain table is asked beforehand.
  static var ahead: Int { 16 }

  /// They may be tagged, where they are inserted.
  let keys: SetKeys<Word>
  let mask: UInt64
  // SAFETY: owned, `partCount` long, initialised; the tables are freed in deinit.
  let tables: UnsafeMutablePointer<WordTable<Word>>
  /// Where the tables are, if not in memory.
  var store: SpillStore?
  /// Part → what was met since its table on disk was last written to; nil while the set is in memory.
  // SAFETY: as of `tables`.
  var memtables: UnsafeMutablePointer<WordTable<Word>>?

  /// Nil when there is no memory for it, or no room in `store`.
  init?(keyBits: Int, capacity: Int, tags: TagPlace<Word> = TagPlace(bits: 0), store: SpillStore? = nil) {
    let made = Self.tables(store == nil ? .smallPages : .file, store) { part in
      // Of somewhat different sizes, so that not all grow at once: what is free varies between parts, and not in time.
      let share = capacity / Self.partCount, more = share / Self.partCount * part / 4
      return Self.shape(keyBits, share + more)
    }
    let buffering = store.flatMap { Self.memtables(keyBits: keyBits, bytes: $0.memtableBytes) }
    guard let made, store == nil || buffering != nil else {
      Self.free(made)
      Self.free(buffering)
      return nil
    }
    keys = SetKeys(bits: keyBits, partBits: Self.partBits, tags)
    mask = (1 << keys.shift) - 1
    tables = made
    self.store = store
    memtables = buffering
  }

  /// A table for each part. Nil when there is no room.
  static func tables(
    _ placement: Placement, _ store: SpillStore?, _ shape: (_ part: Int) -> WordTable<Word>.Shape
  ) -> UnsafeMutablePointer<WordTable<Word>>? {
    // SAFETY: the caller's, once all of it is initialised.
    let tables = UnsafeMutablePointer<WordTable<Word>>.allocate(capacity: partCount)
    for part in 0..<partCount {
      guard let table = WordTable<Word>(shape(part), placement, store) else {
        for earlier in 0..<part { tables[earlier].free() }
        tables.deallocate()
        return nil
      }
      (tables + part).initialize(to: table)
    }
    return tables
  }

  private static func free(_ tables: UnsafeMutablePointer<WordTable<Word>>?) {
    guard let tables else { return }
    for part in 0..<partCount { tables[part].free() }
    tables.deallocate()
  }

  deinit {
    Self.free(tables)
    Self.free(memtables)
  }

  static func shape(_ keyBits: Int, _ capacity: Int) -> WordTable<Word>.Shape {
    let bits = keyBits > 64 ? 64 : WordTable<Word>.mixedBits(keyBits) - partBits
    return keyBits > 64
      ? .plain(slots: PlainTable<Word>.slots(capacity: capacity))
      : WordTable<Word>.smallest(bits, bits < 32 ? min(capacity, 1 << bits) : capacity)
  }

  /// What a set takes that has room for so many words.
  static func bytes(keyBits: Int, capacity: Int) -> Int { shape(keyBits, capacity / partCount).bytes * partCount }

  var count: Int { (0..<Self.partCount).reduce(0) { $0 + tables[$1].count + (memtables?[$1].count ?? 0) } }
  /// Of the tables, wherever they are, without the memtables.
  var bytes: Int { (0..<Self.partCount).reduce(0) { $0 + tables[$1].bytes } }

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
    let names = self.keys, tags = names.tags
    let inserted =
      memtables == nil
      ? insertIntoTable(keys, n, part: part, new: new) : insertIntoMemtable(keys, n, part: part, new: new)
    guard let count = inserted else { return nil }
    if tags.bits > 0 {
      for i in 0..<count { new[i] = tags.inPly(names.word(tags.untagged(new[i])), tagOf: new[i]) }
    } else {
      for i in 0..<count { new[i] = names.word(new[i]) }
    }
    return count
  }

  /// The same; what is new are still keys.
  @inline(__always)
  func insertIntoTable(
    _ keys: UnsafeMutablePointer<Word>, _ n: Int, part: Int, new: UnsafeMutablePointer<Word>
  ) -> Int? {
    var i = 0, count = 0
    while i < n {
      let before = i
      i = insert(keys, from: i, n, into: &tables[part], new: new, &count)
      if i < n, !grow(part, stuck: i == before) { return nil }
    }
    return count
  }

  /// Writes those of `keys[start..<n]` that are new to a table to `new`, from `count` on.
  ///
  /// - Returns: where it stopped: at `n`, or where the table is full. Places before that hold any keys.
  @inline(__always)
  func insert(
    _ keys: UnsafeMutablePointer<Word>, from start: Int, _ n: Int, into table: inout WordTable<Word>,
    new: UnsafeMutablePointer<Word>, _ count: inout Int
  ) -> Int {
    var i = start
    switch table {
    case .plain(var own):
      let tags = self.keys.tags
      while i < n, own.count < own.capacity {
        own.prefetch(tags.untagged(keys[min(i &+ Self.ahead, n &- 1)]))
        new[count] = keys[i]
        if own.insert(tags.untagged(keys[i])) { count &+= 1 }
        i &+= 1
      }
      table = .plain(own)
    case .middle(var own):
      i = own.insert(keys, from: i, n, mask: mask, new: new, &count)
      table = .middle(own)
    case .narrow(var own):
      i = own.insert(keys, from: i, n, mask: mask, new: new, &count)
      table = .narrow(own)
    }
    return i
  }

  /// - Parameters:
  ///   - stuck: nothing went in since the last growth.
  ///   - least: how many keys it must take.
  @inline(never)
  func grow(_ part: Int, stuck: Bool, toHold least: Int = 0) -> Bool {
    let old = tables[part], store = store
    // Every key is moved some three times all in all; larger steps would save time and cost memory, little of it where a slot
    // has but two bytes. Tight tables are full at seven tenths, so that small steps would be very many.
    let sixteenths =
      switch old {
      case .narrow: 8
      case .middle(let table): table.shape.isTight ? 9 : 5
      case .plain: 5
      }
    var capacity = max(least, max(old.count, 16) / 16 * (16 + sixteenths) + (stuck ? old.capacity / 4 : 0))
    while true {
      guard var fresh = WordTable<Word>(Self.shape(keys.bits, capacity), store == nil ? .smallPages : .file, store)
      else {
        return false
      }
      fresh.memory.wakeEmpty(store)
      if let table = copied(old, into: fresh, part) {
        tables[part].memory.park(store)
        old.free()
        tables[part] = table
        return true
      }
      fresh.memory.park(store)
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

  /// Adds all keys of a table to another, which has none of them. False when one would lie too far from home; then some have
  /// been added.
  func appendAll<Slot>(of old: WordTable<Word>, to table: inout CompactTable<Slot>) -> Bool {
    switch old {
    case .plain(let old):
      var fits = true
      old.forEach { if table.insert(UInt64(truncatingIfNeeded: $0) & mask) == .full { fits = false } }
      return fits
    case .middle(let old): return table.appendAll(of: old)
    case .narrow(let old): return table.appendAll(of: old)
    }
  }

  /// Calls `body` with every key of a table of a part.
  @inline(__always)
  func forEachKey(_ table: WordTable<Word>, _ part: Int, _ body: (Word) -> Void) {
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
    if let memtables { forEachKey(memtables[part], part) { body(word($0)) } }
    park(part)
  }

  func forEach(_ body: (Word) -> Void) { for part in 0..<Self.partCount { forEach(in: part, body) } }
}
