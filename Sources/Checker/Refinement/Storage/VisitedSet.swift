import CIntrinsics
import TransitionSystems

/// The exact set of words that a search has met, in the smallest table that takes them.
///
/// A block of words goes in at a time: all are mixed and prefetched, then all inserted, which hides the memory's
/// latency. At every growth the table is chosen anew: whole words, or 32- or 16-bit slots, whichever is smallest for
/// the number of keys (a narrow slot needs many buckets, so it does not pay for few wide keys).
///
/// Invariants:
/// - I1: every word that was inserted is in exactly one slot; nothing else is.
/// - I2: every word has at most `keyBits` bits.
/// - I3: `recent` holds mixed keys that are in the table.
struct VisitedSet<Word: PackedWord>: ~Copyable {
  private(set) var keyBits: Int
  /// How often the table was replaced by another.
  private(set) var growths = 0
  private var table: WordTable<Word>
  private var mixer: KeyMixer
  // SAFETY: both are owned and freed in deinit; `hashes` is written before it is read in every block, of at most `hashRoom`,
  // and `recent`, a power of two long, is initialised and indexed by a mask.
  private var hashes: UnsafeMutablePointer<UInt64>, hashRoom = 1024
  /// Direct mapped, small enough for the level-2 cache: most successors were met a moment ago, and need no table line.
  private var recent: UnsafeMutablePointer<UInt64>, recentCount = 256
  private static var mostRecent: Int { 1 << 15 }

  /// Asked before a table is replaced; nil: memory has no limit.
  private let budget: Budget?

  init(keyBits: Int, capacity: Int = 3000, budget: Budget? = nil) throws(LimitReached) {
    self.budget = budget
    self.keyBits = keyBits
    mixer = KeyMixer(width: WordTable<Word>.mixedBits(keyBits))
    table = try WordTable(keyBits: keyBits, capacity: capacity, budget: budget)
    hashes = .allocate(capacity: hashRoom)
    recent = .allocate(capacity: recentCount)
    recent.initialize(repeating: ~0, count: recentCount)
  }

  deinit {
    table.free()
    hashes.deallocate()
    recent.deallocate()
  }

  var count: Int { table.count }

  var bytes: Int { table.bytes + (recentCount + hashRoom) * 8 }

  // MARK: Inserting

  /// Whether `word` is new. Slower than a block; `prefetch` it well before.
  mutating func insert(_ word: Word) throws(LimitReached) -> Bool {
    if table.count >= table.capacity { try makeRoom(1) }
    var insertion: Insertion
    repeat {
      switch table {
      case .plain(var t):
        insertion = t.insert(word) ? .new : .old
        table = .plain(t)
      case .middle(var t):
        insertion = t.insert(mixer.mix(UInt64(truncatingIfNeeded: word)))
        table = .middle(t)
      case .narrow(var t):
        insertion = t.insert(mixer.mix(UInt64(truncatingIfNeeded: word)))
        table = .narrow(t)
      }
      if insertion == .full { try grow(to: table.capacity + 1) }
    } while insertion == .full
    return insertion == .new
  }

  @inline(__always) func prefetch(_ word: Word) {
    switch table {
    case .plain(let t): t.prefetch(word)
    case .middle(let t): t.prefetch(mixer.mix(UInt64(truncatingIfNeeded: word)))
    case .narrow(let t): t.prefetch(mixer.mix(UInt64(truncatingIfNeeded: word)))
    }
  }

  /// Inserts `words[..<n]` and moves those that are new to the front, in order.
  ///
  /// - Returns: how many are new.
  mutating func insert(_ words: UnsafeMutablePointer<Word>, _ n: Int) throws(LimitReached) -> Int {
    if table.count + n > table.capacity { try makeRoom(n) }
    switch table {
    case .plain(var t):
      for i in 0..<n { t.prefetch(words[i]) }
      var new = 0
      for i in 0..<n where t.insert(words[i]) {
        words[new] = words[i]
        new &+= 1
      }
      table = .plain(t)
      return new
    case .middle(let t):
      var set = t
      let new = insert(words, n, into: &set)
      table = .middle(set)
      return new >= 0 ? new : try insertAfterGrowing(words, n, met: ~new)
    case .narrow(let t):
      var set = t
      let new = insert(words, n, into: &set)
      table = .narrow(set)
      return new >= 0 ? new : try insertAfterGrowing(words, n, met: ~new)
    }
  }

