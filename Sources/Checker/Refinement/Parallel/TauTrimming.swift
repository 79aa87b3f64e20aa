import TransitionSystems

/// Decides with all workers whether the known pairs have a cycle of τ, by removing pairs that are on none until none is
/// left to remove: what then remains is the cycles and what lies between and behind them.
///
/// First *sinks*, pairs all of whose τ lead to removed pairs, ply by ply from the last; that looks at each step once.
/// What is left is removed from the sources, pairs to which no τ leads, by counting (Kahn, *Topological sorting of large
/// networks*, CACM 1962, on the graph that the machine generates). Both need forward steps alone, so no edge is stored;
/// a pair costs two bits, and one byte where it comes to counting. A set on disk is counted alone.
///
/// Invariants:
/// - I1: the graph is those τ steps between members of the set that can lie on a cycle, by what `Network.cycles(of:)`
///   says of the components; those that the specification lets diverge aside. A member that is no sink has a counter,
///   which is the number of such steps from pairs that are not removed.
/// - I2: of the sources, pairs of groups up to the one that is being removed are removed as soon as their counters are 0;
///   those of later groups when their group's turn comes. So each is removed once.
struct TauTrimming<Word: PackedWord>: ~Copyable {
  private static var groupCount: Int { 16 }
  private static var partsPerGroup: Int { PartitionedSet<Word>.partCount / groupCount }
  /// Pairs whose steps are followed before they are counted.
  private static var roundPairs: Int { 1 << 19 }

  struct Worker: ~Copyable {
    var outbox = Outbox<Word>(capacity: 256)
    var candidates = Candidates<Word>(parts: PartitionedSet<Word>.partCount)
    /// Removed pairs whose steps are still to be taken away.
    var frontier: [Word] = []
    var block = SinkBlock<Word>()
  }

  /// The counters of a part: a byte each, and the whole number where that is not enough.
  struct Counters {
    // SAFETY: a byte for each slot of the part; freed by the trimming. Every slot comes from the part's table.
    private var memory: TableMemory
    @inline(__always) var bytes: UnsafeMutablePointer<UInt8> { memory.base.assumingMemoryBound(to: UInt8.self) }
    private let store: SpillStore?
    var large: [Int: Int] = [:]

    init?(count: Int, _ store: SpillStore?) {
      guard let memory = TableMemory(count, store == nil ? .sparsePages : .file, store) else { return nil }
      self.memory = memory
      self.store = store
    }

    func free() { memory.free() }
    mutating func wake() { memory.wake(store) }
    /// What the system cannot write the store will know.
    mutating func park(saving: Bool) {
      if saving { _ = memory.save(store) }
      memory.park(store)
    }

    @inline(__always) mutating func add(_ slot: Int) {
      if bytes[slot] < 254 { bytes[slot] &+= 1 } else { addLarge(slot) }
    }

    @inline(never) private mutating func addLarge(_ slot: Int) {
      let count = Int(bytes[slot])
      large[slot, default: count] += 1
      bytes[slot] = 255
    }

    /// Whether none is left.
    @inline(__always) mutating func subtract(_ slot: Int) -> Bool {
      if bytes[slot] == 255 { return subtractLarge(slot) }
      bytes[slot] &-= 1
      return bytes[slot] == 0
    }

    @inline(never) private mutating func subtractLarge(_ slot: Int) -> Bool {
      let left = large[slot]! - 1
      large[slot] = left < 254 ? nil : left
      if left < 254 { bytes[slot] = UInt8(left) }
      return false
    }
  }

  /// What all workers see.
  struct Graph: Sendable {
    let machine: PackedMachine<Word>
    let coder: StateCoder<Word>
    let tables: SharedPointer<Specification.Tables>?
    let stateMask: Word, nodeShift: Word
    // SAFETY: the set outlives the trimming and is not changed. Workers, counters and sinks are owned by the trimming; a
    // worker touches its own entry, or, in a phase in which nobody changes entries, reads those of all; and it changes the
    // counters and sinks of the parts whose group it has taken.
    let set: SharedPointer<PartitionedSet<Word>>
    let workers: SharedPointer<Worker>
    let counters: SharedPointer<Counters>
    /// None where the set is on disk.
    let sinks: SlotSet

