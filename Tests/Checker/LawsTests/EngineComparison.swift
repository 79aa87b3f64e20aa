/// Runs checks by the engine, in all ways, and by the reference interpreter, and compares everything that both say.
import OperationalSemantics
import ProcessGenerators
import ProcessTerms
import Refinement
import Testing
import TransitionSystems

@testable import ReferenceSemantics

private typealias Step = ReferenceInterpreter.Step

struct EngineComparison {
  let table: ProcessTable
  let equations: Equations
  let interpreter: ReferenceInterpreter
  let label: String
  private let checkers: [Checker]
  private(set) var compared = 0
  /// How many counterexamples were found in something that was compressed.
  private(set) var uncompressed = 0

  /// More than the reference decides, with room for pairs.
  private static let referenceLimit = 300, engineLimit = 100_000

  /// - Parameter ways: of the engine, whether it flattens, compresses what it flattens, and uses an antichain.
  init(_ equations: Equations, label: String, ways: [Way] = Way.all) {
    table = equations.table
    self.equations = equations
    self.label = label
    interpreter = ReferenceInterpreter(table)
    interpreter.chaseLimit = 1_000
    var limits = Limits()
    limits.states = Self.engineLimit
    limits.terms = Self.engineLimit
    checkers = ways.map { [table] way in
      limits.normalFormNodes = way.usesAntichain ? 0 : nil
      let checker = Checker(table, limits: limits)
      checker.flattens = way.flattens
      checker.compresses = way.compresses
      return checker
    }
  }

  struct Way {
    var flattens = true, compresses = false, usesAntichain = false
    static let all = [
      Way(), Way(flattens: false), Way(compresses: true), Way(usesAntichain: true),
      Way(flattens: false, usesAntichain: true),
    ]
    static let compressing = [Way(compresses: true)]
  }

  private func checkers(for check: Check) -> [Checker] {
    if case .refinement = check { checkers } else { checkers.filter { !$0.usesAntichain } }
  }

  /// Every state and every step of the engine's exploration is one of the reference interpreter's, and the other way
  /// round.
  mutating func compareSteps(of p: Process) throws {
    guard (try? interpreter.reachable(from: [table.resolve(p)], limit: Self.referenceLimit)) != nil else { return }
    compared += 1
    let explored = try checkers[0].explore(p)
    for (i, state) in explored.states.enumerated() {
      let steps = explored.system[i].map { Step(Event(id: $0.label), explored.states[Int($0.target)]) }
      #expect(try interpreter.steps(of: state) == steps.sorted(), "\(label): \(equations.text(state))")
    }
    #expect(explored.states.count == Set(explored.states).count, "\(label): \(equations.text(p))")
  }

