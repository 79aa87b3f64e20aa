import ProcessGenerators
import ProcessTerms
import ReferenceSemantics
import Refinement
import Testing

/// What `deter` and the watchdogs are for: they turn one question into another. Both are asked of random processes, and
/// of the engine as well as of the reference interpreter.
@Suite struct WatchdogLawsTests {
  private static let limit = 3_000

  /// Two questions, of the same random processes, that must have one answer.
  struct Reduction: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let questions: @Sendable (LawParts) -> (direct: Check, reduced: Check)
  }

  static let reductions = [
    Reduction(testDescription: "P [T= Q is that a trace watchdog never barks") { w in
      let (p, q) = w.withoutTermination
      let beside = w.hide(w.par(w.sigma, q, w.watchdog(.traceWatchdog, p)), w.sigma)
      return (
        .refinement(specification: p, implementation: q, .traces),
        .refinement(specification: w.stop, implementation: beside, .traces)
      )
    },
    Reduction(testDescription: "P [F= Q is that a failure watchdog never barks and never stands still") { w in
      let (p, q) = w.withoutTermination
      let beside = w.hide(w.par(w.sigma, q, w.watchdog(.failureWatchdog, p)), w.sigma)
      return (
        .refinement(specification: p, implementation: q, .failures),
        .refinement(specification: w.div, implementation: beside, .failures)
      )
    },
    Reduction(testDescription: "P without divergence is deterministic if it refines deter(P)") { w in
      (
        .deterministic(w.p, .failuresDivergences),
        .refinement(specification: w.table.deter(w.p), implementation: w.p, .failuresDivergences)
      )
    },
  ]

  @Test(arguments: reductions)
  func `a question and what it is reduced to have one answer`(_ reduction: Reduction) throws {
    var generator = ProcessGenerator(seed: 61)
    _ = generator.table.alphabet.append("fresh")
    let interpreter = ReferenceInterpreter(generator.table), checker = Checker(generator.table)
    checker.limits.terms = Self.limit
    var answers = [true: 0, false: 0]
    for number in 0..<300 {
      let (direct, reduced) = reduction.questions(LawParts(&generator, size: 2 + number % 8))
      if case .deterministic(let p, _) = direct, try checker.run(.divergenceFree(p)).holds != true { continue }
      let said = try [direct, reduced].map { try interpreter.decide($0, limit: Self.limit)?.holds }
      let found = try [direct, reduced].map { try checker.run($0).holds }
      guard let answer = said[0], said[1] != nil, found[0] != nil, found[1] != nil else { continue }
      #expect(
        said == [answer, answer] && found == said,
        "number \(number): \(said), \(found): \(generator.equations.text(direct.subject))")
      answers[answer]! += 1
    }
    #expect(answers[true]! > 40 && answers[false]! > 40, "\(answers)")
  }

  @Test func `deter of what does not diverge is deterministic`() throws {
    var generator = ProcessGenerator(seed: 62), decided = 0
    let interpreter = ReferenceInterpreter(generator.table)
    for number in 0..<200 {
      let p = generator.process(size: 3 + number % 10)
      guard try interpreter.isDivergenceFree(p, limit: Self.limit) == .holds else { continue }
      let verdict = try interpreter.isDeterministic(
        generator.table.deter(p), in: .failuresDivergences, limit: Self.limit)
      #expect(verdict == .holds, "number \(number): \(generator.equations.text(p))")
      decided += 1
    }
    #expect(decided > 100)
  }
}

extension LawParts {
  /// p and q without ✓, which a watchdog does not see.
  fileprivate var withoutTermination: (Process, Process) { (seq(p, stop), seq(q, stop)) }

  fileprivate func watchdog(_ op: Operator, _ p: Process) -> Process {
    table.watchdog(op, of: [p], over: sigma, bark: fresh)
  }
}
