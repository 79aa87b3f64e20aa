import TransitionSystems

/// Breadth-first search over pairs of an implementation state and a specification node, a block of states at a time:
/// generate, then mix and prefetch, then insert. What grows large goes on as a ``WideSearch``.
///
/// A pair is one word: the state in the low bits, the node above it.
///
/// Invariants:
/// - I1: plies are expanded in ascending order of their pairs, and to the end even after a violation, so that what is
///   found and counted is a function of the model (nodes are numbered as the search meets them).
/// - I2: of the first ply with violations the smallest pair counts; at one pair an event comes before a refusal, and
///   that before a divergence. Divergence that would take looking at more states than a large search begins with is left
///   to that.
struct PairSearch<M: Machine>: ~Copyable {
  typealias Word = M.Word

  private static var blockSize: Int { 256 }
  /// For which a large search chooses how it stores them.
  private static var manyStates: Int { 1 << 25 }
  /// Looking at the system's account of memory takes some microseconds.
  private static var blocksPerLook: Int { 64 }

  let question: Question
  let budget: Budget
  var expander: Expander<M>

  private var nodeBits = 0
  private var visited: VisitedSet<Word>
  private var sorter = WordSorter<Word>()
  /// Nil where divergence is not looked for, and when a large search does that.
  private var probe: DivergenceProbe<M>?
  /// Whether it did not look at all that it was asked for.
  private var hasGivenUp = false
  private var antichain: Antichain<Word>?
  private(set) var log: PlyLog<Word>
  private(set) var statistics = Statistics()

  init(_ machine: M, _ question: Question, _ budget: Budget) throws {
    precondition(machine.stateBits < Word.bitWidth, "a pair needs room beside the state")
    let visited = try VisitedSet<Word>(keyBits: machine.stateBits, budget: budget)
    // A large search looks for itself, at all that is known. Every state that is entered is, with the node of its root, a
    // pair that this search meets; so that where there are more of them than the limit it becomes a large one.
    let isBounded = machine.packed != nil && question.antichain == nil
    let probe =
      question.findsDivergence
      ? try DivergenceProbe(machine, budget, limit: isBounded ? budget.limits.narrowStates : nil) : nil
    self.visited = visited
    log = PlyLog(StateCoder(identityOf: machine.stateBits))
    self.probe = probe
    self.question = question
    self.budget = budget
    expander = Expander(machine, question)
    antichain = question.antichain.map { Antichain($0, stateBits: machine.stateBits, budget) }
  }

  var machine: M { expander.machine }

  // MARK: The search

  /// Searches to the end, or to a violation, or to a limit. To be called once.
  ///
  /// - Throws: what evaluating a state throws, if no smaller pair of the ply is a violation.
  mutating func run() throws -> Finding<Word> {
    do {
      let finding = try search()
      finishStatistics()
      return finding
    } catch let limit as LimitReached {
      finishStatistics()
      return expander.violation.map { .violation($0) } ?? .limit(limit)
    } catch {
      finishStatistics()
      if let violation = expander.violation { return .violation(violation) }
      throw error
    }
  }

  private mutating func search() throws -> Finding<Word> {
    expander.outbox.count = 0
    expander.outbox.reserve(1)
    expander.outbox.append(machine.initial, EventID.tau)
    guard try insertBlock() else { return .tooManyNodes }
    while true {
      var ply = sorter.finish(bits: machine.stateBits + nodeBits)
      if question.antichain != nil { ply = try antichain!.minimal(of: ply) }
      if ply.count == 0 {
        assert(!hasGivenUp, "a large search should have looked for divergence")
        return .nothing
      }
      log.append([ply])
      statistics.plies += 1
      // An antichain is one worker's.
      if visited.count >= budget.limits.narrowStates, question.antichain == nil, let packed = machine.packed {
        return try widen(packed)
      }
      guard try expand(ply) else { return .tooManyNodes }
      if let violation = expander.violation { return .violation(violation) }
    }
  }

  /// Goes on with all workers; the last ply of the log has not been expanded.
  private mutating func widen(_ machine: PackedMachine<Word>) throws -> Finding<Word> {
    try budget.reserve(bytes: visited.bytes)
    let (coder, tags) = coderAndTags(machine)
    guard
      let set = PartitionedSet<Word>(
        keyBits: coder.width + nodeBits, capacity: visited.count * 2, tags: tags.place)
    else { throw budget.outOfMemory(visited.bytes) }
    var wide = WideSearch(
      machine, question, budget, set, nodeBits: nodeBits, tags, log: log.recoded(by: coder),
      terminated: expander.terminated, metTau: hasGivenUp)
    try wide.take(visited)
    // Its memory, not this one's, counts from here on.
    visited = try VisitedSet<Word>(keyBits: 1, budget: nil)
    probe = nil
    log = PlyLog(coder)
    defer {
      log = wide.log
      statistics.waiting = wide.waiting
      wideCounts = (wide.states, expander.transitions + wide.transitions)
      statistics.plies = log.plies.count
      statistics.bytes = max(statistics.bytes, wide.largestBytes)
      statistics.spilledBytes = wide.spilledBytes
    }
    return try wide.run(transitionsBefore: expander.transitions)
  }

