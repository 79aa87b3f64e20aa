// The scenarios of inspection run in processes of their own, under every way to park: the tests of CSPChannels start
// ChannelScenarioRunner. Beside tests that compute for minutes, waits would be as long as those.
import ChannelScenarios
import InspectionScenarios
import NurseryScenarios
import Testing

@Suite("inspection scenarios") struct InspectionScenarioTests {
  @Test func `no two scenarios have one name`() {
    let names = (Scenario.all + Scenario.nurseries + Scenario.inspection).map(\.description)
    #expect(Set(names).count == names.count)
  }
}
