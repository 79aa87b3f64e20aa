import ProcessGenerators
import ProcessTerms
import Refinement
import Testing

@testable import ReferenceSemantics

/// Every check of the engine against the reference interpreter on random processes: the verdict, the counterexample,
/// its length, and what is said about the specification; flattened into networks and explored as terms.
@Suite struct ReferenceAgainstEngineTests {
  struct Batch: Sendable, CustomTestStringConvertible {
    let seed: UInt64, size: Int, count: Int, wildness: Double
    var testDescription: String { "seed \(seed), size \(size), wildness \(wildness)" }
  }

  static let terms = (0..<12).map { Batch(seed: 100 + UInt64($0), size: 3 + $0, count: 60, wildness: 0) }
  static let wild = (0..<4).map { Batch(seed: 200 + UInt64($0), size: 6 + 2 * $0, count: 60, wildness: 0.3) }
  static let compositions = (0..<10).map { Batch(seed: 300 + UInt64($0), size: 2 + $0 / 2, count: 60, wildness: 0) }

  @Test(arguments: terms + wild) func `checks of random processes agree`(batch: Batch) throws {
    try compare(batch) { generator in
      (generator.process(size: batch.size), generator.process(size: batch.size))
    }
  }

  @Test(arguments: compositions) func `checks of random compositions agree`(batch: Batch) throws {
    try compare(batch) { generator in
      (composition(&generator, size: batch.size), composition(&generator, size: batch.size))
    }
  }

  /// A parallel form of two or three processes under operators that a network absorbs.
  private func composition(_ generator: inout ProcessGenerator, size: Int) -> Process {
    let table = generator.table
    let parts = (0..<Int.random(in: 2...3, using: &generator.random)).map { _ in generator.process(size: size) }
    var p: Process
    switch Int.random(in: 0..<5, using: &generator.random) {
    case 0: p = table.parallel(parts, table.set([]))
    case 1, 2: p = table.parallel(parts, generator.set())
    case 3: p = table.alphabetised(parts.map { ($0, generator.set()) })
    default: p = table.linked(parts[0], generator.linkage(), table.parallel(Array(parts.dropFirst()), generator.set()))
    }
    for _ in 0..<Int.random(in: 0...2, using: &generator.random) {
      switch Int.random(in: 0..<3, using: &generator.random) {
      case 0: p = table.hide(p, generator.set())
      case 1: p = table.project(p, generator.set())
      default: p = table.rename(p, generator.renaming())
      }
    }
    return p
  }

  private func compare(_ batch: Batch, _ pair: (inout ProcessGenerator) -> (Process, Process)) throws {
    var generator = ProcessGenerator(seed: batch.seed)
    generator.wildness = batch.wildness
    var compared = 0
    for number in 0..<batch.count {
      let (p, q) = pair(&generator)
      var comparison = EngineComparison(
        generator.equations, label: "seed \(batch.seed), size \(batch.size), number \(number)")
      // Against itself, against a weaker process, and against anything: so that many refinements hold.
      let weaker = generator.table.internalChoice([p, q])
      for model in SemanticModel.allCases {
        for (specification, implementation) in [(p, q), (weaker, p), (q, q)] {
          try comparison.compare(
            .refinement(specification: specification, implementation: implementation, model))
        }
        try comparison.compare(.deadlockFree(p, model))
        try comparison.compare(.deterministic(p, model))
        for _ in 0..<2 {
          try comparison.compare(.hasTrace(p, try trace(of: p, &generator, comparison.interpreter), model))
        }
      }
      try comparison.compare(.divergenceFree(p))
      compared += comparison.compared
    }
    #expect(compared > batch.count * 12)
  }

  /// A trace of `p`, sometimes with one event more.
  private func trace(
    of p: Process, _ generator: inout ProcessGenerator, _ interpreter: ReferenceInterpreter
  ) throws -> [Event] {
    var trace: [Event] = [], at = p
    for _ in 0..<Int.random(in: 0...6, using: &generator.random) {
      guard let step = try? interpreter.steps(of: at).randomElement(using: &generator.random) else { break }
      if step.event != .tau { trace.append(step.event) }
      at = step.target
    }
    if Int.random(in: 0..<3, using: &generator.random) == 0 { trace.append(generator.event()) }
    return trace
  }
}

/// Runs checks by the engine, in both ways, and by the reference interpreter, and compares everything that both say.
struct EngineComparison {
  let table: ProcessTable
  let equations: Equations
  let interpreter: ReferenceInterpreter
  let label: String
  private let checkers: [Checker]
  private(set) var compared = 0

