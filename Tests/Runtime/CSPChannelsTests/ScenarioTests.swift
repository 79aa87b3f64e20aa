// Every scenario in this process, and all of them again in processes of their own that park otherwise.
import CSP
import ChannelScenarios
import Foundation
import Testing

@Suite("scenarios", .serialized) struct ScenarioTests {
  @Test(.timeLimit(.minutes(2)), arguments: Scenario.all.filter { !$0.needsProcess })
  func `the behaviour is shown`(_ scenario: Scenario) async throws {
    try await scenario.run(Load(operations: 2_000))
  }

  /// What the runner is started with, and what its summary must say.
  struct Start: Sendable, CustomTestStringConvertible {
    var name: String
    var environment: [String: String] = [:]
    var arguments: [String] = []
    var summary: [String]

    var testDescription: String { name }

    static let portable = ["MARTLET_PARKING": "portable"]

    static let all = [
      Start(name: "as it comes", summary: ["adopted false"]),
      Start(name: "with one worker", environment: ["MARTLET_WORKERS": "1"], summary: ["workers 1;"]),
      Start(name: "with four workers", environment: ["MARTLET_WORKERS": "4"], summary: ["workers 4;"]),
      Start(name: "on the adopted global executor", arguments: ["--adopt"], summary: ["adopted true"]),
      Start(
        name: "on the adopted global executor with one worker", environment: ["MARTLET_WORKERS": "1"],
        arguments: ["--adopt"], summary: ["adopted true", "workers 1;"]),
      Start(
        name: "parking portably", environment: portable,
        summary: ["parking portable: MARTLET_PARKING=portable asks for it"]),
      Start(
        name: "parking portably on the adopted global executor", environment: portable, arguments: ["--adopt"],
        summary: ["parking portable: MARTLET_PARKING=portable asks for it", "adopted true"]),
      Start(
        name: "parking portably with one worker", environment: portable.merging(["MARTLET_WORKERS": "1"]) { $1 },
        summary: ["parking portable: MARTLET_PARKING=portable asks for it", "workers 1;"]),
      Start(name: "with injected delays", environment: ["MARTLET_DELAYS": "1"], summary: ["adopted false"]),
      Start(
        name: "where the self-test fails", environment: ["MARTLET_SELFTEST_FAILS": "1"],
        summary: ["parking portable: ", "MARTLET_SELFTEST_FAILS"]),
      // There every wait on a worker is a hop within a cancellation handler.
      Start(
        name: "where the self-test fails, on the adopted global executor",
        environment: ["MARTLET_SELFTEST_FAILS": "1"], arguments: ["--adopt"],
        summary: ["parking portable: ", "MARTLET_SELFTEST_FAILS", "adopted true"]),
    ]
  }

  @Test(arguments: Start.all)
  func `all scenarios pass in a process of their own`(_ start: Start) throws {
    let run = try Runner(start.arguments + ["--operations", "500"], environment: start.environment)
    #expect(run.failures == [])
    #expect(run.status == 0)
    for words in start.summary { #expect(run.summary.contains(words), "\(run.summary)") }
  }

  @Test func `a runner without a scenario to run fails`() throws {
    #expect(try Runner(["no such scenario"]).status == 1)
    #expect(try Runner(["--no-such-option"]).status == 2)
  }
}

@Suite("an idle program") struct IdleTests {
  @Test(arguments: [[:], ScenarioTests.Start.portable])
  func `uses less than a thousandth of a core for a thousand waiting tasks`(_ environment: [String: String]) throws {
    let run = try Runner(["--idle"], environment: environment)
    #expect(run.status == 0, "\(run.summary)")
    #expect(run.summary.hasPrefix("idle: "))
  }
}
