import OperationalSemantics
import ProcessGenerators
import ProcessTerms
import Refinement
import Testing

@testable import ReferenceSemantics

/// Processes with compressions, decided by an engine that carries them out and by the reference interpreter, to which
/// they mean nothing: the verdicts agree in every model, and the counterexamples replay.
@Suite struct CompressionTests {
  @Test(arguments: CompressionFunction.allCases, 0..<6 as Range<UInt64>)
  func `a compression changes no verdict in any static context`(_ function: CompressionFunction, _ seed: UInt64) throws {
    try compare(seed: 1_000 + seed, count: 25) { generator, size in
      composition(&generator, size: size, depth: 2) { generator, p in
        Int.random(in: 0..<3, using: &generator.random) == 0 ? p : generator.table.compress(p, function)
      }
    }
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `compressions of compressions change no verdict`(_ seed: UInt64) throws {
    try compare(seed: 2_000 + seed, count: 25) { generator, size in
      composition(&generator, size: size, depth: 3) { generator, p in
        Int.random(in: 0..<2, using: &generator.random) == 0 ? p : generator.table.compress(p, generator.compression())
      }
    }
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func `compressions below operators that are not static change no verdict`(_ seed: UInt64) throws {
    try compare(seed: 3_000 + seed, count: 25, finds: false) { generator, size in
      generator.compresses = true
      // They may not stand over every compression.
      generator.excluded = [.prioritise, .chase]
      return generator.process(size: size + 4)
    }
  }

  /// Static operators over random processes, each subterm changed by `wrap`.
  private func composition(
    _ generator: inout ProcessGenerator, size: Int, depth: Int,
    _ wrap: (inout ProcessGenerator, Process) -> Process
  ) -> Process {
    let table = generator.table
    func part() -> Process { composition(&generator, size: size, depth: depth - 1, wrap) }
    let p: Process
    switch depth == 0 ? 9 : Int.random(in: 0..<10, using: &generator.random) {
    case 0, 1: p = table.parallel([part(), part()], generator.set())
    case 2: p = table.alphabetised([(part(), generator.set()), (part(), generator.set())])
    case 3: p = table.linked(part(), generator.linkage(), part())
    case 4, 5: p = table.hide(part(), generator.set())
    case 6: p = table.project(part(), generator.set())
    case 7: p = table.rename(part(), generator.renaming())
    default: p = generator.process(size: size)
    }
    return wrap(&generator, p)
  }

  private func compare(
    seed: UInt64, count: Int, finds: Bool = true, _ process: (inout ProcessGenerator, Int) -> Process
  ) throws {
    var generator = ProcessGenerator(seed: seed)
    var compared = 0, uncompressed = 0
    for number in 0..<count {
      let p = process(&generator, 2 + number % 6), q = process(&generator, 2 + number % 5)
      var comparison = EngineComparison(
        generator.equations, label: "seed \(seed), number \(number)", ways: EngineComparison.Way.compressing)
      let weaker = generator.table.internalChoice([p, q])
      for model in SemanticModel.allCases {
        for (specification, implementation) in [(p, q), (q, p), (weaker, p), (q, q)] {
          try comparison.compare(.refinement(specification: specification, implementation: implementation, model))
        }
        try comparison.compare(.deadlockFree(p, model))
        try comparison.compare(.deterministic(p, model))
      }
      try comparison.compare(.divergenceFree(p))
      compared += comparison.compared
      uncompressed += comparison.uncompressed
    }
    #expect(compared > count * 12)
    if finds { #expect(uncompressed > count) }
  }
}
