import TransitionSystems

/// A breadth-first search of many states with all workers, from the ply where a ``PairSearch`` has grown large.
///
/// A ply is worked off in rounds. In a round every worker takes units of the ply, expands them and sorts the successors by
/// the part of the set that they belong to. When many have been collected, or might pass a limit of states, or the ply ends,
/// every worker takes parts, looks up what was collected for them, and keeps what is new for the next ply, sorted by ranges of
/// codes (``CodeRanges``).
///
/// Invariants:
/// - I1: which pairs a round takes, which of them wait for the specification, and in which order it is asked are functions
///   of the model, and not of the workers; so are the numbers of nodes, the smallest violation of a ply, and all counts
///   when a ply ends. After which round successors are looked up is not: how many there are depends on their tags, and on
///   what each worker has met a moment ago. Without tags a limit of states ends the search after the same round all the same.
/// - I2: a part of the set belongs to one worker at a time, and so does what all workers have for a range, when a ply ends.
/// - I3: the specification is asked by the calling thread alone, between rounds.
struct WideSearch<Word: PackedWord>: ~Copyable {
  /// Bytes of the set a candidate, from which on the system had better fetch the pages that are looked at alone. It fetches
  /// some neighbours of each.
  private static var sparseness: Int { 1 << 16 }

  private let machine: PackedMachine<Word>
  /// The steps that can lie on a cycle of τ, on the same states, where divergence is looked for.
  private lazy var cycles = question.cycles.map { Word.machine(of: $0, .steps)! }
  private let question: Question
  private let budget: Budget
  private let team: WorkerTeam
  private let tags: TagPlace<Word>
  private var nodeBits: Int
  /// The last ply, with tags, where there are any, and where it is, if not in memory.
  private var frontier: [WordStream<Word>] = []
  private var frontierStore: SpillStore?
  private(set) var log: PlyLog<Word>
  private var violation: Violation<Word>?
  private(set) var largestBytes = 0, spilledBytes = 0
  /// States of the last ply that are still to be expanded.
  private(set) var waiting = 0
  private var store: SpillStore?
  private var reported = 0
  private let metTauBefore: Bool
  // SAFETY: both are owned, initialised, freed in deinit; a worker touches its own entry and, by turns (I2), parts of the
  // set and the sorters of a range.
  private let set: UnsafeMutablePointer<PartitionedSet<Word>>
  private let workers: UnsafeMutablePointer<SearchWorker<Word>>
  private let ranges: CodeRanges<Word>

  /// - Parameters:
  ///   - set: takes keys with these tags.
  ///   - metTau: whether there are pairs before from which divergence was not looked for to the end.
  init(
    _ machine: PackedMachine<Word>, _ question: Question, _ budget: Budget, _ set: consuming PartitionedSet<Word>,
    nodeBits: Int, _ tags: Tags<Word>, log: PlyLog<Word>, terminated: Set<Word>, metTau: Bool
  ) {
    metTauBefore = metTau
    self.machine = machine
    self.question = question
    self.budget = budget
    self.nodeBits = nodeBits
    self.tags = tags.place
    self.log = log
    self.set = .allocate(capacity: 1)
    self.set.initialize(to: set)
    team = WorkerTeam(count: min(budget.limits.workers, Limits.mostWorkers))
    workers = .allocate(capacity: team.count)
    for worker in 0..<team.count {
      (workers + worker).initialize(
        to: SearchWorker(machine, question, log.coder, tags, largestRun: (1 << 16) / team.count))
    }
    workers[0].expander.terminated = terminated
    ranges = CodeRanges(bits: log.coder.width, tagBits: tags.place.bits)
  }

  /// Takes over what was met before. To be called once.
  func take(_ visited: borrowing VisitedSet<Word>) throws(LimitReached) {
    var mover = SetMover<Word>()
    visited.forEach { mover.take(coder.encode($0), set.pointee) }
    if !mover.empty(into: set.pointee) { throw budget.outOfMemory(visited.bytes) }
  }

  deinit {
    set.deinitialize(count: 1)
    set.deallocate()
    workers.deinitialize(count: team.count)
    workers.deallocate()
    ranges.free()
  }

  var states: Int { self.set.pointee.count }
  var transitions: Int { (0..<team.count).reduce(0) { $0 + workers[$1].expander.transitions } }
  private var coder: StateCoder<Word> { log.coder }
  /// Of a word of a ply.
  private var bits: Int { coder.width + nodeBits + tags.bits }

  // MARK: The search

