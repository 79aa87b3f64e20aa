import CSPM
import CSPMEvaluation
import CSPMSyntax
import Testing

/// The Swift examples of the guide, word for word; `DocumentationTests` compares them with the pages.
@Suite struct GuideExamples {
  @Test func `a script is checked from Swift`() throws {
    let verdicts = try Stack.run {
      let script = "channel a\nP = a -> P\nassert P :[deadlock free]"
      let session = ScriptSession(ScriptLoader().load(text: script), path: "design.csp")
      return session.assertions.map { session.check($0).verdict.rawValue }
    }
    print(verdicts)  // ["holds"]
    #expect(verdicts == ["holds"])
  }
}
