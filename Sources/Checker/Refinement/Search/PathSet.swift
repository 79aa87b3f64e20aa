import TransitionSystems

/// The words on a depth-first search's path: open addressing, linear probing, at most half full.
///
/// Invariant: words are removed in the reverse order of their insertion. So the last one is on nobody else's probe
/// sequence, and removing it is emptying its slot.
struct PathSet<Word: PackedWord>: ~Copyable {
  // SAFETY: both owned here alone (the type cannot be copied), `slots` long, freed in deinit and by `grow`; every index is
  // masked by `slots - 1`, and a word is read only where `isUsed` says that it was written.
  private var words: UnsafeMutablePointer<Word>
  private var isUsed: UnsafeMutablePointer<Bool>
  private var slots = 64
  /// In order of insertion.
  private(set) var path: [Word] = []

  init() { (words, isUsed) = Self.allocate(slots) }

  deinit {
    words.deallocate()
    isUsed.deallocate()
  }

  var bytes: Int { slots * (MemoryLayout<Word>.size + 1) + path.capacity * MemoryLayout<Word>.size }

  private static func allocate(_ slots: Int) -> (UnsafeMutablePointer<Word>, UnsafeMutablePointer<Bool>) {
    let isUsed = UnsafeMutablePointer<Bool>.allocate(capacity: slots)
    isUsed.initialize(repeating: false, count: slots)
    return (.allocate(capacity: slots), isUsed)
  }

  /// Where `word` is, or would be.
  private func slot(_ word: Word) -> Int {
    var i = Int(truncatingIfNeeded: hash(word) &>> 20) & (slots &- 1)
    while isUsed[i], words[i] != word { i = (i &+ 1) & (slots &- 1) }
    return i
  }

  func contains(_ word: Word) -> Bool { isUsed[slot(word)] }

  /// `word` must not be on the path.
  mutating func append(_ word: Word) {
    if path.count >= slots / 2 { grow() }
    path.append(word)
    place(word)
  }

  mutating func removeLast() { isUsed[slot(path.removeLast())] = false }

  private mutating func place(_ word: Word) {
    let i = slot(word)
    (words[i], isUsed[i]) = (word, true)
  }

  /// In the order of the path, which keeps the invariant.
  private mutating func grow() {
    words.deallocate()
    isUsed.deallocate()
    slots *= 2
    (words, isUsed) = Self.allocate(slots)
    for word in path { place(word) }
  }
}
