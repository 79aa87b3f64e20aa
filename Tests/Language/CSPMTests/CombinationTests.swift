import CSPMEvaluation
import Foundation
import Testing

@testable import CSPM
@testable import Refinement

/// What a check says does not depend on how it is made: workers, storage, compression, antichain.
@Suite struct CombinationTests {
  struct Way: Sendable, CustomStringConvertible {
    let description: String
    var limits = Limits()
    /// Whether the same states are counted, and one and the same counterexample is found, as by any other such way.
    var isExact = true

    init(_ description: String, isExact: Bool = true, _ change: (inout Limits) -> Void) {
      self.description = description
      self.isExact = isExact
      change(&limits)
    }

    private static func wide(_ workers: Int, _ limits: inout Limits) {
      limits.narrowStates = 0
      limits.workers = workers
    }

    static let all = [
      Way("one table") { _ in },
      Way("numbered states", isExact: false) { $0.widestWord = 0 },
      Way("an antichain", isExact: false) { $0.normalFormNodes = 0 },
      Way("an antichain of numbered states", isExact: false) { ($0.normalFormNodes, $0.widestWord) = (0, 0) },
      Way("large storage") { wide(1, &$0) },
      Way("two workers") { wide(2, &$0) },
      Way("three workers and codes of states") {
        wide(3, &$0)
        $0.codingGain = 1
      },
      Way("two workers on disk") {
        wide(2, &$0)
        $0.spill = FileManager.default.temporaryDirectory.path
        $0.spillsAtOnce = true
      },
    ]
  }

  /// States beyond which a check is left to other tests.
  private static let mostStates = 4_000

  @Test(arguments: Example.all + Example.specifications, [false, true])
  func `every combination gives an example the same verdicts`(_ example: Example, _ compresses: Bool) throws {
    try Stack.run {
      let session = example.load()
      session.compresses = compresses
      for (assertion, expected) in zip(session.assertions, example.expectations) {
        guard expected?.states ?? 0 < Self.mostStates else { continue }
        var first: AssertionResult?
        for way in Way.all {
          var limits = way.limits
          limits.states = Self.mostStates
          let result = session.check(assertion, limits: limits), what = "assertion \(assertion.number), \(way)"
          if first == nil {
            guard result.verdict != .undecided else { break }
            #expect(result.verdict.rawValue == expected?.verdict, "\(what)")
            first = result
          }
          #expect(result.verdict == first?.verdict, "\(what)")
          guard way.isExact else { continue }
          #expect(result.counterexample?.counterexample == first?.counterexample?.counterexample, "\(what)")
          #expect(result.statistics.states == first?.statistics.states, "\(what)")
          #expect(result.statistics.transitions == first?.statistics.transitions, "\(what)")
        }
      }
    }
  }
}
