import CIntrinsics
import TransitionSystems

/// Some of the slots of a ``PartitionedSet`` that does not grow meanwhile: a bit each.
///
/// Invariant: a part is changed by one worker at a time, while no other looks at it.
// SAFETY: @unchecked: by the invariant; what the pointers are is never changed after `init`.
struct SlotSet: @unchecked Sendable {
  /// What the bits take.
  let bytes: Int
  // SAFETY: one word for each 64 slots of all parts, zeroed, freed by whoever made it, once; `starts` has the first word
  // of each part. Every slot comes from the set. Both nil: nothing is ever inserted.
  private let words: UnsafeMutablePointer<UInt64>?, starts: UnsafeMutablePointer<Int>?

  /// Of a set of which none will be chosen.
  init() { (bytes, words, starts) = (0, nil, nil) }

  static func bytes<Word>(for set: borrowing PartitionedSet<Word>) -> Int {
    var count = 0
    for part in 0..<PartitionedSet<Word>.partCount { count += wordCount(set, part) }
    return count * 8
  }

  private static func wordCount<Word>(_ set: borrowing PartitionedSet<Word>, _ part: Int) -> Int {
    set.slotCount(part) / 64 + 1
  }

  init<Word>(_ set: borrowing PartitionedSet<Word>) {
    let parts = PartitionedSet<Word>.partCount
    // SAFETY: both become the set's own; all of both is initialised here.
    let starts = UnsafeMutablePointer<Int>.allocate(capacity: parts)
    var count = 0
    for part in 0..<parts {
      (starts + part).initialize(to: count)
      count += Self.wordCount(set, part)
    }
    let words = UnsafeMutablePointer<UInt64>.allocate(capacity: count)
    words.initialize(repeating: 0, count: count)
    (bytes, self.words, self.starts) = (count * 8, words, starts)
  }

  func free() {
    words?.deallocate()
    starts?.deallocate()
  }

  // SAFETY: there are words: a set without has no part to insert to, and `contains` asks first.
  @inline(__always) private func word(_ slot: Int, _ part: Int) -> UnsafeMutablePointer<UInt64> {
    words.unsafelyUnwrapped + (starts.unsafelyUnwrapped[part] &+ slot &>> 6)
  }

  @inline(__always) func contains(_ slot: Int, _ part: Int) -> Bool {
    words != nil && word(slot, part).pointee >> UInt64(slot & 63) & 1 != 0
  }

  @inline(__always) func insert(_ slot: Int, _ part: Int) { word(slot, part).pointee |= 1 << UInt64(slot & 63) }

  @inline(__always) func prefetch(_ slot: Int, _ part: Int) { csp_prefetch(word(slot, part)) }
}
