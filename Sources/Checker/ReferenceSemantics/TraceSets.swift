/// What a specification allows, by numbers that a walk carries along: where it may be after a trace.
import ProcessTerms

/// Nodes of a deterministic graph over traces.
protocol Allowance: AnyObject {
  var start: Int { get }
  /// nil where the event is not allowed.
  func after(_ event: Event, from node: Int) throws -> Int?
  /// Sets of events, ascending, of which an implementation must accept one wherever it is stable.
  func acceptances(at node: Int) throws -> [[Event]]
  /// Whether everything is allowed from here on.
  func diverges(at node: Int) throws -> Bool
}

/// The sets of processes that traces lead to (TPC 8.1, UCS 11.1), each with a number.
///
/// Invariant: the members of a node are closed under τ, ascend, and no two nodes have the same.
final class TraceSets: Allowance {
  private let numbered: NumberedProcesses
  /// More members, of all nodes together, end in `StateLimitReached`.
  private let limit: Int
  /// All that a node allows must be accepted, as in a deterministic process.
  private let demandsEverything: Bool

  private struct Node {
    let members: [Int32]
    /// nil for one that is not allowed.
    var after: [Event: Int?] = [:]
    var acceptances: [[Event]]?
    var diverges: Bool?
  }
  private var nodes: [Node] = []
  private var numbers: [[Int32]: Int] = [:]
  private var memberCount = 0
  private(set) var start = 0

  init(
    _ specification: Process, _ numbered: NumberedProcesses, limit: Int, demandsEverything: Bool = false
  ) throws {
    self.numbered = numbered
    self.limit = limit
    self.demandsEverything = demandsEverything
    start = try node([numbered.number(of: specification)])
  }

  func after(_ event: Event, from node: Int) throws -> Int? {
    if let known = nodes[node].after[event] { return known }
    var targets: [Int32] = []
    for member in nodes[node].members {
      for step in try numbered.steps(member) where step.event == event { targets.append(step.target) }
    }
    let next = targets.isEmpty ? nil : try self.node(targets)
    nodes[node].after[event] = .some(next)
    return next
  }

  /// The events that are allowed, ascending.
  func events(at node: Int) throws -> [Event] {
    Set(try nodes[node].members.flatMap { try numbered.steps($0).map(\.event) }).subtracting([.tau]).sorted()
  }

  func acceptances(at node: Int) throws -> [[Event]] {
    if let known = nodes[node].acceptances { return known }
    let found =
      demandsEverything
      ? [try events(at: node)] : Array(Set(try nodes[node].members.compactMap { try numbered.acceptance($0) }))
    nodes[node].acceptances = found
    return found
  }

  func diverges(at node: Int) throws -> Bool {
    if let known = nodes[node].diverges { return known }
    let found = try !numbered.isDivergenceFree(nodes[node].members)
    nodes[node].diverges = found
    return found
  }

  /// Whether some member refuses `event`.
  func canRefuse(_ event: Event, at node: Int) throws -> Bool {
    try nodes[node].members.contains { member in
      try numbered.acceptance(member).map { !$0.contains(event) } ?? false
    }
  }

  private func node(_ seeds: [Int32]) throws -> Int {
    var members = Set(seeds), waiting = Array(members)
    while let next = waiting.popLast() {
      for step in try numbered.steps(next) where step.event == .tau && members.insert(step.target).inserted {
        waiting.append(step.target)
      }
      if memberCount + members.count > limit { throw ReferenceInterpreter.StateLimitReached(limit: limit) }
    }
    let key = members.sorted()
    if let known = numbers[key] { return known }
    memberCount += key.count
    numbers[key] = nodes.count
    nodes.append(Node(members: key))
    return nodes.count - 1
  }
}

/// One deterministic behaviour of a process: after each trace it stands in one process, which it comes to by always
/// taking the last step. A process that does not diverge is deterministic exactly if it refines this in FD: a
/// deterministic process has no refinement but itself (UCS 10.5).
final class Resolution: Allowance {
  private let numbered: NumberedProcesses
  private(set) var start = 0

  /// - Throws: `Loops`.
  init(_ process: Process, _ numbered: NumberedProcesses) throws {
    self.numbered = numbered
    start = try settled(numbered.number(of: process))
  }

  /// The last τ, taken each time, come round: a divergence.
  struct Loops: Error {}

  func after(_ event: Event, from node: Int) throws -> Int? {
    let steps = try numbered.steps(Int32(node))
    // A process that can do ✓ may refuse everything else.
    if event != .tick, steps.contains(where: { $0.event == .tick }) { return nil }
    return try steps.last { $0.event == event }.map { try settled($0.target) }
  }

  func acceptances(at node: Int) throws -> [[Event]] { [try numbered.acceptance(Int32(node))!] }

  func diverges(at node: Int) -> Bool { false }

  private func settled(_ number: Int32) throws -> Int {
    var at = number, passed: Set<Int32> = []
    while let silent = try numbered.steps(at).last(where: { $0.event == .tau }) {
      if !passed.insert(at).inserted { throw Loops() }
      at = silent.target
    }
    return Int(at)
  }
}
