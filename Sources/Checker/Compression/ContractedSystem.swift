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
  /// State → the first place among the reachable states of the original, breadth first, of what it stands for.
  let places: [Int32]
  /// State → whether it can do τ for ever.
  let diverges: [Bool]

  var system: ExplicitSystem { contracted.system }

  init(_ original: ExplicitSystem) {
    let reachable = original.reachablePart(), source = reachable.system
    // What a component leads to comes before it.
    let components = source.components { $0 == tau }
    var numbers = [Int32](repeating: 0, count: source.stateCount)
    for (number, members) in components.enumerated() {
      for member in members { numbers[Int(member)] = Int32(number) }
    }
    var rows = RowBuilder(states: components.count, edges: source.edges.count), diverges: [Bool] = []
    diverges.reserveCapacity(components.count)
    for (number, members) in components.enumerated() {
      var isCyclic = members.count > 1, canDiverge = false
      for member in members {
        for edge in source[Int(member)] {
          let target = numbers[Int(edge.target)]
          if edge.label == tau {
            if target == number {
              isCyclic = true
              continue
            }
            canDiverge = canDiverge || diverges[Int(target)]
          }
          rows.append(edge.label, target)
        }
      }
      if isCyclic { rows.append(tau, Int32(number)) }
      rows.endRow()
      diverges.append(isCyclic || canDiverge)
    }
    places = components.map { $0[0] }
    contracted = CompressedSystem(
      system: rows.system(initial: numbers[0]), representatives: places.map { reachable.representatives[Int($0)] })
    self.diverges = diverges
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
}

extension ExplicitSystem {
  /// Each τ-cycle made one state with a τ-loop.
  func compressedByTauLoops() -> CompressedSystem {
    let source = ContractedSystem(self)
    return source.contracted.numbered(by: source.places)
  }
}

extension CompressedSystem {
  func reachablePart() -> CompressedSystem { standing(for: system.reachablePart()) }

  /// Numbered breadth first, where steps with the same label are taken in the order of their targets' places: what was
  /// made of a system that is numbered so, one state for each of its states, has the same numbers.
  func numbered(by places: [Int32]) -> CompressedSystem {
    let order = places.indices.sorted { places[$0] < places[$1] }
    var numbers = [Int32](repeating: 0, count: order.count)
    for (number, state) in order.enumerated() { numbers[state] = Int32(number) }
    var rows = RowBuilder(states: order.count, edges: system.edges.count)
    for state in order {
      for edge in system[state] { rows.append(edge.label, numbers[Int(edge.target)]) }
      rows.endRow()
    }
    let ordered = CompressedSystem(
      system: rows.system(initial: numbers[Int(system.initial)]), representatives: order.map { representatives[$0] })
    return ordered.reachablePart()
  }

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
