import TransitionSystems

/// Where keys lie. On disk, memtables must have been emptied before (``PartitionedSet/emptyMemtables()``).
extension PartitionedSet {
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
