import TransitionSystems

/// Words → numbers of at least 0: open addressing, linear probing, at most three quarters full. Nothing is removed.
struct WordMap<Key: PackedWord>: ~Copyable {
  // SAFETY: both owned here alone (the type cannot be copied), `slots` long, freed in deinit and by growth; every index is
  // masked by `slots - 1`, and a key is read only where its value is not −1, that is where it was written.
  private var keys: UnsafeMutablePointer<Key>
  /// −1 where there is none.
  private var values: UnsafeMutablePointer<Int32>
  private var slots = 64
  private(set) var count = 0

  init() { (keys, values) = Self.allocate(slots) }

  deinit {
    keys.deallocate()
    values.deallocate()
  }

  var bytes: Int { slots * (MemoryLayout<Key>.size + 4) }

  private static func allocate(_ slots: Int) -> (UnsafeMutablePointer<Key>, UnsafeMutablePointer<Int32>) {
    let keys = UnsafeMutablePointer<Key>.allocate(capacity: slots)
    let values = UnsafeMutablePointer<Int32>.allocate(capacity: slots)
    values.initialize(repeating: -1, count: slots)
    return (keys, values)
  }

  /// Where `key` is, or would be.
  private func slot(_ key: Key) -> Int {
    var i = Int(truncatingIfNeeded: hash(key) &>> 20) & (slots &- 1)
    while values[i] >= 0, keys[i] != key { i = (i &+ 1) & (slots &- 1) }
    return i
  }

  subscript(key: Key) -> Int32? {
    let value = values[slot(key)]
    return value < 0 ? nil : value
  }

  /// The number of `key`, which becomes `new` if it has none yet.
  mutating func number(of key: Key, orInsert new: Int32) -> Int32 {
    var i = slot(key)
    if values[i] >= 0 { return values[i] }
    if count >= slots / 4 * 3 {
      grow()
      i = slot(key)
    }
    (keys[i], values[i]) = (key, new)
    count += 1
    return new
  }

  private mutating func grow() {
    let (oldKeys, oldValues, oldSlots) = (keys, values, slots)
    slots *= 2
    (keys, values) = Self.allocate(slots)
    for j in 0..<oldSlots where oldValues[j] >= 0 {
      let i = slot(oldKeys[j])
      (keys[i], values[i]) = (oldKeys[j], oldValues[j])
    }
    oldKeys.deallocate()
    oldValues.deallocate()
  }
}

/// Spreads a word over 64 bits; the upper ones are the better ones.
@inline(__always) func hash<Word: PackedWord>(_ word: Word) -> UInt64 {
  var x = UInt64(truncatingIfNeeded: word) &* 0x9E37_79B9_7F4A_7C15
  if Word.bitWidth > 64 { x ^= UInt64(truncatingIfNeeded: word >> 64) &* 0xC2B2_AE3D_27D4_EB4F }
  return (x ^ (x &>> 32)) &* 0xD6E8_FEB8_6659_FD93
}
