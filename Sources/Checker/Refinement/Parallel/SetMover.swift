import TransitionSystems

/// Moves words into a set, sorted by part first, so that each part is touched as a whole.
struct SetMover<Word: PackedWord>: ~Copyable {
  private var candidates = Candidates<Word>(parts: PartitionedSet<Word>.partCount)
  private var count = 0
  // SAFETY: owned, freed in deinit; room for a run and one more, written before it is read.
  private let scratch = UnsafeMutablePointer<Word>.allocate(capacity: Candidates<Word>.longestRun + 1)

  deinit { scratch.deallocate() }

  /// Whether it should be emptied.
  var isFull: Bool { count >= 1 << 20 }

  mutating func take(_ word: Word, _ set: borrowing PartitionedSet<Word>) {
    let key = set.key(word), part = set.part(of: key)
    withUnsafePointer(to: key) { candidates.append($0, 1) { _ in part } }
    count += 1
  }

  /// False when there is no room for all.
  mutating func empty(into set: borrowing PartitionedSet<Word>) -> Bool {
    var fits = true
    for part in 0..<PartitionedSet<Word>.partCount {
      set.wake(part)
      candidates.forEachRun(of: part) { keys, n in
        if set.insert(keys, n, part: part, new: scratch) == nil { fits = false }
      }
      set.park(part)
    }
    candidates.removeAll()
    count = 0
    return fits
  }
}
