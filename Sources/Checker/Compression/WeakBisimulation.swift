import TransitionSystems

/// Delay and weak bisimulation that respect divergence: only states that both diverge or both do not are related.
///
/// A signature is what a state can do after τ, into which classes. It is made of the signatures of its τ successors, and
/// τ is acyclic once τ-cycles are one state: so every state needs those of its neighbours only, never a closure of τ.
/// A signature is made again only where something that it was made of has changed.
///
/// > Source: Boulgakov, Gibson-Robinson, Roscoe, *Computing maximal weak and other bisimulations*, Formal Aspects of
/// > Computing 2016.
///
/// Invariants, between rounds:
/// - I1: bisimilar states are in one class.
/// - I2: the states of a class have the same signature with respect to the classes of the round before; where a class
///   that occurs in it was split since, or the state's own, the state is in `staleReach` or `staleSteps`.
struct WeakBisimulation {
  private let source: ContractedSystem
  private let system: ExplicitSystem
  /// Whether τ may follow a visible step too: weak bisimulation.
  private let isWeak: Bool
  private var classes: RefinablePartition
  /// State → the classes that it can reach by τ without its own, and the pairs of label and class that it can reach by τ
  /// and one visible step: numbers of ascending sequences.
  private var reach: [Int32], steps: [Int32]
  private var sets: SequenceTable
  /// Number of words in `sets` when what was not in use was last dropped.
  private var liveWords = 0
  private var staleReach: AscendingSet, staleSteps: AscendingSet
  private let tauSources: Sources, visibleSources: Sources
  private var scratch: [UInt64] = []

  init(_ source: ContractedSystem, isWeak: Bool) {
    self.source = source
    self.isWeak = isWeak
    system = source.system
    let count = source.system.stateCount
    let first = source.diverges[0]
    let blocks = source.diverges.map { Int32($0 == first ? 0 : 1) }
    classes = RefinablePartition(blocks, count: blocks.contains(1) ? 2 : 1)
    reach = [Int32](repeating: 0, count: count)
    steps = reach
    sets = SequenceTable(capacity: count)
    _ = sets.number(of: [])
    staleReach = AscendingSet(below: count)
    staleSteps = staleReach
    tauSources = Sources(source.system, ofTau: true)
    visibleSources = Sources(source.system, ofTau: false)
    for state in 0..<Int32(count) {
      if hasTau(state) { staleReach.insert(state) }
      staleSteps.insert(state)
    }
  }

  /// The quotient; nil where the signatures become too large.
  mutating func run(_ limits: CompressionLimits) throws -> CompressedSystem? {
    var moved: [Int32] = []
    repeat {
      try limits.checkpoint?()
      guard try refreshReach(limits), try refreshSteps(limits) else { return nil }
      moved.removeAll(keepingCapacity: true)
      classes.split(
        by: { [reach, steps] in UInt64(UInt32(reach[Int($0)])) << 32 | UInt64(UInt32(steps[Int($0)])) }, moved: &moved)
      for state in moved {
        if hasTau(state) { staleReach.insert(state) }
        for i in tauSources[state] { staleReach.insert(tauSources.sources[i]) }
        for i in visibleSources[state] { staleSteps.insert(visibleSources.sources[i]) }
      }
    } while !moved.isEmpty
    return quotient()
  }

  private mutating func refreshReach(_ limits: CompressionLimits) throws -> Bool {
    var count = 0
    while let state = staleReach.popFirst() {
      if isUnused(state) && (!isWeak || visibleSources[state].isEmpty) { continue }
      count += 1
      if count & 0xFFFF == 0 { try limits.checkpoint?() }
      let found = makeReach(state)
      if found == reach[Int(state)] { continue }
      reach[Int(state)] = found
      classes.mark(state)
      for i in tauSources[state] { staleReach.insert(tauSources.sources[i]) }
      if isWeak { for i in visibleSources[state] { staleSteps.insert(visibleSources.sources[i]) } }
      if isFull(limits) { return false }
    }
    return true
  }

  private mutating func refreshSteps(_ limits: CompressionLimits) throws -> Bool {
    var count = 0
    while let state = staleSteps.popFirst() {
      if isUnused(state) { continue }
      count += 1
      if count & 0xFFFF == 0 { try limits.checkpoint?() }
      let found = makeSteps(state)
      if found == steps[Int(state)] { continue }
      steps[Int(state)] = found
      classes.mark(state)
      for i in tauSources[state] { staleSteps.insert(tauSources.sources[i]) }
      if isFull(limits) { return false }
    }
    return true
  }

  /// Whether nobody asks for the signature of a state: it is alone in its class, and no τ leads to it.
  private func isUnused(_ state: Int32) -> Bool {
    tauSources[state].isEmpty && classes.isAlone(state)
  }

  /// Drops the sets that are no longer in use when they may be most of all; whether there are too many even so.
  private mutating func isFull(_ limits: CompressionLimits) -> Bool {
    if sets.words.count <= max(4 * liveWords, 1 << 24, limits.transitions) { return false }
    sets.keep(&reach, &steps)
    liveWords = sets.words.count
    return liveWords > limits.transitions
  }

