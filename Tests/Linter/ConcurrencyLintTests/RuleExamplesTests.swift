/// The examples of each rule, which are its documentation.
#if Lint
  import ConcurrencyLint
  import Testing

  @Suite("examples of rules") struct RuleExamplesTests {
    struct Example: Sendable, CustomTestStringConvertible {
      var rule: String, name: String, source: String
      var testDescription: String { "\(rule), \(name)" }
    }

    static func examples(_ name: String, _ sources: KeyPath<RuleDescription, [String]>) -> [Example] {
      (Linter.allRules + RuleDescription.directives).flatMap { rule in
        rule[keyPath: sources].enumerated().map { index, source in
          Example(rule: rule.id, name: "\(name) \(index + 1)", source: source)
        }
      }
    }

    @Test(arguments: examples("bad", \.bad))
    func `a bad example breaks its rule in the marked lines`(_ example: Example) {
      let marked = MarkedSource(example.source, RuleDescription.language(of: example.rule))
      #expect(!marked.expected.isEmpty)
      #expect(marked.report(rules: []).problem == nil)
      #expect(marked.lines(of: example.rule) == marked.expected)
    }

    @Test(arguments: examples("good", \.good))
    func `a good example keeps its rule`(_ example: Example) {
      let marked = MarkedSource(example.source, RuleDescription.language(of: example.rule))
      #expect(marked.report(rules: []).problem == nil)
      #expect(marked.lines(of: example.rule) == [])
    }

    @Test func `every rule has examples of both kinds, a summary and a rationale`() {
      for rule in Linter.allRules + RuleDescription.directives {
        #expect(!rule.bad.isEmpty && !rule.good.isEmpty)
        #expect(!rule.summary.hasSuffix(".") && rule.rationale.hasSuffix("."))
        #expect(rule.id.allSatisfy { $0.isLowercase || $0 == "-" })
      }
      #expect(Set(Linter.allRules.map(\.id)).count == Linter.allRules.count)
    }
  }
#endif
