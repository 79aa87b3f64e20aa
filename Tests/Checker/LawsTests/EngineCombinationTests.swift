import CheckWays
import ProcessGenerators
import ProcessTerms
import Refinement
import Testing

/// What a check of random processes says does not depend on how it is made: workers, storage, compression, antichain.
@Suite struct EngineCombinationTests {
  /// Of each law; most of its two sides differ in their states, and some in their meaning.
  private static let instances = 2

  /// Of the ways with the large storage, which takes some milliseconds to make, two for each third check.
  private static func ways(_ number: Int) -> [CheckWay] {
    let narrow = CheckWay.all.filter { $0.kind != .wide }, wide = CheckWay.all.filter { $0.kind == .wide }
    let others = number / 3 % wide.count
    return number % 3 == 0 ? narrow + wide.indices.filter { $0 != others }.map { wide[$0] } : narrow
  }

  /// What all ways say, and what those of one kind say.
  private struct Answer: Equatable {
    var holds: Bool
    /// Of the counterexample.
    var length: Int?
  }
  private struct Details: Equatable {
    var events: [Event]?
    var states: Int, transitions: Int
  }

  @Test(arguments: EngineLawsTests.laws + notQuiteLaws)
  func `every combination decides a law of random processes alike`(law: Law) throws {
    var generator = ProcessGenerator(seed: law.testDescription.utf8.reduce(UInt64(41)) { $0 &* 31 &+ UInt64($1) })
    _ = generator.table.alphabet.append("fresh")
    let checker = Checker(generator.table)
    var decided = 0, tried = 0
    for number in 0..<Self.instances {
      let (left, right) = law.sides(LawParts(&generator, size: 3 + 2 * number))
      for model in law.models.map({ SemanticModel($0) }) {
        for (one, other) in [(left, right), (right, left)] {
          let check = Check.refinement(specification: one, implementation: other, model)
          let what = "number \(number), \(model): \(generator.equations.text(one)) and \(generator.equations.text(other))"
          if try decide(check, by: checker, Self.ways(tried), what) { decided += 1 }
          tried += 1
        }
      }
    }
    #expect(decided > tried * 8 / 10)
  }

  /// Decides a check in these ways. False: it is too large.
  private func decide(_ check: Check, by checker: Checker, _ ways: [CheckWay], _ what: String) throws -> Bool {
    var first: Answer?
    for compresses in [false, true] {
      checker.compresses = compresses
      var ofKind: [CheckWay.Kind: Details] = [:]
      for way in ways {
        checker.limits = way.limits
        checker.limits.terms = 2_000
        let outcome = try checker.run(check), label = Comment(rawValue: "\(way), compressed \(compresses), \(what)")
        var answer = Answer(holds: true), events: [Event]?
        switch outcome.verdict {
        case .undecided:
          #expect(first == nil, label)
          return false
        case .holds: break
        case .fails(let found):
          answer = Answer(holds: false, length: found.behaviour.trace.count)
          events = found.behaviour.steps.map(\.event)
        }
        if first == nil { first = answer }
        #expect(answer == first, label)
        guard let kind = way.kind else { continue }
        let details = Details(
          events: events, states: outcome.statistics.states, transitions: outcome.statistics.transitions)
        #expect(details == ofKind[kind] ?? details, label)
        ofKind[kind] = details
      }
    }
    return true
  }
}
