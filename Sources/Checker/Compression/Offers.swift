import TransitionSystems

/// What stable states offer, as numbered sets of labels.
///
/// A state that can do ✓ has no number here: by its ✓ alone it may refuse all else, whether it is stable or not, so that
/// the offer {✓} needs no state of its own.
///
/// > Source: Roscoe, *The Theory and Practice of Concurrency*, chapters 6 and 7.
struct Offers {
  private var sets = SequenceTable()
  /// State → its offer, −1 for none.
  private var offers: [Int32]

  init(_ system: ExplicitSystem) {
    offers = [Int32](repeating: -1, count: system.stateCount)
    var labels: [UInt64] = []
    for state in 0..<system.stateCount {
      let edges = system[state]
      if edges.contains(where: { $0.label == tau || $0.label == tick }) { continue }
      labels.removeAll(keepingCapacity: true)
      for edge in edges { labels.append(UInt64(UInt32(bitPattern: edge.label))) }
      sortSet(&labels)
      offers[state] = sets.number(of: labels)
    }
  }

  func contains(_ label: Int32, in offer: Int32) -> Bool {
    sets.contains(UInt64(UInt32(bitPattern: label)), in: offer)
  }

  func size(_ offer: Int32) -> Int { sets[offer].count }

  /// The least offers of `states` under inclusion, each with its first state; small ones first, in an order that depends
  /// on the labels alone.
  func least(of states: [Int32]) -> [(offer: Int32, state: Int32)] {
    var found: Set<Int32> = [], candidates: [(offer: Int32, state: Int32)] = []
    for state in states where offers[Int(state)] >= 0 && found.insert(offers[Int(state)]).inserted {
      candidates.append((offers[Int(state)], state))
    }
    candidates.sort { a, b in
      size(a.offer) != size(b.offer)
        ? size(a.offer) < size(b.offer) : sets[a.offer].lexicographicallyPrecedes(sets[b.offer])
    }
    var least: [(offer: Int32, state: Int32)] = []
    for candidate in candidates where !least.contains(where: { isSubset($0.offer, candidate.offer) }) {
      least.append(candidate)
    }
    return least
  }

  private func isSubset(_ a: Int32, _ b: Int32) -> Bool { sets[a].allSatisfy { sets.contains($0, in: b) } }
}
