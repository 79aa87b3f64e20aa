import TransitionSystems

/// Strong bisimulation: rounds of signatures first, since they read memory in order and random systems need only a few
/// of them; then, for systems with long chains, the splitters of Paige and Tarjan, which bound the work.
///
/// > Source: Blom, Orzan, *A distributed algorithm for strong bisimulation reduction of state spaces*, STTT 2005.
extension ExplicitSystem {
  func compressedByStrongBisimulation(
    _ limits: CompressionLimits, rounds: Int = SignatureRounds.usual
  ) throws -> CompressedSystem {
    let reachable = reachablePart()
    var refinement = SignatureRounds(reachable.system)
    if try refinement.run(rounds, limits) { return reachable.quotient(by: refinement.classes) }
    var splitters = SplitterRefinement(reachable.system, refinement.classes, count: refinement.classCount)
    try splitters.run(limits)
    return reachable.quotient(by: splitters.partition.blocks)
  }
}

extension CompressedSystem {
  /// One state a class, with the steps of its first member; the classes are numbered in the order of these.
  fileprivate func quotient(by classes: [Int32]) -> CompressedSystem {
    let count = system.stateCount
    var numbers = [Int32](repeating: -1, count: count), first: [Int32] = []
    for state in 0..<count where numbers[Int(classes[state])] < 0 {
      numbers[Int(classes[state])] = Int32(first.count)
      first.append(Int32(state))
    }
    if first.count == count { return self }
    var rows = RowBuilder(states: first.count, edges: first.count * 4)
    for state in first {
      for edge in system[Int(state)] { rows.append(edge.label, numbers[Int(classes[Int(edge.target)])]) }
      rows.endRow()
    }
    return CompressedSystem(system: rows.system(), representatives: first.map { representatives[Int($0)] })
  }
}

/// Refines by what a state can do and into which classes: its signature.
///
/// Invariants: I1 bisimilar states are in one class; I2 a state that is alone in its class is not looked at again.
struct SignatureRounds {
  /// Random systems of a million states need 4 or 5.
  static var usual: Int { 16 }

  private let system: ExplicitSystem
  private(set) var classes: [Int32]
  private(set) var classCount = 1

  init(_ system: ExplicitSystem) {
    self.system = system
    classes = [Int32](repeating: 0, count: system.stateCount)
  }

  /// At most so many rounds; whether nothing is left to split.
  mutating func run(_ rounds: Int, _ limits: CompressionLimits) throws -> Bool {
    var active = Array(0..<Int32(system.stateCount)), found = active
    var table = SequenceTable(), signature: [UInt64] = []
    for _ in 0..<rounds {
      table.removeAll()
      // Number of a signature → the class that its states had.
      var parents: [Int32] = []
      for (i, state) in active.enumerated() {
        if i & 0xFFFF == 0 { try limits.checkpoint?() }
        makeSignature(of: state, in: &signature)
        let number = table.number(of: signature)
        if Int(number) == parents.count { parents.append(classes[Int(state)]) }
        found[i] = number
      }
      let old = classCount
      // The first signature of a class keeps its number.
      var kept = [Bool](repeating: false, count: old), named: [Int32] = []
      for parent in parents {
        named.append(kept[Int(parent)] ? Int32(classCount) : parent)
        if kept[Int(parent)] { classCount += 1 }
        kept[Int(parent)] = true
      }
      if classCount == old { return true }
      var sizes = [Int32](repeating: 0, count: classCount)
      for (i, state) in active.enumerated() {
        classes[Int(state)] = named[Int(found[i])]
        sizes[Int(classes[Int(state)])] += 1
      }
      active.removeAll { sizes[Int(classes[Int($0)])] == 1 }
    }
    return active.isEmpty
  }

  /// The class of the state, then its labels with the classes that they lead to, ascending without repeats.
  private func makeSignature(of state: Int32, in signature: inout [UInt64]) {
    signature.removeAll(keepingCapacity: true)
    for i in Int(system.starts[Int(state)])..<Int(system.starts[Int(state) + 1]) {
      let edge = system.edges[i]
      signature.append(UInt64(UInt32(bitPattern: edge.label)) << 32 | UInt64(UInt32(classes[Int(edge.target)])))
    }
    sortSet(&signature)
    signature.append(UInt64(UInt32(classes[Int(state)])))
  }
}

/// Sorts and drops repeats.
func sortSet(_ words: inout [UInt64]) {
  if words.count < 2 { return }
  words.withUnsafeMutableBufferPointer { words in
    if words.count > 32 { return words.sort() }
    for i in 1..<words.count {
      let word = words[i]
      var j = i
      while j > 0, word < words[j - 1] {
        words[j] = words[j - 1]
        j -= 1
      }
      words[j] = word
    }
  }
  var end = 1
  for i in 1..<words.count where words[i] != words[end - 1] {
    words[end] = words[i]
    end += 1
  }
  words.removeLast(words.count - end)
}
