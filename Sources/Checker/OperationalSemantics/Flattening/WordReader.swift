import ProcessTerms
import TransitionSystems

/// Finds paths of a system that show a given word: with τ in between, or, where τ are letters too, exactly.
///
/// A *place* is a state and how many letters are read. Behind `word`, `loop` can be read again and again.
struct WordReader {
  typealias Edge = ExplicitSystem.Edge
  struct Place: Hashable { var state: Int32, position: Int }
  struct Move { var place: Place, edge: Edge }

  let system: ExplicitSystem
  let word: [Int32], loop: [Int32]
  let tauIsLetter: Bool

  /// Where the word is read and no letter of the loop is.
  private func isComplete(_ place: Place) -> Bool { place.position == word.count }

  private func moves(from place: Place) -> [Move] {
    let next = place.position < word.count ? word[place.position] : loop.isEmpty ? nil : loop[place.position - word.count]
    return system[Int(place.state)].compactMap { edge in
      if edge.label == Event.tau.id && !tauIsLetter {
        return Move(place: Place(state: edge.target, position: place.position), edge: edge)
      }
      guard edge.label == next else { return nil }
      let position = place.position + 1 == word.count + loop.count && !loop.isEmpty ? word.count : place.position + 1
      return Move(place: Place(state: edge.target, position: position), edge: edge)
    }
  }

  /// A shortest path over the word to a state that `accepts`.
  func path(where accepts: (Int32) -> Bool) -> [Edge]? {
    search(from: Place(state: system.initial, position: 0)) { isComplete($0) && accepts($0.state) }
  }

  /// A path over the word, and a cycle from its end over the loop, once or several times; over τ alone where the loop
  /// has no letters.
  func lasso() -> (stem: [Edge], loop: [Edge])? {
    // The places as a system, labelled by whether a letter is read.
    var places = [Place(state: system.initial, position: 0)], numbers = [places[0]: Int32(0)]
    var successors: [[Edge]] = []
    while successors.count < places.count {
      let place = places[successors.count]
      successors.append(
        moves(from: place).map { move in
          let number = numbers[move.place] ?? Int32(places.count)
          if Int(number) == places.count {
            numbers[move.place] = number
            places.append(move.place)
          }
          return Edge(label: progresses(move.edge, from: place) ? 1 : 0, target: number)
        })
    }
    let graph = ExplicitSystem(successors: successors)
    var best: Int32?
    for component in graph.components(along: { _ in true }) {
      let members = Set(component)
      let turns = component.contains { from in
        graph[Int(from)].contains { $0.label == 1 && members.contains($0.target) }
      }
      guard turns, let first = component.first(where: { isComplete(places[Int($0)]) }) else { continue }
      best = min(best ?? first, first)
    }
    guard let best else { return nil }
    let end = places[Int(best)]
    guard let stem = search(from: Place(state: system.initial, position: 0), where: { $0 == end }) else { return nil }
    return cycle(at: end).map { (stem, $0) }
  }

  /// Whether a move brings a lasso on: the next letter of its loop, or any τ where it has none.
  private func progresses(_ edge: Edge, from place: Place) -> Bool {
    place.position >= word.count && (loop.isEmpty || tauIsLetter || edge.label != Event.tau.id)
  }

  /// A shortest way from `place` back to it that brings the lasso on.
  private func cycle(at place: Place) -> [Edge]? {
    struct Way: Hashable { var place: Place, hasProgressed: Bool }
    let start = Way(place: place, hasProgressed: false), end = Way(place: place, hasProgressed: true)
    return Self.search(from: start, where: { $0 == end }) { way in
      moves(from: way.place).map { move in
        (Way(place: move.place, hasProgressed: way.hasProgressed || progresses(move.edge, from: way.place)), move.edge)
      }
    }
  }

  private func search(from start: Place, where accepts: (Place) -> Bool) -> [Edge]? {
    Self.search(from: start, where: accepts) { moves(from: $0).map { ($0.place, $0.edge) } }
  }

  /// Breadth first.
  private static func search<P: Hashable>(
    from start: P, where accepts: (P) -> Bool, _ moves: (P) -> [(P, Edge)]
  ) -> [Edge]? {
    var order = [start], parents: [P: (from: P, edge: Edge)] = [:], seen: Set = [start], at = 0
    while at < order.count {
      let place = order[at]
      at += 1
      if accepts(place) {
        var path: [Edge] = [], back = place
        while back != start, let (from, edge) = parents[back] {
          path.append(edge)
          back = from
        }
        return path.reversed()
      }
      for (next, edge) in moves(place) where seen.insert(next).inserted {
        parents[next] = (place, edge)
        order.append(next)
      }
    }
    return nil
  }
}