    /// The steps of a pair become candidates.
    @inline(__always) func follow(_ pair: Word, _ worker: inout Worker) {
      if let tables, tables.pointer.pointee.diverges[Int(truncatingIfNeeded: pair &>> nodeShift)] { return }
      worker.outbox.count = 0
      machine.successors(of: pair & stateMask, into: &worker.outbox)
      for i in 0..<worker.outbox.count {
        worker.outbox.words[i] = set.pointer.pointee.key(coder.encode(worker.outbox.words[i] | pair & ~stateMask))
      }
      worker.candidates.append(worker.outbox.words, worker.outbox.count) { set.pointer.pointee.part(of: $0) }
    }
  }

  let graph: Graph
  let team: WorkerTeam
  let budget: Budget
  private var hasCounters = false

  /// - Parameter machine: has steps of τ alone, on the states of the set.
  ///
  /// SAFETY: the tables and the set outlive the trimming, and do not change meanwhile.
  init(
    _ machine: PackedMachine<Word>, _ coder: StateCoder<Word>, _ tables: UnsafeMutablePointer<Specification.Tables>?,
    _ set: UnsafeMutablePointer<PartitionedSet<Word>>, _ team: WorkerTeam, _ budget: Budget
  ) {
    self.team = team
    self.budget = budget
    let workers = UnsafeMutablePointer<Worker>.allocate(capacity: team.count)
    for worker in 0..<team.count { (workers + worker).initialize(to: Worker()) }
    // SAFETY: owned by the trimming, one a part once it `hasCounters`; `deinit` frees what they own and then them.
    let counters = UnsafeMutablePointer<Counters>.allocate(capacity: PartitionedSet<Word>.partCount)
    graph = Graph(
      machine: machine, coder: coder, tables: tables.map { SharedPointer($0) },
      stateMask: ((1 as Word) << Word(machine.layout.width)) - 1, nodeShift: Word(machine.layout.width),
      set: SharedPointer(set), workers: SharedPointer(workers), counters: SharedPointer(counters),
      sinks: set.pointee.store == nil ? SlotSet(set.pointee) : SlotSet())
  }

  /// False when there is no room for them.
  private mutating func makeCounters() throws(LimitReached) -> Bool {
    let store = graph.set.pointer.pointee.store
    if store == nil { try budget.reserve(bytes: Self.counterBytes(graph.set.pointer.pointee)) }
    var made: [Counters] = []
    for part in 0..<PartitionedSet<Word>.partCount {
      guard let counters = Counters(count: graph.set.pointer.pointee.slotCount(part), store) else {
        for counters in made { counters.free() }
        return false
      }
      made.append(counters)
    }
    graph.counters.pointer.initialize(from: made, count: made.count)
    hasCounters = true
    return true
  }

  deinit {
    if hasCounters {
      for part in 0..<PartitionedSet<Word>.partCount { graph.counters.pointer[part].free() }
      graph.counters.pointer.deinitialize(count: PartitionedSet<Word>.partCount)
    }
    graph.counters.pointer.deallocate()
    graph.sinks.free()
    graph.workers.pointer.deinitialize(count: team.count)
    graph.workers.pointer.deallocate()
  }

  private static func counterBytes(_ set: borrowing PartitionedSet<Word>) -> Int {
    var bytes = 0
    for part in 0..<PartitionedSet<Word>.partCount { bytes += set.slotCount(part) }
    return bytes
  }

  /// What it takes beside the set, as far as it has come, in memory or where the set is.
  var bytes: Int {
    graph.sinks.bytes + (hasCounters ? Self.counterBytes(graph.set.pointer.pointee) : 0)
  }

  /// Nil when there is no room for the counters.
  ///
  /// - Parameter log: has every member of the set.
  mutating func findsCycle(in log: PlyLog<Word>) throws(LimitReached) -> Bool? {
    let members = graph.set.pointer.pointee.count
    var removed = try removeSinks(log, members)
    if removed == members { return false }
    guard try makeCounters() else { return nil }
    try count(log, withoutSinks: removed > 0)
    for group in 0..<Self.groupCount {
      collectSources(of: group)
      removed += try remove(upTo: group)
    }
    return removed < members
  }

  // MARK: Counting

