import TransitionSystems

/// The plies of a breadth-first search, each a set of sorted streams of its words: the way back and, for a small search, the
/// frontier.
///
/// The streams hold the codes of pairs (``StateCoder``), which have the order of the pairs.
///
/// Nothing is stored for a parent. The predecessor of a word of ply d + 1 is the smallest word of ply d that has it among
/// its successors; so a trace is a function of the model, and the log costs 1 to 3 bytes a state.
struct PlyLog<Word: PackedWord> {
  private(set) var plies: [[WordStream<Word>]] = []
  /// Of the streams in memory, and of those in a file.
  private(set) var bytes = 0, spilledBytes = 0
  private var store: SpillStore?
  let coder: StateCoder<Word>

  init(_ coder: StateCoder<Word>) { self.coder = coder }

  /// The same plies in other codes.
  func recoded(by coder: StateCoder<Word>) -> PlyLog {
    var log = PlyLog(coder)
    for ply in plies {
      log.append(ply.map { $0.mapped { coder.encode(self.coder.decode($0)) } })
    }
    return log
  }

  mutating func append(_ ply: [WordStream<Word>]) {
    plies.append(ply.map { placed($0) })
  }

  /// What has no room in the file stays in memory; whoever looks at the store sees that it is full.
  private mutating func placed(_ stream: WordStream<Word>) -> WordStream<Word> {
    if let moved = store.flatMap({ stream.moved(to: $0) }) {
      spilledBytes += stream.byteCount
      return moved
    }
    bytes += stream.byteCount
    return stream
  }

  /// Keeps all that there is, and all that comes, in a file.
  mutating func spill(to store: SpillStore) {
    self.store = store
    bytes = 0
    for (i, ply) in plies.enumerated() { plies[i] = ply.map { placed($0) } }
    park()
  }

  /// Takes what was read of the file out of memory.
  func park() { store?.park() }
}

/// Reads the streams of a ply as one: its pairs, ascending.
struct PlyReader<Word: PackedWord> {
  private let coder: StateCoder<Word>
  private var readers: [WordStream<Word>.Reader]
  private var heads: [Word?]

  init(_ ply: [WordStream<Word>], _ coder: StateCoder<Word>) {
    self.coder = coder
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
    return coder.decode(heads[least]!)
  }
}
