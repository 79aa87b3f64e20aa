import CIntrinsics

/// A slot of a ``CompactTable``, with its compare over a whole cache line.
protocol CompactSlot: FixedWidthInteger, UnsignedInteger {
  static func matches(_ line: UnsafeMutableRawPointer, _ slot: Self) -> UInt64
}

extension UInt16: CompactSlot {
  @inline(__always) static func matches(_ line: UnsafeMutableRawPointer, _ slot: UInt16) -> UInt64 {
    csp_line_equal16(line, slot)
  }
}

extension UInt32: CompactSlot {
  @inline(__always) static func matches(_ line: UnsafeMutableRawPointer, _ slot: UInt32) -> UInt64 {
    csp_line_equal32(line, slot)
  }
}

/// What became of a key. `full`: nothing, the table must grow first.
enum Insertion { case new, old, full }

/// An exact set of k-bit keys that were mixed by a bijection; a key costs one 16- or 32-bit slot.
///
/// The high part of a mixed key names a bucket of 64 bytes and is not stored; the rest is stored with the distance from
/// that bucket (after Cleary, *Compact hash tables using bidirectional linear probing*, IEEE Trans. Computers 1984, but
/// with whole cache lines in place of single slots).
///
///     buckets = q·2^j, q of 8…15      x = h·q     bucket = x >> (k−j)     remainder = (x mod 2^(k−j)) / q
///     slot = remainder << d | distance + 1, 0 is empty        back: h = ⌈bucket·2^(k−j) / q⌉ + remainder
///
/// Invariants:
/// - I1: a remainder has k − j − 3 bits, and k − j − 3 + d ≤ slot bits, 3 ≤ d ≤ 5.
/// - I2: the slots of a bucket fill in order and nothing is removed, so that a bucket with room ends a search.
/// - I3: entries lie in order of their home buckets, up to the distance, so that copying is sequential.
/// - I4: at most 2^d − 1 buckets away from home, hence within `spill` buckets behind the last one; nothing wraps.
struct CompactTable<Slot: CompactSlot> {
  /// Wider keys would overflow `h·q` and the division by multiplication.
  static var widestKey: Int { 56 }
  static var lanes: Int { 64 / MemoryLayout<Slot>.size }
  private static var spill: Int { 32 }
  /// The greatest load, of 256: above it too many searches go on to a second line.
  private static var load: Int { 218 }

  /// How many buckets, and what follows from that.
  struct Shape {
    var q: UInt64, j: Int, keyBits: Int
    var buckets: Int { Int(q) << j }
    var bytes: Int { (buckets + spill) * 64 }
    /// How many keys it takes before it should grow.
    var capacity: Int { buckets * lanes / 256 * load }
    /// Whether keys come to lie too far from home (I4) well before there are as many as it takes: at seven tenths.
    var isTight: Bool { distanceBits < 4 }
    /// Bits of a slot that hold the distance.
    var distanceBits: Int { min(5, Slot.bitWidth - (keyBits - j - 3)) }

    /// The smallest that takes `capacity` keys, at most an eighth larger than it must be.
    init(keyBits: Int, capacity: Int) {
      self.keyBits = keyBits
      (q, j) = (8, max(0, keyBits - Slot.bitWidth))
      while self.capacity < capacity { (q, j) = q < 15 ? (q + 1, j) : (8, j + 1) }
    }
  }

  let shape: Shape
  private(set) var count = 0
  var memory: TableMemory
  // SAFETY: `shape.bytes` of memory, given back by whoever owns the table; a bucket is at most `spill` beyond the last one (I4).
  @inline(__always) private var base: UnsafeMutableRawPointer { memory.base }
  private let q: UInt64, down: UInt64, remainderMask: UInt64, reciprocal: UInt64, distanceBits: UInt64
  private let distanceMask: Slot

  /// Nil when there is no memory for it.
  init?(_ shape: Shape, _ placement: Placement = .hugePages, _ store: SpillStore? = nil) {
    guard let memory = TableMemory(shape.bytes, placement, store) else { return nil }
    self.shape = shape
    self.memory = memory
    q = shape.q
    down = UInt64(shape.keyBits - shape.j)
    remainderMask = (1 << down) - 1
    reciprocal = UInt64.max / shape.q + 1
    distanceBits = UInt64(shape.distanceBits)
    distanceMask = (1 << Slot(distanceBits)) - 1
  }

  /// The same table in a file, and this one freed; nil, and nothing done, when there is no room.
  func moved(to store: SpillStore) -> CompactTable? {
    guard var copy = CompactTable(shape, .file, store) else { return nil }
    guard copy.memory.write(base, store) else {
      copy.memory.free()
      return nil
    }
    copy.count = count
    memory.free()
    return copy
  }

  /// Takes all keys out.
  mutating func removeAll() {
    base.initializeMemory(as: UInt8.self, repeating: 0, count: shape.bytes)
    count = 0
  }