  private mutating func makeReach(_ state: Int32) -> Int32 {
    let own = classes.blocks[Int(state)]
    scratch.removeAll(keepingCapacity: true)
    // The set of the last successor, while the whole is no more than that.
    var only: Int32 = -1, isOnly = true
    for i in row(state) where system.edges[i].label == tau && system.edges[i].target != state {
      let next = Int(system.edges[i].target), other = classes.blocks[next]
      if other != own {
        scratch.append(UInt64(UInt32(other)))
        isOnly = false
      }
      if reach[next] == only { continue }
      isOnly = isOnly && only < 0 && other == own
      only = reach[next]
      for i in sets.range(only) where sets.words[i] != UInt64(UInt32(own)) { scratch.append(sets.words[i]) }
    }
    if isOnly && only >= 0 { return only }
    sortSet(&scratch)
    return sets.number(of: scratch)
  }

  private mutating func makeSteps(_ state: Int32) -> Int32 {
    scratch.removeAll(keepingCapacity: true)
    var only: Int32 = -1, isOnly = true
    for i in row(state) where system.edges[i].target != state || system.edges[i].label != tau {
      let edge = system.edges[i], next = Int(edge.target)
      if edge.label == tau {
        if steps[next] == only { continue }
        isOnly = isOnly && only < 0
        only = steps[next]
        for i in sets.range(only) { scratch.append(sets.words[i]) }
      } else {
        isOnly = false
        let label = UInt64(UInt32(bitPattern: edge.label)) << 32
        scratch.append(label | UInt64(UInt32(classes.blocks[next])))
        if isWeak { for i in sets.range(reach[next]) { scratch.append(label | sets.words[i]) } }
      }
    }
    if isOnly && only >= 0 { return only }
    sortSet(&scratch)
    return sets.number(of: scratch)
  }

  private func row(_ state: Int32) -> Range<Int> {
    Int(system.starts[Int(state)])..<Int(system.starts[Int(state) + 1])
  }

  private func hasTau(_ state: Int32) -> Bool {
    for i in row(state) where system.edges[i].label == tau && system.edges[i].target != state { return true }
    return false
  }

  // MARK: The quotient

  /// One state a class, with the fewest steps: none that others make up for.
  ///
  /// > Source: Eloranta, *Minimizing the number of transitions with respect to observation equivalence*, BIT 1991.
  ///
  /// The lowest state of a class has no τ into its own class, so that what its class can do begins with a step of its own
  /// or with τ into another class, which is lower. A τ-loop is needed where no other class in reach diverges.
  private func quotient() -> CompressedSystem {
    let count = classes.blockCount, ranks = source.ranks(of: classes.blocks, count: count)
    var lowest = [Int32](repeating: -1, count: count)
    for (state, block) in classes.blocks.enumerated().reversed() { lowest[Int(ranks[Int(block)])] = Int32(state) }
    var rows = RowBuilder(states: count, edges: system.edges.count), covered = Stamps(count)
    // Where τ leads from the state.
    var others: [Int32] = []
    for (number, state) in lowest.enumerated() {
      let row = row(state)
      others.removeAll(keepingCapacity: true)
      for i in row where system.edges[i].label == tau && system.edges[i].target != state {
        others.append(system.edges[i].target)
      }
      var from = row.lowerBound
      while from < row.upperBound {
        let label = system.edges[from].label
        var end = from + 1
        while end < row.upperBound && system.edges[end].label == label { end += 1 }
        covered.clear()
        // A step is never made up for by its own target.
        if end - from > 1 && (isWeak || label == tau) {
          for i in from..<end where label != tau || system.edges[i].target != state {
            for j in sets.range(reach[Int(system.edges[i].target)]) {
              _ = covered.insert(Int32(truncatingIfNeeded: sets.words[j]))
            }
          }
        }
        for i in from..<end where label != tau || system.edges[i].target != state {
          let target = classes.blocks[Int(system.edges[i].target)]
          if covered.contains(target) { continue }
          let step = UInt64(UInt32(bitPattern: label)) << 32 | UInt64(UInt32(target))
          if label != tau && others.contains(where: { sets.contains(step, in: steps[Int($0)]) }) { continue }
          rows.append(label, ranks[Int(target)])
        }
        from = end
      }
      if source.diverges[Int(state)] && !others.contains(where: { source.diverges[Int($0)] }) {
        rows.append(tau, Int32(number))
      }
      rows.endRow()
    }
    let initial = ranks[Int(classes.blocks[Int(system.initial)])]
    return source.result(CompressedSystem(system: rows.system(initial: initial), representatives: lowest))
  }
}

/// The sources of steps, by target.
private struct Sources {
  private let starts: [Int32]
  let sources: [Int32]

  /// Of the τ steps without loops, or of all others.
  init(_ system: ExplicitSystem, ofTau: Bool) {
    var starts = [Int32](repeating: 0, count: system.stateCount + 2)
    func visit(_ body: (_ source: Int32, _ target: Int) -> Void) {
      for state in 0..<system.stateCount {
        for edge in system[state] where (edge.label == tau) == ofTau && !(ofTau && edge.target == state) {
          body(Int32(state), Int(edge.target))
        }
      }
    }
    visit { starts[$1 + 2] += 1 }
    for i in 2..<starts.count { starts[i] += starts[i - 1] }
    var sources = [Int32](repeating: 0, count: Int(starts.last!))
    visit {
      sources[Int(starts[$1 + 1])] = $0
      starts[$1 + 1] += 1
    }
    (self.starts, self.sources) = (starts, sources)
  }

  /// Indices of `sources`.
  subscript(target: Int32) -> Range<Int> { Int(starts[Int(target)])..<Int(starts[Int(target) + 1]) }
}
