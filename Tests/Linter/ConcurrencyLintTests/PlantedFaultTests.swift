/// Faults planted in realistic surroundings: how many of them each rule finds, and that it reports nothing beside them.
#if Lint
  import ConcurrencyLint
  import Foundation
  import Testing

  @Suite("planted faults") struct PlantedFaultTests {
    static func source(of rule: String) throws -> MarkedSource {
      let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Planted")
      let text = try String(contentsOf: folder.appending(path: rule + ".txt"), encoding: .utf8)
      return MarkedSource(text, RuleDescription.language(of: rule))
    }

    @Test(arguments: Linter.allRules.map(\.id))
    func `a rule finds at least nine of ten planted faults, and only them`(_ rule: String) throws {
      let planted = try Self.source(of: rule)
      #expect(planted.report(rules: []).problem == nil)
      #expect(planted.expected.count >= 10)
      let found = planted.lines(of: rule)
      let missed = Set(planted.expected).subtracting(found).sorted()
      #expect(missed.count * 10 <= planted.expected.count, "missed: lines \(missed)")
      #expect(found.filter { !planted.expected.contains($0) } == [])
    }
  }
#endif
