import CIntrinsics
import TransitionSystems

/// What one worker has met and somebody must look up: one list a part of the set, in chunks.
///
/// Scattering keys first and looking up a whole part at a time turns the random reads of a large table into work within the
/// level-2 cache, and leaves no two workers in one table (radix partitioning, as in hash joins: Manegold, Boncz, Kersten,
/// *Optimizing main-memory join on modern hardware*, IEEE TKDE 2002).
///
/// A worker writes to 256 lists at once, more than the processor foresees: the next line of each is asked for beforehand.
/// They are written through the caches, which have some of them still when they are read. Collecting whole lines and writing
/// those past the caches would cost a branch a word that nobody foresees, and waiting for memory.
///
/// Invariants: I1 the chunks of a part are linked from the first to the last, and all but the last are full; I2 chunk
/// numbers are below `used`, and block i / `blockChunks` holds chunk i.
struct Candidates<Word: PackedWord>: ~Copyable {
  private static var chunkBytes: Int { 2048 }
  private static var blockChunks: Int { 1024 }
  /// The longest run that `forEachRun` hands out.
  static var longestRun: Int { chunkBytes / MemoryLayout<Word>.size }

  /// Chunk → the chunk after it in its list; of a last one, anything.
  private var next: [Int32] = []
  private var used = 0
  // SAFETY: owned, each of `blockChunks` chunks, freed in deinit; chunk i lies in them while i < `used` (I2).
  private var blocks: [UnsafeMutableRawPointer] = []
  /// Part → where its next word goes; a multiple of the size of a chunk where that is a new chunk, or the last one is empty.
  // SAFETY: owned and freed in deinit, initialised, one entry a part; points into its last chunk or to its end, or is 0.
  private let ends: UnsafeMutablePointer<UInt>
  /// Part → its first and its last chunk, −1 for none.
  // SAFETY: both owned and freed in deinit, initialised, one entry a part.
  private let firsts: UnsafeMutablePointer<Int32>, lasts: UnsafeMutablePointer<Int32>
  private let parts: Int

  init(parts: Int) {
    self.parts = parts
    ends = .allocate(capacity: parts)
    ends.initialize(repeating: 0, count: parts)
    firsts = .allocate(capacity: parts)
    firsts.initialize(repeating: -1, count: parts)
    lasts = .allocate(capacity: parts)
    lasts.initialize(repeating: -1, count: parts)
  }

  deinit {
    for block in blocks { block.deallocate() }
    ends.deallocate()
    firsts.deallocate()
    lasts.deallocate()
  }

  var bytes: Int { blocks.count * Self.blockChunks * Self.chunkBytes }

  /// - Complexity: linear in the parts.
  var count: Int {
    (0..<parts).reduce(used * Self.longestRun) { count, part in
      lasts[part] < 0 ? count : count - Self.longestRun - Self.skipped(part) + countInLast(part)
    }
  }

  /// With what is skipped, where that is the first one too.
  private func countInLast(_ part: Int) -> Int {
    Int(ends[part] - UInt(bitPattern: chunk(Int(lasts[part])))) / MemoryLayout<Word>.size
  }

  /// Appends `words[..<n]`, each to the list of its part.
  @inline(__always) mutating func append(_ words: UnsafePointer<Word>, _ n: Int, part: (Word) -> Int) {
    append(n, part: part) { (words[$0], 1) }
  }

  /// Appends what `word` says for each of 0..<n, to the list of its part: a word and 1, or any word and 0 for nothing.
  // SAFETY: every part is below `parts`, and every count 0 or 1; there is room for a word at an end that is no multiple.
  @inline(__always)
  mutating func append(_ n: Int, part: (Word) -> Int, _ word: (Int) -> (word: Word, count: Int)) {
    let ends = ends
    var i = 0
    while i < n {
      let (word, count) = word(i), part = part(word)
      var end = ends[part]
      if end & UInt(Self.chunkBytes &- 1) == 0 { end = startChunk(part) }
      let place = UnsafeMutableRawPointer(bitPattern: end).unsafelyUnwrapped
      place.storeBytes(of: word, as: Word.self)
      csp_prefetch(place + 64)
      ends[part] = end &+ UInt(bitPattern: count &* MemoryLayout<Word>.size)
      i &+= 1
    }
  }

  @inline(never) private mutating func startChunk(_ part: Int) -> UInt {
    let last = Int(lasts[part])
    // Nothing was kept of what was written there.
    if last >= 0, ends[part] == UInt(bitPattern: chunk(last)) { return ends[part] }
    if used == blocks.count * Self.blockChunks {
      blocks.append(.allocate(byteCount: Self.chunkBytes * Self.blockChunks, alignment: Self.chunkBytes))
      next += Array(repeating: -1, count: Self.blockChunks)
    }
    let start = UInt(bitPattern: chunk(used))
    lasts[part] = Int32(used)
    used += 1
    if last >= 0 {
      next[last] = lasts[part]
      return start
    }
    firsts[part] = lasts[part]
    return start + UInt(Self.skipped(part) * MemoryLayout<Word>.size)
  }

  /// Words at the beginning of the first chunk of a part that are not used: all lists grow equally, and if they began at the
  /// same place of a chunk, all would want the same few places of the caches.
  @inline(__always) private static func skipped(_ part: Int) -> Int {
    part % (chunkBytes / 64) * 64 / MemoryLayout<Word>.size
  }

  private func chunk(_ i: Int) -> UnsafeMutableRawPointer {
    blocks[i / Self.blockChunks] + i % Self.blockChunks * Self.chunkBytes
  }

  /// Calls `body` with every run of words of a part, in the order in which they were appended; it may overwrite them, and
  /// must not keep them.
  @inline(__always) func forEachRun(of part: Int, _ body: (UnsafeMutablePointer<Word>, Int) -> Void) {
    var i = Int(firsts[part]), skipped = Self.skipped(part)
    while i >= 0 {
      let isLast = i == Int(lasts[part]), count = isLast ? countInLast(part) : Self.longestRun
      body(chunk(i).bindMemory(to: Word.self, capacity: count) + skipped, count - skipped)
      skipped = 0
      i = isLast ? -1 : Int(next[i])
    }
  }

  mutating func removeAll() {
    used = 0
    ends.update(repeating: 0, count: parts)
    firsts.update(repeating: -1, count: parts)
    lasts.update(repeating: -1, count: parts)
  }
}