  /// A violation that was found before a limit or an error wins over it.
  mutating func run(transitionsBefore: Int) throws -> Finding<Word> {
    reported = transitionsBefore
    do { return try search() } catch {
      collectFindings()
      if let violation { return .violation(violation) }
      throw error
    }
  }

  private mutating func search() throws -> Finding<Word> {
    var divergence = DivergenceSchedule()
    setFrontier(tags.bits == 0 ? log.plies.last! : log.plies.last!.map { tags.tagged($0) })
    while true {
      let statesBefore = states
      guard try expand(frontier) else { return .tooManyNodes }
      collectFindings()
      let ply = nextPly(states - statesBefore)
      let isLast = ply.isEmpty
      if let violation { return .violation(violation) }
      if !isLast { log.append(ply) }
      if !isLast, tags.bits == 0 { frontier = log.plies.last! }
      if question.findsDivergence, metTau, try findsCycle(divergence.look(states: states, isLast)) {
        return .violation(try firstDivergence())
      }
      if isLast { return .nothing }
    }
  }

  private var metTau: Bool { metTauBefore || (0..<team.count).contains { workers[$0].metTau } }

  /// Expands a ply, round by round. False when there are too many nodes for the word.
  private mutating func expand(_ ply: [WordStream<Word>]) throws -> Bool {
    var units: [(stream: WordStream<Word>, unit: Int)] = []
    for stream in ply { for unit in 0..<stream.unitCount { units.append((stream, unit)) } }
    var done = 0
    let pairs = ply.reduce(0) { $0 + $1.count }, pairsBefore = states - pairs
    ranges.split(as: ply)
    while done < units.count {
      // As many units as make about the transitions that a round should have, judging by what was expanded so far.
      let expanded = pairsBefore + min(pairs, done * WordStream<Word>.unitSize)
      let average = max(1, (reported + transitions + expanded - 1) / max(1, expanded))
      let count = min(units.count - done, max(1, budget.limits.roundTransitions / average / WordStream<Word>.unitSize))
      generate(units, done..<(done + count), average: average)
      guard try resolveStalled() else { return false }
      done += count
      if done == units.count || areCandidatesMany { insertCandidates() }
      try finishRound(waiting: pairs - min(pairs, done * WordStream<Word>.unitSize))
    }
    return true
  }

  /// Expands some units of the ply, whose pairs have so many transitions.
  private func generate(_ units: [(stream: WordStream<Word>, unit: Int)], _ range: Range<Int>, average: Int) {
    let queue = WorkQueue(range), shared = SharedPointer(workers), set = SharedPointer(set)
    let size = WordStream<Word>.unitSize
    let pairs = range.reduce(0) { $0 + min(size, units[$1].stream.count - units[$1].unit * size) }
    // A unit is one worker's.
    run(isShared: range.count > 1 && pairs * average >= budget.limits.sharedWords) { worker in
      while let i = queue.take() {
        var reader = WordStream.Reader(units[i].stream, unit: units[i].unit)
        shared.pointer[worker].expand(&reader, set.pointer.pointee)
      }
    }
  }

  /// Looks up all candidates; what is new goes to the sorters.
  private func insertCandidates() {
    let queue = WorkQueue(0..<PartitionedSet<Word>.partCount), shared = SharedPointer(workers)
    let count = team.count, bits = bits, set = SharedPointer(set), ranges = ranges
    let isSparse = candidateCount < set.pointer.pointee.bytes / Self.sparseness
    run(isShared: candidateCount >= budget.limits.sharedWords) { worker in
      while let part = queue.take() {
        shared.pointer[worker].insert(
          part: part, of: shared.pointer, count, set.pointer.pointee, ranges, bits: bits, isSparse: isSparse)
      }
    }
    for worker in 0..<count { workers[worker].candidates.removeAll() }
  }

  private var candidateCount: Int { (0..<team.count).reduce(0) { $0 + workers[$1].candidates.count } }

  /// Whether candidates should be looked up, of which every one may be a new state. Every part is visited then: on disk
  /// rarely, with an eighth of the memory full.
  private var areCandidatesMany: Bool {
    let count = candidateCount, usual = budget.limits.candidateBytes
    let enough = store == nil ? usual : max(usual, (budget.limits.memory ?? 0) / 8)
    return count * MemoryLayout<Word>.stride >= enough || budget.limits.states.map { states + count > $0 } ?? false
  }

  /// With all workers, or by this thread alone.
  private func run(isShared: Bool, _ body: @Sendable (Int) -> Void) {
    if isShared { team.run(body) } else { body(0) }
  }

