import TransitionSystems

extension ExplicitSystem {
  func compressedByWeakBisimulation(
    delay: Bool, _ limits: CompressionLimits, _ effort: SketchRounds.Effort = .init()
  ) throws -> CompressedSystem? {
    var bisimulation = try WeakBisimulation(
      ContractedSystem(self), isWeak: !delay, effort, limits)
    return try bisimulation.run(limits)
  }
}

/// Delay and weak bisimulation that respect divergence: only states that both diverge or both do not are related.
///
/// A signature is what a state can do after τ, into which classes. It is made of the signatures of its τ successors, and
/// τ is acyclic once τ-cycles are one state: so every state needs those of its neighbours only, never a closure of τ.
/// A signature is made again only where something that it was made of has changed. The first rounds are made with
/// sketches of the signatures (`SketchRounds`); signatures are then made only for states that are not alone in their
/// class, and for those that theirs are made of.
///
/// > Source: Boulgakov, Gibson-Robinson, Roscoe, *Computing maximal weak and other bisimulations*, Formal Aspects of
/// > Computing 2016.
///
/// Invariants, between rounds:
/// - I1: bisimilar states are in one class.
/// - I2: the states of a class, if they are several, have the same signature with respect to the classes of the round
///   before; where a class that occurs in it was split since, or the state's own, the state is in `staleReach` or
///   `staleSteps`.
/// - I3: what the sets of states that need them are made of is needed, too (`needsReach`, `needsSteps`); sets that are not
///   needed are the empty one.
struct WeakBisimulation: ~Copyable {
  let source: ContractedSystem
  let system: ExplicitSystem
  /// Whether τ may follow a visible step too: weak bisimulation.
  let isWeak: Bool
  var classes: RefinablePartition
  /// State → the classes that it can reach by τ without its own, and the pairs of label and class that it can reach by τ
  /// and one visible step: numbers of ascending sequences.
  var reach: [Int32], steps: [Int32]
  var sets: SequenceTable
  /// Number of words in `sets` when what was not in use was last dropped.
  private var liveWords = 0
  private var staleReach: AscendingSet, staleSteps: AscendingSet
  /// Whose sets are made.
  var needsReach: [Need], needsSteps: [Need]
  var sketches: SketchRounds
  private let tauSources: Sources, visibleSources: Sources
  private var scratch: [UInt64] = []

  init(_ source: ContractedSystem, isWeak: Bool, _ effort: SketchRounds.Effort, _ limits: CompressionLimits) throws {
    self.source = source
    self.isWeak = isWeak
    system = source.system
    let count = source.system.stateCount
    sketches = SketchRounds(source, isWeak: isWeak, effort)
    try sketches.run(limits)
    classes = RefinablePartition(sketches.classes, count: sketches.classCount)
    reach = [Int32](repeating: 0, count: count)
    steps = reach
    sets = SequenceTable(capacity: count)
    _ = sets.number(of: [])
    staleReach = AscendingSet(below: count)
    staleSteps = staleReach
    tauSources = Sources(source.system, ofTau: true)
    visibleSources = Sources(source.system, ofTau: false)
    needsReach = [Need](repeating: .none, count: count)
    needsSteps = needsReach
  }

  /// The quotient; nil where the signatures become too large.
  mutating func run(_ limits: CompressionLimits) throws -> CompressedSystem? {
    var moved: [Int32] = []
    for state in 0..<Int32(system.stateCount) where !classes.isAlone(state) {
      needsReach[Int(state)].ask()
      needsSteps[Int(state)].ask()
    }
    needParts()
    repeat {
      try limits.checkpoint?()
      guard try refreshReach(limits), try refreshSteps(limits) else { return nil }
      moved.removeAll(keepingCapacity: true)
      classes.split(
        by: { [reach, steps] in UInt64(UInt32(reach[Int($0)])) << 32 | UInt64(UInt32(steps[Int($0)])) }, moved: &moved)
      for state in moved {
        if hasTau(state) { noteStaleReach(state) }
        for i in tauSources[state] { noteStaleReach(tauSources.sources[i]) }
        for i in visibleSources[state] { noteStaleSteps(visibleSources.sources[i]) }
      }
    } while !moved.isEmpty
    return try quotient(limits)
  }

  mutating func refreshReach(_ limits: CompressionLimits) throws -> Bool {
    var count = 0
    while let state = staleReach.popFirst() {
      if isUnused(state) && (!isWeak || visibleSources[state].isEmpty) { continue }
      count += 1
      if count & 0xFFFF == 0 { try limits.checkpoint?() }
      let found = makeReach(state)
      if found == reach[Int(state)] { continue }
      reach[Int(state)] = found
      classes.mark(state)
      for i in tauSources[state] { noteStaleReach(tauSources.sources[i]) }
      if isWeak { for i in visibleSources[state] { noteStaleSteps(visibleSources.sources[i]) } }
      if isFull(limits) { return false }
    }
    return true
  }

  mutating func refreshSteps(_ limits: CompressionLimits) throws -> Bool {
    var count = 0
    while let state = staleSteps.popFirst() {
      if isUnused(state) { continue }
      count += 1
      if count & 0xFFFF == 0 { try limits.checkpoint?() }
      let found = makeSteps(state)
      if found == steps[Int(state)] { continue }
      steps[Int(state)] = found
      classes.mark(state)
      for i in tauSources[state] { noteStaleSteps(tauSources.sources[i]) }
      if isFull(limits) { return false }
    }
    return true
  }

  private mutating func noteStaleReach(_ state: Int32) {
    if needsReach[Int(state)] == .noted { staleReach.insert(state) }
  }

  private mutating func noteStaleSteps(_ state: Int32) {
    if needsSteps[Int(state)] == .noted { staleSteps.insert(state) }
  }

  /// I3 for the states whose sets are asked for, which are stale from here on.
  mutating func needParts() {
    for state in (0..<Int32(system.stateCount)).reversed() where needsSteps[Int(state)] == .asked {
      needsSteps[Int(state)] = .noted
      staleSteps.insert(state)
      for i in row(state) {
        let edge = system.edges[i]
        if edge.label != tau {
          if isWeak { needsReach[Int(edge.target)].ask() }
        } else if edge.target != state {
          needsSteps[Int(edge.target)].ask()
        }
      }
    }
    for state in (0..<Int32(system.stateCount)).reversed() where needsReach[Int(state)] == .asked {
      needsReach[Int(state)] = .noted
      if hasTau(state) { staleReach.insert(state) }
      for i in row(state) where system.edges[i].label == tau && system.edges[i].target != state {
        needsReach[Int(system.edges[i].target)].ask()
      }
    }
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

  func row(_ state: Int32) -> Range<Int> {
    Int(system.starts[Int(state)])..<Int(system.starts[Int(state) + 1])
  }

  private func hasTau(_ state: Int32) -> Bool {
    for i in row(state) where system.edges[i].label == tau && system.edges[i].target != state { return true }
    return false
  }
}

/// Whether a set is made, and kept up to date.
enum Need: UInt8 {
  case none
  /// It is to be, from now on.
  case asked
  case noted

  mutating func ask() { if self == .none { self = .asked } }
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