  /// Numbering the states costs a look into a table for each chunk of each successor: it is worth that where many states
  /// take less room by it, or where there is no room for tags without.
  private func coderAndTags(_ machine: PackedMachine<Word>) -> (StateCoder<Word>, Tags<Word>) {
    func tags(_ coder: StateCoder<Word>) -> Tags<Word> {
      Tags(
        machine, width: coder.width, nodeBits: question.specification == nil ? nil : nodeBits,
        ply: PlyReader(log.plies.last!, log.coder), share: budget.limits.needlessShare)
    }
    func bytes(_ coder: StateCoder<Word>) -> Int {
      PartitionedSet<Word>.bytes(keyBits: coder.width + nodeBits, capacity: Self.manyStates)
    }
    let numbered = machine.stateCoder(leastGain: budget.limits.codingGain ?? 4), tagsOfNumbered = tags(numbered)
    if budget.limits.codingGain != nil || numbered.isIdentity { return (numbered, tagsOfNumbered) }
    let plain = StateCoder<Word>(identityOf: machine.layout.width), tagsOfPlain = tags(plain)
    let isWorthwhile = bytes(numbered) * 10 < bytes(plain) * 9 || tagsOfPlain.place.bits < tagsOfNumbered.place.bits
    return isWorthwhile ? (numbered, tagsOfNumbered) : (plain, tagsOfPlain)
  }

  /// Of a wide search, when there was one.
  private var wideCounts: (states: Int, transitions: Int)?

  /// False when there are too many nodes for the word.
  private mutating func expand(_ ply: WordStream<Word>) throws -> Bool {
    var reader = WordStream.Reader(ply), blocks = 0
    while reader.remaining > 0 {
      expander.outbox.count = 0
      var taken = 0
      while taken < Self.blockSize, reader.remaining > 0, expander.outbox.count < Expander<M>.largestBlock {
        _ = try expander.expand(reader.read())
        taken &+= 1
      }
      statistics.waiting = reader.remaining
      if question.findsDivergence { try probeDivergence() }
      guard try insertBlock() else { return false }
      budget.reportIfDue(
        states: visited.count, transitions: expander.transitions, ply: statistics.plies - 1,
        waiting: reader.remaining)
      blocks += 1
      if blocks % Self.blocksPerLook == 0 || reader.remaining == 0 {
        try budget.look()
      } else {
        try budget.limits.lookAtClock()
      }
    }
    return true
  }

  private mutating func finishStatistics() {
    let narrowStates = question.antichain == nil ? visited.count : antichain?.pairCount ?? 0
    statistics.states = wideCounts?.states ?? narrowStates
    statistics.transitions = wideCounts?.transitions ?? expander.transitions
    statistics.duration = budget.elapsed
    noteBytes()
  }

  private mutating func noteBytes() {
    let probeBytes = question.findsDivergence ? probe?.bytes ?? 0 : 0
    let antichainBytes = question.antichain == nil ? 0 : antichain?.bytes ?? 0
    let now =
      visited.bytes + log.bytes + sorter.bytes + probeBytes + antichainBytes + machine.bytes
      + (question.specification?.bytes ?? 0)
    statistics.bytes = max(statistics.bytes, now)
  }

  private mutating func probeDivergence() throws {
    defer { expander.divergenceRoots.removeAll(keepingCapacity: true) }
    if hasGivenUp { return }
    for pair in expander.divergenceRoots {
      if let violation = expander.violation, violation.pair <= pair { return }
      if let cycle = try probe!.cycle(from: pair & expander.stateMask) {
        expander.report(Violation(kind: .divergence(stem: cycle.stem, loop: cycle.loop), pair: pair))
        return
      }
      if probe?.isExhausted ?? false {
        hasGivenUp = true
        return
      }
    }
  }

  // MARK: Inserting

  /// Puts the block's successors into the visited set; what is new goes to the next ply. False when there are too many
  /// nodes for the word.
  private mutating func insertBlock() throws -> Bool {
    if let specification = question.specification, specification.nodeCount > 1 << nodeBits {
      guard try widenNodes(specification.nodeCount) else { return false }
    }
    let growths = visited.growths
    let new = try visited.insert(expander.outbox.words, expander.outbox.count)
    sorter.append(expander.outbox.words, new, bits: machine.stateBits + nodeBits)
    if visited.growths != growths { noteBytes() }
    if M.isOpenEnded { try budget.spendTerms(new) }
    if let limit = budget.limits.states, visited.count > limit { throw LimitReached.states(limit) }
    return true
  }

  /// Gives nodes more bits of the word. False when the word has no more.
  @inline(never)
  private mutating func widenNodes(_ count: Int) throws -> Bool {
    guard let bits = NodeWidth.enough(for: count, from: nodeBits, room: Word.bitWidth - machine.stateBits) else {
      return false
    }
    nodeBits = bits
    try visited.widenKeys(to: machine.stateBits + nodeBits)
    return true
  }
}

/// How many bits of a pair are the node's.
enum NodeWidth {
  /// Few at first, since wide keys cost memory, then in steps of 4, since widening moves every key. Nil when `room` has no
  /// more.
  static func enough(for count: Int, from bits: Int, room: Int) -> Int? {
    var bits = bits
    while count > 1 << bits { bits += bits < 4 ? max(1, bits) : 4 }
    bits = min(bits, room)
    return count > 1 << bits ? nil : bits
  }
}
