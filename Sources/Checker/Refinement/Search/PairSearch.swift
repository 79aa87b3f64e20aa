import TransitionSystems

/// Breadth-first search over pairs of an implementation state and a specification node, a block of states at a time:
/// generate, then mix and prefetch, then insert.
///
/// A pair is one word: the state in the low bits, the node above it.
///
/// Invariants:
/// - I1: plies are expanded in ascending order of their pairs, and to the end even after a violation, so that what is
///   found and counted is a function of the model (nodes are numbered as the search meets them).
/// - I2: of the first ply with violations the smallest pair counts; at one pair an event comes before a refusal, and
///   that before a divergence.
/// - I3: the inner loops allocate nothing, count no references and call through no existential.
struct PairSearch<M: Machine>: ~Copyable {
  typealias Word = M.Word

  private static var blockSize: Int { 256 }
  /// In successors: states may have very many.
  private static var largestBlock: Int { 1 << 16 }
  /// Looking at the system's account of memory takes some microseconds.
  private static var blocksPerLook: Int { 64 }

  let machine: M
  let question: Question
  let budget: Budget
  let specification: UnsafeMutablePointer<Specification.Tables>?

  let stateMask: Word, nodeShift: Word
  private var nodeBits: Int
  private var visited: VisitedSet<Word>
  private var sorter: WordSorter<Word>
  private var probe: DivergenceProbe<M>?
  private(set) var log = PlyLog<Word>()
  private(set) var statistics = Statistics()

  private var outbox: Outbox<Word>
  private var violation: Violation<Word>?
  private var offered: EventMarks
  /// Pairs of the block that can do τ and whose divergence matters.
  private var divergenceRoots: [Word] = []
  /// Where ✓ leads: no deadlock.
  private var terminated: Set<Word> = []

