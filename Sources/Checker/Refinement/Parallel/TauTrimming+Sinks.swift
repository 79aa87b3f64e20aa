import TransitionSystems

/// Removing pairs all of whose τ lead to removed pairs.
///
/// Most steps lead one ply on, so that going through the plies from the last to the first removes most pairs in one pass,
/// and all of them where no step leads back. Passes go on as long as each halves what is left, and that is much: of what
/// was removed they read every pair again. Counting does the rest.
extension TauTrimming {
  private static var roundUnits: Int { max(1, (1 << 19) / WordStream<Word>.unitSize) }
  /// Fewer units than this are not worth waking anybody.
  private static var sharedUnits: Int { 4 }

  /// How many pairs of `members` were removed. Of a set on disk none: there each look would read a page.
  func removeSinks(_ log: PlyLog<Word>, _ members: Int) throws(LimitReached) -> Int {
    if graph.set.pointer.pointee.store != nil { return 0 }
    var removed = 0
    while removed < members {
      let before = members - removed
      for ply in log.plies.reversed() {
        var units: [(stream: WordStream<Word>, unit: Int)] = []
        for stream in ply { for unit in 0..<stream.unitCount { units.append((stream, unit)) } }
        for start in stride(from: 0, to: units.count, by: Self.roundUnits) {
          let some = units[start..<min(start + Self.roundUnits, units.count)]
          removed += removeSinks(of: some, isFirst: before == members)
          try budget.look()
        }
      }
      if (members - removed) * 2 > before || (members - removed) * 8 < members { break }
    }
    return removed
  }

  /// Which of these pairs are sinks is found before any of them is removed, so that it does not depend on the workers.
  private func removeSinks(of units: ArraySlice<(stream: WordStream<Word>, unit: Int)>, isFirst: Bool) -> Int {
    let queue = WorkQueue(units.indices), groups = WorkQueue(0..<SinkBlock<Word>.groupCount)
    let graph = graph, count = team.count
    let find = { @Sendable (worker: Int) in
      while let i = queue.take() {
        var reader = WordStream.Reader(units[i].stream, unit: units[i].unit)
        while reader.remaining > 0 { graph.findSinks(&reader, &graph.workers.pointer[worker], isFirst: isFirst) }
      }
    }
    let remove = { @Sendable (_: Int) in
      while let group = groups.take() {
        for worker in 0..<count {
          for sink in graph.workers.pointer[worker].block.found[group] { graph.sinks.insert(sink.slot, sink.part) }
        }
      }
    }
    if units.count < Self.sharedUnits {
      find(0)
      remove(0)
    } else {
      team.run(find)
      team.run(remove)
    }
    return (0..<count).reduce(0) { $0 + graph.workers.pointer[$1].block.removeFound() }
  }
}

/// Some members that a worker looks at together, so that memory is asked for all of them before any is needed.
struct SinkBlock<Word: PackedWord>: ~Copyable {
  /// Those of the round, by groups of parts: a group is one worker's when they are removed.
  fileprivate var found = [[(part: Int, slot: Int)]](repeating: [], count: groupCount)
  var count = 0
  /// The codes of the pairs of a block, and where the steps of each begin in the outbox.
  // SAFETY: owned, `size` long, initialised, freed in deinit; the first `count` are the block's.
  let codes: UnsafeMutablePointer<Word>
  // SAFETY: the same, and one longer.
  fileprivate let starts: UnsafeMutablePointer<Int>

  fileprivate static var size: Int { 128 }
  fileprivate static var groupCount: Int { 16 }
  private static var partsPerGroup: Int { PartitionedSet<Word>.partCount / groupCount }

  init() {
    codes = .allocate(capacity: Self.size)
    codes.initialize(repeating: 0, count: Self.size)
    starts = .allocate(capacity: Self.size + 1)
    starts.initialize(repeating: 0, count: Self.size + 1)
  }

  deinit {
    codes.deallocate()
    starts.deallocate()
  }

  fileprivate mutating func append(_ slot: Int, _ part: Int) { found[part / Self.partsPerGroup].append((part, slot)) }

  /// How many there were.
  fileprivate mutating func removeFound() -> Int {
    let count = found.reduce(0) { $0 + $1.count }
    for group in found.indices { found[group].removeAll(keepingCapacity: true) }
    return count
  }
}

extension TauTrimming.Graph {
  /// Reads the next members, without those that were removed as sinks.
  @inline(__always)
  func readBlock(_ reader: inout WordStream<Word>.Reader, _ block: inout SinkBlock<Word>, withoutSinks: Bool) {
    var count = 0
    while count < SinkBlock<Word>.size, reader.remaining > 0 {
      block.codes[count] = reader.read()
      count &+= 1
    }
    block.count = count
    if !withoutSinks { return }
    for i in 0..<count { prefetch(set.pointer.pointee.key(block.codes[i])) }
    block.count = 0
    for i in 0..<count where !isRemoved(set.pointer.pointee.key(block.codes[i])) {
      block.codes[block.count] = block.codes[i]
      block.count &+= 1
    }
  }

  /// Takes a block of members: generates, prefetches, and then looks; one by one where states have very many steps.
  @inline(__always)
  fileprivate func findSinks(
    _ reader: inout WordStream<Word>.Reader, _ worker: inout TauTrimming.Worker, isFirst: Bool
  ) {
    readBlock(&reader, &worker.block, withoutSinks: !isFirst)
    let codes = worker.block.codes, starts = worker.block.starts, count = worker.block.count
    var first = 0
    while first < count {
      var end = first
      worker.outbox.count = 0
      while end < count, worker.outbox.count < Expander<PackedMachine<Word>>.largestBlock {
        let pair = coder.decode(codes[end]), start = worker.outbox.count
        prefetch(set.pointer.pointee.key(codes[end]))
        starts[end] = start
        end &+= 1
        if let tables, tables.pointer.pointee.diverges[Int(truncatingIfNeeded: pair &>> nodeShift)] { continue }
        machine.successors(of: pair & stateMask, into: &worker.outbox)
        let words = worker.outbox.words
        for i in start..<worker.outbox.count {
          words[i] = set.pointer.pointee.key(coder.encode(words[i] | pair & ~stateMask))
          prefetch(words[i])
        }
      }
      starts[end] = worker.outbox.count
      let words = worker.outbox.words
      for i in first..<end where (starts[i]..<starts[i &+ 1]).allSatisfy({ isRemoved(words[$0]) }) {
        let key = set.pointer.pointee.key(codes[i]), part = set.pointer.pointee.part(of: key)
        // What is in the log is in the set.
        if let slot = set.pointer.pointee.slot(of: key, part: part) { worker.block.append(slot, part) }
      }
      first = end
    }
  }

  @inline(__always) private func prefetch(_ key: Word) {
    let part = set.pointer.pointee.part(of: key)
    sinks.prefetch(set.pointer.pointee.prefetch(key, part: part), part)
  }

  /// Whether a key is of a pair that was removed, or of none.
  @inline(__always) private func isRemoved(_ key: Word) -> Bool {
    let part = set.pointer.pointee.part(of: key)
    guard let slot = set.pointer.pointee.slot(of: key, part: part) else { return true }
    return sinks.contains(slot, part)
  }
}
