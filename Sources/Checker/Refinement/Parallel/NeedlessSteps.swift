import TransitionSystems

/// The steps that ``Tags`` would leave out of a state's successors, as sets of steps, so that they need not be made: made
/// once for each tag and node.
///
/// Invariant: a step of a set is allowed at the node, and does not change it.
struct NeedlessSteps<Word: PackedWord>: ~Copyable {
  private let machine: PackedMachine<Word>
  // SAFETY: the specification's, which the search holds; nobody asks it anything while sets are looked up.
  private let tables: UnsafeMutablePointer<Specification.Tables>?
  private let words: Int, tagCount: Int
  /// Node × `tagCount` + tag → its set, nil until it is wanted; and, where the specification did not know all of it, how
  /// often that set may still be used.
  // SAFETY: owned, `nodeLimit` × `tagCount` long, initialised, freed in deinit.
  private let entries: UnsafeMutablePointer<Entry>
  // SAFETY: owned, `words` long, initialised, freed in deinit.
  private let none: UnsafeMutablePointer<UInt64>
  /// The steps whose event is τ.
  // SAFETY: as above.
  let tau: UnsafeMutablePointer<UInt64>
  // SAFETY: a set is owned by its entry, `words` long, initialised, freed with it.
  private struct Entry { var set: UnsafeMutablePointer<UInt64>?, uses = Int.max }

  /// Of the others nothing is left out in this way.
  private static var nodeLimit: Int { 64 }
  private static var usesOfIncomplete: Int { 4096 }

  init(_ machine: PackedMachine<Word>, _ question: Question, _ tags: Tags<Word>) {
    self.machine = machine
    tables = question.specification?.tables
    words = tags.place.bits > 0 ? machine.stepSetWords : 0
    tagCount = words == 0 ? 0 : tags.count
    entries = .allocate(capacity: Self.nodeLimit * tagCount)
    entries.initialize(repeating: Entry(), count: Self.nodeLimit * tagCount)
    none = .allocate(capacity: words)
    none.initialize(repeating: 0, count: words)
    tau = .allocate(capacity: words)
    tau.initialize(from: words == 0 ? [] : machine.stepSet { event, _ in event == EventID.tau }, count: words)
  }

  deinit {
    for i in 0..<Self.nodeLimit * tagCount { entries[i].set?.deallocate() }
    entries.deallocate()
    none.deallocate()
    tau.deallocate()
  }

  /// About.
  var bytes: Int { Self.nodeLimit * tagCount * (MemoryLayout<Entry>.stride + words * 8) }

  /// Whether steps can be left out.
  var isUseful: Bool { words > 0 }

  /// What need not be done at `node` by a state with `tag`. The set stays where it is; when it was not complete, more may be
  /// in it later.
  @inline(__always) func set(node: Int, tag: Int) -> UnsafePointer<UInt64> {
    if node >= Self.nodeLimit { return UnsafePointer(none) }
    let entry = entries + (node &* tagCount &+ tag)
    entry.pointee.uses &-= 1
    if let set = entry.pointee.set, entry.pointee.uses > 0 { return UnsafePointer(set) }
    return make(entry, node, tag)
  }

  // SAFETY: one of `entries`.
  @inline(never) private func make(
    _ entry: UnsafeMutablePointer<Entry>, _ node: Int, _ tag: Int
  ) -> UnsafePointer<UInt64> {
    let row = tables.map { $0.pointee.row(node) }, tag = Tag(tag)
    let needless = machine.commutation.needless(after: tag.class)
    var isComplete = true
    let set = machine.stepSet { event, `class` in
      // ✓ is looked at, wherever it can happen.
      if needless[`class`] == 0 || event == EventID.tick { return false }
      if event == EventID.tau { return true }
      if tag.changesNode { return false }
      guard let row else { return true }
      let next = Int(event) < row.count ? row[Int(event)] : Specification.unknown
      if next == Specification.unknown { isComplete = false }
      return next == Int32(node)
    }
    let memory = entry.pointee.set ?? .allocate(capacity: words)
    memory.initialize(from: set, count: words)
    entry.pointee = Entry(set: memory, uses: isComplete ? .max : Self.usesOfIncomplete)
    return UnsafePointer(memory)
  }
}
