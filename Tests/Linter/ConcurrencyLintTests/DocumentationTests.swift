/// The pages of the rules are what the rules say, and the table of the guide is what was judged.
#if Lint
  import ConcurrencyLint
  import Foundation
  import Testing

  @Suite("the linter's documentation") struct DocumentationTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Documentation")

    private static func text(_ path: String) throws -> String {
      try String(contentsOf: folder.appending(path: path), encoding: .utf8)
    }

    @Test func `each rule has its page, made by Scripts_generate-lint-pages`() throws {
      let rules = Linter.allRules + RuleDescription.directives
      for rule in rules { #expect(try Self.text("Lint/Rules/\(rule.id).md") == rule.page) }
      let names = try FileManager.default.contentsOfDirectory(
        atPath: Self.folder.appending(path: "Lint/Rules").path)
      #expect(Set(names) == Set(rules.map { $0.id + ".md" }))
    }

    @Test(arguments: [
      ("MistakeBareSpawn", 2), ("MistakeForgottenCase", 2), ("MistakeForgottenDrain", 2), ("MistakeRacingClosers", 1),
      ("MistakeSlowConsumer", 1), ("MistakeTickerWithoutEnd", 2),
    ])
    func `a page about a mistake shows what the linter says of its program`(_ page: String, _ count: Int) throws {
      let path = Self.folder.deletingLastPathComponent().appending(path: "Sources/Runtime/CSP/CSP.docc/\(page).md")
      let parts = try String(contentsOf: path, encoding: .utf8).components(separatedBy: "```")
      let program = try #require(parts.dropFirst().first { $0.hasPrefix("swift\n") }).dropFirst("swift\n".count)
      let shown = parts.joined().split(separator: "\n").filter { $0.hasPrefix("    ") && $0.contains(": warning: ") }
        .map { $0.drop { $0 != ":" } }
      let said = lint(String(program)).findings.map {
        ":\($0.start.line):\($0.start.column): warning: \($0.message) [\($0.rule)]"
      }
      #expect(shown.count == count)
      #expect(shown.allSatisfy { said.contains(String($0)) }, "\(said)")
    }

    /// What was judged of a rule: findings that every reader called right, and all. The second reader's column is empty
    /// where one alone has read.
    struct Judgement: Equatable {
      var right = 0, all = 0
      var isEnough: Bool { right * 100 >= all * 95 }
    }

    static func judgements() throws -> [String: Judgement] {
      let lines = try text("Lint/Judgements.tsv").split(separator: "\n").map {
        $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      }
      #expect(lines.first == ["rule", "package", "version", "place", "verdict", "second", "reason"])
      return try lines.dropFirst().reduce(into: [:]) { judgements, cells in
        try #require(cells.count == 7 && !cells[6].isEmpty, "\(cells)")
        #expect(["true", "false"].contains(cells[4]) && ["true", "false", ""].contains(cells[5]), "\(cells)")
        judgements[cells[0], default: Judgement()].all += 1
        if !cells[4...5].contains("false") { judgements[cells[0]]!.right += 1 }
      }
    }

    @Test func `no rule is on by default that was judged wrong in more than 5 of 100 findings`() throws {
      let judgements = try Self.judgements()
      #expect(Set(judgements.keys).isSubset(of: Linter.allRules.map(\.id)))
      for rule in Linter.allRules where rule.isOnByDefault {
        #expect(judgements[rule.id]?.isEnough ?? true, "\(rule.id)")
      }
    }

    @Test func `the guide's table is what was judged and what is found of planted faults`() throws {
      let judgements = try Self.judgements()
      var table = [
        "| rule | what it reports | on | judged | right | planted | found |", "|---|---|---|---|---|---|---|",
      ]
      for rule in Linter.allRules {
        let judged = judgements[rule.id] ?? Judgement()
        let planted = try PlantedFaultTests.source(of: rule.id)
        let found = Set(planted.lines(of: rule.id)).intersection(planted.expected).count
        table.append(
          "| [\(rule.id)](Lint/Rules/\(rule.id).md) | \(rule.summary) | \(rule.isOnByDefault ? "yes" : "no") "
            + "| \(judged.all) | \(judged.right) | \(planted.expected.count) | \(found) |")
      }
      let expected = "<!-- table -->\n\(table.joined(separator: "\n"))\n<!-- end -->"
      #expect(try Self.text("Lint.md").contains(expected), "\(expected)")
    }
  }
#endif
