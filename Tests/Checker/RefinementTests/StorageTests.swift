import Testing
import TransitionSystems

@testable import Refinement

@Suite struct StorageTests {
  /// Key widths on both sides of every choice of table and of word.
  static let widths = [1, 5, 8, 15, 16, 17, 24, 31, 32, 33, 40, 48, 50, 55, 56, 57, 60, 63, 64]

  @Test(arguments: widths) func `a visited set of 64-bit words is exact through every growth`(_ bits: Int) throws {
    try compareWithSet(UInt64.self, bits: bits, count: bits < 13 ? 1 << bits : 12_000, seed: UInt64(bits))
  }

  @Test(arguments: widths + [65, 100, 127, 128])
  func `a visited set of 128-bit words is exact through every growth`(_ bits: Int) throws {
    try compareWithSet(UInt128.self, bits: bits, count: bits < 12 ? 1 << bits : 4_000, seed: UInt64(bits))
  }

  @Test func `neighbouring words spread`() throws {
    var set = try VisitedSet<UInt64>(keyBits: 30)
    for block in 0..<100 {
      var words = (0..<1000).map { UInt64(block * 1000 + $0) }
      let new = try words.withUnsafeMutableBufferPointer { buffer throws(LimitReached) in
        try set.insert(buffer.baseAddress!, buffer.count)
      }
      #expect(new == 1000)
    }
    // 16- or 32-bit slots: far less than the 8 bytes of a word at most 3/4 full.
    #expect(set.bytes < 100_000 * 12)
  }

  @Test func `widening the keys keeps every word`() throws {
    var random = SplitMix(7)
    var set = try VisitedSet<UInt64>(keyBits: 20), model: Set<UInt64> = []
    for bits in [20, 24, 32, 44, 56, 58, 64] {
      try set.widenKeys(to: bits)
      var words = (0..<3000).map { _ in random.next() >> UInt64(64 - bits) }
      try insertChecking(&words, into: &set, &model)
      #expect(contents(set) == model)
    }
  }

  @Test func `keys that crowd into one bucket make the table grow, and none is lost`() throws {
    // Consecutive mixed keys share their home bucket until there are enough buckets.
    let mixer = KeyMixer(width: 24)
    var set = try VisitedSet<UInt64>(keyBits: 24), model: Set<UInt64> = []
    for start in stride(from: 0 as UInt64, to: 12_000, by: 1500) {
      var block = (start..<(start + 1500)).map { mixer.unmix($0) }
      try insertChecking(&block, into: &set, &model)
    }
    #expect(contents(set) == model)
  }

  @Test(arguments: [8, 16, 31, 56, 64]) func `unmixing undoes mixing`(_ bits: Int) {
    let mixer = KeyMixer(width: bits)
    var random = SplitMix(1)
    for _ in 0..<1000 {
      let key = random.next() >> UInt64(64 - bits)
      #expect(mixer.unmix(mixer.mix(key)) == key)
      #expect(bits == 64 || mixer.mix(key) >> UInt64(bits) == 0)
    }
  }

  private func compareWithSet<Word: PackedWord>(_: Word.Type, bits: Int, count: Int, seed: UInt64) throws {
    var random = SplitMix(seed)
    var set = try VisitedSet<Word>(keyBits: bits, capacity: 10), model: Set<Word> = []
    var growths = -1
    while model.count < count {
      var block: [Word] = (0..<Int.random(in: 1...700, using: &random)).map { i in
        let high = UInt128(random.next()) << 64
        return Word(truncatingIfNeeded: (high | UInt128(random.next())) >> UInt128(128 - bits))
      }
      if bits >= 13 {
        // Words met before, the extremes, and repeats within the block.
        block += model.prefix(50)
        block.append(Word(truncatingIfNeeded: ~UInt128(0) >> UInt128(128 - bits)))
        block.append(0)
        block.append(block[0])
      } else {
        block += (0..<1 << min(bits, 10)).map { Word($0) }
        if model.count > 0 { block += (0..<1 << bits).map { Word($0) } }
      }
      try insertChecking(&block, into: &set, &model)
      if set.growths != growths || model.count >= count {
        growths = set.growths
        #expect(contents(set) == model, "bits \(bits)")
        let known = model.prefix(100).filter { set.contains($0) }
        #expect(known.count == min(100, model.count))
        for _ in 0..<100 {
          let word = Word(truncatingIfNeeded: random.next()) & (.max >> Word(Word.bitWidth - bits))
          let found = set.contains(word)
          #expect(found == model.contains(word))
        }
      }
    }
  }