  init(_ machine: M, _ question: Question, _ budget: Budget) throws {
    precondition(machine.stateBits < Word.bitWidth, "a pair needs room beside the state")
    let visited = try VisitedSet<Word>(keyBits: machine.stateBits, budget: budget)
    let probe = question.findsDivergence ? try DivergenceProbe(machine, budget) : nil
    self.machine = machine
    self.question = question
    self.budget = budget
    nodeBits = 0
    self.visited = visited
    self.probe = probe
    specification = question.specification?.tables
    stateMask = ((1 as Word) << Word(machine.stateBits)) - 1
    nodeShift = Word(machine.stateBits)
    sorter = WordSorter()
    outbox = Outbox(capacity: 4096)
    offered = EventMarks()
  }

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
      return violation.map { .violation($0) } ?? .limit(limit)
    } catch {
      finishStatistics()
      if let violation { return .violation(violation) }
      throw error
    }
  }

  private mutating func search() throws -> Finding<Word> {
    outbox.count = 0
    outbox.reserve(1)
    outbox.append(machine.initial, EventID.tau)
    guard try insertBlock() else { return .tooManyNodes }
    while true {
      let ply = sorter.finish(bits: machine.stateBits + nodeBits)
      if ply.count == 0 { return .nothing }
      log.append(ply)
      statistics.plies += 1
      guard try expand(ply) else { return .tooManyNodes }
      if let violation { return .violation(violation) }
    }
  }

  /// False when there are too many nodes for the word.
  private mutating func expand(_ ply: WordStream<Word>) throws -> Bool {
    var reader = WordStream.Reader(ply), blocks = 0
    while reader.remaining > 0 {
      outbox.count = 0
      var taken = 0
      while taken < Self.blockSize, reader.remaining > 0, outbox.count < Self.largestBlock {
        try expand(reader.read())
        taken &+= 1
      }
      if question.findsDivergence { try probeDivergence() }
      guard try insertBlock() else { return false }
      budget.reportIfDue(
        states: visited.count, transitions: statistics.transitions, ply: statistics.plies - 1,
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
    statistics.states = visited.count
    statistics.duration = budget.elapsed
    noteBytes()
  }

  private mutating func noteBytes() {
    let probeBytes = question.findsDivergence ? probe?.bytes ?? 0 : 0
    let now = visited.bytes + log.bytes + sorter.bytes + probeBytes + (question.specification?.bytes ?? 0)
    statistics.bytes = max(statistics.bytes, now)
  }

  // MARK: Generating

  @inline(__always)
  private mutating func expand(_ pair: Word) throws {
    let start = outbox.count
    guard let specification else {
      try machine.successors(of: pair & stateMask, into: &outbox)
      statistics.transitions &+= outbox.count &- start
      if question.findsDeadlock || question.findsDivergence { lookAtEvents(of: pair, from: start) }
      return
    }
    let node = Int(truncatingIfNeeded: pair &>> nodeShift)
    // Below a divergence everything is allowed.
    if specification.pointee.diverges[node] { return }
    try machine.successors(of: pair & stateMask, into: &outbox)
    statistics.transitions &+= outbox.count &- start
    try follow(pair, node, from: start)
  }

  /// The tests that need no specification.
  @inline(__always)
  private mutating func lookAtEvents(of pair: Word, from start: Int) {
    var tau = false
    for i in start..<outbox.count {
      if outbox.events[i] == EventID.tau { tau = true }
      if outbox.events[i] == EventID.tick, question.findsDeadlock { terminated.insert(outbox.words[i]) }
    }
    if tau, question.findsDivergence { divergenceRoots.append(pair) }
    if outbox.count == start, question.findsDeadlock, !terminated.contains(pair) {
      report(Violation(kind: .deadlock, pair: pair))
    }
  }

  /// Puts the nodes to the successors of `pair` and makes the local tests of the model.
  @inline(__always)
  private mutating func follow(_ pair: Word, _ node: Int, from start: Int) throws {
    let specification = specification.unsafelyUnwrapped, end = outbox.count
    offered.clear()
    var tau = false, tick = false, offence = Int32.max, offendingTarget: Word = 0
    for i in start..<end {
      let event = outbox.events[i]
      if event == EventID.tau {
        tau = true
        outbox.words[i] |= pair & ~stateMask
        continue
      }
      if event == EventID.tick { tick = true }
      var next = Specification.unknown
      if Int(event) < specification.pointee.stride, node < specification.pointee.denseNodes {
        next = specification.pointee.rows[node &* specification.pointee.stride &+ Int(event)]
      }
      if next == Specification.unknown {
        next = try question.specification.unsafelyUnwrapped.findNext(Int32(node), event)
      }
      if next < 0 {
        if (event, outbox.words[i]) < (offence, offendingTarget) {
          (offence, offendingTarget) = (event, outbox.words[i])
        }
        // In its place the pair itself, which is old.
        outbox.words[i] = pair
        continue
      }
      outbox.words[i] |= Word(truncatingIfNeeded: next) &<< nodeShift
      offered.insert(event)
    }
    if offence != Int32.max {
      report(Violation(kind: .event(offence, target: offendingTarget), pair: pair))
    } else if question.specification.unsafelyUnwrapped.model != .traces {
      // A state that can do ✓ may refuse all else, stable or not.
      if tick {
        offered.clear()
        offered.insert(EventID.tick)
      }
      if tick || !tau, try !offersEnough(node) { report(Violation(kind: .refusal, pair: pair)) }
    }
    if tau, question.findsDivergence { divergenceRoots.append(pair) }
  }

  /// Whether the events offered contain an acceptance of the node.
  @inline(__always)
  private func offersEnough(_ node: Int) throws -> Bool {
    let specification = specification.unsafelyUnwrapped
    var start = specification.pointee.acceptances[node]
    if start < 0 { start = try question.specification.unsafelyUnwrapped.findAcceptances(Int32(node)) }
    return offered.containAny(of: specification.pointee.pool + start)
  }

  private mutating func probeDivergence() throws {
    defer { divergenceRoots.removeAll(keepingCapacity: true) }
    for pair in divergenceRoots {
      if let violation, violation.pair <= pair { return }
      if let cycle = try probe!.cycle(from: pair & stateMask) {
        report(Violation(kind: .divergence(stem: cycle.stem, loop: cycle.loop), pair: pair))
        return
      }
    }
  }

  private mutating func report(_ found: Violation<Word>) {
    if let violation, violation.pair <= found.pair { return }
    violation = found
  }

  // MARK: Inserting

  /// Puts the block's successors into the visited set; what is new goes to the next ply. False when there are too many
  /// nodes for the word.
  private mutating func insertBlock() throws -> Bool {
    if let specification = question.specification, specification.nodeCount > 1 << nodeBits {
      guard try widenNodes(specification.nodeCount) else { return false }
    }
    let growths = visited.growths
    let new = try visited.insert(outbox.words, outbox.count)
    sorter.append(outbox.words, new, bits: machine.stateBits + nodeBits)
    if visited.growths != growths { noteBytes() }
    if M.isOpenEnded { try budget.spendTerms(new) }
    if let limit = budget.limits.states, visited.count > limit { throw LimitReached.states(limit) }
    return true
  }

  /// Gives nodes more bits of the word: few at first, since wide keys cost memory, then in steps of 4, since widening
  /// moves every key. False when the word has no more.
  @inline(never)
  private mutating func widenNodes(_ count: Int) throws -> Bool {
    while count > 1 << nodeBits { nodeBits += nodeBits < 4 ? max(1, nodeBits) : 4 }
    nodeBits = min(nodeBits, Word.bitWidth - machine.stateBits)
    if count > 1 << nodeBits { return false }
    try visited.widenKeys(to: machine.stateBits + nodeBits)
    return true
  }
}
