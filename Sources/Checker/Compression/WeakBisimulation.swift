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
  private var system: ExplicitSystem { source.system }
  /// Whether τ may follow a visible step too: weak bisimulation.
  private let isWeak: Bool
  private var classes: RefinablePartition
  /// State → the classes that it can reach by τ without its own, and the pairs of label and class that it can reach by τ
  /// and one visible step: numbers of ascending sequences.
  private var reach: [Int32], steps: [Int32]
  private var sets = SequenceTable()
  private var staleReach: AscendingSet, staleSteps: AscendingSet
  private let tauSources: Sources, visibleSources: Sources
  private var scratch: [UInt64] = []

  init(_ source: ContractedSystem, isWeak: Bool) {
    self.source = source
    self.isWeak = isWeak
    let count = source.system.stateCount
    let first = source.diverges[0]
    let blocks = source.diverges.map { Int32($0 == first ? 0 : 1) }
    classes = RefinablePartition(blocks, count: blocks.contains(1) ? 2 : 1)
    reach = [Int32](repeating: 0, count: count)
    steps = reach
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
    var moved: [Int32] = [], live = 0
    repeat {
      try limits.checkpoint?()
      guard try refreshReach(limits), try refreshSteps(limits) else { return nil }
      moved.removeAll(keepingCapacity: true)
      classes.split(
        by: { [reach, steps] in UInt64(UInt32(reach[Int($0)])) << 32 | UInt64(UInt32(steps[Int($0)])) }, moved: &moved)
      for state in moved {
        if hasTau(state) { staleReach.insert(state) }
        for source in tauSources[state] { staleReach.insert(source) }
        for source in visibleSources[state] { staleSteps.insert(source) }
      }
      if sets.words.count > 2 * live + 1 << 20 {
        sets.keep(&reach, &steps)
        live = sets.words.count
      }
    } while !moved.isEmpty
    return quotient()
  }

  private mutating func refreshReach(_ limits: CompressionLimits) throws -> Bool {
    var count = 0
    while let state = staleReach.popFirst() {
      count += 1
      if count & 0xFFFF == 0 { try limits.checkpoint?() }
      let found = makeReach(state)
      if found == reach[Int(state)] { continue }
      if sets.words.count > limits.transitions { return false }
      reach[Int(state)] = found
      classes.mark(state)
      for source in tauSources[state] { staleReach.insert(source) }
      if isWeak { for source in visibleSources[state] { staleSteps.insert(source) } }
    }
    return true
  }

  private mutating func refreshSteps(_ limits: CompressionLimits) throws -> Bool {
    var count = 0
    while let state = staleSteps.popFirst() {
      count += 1
      if count & 0xFFFF == 0 { try limits.checkpoint?() }
      let found = makeSteps(state)
      if found == steps[Int(state)] { continue }
      if sets.words.count > limits.transitions { return false }
      steps[Int(state)] = found
      classes.mark(state)
      for source in tauSources[state] { staleSteps.insert(source) }
    }
    return true
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
      for word in sets[only] where word != UInt64(UInt32(own)) { scratch.append(word) }
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
        scratch.append(contentsOf: sets[only])
      } else {
        isOnly = false
        let label = UInt64(UInt32(bitPattern: edge.label)) << 32
        scratch.append(label | UInt64(UInt32(classes.blocks[next])))
        if isWeak { for word in sets[reach[next]] { scratch.append(label | word) } }
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
    system[Int(state)].contains { $0.label == tau && $0.target != state }
  }

  // MARK: The quotient

  /// One state a class, with the fewest steps: none that others make up for.
  ///
  /// > Source: Eloranta, *Minimizing the number of transitions with respect to observation equivalence*, BIT 1991.
  ///
  /// The lowest state of a class has no τ into its own class, so that what its class can do begins with a step of its own
  /// or with τ into another class, which is lower. A τ-loop is needed where no other class in reach diverges.
  private func quotient() -> CompressedSystem {
    let count = classes.blockCount
    var lowest = [Int32](repeating: -1, count: count)
    for state in (0..<Int32(system.stateCount)).reversed() { lowest[Int(classes.blocks[Int(state)])] = state }
    var rows = RowBuilder(states: count, edges: count * 4), covered = Stamps(count)
    var places = [Int32](repeating: .max, count: count)
    for (state, block) in classes.blocks.enumerated() {
      places[Int(block)] = min(places[Int(block)], source.places[state])
    }
    for (number, state) in lowest.enumerated() {
      let edges = system[Int(state)]
      let others = edges.filter { $0.label == tau && $0.target != state }.map(\.target)
      var from = edges.startIndex
      while from < edges.endIndex {
        let label = edges[from].label
        let end = edges[from...].firstIndex { $0.label != label } ?? edges.endIndex
        covered.clear()
        if label == tau || isWeak {
          for edge in edges[from..<end] {
            if label == tau && edge.target == state { continue }
            for word in sets[reach[Int(edge.target)]] { _ = covered.insert(Int32(truncatingIfNeeded: word)) }
          }
        }
        for edge in edges[from..<end] where label != tau || edge.target != state {
          let target = classes.blocks[Int(edge.target)]
          let step = UInt64(UInt32(bitPattern: label)) << 32 | UInt64(UInt32(target))
          if covered.contains(target) { continue }
          if label != tau && others.contains(where: { sets.contains(step, in: steps[Int($0)]) }) { continue }
          rows.append(label, target)
        }
        from = end
      }
      if source.diverges[Int(state)] && !others.contains(where: { source.diverges[Int($0)] }) {
        rows.append(tau, Int32(number))
      }
      rows.endRow()
    }
    let made = CompressedSystem(
      system: rows.system(initial: classes.blocks[Int(system.initial)]), representatives: lowest)
    return source.contracted.standing(for: made.numbered(by: places))
  }
}

/// The sources of steps, by target.
private struct Sources {
  private let starts: [Int32], sources: [Int32]

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

  subscript(target: Int32) -> ArraySlice<Int32> { sources[Int(starts[Int(target)])..<Int(starts[Int(target) + 1])] }
}