  /// Asks the specification for what the round lacked, in ascending order of the pairs, and expands those pairs. False when
  /// there are too many nodes for the word.
  private mutating func resolveStalled() throws -> Bool {
    var stalled: [Word] = []
    for worker in 0..<team.count {
      stalled += workers[worker].stalled
      workers[worker].stalled.removeAll(keepingCapacity: true)
    }
    if stalled.isEmpty { return true }
    stalled.sort()
    for pair in stalled { try workers[0].expander.learn(pair) }
    if let specification = question.specification, specification.nodeCount > 1 << nodeBits {
      // Their keys are of the narrower words.
      insertCandidates()
      guard try widenNodes(specification.nodeCount) else { return false }
    }
    for pair in stalled { workers[0].expand(pair, set.pointee) }
    return true
  }

  private mutating func widenNodes(_ count: Int) throws -> Bool {
    guard
      let bits = NodeWidth.enough(
        for: count, from: nodeBits,
        room: Word.bitWidth - max(machine.layout.width, coder.width + tags.bits))
    else {
      return false
    }
    if store == nil { try budget.reserve(bytes: set.pointee.bytes) }
    guard
      let wider = PartitionedSet<Word>(
        keyBits: coder.width + bits, capacity: set.pointee.count, tags: tags, store: store)
    else {
      throw noRoom(set.pointee.bytes)
    }
    let old = set.move()
    set.initialize(to: wider)
    for worker in 0..<team.count { workers[worker].forgetRecent() }
    nodeBits = bits
    // Part by part on both sides, as a part may have to be fetched. What is found to be new there is none of the next ply.
    var mover = SetMover<Word>(), fits = true
    for part in 0..<PartitionedSet<Word>.partCount {
      old.forEach(in: part) { mover.take($0, set.pointee) }
      if mover.isFull || part == PartitionedSet<Word>.partCount - 1 { fits = mover.empty(into: set.pointee) && fits }
    }
    if !fits { throw noRoom(old.bytes) }
    return true
  }

  private mutating func finishRound(waiting: Int) throws {
    self.waiting = waiting
    for worker in 0..<team.count where workers[worker].isOutOfMemory { throw noRoom(0) }
    noteBytes()
    log.park()
    frontierStore?.park()
    try spillIfDue()
    budget.reportIfDue(
      states: states, transitions: reported + transitions, ply: log.plies.count - 1, waiting: waiting)
    if let limit = budget.limits.states, states > limit { throw LimitReached.states(limit) }
    try budget.look()
  }

  /// What the workers found in a ply, put together.
  private mutating func collectFindings() {
    var terminated: Set<Word> = []
    for worker in 0..<team.count {
      if let found = workers[worker].expander.violation, violation.map({ found.pair < $0.pair }) ?? true {
        violation = found
      }
      terminated.formUnion(workers[worker].expander.terminated)
    }
    if question.findsDeadlock { for worker in 0..<team.count { workers[worker].expander.terminated = terminated } }
  }

  /// The new states, so many, as sorted streams, one a range that has any; they are the frontier.
  private mutating func nextPly(_ count: Int) -> [WordStream<Word>] {
    let rangeCount = CodeRanges<Word>.count, workerCount = team.count, bits = bits
    let shared = SharedPointer(workers), queue = WorkQueue(0..<rangeCount)
    // SAFETY: initialised and freed here; each entry is written by the worker that took the range.
    let streams = UnsafeMutablePointer<(tagged: WordStream<Word>, plain: WordStream<Word>)?>.allocate(
      capacity: rangeCount)
    streams.initialize(repeating: nil, count: rangeCount)
    defer {
      streams.deinitialize(count: rangeCount)
      streams.deallocate()
    }
    let results = SharedPointer(streams), tags = tags
    run(isShared: count >= budget.limits.sharedWords) { _ in
      while let range = queue.take() {
        let sorter = shared.pointer[0].sorters + range
        for worker in 1..<workerCount {
          sorter.pointee.takeAll(of: &shared.pointer[worker].sorters[range], bits: bits)
        }
        let all = sorter.pointee.finish(bits: bits)
        results.pointer[range] = (all, tags.bits == 0 ? all : tags.untagged(all))
      }
    }
    let all = (0..<rangeCount).compactMap { streams[$0] }.filter { $0.plain.count > 0 }
    setFrontier(all.map { $0.tagged })
    return all.map { $0.plain }
  }

  /// On disk it has a store of its own, which goes with it.
  private mutating func setFrontier(_ ply: [WordStream<Word>]) {
    frontier = ply
    frontierStore = nil
    guard let store, tags.bits > 0 else { return }
    let own = SpillStore(directory: store.directory)
    frontierStore = own
    frontier = ply.map { $0.moved(to: own) ?? $0 }
  }

