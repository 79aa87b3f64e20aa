import CIntrinsics
import TransitionSystems

/// What belongs to one worker of a ``WideSearch``.
struct SearchWorker<Word: PackedWord>: ~Copyable {
  var expander: Expander<PackedMachine<Word>>
  private let coder: StateCoder<Word>
  private let tags: Tags<Word>
  private let needless: NeedlessSteps<Word>
  var candidates = Candidates<Word>(parts: PartitionedSet<Word>.partCount)
  /// Pairs that could not be expanded, since the specification has to be asked.
  var stalled: [Word] = []
  /// Whether there was no memory for what was found.
  var isOutOfMemory = false
  /// Whether a pair of some node could do τ where divergence matters.
  var metTau = false

  /// What is new, by ranges of codes.
  // SAFETY: owned, `CodeRanges.count` long, initialised, freed in deinit; when a ply ends, each is its range's worker's.
  let sorters: UnsafeMutablePointer<WordSorter<Word>>
  // SAFETY: both owned, freed in deinit; `recent` is initialised and indexed by a mask, `found` written before it is read.
  private let recent: UnsafeMutablePointer<Word>, found: UnsafeMutablePointer<Word>
  private static var recentBits: Int { 15 }
  private static var blockSize: Int { 256 }

  /// - Parameter largestRun: of the sorters.
  init(
    _ machine: PackedMachine<Word>, _ question: Question, _ coder: StateCoder<Word>, _ tags: Tags<Word>, largestRun: Int
  ) {
    self.coder = coder
    self.tags = tags
    needless = NeedlessSteps(machine, question, tags)
    expander = Expander(machine, question, asksSpecification: false)
    recent = .allocate(capacity: 1 << Self.recentBits)
    recent.initialize(repeating: 0, count: 1 << Self.recentBits)
    found = .allocate(capacity: Candidates<Word>.longestRun + 1)
    sorters = .allocate(capacity: CodeRanges<Word>.count)
    for range in 0..<CodeRanges<Word>.count {
      (sorters + range).initialize(to: WordSorter(largestRun: max(4096, largestRun), lowestBit: tags.place.bits))
    }
  }

  var bytes: Int {
    (0..<CodeRanges<Word>.count).reduce(candidates.bytes + needless.bytes) { $0 + sorters[$1].bytes }
  }

  deinit {
    sorters.deinitialize(count: CodeRanges<Word>.count)
    sorters.deallocate()
    recent.deallocate()
    found.deallocate()
  }

  /// Expands the tagged pairs of a reader; their successors become candidates.
  mutating func expand(_ reader: inout WordStream<Word>.Reader, _ set: borrowing PartitionedSet<Word>) {
    let largestBlock = Expander<PackedMachine<Word>>.largestBlock, tags = tags, isTagged = tags.place.bits > 0
    let omits = needless.isUseful, nodeShift = expander.nodeShift
    while reader.remaining > 0 {
      var taken = 0
      expander.outbox.count = 0
      while taken < Self.blockSize, reader.remaining > 0, expander.outbox.count < largestBlock {
        let word = reader.read(), pair = coder.decode(tags.place.code(inPly: word)), start = expander.outbox.count
        let tag = tags.place.tag(inPly: word)
        // A packed machine throws nothing, and the specification is not asked.
        let isDone =
          omits
          ? try? expander.expand(
            pair, without: needless.set(node: Int(truncatingIfNeeded: pair &>> nodeShift), tag: tag),
            tau: needless.tau)
          : try? expander.expand(pair)
        if isDone != true {
          stalled.append(pair)
        } else if isTagged {
          tags.apply(tag, of: pair, nodeShift: nodeShift, from: start, in: &expander.outbox)
        }
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
    if tags.place.bits > 0 { tags.apply(0, of: pair, nodeShift: expander.nodeShift, from: 0, in: &expander.outbox) }
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
    let kept = tags.place.bits > 0 ? forget(isTagged: true) : forget(isTagged: false)
    let words = expander.outbox.words, classes = expander.outbox.classes, coder = coder, place = tags.place
    var i = 0
    if place.bits > 0 {
      while i < kept {
        words[i] = place.key(set.key(coder.encode(words[i])), tag: classes[i])
        i &+= 1
      }
    } else {
      while i < kept {
        words[i] = set.key(coder.encode(words[i]))
        i &+= 1
      }
    }
    candidates.append(words, kept) { set.part(of: $0) }
  }

  /// Takes out of the outbox what was met a moment ago; how many are left.
  @inline(__always)
  private func forget(isTagged: Bool) -> Int {
    // Without branches, which nobody could foresee: what is to be kept moves to the front. And with its own copies of
    // what it reads, since a pointer that is written through could point to them.
    let words = expander.outbox.words, classes = expander.outbox.classes, n = expander.outbox.count, recent = recent
    var kept = 0, i = 0
    while i < n {
      let pair = words[i], at = Int(truncatingIfNeeded: hash(pair) &>> UInt64(64 &- Self.recentBits))
      // 0 stands for nothing; the pair 0 is looked up each time.
      let isOld = (recent[at] == pair ? 1 : 0) & (pair == 0 ? 0 : 1)
      recent[at] = pair
      words[kept] = pair
      if isTagged { classes[kept] = classes[i] }
      kept &+= 1 &- isOld
      i &+= 1
    }
    return kept
  }

  /// Inserts what all workers have for a part; what is new goes to the sorters.
  // SAFETY: `workers` has `count` entries, and nobody appends to their candidates meanwhile.
  mutating func insert(
    part: Int, of workers: UnsafeMutablePointer<SearchWorker<Word>>, _ count: Int,
    _ set: borrowing PartitionedSet<Word>, _ ranges: CodeRanges<Word>, bits: Int
  ) {
    set.wake(part)
    defer { set.park(part) }
    for worker in 0..<count {
      workers[worker].candidates.forEachRun(of: part) { keys, n in
        // A run is no longer than the room for what is new.
        guard let new = set.insert(keys, n, part: part, new: found) else {
          isOutOfMemory = true
          return
        }
        for i in 0..<new { sorters[ranges.range(of: found[i])].append(found[i], bits: bits) }
      }
    }
  }
}
