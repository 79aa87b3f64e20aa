import CSPMEvaluation
import Foundation
import ProcessTerms
import Testing

@testable import CSPM
@testable import Refinement

/// What a check says does not depend on how it is made: workers, storage, compression, antichain.
@Suite struct CombinationTests {
  struct Way: Sendable, CustomStringConvertible {
    let description: String
    var limits = Limits()
    /// Ways of one kind find the same counterexample and count the same states; nil: of none.
    var kind: Kind?
    enum Kind { case narrow, wide }

    init(_ description: String, _ kind: Kind? = nil, _ change: (inout Limits) -> Void) {
      self.description = description
      self.kind = kind
      change(&limits)
    }

    private static func wide(_ workers: Int, _ limits: inout Limits) {
      limits.narrowStates = 0
      limits.workers = workers
    }

    static let all = [
      Way("one table", .narrow) { _ in },
      Way("numbered states") { $0.widestWord = 0 },
      Way("an antichain") { $0.normalFormNodes = 0 },
      Way("an antichain of numbered states") { ($0.normalFormNodes, $0.widestWord) = (0, 0) },
      Way("two workers", .wide) { wide(2, &$0) },
      Way("three workers and codes of states", .wide) {
        wide(3, &$0)
        $0.codingGain = 1
      },
      Way("one worker on disk", .wide) {
        wide(1, &$0)
        $0.spill = FileManager.default.temporaryDirectory.path
        $0.spillsAtOnce = true
      },
    ]
  }

  /// States beyond which a check is left to other tests.
  private static let mostStates = 1_000

  private static func events(of result: AssertionResult) -> [Event]? {
    result.counterexample?.counterexample.behaviour.steps.map(\.event)
  }

  @Test(arguments: Example.all + Example.specifications, [false, true])
  func `every combination gives an example the same verdicts`(_ example: Example, _ compresses: Bool) throws {
    try Stack.run {
      let session = example.load()
      session.compresses = compresses
      for (assertion, expected) in zip(session.assertions, example.expectations) {
        guard expected?.states ?? 0 < Self.mostStates else { continue }
        var first: AssertionResult?, ofKind: [Way.Kind: AssertionResult] = [:]
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
          #expect(result.counterexample?.trace.count == first?.counterexample?.trace.count, "\(what)")
          guard let kind = way.kind else { continue }
          let other = ofKind[kind] ?? result
          ofKind[kind] = other
          // Not the processes on its way: a term without a name is evaluated anew for each check.
          #expect(Self.events(of: result) == Self.events(of: other), "\(what)")
          #expect(result.statistics.states == other.statistics.states, "\(what)")
          #expect(result.statistics.transitions == other.statistics.transitions, "\(what)")
        }
      }
    }
  }
}
