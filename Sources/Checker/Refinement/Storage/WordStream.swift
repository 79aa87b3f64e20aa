import TransitionSystems

/// An ascending sequence of distinct words as the variable-length differences of neighbours: 1 to 2 bytes a word where
/// there are many.
///
/// A difference of up to 7n bits takes n bytes, n ≤ 8, whose lowest n bits are 1 followed by n − 1 zeros (from above), so that
/// it is read and written by one access to eight bytes and without a branch on its length, which nobody could foresee. A
/// greater one is a byte of zero and the whole word.
final class WordStream<Word: PackedWord>: @unchecked Sendable {
  // SAFETY: `bytes` is owned and freed in deinit, or lives as long as `store`; `byteCount` bytes, initialised by the writer
  // and never changed, so that any thread may read them.
  let count: Int
  let byteCount: Int
  fileprivate let bytes: UnsafeMutablePointer<UInt8>
  /// Where every unit but the first begins: the word before it, and the offset.
  fileprivate let marks: [Mark]
  private let store: SpillStore?

  /// In words: what a worker takes at a time.
  static var unitSize: Int { 512 }
  /// Behind the last word, since eight bytes are read for each.
  fileprivate static var padding: Int { 7 }
  /// Differences from here on are written as whole words.
  fileprivate static var firstLong: UInt64 { 1 << 56 }

  fileprivate struct Mark: Sendable { var last: Word, offset: Int }

  fileprivate init(
    count: Int, bytes: UnsafeMutablePointer<UInt8>, byteCount: Int, marks: [Mark], store: SpillStore? = nil
  ) {
    (self.count, self.bytes, self.byteCount, self.marks, self.store) = (count, bytes, byteCount, marks, store)
  }

  /// The same stream in a file; nil when there is no room.
  func moved(to store: SpillStore) -> WordStream? {
    store.keep(bytes, byteCount).map {
      WordStream(count: count, bytes: $0, byteCount: byteCount, marks: marks, store: store)
    }
  }

  /// How many units there are to read.
  var unitCount: Int { (count + Self.unitSize - 1) / Self.unitSize }

  /// For each unit but the first, the word before it.
  var unitStarts: [Word] { marks.map(\.last) }

  /// Whether `word` is in the stream: a search of the units, then a scan of one.
  func contains(_ word: Word) -> Bool {
    if count == 0 { return false }
    var low = 0, high = marks.count
    while low < high {
      let middle = (low + high) / 2
      if marks[middle].last < word { low = middle + 1 } else { high = middle }
    }
    var reader = Reader(self, unit: low)
    while reader.remaining > 0 {
      let next = reader.read()
      if next >= word { return next == word }
    }
    return false
  }

  deinit { if store == nil { bytes.deallocate() } }

  /// Reads a stream from its start. The stream must outlive it.
  struct Reader {
    // SAFETY: the stream outlives its readers, and `remaining` says how many words there are to read.
    private var next: UnsafePointer<UInt8>
    private(set) var remaining: Int
    private var last: Word = .max

    init(_ stream: WordStream) {
      next = UnsafePointer(stream.bytes)
      remaining = stream.count
    }

    /// Reads one unit.
    init(_ stream: WordStream, unit: Int) {
      let mark = unit == 0 ? Mark(last: .max, offset: 0) : stream.marks[unit - 1]
      next = UnsafePointer(stream.bytes + mark.offset)
      last = mark.last
      remaining = min(WordStream.unitSize, stream.count - unit * WordStream.unitSize)
    }

    /// The next word. There must be one: see `remaining`.
    // SAFETY: eight bytes may be read from where any word begins (`padding`), and a long word is there as a whole.
    @inline(__always) mutating func read() -> Word {
      let bytes = UnsafeRawPointer(next).loadUnaligned(as: UInt64.self).littleEndian
      let count = bytes.trailingZeroBitCount &+ 1
      if count > 8 { return readLong() }
      let spare = UInt64(truncatingIfNeeded: 64 &- 8 &* count)
      next += count
      return take((bytes &<< spare) &>> (spare &+ UInt64(truncatingIfNeeded: count)))
    }

    @inline(__always) private mutating func take(_ difference: UInt64) -> Word {
      remaining &-= 1
      // The word before the first is −1, so that the first is its own difference.
      last = last &+ 1 &+ Word(truncatingIfNeeded: difference)
      return last
    }

    @inline(never) private mutating func readLong() -> Word {
      let difference = Word(littleEndian: UnsafeRawPointer(next + 1).loadUnaligned(as: Word.self))
      next += 1 + MemoryLayout<Word>.size
      remaining -= 1
      last = last &+ 1 &+ difference
      return last
    }
  }

  /// Makes a stream, word by word.
  struct Writer {
    // SAFETY: owned until it becomes a stream; the first `used` of `room` bytes are initialised.
    private var bytes: UnsafeMutablePointer<UInt8>
    private var used = 0, room: Int, count = 0
    private var last: Word = .max
    private var marks: [Mark] = []