  private func count(_ log: PlyLog<Word>, withoutSinks: Bool) throws(LimitReached) {
    var units: [(stream: WordStream<Word>, unit: Int)] = []
    for stream in log.plies.joined() { for unit in 0..<stream.unitCount { units.append((stream, unit)) } }
    let step = max(1, Self.roundPairs / WordStream<Word>.unitSize)
    for start in stride(from: 0, to: units.count, by: step) {
      let queue = WorkQueue(start..<min(start + step, units.count)), units = units, graph = graph
      team.run { worker in
        while let i = queue.take() {
          var reader = WordStream.Reader(units[i].stream, unit: units[i].unit)
          while reader.remaining > 0 {
            graph.readBlock(&reader, &graph.workers.pointer[worker].block, withoutSinks: withoutSinks)
            for k in 0..<graph.workers.pointer[worker].block.count {
              let code = graph.workers.pointer[worker].block.codes[k]
              graph.follow(graph.coder.decode(code), &graph.workers.pointer[worker])
            }
          }
        }
      }
      try settle { counters, slot, _ in counters.add(slot) }
      log.park()
      try budget.look()
    }
  }

  /// Calls `body` for every candidate that is a member and no sink, with the counters of its part, its slot and its key,
  /// and with the worker that does it.
  private func settle(
    _ body: @Sendable (inout Counters, Int, (key: Word, part: Int, worker: Int)) -> Void
  ) throws(LimitReached) {
    let queue = WorkQueue(0..<Self.groupCount), count = team.count, graph = graph
    team.run { worker in
      while let group = queue.take() {
        for part in group * Self.partsPerGroup..<(group + 1) * Self.partsPerGroup {
          graph.set.pointer.pointee.wake(part)
          graph.counters.pointer[part].wake()
          defer {
            graph.set.pointer.pointee.park(part)
            graph.counters.pointer[part].park(saving: true)
          }
          for other in 0..<count {
            graph.workers.pointer[other].candidates.forEachRun(of: part) { keys, n in
              for i in 0..<n {
                guard let slot = graph.set.pointer.pointee.slot(of: keys[i], part: part),
                  !graph.sinks.contains(slot, part)
                else { continue }
                body(&graph.counters.pointer[part], slot, (keys[i], part, worker))
              }
            }
          }
        }
      }
    }
    for worker in 0..<count { graph.workers.pointer[worker].candidates.removeAll() }
    // What could not be saved is not to be counted with.
    if let store = graph.set.pointer.pointee.store, store.isFull { throw .spill(store.directory) }
  }

  // MARK: Removing

  private func collectSources(of group: Int) {
    let queue = WorkQueue(group * Self.partsPerGroup..<(group + 1) * Self.partsPerGroup), graph = graph
    team.run { worker in
      while let part = queue.take() {
        graph.counters.pointer[part].wake()
        defer { graph.counters.pointer[part].park(saving: false) }
        graph.set.pointer.pointee.forEachSlot(in: part) { slot, word in
          let isSource = graph.counters.pointer[part].bytes[slot] == 0 && !graph.sinks.contains(slot, part)
          if isSource { graph.workers.pointer[worker].frontier.append(graph.coder.decode(word)) }
        }
      }
    }
  }

  /// Removes the frontier and all that loses its last step by it; says how many pairs that were.
  private func remove(upTo group: Int) throws(LimitReached) -> Int {
    let scanned = (group + 1) * Self.partsPerGroup
    var removed = 0
    while true {
      var frontier: [Word] = []
      for worker in 0..<team.count {
        frontier += graph.workers.pointer[worker].frontier
        graph.workers.pointer[worker].frontier.removeAll(keepingCapacity: true)
      }
      if frontier.isEmpty { return removed }
      removed += frontier.count
      for start in stride(from: 0, to: frontier.count, by: Self.roundPairs) {
        try take(frontier[start..<min(start + Self.roundPairs, frontier.count)], scanned)
        try budget.look()
      }
    }
  }

  private func take(_ frontier: ArraySlice<Word>, _ scanned: Int) throws(LimitReached) {
    let size = WordStream<Word>.unitSize
    let queue = WorkQueue(0..<((frontier.count + size - 1) / size)), graph = graph
    team.run { worker in
      while let unit = queue.take() {
        let start = frontier.startIndex + unit * size
        for i in start..<min(start + size, frontier.endIndex) {
          graph.follow(frontier[i], &graph.workers.pointer[worker])
        }
      }
    }
    try settle { [graph] counters, slot, place in
      if counters.subtract(slot), place.part < scanned {
        graph.workers.pointer[place.worker].frontier.append(
          graph.coder.decode(graph.set.pointer.pointee.word(place.key)))
      }
    }
  }
}
