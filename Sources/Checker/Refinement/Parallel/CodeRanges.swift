import TransitionSystems

/// Ranges of codes by which a ply is sorted, each by itself.
///
/// The streams of a ply so follow each other in order, but for the nodes above the codes: neighbours differ by little,
/// which makes the streams short. Ranges are of states alone, without their nodes: those are numbered upwards, and all that
/// is new would be in the last one.
///
/// Invariant: the bounds are a function of the ply before, and not of the workers; they ascend.
// SAFETY: @unchecked: the bounds are written between rounds by the calling thread alone.
struct CodeRanges<Word: PackedWord>: @unchecked Sendable {
  static var count: Int { 32 }

  /// The least codes of all ranges but the first; the greatest word where there are fewer.
  // SAFETY: `count` − 1 words, initialised, freed by whoever made it, once.
  private let bounds: UnsafeMutablePointer<Word>

  /// What of a word is the state's.
  private let mask: Word

  /// - Parameters:
  ///   - bits: of the codes of states.
  ///   - tagBits: of what lies below them.
  init(bits: Int, tagBits: Int) {
    mask = (((1 as Word) << Word(bits)) - 1) << Word(tagBits)
    bounds = .allocate(capacity: Self.count - 1)
    bounds.initialize(repeating: .max, count: Self.count - 1)
  }

  func free() { bounds.deallocate() }

  /// Takes the bounds that cut `ply` into equal parts: the next one is much like it.
  func split(as ply: [WordStream<Word>]) {
    var samples: [Word] = []
    for stream in ply { samples += stream.unitStarts.map { $0 & mask } }
    if samples.count < 4 * Self.count {
      // A small one is read, for as good a cut.
      let count = ply.reduce(0) { $0 + $1.count }, step = max(1, count / 1024)
      samples = []
      for stream in ply {
        var reader = WordStream.Reader(stream)
        while reader.remaining > 0 {
          let word = reader.read()
          if reader.remaining % step == 0 { samples.append(word & mask) }
        }
      }
    }
    samples.sort()
    for i in 1..<Self.count { bounds[i - 1] = samples.isEmpty ? .max : samples[i * samples.count / Self.count] }
  }

  @inline(__always) func range(of code: Word) -> Int {
    // A search without branches, which nobody could foresee.
    let state = code & mask
    var range = bounds[15] <= state ? 16 : 0
    range &+= bounds[range &+ 7] <= state ? 8 : 0
    range &+= bounds[range &+ 3] <= state ? 4 : 0
    range &+= bounds[range &+ 1] <= state ? 2 : 0
    return range &+ (bounds[range] <= state ? 1 : 0)
  }
}
