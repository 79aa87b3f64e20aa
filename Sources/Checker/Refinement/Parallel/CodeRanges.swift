import TransitionSystems

/// Sixteen ranges of codes by which a ply is sorted, each by itself.
///
/// The streams of a ply so follow each other in order: neighbours differ by little, which makes them short, and have
/// successors in common, which a worker remembers while it expands a run of them.
///
/// Invariant: the bounds are a function of the ply before, and not of the workers; they ascend.
struct CodeRanges<Word: PackedWord>: @unchecked Sendable {
  // SAFETY: @unchecked, and the pointer: 15 words, initialised, freed by whoever made it, once; written between rounds by
  // the calling thread alone.
  static var count: Int { 16 }

  // SAFETY: as above.
  /// The least codes of all ranges but the first; the greatest word where there are fewer.
  private let bounds: UnsafeMutablePointer<Word>

  init() {
    bounds = .allocate(capacity: Self.count - 1)
    bounds.initialize(repeating: .max, count: Self.count - 1)
  }

  func free() { bounds.deallocate() }

  /// Takes the bounds that cut `ply` into equal parts: the next one is much like it.
  func split(as ply: [WordStream<Word>]) {
    var starts: [Word] = []
    for stream in ply { starts += stream.unitStarts }
    starts.sort()
    for i in 1..<Self.count { bounds[i - 1] = starts.count < Self.count ? .max : starts[i * starts.count / Self.count] }
  }

  @inline(__always) func range(of code: Word) -> Int {
    // A search without branches, which nobody could foresee.
    var range = bounds[7] <= code ? 8 : 0
    range &+= bounds[range &+ 3] <= code ? 4 : 0
    range &+= bounds[range &+ 1] <= code ? 2 : 0
    return range &+ (bounds[range] <= code ? 1 : 0)
  }
}