  /// How many are new; or, when the table is full, the complement of that, `words` being rearranged such that the ones
  /// still to be inserted stand last, behind the new ones.
  @inline(__always)
  private mutating func insert<Slot>(
    _ words: UnsafeMutablePointer<Word>, _ n: Int, into set: inout CompactTable<Slot>
  ) -> Int {
    if n > hashRoom { growHashes(n) }
    let hashes = hashes, recent = recent, recentMask = recentCount &- 1, mixer = mixer
    var k = 0
    for i in 0..<n {
      let h = mixer.mix(UInt64(truncatingIfNeeded: words[i])), at = Int(truncatingIfNeeded: h) & recentMask
      if recent[at] == h { continue }
      recent[at] = h
      set.prefetch(h)
      hashes[k] = h
      words[k] = words[i]
      k &+= 1
    }
    var new = 0
    for i in 0..<k {
      switch set.insert(hashes[i]) {
      case .old: break
      case .new:
        words[new] = words[i]
        new &+= 1
      case .full:
        pending = i..<k
        return ~new
      }
    }
    return new
  }

  /// What was left when the table was full.
  private var pending = 0..<0

  @inline(never)
  private mutating func insertAfterGrowing(
    _ words: UnsafeMutablePointer<Word>, _ n: Int, met: Int
  ) throws(LimitReached) -> Int {
    // The rest are in `recent` already, though not in the table: I3 is restored before it is relied on.
    forgetRecent()
    let rest = pending
    try grow(to: table.capacity + 1)
    let more = try insert(words + rest.lowerBound, rest.count)
    (words + met).update(from: words + rest.lowerBound, count: more)
    return met + more
  }

  /// Also makes the memory of recent keys as large as the table bears.
  private mutating func forgetRecent() {
    if recentCount < min(table.capacity / 4, Self.mostRecent) {
      recent.deallocate()
      while recentCount < min(table.capacity / 4, Self.mostRecent) { recentCount *= 2 }
      recent = .allocate(capacity: recentCount)
    }
    recent.initialize(repeating: ~0, count: recentCount)
  }

  private mutating func growHashes(_ n: Int) {
    hashes.deallocate()
    hashRoom = n * 2
    hashes = .allocate(capacity: hashRoom)
  }

  func contains(_ word: Word) -> Bool {
    switch table {
    case .plain(let t): t.contains(word)
    case .middle(let t): t.contains(mixer.mix(UInt64(truncatingIfNeeded: word)))
    case .narrow(let t): t.contains(mixer.mix(UInt64(truncatingIfNeeded: word)))
    }
  }

  /// Calls `body` with every word, in no order.
  func forEach(_ body: (Word) -> Void) { table.forEach(mixer, releasing: false, body) }

  // MARK: Growing

  /// Allows wider words from now on.
  mutating func widenKeys(to bits: Int) throws(LimitReached) {
    if bits > keyBits { try replaceTable(keyBits: bits, capacity: max(count, 3000)) }
  }

  @inline(never)
  private mutating func makeRoom(_ n: Int) throws(LimitReached) {
    // There are no more words than keys: most of a block's words may be old.
    let need = keyBits < 48 ? min(count + n, 1 << keyBits) : count + n
    if need > table.capacity { try grow(to: need) }
  }

  private mutating func grow(to need: Int) throws(LimitReached) {
    // A copy costs less than what a large table would keep empty.
    let capacity = table.capacity < 1 << 23 ? table.capacity / 2 * 3 : table.capacity / 4 * 5
    try replaceTable(keyBits: keyBits, capacity: max(need, capacity))
  }

  private mutating func replaceTable(keyBits: Int, capacity: Int) throws(LimitReached) {
    let newMixer = KeyMixer(width: WordTable<Word>.mixedBits(keyBits))
    var fresh = try WordTable<Word>(keyBits: keyBits, capacity: capacity, budget: budget, replacing: table.bytes)
    var late: [Word] = []
    switch fresh {
    case .plain(var t):
      table.forEach(mixer, releasing: true) { _ = t.insert($0) }
      fresh = .plain(t)
    case .middle(var t):
      copy(into: &t, newMixer, &late)
      fresh = .middle(t)
    case .narrow(var t):
      copy(into: &t, newMixer, &late)
      fresh = .narrow(t)
    }
    table.free()
    (table, mixer) = (fresh, newMixer)
    self.keyBits = keyBits
    growths += 1
    forgetRecent()
    if !late.isEmpty { try insertLate(late) }
  }

  @inline(__always)
  private func copy<Slot>(into set: inout CompactTable<Slot>, _ newMixer: KeyMixer, _ late: inout [Word]) {
    table.forEach(mixer, releasing: true) { word in
      if set.insert(newMixer.mix(UInt64(truncatingIfNeeded: word))) == .full { late.append(word) }
    }
  }

  /// Words that lay too far from home in the new table.
  private mutating func insertLate(_ late: [Word]) throws(LimitReached) {
    let words = UnsafeMutablePointer<Word>.allocate(capacity: late.count)
    defer { words.deallocate() }
    for (i, word) in late.enumerated() { words[i] = word }
    _ = try insert(words, late.count)
  }
}
