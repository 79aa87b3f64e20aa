/// For each of so many states a sketch of a set: as many bits as a cache line has, one of which is set for each element.
///
/// The sketch of a union is the union of the sketches, so that sketches are known without the sets. Different sketches
/// are of different sets; equal ones may be, too.
///
/// > Source: Bloom, *Space/time trade-offs in hash coding with allowable errors*, CACM 1970, with one hash function.
///
/// Invariant: sketch s is the `lanes` words from `words + s * lanes`.
struct SetSketches: ~Copyable {
  /// A power of two.
  private static var lanes: Int { 8 }
  // SAFETY: owned, aligned to cache lines, initialised, freed in deinit; not given away.
  private let words: UnsafeMutablePointer<UInt64>
  private let count: Int

  init(count: Int) {
    self.count = count
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * Self.lanes * 8, alignment: 64)
    words = memory.bindMemory(to: UInt64.self, capacity: count * Self.lanes)
    words.initialize(repeating: 0, count: count * Self.lanes)
  }

  deinit { words.deallocate() }

  // SAFETY: the sketch of a state below `count` lies inside what was allocated, and nobody else has the pointer.
  private subscript(state: Int32) -> UnsafeMutablePointer<UInt64> {
    precondition(state >= 0 && Int(state) < count)
    return words + Int(state) * Self.lanes
  }

  func clear(_ state: Int32) { self[state].update(repeating: 0, count: Self.lanes) }

  func insert(_ element: UInt64, in state: Int32) { set(Self.bit(of: element), in: state) }

  func formUnion(_ other: Int32, in state: Int32) {
    let into = self[state], from = self[other]
    for lane in 0..<Self.lanes { into[lane] |= from[lane] }
  }

  func insertPair(_ label: UInt64, _ element: UInt64, in state: Int32) { set(Self.bit(of: label, element), in: state) }

  /// Adds the pairs of `label` with the elements of a set that `sketches` has: their bits are those of the elements,
  /// moved as the label says.
  func insertPairs(_ label: UInt64, _ sketches: borrowing SetSketches, of other: Int32, in state: Int32) {
    let into = self[state], from = sketches[other], move = Self.bit(of: label)
    for lane in 0..<Self.lanes {
      let word = from[lane ^ move >> 6]
      into[lane] |= word &<< UInt64(move & 63) | word &>> UInt64(-move & 63)
    }
  }

  /// False where the element is not in the set.
  func mayHave(_ element: UInt64, in state: Int32) -> Bool { has(Self.bit(of: element), in: state) }

  func mayHavePair(_ label: UInt64, _ element: UInt64, in state: Int32) -> Bool {
    has(Self.bit(of: label, element), in: state)
  }

  func hash(of state: Int32, into hash: inout UInt64) {
    let from = self[state]
    for lane in 0..<Self.lanes {
      hash = (hash ^ from[lane]) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 32
    }
  }

  private func has(_ bit: Int, in state: Int32) -> Bool { self[state][bit >> 6] >> UInt64(bit & 63) & 1 != 0 }

  private func set(_ bit: Int, in state: Int32) { self[state][bit >> 6] |= 1 << UInt64(bit & 63) }

  private static func bit(of element: UInt64) -> Int {
    let hash = (element &+ 0x9E37_79B9_7F4A_7C15) &* 0xD6E8_FEB8_6659_FD93
    return Int(((hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15) >> 55)
  }

  private static func bit(of label: UInt64, _ element: UInt64) -> Int {
    let move = bit(of: label), bit = bit(of: element)
    return (bit ^ move) & ~63 | (bit + move) & 63
  }
}
