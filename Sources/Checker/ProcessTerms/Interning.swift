/// Content → dense number.
struct Interner<Content: Hashable> {
  private var numbers: [Content: Int32] = [:]
  private var contents: [Content] = []

  mutating func intern(_ content: Content) -> Int32 {
    if let known = numbers[content] { return known }
    let number = Int32(contents.count)
    numbers[content] = number
    contents.append(content)
    return number
  }

  subscript(number: Int32) -> Content { contents[Int(number)] }
}

/// The hash of a row: a sum over its operands, so that the row with one operand replaced has its hash in constant time.
struct RowHash {
  private(set) var sum: UInt64

  init(_ op: Operator, _ parameter: Int32) {
    sum = UInt64(op.rawValue) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(UInt32(bitPattern: parameter))
  }

  init(sum: UInt64) { self.sum = sum }

  mutating func add(_ operand: Int32, at place: Int) { sum &+= RowHash.term(operand, place) }

  mutating func replace(_ old: Int32, by new: Int32, at place: Int) {
    sum = sum &- RowHash.term(old, place) &+ RowHash.term(new, place)
  }

  private static func term(_ operand: Int32, _ place: Int) -> UInt64 {
    let x = (UInt64(UInt32(bitPattern: operand)) ^ UInt64(truncatingIfNeeded: place) &<< 32) &* 0xD6E8_FEB8_6659_FD93
    return (x ^ x &>> 32) &* 0x9E37_79B9_7F4A_7C15
  }

  var value: UInt64 { sum ^ sum &>> 32 }
}

/// A hash index over rows that live elsewhere: open addressing, linear probing, load at most one half.
struct OpenIndex {
  /// Row + 1; 0 is empty. The upper half of the hash rides along, so that most misses need no look at the row.
  private var slots: [(tag: UInt32, row: Int32)] = Array(repeating: (0, 0), count: 1024)
  private var used = 0

  func find(_ hash: UInt64, where matches: (Int32) -> Bool) -> Int32? {
    let mask = slots.count - 1, tag = UInt32(truncatingIfNeeded: hash >> 32)
    var i = Int(truncatingIfNeeded: hash) & mask
    while slots[i].row != 0 {
      if slots[i].tag == tag, matches(slots[i].row - 1) { return slots[i].row - 1 }
      i = (i + 1) & mask
    }
    return nil
  }

  /// `hashOf` gives the hash of any row that was inserted before.
  mutating func insert(_ hash: UInt64, _ row: Int32, hashOf: (Int32) -> UInt64) {
    if (used + 1) * 2 > slots.count { grow(hashOf) }
    place(hash, row)
    used += 1
  }

  private mutating func place(_ hash: UInt64, _ row: Int32) {
    let mask = slots.count - 1
    var i = Int(truncatingIfNeeded: hash) & mask
    while slots[i].row != 0 { i = (i + 1) & mask }
    slots[i] = (UInt32(truncatingIfNeeded: hash >> 32), row + 1)
  }

  private mutating func grow(_ hashOf: (Int32) -> UInt64) {
    let old = slots
    slots = Array(repeating: (0, 0), count: old.count * 2)
    for slot in old where slot.row != 0 { place(hashOf(slot.row - 1), slot.row - 1) }
  }
}
