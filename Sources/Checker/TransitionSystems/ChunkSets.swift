/// What may happen in a packed state, as numbers of steps or of rules: one bitset of what is permitted for each value
/// of each chunk, ANDed.
///
/// A chunk is a run of components of at most 11 bits together (wider ones stand alone): on the philosophers this is
/// 4.5 times faster than testing every step. The pointers belong to the arena of the machine.
// SAFETY: @unchecked: the tables are never written after `init`.
@usableFromInline struct ChunkSets<Word: PackedWord>: BitwiseCopyable, @unchecked Sendable {
  // SAFETY: the tables belong to the arena of the machine.
  @usableFromInline let chunkCount: Int, wordsPerSet: Int
  /// Of the numbers.
  @usableFromInline let count: Int
  @usableFromInline let rows: UnsafePointer<Row>

  /// Where a chunk lies, and its sets: that of value v at v × `wordsPerSet`.
  @usableFromInline struct Row: BitwiseCopyable {
    @usableFromInline let shift: Word, ones: Word
    // SAFETY: belongs to the arena of the machine; `ones` + 1 sets, and three words more, as they are read by fours.
    @usableFromInline let sets: UnsafePointer<UInt64>
    @inlinable @inline(__always) func value(in state: Word) -> Int { Int(truncatingIfNeeded: (state &>> shift) & ones) }
    init(shift: Word, ones: Word, sets: UnsafePointer<UInt64>) {
      (self.shift, self.ones, self.sets) = (shift, ones, sets)
    }
  }

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
    (chunkCount, self.wordsPerSet, self.count) = (chunks.count, wordsPerSet, count)
    let sets = chunks.map { permitted($0) }, all = arena.copy(sets.flatMap { $0 } + [0, 0, 0])
    var rows: [Row] = [], at = 0
    for (chunk, own) in zip(chunks, sets) {
      rows.append(Row(shift: Word(chunk.shift), ones: ((1 as Word) << Word(chunk.bits)) - 1, sets: all + at))
      at += own.count
    }
    self.rows = arena.copy(rows)
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
      var four = words(from: w, in: state)
      let end = min(w &+ 4, wordsPerSet)
      while w < end {
        body(four[0], w)
        four = SIMD4(four[1], four[2], four[3], 0)
        w &+= 1
      }
    }
  }

  /// The set, where it is a single word.
  @inlinable @inline(__always)
  func word(in state: Word) -> UInt64 {
    var permitted = ~UInt64(0)
    for c in 0..<chunkCount { permitted &= rows[c].sets[rows[c].value(in: state)] }
    return permitted
  }

  /// Four words of the set, from word `first` on: a chunk is looked up once for them. Behind the last word are any.
  @inlinable @inline(__always)
  func words(from first: Int, in state: Word) -> SIMD4<UInt64> {
    var permitted = SIMD4<UInt64>(repeating: ~0)
    for c in 0..<chunkCount {
      let row = UnsafeRawPointer(rows[c].sets + (rows[c].value(in: state) &* wordsPerSet &+ first))
      permitted &= row.loadUnaligned(as: SIMD4<UInt64>.self)
    }
    return permitted
  }
}
