import TransitionSystems

/// Refines towards weak or delay bisimulation by sketches of signatures, which cost a cache line a state where the
/// signatures may have hundreds of words; a signature is then needed of those states only that are not alone in their
/// class, and of what these lead to.
///
/// Invariant: bisimilar states are in one class. Those of one class whose sketches differ have signatures that differ.
struct SketchRounds: ~Copyable {
  /// How much is tried with sketches before sets are made.
  struct Effort {
    /// Random systems of a million states need 3 to 5.
    var rounds = 16
    /// Steps that one search looks at, which bounds its depth; and, for each step of a state, those that all searches of the
    /// state look at.
    var searched = 64
  }

  private let system: ExplicitSystem
  private let isWeak: Bool
  let effort: Effort
  private(set) var classes: [Int32]
  private(set) var classCount: Int
  /// State → the sketch of the classes that it can reach by τ, its own among them; of the labels with the classes that
  /// it can reach by τ and one visible step.
  private let reach: SetSketches, steps: SetSketches
  /// Number of classes when the sketches were made.
  private(set) var sketchedCount = 0
  /// So that elements which share a bit in one round do not in the next.
  private var round: UInt64 = 0

  init(_ source: ContractedSystem, isWeak: Bool, _ effort: Effort) {
    self.effort = effort
    self.isWeak = isWeak
    system = source.system
    let first = source.diverges[0]
    classes = source.diverges.map { $0 == first ? 0 : 1 }
    classCount = classes.contains(1) ? 2 : 1
    reach = SetSketches(count: system.stateCount)
    steps = SetSketches(count: system.stateCount)
  }

  /// Rounds, while they find many classes: the last ones cost less by their signatures.
  mutating func run(_ limits: CompressionLimits) throws {
    for _ in 0..<effort.rounds {
      try sketch(classes, count: classCount, limits)
      let old = classCount
      split()
      if classCount - old <= min(system.stateCount >> 10, old >> 3) { return }
    }
  }

  /// Makes all sketches, with respect to `classes`.
  mutating func sketch(_ classes: [Int32], count: Int, _ limits: CompressionLimits) throws {
    round += 1
    sketchedCount = count
    for state in 0..<Int32(system.stateCount) {
      if state & 0xFFFF == 0 { try limits.checkpoint?() }
      reach.clear(state)
      reach.insert(element(classes[Int(state)]), in: state)
      for i in row(state) where system.edges[i].label == tau && system.edges[i].target != state {
        reach.formUnion(system.edges[i].target, in: state)
      }
    }
    for state in 0..<Int32(system.stateCount) {
      if state & 0xFFFF == 0 { try limits.checkpoint?() }
      steps.clear(state)
      for i in row(state) {
        let edge = system.edges[i]
        if edge.label == tau {
          if edge.target != state { steps.formUnion(edge.target, in: state) }
        } else if isWeak {
          steps.insertPairs(element(edge.label), reach, of: edge.target, in: state)
        } else {
          steps.insertPair(element(edge.label), element(classes[Int(edge.target)]), in: state)
        }
      }
    }
  }

  /// A class, and the least of its states.
  struct Target {
    var number: Int32, least: Int32
  }

  /// Whether τ leads from the state to one of the class, where the sketches were made with respect to `classes`; nil where
  /// the budget does not suffice to tell. Each step that is looked at costs one.
  func reaches(_ state: Int32, _ target: Target, _ classes: [Int32], _ budget: inout Int) -> Bool? {
    if classes[Int(state)] == target.number { return true }
    // τ leads to lower numbers.
    if state < target.least || !reach.mayHave(element(target.number), in: state) { return false }
    for i in row(state) where system.edges[i].label == tau && system.edges[i].target != state {
      if budget <= 0 { return nil }
      budget -= 1
      let found = reaches(system.edges[i].target, target, classes, &budget)
      if found != false { return found }
    }
    return false
  }

  /// The same for a step with the label, after τ, into the class.
  func steps(_ state: Int32, _ label: Int32, _ target: Target, _ classes: [Int32], _ budget: inout Int) -> Bool? {
    if !steps.mayHavePair(element(label), element(target.number), in: state) { return false }
    for i in row(state) {
      if budget <= 0 { return nil }
      budget -= 1
      let edge = system.edges[i]
      var found: Bool? = false
      if edge.label == tau {
        if edge.target != state { found = steps(edge.target, label, target, classes, &budget) }
      } else if edge.label == label {
        found =
          isWeak ? reaches(edge.target, target, classes, &budget) : classes[Int(edge.target)] == target.number
      }
      if found != false { return found }
    }
    return false
  }

  private func row(_ state: Int32) -> Range<Int> {
    Int(system.starts[Int(state)])..<Int(system.starts[Int(state) + 1])
  }

  private func element(_ number: Int32) -> UInt64 { UInt64(UInt32(bitPattern: number)) | round << 32 }

  /// Parts the states of each class by a hash of their sketches; those of its first state keep its number.
  private mutating func split() {
    var sizes = [Int32](repeating: 0, count: classCount), isKept = [Bool](repeating: false, count: classCount)
    for state in classes { sizes[Int(state)] += 1 }
    var capacity = 64
    while capacity < 2 * classes.count { capacity *= 2 }
    // Slot → what was found there: hashes, the class before, the class now.
    var slots = [Int32](repeating: -1, count: capacity)
    var found: [(hash: UInt64, parent: Int32, number: Int32)] = []
    for state in 0..<Int32(classes.count) {
      let parent = classes[Int(state)]
      if sizes[Int(parent)] == 1 { continue }
      var hash = UInt64(UInt32(bitPattern: parent))
      reach.hash(of: state, into: &hash)
      steps.hash(of: state, into: &hash)
      var at = Int(truncatingIfNeeded: hash) & (capacity - 1)
      while slots[at] >= 0 {
        let other = found[Int(slots[at])]
        if other.hash == hash && other.parent == parent { break }
        at = (at + 1) & (capacity - 1)
      }
      if slots[at] < 0 {
        slots[at] = Int32(found.count)
        found.append((hash, parent, isKept[Int(parent)] ? Int32(classCount) : parent))
        if isKept[Int(parent)] { classCount += 1 }
        isKept[Int(parent)] = true
      }
      classes[Int(state)] = found[Int(slots[at])].number
    }
  }
}
