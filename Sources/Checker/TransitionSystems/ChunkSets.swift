/// What may happen in a packed state, as numbers of steps or of rules: one bitset of what is permitted for each value
/// of each chunk, ANDed.
///
/// A chunk is a run of components of at most 11 bits together (wider ones stand alone): on the philosophers this is
/// 4.5 times faster than testing every step. The pointers belong to the arena of the machine.
// SAFETY: @unchecked: the tables are never written after `init`.
@usableFromInline struct ChunkSets<Word: PackedWord>: BitwiseCopyable, @unchecked Sendable {
  // SAFETY: the tables belong to the arena of the machine.
  @usableFromInline let chunkCount: Int, wordsPerSet: Int
  @usableFromInline let shifts: UnsafePointer<Word>, ones: UnsafePointer<Word>
  /// Chunk → where its sets begin; the set of value v follows at v × `wordsPerSet`.
  @usableFromInline let bases: UnsafePointer<Int>
  /// Three words more: they are read by fours.
  @usableFromInline let sets: UnsafePointer<UInt64>

  struct Chunk { var shift: Int, bits: Int, components: Range<Int> }

  static var chunkBits: Int { 11 }
  /// Above this many bytes the sets fall out of the caches.
  static var tableLimit: Int { 16 << 20 }

  /// Numbers are below `count`; `permitted` gives the sets of a chunk, one value after the other. Nil when the tables
  /// would be larger than `tableLimit`.
  init?(
    count: Int, _ layout: PackedLayout, _ arena: TableArena, permitted: (Chunk) -> [UInt64]
  ) {
    let chunks = Self.chunks(of: layout), wordsPerSet = (count + 63) / 64
    var size = 0
    for chunk in chunks {
      if chunk.bits > 24 { return nil }
      size += wordsPerSet << chunk.bits
      if size * 8 > Self.tableLimit { return nil }
    }
    var sets: [UInt64] = [], bases: [Int] = []
    for chunk in chunks {
      bases.append(sets.count)
      sets += permitted(chunk)
    }
    (chunkCount, self.wordsPerSet) = (chunks.count, wordsPerSet)
    shifts = arena.copy(chunks.map { Word($0.shift) })
    ones = arena.copy(chunks.map { ((1 as Word) << Word($0.bits)) - 1 })
    self.bases = arena.copy(bases)
    self.sets = arena.copy(sets + [0, 0, 0])
  }

  private static func chunks(of layout: PackedLayout) -> [Chunk] {
    var chunks: [Chunk] = []
    for (c, bits) in layout.widths.enumerated() where bits > 0 {
      if let last = chunks.last, last.bits + bits <= chunkBits {
        chunks[chunks.count - 1].bits += bits
        chunks[chunks.count - 1].components = last.components.lowerBound..<c + 1
      } else {
        chunks.append(Chunk(shift: layout.shifts[c], bits: bits, components: c..<c + 1))
      }
    }
    // With nothing to look at there is still one set: what is always permitted.
    return chunks.isEmpty ? [Chunk(shift: 0, bits: 0, components: 0..<0)] : chunks
  }

  /// Calls `body` with every word of the set of what may happen in `state`, and its number.
  @inlinable @inline(__always)
  func forEachWord(in state: Word, _ body: (UInt64, Int) -> Void) {
    if wordsPerSet == 1 {
      body(word(in: state), 0)
      return
    }
    var w = 0
    while w < wordsPerSet {
      let four = words(from: w, in: state), end = min(w &+ 4, wordsPerSet)
      while w < end {
        body(four[w & 3], w)
        w &+= 1
      }
    }
  }

  /// The set, where it is a single word.
  @inlinable @inline(__always)
  func word(in state: Word) -> UInt64 {
    var permitted = ~UInt64(0)
    for c in 0..<chunkCount {
      permitted &= sets[bases[c] &+ Int(truncatingIfNeeded: (state &>> shifts[c]) & ones[c])]
    }
    return permitted
  }

  /// Four words of the set, from word `first` on: a chunk is looked up once for them. Behind the last word are any.
  @inlinable @inline(__always)
  func words(from first: Int, in state: Word) -> SIMD4<UInt64> {
    var permitted = SIMD4<UInt64>(repeating: ~0)
    for c in 0..<chunkCount {
      let value = Int(truncatingIfNeeded: (state &>> shifts[c]) & ones[c])
      let row = UnsafeRawPointer(sets + (bases[c] &+ value &* wordsPerSet &+ first))
      permitted &= row.loadUnaligned(as: SIMD4<UInt64>.self)
    }
    return permitted
  }
}
