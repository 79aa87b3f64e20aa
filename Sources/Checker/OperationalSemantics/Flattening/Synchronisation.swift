import ProcessTerms
import TransitionSystems

/// Which moves of the operands of a parallel form are moves of the whole: the rules of `Rules/Parallel.swift`, one
/// level up.
struct Synchronisation {
  typealias Move = Network.Rule
  /// Ascending by result.
  let operands: [[Move]]
  let limit: Int
  private(set) var moves: [Move] = []

  init(operands: [[Move]], limit: Int) { (self.operands, self.limit) = (operands, limit) }

  mutating func addParallel(on set: EventSetContents) throws {
    for i in operands.indices { try addAlone(i) { !set.contains($0) } }
    for event in Self.events(of: operands[0]) where set.contains(event) {
      try addTogether(operands.map { Self.moves(of: $0, event) }, as: event)
    }
  }

  mutating func addAlphabetised(_ alphabets: [EventSetContents]) throws {
    for i in operands.indices {
      try addAlone(i) { _ in false }
      for event in Self.events(of: operands[i]) where alphabets[i].contains(event) {
        let others = operands.indices.filter { alphabets[$0].contains(event) }
        // The first participant makes the moves for all.
        if others[0] == i { try addTogether(others.map { Self.moves(of: operands[$0], event) }, as: event) }
      }
    }
  }

  mutating func addLinked(_ linkage: LinkageContents) throws {
    try addAlone(0) { !linkage.isTiedOnLeft($0) }
    try addAlone(1) { !linkage.isTiedOnRight($0) }
    for link in linkage.pairs {
      try addTogether(
        [Self.moves(of: operands[0], link.left), Self.moves(of: operands[1], link.right)], as: .tau)
    }
  }

  /// The moves of operand `i` in which no other takes part: τ, ✓, which becomes τ, and the events that are `free`.
  private mutating func addAlone(_ i: Int, _ free: (Event) -> Bool) throws {
    for move in operands[i] {
      let event = Event(id: move.result)
      if !event.isVisible {
        try add(Move(premises: move.premises, result: Event.tau.id))
      } else if free(event) {
        try add(move)
      }
    }
  }

  /// One move of each list, all at once, in every combination.
  private mutating func addTogether(_ lists: [ArraySlice<Move>], as event: Event) throws {
    if lists.contains(where: \.isEmpty) { return }
    var combined: [[Network.Premise]] = [[]]
    for list in lists {
      if combined.count * list.count > limit { throw LimitReached.size }
      combined = combined.flatMap { premises in list.map { premises + $0.premises } }
    }
    for premises in combined { try add(Move(premises: premises, result: event.id)) }
  }

  private mutating func add(_ move: Move) throws {
    if moves.count == limit { throw LimitReached.size }
    moves.append(move)
  }

  private static func events(of moves: [Move]) -> [Event] {
    var events: [Event] = []
    for move in moves where move.result >= Event.firstVisible && events.last?.id != move.result {
      events.append(Event(id: move.result))
    }
    return events
  }

  private static func moves(of moves: [Move], _ event: Event) -> ArraySlice<Move> {
    let begin = partition(moves) { $0.result >= event.id }, end = partition(moves) { $0.result > event.id }
    return moves[begin..<end]
  }

  /// The first index whose move satisfies `holds`, which holds from some index on.
  private static func partition(_ moves: [Move], _ holds: (Move) -> Bool) -> Int {
    var low = 0, high = moves.count
    while low < high {
      let middle = (low + high) / 2
      if holds(moves[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
