/// Which events the current state offers, and whether that contains one of a node's acceptances.
///
/// Clearing is a new stamp; the memory is touched only where events occur.
struct EventMarks: ~Copyable {
  // SAFETY: owned, freed in deinit; all of `room` is initialised, and every index is compared with `room` first.
  /// Event → the stamp of the last state that offered it.
  private var stamps: UnsafeMutablePointer<UInt64>, room = 256
  private var stamp: UInt64 = 1

  init() {
    stamps = .allocate(capacity: room)
    stamps.initialize(repeating: 0, count: room)
  }

  deinit { stamps.deallocate() }

  @inline(__always) mutating func clear() { stamp &+= 1 }

  @inline(__always) mutating func insert(_ event: Int32) {
    if Int(event) >= room { grow(Int(event)) }
    stamps[Int(event)] = stamp
  }

  @inline(never) private mutating func grow(_ event: Int) {
    let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: event * 2)
    larger.initialize(repeating: 0, count: event * 2)
    larger.update(from: stamps, count: room)
    stamps.deallocate()
    (stamps, room) = (larger, event * 2)
  }

  /// Whether all of one of the sets is marked. At `sets`: how many; and for each its size and its events.
  @inline(__always) func containAny(of sets: UnsafePointer<Int32>) -> Bool {
    var at = sets + 1
    for _ in 0..<sets.pointee {
      let end = at + 1 + Int(at.pointee)
      at += 1
      while at < end, Int(at.pointee) < room, stamps[Int(at.pointee)] == stamp { at += 1 }
      if at == end { return true }
      at = end
    }
    return false
  }
}