  /// What comes back as new is what a `Set` calls new, in the order of the block.
  private func insertChecking<Word: PackedWord>(
    _ block: inout [Word], into set: inout VisitedSet<Word>, _ model: inout Set<Word>
  ) throws {
    let expected = block.filter { model.insert($0).inserted }
    let new = try block.withUnsafeMutableBufferPointer { buffer throws(LimitReached) in
      try set.insert(buffer.baseAddress!, buffer.count)
    }
    #expect(Array(block.prefix(new)) == expected)
    #expect(set.count == model.count)
  }

  private func contents<Word: PackedWord>(_ set: borrowing VisitedSet<Word>) -> Set<Word> {
    var all: Set<Word> = [], count = 0
    set.forEach {
      all.insert($0)
      count += 1
    }
    #expect(count == all.count)
    return all
  }

  @Test(arguments: [16, 24, 40])
  func `runs of keys are inserted as one by one, in full buckets too, and what a full table refuses stays`(_ bits: Int)
  {
    for seed in 0..<20 as Range<UInt64> {
      insertRuns(into: CompactTable<UInt16>.self, bits: min(bits, 24), seed)
      insertRuns(into: CompactTable<UInt32>.self, bits: bits, seed)
    }
  }

  private func insertRuns<Slot>(into _: CompactTable<Slot>.Type, bits: Int, _ seed: UInt64) {
    var random = SplitMix(seed)
    // Upper bits are not the table's business.
    let mask = (1 << UInt64(bits)) - 1 as UInt64, above = UInt64(3) << 60
    let shape = CompactTable<Slot>.Shape(keyBits: bits, capacity: 500)
    var table = CompactTable<Slot>(shape, .smallPages)!, model: Set<UInt64> = [], isFull = false, runs = 0
    defer { table.memory.free() }
    // Near each other, so that buckets overflow, some as far as may be.
    let narrow = seed % 2 == 0 ? 3 : bits / 2
    while !isFull, runs < 1000, model.count < min(shape.capacity, 1 << (bits - narrow)) {
      runs += 1
      let size = Int.random(in: 1...300, using: &random)
      var keys = (0..<size).map { _ in
        (random.next() & mask) >> UInt64(narrow) | (random.next() & above)
      }
      let before = keys
      var new = [UInt64](repeating: 0, count: size + 1), found = 0
      let end = table.insert(&keys, from: 0, size, mask: mask, new: &new, &found)
      // What is before the end has been looked up, and its places hold anything.
      let left = keys[end...], fresh = new[..<found].map { $0 & mask }
      var taken = before
      for key in left { if let i = taken.firstIndex(of: key) { taken.remove(at: i) } }
      #expect(taken.count == end)
      #expect(fresh.count == Set(fresh).count && model.isDisjoint(with: fresh))
      #expect(new[..<found].allSatisfy { before.contains($0) })
      model.formUnion(fresh)
      #expect(model.isSuperset(of: taken.lazy.map { $0 & mask }) && table.count == model.count)
      isFull = end < size
    }
    var all: [UInt64] = []
    table.forEach { all.append($0) }
    #expect(all.count == model.count && Set(all) == model)
    #expect(model.allSatisfy { table.contains($0) })
  }

  @Test func `a map gives every word its first number`() {
    var random = SplitMix(11), map = WordMap<UInt128>(), model: [UInt128: Int32] = [:]
    for new in 0..<20_000 as Range<Int32> {
      let key = UInt128(random.next() & 0x3FFF) << UInt128(random.next() & 1 == 0 ? 0 : 100)
      let expected = model[key] ?? new
      model[key] = expected
      let number = map.number(of: key, orInsert: new)
      #expect(number == expected)
    }
    let count = map.count, missing = map[1 << 90]
    #expect(count == model.count)
    #expect(missing == nil)
    let wrong = model.filter { map[$0.key] != $0.value }
    #expect(wrong.isEmpty)
  }

