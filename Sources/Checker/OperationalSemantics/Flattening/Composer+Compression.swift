import Compression
import ProcessTerms
import TransitionSystems

/// Parts that become one component, smaller than what they were explored as.
///
/// Invariant: what is put in means the same in every context of static operators (Roscoe, UCS 9 and TPC, appendix C:
/// all of `Compression` are congruences of failures-divergences).
extension Composer {
  /// The operand of `p` explored and compressed; nil where it is too large for that.
  mutating func compressedPart(_ p: Process, depth: Int) throws -> Part? {
    if let known = compressed[p] { return known.map { wrapped($0, in: p) } }
    compressed[p] = .some(nil)
    let operand = table.operand(p, 0), functions = table.compressions(p).functions
    guard let explored = try explore(operand, depth: depth) else { return nil }
    compressedStates += explored.system.stateCount
    guard let smaller = try compress(explored.system, explored.states, functions) else { return nil }
    compressed[p] = smaller
    reports.append(
      CompressionReport(
        functions: functions, process: p, statesBefore: explored.system.stateCount,
        statesAfter: smaller.system.stateCount))
    return wrapped(smaller, in: p)
  }

  private mutating func wrapped(_ component: CompressedComponent, in p: Process) -> Part {
    var part = part(component.system, .compressed(component))
    part.shape = .relabelling(row: p, part.shape)
    return part
  }

  /// A leaf by strong bisimulation; nil where that makes it no smaller.
  mutating func bisimulated(_ leaf: Leaf, of p: Process) throws -> CompressedComponent? {
    if let known = compressed[p] { return known }
    let smaller = try compress(leaf.system, .terms(leaf.states), [.sbisim])
    let after = smaller?.system.stateCount ?? leaf.states.count
    report(leaf: leaf.states.count, after)
    compressed[p] = .some(after < leaf.states.count ? smaller : nil)
    return compressed[p]!
  }

  // MARK: Exploring

  private typealias Explored = (system: ExplicitSystem, states: CompressedComponent.States)

  private mutating func explore(_ p: Process, depth: Int) throws -> Explored? {
    let stateLimit = limits.compressedStates - compressedStates
    if !Self.isStatic(table.op(p)) {
      let leaf = try Leaf(
        exploring: p, rules: rules, limits: limits, stateLimit: min(stateLimit, limits.compressedLeafStates))
      guard let leaf, leaf.endsByTickAlone else { return nil }
      return (leaf.system, .terms(leaf.states))
    }
    // A network of its own.
    let inside: FlattenedProcess, terminated: Network.Premise?
    do { (inside, terminated) = try nested(p, depth: depth + 1) } catch is LimitReached { return nil }
    let exploration = ExploredNetwork.Limits(
      states: stateLimit, transitions: limits.compressedTransitions, checkpoint: limits.checkpoint)
    guard let explored = try ExploredNetwork(exploring: inside.network, marking: terminated, limits: exploration)
    else { return nil }
    return (explored.system, .network(inside, explored))
  }

  /// `p` composed apart from what was composed so far, and what says that it is Ω.
  private mutating func nested(_ p: Process, depth: Int) throws -> (FlattenedProcess, Network.Premise?) {
    let outside = (components, systems)
    (components, systems) = ([], [])
    defer { (components, systems) = outside }
    let part = try part(p, depth: depth)
    let network = Network(components: systems, rules: Self.distinct(part.moves))
    let flat = FlattenedProcess(
      table: table, shape: part.shape, components: components, network: network, compressions: [])
    return (flat, part.terminated)
  }

  // MARK: Compressing

  /// All leaves make one report, the first.
  private mutating func report(leaf before: Int, _ after: Int) {
    if reports.first?.functions.isEmpty != true {
      reports.insert(CompressionReport(functions: [], process: nil, statesBefore: 0, statesAfter: 0), at: 0)
    }
    reports[0].statesBefore += before
    reports[0].statesAfter += after
  }

  private func compress(
    _ original: ExplicitSystem, _ states: CompressedComponent.States, _ functions: [CompressionFunction]
  ) throws -> CompressedComponent? {
    var bounds = CompressionLimits()
    bounds.states = limits.compressedStates
    bounds.transitions = limits.compressedTransitions
    bounds.checkpoint = limits.checkpoint
    var system = original, representatives = Array(0..<Int32(original.stateCount))
    for case let compression? in functions.map(Compression.init) {
      guard let next = try system.compressed(by: compression, limits: bounds) else { return nil }
      system = next.system
      representatives = next.representatives.map { representatives[Int($0)] }
    }
    let isExact = functions.allSatisfy { $0 == .sbisim || $0 == .explicate } && states.areExact
    return CompressedComponent(
      system: system, original: original, representatives: representatives, states: states, isExact: isExact)
  }
}

extension CompressedComponent.States {
  /// Whether every step is one step of the terms.
  fileprivate var areExact: Bool {
    switch self {
    case .terms: true
    case .network(let flat, _): flat.isExact
    }
  }
}

extension Compression {
  /// Nil for what changes nothing.
  fileprivate init?(_ function: CompressionFunction) {
    switch function {
    case .sbisim: self = .strong
    case .dbisim: self = .delay
    case .wbisim: self = .weak
    case .tau_loop_factor: self = .tauLoops
    case .diamond: self = .diamond
    case .normal: self = .normal
    case .explicate: return nil
    }
  }
}
