import TransitionSystems

/// The plies of a breadth-first search, each a sorted stream of its words: the frontier, and the way back.
///
/// Nothing is stored for a parent. The predecessor of a word of ply d + 1 is the first word of ply d that has it among
/// its successors; so a trace is a function of the model, and the log costs 1 to 2 bytes a state.
struct PlyLog<Word: PackedWord> {
  private(set) var plies: [WordStream<Word>] = []
  /// Of all streams.
  private(set) var bytes = 0

  mutating func append(_ ply: WordStream<Word>) {
    plies.append(ply)
    bytes += ply.byteCount
  }
}