  @Test func `a path knows its words while they are on it`() {
    var random = SplitMix(12), path = PathSet<UInt64>(), model: [UInt64] = []
    for _ in 0..<20_000 {
      let word = random.next() & 0x3FF
      let isOnPath = path.contains(word)
      #expect(isOnPath == model.contains(word))
      // Rather growing than shrinking, up to every word.
      if !isOnPath, random.next() % 8 < 5 {
        path.append(word)
        model.append(word)
      } else if let last = model.popLast() {
        #expect(last == path.path.last)
        path.removeLast()
      }
    }
    #expect(path.path == model)
  }

  @Test func `an array of numbers has nothing where nothing was set`() {
    var array = NumberArray<Int32>(nothing: -1)
    array[70] = 5
    array[3] = 4
    #expect([array[70], array[3], array[0], array[69], array[71], array[1_000_000]] == [5, 4, -1, -1, -1, -1])
  }

  @Test(arguments: [1, 2, 11, 12, 33, 64]) func `the sorter hands out what it was given, ascending`(_ bits: Int) {
    var random = SplitMix(UInt64(bits))
    for size in [0, 1, 5, 63, 64, 100, 700, 2048, 5000, 20_000] {
      var sorter = WordSorter<UInt64>(largestRun: 4096)
      for _ in 0..<2 {
        let words = Set((0..<size).map { _ in random.next() >> UInt64(64 - bits) })
        let list = Array(words)
        list.withUnsafeBufferPointer { if let base = $0.baseAddress { sorter.append(base, list.count, bits: bits) } }
        #expect(read(sorter.finish(bits: bits)) == words.sorted())
      }
    }
  }

  @Test(arguments: [0, 1, 63, 3000, 20_000]) func `a sorter takes all that others have, once`(_ size: Int) {
    var random = SplitMix(UInt64(size)), sorter = WordSorter<UInt64>(largestRun: 4096), all: Set<UInt64> = []
    for round in 0..<3 {
      var other = WordSorter<UInt64>(largestRun: 4096), third = WordSorter<UInt64>(largestRun: 4096),
        expected: Set<UInt64> = []
      while expected.count < size * (round + 1) {
        let word = random.next() >> 20
        guard all.insert(word).inserted, expected.insert(word).inserted else { continue }
        switch word % 3 {
        case 0: sorter.append(word, bits: 44)
        case 1: other.append(word, bits: 44)
        default: third.append(word, bits: 44)
        }
      }
      sorter.takeAll(of: &other, bits: 44)
      sorter.takeAll(of: &third, bits: 44)
      #expect(read(sorter.finish(bits: 44)) == expected.sorted())
      #expect(read(other.finish(bits: 44)).isEmpty && read(third.finish(bits: 44)).isEmpty)
    }
  }

  @Test(arguments: [0, 1, 500, 5000, 200_000]) func `ranges cut a ply into parts of like size, in order`(_ n: Int) {
    var random = SplitMix(UInt64(n) + 1), sorter = WordSorter<UInt64>(largestRun: 4096)
    // Dense at one end, as nodes above the state make it.
    let words = Set((0..<n).map { _ in random.next() >> (30 + random.next() % 8) })
    for word in words { sorter.append(word, bits: 40) }
    let ranges = CodeRanges<UInt64>(bits: 36, tagBits: 0), tagged = CodeRanges<UInt64>(bits: 36, tagBits: 7)
    defer {
      ranges.free()
      tagged.free()
    }
    #expect(words.allSatisfy { ranges.range(of: $0) == 0 })
    let ply = sorter.finish(bits: 40)
    ranges.split(as: [ply])
    tagged.split(as: [ply.mapped { $0 << 7 | random.next() & 127 }])
    var counts = Array(repeating: 0, count: CodeRanges<UInt64>.count), last = 0
    for word in words.sorted() {
      let range = ranges.range(of: word)
      // The node above a state makes no difference.
      #expect(range >= last && range == ranges.range(of: word | 5 << 36))
      // Nor does a tag below.
      #expect(tagged.range(of: word << 7) == range && tagged.range(of: word << 7 | 127) == range)
      last = range
      counts[range] += 1
    }
    // To a word or two where a thousand are looked at, to a unit or two where one of each is.
    let isRead = words.count < 4 * counts.count * WordStream<UInt64>.unitSize
    let most = isRead ? max(1, words.count / 1024) : WordStream<UInt64>.unitSize
    let share = words.count / counts.count, slack = 2 * most
    #expect(words.count < counts.count || counts.allSatisfy { $0 >= share - slack && $0 <= share + slack })
  }

