import ProcessTerms
import Refinement
import Testing

/// An algebraic law of CSP: two terms over random processes that no environment can tell apart.
///
/// > Source: Roscoe, *Understanding Concurrent Systems*, chapters 2 to 7 and 13; *The Theory and Practice of
/// > Concurrency*, chapters 1 to 6 and 11. Where a law there speaks of `SKIP`, the tests hold it to the reading of ✓ in
/// > `Documentation/Semantics`.
struct EngineLaw: CustomTestStringConvertible, Sendable {
  enum Relation: Sendable {
    case equal
    /// The second term refines the first.
    case refined
  }

  let testDescription: String
  var models: [SemanticModel] = SemanticModel.allCases
  var relation = Relation.equal
  let sides: @Sendable (EngineLawWorld) -> (Process, Process)

  init(
    _ name: String, in models: [SemanticModel] = SemanticModel.allCases, _ relation: Relation = .equal,
    _ sides: @escaping @Sendable (EngineLawWorld) -> (Process, Process)
  ) {
    testDescription = name
    self.models = models
    self.relation = relation
    self.sides = sides
  }

  /// Whether the law is seen to fail for the processes of `world`: the model and the terms, or nil.
  func refutation(in world: EngineLawWorld, flattens: Bool) throws -> String? {
    let (left, right) = sides(world)
    let checker = Checker(world.table)
    checker.flattens = flattens
    for model in models {
      var checks = [Check.refinement(specification: left, implementation: right, model)]
      if relation == .equal { checks.append(.refinement(specification: right, implementation: left, model)) }
      for check in checks {
        switch try checker.run(check).verdict {
        case .holds: continue
        case .fails(let counterexample): return "\(check): \(counterexample)\n\(world)"
        case .undecided(let limit): return "undecided: \(limit)\n\(world)"
        }
      }
    }
    return nil
  }
}

private let samples: UInt64 = 12

@Test(arguments: engineChoiceLaws + engineSuccessionLaws + engineRelabellingLaws + engineParallelLaws + engineLazyLaws)
func `a law holds for random processes`(law: EngineLaw) throws {
  for seed in 0..<samples {
    let world = try EngineLawWorld(seed: seed &+ law.testDescription.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
    if let refutation = try law.refutation(in: world, flattens: seed % 2 == 0) {
      Issue.record("\(law.testDescription) with seed \(world.seed): \(refutation)")
      return
    }
  }
}

@Test(arguments: engineFalseLaws)
func `what is no law is refuted by some random processes`(law: EngineLaw) throws {
  var refutations = 0
  for seed in 0..<(samples * 5) where try law.refutation(in: EngineLawWorld(seed: seed), flattens: true) != nil {
    refutations += 1
  }
  #expect(refutations > 0)
}
