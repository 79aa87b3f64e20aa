import ProcessGenerators
import ProcessTerms
import ReferenceSemantics
import Testing

/// The decisions by normal form against the definitions written out in full, on random small processes.
@Suite struct ReferenceLiteralTests {
  /// Traces up to this length are written out.
  private static let length = 3
  private static let limit = 100

  /// A number of random pairs of processes of one size.
  struct Batch: Sendable, CustomTestStringConvertible {
    let seed: UInt64, size: Int, count: Int
    var testDescription: String { "seed \(seed), size \(size)" }
  }

  static let batches = (1...10).map { Batch(seed: UInt64($0), size: 2 + $0, count: 300) }

  @Test(arguments: batches)
  func `decisions agree with the definitions`(batch: Batch) throws {
    var generator = ProcessGenerator(seed: batch.seed)
    let interpreter = ReferenceInterpreter(generator.table)
    var compared = 0
    for number in 0..<batch.count {
      let p = generator.process(size: batch.size), q = generator.process(size: batch.size)
      guard let literalP = try literal(p, generator, interpreter), let literalQ = try literal(q, generator, interpreter)
      else { continue }
      // Made when something fails alone: it is long.
      func text() -> String {
        """
        seed \(batch.seed), number \(number): P = \(generator.equations.text(p)),
        Q = \(generator.equations.text(q))
        """
      }
      for model in Model.allCases {
        let refines = try interpreter.refines(p, by: q, in: model, limit: Self.limit)
        #expect(
          defect(refines) == LiteralSemantics.refinementDefect(of: literalQ, against: literalP, in: model),
          "P refined by Q in \(model), \(text())")
        if model != .traces {
          #expect(
            defect(try interpreter.isDeadlockFree(p, in: model, limit: Self.limit))
              == literalP.deadlockDefect(in: model), "P deadlock free in \(model), \(text())")
          #expect(
            defect(try interpreter.isDeterministic(p, in: model, limit: Self.limit), upTo: Self.length - 1)
              == literalP.determinismDefect(in: model), "P deterministic in \(model), \(text())")
        }
        for trace in [[], literalP.traces.randomElement(using: &generator.random)!, [generator.event()]] {
          #expect(
            try interpreter.hasTrace(p, trace, in: model, limit: Self.limit)?.holds
              == literalP.hasTrace(trace, in: model), "P has trace \(trace) in \(model), \(text())")
        }
      }
      #expect(
        defect(try interpreter.isDivergenceFree(p, limit: Self.limit)) == literalP.divergenceDefect(),
        "P divergence free, \(text())")
      compared += 1
    }
    #expect(compared > batch.count * 8 / 10)
  }

  /// nil also where the whole process is too large for the decisions.
  private func literal(
    _ p: Process, _ generator: ProcessGenerator, _ interpreter: ReferenceInterpreter
  ) throws -> LiteralSemantics? {
    guard try interpreter.isDivergenceFree(p, limit: Self.limit / 2) != nil else { return nil }
    return try LiteralSemantics(
      p, by: interpreter, sigma: generator.events, length: Self.length, limit: Self.limit * 20)
  }

  /// The length of the trace of the defect, nil where there is none up to `length`.
  private func defect(_ verdict: Verdict?, upTo length: Int = Self.length) -> Int? {
    guard case .fails(let trace, _)? = verdict, trace.count <= length else { return nil }
    return trace.count
  }
}
