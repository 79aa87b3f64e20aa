import CIntrinsics
import TransitionSystems

/// A set of whole words: open addressing, linear probing, at most three quarters full. For keys that are too wide for
/// ``CompactTable``, and for sets so small that a narrow slot would not pay.
///
/// Invariants: I1 a slot holds word + 1, and 0 is empty; the word of all ones, for which that fails, is a flag; I2 the
/// number of slots is a power of two.
struct PlainTable<Word: PackedWord> {
  let slots: Int
  private(set) var count = 0
  private var hasAllOnes = false
  var memory: TableMemory
  // SAFETY: `slots` words, given back by whoever owns the table; indices are masked (I2).
  @inline(__always) private var base: UnsafeMutablePointer<Word> { memory.base.assumingMemoryBound(to: Word.self) }

  static func slots(capacity: Int) -> Int {
    var slots = 1024
    while slots / 4 * 3 < capacity { slots *= 2 }
    return slots
  }
  static func bytes(slots: Int) -> Int { slots * MemoryLayout<Word>.size }

  var capacity: Int { slots / 4 * 3 }
  var bytes: Int { Self.bytes(slots: slots) }

  /// Nil when there is no memory for it.
  init?(slots: Int, _ placement: Placement = .hugePages, _ store: SpillStore? = nil) {
    guard let memory = TableMemory(Self.bytes(slots: slots), placement, store) else { return nil }
    self.slots = slots
    self.memory = memory
  }

  /// The same table in a file, and this one freed; nil, and nothing done, when there is no room.
  func moved(to store: SpillStore) -> PlainTable? {
    guard var copy = PlainTable(slots: slots, .file, store) else { return nil }
    guard copy.memory.write(base, store) else {
      copy.memory.free()
      return nil
    }
    (copy.count, copy.hasAllOnes) = (count, hasAllOnes)
    memory.free()
    return copy
  }

  /// Takes all words out.
  mutating func removeAll() {
    base.update(repeating: 0, count: slots)
    (count, hasAllOnes) = (0, false)
  }

  @inline(__always) private func home(_ word: Word) -> Int {
    Int(truncatingIfNeeded: hash(word) &>> 20) & (slots &- 1)
  }

  @inline(__always) func prefetch(_ word: Word) { csp_prefetch(base + home(word)) }

  /// Whether `word` is new. The caller keeps `count` below `capacity`.
  @inline(__always) mutating func insert(_ word: Word) -> Bool {
    let slot = word &+ 1
    if slot == 0 { return insertAllOnes() }
    var i = home(word)
    while true {
      let there = base[i]
      if there == slot { return false }
      if there == 0 {
        base[i] = slot
        count &+= 1
        return true
      }
      i = (i &+ 1) & (slots &- 1)
    }
  }

  @inline(never) private mutating func insertAllOnes() -> Bool {
    if hasAllOnes { return false }
    hasAllOnes = true
    count += 1
    return true
  }

  func contains(_ word: Word) -> Bool {
    let slot = word &+ 1
    if slot == 0 { return hasAllOnes }
    var i = home(word)
    while base[i] != 0 {
      if base[i] == slot { return true }
      i = (i &+ 1) & (slots &- 1)
    }
    return false
  }

  /// The slot at which the search for a word begins, which is prefetched.
  @inline(__always) func prefetched(_ word: Word) -> Int {
    prefetch(word)
    return home(word)
  }

  /// Where a word lies, at most `slots`; nil where the table does not have it.
  @inline(__always) func slot(of word: Word) -> Int? {
    let slot = word &+ 1
    if slot == 0 { return hasAllOnes ? slots : nil }
    var i = home(word)
    while base[i] != slot {
      if base[i] == 0 { return nil }
      i = (i &+ 1) & (slots &- 1)
    }
    return i
  }

  /// Calls `body` with every word and where it lies.
  @inline(__always) func forEachSlot(_ body: (Int, Word) -> Void) {
    if hasAllOnes { body(slots, .max) }
    for i in 0..<slots where base[i] != 0 { body(i, base[i] &- 1) }
  }

  /// Calls `body` with every word, in no order.
  /// With `releasing`, the pages are given back on the way; then nothing but `free` may follow.
  @inline(__always) func forEach(releasing: Bool = false, _ body: (Word) -> Void) {
    if hasAllOnes { body(.max) }
    let stride = PageRelease.step / MemoryLayout<Word>.size
    for i in 0..<slots {
      if base[i] != 0 { body(base[i] &- 1) }
      if releasing, (i &+ 1) % stride == 0, bytes >= PageRelease.leastBlock {
        csp_release(base + (i &+ 1 &- stride), PageRelease.step)
      }
    }
  }
}
