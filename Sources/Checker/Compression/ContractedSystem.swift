import TransitionSystems

/// A system in which all states on τ-cycles with one another are one state, with a τ-loop.
///
/// Such states can do the same after τ, and all diverge, so nothing but ✓ can be refused in them.
///
/// Invariants: I1 every τ step but a loop leads to a lower number; I2 a state has a τ-loop exactly if it stands for
/// states on a τ-cycle.
struct ContractedSystem {
  /// With the original states that its states stand for; not numbered breadth first.
  let contracted: CompressedSystem
  /// Reachable state of the original, breadth first → the state that stands for it.
  let numbers: [Int32]
  /// State → whether it can do τ for ever.
  let diverges: [Bool]

  var system: ExplicitSystem { contracted.system }

  init(_ original: ExplicitSystem) {
    let reachable = original.reachablePart(), source = reachable.system
    // What a component leads to comes before it.
    let (numbers, count) = source.componentNumbers { $0 == tau }
    // Component → its members, which are `members[starts[c]..<starts[c + 1]]`, ascending.
    var starts = [Int32](repeating: 0, count: count + 2), members = numbers
    for number in numbers { starts[Int(number) + 2] += 1 }
    for i in 2..<starts.count { starts[i] += starts[i - 1] }
    for (state, number) in numbers.enumerated() {
      members[Int(starts[Int(number) + 1])] = Int32(state)
      starts[Int(number) + 1] += 1
    }
    var rows = RowBuilder(states: count, edges: source.edges.count), diverges: [Bool] = []
    diverges.reserveCapacity(count)
    for component in 0..<count {
      let range = Int(starts[component])..<Int(starts[component + 1])
      var isCyclic = range.count > 1, canDiverge = false
      for i in range {
        for edge in source[Int(members[i])] {
          let target = numbers[Int(edge.target)]
          if edge.label == tau {
            if target == component {
              isCyclic = true
              continue
            }
            canDiverge = canDiverge || diverges[Int(target)]
          }
          rows.append(edge.label, target)
        }
      }
      if isCyclic { rows.append(tau, Int32(component)) }
      rows.endRow()
      diverges.append(isCyclic || canDiverge)
    }
    contracted = CompressedSystem(
      system: rows.system(initial: numbers[0]),
      representatives: (0..<count).map { reachable.representatives[Int(members[Int(starts[$0])])] })
    (self.numbers, self.diverges) = (numbers, diverges)
  }

  /// The states that `seeds` can become by τ, themselves included, ascending.
  func closure(of seeds: [Int32], _ seen: inout Stamps) -> [Int32] {
    var states: [Int32] = []
    seen.clear()
    for seed in seeds where seen.insert(seed) { states.append(seed) }
    var at = 0
    while at < states.count {
      for edge in system[Int(states[at])] where edge.label == tau && seen.insert(edge.target) {
        states.append(edge.target)
      }
      at += 1
    }
    return states.sorted()
  }

  /// Group → its rank, where `groups` says the group of a state, −1 for none: groups are ranked by what of them comes
  /// first in the original. So a result that has these numbers and is made smaller again keeps them.
  func ranks(of groups: [Int32], count: Int) -> [Int32] {
    var ranks = [Int32](repeating: -1, count: count), next: Int32 = 0
    for number in numbers {
      let group = groups[Int(number)]
      if group < 0 || ranks[Int(group)] >= 0 { continue }
      ranks[Int(group)] = next
      next += 1
    }
    return ranks
  }

  /// `made`, of which `ranks` says the order, numbered breadth first and standing for states of the original.
  func result(_ made: CompressedSystem, ranks: [Int32]) -> CompressedSystem {
    var order = ranks
    for (state, rank) in ranks.enumerated() { order[Int(rank)] = Int32(state) }
    var rows = RowBuilder(states: order.count, edges: made.system.edges.count)
    for state in order {
      for edge in made.system[Int(state)] { rows.append(edge.label, ranks[Int(edge.target)]) }
      rows.endRow()
    }
    return result(
      CompressedSystem(
        system: rows.system(initial: ranks[Int(made.system.initial)]),
        representatives: order.map { made.representatives[Int($0)] }))
  }

  /// `made`, numbered breadth first and standing for states of the original.
  func result(_ made: CompressedSystem) -> CompressedSystem {
    contracted.standing(for: made.standing(for: made.system.reachablePart()))
  }
}

extension ExplicitSystem {
  /// Each τ-cycle made one state with a τ-loop.
  func compressedByTauLoops() -> CompressedSystem {
    let source = ContractedSystem(self), states = Array(0..<Int32(source.system.stateCount))
    let made = CompressedSystem(system: source.system, representatives: states)
    return source.result(made, ranks: source.ranks(of: states, count: states.count))
  }
}

extension CompressedSystem {
  /// `part`, made of this system, with representatives in the original.
  func standing(for part: CompressedSystem) -> CompressedSystem {
    CompressedSystem(system: part.system, representatives: part.representatives.map { representatives[Int($0)] })
  }
}

var tau: Int32 { 0 }
var tick: Int32 { 1 }

/// A set of small numbers that is emptied at no cost.
struct Stamps {
  private var stamps: [Int32]
  private var current: Int32 = 1

  init(_ count: Int) { stamps = [Int32](repeating: 0, count: count) }

  mutating func clear() {
    if current == .max {
      for i in stamps.indices { stamps[i] = 0 }
      current = 0
    }
    current += 1
  }

  /// Whether it was not there.
  mutating func insert(_ number: Int32) -> Bool {
    if stamps[Int(number)] == current { return false }
    stamps[Int(number)] = current
    return true
  }

  func contains(_ number: Int32) -> Bool { stamps[Int(number)] == current }
}
