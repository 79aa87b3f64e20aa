import OperationalSemantics
import ProcessTerms
import TransitionSystems

/// A transition system whose states are numbers and whose edges are found when they are asked for.
///
/// Edges ascend by (label, target), a set; labels are event ids.
protocol StateGraph: AnyObject {
  var initial: Int32 { get }
  func appendEdges(of state: Int32, to list: inout [ExplicitSystem.Edge]) throws
}

/// The terms that a process can reach.
final class TermGraph: StateGraph {
  let initial: Int32
  private let rules: FiringRules
  private var transitions: [Transition] = []

  /// `root` must be canonical.
  init(_ root: Process, rules: FiringRules) {
    self.rules = rules
    initial = root.id
  }

  func appendEdges(of state: Int32, to list: inout [ExplicitSystem.Edge]) throws {
    transitions.removeAll(keepingCapacity: true)
    try rules.appendTransitions(of: Process(id: state), to: &transitions)
    for t in transitions { list.append(ExplicitSystem.Edge(label: t.event.id, target: t.target.id)) }
  }
}

final class ExplicitGraph: StateGraph {
  private let system: ExplicitSystem
  var initial: Int32 { system.initial }

  init(_ system: ExplicitSystem) { self.system = system }

  func appendEdges(of state: Int32, to list: inout [ExplicitSystem.Edge]) { list += system[Int(state)] }
}

/// A graph whose edges, once found, are kept; counts its states against the budget.
final class KnownGraph {
  typealias Edge = ExplicitSystem.Edge
  let initial: Int32
  private let source: any StateGraph
  private let budget: Budget
  /// State → where its edges lie in `edges`; the lower bound is −1 where they were not asked for.
  private var extents = NumberArray(nothing: Extent(start: -1, count: 0))
  private var edges: [Edge] = []
  /// How many states were asked for their edges.
  private(set) var stateCount = 0

  init(_ source: any StateGraph, _ budget: Budget) {
    initial = source.initial
    self.source = source
    self.budget = budget
  }

  private struct Extent { var start: Int, count: Int32 }

  var bytes: Int { edges.count * MemoryLayout<Edge>.stride + extents.bytes }

  /// Indices of the edges of `state`; read them through the subscript. They stay valid.
  func extent(of state: Int32) throws -> Range<Int> {
    let known = extents[state]
    if known.start >= 0 { return known.start..<(known.start + Int(known.count)) }
    try budget.spendTerms()
    let start = edges.count
    do { try source.appendEdges(of: state, to: &edges) } catch {
      edges.removeLast(edges.count - start)
      throw error
    }
    extents[state] = Extent(start: start, count: Int32(edges.count - start))
    stateCount += 1
    return start..<edges.count
  }

  subscript(index: Int) -> Edge { edges[index] }

  func appendTargets(of state: Int32, by label: Int32, to list: inout [Int32]) throws {
    let extent = try extent(of: state)
    var low = extent.lowerBound, high = extent.upperBound
    while low < high {
      let middle = (low + high) / 2
      if edges[middle].label < label { low = middle + 1 } else { high = middle }
    }
    while low < extent.upperBound, edges[low].label == label {
      list.append(edges[low].target)
      low += 1
    }
  }

  /// A copy; where speed counts, go by the indices.
  func edges(of state: Int32) throws -> [Edge] { Array(edges[try extent(of: state)]) }

  /// What a state that can be said to stand still offers: ✓ alone if it can do ✓ (a signal: it may refuse all else),
  /// its events if it is stable, nil otherwise.
  func offer(of state: Int32) throws -> [Int32]? { Offer.of(try edges(of: state)) }
}

/// When a state may refuse, and what it then still offers (Roscoe, *The Theory and Practice of Concurrency*, chapter 6).
enum Offer {
  static func of(_ edges: some Sequence<ExplicitSystem.Edge>) -> [Int32]? {
    var offer: [Int32] = [], stable = true
    for edge in edges {
      if edge.label == EventID.tick { return [EventID.tick] }
      if edge.label == EventID.tau { stable = false } else if offer.last != edge.label { offer.append(edge.label) }
    }
    return stable ? offer : nil
  }
}

/// The ids of the two events that are no names.
enum EventID {
  static var tau: Int32 { 0 }
  static var tick: Int32 { 1 }
}
