import CIntrinsics
import TransitionSystems

/// What belongs to one worker of a ``WideSearch``.
struct SearchWorker<Word: PackedWord>: ~Copyable {
  var expander: Expander<PackedMachine<Word>>
  var candidates = Candidates<Word>(parts: PartitionedSet<Word>.partCount)
  /// Pairs that could not be expanded, since the specification has to be asked.
  var stalled: [Word] = []
  /// Whether there was no memory for what was found.
  var isOutOfMemory = false
  /// Whether a pair of some node could do τ where divergence matters.
  var metTau = false

  // SAFETY: both owned, freed in deinit; `recent` is initialised and indexed by a mask, `found` written before it is read.
  private let recent: UnsafeMutablePointer<Word>, found: UnsafeMutablePointer<Word>
  private static var recentBits: Int { 15 }
  private static var blockSize: Int { 256 }

  init(_ machine: PackedMachine<Word>, _ question: Question) {
    expander = Expander(machine, question, asksSpecification: false)
    recent = .allocate(capacity: 1 << Self.recentBits)
    recent.initialize(repeating: 0, count: 1 << Self.recentBits)
    found = .allocate(capacity: Candidates<Word>.longestRun)
  }

  deinit {
    recent.deallocate()
    found.deallocate()
  }

  /// Forgets what it met lately: needed when the set is made anew.
  mutating func forgetRecent() { recent.update(repeating: 0, count: 1 << Self.recentBits) }

  /// Expands the pairs of a reader; their successors become candidates.
  mutating func expand(_ reader: inout WordStream<Word>.Reader, _ set: borrowing PartitionedSet<Word>) {
    let largestBlock = Expander<PackedMachine<Word>>.largestBlock
    while reader.remaining > 0 {
      var taken = 0
      expander.outbox.count = 0
      while taken < Self.blockSize, reader.remaining > 0, expander.outbox.count < largestBlock {
        let pair = reader.read()
        // A packed machine throws nothing, and the specification is not asked.
        if (try? expander.expand(pair)) != true { stalled.append(pair) }
        taken &+= 1
      }
      scatter(set)
    }
    candidates.publish()
  }

  /// Expands one pair whose entries of the specification are known.
  mutating func expand(_ pair: Word, _ set: borrowing PartitionedSet<Word>) {
    expander.outbox.count = 0
    if (try? expander.expand(pair)) != true { preconditionFailure("what was asked is known") }
    scatter(set)
    candidates.publish()
  }

  /// Most successors were met a moment ago, and need not be looked up again.
  @inline(__always)
  private mutating func scatter(_ set: borrowing PartitionedSet<Word>) {
    if !expander.divergenceRoots.isEmpty {
      metTau = true
      expander.divergenceRoots.removeAll(keepingCapacity: true)
    }
    let words = expander.outbox.words, n = expander.outbox.count
    for i in 0..<n {
      let key = set.key(words[i])
      let at = Int(truncatingIfNeeded: set.spread(key)) & (1 &<< Self.recentBits &- 1)
      // 0 stands for nothing; the key 0 is looked up each time.
      if recent[at] == key, key != 0 { continue }
      recent[at] = key
      candidates.append(key, to: set.part(of: key))
    }
  }

  /// Inserts what all workers have for a part; what is new goes to `sorter`.
  ///
  /// SAFETY: `workers` has `count` entries, and nobody appends to their candidates meanwhile.
  mutating func insert(
    part: Int, of workers: UnsafeMutablePointer<SearchWorker<Word>>, _ count: Int, _ set: borrowing PartitionedSet<Word>,
    _ sorter: inout WordSorter<Word>, bits: Int
  ) {
    for worker in 0..<count {
      workers[worker].candidates.forEachRun(of: part) { keys, n in
        // A run is no longer than the room for what is new.
        var new = 0
        let fits = set.insert(keys, n, part: part) {
          found[new] = $0
          new &+= 1
        }
        if !fits { isOutOfMemory = true }
        sorter.append(found, new, bits: bits)
      }
    }
  }
}
