// Every scenario of inspection in this process. ChannelScenarioRunner runs them again under every way to park: the tests
// of CSPChannels start it.
import ChannelScenarios
import InspectionScenarios
import NurseryScenarios
import Testing

@Suite("inspection scenarios", .serialized) struct InspectionScenarioTests {
  @Test(.timeLimit(.minutes(2)), arguments: Scenario.inspection)
  func `the behaviour is shown`(_ scenario: Scenario) async throws {
    try await scenario.run(Load(operations: 2_000))
  }

  @Test func `no two scenarios have one name`() {
    let names = (Scenario.all + Scenario.nurseries + Scenario.inspection).map(\.description)
    #expect(Set(names).count == names.count)
  }
}