  @Test(arguments: 2...4) func `few streams are merged, of whatever lengths, up to the greatest word but one`(
    _ count: Int
  ) {
    for seed in 0..<200 as Range<UInt64> {
      var random = SplitMix(seed), writers = (0..<count).map { _ in WordStream<UInt64>.Writer(room: 0) }
      var all = Set((0..<random.next() % 300).map { _ in random.next() >> (random.next() % 60) })
      all.remove(.max)
      all.insert(.max - 1)
      // Some have no words, and some end long before the others.
      let used = Int(random.next() % UInt64(count)) + 1
      for (i, word) in all.sorted().enumerated() {
        let last = min(used, i > all.count / 2 ? max(1, used - 1) : used)
        writers[Int(random.next() % UInt64(last))].append(word)
      }
      let streams = writers.indices.map { writers[$0].finish() }
      #expect(read(.merge(few: streams[...])) == all.sorted())
    }
  }

  @Test func `words that fill their type are sorted too, the greatest among them`() {
    var sorter = WordSorter<UInt64>(largestRun: 4096), random = SplitMix(5)
    var all = Set((0..<50_000).map { _ in random.next() })
    all.formUnion([0, .max, .max - 1])
    for word in all { sorter.append(word, bits: 64) }
    #expect(read(sorter.finish(bits: 64)) == all.sorted())
  }

  @Test func `many runs are merged to one stream`() {
    var sorter = WordSorter<UInt128>(largestRun: 4096), random = SplitMix(3)
    let n = 50_000, step: UInt128 = 0x1234_5678_9ABC_DEF1
    // Distinct by construction: odd multiples modulo a power of two.
    var list = (0..<n).map { UInt128($0) &* step & ((1 << 40) - 1) }
    list.shuffle(using: &random)
    list.withUnsafeBufferPointer { sorter.append($0.baseAddress!, n, bits: 40) }
    let stream = sorter.finish(bits: 40)
    #expect(stream.count == n)
    #expect(stream.byteCount < n * 5)
    var reader = WordStream.Reader(stream), last: UInt128?, ascending = true
    while reader.remaining > 0 {
      let word = reader.read()
      if let last, last >= word { ascending = false }
      last = word
    }
    #expect(ascending)
  }

  @Test func `a stream reads back the extremes`() {
    for words in [[], [0], [.max], [0, .max], [0, 1, 127, 128, 129, 1 << 63, .max]] as [[UInt64]] {
      var writer = WordStream<UInt64>.Writer(room: 0)
      for word in words { writer.append(word) }
      #expect(read(writer.finish()) == words)
    }
  }

  @Test func `differences of every length are read back, in one stream and by units`() {
    checkDifferences(UInt64.self)
    checkDifferences(UInt128.self)
  }

  private func checkDifferences<Word: PackedWord>(_ type: Word.Type) {
    for shift in 0..<(Word.bitWidth - 13) {
      // Around the bound of a length, some thousands of them: more than a unit, where they fit.
      let base = (1 as Word) << Word(shift), random = SplitMix(UInt64(shift))
      var words: [Word] = [], last: Word = .max, state = random
      for i in 0..<5000 {
        let difference = i % 3 == 0 ? base &- 1 : i % 3 == 1 ? base : Word(state.next() % 300)
        let (next, overflows) = last == .max ? (difference, false) : last.addingReportingOverflow(difference &+ 1)
        if overflows { break }
        words.append(next)
        last = next
      }
      var writer = WordStream<Word>.Writer(room: 0)
      for word in words { writer.append(word) }
      let stream = writer.finish()
      #expect(read(stream) == words)
      var units: [Word] = []
      for unit in 0..<stream.unitCount {
        var reader = WordStream.Reader(stream, unit: unit)
        while reader.remaining > 0 { units.append(reader.read()) }
      }
      #expect(units == words)
    }
  }

  private func read<Word>(_ stream: WordStream<Word>) -> [Word] {
    var reader = WordStream.Reader(stream), words: [Word] = []
    while reader.remaining > 0 { words.append(reader.read()) }
    return words
  }
}
