import ProcessGenerators
import ProcessTerms
import Refinement
import Testing

@testable import ReferenceSemantics

/// Every check of the engine against the reference interpreter on random processes: the verdict, the counterexample,
/// its length, and what is said about the specification; flattened into networks and explored as terms, refinement also
/// with an antichain.
@Suite struct ReferenceAgainstEngineTests {
  struct Batch: Sendable, CustomTestStringConvertible {
    let seed: UInt64, size: Int, count: Int, wildness: Double
    var testDescription: String { "seed \(seed), size \(size), wildness \(wildness)" }
  }

  static let terms = (0..<12).map { Batch(seed: 100 + UInt64($0), size: 3 + $0, count: 60, wildness: 0) }
  static let wild = (0..<4).map { Batch(seed: 200 + UInt64($0), size: 6 + 2 * $0, count: 20, wildness: 0.3) }
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

  /// A parallel form of two or three processes, some of them such forms, under operators that a network absorbs.
  private func composition(_ generator: inout ProcessGenerator, size: Int) -> Process {
    let table = generator.table
    let parts = (0..<Int.random(in: 2...3, using: &generator.random)).map { _ in
      size > 3 && Int.random(in: 0..<4, using: &generator.random) == 0
        ? composition(&generator, size: size / 2) : generator.process(size: size)
    }
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
      try comparison.compareSteps(of: p)
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