  mutating func compare(_ check: Check) throws {
    let expected: ReferenceInterpreter.Verdict?
    do { expected = try interpreter.decide(check, limit: Self.referenceLimit) } catch { return try compareUndecided(check, error: error) }
    guard let expected else { return try compareUndecided(check, error: nil) }
    compared += 1
    let pairs = try pairs(check)
    // One of three, for the time it takes.
    if compared % 3 == 0 { try compareCertificate(check, expected, pairs?.count) }
    for checker in checkers(for: check) {
      func text() -> Comment { self.text(check, checker) }
      let outcome = try checker.run(check)
      switch outcome.verdict {
      case .undecided(let limit): Issue.record("undecided by \(limit), \(text())")
      case .holds:
        #expect(expected == .holds, text())
        if let pairs, !outcome.isSmaller, !checker.usesAntichain {
          #expect(outcome.statistics.states == pairs.count, text())
        }
        if let pairs { #expect(outcome.statistics.states <= pairs.count || !outcome.isExact, text()) }
      case .fails(let found):
        #expect(expected != .holds, "\(found), \(text())")
        guard expected != .holds else { continue }
        try expectToShowIt(found, check, text)
        if let pairs, outcome.isExact { #expect(depth(of: found) == pairs.depth, "length of \(found), \(text())") }
        if outcome.isSmaller { uncompressed += 1 }
      }
    }
  }

  private func compareCertificate(
    _ check: Check, _ expected: ReferenceInterpreter.Verdict, _ pairs: Int?
  ) throws {
    if expected == .holds {
      let certificate = try interpreter.certify(.init(check))
      guard case .inFull(let states) = certificate else {
        Issue.record("\(certificate), \(label): \(text(check))")
        return
      }
      if let pairs { #expect(states == pairs, "\(label): \(text(check))") }
    } else {
      #expect(throws: ReferenceInterpreter.Refutation.self, "\(label): \(text(check))") {
        try interpreter.certify(.init(check))
      }
    }
  }

  /// What is too large for the reference interpreter, or has no meaning somewhere: the engine may still find a
  /// counterexample, and that must replay. Where evaluation ends with an error, nothing holds that needs all states.
  private func compareUndecided(_ check: Check, error: (any Error)?) throws {
    for checker in checkers(for: check) {
      func text() -> Comment { self.text(check, checker) }
      let limits = checker.limits
      defer { checker.limits = limits }
      checker.limits.states = Self.referenceLimit
      checker.limits.terms = Self.referenceLimit * 4
      guard let outcome = try? checker.run(check) else { continue }
      switch outcome.verdict {
      case .undecided: break
      case .holds:
        switch check {
        case .deadlockFree, .divergenceFree, .deterministic: #expect(error == nil, text())
        // The engine need not look at all of the specification, nor at more than the trace.
        case .refinement, .hasTrace: break
        }
      case .fails(let found):
        guard let counterexample = ReferenceInterpreter.Counterexample(found, to: check) else { continue }
        do {
          let mismatch = try interpreter.replay(counterexample, of: check.subject, limit: Self.referenceLimit * 4)
          #expect(mismatch == nil, "\(mismatch?.description ?? ""), \(text())")
        } catch is ReferenceInterpreter.StateLimitReached {
          // The specification does τ without end; nothing can be said.
        } catch {
          // A step beyond the counterexample has no meaning, which the engine did not look at.
        }
      }
    }
  }

  /// How many pairs the check has to visit where it holds, and the least number of steps to an offence where it does
  /// not; nil where the check promises neither.
  private func pairs(_ check: Check) throws -> (count: Int, depth: Int?)? {
    func diverges(_ p: Process) throws -> Bool {
      try !interpreter.divergent(among: interpreter.silentClosure(of: [p], limit: .max)).isEmpty
    }
    switch check {
    case .refinement(let specification, let implementation, let model):
      return try ReferencePairs(interpreter: interpreter, model: .init(model))
        .explore(specification, by: implementation)
    case .deadlockFree(let p, let model):
      return try ReferencePairs(interpreter: interpreter, model: .init(model)).explore(p) { p in
        if try p != table.omega && interpreter.steps(of: p).isEmpty { return true }
        return try model == .failuresDivergences && diverges(p)
      }
    case .divergenceFree(let p):
      return try ReferencePairs(interpreter: interpreter, model: .failuresDivergences).explore(p, offends: diverges)
    case .deterministic, .hasTrace: return nil
    }
  }

  // MARK: Counterexamples

  private func expectToShowIt(
    _ found: Refinement.Counterexample<Process>, _ check: Check, _ text: () -> Comment
  ) throws {
    guard let counterexample = ReferenceInterpreter.Counterexample(found, to: check) else {
      Issue.record("a counterexample of another kind of check: \(found.kind), \(text())")
      return
    }
    let mismatch = try interpreter.replay(counterexample, of: check.subject)
    #expect(mismatch == nil, "\(mismatch?.description ?? ""), \(text())")
    #expect(try interpreter.split(.init(found.behaviour)) != nil, text())
    try expectRightOffer(found, text)
    if case .refinement(let specification, _, let model) = check {
      try expectRightAllowance(found, specification, .init(model), text)
    } else {
      #expect(found.allowed == nil, text())
    }
  }

  /// The steps to the state at which the offence is seen: the first that can do it.
  private func depth(of found: Refinement.Counterexample<Process>) -> Int {
    if case .eventNotAllowed = found.kind { return found.behaviour.steps.count - 1 }
    return found.behaviour.steps.count
  }

  /// What the counterexample says that the last state offers.
  private func expectRightOffer(_ found: Refinement.Counterexample<Process>, _ text: () -> Comment) throws {
    let (state, offered): (Process, [Event])
    switch found.kind {
    case .refusalNotAllowed(let events), .traceRefused(_, let events): (state, offered) = (found.behaviour.last, events)
    case .nondeterminism(_, let other, let events): (state, offered) = (other.last, events)
    case .eventNotAllowed, .divergence, .deadlock, .traceImpossible: return
    }
    #expect(try interpreter.acceptance(of: state)?.sorted() == offered, text())
  }

  /// What the counterexample says that the specification allows.
  private func expectRightAllowance(
    _ found: Refinement.Counterexample<Process>, _ specification: Process, _ model: ReferenceInterpreter.Model,
    _ text: () -> Comment
  ) throws {
    var trace = found.behaviour.trace
    if case .eventNotAllowed = found.kind { trace.removeLast() }
    var places = try interpreter.silentClosure(of: [try table.resolve(specification)], limit: .max)
    for event in trace { places = try interpreter.after(event, from: places, limit: .max) }
    let acceptances = try interpreter.acceptances(of: places)
    let least = acceptances.filter { a in !acceptances.contains { $0.isStrictSubset(of: a) } }
    #expect(found.allowed?.events == (try interpreter.observableEvents(from: places)), text())
    #expect(
      Set(found.allowed?.acceptances ?? []) == (model == .traces ? [] : Set(least.map { $0.sorted() })), text())
    #expect(found.allowed?.diverges == false, text())
  }

  /// Made when something fails alone: it is long.
  private func text(_ check: Check, _ checker: Checker) -> Comment {
    let way = checker.flattens ? checker.compresses ? "compressed" : "flattened" : "as terms"
    return "\(label), \(way)\(checker.usesAntichain ? ", with an antichain" : ""): \(text(check))"
  }

  private func text(_ check: Check) -> String {
    func name(_ p: Process) -> String { equations.text(p) }
    func trace(_ events: [Event]) -> String { events.map(table.alphabet.name).joined(separator: ", ") }
    return switch check {
    case .refinement(let specification, let implementation, let model):
      "(\(name(specification))) [\(model.rawValue)= (\(name(implementation)))"
    case .deadlockFree(let p, let model): "(\(name(p))) :[deadlock free [\(model.rawValue)]]"
    case .divergenceFree(let p): "(\(name(p))) :[divergence free]"
    case .deterministic(let p, let model): "(\(name(p))) :[deterministic [\(model.rawValue)]]"
    case .hasTrace(let p, let events, let model):
      "(\(name(p))) :[has trace [\(model.rawValue)]]: <\(trace(events))>"
    }
  }
}

extension Outcome {
  /// Whether compressing made something smaller.
  fileprivate var isSmaller: Bool { !statistics.compilation.compressions.isEmpty }

  /// Whether every step of what was searched is one of the process.
  fileprivate var isExact: Bool {
    statistics.compilation.compressions.allSatisfy { $0.functions.allSatisfy { $0 == .sbisim || $0 == .explicate } }
  }
}

extension Checker {
  fileprivate var usesAntichain: Bool { limits.normalFormNodes == 0 }
}
