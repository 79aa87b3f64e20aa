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
  /// The pairs that are being expanded, their tags, and what becomes of each.
  // SAFETY: all owned, `blockSize` long, freed in deinit, written before they are read.
  private let pairs: UnsafeMutablePointer<Word>, pairTags: UnsafeMutablePointer<UInt8>
  private let spans: UnsafeMutablePointer<StepSpan>
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
    pairs = .allocate(capacity: Self.blockSize)
    pairTags = .allocate(capacity: Self.blockSize)
    spans = .allocate(capacity: Self.blockSize)
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
    pairs.deallocate()
    pairTags.deallocate()
    spans.deallocate()
  }

  /// Expands the tagged pairs of a reader; their successors become candidates.
  mutating func expand(_ reader: inout WordStream<Word>.Reader, _ set: borrowing PartitionedSet<Word>) {
    let isTagged = tags.place.bits > 0
    while reader.remaining > 0 {
      let count = read(&reader)
      if isTagged, needless.isUseful {
        for i in 0..<count {
          spans[i] = StepSpan(without: needless.set(node: expander.node(of: pairs[i]), tag: Int(pairTags[i])))
        }
      }
      var done = 0
      while done < count {
        let rest = pairs + done
        expander.outbox.count = 0
        let n = expander.expand(
          rest, count &- done, spans + done, tau: needless.isUseful ? UnsafePointer(needless.tau) : nil,
          stalled: &stalled)
        if isTagged {
          tags.apply(
            pairTags + done, of: rest, n, spans + done, nodeShift: expander.nodeShift, in: &expander.outbox)
        }
        scatter(set)
        done &+= n
      }
    }
  }

  /// Reads a block of pairs and their tags; how many there are.
  @inline(__always)
  private func read(_ reader: inout WordStream<Word>.Reader) -> Int {
    // With its own copies of what it reads, since a pointer that is written through could point to them.
    let count = min(Self.blockSize, reader.remaining), pairs = pairs, pairTags = pairTags, place = tags.place
    let coder = coder
    var own = reader
    for i in 0..<count {
      let word = own.read()
      pairs[i] = place.code(inPly: word)
      pairTags[i] = UInt8(truncatingIfNeeded: place.tag(inPly: word))
    }
    reader = own
    if !coder.isIdentity { for i in 0..<count { pairs[i] = coder.decode(pairs[i]) } }
    return count
  }

  /// Expands one pair whose entries of the specification are known.
  mutating func expand(_ pair: Word, _ set: borrowing PartitionedSet<Word>) {
    expander.outbox.count = 0
    if (try? expander.expand(pair)) != true { preconditionFailure("what was asked is known") }
    if tags.place.bits > 0 { tags.apply(to: pair, nodeShift: expander.nodeShift, in: &expander.outbox) }
    scatter(set)
  }

  private mutating func scatter(_ set: borrowing PartitionedSet<Word>) {
    if !expander.divergenceRoots.isEmpty {
      metTau = true
      expander.divergenceRoots.removeAll(keepingCapacity: true)
    }
    switch (coder.isIdentity, tags.place.bits > 0) {
    case (true, false): scatter(set.keys, isCoded: false, isTagged: false)
    case (true, true): scatter(set.keys, isCoded: false, isTagged: true)
    case (false, false): scatter(set.keys, isCoded: true, isTagged: false)
    case (false, true): scatter(set.keys, isCoded: true, isTagged: true)
    }
  }

  /// Most successors were met a moment ago, and need not be looked up again.
  @inline(__always)
  private mutating func scatter(_ keys: SetKeys<Word>, isCoded: Bool, isTagged: Bool) {
    // Where it takes a while to make a key, that is found by the word itself.
    let n = isCoded ? forget(isTagged: isTagged) : expander.outbox.count
    let words = expander.outbox.words, classes = expander.outbox.classes, coder = coder, place = keys.tags,
      recent = recent
    candidates.append(n, part: { keys.part(of: $0) }) { i in
      let key = keys.key(isCoded ? coder.encode(words[i]) : words[i])
      var count = 1
      if !isCoded {
        // The upper bits name the part: few parts at a time have much to do.
        let at = Word.bitWidth > 64 ? Self.recentPlace(key) : Int(truncatingIfNeeded: key) & (1 << Self.recentBits &- 1)
        count = Self.isNew(key, recent[at])
        recent[at] = key
      }
      return (isTagged ? place.key(key, tag: classes[i]) : key, count)
    }
  }

  @inline(__always) private static func recentPlace(_ word: Word) -> Int {
    Int(truncatingIfNeeded: hash(word) &>> UInt64(64 &- recentBits))
  }

  /// 1, or 0 for the word that was met in its place. A 0 there stands for nothing; the word 0 is looked up each time.
  @inline(__always) private static func isNew(_ word: Word, _ met: Word) -> Int {
    (met == word ? 0 : 1) | (word == 0 ? 1 : 0)
  }

  /// To be called when the keys of the set become others: of what was met a moment ago there are the old ones.
  func forgetRecent() { recent.update(repeating: 0, count: 1 << Self.recentBits) }

  /// Takes out of the outbox what was met a moment ago; how many are left.
  @inline(__always)
  private func forget(isTagged: Bool) -> Int {
    // Without branches, which nobody could foresee: what is to be kept moves to the front.
    let words = expander.outbox.words, classes = expander.outbox.classes, n = expander.outbox.count, recent = recent
    var kept = 0, i = 0
    while i < n {
      let pair = words[i], at = Self.recentPlace(pair), count = Self.isNew(pair, recent[at])
      recent[at] = pair
      words[kept] = pair
      if isTagged { classes[kept] = classes[i] }
      kept &+= count
      i &+= 1
    }
    return kept
  }

  /// Inserts what all workers have for a part; what is new goes to the sorters.
  ///
  /// - Parameter isSparse: they are so few that most of a part on disk is not looked at.
  // SAFETY: `workers` has `count` entries, and nobody appends to their candidates meanwhile.
  mutating func insert(
    part: Int, of workers: UnsafeMutablePointer<SearchWorker<Word>>, _ count: Int,
    _ set: borrowing PartitionedSet<Word>, _ ranges: CodeRanges<Word>, bits: Int, isSparse: Bool
  ) {
    if !isSparse { set.wake(part) }
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
