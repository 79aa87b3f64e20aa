// Every scenario of primitives in this process. ChannelScenarioRunner runs them again under every way to park: the
// tests of CSPChannels start it.
import ChannelScenarios
import PrimitiveScenarios
import Testing

@Suite("primitive scenarios", .serialized) struct PrimitiveScenarioTests {
  @Test(.timeLimit(.minutes(2)), arguments: Scenario.primitives.filter { !$0.needsProcess })
  func `the behaviour is shown`(_ scenario: Scenario) async throws {
    try await scenario.run(Load(operations: 2_000))
  }

  @Test func `no two scenarios have one name`() {
    let names = (Scenario.all + Scenario.primitives).map(\.description)
    #expect(Set(names).count == names.count)
  }
}
