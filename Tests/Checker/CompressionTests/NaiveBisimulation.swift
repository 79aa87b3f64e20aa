import TransitionSystems

/// Bisimulations by their definitions: all pairs of states, less those of which one can do what the other cannot
/// answer, until nothing changes. Sets of states are bits of a word.
struct NaiveBisimulation {
  /// State → label → targets; labels are numbered from −1.
  typealias Steps = [[UInt64]]

  /// State → the states that it is bisimilar to.
  private(set) var related: [UInt64]

  /// `steps` is what a state can do, `answers` is how it may answer; states with unequal `marks` are never bisimilar.
  init(steps: Steps, answers: Steps, marks: [Bool]) {
    let count = steps.count
    precondition(count <= 64)
    related = marks.map { mark in
      marks.indices.reduce(0) { $0 | (marks[$1] == mark ? 1 << UInt64($1) : 0) }
    }
    var changed = true
    while changed {
      changed = false
      for s in 0..<count {
        for t in 0..<count where areRelated(s, t) {
          if isAnswered(steps[s], answers[t]) && isAnswered(steps[t], answers[s]) { continue }
          related[s] &= ~(1 << UInt64(t))
          related[t] &= ~(1 << UInt64(s))
          changed = true
        }
      }
    }
  }

  private func isAnswered(_ steps: [UInt64], _ answers: [UInt64]) -> Bool {
    for label in steps.indices {
      var targets = steps[label]
      while targets != 0 {
        if related[targets.trailingZeroBitCount] & answers[label] == 0 { return false }
        targets &= targets - 1
      }
    }
    return true
  }

  func areRelated(_ s: Int, _ t: Int) -> Bool { related[s] >> UInt64(t) & 1 == 1 }

  static func strong(_ system: ExplicitSystem) -> NaiveBisimulation {
    let steps = system.steps
    return NaiveBisimulation(steps: steps, answers: steps, marks: Array(repeating: false, count: steps.count))
  }

  /// Number of classes among `states`.
  func classCount(among states: some Sequence<Int>) -> Int { Set(states.map { related[$0] }).count }
}

extension ExplicitSystem {
  /// Of all systems of three states, the first of them initial, with the two labels, but for exchanging the others:
  /// every `stride`-th from `offset`. All 131,584 were run when this was written; a debug build takes minutes for them.
  static func small(labels: [Int32], offset: Int, stride: Int) -> some Sequence<ExplicitSystem> {
    // A row is six bits, three of each label; `exchanged` has the targets 1 and 2 of both labels exchanged.
    let exchanged = (0..<64).map { $0 & 0b001_001 | $0 << 1 & 0b100_100 | $0 >> 1 & 0b010_010 }
    let edges = (0..<64).map { row in
      (0..<6).filter { row >> $0 & 1 == 1 }.map { Edge(label: labels[$0 / 3], target: Int32($0 % 3)) }
    }
    return (0..<(1 << 18)).lazy.compactMap { number in
      guard (number ^ number >> 9) % stride == offset else { return nil }
      let a = number >> 12, b = number >> 6 & 63, c = number & 63
      let other = exchanged[a] << 12 | exchanged[c] << 6 | exchanged[b]
      return number <= other ? ExplicitSystem(successors: [edges[a], edges[b], edges[c]]) : nil
    }
  }

  /// Every system of two states, the first of them initial, with τ, ✓ and an event.
  static var smallest: some Sequence<ExplicitSystem> {
    let rows = (0..<64).map { row -> [Edge] in
      let bits = (0..<6).filter { row >> $0 & 1 == 1 }
      return bits.map { Edge(label: Int32($0 / 2), target: Int32($0 % 2)) }
    }
    return (0..<(1 << 12)).lazy.map { number in
      ExplicitSystem(successors: [rows[number >> 6], rows[number & 63]])
    }
  }

  var steps: NaiveBisimulation.Steps {
    let labels = max(1, Int(edges.lazy.map(\.label).max() ?? 1)) + 2
    return (0..<stateCount).map { state in
      var row = [UInt64](repeating: 0, count: labels)
      for edge in self[state] { row[Int(edge.label) + 1] |= 1 << UInt64(edge.target) }
      return row
    }
  }

  var reachableStates: Set<Int> {
    var seen: Set<Int> = [Int(initial)], todo = [Int(initial)]
    while let state = todo.popLast() {
      for edge in self[state] where seen.insert(Int(edge.target)).inserted { todo.append(Int(edge.target)) }
    }
    return seen
  }

  /// Both in one system, the states of `other` after those of this one.
  func beside(_ other: ExplicitSystem) -> ExplicitSystem {
    let shift = Int32(stateCount)
    return ExplicitSystem(
      initial: initial,
      successors: (0..<stateCount).map { Array(self[$0]) }
        + (0..<other.stateCount).map { other[$0].map { Edge(label: $0.label, target: $0.target + shift) } })
  }
}
