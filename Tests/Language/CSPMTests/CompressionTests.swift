import CSPMEvaluation
import CSPMSyntax
import OperationalSemantics
import ProcessTerms
import Refinement
import Testing

@testable import CSPM

/// Compressions that scripts ask for.
@Suite struct CompressionTests {
  /// A chain of n places without data, one place added and the joint hidden at a time.
  private static func chain(_ function: String, _ n: Int) -> String {
    """
    transparent \(CompressionFunction.allCases.map(\.rawValue).joined(separator: ", "))
    channel pass : {0..\(n)}
    PLACE(i) = pass.(i - 1) -> pass.i -> PLACE(i)
    CHAIN(n) = if n == 1 then PLACE(1) else \(function)((CHAIN(n - 1) [|{pass.(n - 1)}|] PLACE(n)) \\ {pass.(n - 1)})
    COUNT(n, held) = held < n & pass.0 -> COUNT(n, held + 1) [] held > 0 & pass.n -> COUNT(n, held - 1)
    assert COUNT(\(n), 0) [FD= CHAIN(\(n))
    assert CHAIN(\(n)) [FD= COUNT(\(n), 0)
    """
  }

  /// How many states each link leaves, from the second on.
  static let sizes: [(function: CompressionFunction, links: Int, states: [Int])] = [
    (.normal, 12, Array(3...13)), (.diamond, 6, [3, 5, 9, 17, 33]), (.wbisim, 12, Array(3...13)),
    (.dbisim, 12, Array(3...13)), (.sbisim, 6, [4, 8, 16, 32, 64]), (.tau_loop_factor, 6, [4, 8, 16, 32, 64]),
    (.explicate, 6, [4, 8, 16, 32, 64]),
  ]

  @Test(arguments: sizes.indices)
  func `a compressed chain of places has the known number of states`(_ index: Int) throws {
    let (function, links, states) = Self.sizes[index]
    try Stack.run {
      let session = ScriptSession(ScriptLoader().load(text: Self.chain(function.rawValue, links)), path: "chain")
      for assertion in session.assertions {
        let result = session.check(assertion)
        #expect(result.verdict == .holds)
        let compressions = result.statistics.compilation.compressions
        #expect(compressions.allSatisfy { $0.functions == [function] })
        #expect(compressions.map(\.statesAfter) == states)
      }
    }
  }

  /// Without compressions the chain's specification alone has no end, within any patience.
  static let bearable = (Example.all + Example.specifications).filter { !$0.path.hasSuffix("compressed-chain.csp") }

  @Test(arguments: bearable)
  func `examples mean the same with compressions and without`(_ example: Example) throws {
    try Stack.run {
      let session = example.load()
      session.compresses = false
      var limits = Limits()
      limits.states = 2_000
      // A specification may have far more states than what is compared with it.
      limits.terms = 20_000
      for (assertion, expected) in zip(session.assertions, example.expectations) {
        let result = session.check(assertion, limits: limits)
        if result.verdict != .undecided { #expect(result.verdict.rawValue == expected?.verdict, "\(assertion.text)") }
      }
    }
  }

  /// A counterexample in a system that has too many states without compression, and what each component did.
  @Test func `a counterexample of a compressed system is one of the processes as they are written`() throws {
    let script = Self.chain("normal", 30) + "\nassert COUNT(29, 0)[[pass.29 <- pass.30]] [T= CHAIN(30)"
    try Stack.run {
      let session = ScriptSession(ScriptLoader().load(text: script), path: "chain")
      let result = session.check(session.assertions[2])
      #expect(result.verdict == .fails, "\(result.diagnostics)")
      let found = try #require(result.counterexample)
      #expect(found.trace == Array(repeating: "pass.0", count: 30))
      #expect(found.components.map(\.name) == (1...30).map { "PLACE(\($0))" })
      // Each value goes as far as those before it let it.
      #expect(found.steps.count == (1...30).reduce(0, +))
    }
  }

  /// What the specification allows after 15 values takes the reference interpreter 155 million states to say.
  @Test func `a counterexample whose replay is too long ends with the time and is no verdict`() throws {
    let script =
      Self.chain("normal", 30)
      + "\nIN(n) = if n == 0 then STOP else pass.0 -> IN(n - 1)\nassert CHAIN(30) [T= IN(31)"
    try Stack.run {
      let session = ScriptSession(ScriptLoader().load(text: script), path: "chain")
      var limits = Limits()
      limits.deadline = .now + .seconds(3)
      let result = session.check(session.assertions[2], limits: limits)
      #expect(result.verdict == .undecided, "\(result.diagnostics)")
    }
  }

  @Test func `an operand without an end is explored as it is`() throws {
    let script = """
      transparent normal
      channel a, b
      UP(n) = a -> UP(n + 1)
      assert STOP [T= normal(UP(0)) ||| b -> STOP
      """
    try Stack.run {
      let session = ScriptSession(ScriptLoader().load(text: script), path: "script")
      let result = session.check(session.assertions[0])
      #expect(result.verdict == .fails)
      #expect(result.statistics.compilation.compressions.isEmpty)
    }
  }
}
