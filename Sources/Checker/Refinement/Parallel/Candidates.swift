import CIntrinsics
import TransitionSystems

/// What one worker has met and somebody must look up: one list a part of the set, in chunks.
///
/// Scattering keys first and looking up a whole part at a time turns the random reads of a large table into work within the
/// level-2 cache, and leaves no two workers in one table (radix partitioning, as in hash joins: Manegold, Boncz, Kersten,
/// *Optimizing main-memory join on modern hardware*, IEEE TKDE 2002).
///
/// A worker writes to 256 lists at once, too many for the caches: words are put together to cache lines first, and lines
/// are written past the caches.
///
/// Invariants: I1 the chunks of a part are linked from the first to the last, all but the last are full, and what does
/// not fill a line yet is in `lines`; I2 chunk numbers are below `used`, and block i / `blockChunks` holds chunk i.
struct Candidates<Word: PackedWord>: ~Copyable {
  private static var lineWords: Int { 64 / MemoryLayout<Word>.size }
  private static var chunkLines: Int { 32 }
  private static var chunkBytes: Int { chunkLines * 64 }
  private static var blockChunks: Int { 1024 }
  /// The longest run that `forEachRun` hands out.
  static var longestRun: Int { chunkLines * lineWords }

  /// Chunk → the chunk after it in its list; of a last one, anything.
  private var next: [Int32] = []
  private var used = 0, lineCount = 0
  // SAFETY: owned, each of `blockChunks` chunks, freed in deinit; chunk i lies in them while i < `used` (I2).
  private var blocks: [UnsafeMutableRawPointer] = []
  // SAFETY: both owned and freed in deinit, initialised: a line a part, and how many of its words are used, fewer than all.
  private let lines: UnsafeMutablePointer<Word>, fills: UnsafeMutablePointer<Int>
  /// Part → where its next line goes, nil where that is a new chunk.
  // SAFETY: owned and freed in deinit, initialised, one entry a part; an end points into a block, or is nil.
  private let ends: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  /// Part → its first and its last chunk, −1 for none.
  // SAFETY: both owned and freed in deinit, initialised, one entry a part.
  private let firsts: UnsafeMutablePointer<Int32>, lasts: UnsafeMutablePointer<Int32>
  private let parts: Int

  init(parts: Int) {
    self.parts = parts
    let memory = UnsafeMutableRawPointer.allocate(byteCount: parts * 64, alignment: 64)
    lines = memory.bindMemory(to: Word.self, capacity: parts * Self.lineWords)
    lines.initialize(repeating: 0, count: parts * Self.lineWords)
    fills = .allocate(capacity: parts)
    fills.initialize(repeating: 0, count: parts)
    ends = .allocate(capacity: parts)
    ends.initialize(repeating: nil, count: parts)
    firsts = .allocate(capacity: parts)
    firsts.initialize(repeating: -1, count: parts)
    lasts = .allocate(capacity: parts)
    lasts.initialize(repeating: -1, count: parts)
  }

  deinit {
    for block in blocks { block.deallocate() }
    lines.deallocate()
    fills.deallocate()
    ends.deallocate()
    firsts.deallocate()
    lasts.deallocate()
  }

  var bytes: Int { blocks.count * Self.blockChunks * Self.chunkBytes }

  /// - Complexity: linear in the parts.
  var count: Int { (0..<parts).reduce(lineCount * Self.lineWords) { $0 + fills[$1] } }

  /// Appends `words[..<n]`, each to the list of its part.
  @inline(__always) mutating func append(_ words: UnsafePointer<Word>, _ n: Int, part: (Word) -> Int) {
    let lines = lines, fills = fills, ends = ends
    var i = 0
    while i < n {
      let word = words[i], part = part(word), line = lines + part &* Self.lineWords
      var fill = fills[part]
      line[fill] = word
      fill &+= 1
      if fill == Self.lineWords {
        let end = ends[part] ?? startChunk(part)
        csp_stream_line(end, line)
        lineCount &+= 1
        // Chunks are aligned to their size, so that an end at a multiple is a full chunk.
        let next = end + 64
        ends[part] = Int(bitPattern: next) & (Self.chunkBytes &- 1) == 0 ? nil : next
        fill = 0
      }
      fills[part] = fill
      i &+= 1
    }
  }

  @inline(never) private mutating func startChunk(_ part: Int) -> UnsafeMutableRawPointer {
    if used == blocks.count * Self.blockChunks {
      blocks.append(.allocate(byteCount: Self.chunkBytes * Self.blockChunks, alignment: Self.chunkBytes))
      next += Array(repeating: -1, count: Self.blockChunks)
    }
    if lasts[part] < 0 { firsts[part] = Int32(used) } else { next[Int(lasts[part])] = Int32(used) }
    lasts[part] = Int32(used)
    used += 1
    return chunk(used - 1)
  }

  private func chunk(_ i: Int) -> UnsafeMutableRawPointer {
    blocks[i / Self.blockChunks] + i % Self.blockChunks * Self.chunkBytes
  }

  /// To be called when all is appended, before another thread reads.
  func publish() { csp_stream_fence() }

  /// Calls `body` with every run of words of a part, in the order in which they were appended; it may overwrite them, and
  /// must not keep them.
  @inline(__always) func forEachRun(of part: Int, _ body: (UnsafeMutablePointer<Word>, Int) -> Void) {
    var i = Int(firsts[part])
    while i >= 0 {
      let isLast = i == Int(lasts[part]), bytes = isLast ? ends[part].map { $0 - chunk(i) } : nil
      let count = (bytes ?? Self.chunkBytes) / MemoryLayout<Word>.size
      body(chunk(i).bindMemory(to: Word.self, capacity: count), count)
      i = isLast ? -1 : Int(next[i])
    }
    if fills[part] > 0 { body(lines + part * Self.lineWords, fills[part]) }
  }

  mutating func removeAll() {
    used = 0
    lineCount = 0
    fills.update(repeating: 0, count: parts)
    ends.update(repeating: nil, count: parts)
    firsts.update(repeating: -1, count: parts)
    lasts.update(repeating: -1, count: parts)
  }
}
