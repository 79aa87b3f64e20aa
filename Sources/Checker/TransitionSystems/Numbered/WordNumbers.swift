/// 64-bit words, numbered from 0 in the order in which they come: open addressing, linear probing, at most five eighths
/// full. Nothing is removed.
struct WordNumbers {
  // SAFETY: all three are owned by whoever made this and called `free` once; `words` has `room` places of which the first
  // `count` are initialised, `slots` has `slotCount` places, a power of two, all initialised, and is indexed by a mask.
  private var words: UnsafeMutablePointer<UInt64>, room = 64
  /// One more than the number of the word that is here; 0 where there is none.
  private var slots: UnsafeMutablePointer<UInt32>, slotCount = 128
  private(set) var count = 0

  init() {
    words = .allocate(capacity: room)
    slots = .allocate(capacity: slotCount)
    slots.initialize(repeating: 0, count: slotCount)
  }

  func free() {
    words.deallocate()
    slots.deallocate()
  }

  var bytes: Int { room * 8 + slotCount * 4 }

  @inline(__always) subscript(number: UInt32) -> UInt64 { words[Int(number)] }

  /// The number of `word`, which is the next one if it has none yet.
  ///
  /// - Complexity: constant on average.
  @inline(__always) mutating func number(of word: UInt64) -> UInt32 {
    var at = Self.home(word) & (slotCount &- 1)
    while slots[at] != 0 {
      let number = slots[at] &- 1
      if words[Int(number)] == word { return number }
      at = (at &+ 1) & (slotCount &- 1)
    }
    if count == room || count &* 8 >= slotCount &* 5 { return numberAfterGrowing(word) }
    words[count] = word
    count &+= 1
    slots[at] = UInt32(truncatingIfNeeded: count)
    return UInt32(truncatingIfNeeded: count &- 1)
  }

  @inline(__always) private static func home(_ word: UInt64) -> Int {
    let spread = (word ^ (word &>> 32)) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: (spread ^ (spread &>> 29)) &* 0xD6E8_FEB8_6659_FD93 &>> 24)
  }

  @inline(never) private mutating func numberAfterGrowing(_ word: UInt64) -> UInt32 {
    if count == room {
      let larger = room / 2 * 3
      let moved = UnsafeMutablePointer<UInt64>.allocate(capacity: larger)
      moved.moveInitialize(from: words, count: count)
      words.deallocate()
      (words, room) = (moved, larger)
    }
    if count * 8 >= slotCount * 5 {
      slots.deallocate()
      slotCount *= 2
      slots = .allocate(capacity: slotCount)
      slots.initialize(repeating: 0, count: slotCount)
      for number in 0..<count {
        var at = Self.home(words[number]) & (slotCount - 1)
        while slots[at] != 0 { at = (at + 1) & (slotCount - 1) }
        slots[at] = UInt32(number + 1)
      }
    }
    return self.number(of: word)
  }
}
