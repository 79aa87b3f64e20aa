import ProcessTerms
import Refinement
import TransitionSystems

/// The definitions of the models, applied to the letter on small transition systems (labels: 0 τ, 1 ✓, visible above).
///
/// Where the engine keeps (state, node) pairs in words, this keeps sets of states in dictionaries.
struct BruteForce {
  let system: ExplicitSystem

  // MARK: Single states

  func offer(_ s: Int32) -> Set<Int32>? {
    let labels = Set(system[Int(s)].map(\.label))
    if labels.contains(1) { return [1] }
    return labels.contains(0) ? nil : labels
  }

  func closure(_ set: Set<Int32>) -> Set<Int32> {
    var set = set
    while true {
      let more = set.union(set.flatMap { s in system[Int(s)].filter { $0.label == 0 }.map(\.target) })
      if more == set { return set }
      set = more
    }
  }

  /// On a τ-cycle, or on the way to one: some state comes back to itself by τ.
  func diverges(_ s: Int32) -> Bool {
    closure([s]).contains { t in
      system[Int(t)].contains { $0.label == 0 && closure([$0.target]).contains(t) }
    }
  }

  // MARK: After a trace

  var start: Set<Int32> { closure([system.initial]) }

  func events(_ node: Set<Int32>) -> Set<Int32> {
    Set(node.flatMap { system[Int($0)].map(\.label) }).subtracting([0])
  }

  func after(_ node: Set<Int32>, _ event: Int32) -> Set<Int32> {
    closure(Set(node.flatMap { s in system[Int(s)].filter { $0.label == event }.map(\.target) }))
  }

  var reachable: Set<Int32> {
    var seen: Set<Int32> = [system.initial], todo = [system.initial]
    while let s = todo.popLast() {
      for edge in system[Int(s)] where seen.insert(edge.target).inserted { todo.append(edge.target) }
    }
    return seen
  }

  // MARK: The checks

  /// `self [model= implementation`.
  func isRefined(by implementation: BruteForce, _ model: SemanticModel) -> Bool {
    struct Pair: Hashable { var spec: Set<Int32>, impl: Set<Int32> }
    var seen: Set<Pair> = [Pair(spec: start, impl: implementation.start)], todo = Array(seen)
    while let pair = todo.popLast() {
      if model == .failuresDivergences {
        if pair.spec.contains(where: diverges) { continue }
        if pair.impl.contains(where: implementation.diverges) { return false }
      }
      if !implementation.events(pair.impl).isSubset(of: events(pair.spec)) { return false }
      if model != .traces {
        for state in pair.impl {
          guard let offer = implementation.offer(state) else { continue }
          if !pair.spec.contains(where: { self.offer($0)?.isSubset(of: offer) ?? false }) { return false }
        }
      }
      for event in implementation.events(pair.impl) {
        let next = Pair(spec: after(pair.spec, event), impl: implementation.after(pair.impl, event))
        if seen.insert(next).inserted { todo.append(next) }
      }
    }
    return true
  }

  /// Distinct pairs of an implementation state and a specification node that the check meets when it holds.
  func pairCount(of implementation: BruteForce, _ model: SemanticModel) -> Int {
    struct Pair: Hashable { var spec: Set<Int32>, state: Int32 }
    var seen: Set<Pair> = [Pair(spec: start, state: implementation.system.initial)], todo = Array(seen)
    while let pair = todo.popLast() {
      if model == .failuresDivergences, pair.spec.contains(where: diverges) { continue }
      for edge in implementation.system[Int(pair.state)] {
        let spec = edge.label == 0 ? pair.spec : after(pair.spec, edge.label)
        let next = Pair(spec: spec, state: edge.target)
        if seen.insert(next).inserted { todo.append(next) }
      }
    }
    return seen.count
  }

  func isDivergenceFree() -> Bool { !reachable.contains(where: diverges) }

  func isDeadlockFree(_ model: SemanticModel) -> Bool {
    let terminated = Set(system.edges.filter { $0.label == 1 }.map(\.target))
    if model == .failuresDivergences, !isDivergenceFree() { return false }
    return !reachable.contains { system[Int($0)].isEmpty && !terminated.contains($0) }
  }

  func isDeterministic(_ model: SemanticModel) -> Bool {
    if model == .failuresDivergences, !isDivergenceFree() { return false }
    var seen: Set<Set<Int32>> = [start], todo = [start]
    while let node = todo.popLast() {
      let events = events(node)
      if node.contains(where: { offer($0).map { !events.isSubset(of: $0) } ?? false }) { return false }
      for event in events {
        let next = after(node, event)
        if seen.insert(next).inserted { todo.append(next) }
      }
    }
    return true
  }

  func hasTrace(_ trace: [Int32], _ model: SemanticModel) -> Bool {
    var node = start
    for event in trace {
      if model == .failuresDivergences, node.contains(where: diverges) { return false }
      if !events(node).contains(event) { return false }
      if model != .traces, node.contains(where: { offer($0).map { !$0.contains(event) } ?? false }) { return false }
      node = after(node, event)
    }
    return model != .failuresDivergences || !node.contains(where: diverges)
  }
}

extension BruteForce {
  /// What is to be said of `p`, whose system this is, and of it and `q`, whose system is that of `other`.
  func verdicts(of p: Process, and q: Process, _ other: BruteForce) -> [(check: Check, holds: Bool)] {
    var verdicts = [(check: Check.divergenceFree(p), holds: isDivergenceFree())]
    for model in [SemanticModel.failures, .failuresDivergences] {
      verdicts.append((.deadlockFree(p, model), isDeadlockFree(model)))
      verdicts.append((.deterministic(p, model), isDeterministic(model)))
    }
    for model in SemanticModel.allCases {
      verdicts.append((.refinement(specification: p, implementation: q, model), isRefined(by: other, model)))
      verdicts.append((.refinement(specification: q, implementation: p, model), other.isRefined(by: self, model)))
    }
    return verdicts
  }
}

/// A random system in which ✓ leads to a state without edges; sometimes rich in τ, sometimes poor.
func randomProcessSystem(_ random: inout SplitMix, states: Int, visible: Int32 = 3) -> ExplicitSystem {
  let tauWeight = Int.random(in: 0...4, using: &random), degree = Int.random(in: 1...3, using: &random)
  var successors = (0..<states).map { _ in
    (0..<Int.random(in: 0...degree, using: &random)).map { _ in
      let roll = Int.random(in: 0..<12, using: &random)
      let target = Int32.random(in: 0..<Int32(states), using: &random)
      if roll < tauWeight { return ExplicitSystem.Edge(label: 0, target: target) }
      if roll == 11 { return ExplicitSystem.Edge(label: 1, target: Int32(states)) }
      return ExplicitSystem.Edge(label: Int32.random(in: 2..<(2 + visible), using: &random), target: target)
    }
  }
  successors.append([])
  return ExplicitSystem(successors: successors)
}
