/// The pairs of an implementation's process and a specification's set of processes, by brute force: how many there are,
/// and after how few steps one of them offends. The engine's counts and the lengths of its counterexamples are compared
/// with these.
import ProcessTerms

@testable import ReferenceSemantics

struct ReferencePairs {
  let interpreter: ReferenceInterpreter
  let model: ReferenceInterpreter.Model

  struct Pair: Hashable {
    let process: Process
    let allowed: Set<Process>
  }

  /// How many pairs are reachable, and the least number of steps to one that offends, nil where none does.
  func explore(_ specification: Process, by implementation: Process) throws -> (count: Int, depth: Int?) {
    let root = try interpreter.table.resolve(specification)
    let start = Pair(
      process: try interpreter.table.resolve(implementation),
      allowed: try interpreter.silentClosure(of: [root], limit: .max))
    return try walk(from: start) { pair, step in
      if model == .failuresDivergences, try diverges(pair.allowed) { return nil }
      if step.event == .tau { return Pair(process: step.target, allowed: pair.allowed) }
      let after = try interpreter.after(step.event, from: pair.allowed, limit: .max)
      return after.isEmpty ? nil : Pair(process: step.target, allowed: after)
    } offends: { pair in
      if model == .failuresDivergences {
        if try diverges(pair.allowed) { return false }
        if try diverges(interpreter.silentClosure(of: [pair.process], limit: .max)) { return true }
      }
      let events = Set(try interpreter.observableEvents(from: pair.allowed))
      if try !interpreter.initials(of: pair.process).subtracting([.tau]).isSubset(of: events) { return true }
      guard model != .traces, let acceptance = try interpreter.acceptance(of: pair.process) else { return false }
      return try !interpreter.acceptances(of: pair.allowed).contains { $0.isSubset(of: acceptance) }
    }
  }

  /// Without a specification: the processes that `p` can reach.
  func explore(
    _ p: Process, offends: (Process) throws -> Bool
  ) throws -> (count: Int, depth: Int?) {
    try walk(from: Pair(process: try interpreter.table.resolve(p), allowed: [])) { pair, step in
      Pair(process: step.target, allowed: [])
    } offends: { try offends($0.process) }
  }

  func diverges(_ places: Set<Process>) throws -> Bool { try !interpreter.divergent(among: places).isEmpty }

  private func walk(
    from start: Pair, next: (Pair, ReferenceInterpreter.Step) throws -> Pair?, offends: (Pair) throws -> Bool
  ) throws -> (count: Int, depth: Int?) {
    var met: Set<Pair> = [start], layer = [start], depth = 0, found: Int?
    while !layer.isEmpty {
      var following: [Pair] = []
      for pair in layer {
        if found == nil, try offends(pair) { found = depth }
        for step in try interpreter.steps(of: pair.process) {
          if let pair = try next(pair, step), met.insert(pair).inserted { following.append(pair) }
        }
      }
      layer = following
      depth += 1
    }
    return (met.count, found)
  }
}
