// Positions by address: what a dump asks several times for each task that there is.
//
// I1. A slot is free where its key is 0; at least half of the slots are free, so that every search ends.
// A Dictionary hashes so that nobody can choose keys that collide, which takes most of its time; nobody chooses these.

struct AddressTable {
  private struct Slot {
    var key: UInt = 0
    var value = 0
  }

  private var slots = [Slot](repeating: Slot(), count: 2)
  private var count = 0
  /// The address 0 is a key like any other.
  private var valueOfZero: Int?

  /// Makes room for so many addresses.
  mutating func reserveCapacity(_ capacity: Int) {
    var size = slots.count
    while size < 2 * capacity { size *= 2 }
    if size > slots.count { grow(to: size) }
  }

  private mutating func grow(to size: Int) {
    let old = slots
    slots = [Slot](repeating: Slot(), count: size)
    for slot in old where slot.key != 0 { slots[position(slot.key)] = slot }
  }

  /// Where the key is, or the free slot that it would have.
  private func position(_ key: UInt) -> Int {
    // Fibonacci hashing (Knuth, The Art of Computer Programming 3, section 6.4): the upper bits are the mixed ones.
    var position = Int((key &* 0x9e37_79b9_7f4a_7c15) >> UInt(slots.count.leadingZeroBitCount + 1))
    while slots[position].key != key, slots[position].key != 0 { position = (position + 1) & (slots.count - 1) }
    return position
  }

  subscript(key: UInt) -> Int? {
    get {
      if key == 0 { return valueOfZero }
      let slot = slots[position(key)]
      return slot.key == key ? slot.value : nil
    }
    set {
      guard let newValue else { preconditionFailure("internal error: nothing is taken out of an address table") }
      if key == 0 {
        valueOfZero = newValue
        return
      }
      if 2 * (count + 1) > slots.count { grow(to: 2 * slots.count) }
      let position = position(key)
      if slots[position].key == 0 { count += 1 }
      slots[position] = Slot(key: key, value: newValue)
    }
  }
}
