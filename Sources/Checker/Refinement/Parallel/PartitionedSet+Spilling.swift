import TransitionSystems

/// A set whose tables are on disk.
///
/// What is written to a file the system must write to the disk sooner or later. So what is new goes to a *memtable* in memory,
/// one a part, and only when that is full to the table (O'Neil, Cheng, Gawlick and O'Neil, *The log-structured merge-tree*, Acta
/// Informatica 1996). A key is looked up in both.
extension PartitionedSet {
  /// Keys that go from a memtable to its table at a time.
  private static var blockSize: Int { 256 }

  /// Moves all tables to files. False when there is no room for all; then some have moved.
  mutating func spill(to store: SpillStore) -> Bool {
    self.store = store
    for part in 0..<Self.partCount {
      guard let moved = tables[part].moved(to: store) else { return false }
      tables[part] = moved
    }
    memtables = Self.memtables(keyBits: keys.bits, bytes: store.memtableBytes)
    return memtables != nil
  }

  /// To be called around whatever looks at a whole part.
  func wake(_ part: Int) { tables[part].memory.wake(store) }
  func park(_ part: Int) { tables[part].memory.park(store) }

  /// As large as `bytes` allow. Nil when there is no memory for them.
  static func memtables(keyBits: Int, bytes: Int) -> UnsafeMutablePointer<WordTable<Word>>? {
    let share = bytes / partCount
    var capacity = 64
    // A key takes two bytes or more.
    while capacity < share / 2, shape(keyBits, capacity / 4 * 5).bytes <= share { capacity = capacity / 4 * 5 }
    let shape = shape(keyBits, capacity)
    return tables(.sparsePages, nil) { _ in shape }
  }

  /// ``insertIntoTable(_:_:part:new:)``, of a set on disk.
  @inline(never)
  func insertIntoMemtable(
    _ keys: UnsafeMutablePointer<Word>, _ n: Int, part: Int, new: UnsafeMutablePointer<Word>
  ) -> Int? {
    var i = 0, n = n, count = 0
    while true {
      // Anew when the memtable was emptied: what it had is in the table now.
      let end = sift(keys, from: i, n, part, scratch: new + count)
      i = insert(keys, from: i, end, into: &memtables.unsafelyUnwrapped[part], new: new, &count)
      if i == end { return count }
      if !emptyMemtable(part) { return nil }
      n = end
    }
  }

  /// Keeps those of `keys[start..<n]` that the table does not have, and moves them to the front; where they end.
  @inline(__always)
  private func sift(
    _ keys: UnsafeMutablePointer<Word>, from start: Int, _ n: Int, _ part: Int, scratch: UnsafeMutablePointer<Word>
  ) -> Int {
    switch tables[part] {
    case .plain(let table):
      let tags = self.keys.tags
      var end = start
      for i in start..<n {
        table.prefetch(tags.untagged(keys[min(i &+ Self.ahead, n &- 1)]))
        let key = keys[i]
        if !table.contains(tags.untagged(key)) {
          keys[end] = key
          end &+= 1
        }
      }
      return end
    case .middle(let table): return table.sift(keys, from: start, n, mask: mask, scratch: scratch)
    case .narrow(let table): return table.sift(keys, from: start, n, mask: mask, scratch: scratch)
    }
  }

  /// Moves what is in a memtable to the table. False when there is no room; then keys are missing.
  private func emptyMemtable(_ part: Int) -> Bool {
    let memtable = memtables.unsafelyUnwrapped[part], least = tables[part].count + memtable.count
    if memtable.count == 0 { return true }
    wake(part)
    // With room for the next one or two of its like.
    if least > tables[part].capacity, !grow(part, stuck: false, toHold: least / 2 * 3) { return false }
    if !append(memtable, part), !insert(memtable, part) { return false }
    memtables.unsafelyUnwrapped[part].removeAll()
    return tables[part].memory.save(store)
  }

  /// As a whole, where keys are not compared with those that the table has: it has none of them.
  private func append(_ memtable: WordTable<Word>, _ part: Int) -> Bool {
    switch tables[part] {
    case .plain: return false
    case .middle(var table):
      defer { tables[part] = .middle(table) }
      return appendAll(of: memtable, to: &table)
    case .narrow(var table):
      defer { tables[part] = .narrow(table) }
      return appendAll(of: memtable, to: &table)
    }
  }

  /// Key by key, with growing. False when there is no room.
  private func insert(_ memtable: WordTable<Word>, _ part: Int) -> Bool {
    var fits = true
    withUnsafeTemporaryAllocation(of: Word.self, capacity: 2 * Self.blockSize + 1) { room in
      // SAFETY: the first half is written before it is read, the rest is what the insertion may write to.
      let keys = room.baseAddress!
      var count = 0
      func flush() {
        if fits, insertIntoTable(keys, count, part: part, new: keys + Self.blockSize) == nil { fits = false }
        count = 0
      }
      forEachKey(memtable, part) {
        keys[count] = $0
        count += 1
        if count == Self.blockSize { flush() }
      }
      flush()
    }
    return fits
  }

  /// Moves what is in any memtable to its table. False when there is no room; then keys are missing.
  func emptyMemtables() -> Bool {
    if memtables == nil { return true }
    for part in 0..<Self.partCount {
      defer { park(part) }
      if !emptyMemtable(part) { return false }
    }
    return true
  }
}
