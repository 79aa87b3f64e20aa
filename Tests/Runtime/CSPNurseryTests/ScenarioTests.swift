// Every scenario of nurseries in this process. ChannelScenarioRunner runs them again, beside those of channels, under
// every way to park: the tests of CSPChannels start it.
import ChannelScenarios
import NurseryScenarios
import Testing

@Suite("nursery scenarios", .serialized) struct NurseryScenarioTests {
  @Test(.timeLimit(.minutes(2)), arguments: Scenario.nurseries.filter { !$0.needsProcess })
  func `the behaviour is shown`(_ scenario: Scenario) async throws {
    try await scenario.run(Load(operations: 2_000))
  }

  @Test func `no two scenarios have one name`() {
    let names = (Scenario.all + Scenario.nurseries).map(\.description)
    #expect(Set(names).count == names.count)
  }
}
