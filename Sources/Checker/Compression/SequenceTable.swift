/// Numbers for sequences of words: equal content is equal number.
///
/// Invariants: I1 sequence k is `words[starts[k]..<starts[k + 1]]`; I2 no two sequences are equal, word by word; I3
/// each number stands in one slot, with 32 bits of its hash that say when it is worth comparing; at most half of the
/// slots are taken.
struct SequenceTable {
  private(set) var starts: [Int] = [0]
  private(set) var words: [UInt64] = []
  /// 0 is empty; otherwise number + 1 below the tag.
  private var slots: [UInt64]

  /// With room for so many at first.
  init(capacity: Int = 0) {
    var size = 1 << 6
    while size < capacity * 2 { size *= 2 }
    slots = [UInt64](repeating: 0, count: size)
  }

  var count: Int { starts.count - 1 }

  subscript(number: Int32) -> ArraySlice<UInt64> { words[range(number)] }

  /// Where the words of `number` stand.
  func range(_ number: Int32) -> Range<Int> { starts[Int(number)]..<starts[Int(number) + 1] }

  mutating func removeAll() {
    starts.removeSubrange(1...)
    words.removeAll(keepingCapacity: true)
    slots.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
  }

  /// The number of `sequence`, a new one if it was not there.
  mutating func number(of sequence: [UInt64]) -> Int32 {
    if count * 2 >= slots.count { enlarge() }
    let hash = sequence.withUnsafeBufferPointer { Self.hash($0[...]) }
    let mask = slots.count - 1, tag = hash & 0xFFFF_FFFF
    var at = Int(truncatingIfNeeded: hash >> 32) & mask
    while slots[at] != 0 {
      let number = Int(truncatingIfNeeded: slots[at] & 0xFFFF_FFFF) - 1
      if slots[at] >> 32 == tag, isEqual(number, sequence) { return Int32(number) }
      at = (at + 1) & mask
    }
    words.append(contentsOf: sequence)
    starts.append(words.count)
    slots[at] = tag << 32 | UInt64(count)
    return Int32(count - 1)
  }

  /// Whether the words of `number`, which must ascend, have `word` among them.
  func contains(_ word: UInt64, in number: Int32) -> Bool {
    var low = starts[Int(number)], high = starts[Int(number) + 1]
    while low < high {
      let middle = (low + high) / 2
      if words[middle] < word { low = middle + 1 } else { high = middle }
    }
    return low < starts[Int(number) + 1] && words[low] == word
  }

  /// Keeps the sequences of `numbers` alone, and gives these their new numbers.
  mutating func keep(_ numbers: inout [Int32], _ more: inout [Int32]) {
    var kept = SequenceTable(capacity: count / 4), renumbered = [Int32](repeating: -1, count: count),
      sequence: [UInt64] = []
    func renumber(_ numbers: inout [Int32]) {
      for i in numbers.indices {
        let old = Int(numbers[i])
        if renumbered[old] < 0 {
          sequence.removeAll(keepingCapacity: true)
          sequence.append(contentsOf: words[starts[old]..<starts[old + 1]])
          renumbered[old] = kept.number(of: sequence)
        }
        numbers[i] = renumbered[old]
      }
    }
    renumber(&numbers)
    renumber(&more)
    self = kept
  }

  private func isEqual(_ number: Int, _ sequence: [UInt64]) -> Bool {
    let start = starts[number]
    guard starts[number + 1] - start == sequence.count else { return false }
    // SAFETY: both ranges lie inside their arrays, by I1; without checks since this is most of the time of a round.
    return words.withUnsafeBufferPointer { words in
      sequence.withUnsafeBufferPointer { sequence in
        for i in 0..<sequence.count where words[start + i] != sequence[i] { return false }
        return true
      }
    }
  }

  private mutating func enlarge() {
    let mask = slots.count * 4 - 1
    slots = [UInt64](repeating: 0, count: slots.count * 4)
    words.withUnsafeBufferPointer { words in
      for number in 0..<count {
        let hash = Self.hash(words[starts[number]..<starts[number + 1]])
        var at = Int(truncatingIfNeeded: hash >> 32) & mask
        while slots[at] != 0 { at = (at + 1) & mask }
        slots[at] = (hash & 0xFFFF_FFFF) << 32 | UInt64(number + 1)
      }
    }
  }

  private static func hash(_ words: Slice<UnsafeBufferPointer<UInt64>>) -> UInt64 {
    var hash = UInt64(words.count)
    for word in words {
      hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 32
    }
    hash = hash &* 0xD6E8_FEB8_6659_FD93
    return hash ^ hash >> 32
  }
}
