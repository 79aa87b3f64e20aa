import CSPMEvaluation
import CheckWays
import ProcessTerms
import Refinement
import Testing

@testable import CSPM

/// What a check says does not depend on how it is made: workers, storage, compression, antichain.
@Suite struct CombinationTests {
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
        var first: AssertionResult?, ofKind: [CheckWay.Kind: AssertionResult] = [:]
        for way in CheckWay.all {
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
