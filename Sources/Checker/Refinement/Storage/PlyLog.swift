import TransitionSystems

/// The plies of a breadth-first search, each a set of sorted streams of its words: the frontier, and the way back.
///
/// Nothing is stored for a parent. The predecessor of a word of ply d + 1 is the smallest word of ply d that has it among
/// its successors; so a trace is a function of the model, and the log costs 1 to 3 bytes a state.
struct PlyLog<Word: PackedWord> {
  private(set) var plies: [[WordStream<Word>]] = []
  /// Of all streams.
  private(set) var bytes = 0

  mutating func append(_ ply: [WordStream<Word>]) {
    plies.append(ply)
    for stream in ply { bytes += stream.byteCount }
  }
}

/// Reads the streams of a ply as one, ascending.
struct PlyReader<Word: PackedWord> {
  private var readers: [WordStream<Word>.Reader]
  private var heads: [Word?]

  init(_ ply: [WordStream<Word>]) {
    readers = ply.map { WordStream.Reader($0) }
    heads = []
    for i in readers.indices { heads.append(readers[i].remaining > 0 ? readers[i].read() : nil) }
  }

  mutating func read() -> Word? {
    var least: Int?
    for (i, head) in heads.enumerated() {
      if let head, least.map({ head < heads[$0]! }) ?? true { least = i }
    }
    guard let least else { return nil }
    defer { heads[least] = readers[least].remaining > 0 ? readers[least].read() : nil }
    return heads[least]
  }
}