  /// More than the reference decides, with room for pairs.
  private static let referenceLimit = 300, engineLimit = 100_000

  init(_ equations: Equations, label: String) {
    table = equations.table
    self.equations = equations
    self.label = label
    interpreter = ReferenceInterpreter(table)
    interpreter.chaseLimit = 1_000
    var limits = Limits()
    limits.states = Self.engineLimit
    limits.terms = Self.engineLimit
    checkers = [true, false].map { [table] flattens in
      let checker = Checker(table, limits: limits)
      checker.flattens = flattens
      return checker
    }
  }

  mutating func compare(_ check: Check) throws {
    let expected: ReferenceInterpreter.Verdict?
    do { expected = try decide(check) } catch is UnguardedRecursion { return } catch is TermTooDeep { return }
    guard let expected else { return }
    compared += 1
    for checker in checkers {
      // Made when something fails alone: it is long.
      func text() -> Comment { "\(label), \(checker.flattens ? "flattened" : "as terms"): \(self.text(check))" }
      let outcome = try checker.run(check)
      switch outcome.verdict {
      case .undecided(let limit): Issue.record("undecided by \(limit), \(text())")
      case .holds:
        #expect(expected == .holds, text())
        if let count = try pairCount(check) { #expect(outcome.statistics.states == count, text()) }
      case .fails(let found):
        #expect(expected != .holds, "\(found), \(text())")
        guard expected != .holds else { continue }
        try expectToShowIt(found, check, text)
      }
    }
  }

  private func decide(_ check: Check) throws -> ReferenceInterpreter.Verdict? {
    let limit = Self.referenceLimit
    return switch check {
    case .refinement(let specification, let implementation, let model):
      try interpreter.refines(specification, by: implementation, in: .init(model), limit: limit)
    case .deadlockFree(let p, let model): try interpreter.isDeadlockFree(p, in: .init(model), limit: limit)
    case .divergenceFree(let p): try interpreter.isDivergenceFree(p, limit: limit)
    case .deterministic(let p, let model): try interpreter.isDeterministic(p, in: .init(model), limit: limit)
    case .hasTrace(let p, let trace, let model):
      try interpreter.hasTrace(p, trace, in: .init(model), limit: limit)
    }
  }

  /// How many pairs the check has to visit, where that is known.
  private func pairCount(_ check: Check) throws -> Int? {
    switch check {
    case .refinement(let specification, let implementation, let model):
      try ReferencePairs(interpreter: interpreter, model: .init(model)).explore(specification, by: implementation).count
    case .deadlockFree(let p, _), .divergenceFree(let p):
      try ReferencePairs(interpreter: interpreter, model: .traces).explore(p) { _ in false }.count
    case .deterministic, .hasTrace: nil
    }
  }

  // MARK: Counterexamples

  private func expectToShowIt(_ found: Refinement.Counterexample<Process>, _ check: Check, _ text: () -> Comment) throws {
    guard let counterexample = ReferenceInterpreter.Counterexample(found, to: check) else {
      Issue.record("a counterexample of another kind of check: \(found.kind), \(text())")
      return
    }
    let mismatch = try interpreter.replay(counterexample, of: check.subject)
    #expect(mismatch == nil, "\(mismatch?.description ?? ""), \(text())")
    #expect(try interpreter.split(.init(found.behaviour)) != nil, text())
    if let depth = try depth(check) {
      #expect(self.depth(of: found) == depth, "length of \(found), \(text())")
    }
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

  /// The least number of steps to an offence; nil where the check does not promise it.
  private func depth(_ check: Check) throws -> Int? {
    switch check {
    case .refinement(let specification, let implementation, let model):
      return try ReferencePairs(interpreter: interpreter, model: .init(model))
        .explore(specification, by: implementation).depth
    case .deadlockFree(let p, let model):
      let pairs = ReferencePairs(interpreter: interpreter, model: .init(model))
      return try pairs.explore(p) { p in
        if try p != table.omega && interpreter.steps(of: p).isEmpty { return true }
        return try model == .failuresDivergences && pairs.diverges(interpreter.silentClosure(of: [p], limit: .max))
      }.depth
    case .divergenceFree(let p):
      let pairs = ReferencePairs(interpreter: interpreter, model: .traces)
      return try pairs.explore(p) { try pairs.diverges(interpreter.silentClosure(of: [$0], limit: .max)) }.depth
    case .deterministic, .hasTrace: return nil
    }
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