  /// Without tags it is the log's.
  private var frontierBytes: Int { tags.bits == 0 ? 0 : frontier.reduce(0) { $0 + $1.byteCount } }

  // MARK: Spilling

  /// Moves the storage to files when half of the memory is used, since parts still grow in the rounds to come.
  private mutating func spillIfDue() throws(LimitReached) {
    guard store == nil, let directory = budget.limits.spill else { return }
    guard budget.limits.spillsAtOnce || budget.isMemoryTight else { return }
    // Each part of it is some pages; more saves little.
    let store = SpillStore(directory: directory, memtableBytes: (budget.limits.memory ?? 0) / 16)
    self.store = store
    guard set.pointee.spill(to: store) else { throw noRoom(0) }
    log.spill(to: store)
    if store.isFull { throw .spill(directory) }
  }

  private func noRoom(_ bytes: Int) -> LimitReached {
    if let store, store.isFull { return .spill(store.directory) }
    return budget.outOfMemory(bytes)
  }

  private mutating func noteBytes() {
    var bytes =
      set.pointee.bytes + (store?.memtableBytes ?? 0) + log.bytes + log.spilledBytes
      + (question.specification?.bytes ?? 0)
    if store != nil { spilledBytes = max(spilledBytes, set.pointee.bytes + log.spilledBytes + frontierBytes) }
    bytes += frontierBytes
    for worker in 0..<team.count { bytes += workers[worker].bytes }
    largestBytes = max(largestBytes, bytes)
  }

  // MARK: Divergence

  private mutating func findsCycle(_ look: DivergenceSchedule.Look) throws(LimitReached) -> Bool {
    switch look {
    case .none: return false
    case .walks:
      var walks = SilentWalks(cycles!)
      return walks.findCycle(from: log.plies.last!, coder, question.specification?.tables)
    case .everything: return try hasCycle()
    }
  }

  /// Whether the known pairs have a cycle of τ.
  private mutating func hasCycle() throws(LimitReached) -> Bool {
    if !set.pointee.emptyMemtables() { throw noRoom(0) }
    if store == nil { try budget.reserve(bytes: SlotSet.bytes(for: set.pointee)) }
    var trimming = TauTrimming(cycles!, log.coder, question.specification?.tables, set, team, budget)
    guard let finds = try trimming.findsCycle(in: log), store?.isFull != true else { throw noRoom(set.pointee.bytes) }
    let bytes = set.pointee.bytes + log.spilledBytes + frontierBytes + trimming.bytes
    largestBytes = max(largestBytes, bytes + log.bytes)
    if store != nil { spilledBytes = max(spilledBytes, bytes) }
    return finds
  }

  /// The smallest pair of the first ply that leads by τ to a cycle: there is one. Found by one worker, as a check fails
  /// but once.
  private func firstDivergence() throws -> Violation<Word> {
    var probe = try DivergenceProbe(machine, budget)
    let mask = workers[0].expander.stateMask, tables = question.specification?.tables
    for ply in log.plies {
      var reader = PlyReader(ply, coder)
      while let pair = reader.read() {
        if let tables, tables.pointee.diverges[Int(truncatingIfNeeded: pair &>> Word(machine.layout.width))] {
          continue
        }
        if let cycle = try probe.cycle(from: pair & mask) {
          return Violation(kind: .divergence(stem: cycle.stem, loop: cycle.loop), pair: pair)
        }
      }
      log.park()
    }
    preconditionFailure("there is a cycle")
  }
}

/// When a search for divergence should look again, so that looking costs a constant factor: at all that it knows when it
/// ends, and each time the states have become four times as many; by walking each time they are an eighth more, and as many
/// as that takes steps.
struct DivergenceSchedule {
  enum Look { case none, walks, everything }

  private var nextWalks = 0, next = 1 << 20

  mutating func look(states: Int, _ isLast: Bool) -> Look {
    if isLast { return .everything }
    if states >= next {
      next = states * 4
      return .everything
    }
    if states < nextWalks { return .none }
    nextWalks = states + max(states / 8, SilentWalksLimit.steps)
    return .walks
  }
}

/// A pointer that several workers use by turns, or for entries of their own.
struct SharedPointer<Pointee: ~Copyable>: @unchecked Sendable {
  // SAFETY: whoever makes one says which worker touches which entry when.
  let pointer: UnsafeMutablePointer<Pointee>
  init(_ pointer: UnsafeMutablePointer<Pointee>) { self.pointer = pointer }
}
