// Sources whose expected findings stand in them: a line that ends with `// !` breaks the rule.
#if Lint
  import ConcurrencyLint

  /// A source without its marks, and the lines that had them.
  struct MarkedSource {
    var text: String
    var language: SourceLanguage
    var expected: [Int]

    init(_ marked: String, _ language: SourceLanguage = .swift) {
      self.language = language
      var lines: [Substring] = [], expected: [Int] = []
      for (number, line) in marked.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        let isMarked = line.hasSuffix(" // !")
        if isMarked { expected.append(number + 1) }
        lines.append(isMarked ? line.dropLast(5) : line)
      }
      text = lines.joined(separator: "\n")
      self.expected = expected
    }

    /// The lines of a rule's findings, each once.
    func lines(of rule: String) -> [Int] {
      let report = self.report(rules: Linter.allRules.map(\.id))
      return Set(report.findings.filter { $0.rule == rule }.map(\.start.line)).sorted()
    }

    func report(rules: [String]) -> FileReport {
      let severities = Dictionary(uniqueKeysWithValues: rules.map { ($0, Severity.warning) })
      return Workers.map([self], threads: 1) { source in
        let text = SourceText(path: "Example.\(source.language.fileExtension)", text: source.text)
        return Linter(rules: severities).lint(text, as: source.language)
      }[0]
    }
  }

  /// Reports of one text by some rules, or all.
  func lint(
    _ text: String, as language: SourceLanguage = .swift, rules: [String] = Linter.allRules.map(\.id)
  ) -> FileReport {
    MarkedSource(text, language).report(rules: rules)
  }

  extension RuleDescription {
    static func language(of rule: String) -> SourceLanguage {
      Linter.allRules.first { $0.id == rule }?.language ?? .swift
    }
  }
#endif
