import CIntrinsics
import TransitionSystems

extension CompactTable {
  /// Keys after which those that are late are looked up.
  private static var blockSize: Int { 64 }
  /// Keys by which memory is asked beforehand.
  private static var ahead: Int { 16 }

  /// Inserts the mixed keys in the bits of `mask` of `keys[start..<n]`, and writes those of `keys` that are new to `new`, from
  /// `count` on.
  ///
  /// A key whose home bucket is full and does not have it is *late*: the next bucket is asked for, and looked at after some
  /// more keys. So there is no branch here that nobody could foresee, and no wait for memory that was not asked for.
  ///
  /// - Returns: where it stopped: at `n`, or where the table must grow. Places before that hold any keys.
  ///
  /// SAFETY: the pointers are the caller's; the word at `new + count` is written before it is known whether it counts.
  @inline(__always)
  mutating func insert<Word: PackedWord>(
    _ keys: UnsafeMutablePointer<Word>, from start: Int, _ n: Int, mask: UInt64, new: UnsafeMutablePointer<Word>,
    _ count: inout Int
  ) -> Int {
    var i = start, scratch: Slot = 0
    let capacity = shape.capacity
    for j in start..<min(start + Self.ahead, n) { prefetch(UInt64(truncatingIfNeeded: keys[j]) & mask) }
    while i < n, self.count < capacity {
      // So many can be new before it is full.
      let end = min(n, i &+ min(Self.blockSize, capacity &- self.count)), begin = i
      var late = begin
      while i < end {
        // Behind the last key it asks for the last again.
        prefetch(UInt64(truncatingIfNeeded: keys[min(i &+ Self.ahead, n &- 1)]) & mask)
        let key = keys[i]
        new[count] = key
        let place = look(for: UInt64(truncatingIfNeeded: key) & mask, scratch: &scratch)
        count &+= place.new
        keys[late] = key
        late &+= place.late
        i &+= 1
      }
      for j in begin..<late {
        new[count] = keys[j]
        switch insertBeyondHome(UInt64(truncatingIfNeeded: keys[j]) & mask) {
        case .new: count &+= 1
        case .old: break
        case .full:
          // Those that were not looked up go before the rest.
          for k in (j..<late).reversed() { keys[i &- (late &- k)] = keys[k] }
          return i &- (late &- j)
        }
      }
    }
    return i
  }

  /// Keeps those of `keys[start..<n]` that are not in the table, and moves them to the front, in some order.
  ///
  /// - Returns: where they end.
  ///
  /// SAFETY: the pointers are the caller's; `scratch` has room for all of these keys, and what is written there is not read.
  @inline(__always)
  func sift<Word: PackedWord>(
    _ keys: UnsafeMutablePointer<Word>, from start: Int, _ n: Int, mask: UInt64, scratch: UnsafeMutablePointer<Word>
  ) -> Int {
    var kept = start, late = 0
    for j in start..<min(start + Self.ahead, n) { prefetch(UInt64(truncatingIfNeeded: keys[j]) & mask) }
    for i in start..<n {
      prefetch(UInt64(truncatingIfNeeded: keys[min(i &+ Self.ahead, n &- 1)]) & mask)
      let key = keys[i], place = lookHome(for: UInt64(truncatingIfNeeded: key) & mask)
      keys[kept] = key
      kept &+= place.missing
      scratch[late] = key
      late &+= place.late
    }
    for j in 0..<late where !containsBeyondHome(UInt64(truncatingIfNeeded: scratch[j]) & mask) {
      keys[kept] = scratch[j]
      kept &+= 1
    }
    return kept
  }
}