  @inline(__always) private func line(_ h: UInt64) -> UnsafeMutableRawPointer { base + Int((h &* q) &>> down) &* 64 }

  @inline(__always) func prefetch(_ h: UInt64) { csp_prefetch(line(h)) }

  /// The slot of `h` in its home bucket; each bucket further on it is one more.
  @inline(__always) private func slot(_ h: UInt64) -> Slot {
    let remainder = ((h &* q) & remainderMask).multipliedFullWidth(by: reciprocal).high
    return Slot(truncatingIfNeeded: remainder &<< distanceBits | 1)
  }

  /// Adds the mixed key `h`; `full` when it would lie too far from home: then the table must grow first.
  @inline(__always) mutating func insert(_ h: UInt64) -> Insertion { insert(at: line(h), slot(h)) }

  @inline(__always)
  private mutating func insert(at first: UnsafeMutableRawPointer, _ firstSlot: Slot) -> Insertion {
    var line = first, slot = firstSlot
    while true {
      if Slot.matches(line, slot) != 0 { return .old }
      let room = Slot.matches(line, 0)
      if room != 0 {
        line.storeBytes(
          of: slot, toByteOffset: room.trailingZeroBitCount &* MemoryLayout<Slot>.size, as: Slot.self)
        count &+= 1
        return .new
      }
      line += 64
      slot &+= 1
      if slot & distanceMask == 0 { return .full }
    }
  }

  /// Looks at the home bucket of a key alone, and adds the key where it can. Without branches, for streams of keys of which
  /// nobody foresees which are new.
  ///
  /// - Returns: 1 for a new key, else 0; and 1 for a key that must be looked for beyond its home, else 0.
  ///
  /// SAFETY: `scratch` is the caller's; what is written there is not read.
  @inline(__always) mutating func look(
    for h: UInt64, scratch: UnsafeMutablePointer<Slot>
  ) -> (new: Int, late: Int) {
    let line = line(h), slot = slot(h)
    let match = Slot.matches(line, slot), room = Slot.matches(line, 0)
    let late = match | room == 0 ? 1 : 0, new = (match == 0 ? 1 : 0) &- late
    csp_prefetch(line + late &* 64)
    // An old key is written elsewhere: a line that was written to costs twice the memory traffic. Chosen by arithmetic, as a
    // conditional becomes a branch.
    // SAFETY: it is one of the two addresses; where there is no room in the line, `new` is 0.
    let place = UInt(bitPattern: line) &+ UInt(room.trailingZeroBitCount &* MemoryLayout<Slot>.size)
    let chosen = UInt(bitPattern: 0 &- new), address = place & chosen | UInt(bitPattern: scratch) & ~chosen
    UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped.storeBytes(of: slot, as: Slot.self)
    count &+= new
    return (new, late)
  }

  /// ``insert(_:)`` for a key that is late.
  @inline(__always) mutating func insertBeyondHome(_ h: UInt64) -> Insertion {
    insert(at: line(h) + 64, slot(h) &+ 1)
  }

  /// Looks at the home bucket of a key alone: 1 for a key that is not there, else 0; and 1 for a key that must be looked for
  /// beyond its home, else 0.
  @inline(__always) func lookHome(for h: UInt64) -> (missing: Int, late: Int) {
    let line = line(h), match = Slot.matches(line, slot(h)), room = Slot.matches(line, 0)
    let late = match | room == 0 ? 1 : 0
    csp_prefetch(line + late &* 64)
    return ((match == 0 ? 1 : 0) &- late, late)
  }

  /// ``contains(_:)`` for a key that is late.
  @inline(__always) func containsBeyondHome(_ h: UInt64) -> Bool { contains(at: line(h) + 64, slot(h) &+ 1) }

  /// Adds all keys of another table to this one, which has none of them. False when one would lie too far from home; then some
  /// have been added.
  mutating func appendAll<Other>(of other: CompactTable<Other>) -> Bool {
    // Counted beside: neighbours come one after the other, and a line cannot be compared as a whole while what was just
    // written to a part of it is on its way.
    // SAFETY: an entry a bucket, initialised, freed here.
    let buckets = shape.buckets + Self.spill, fills = UnsafeMutablePointer<UInt8>.allocate(capacity: buckets)
    fills.initialize(repeating: 0, count: buckets)
    defer { fills.deallocate() }
    // With its own copies of both, since a pointer that is written through could point to them.
    let (from, to) = (other, self)
    if count > 0 { for bucket in 0..<buckets { fills[bucket] = UInt8(to.used(bucket)) } }
    for bucket in 0..<(from.shape.buckets + Self.spill) {
      let line = from.base + bucket &* 64, first = from.first(of: UInt64(bucket))
      for lane in 0..<from.used(bucket) {
        let slot = line.load(fromByteOffset: lane &* MemoryLayout<Other>.size, as: Other.self)
        if !to.place(from.key(slot, in: bucket, first), fills) {
          count = (0..<buckets).reduce(0) { $0 + Int(fills[$1]) }
          return false
        }
      }
    }
    count += other.count
    return true
  }

