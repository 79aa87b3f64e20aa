/// A set of numbers below a bound from which the least is taken in constant time.
///
/// Invariant: bit i of a level says whether word i of the level below has a bit; the last level is one word.
struct AscendingSet {
  private var words: [UInt64]
  /// Level → where it begins in `words`.
  private var levels: [Int] = []

  init(below bound: Int) {
    var count = bound, total = 0
    repeat {
      count = (count + 63) / 64
      levels.append(total)
      total += max(count, 1)
    } while count > 1
    words = [UInt64](repeating: 0, count: total)
  }

  mutating func insert(_ number: Int32) {
    var at = Int(number)
    for level in levels {
      let word = level + at >> 6, old = words[word]
      words[word] = old | 1 << UInt64(at & 63)
      if old != 0 { return }
      at >>= 6
    }
  }

  /// Takes the least number out.
  mutating func popFirst() -> Int32? {
    guard words[levels[levels.count - 1]] != 0 else { return nil }
    var number = 0
    for level in levels.reversed() { number = number << 6 | words[level + number].trailingZeroBitCount }
    var at = number
    for level in levels {
      words[level + at >> 6] &= ~(1 << UInt64(at & 63))
      if words[level + at >> 6] != 0 { break }
      at >>= 6
    }
    return Int32(number)
  }
}