    private static var longest: Int { 1 + MemoryLayout<Word>.size }

    init(room: Int) {
      self.room = max(room, Self.longest + WordStream.padding)
      bytes = .allocate(capacity: self.room)
    }

    /// `word` must be greater than the last.
    @inline(__always) mutating func append(_ word: Word) {
      if room &- used < Self.longest { grow() }
      if count & (WordStream.unitSize &- 1) == 0, count > 0 { marks.append(Mark(last: last, offset: used)) }
      let difference = word &- last &- 1
      last = word
      count &+= 1
      if difference >= Word(WordStream.firstLong) {
        appendLong(difference)
        return
      }
      let low = UInt64(truncatingIfNeeded: difference), width = 64 &- (low | 1).leadingZeroBitCount
      // ⌈width / 7⌉, 1 to 8.
      let length = ((width &+ 6) &* 37) &>> 8
      let mark = (1 as UInt64) &<< UInt64(truncatingIfNeeded: length &- 1)
      store(low &<< UInt64(truncatingIfNeeded: length) | mark)
      used &+= length
    }

    // SAFETY: there is room for the longest, which is longer than eight bytes.
    @inline(__always) private func store(_ value: UInt64) {
      UnsafeMutableRawPointer(bytes + used).storeBytes(of: value.littleEndian, as: UInt64.self)
    }

    // SAFETY: as above.
    @inline(never) private mutating func appendLong(_ difference: Word) {
      bytes[used] = 0
      UnsafeMutableRawPointer(bytes + used + 1).storeBytes(of: difference.littleEndian, as: Word.self)
      used += Self.longest
    }

    @inline(never) private mutating func grow() { move(to: room * 2 + Self.longest) }

    private mutating func move(to newRoom: Int) {
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: newRoom)
      larger.update(from: bytes, count: used)
      bytes.deallocate()
      (bytes, room) = (larger, newRoom)
    }

    /// What was written; the writer is used up.
    mutating func finish() -> WordStream {
      move(to: used + WordStream.padding)
      for _ in 0..<WordStream.padding {
        bytes[used] = 0
        used += 1
      }
      return WordStream(count: count, bytes: bytes, byteCount: used, marks: marks)
    }
  }

  /// The words that `transform`, which keeps their order and takes no two to one, makes of these.
  @inline(__always) func mapped(_ transform: (Word) -> Word) -> WordStream {
    var reader = Reader(self), writer = Writer(room: byteCount)
    while reader.remaining > 0 { writer.append(transform(reader.read())) }
    return writer.finish()
  }

  /// The union of two to four streams that have no word in common, and not the greatest word there is.
  ///
  /// By fours a word is read and written half as often as by twos, and which stream is next is found without a branch, which
  /// nobody could foresee.
  static func merge(few streams: ArraySlice<WordStream>) -> WordStream {
    precondition((2...4).contains(streams.count))
    var writer = Writer(room: streams.reduce(0) { $0 + $1.byteCount })
    withUnsafeTemporaryAllocation(of: Reader.self, capacity: 4) { readers in
      withUnsafeTemporaryAllocation(of: Word.self, capacity: 4) { heads in
        // SAFETY: four of each are initialised here; readers are trivial, and their streams outlive them.
        let (readers, heads) = (readers.baseAddress!, heads.baseAddress!)
        for (i, stream) in streams.enumerated() {
          (readers + i).initialize(to: Reader(stream))
          (heads + i).initialize(to: stream.count > 0 ? readers[i].read() : .max)
        }
        for i in streams.count..<4 {
          (readers + i).initialize(to: Reader(streams.first!))
          (heads + i).initialize(to: .max)
        }
        for _ in 0..<streams.reduce(0, { $0 + $1.count }) {
          let i = heads[1] < heads[0] ? 1 : 0, j = heads[3] < heads[2] ? 3 : 2
          let next = heads[j] < heads[i] ? j : i
          writer.append(heads[next])
          heads[next] = readers[next].remaining > 0 ? readers[next].read() : .max
        }
      }
    }
    return writer.finish()
  }

  /// The union of two streams that have no word in common.
  static func merge(_ a: WordStream, _ b: WordStream) -> WordStream {
    if a.count == 0 { return b }
    if b.count == 0 { return a }
    var writer = Writer(room: a.byteCount + b.byteCount)
    var readA = Reader(a), readB = Reader(b)
    var x = readA.read(), y = readB.read()
    while true {
      if x < y {
        writer.append(x)
        if readA.remaining == 0 {
          writer.append(y)
          while readB.remaining > 0 { writer.append(readB.read()) }
          return writer.finish()
        }
        x = readA.read()
      } else {
        writer.append(y)
        if readB.remaining == 0 {
          writer.append(x)
          while readA.remaining > 0 { writer.append(readA.read()) }
          return writer.finish()
        }
        y = readB.read()
      }
    }
  }
}
