import TransitionSystems

/// Collects words in any order, without duplicates, and hands them out as one sorted stream.
///
/// So many at a time are sorted as the level-2 cache bears, and kept as a run; runs of like size are merged by fours on the
/// way, so that a ply of n words costs O(n log n) sequential work and little more memory than its stream.
struct WordSorter<Word: PackedWord>: ~Copyable {
  // SAFETY: owned, freed in deinit; the first `used` of `room` words are initialised.
  private var words: UnsafeMutablePointer<Word>
  private var used = 0, room = 4096
  private var runs: [WordStream<Word>] = []
  private let largestRun: Int, lowestBit: Int

  /// - Parameters:
  ///   - largestRun: in words, 4096 or more.
  ///   - lowestBit: no two words differ below it alone.
  init(largestRun: Int = 1 << 20, lowestBit: Int = 0) {
    self.largestRun = largestRun
    self.lowestBit = lowestBit
    words = .allocate(capacity: room)
  }

  deinit { words.deallocate() }

  /// Of the buffer and the runs.
  var bytes: Int { runs.reduce(room * MemoryLayout<Word>.size) { $0 + $1.byteCount } }

  /// Adds `source[..<n]`; every word has at most `bits` bits.
  mutating func append(_ source: UnsafePointer<Word>, _ n: Int, bits: Int) {
    var from = 0
    while from < n {
      if used == room { makeRoom(bits) }
      let k = min(n - from, room - used)
      (words + used).update(from: source + from, count: k)
      used += k
      from += k
    }
  }

  /// Adds one word, which has at most `bits` bits.
  @inline(__always) mutating func append(_ word: Word, bits: Int) {
    if used == room { makeRoom(bits) }
    words[used] = word
    used &+= 1
  }

  @inline(never) private mutating func makeRoom(_ bits: Int) {
    if room >= largestRun {
      flush(bits)
      return
    }
    let largerRoom = min(room * 4, largestRun)
    // SAFETY: takes the place of `words`, of which `used` are moved.
    let larger = UnsafeMutablePointer<Word>.allocate(capacity: largerRoom)
    larger.moveInitialize(from: words, count: used)
    words.deallocate()
    (words, room) = (larger, largerRoom)
  }

  /// Takes all words of another sorter, which has none of this one's; they have at most `bits` bits.
  mutating func takeAll(of other: inout WordSorter, bits: Int) {
    append(other.words, other.used, bits: bits)
    runs += other.runs
    other.used = 0
    other.runs = []
  }

  private mutating func flush(_ bits: Int) {
    if used < 64 {
      var few = UnsafeMutableBufferPointer(start: words, count: used)
      few.sort()
    } else {
      radixSort(bits)
    }
    var writer = WordStream<Word>.Writer(room: used * 2)
    for i in 0..<used { writer.append(words[i]) }
    used = 0
    runs.append(writer.finish())
    let count = Self.mergedAtOnce(bits)
    while runs.count >= count, runs[runs.count - count].count <= 2 * runs[runs.count - 1].count {
      runs.append(takeLastMerged(count))
    }
  }

  /// The greatest word of all takes the place of a word that is not there, where four are merged.
  private static func mergedAtOnce(_ bits: Int) -> Int { bits < Word.bitWidth ? 4 : 2 }

  /// Two runs or more.
  private mutating func takeLastMerged(_ count: Int) -> WordStream<Word> {
    let last = runs.suffix(count), merged = count == 2 ? WordStream.merge(last.first!, last.last!) : .merge(few: last)
    runs.removeLast(count)
    return merged
  }

  /// Least significant digit first, in as many passes as make the least work. A second buffer is there as long as that takes:
  /// one sorter of many sorts at a time.
  private mutating func radixSort(_ bits: Int) {
    // SAFETY: as much room as `words`, whose place it may take; the other of the two is freed.
    let other = UnsafeMutablePointer<Word>.allocate(capacity: room)
    let (passes, digitBits) = Self.passes(bits: bits - lowestBit, count: used)
    // SAFETY: `digits` numbers, initialised in each pass, freed here; there are fewer than 2³² words.
    let digits = 1 << digitBits, places = UnsafeMutablePointer<UInt32>.allocate(capacity: digits)
    defer { places.deallocate() }
    var from = words, to = other
    for pass in 0..<passes {
      let shift = Word(lowestBit + pass * digitBits)
      places.initialize(repeating: 0, count: digits)
      for i in 0..<used { places[Int(truncatingIfNeeded: from[i] &>> shift) & (digits &- 1)] &+= 1 }
      var sum: UInt32 = 0
      for d in 0..<digits { (places[d], sum) = (sum, sum &+ places[d]) }
      for i in 0..<used {
        let d = Int(truncatingIfNeeded: from[i] &>> shift) & (digits &- 1)
        to[Int(places[d])] = from[i]
        places[d] &+= 1
      }
      swap(&from, &to)
    }
    words = from
    to.deallocate()
  }

  /// The passes over so many words, of so many bits, and the bits of a digit: a pass costs about as much as its digits and
  /// twice its words. Digits of more than 13 bits have too many places for the caches.
  private static func passes(bits: Int, count: Int) -> (Int, digitBits: Int) {
    func cost(_ passes: Int) -> Int { passes * (2 * count + 1 << ((bits + passes - 1) / passes)) }
    let fewest = max(1, (bits + 12) / 13)
    var passes = fewest
    for more in fewest + 1..<fewest * 2 + 1 where cost(more) < cost(passes) { passes = more }
    return (passes, (bits + passes - 1) / passes)
  }

  /// All words since the last `finish`, ascending.
  mutating func finish(bits: Int) -> WordStream<Word> {
    if used > 0 || runs.isEmpty { flush(bits) }
    // The shortest first, as Huffman's, since those that others had are of any length; and at first so few that the last
    // merge is a full one.
    runs.sort { $0.count > $1.count }
    while runs.count > 1 {
      let merged = takeLastMerged((runs.count - 2) % (Self.mergedAtOnce(bits) - 1) + 2)
      runs.insert(merged, at: runs.firstIndex { $0.count < merged.count } ?? runs.count)
    }
    return runs.removeLast()
  }
}
