import TransitionSystems

/// Compares two systems by what can be observed of them: after every trace, which events are possible, what may be
/// refused, and whether they diverge. Equality here is stronger than in each of the models.
struct Behaviour {
  private let steps: NaiveBisimulation.Steps, closure: [UInt64], divergent: UInt64
  private let initial: Int

  init(_ system: ExplicitSystem) {
    steps = system.steps
    closure = system.tauClosure
    divergent = system.divergent.enumerated().reduce(0) { $0 | ($1.element ? 1 << UInt64($1.offset) : 0) }
    initial = Int(system.initial)
  }

  struct Observation: Hashable {
    var events: [Int], leastOffers: Set<UInt64>, diverges: Bool
  }

  private struct Pair: Hashable { var a: UInt64, b: UInt64 }

  /// A trace after which they differ, and how; labels count from −1.
  static func difference(_ a: Behaviour, _ b: Behaviour) -> String? {
    let start = Pair(a: a.closure[a.initial], b: b.closure[b.initial])
    var seen: Set<Pair> = [start], todo: [(pair: Pair, trace: [Int])] = [(start, [])]
    while let (pair, trace) = todo.popLast() {
      let here = a.observation(pair.a), there = b.observation(pair.b)
      if here != there { return "after \(trace): \(here), \(there)" }
      for event in here.events {
        let next = Pair(a: a.after(pair.a, event), b: b.after(pair.b, event))
        if seen.insert(next).inserted { todo.append((next, trace + [event - 1])) }
      }
    }
    return nil
  }

  private func after(_ set: UInt64, _ label: Int) -> UInt64 {
    union(union(set) { label < steps[$0].count ? steps[$0][label] : 0 }) { closure[$0] }
  }

  private func observation(_ set: UInt64) -> Observation {
    var offers: Set<UInt64> = [], all: UInt64 = 0
    for state in steps.indices where set >> UInt64(state) & 1 == 1 {
      let offer = steps[state].indices.reduce(0 as UInt64) { $0 | (steps[state][$1] != 0 ? 1 << UInt64($1) : 0) }
      all |= offer
      // Bits: 0 is −1, 1 is τ, 2 is ✓.
      if offer & 0b100 != 0 { offers.insert(0b100) } else if offer & 0b010 == 0 { offers.insert(offer) }
    }
    let least = offers.filter { offer in !offers.contains { $0 != offer && $0 & offer == $0 } }
    return Observation(
      events: (0..<64).filter { $0 != 1 && all >> UInt64($0) & 1 == 1 }, leastOffers: least,
      diverges: set & divergent != 0)
  }
}