  /// Slots of a bucket that are taken.
  @inline(__always) private func used(_ bucket: Int) -> Int {
    let room = Slot.matches(base + bucket &* 64, 0)
    return room == 0 ? Self.lanes : room.trailingZeroBitCount
  }

  /// Writes a key that is not there to its slot, and counts it in `fills` alone; false for `full`.
  // SAFETY: a bucket with room is at most `spill` beyond the last one (I4), as `fills` is.
  @inline(__always) private func place(_ h: UInt64, _ fills: UnsafeMutablePointer<UInt8>) -> Bool {
    var bucket = Int((h &* q) &>> down), slot = slot(h)
    while fills[bucket] == UInt8(Self.lanes) {
      bucket &+= 1
      slot &+= 1
      if slot & distanceMask == 0 { return false }
    }
    let place = bucket &* 64 &+ Int(fills[bucket]) &* MemoryLayout<Slot>.size
    base.storeBytes(of: slot, toByteOffset: place, as: Slot.self)
    fills[bucket] &+= 1
    return true
  }

  @inline(__always) func contains(_ h: UInt64) -> Bool { contains(at: line(h), slot(h)) }

  @inline(__always) private func contains(at first: UnsafeMutableRawPointer, _ firstSlot: Slot) -> Bool {
    var line = first, slot = firstSlot
    while true {
      if Slot.matches(line, slot) != 0 { return true }
      if Slot.matches(line, 0) != 0 { return false }
      line += 64
      slot &+= 1
      if slot & distanceMask == 0 { return false }
    }
  }

  /// The first slot of the line in which the search for a key begins, which is prefetched.
  @inline(__always) func prefetched(_ h: UInt64) -> Int {
    let line = line(h)
    csp_prefetch(line)
    return (line - base) / MemoryLayout<Slot>.size
  }

  var slotCount: Int { (shape.buckets + Self.spill) * Self.lanes }

  /// Where a key lies, below `slotCount`; nil where the table does not have it.
  @inline(__always) func slot(of h: UInt64) -> Int? {
    var line = line(h), slot = slot(h)
    while true {
      let match = Slot.matches(line, slot)
      if match != 0 { return (line - base) / MemoryLayout<Slot>.size &+ match.trailingZeroBitCount }
      if Slot.matches(line, 0) != 0 { return nil }
      line += 64
      slot &+= 1
      if slot & distanceMask == 0 { return nil }
    }
  }

  /// Calls `body` with every mixed key and where it lies.
  @inline(__always) func forEachSlot(_ body: (Int, UInt64) -> Void) {
    for bucket in 0..<(shape.buckets + Self.spill) {
      let line = base + bucket &* 64, first = first(of: UInt64(bucket))
      for lane in 0..<Self.lanes {
        let slot = line.load(fromByteOffset: lane &* MemoryLayout<Slot>.size, as: Slot.self)
        if slot == 0 { break }
        body(bucket &* Self.lanes &+ lane, key(slot, in: bucket, first))
      }
    }
  }

  /// The first key whose home is `bucket`.
  @inline(__always) private func first(of bucket: UInt64) -> UInt64 {
    ((bucket &<< down) &+ q &- 1).multipliedFullWidth(by: reciprocal).high
  }

  /// - Parameter first: of the bucket, which most entries are at home in.
  @inline(__always) private func key(_ slot: Slot, in bucket: Int, _ first: UInt64) -> UInt64 {
    let away = UInt64((slot & distanceMask) &- 1)
    return (away == 0 ? first : self.first(of: UInt64(bucket) &- away)) &+ UInt64(slot) &>> distanceBits
  }

  /// Calls `body` with every mixed key, about ascending.
  /// With `releasing`, the pages are given back on the way; then nothing but `free` may follow.
  @inline(__always) func forEach(releasing: Bool = false, _ body: (UInt64) -> Void) {
    var released = 0
    for bucket in 0..<(shape.buckets + Self.spill) {
      let line = base + bucket &* 64, first = first(of: UInt64(bucket))
      for lane in 0..<Self.lanes {
        let slot = line.load(fromByteOffset: lane &* MemoryLayout<Slot>.size, as: Slot.self)
        if slot == 0 { break }
        body(key(slot, in: bucket, first))
      }
      if releasing, (bucket &+ 1) &* 64 &- released >= PageRelease.step, shape.bytes >= PageRelease.leastBlock {
        csp_release(base + released, PageRelease.step)
        released &+= PageRelease.step
      }
    }
  }
}

/// How blocks of `csp_map` are given back while a table is copied: whole huge pages, a few at a time.
enum PageRelease {
  static var step: Int { 8 << 20 }
  static var leastBlock: Int { 16 << 20 }
}
