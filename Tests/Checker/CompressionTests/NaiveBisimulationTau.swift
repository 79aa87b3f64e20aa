import TransitionSystems

/// Delay and weak bisimulation by definition, with an explicit closure of τ.
extension NaiveBisimulation {
  static func weak(_ system: ExplicitSystem) -> NaiveBisimulation { alongTau(system, afterwards: true) }
  static func delay(_ system: ExplicitSystem) -> NaiveBisimulation { alongTau(system, afterwards: false) }

  private static func alongTau(_ system: ExplicitSystem, afterwards: Bool) -> NaiveBisimulation {
    let steps = system.steps, closure = system.tauClosure
    let answers = closure.map { before in
      steps[0].indices.map { label in
        // A τ is answered by any number of them, also none.
        if label == 1 { return before }
        let after = union(before) { steps[$0][label] }
        return afterwards ? union(after) { closure[$0] } : after
      }
    }
    return NaiveBisimulation(steps: steps, answers: answers, marks: system.divergent)
  }
}

/// All that `part` has for the members of a set.
func union(_ set: UInt64, _ part: (Int) -> UInt64) -> UInt64 {
  var result: UInt64 = 0, rest = set
  while rest != 0 {
    result |= part(rest.trailingZeroBitCount)
    rest &= rest - 1
  }
  return result
}

extension ExplicitSystem {
  /// State → what it can become by τ, itself included.
  var tauClosure: [UInt64] {
    let steps = steps
    var closure = steps.indices.map { 1 << UInt64($0) | steps[$0][1] }
    // Warshall.
    for k in closure.indices {
      for s in closure.indices where closure[s] >> UInt64(k) & 1 == 1 { closure[s] |= closure[k] }
    }
    return closure
  }

  /// State → whether it can do τ for ever.
  var divergent: [Bool] {
    let steps = steps, closure = tauClosure
    let onCycle = steps.indices.map { s in union(steps[s][1]) { closure[$0] } >> UInt64(s) & 1 == 1 }
    return closure.map { reach in onCycle.indices.contains { onCycle[$0] && reach >> UInt64($0) & 1 == 1 } }
  }
}
