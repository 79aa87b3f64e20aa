import ProcessGenerators
import ProcessTerms
import ReferenceSemantics
import Testing

/// Every law on random processes, decided by the reference interpreter's brute force.
@Suite struct ReferenceLawsTests {
  private static let instances = 40, limit = 400

  @Test(arguments: choiceLaws + parallelLaws + successionLaws + relabellingLaws)
  func `a law holds of random processes`(law: Law) throws {
    // Each law has random processes of its own: the seed is made of its name.
    let seed = law.testDescription.utf8.reduce(UInt64(17)) { $0 &* 31 &+ UInt64($1) }
    var generator = ProcessGenerator(seed: seed)
    _ = generator.table.alphabet.append("fresh")
    let interpreter = ReferenceInterpreter(generator.table)
    var decided = 0
    for number in 0..<Self.instances {
      let parts = LawParts(&generator, size: 2 + number % 5)
      let (left, right) = law.sides(parts)
      for model in law.models {
        var verdicts = [try interpreter.refines(left, by: right, in: model, limit: Self.limit)]
        if law.relation == .equals {
          verdicts.append(try interpreter.refines(right, by: left, in: model, limit: Self.limit))
        }
        guard verdicts.allSatisfy({ $0 != nil }) else { continue }
        decided += 1
        #expect(
          verdicts.allSatisfy { $0 == .holds },
          """
          \(model), seed \(seed), number \(number): \(verdicts) \(generator.equations.text(left)) and \
          \(generator.equations.text(right))
          """)
      }
    }
    #expect(decided > Self.instances * law.models.count * 8 / 10)
  }
}
