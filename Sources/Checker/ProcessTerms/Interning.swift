/// Content → dense number.
struct Interner<Content: Hashable> {
  private var numbers: [Content: Int32] = [:]
  private(set) var contents: [Content] = []

  mutating func intern(_ content: Content) -> Int32 {
    if let known = numbers[content] { return known }
    let number = Int32(contents.count)
    numbers[content] = number
    contents.append(content)
    return number
  }

  subscript(number: Int32) -> Content { contents[Int(number)] }
}

/// The hash of a row, fed operand by operand.
struct RowHash {
  private var state: UInt64

  init(_ op: Operator, _ parameter: Int32) {
    state = UInt64(op.rawValue) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(UInt32(bitPattern: parameter))
  }

  mutating func combine(_ operand: Int32) {
    state = (state ^ UInt64(UInt32(bitPattern: operand))) &* 0xD6E8_FEB8_6659_FD93
    state ^= state >> 29
  }

  var value: UInt64 { state ^ state >> 32 }
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

  mutating func insert(_ hash: UInt64, _ row: Int32) {
    if (used + 1) * 2 > slots.count { grow() }
    place(UInt32(truncatingIfNeeded: hash >> 32), UInt32(truncatingIfNeeded: hash), row)
    used += 1
  }

  private mutating func place(_ tag: UInt32, _ low: UInt32, _ row: Int32) {
    while lows.count <= Int(row) { lows.append(0) }
    lows[Int(row)] = low
    let mask = slots.count - 1
    var i = Int(low) & mask
    while slots[i].row != 0 { i = (i + 1) & mask }
    slots[i] = (tag, row + 1)
  }

  /// The low half of each row's hash, so that growing needs no rehash.
  private var lows: [UInt32] = []

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: (0, 0), count: old.count * 2)
    let mask = slots.count - 1
    for slot in old where slot.row != 0 {
      var i = Int(lows[Int(slot.row - 1)]) & mask
      while slots[i].row != 0 { i = (i + 1) & mask }
      slots[i] = slot
    }
  }
}
