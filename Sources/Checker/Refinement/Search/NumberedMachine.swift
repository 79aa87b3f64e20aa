import OperationalSemantics
import TransitionSystems

/// A network whose states are too wide for a packed word, for the search: a state is its number.
struct NumberedMachine: Machine {
  let network: NumberedNetwork

  var stateBits: Int { 31 }
  static var isOpenEnded: Bool { false }
  var initial: UInt64 { UInt64(network.initial) }
  var bytes: Int { network.bytes }

  func successors(of state: UInt64, into outbox: inout Outbox<UInt64>) throws {
    try network.requireRoom()
    network.successors(of: UInt32(truncatingIfNeeded: state), into: &outbox)
  }
}

/// The same as a graph. Both may be made of one network: what a state is called never changes.
final class NumberedGraph: StateGraph {
  private let network: NumberedNetwork
  private var outbox = Outbox<UInt64>(capacity: 64)

  init(_ network: NumberedNetwork) { self.network = network }

  var initial: Int32 { Int32(network.initial) }

  func appendEdges(of state: Int32, to list: inout [ExplicitSystem.Edge]) throws {
    try network.requireRoom()
    outbox.count = 0
    network.successors(of: UInt32(state), into: &outbox)
    var edges: [ExplicitSystem.Edge] = []
    for i in 0..<outbox.count {
      edges.append(ExplicitSystem.Edge(label: outbox.events[i], target: Int32(truncatingIfNeeded: outbox.words[i])))
    }
    edges.sort()
    list += edges
  }
}

extension NumberedNetwork {
  /// Numbers must not run out while a state is expanded, which meets fewer states than are kept for it.
  fileprivate func requireRoom() throws(LimitReached) {
    let most = Self.mostStates - 1 << 24
    if count > most { throw .states(most) }
  }
}
