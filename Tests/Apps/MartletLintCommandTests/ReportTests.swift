/// The forms of the report, and the codes that runs end with.
#if Lint
  import Foundation
  import Testing

  @Suite("reports") struct ReportTests {
    static let source = "func start() {\n  Task { try await run() }\n}\n"
    static let unowned = "nobody owns this task: no handle is kept, so it can be neither awaited nor cancelled"

    @Test func `text names file, line, column, severity and rule, and ends with 1`() throws {
      let workspace = try Workspace(["A.swift": Self.source, "B.swift": "let x = 1\n"])
      let outcome = try workspace.lint()
      #expect(
        outcome.lines == [
          "A.swift:2:3: warning: this task may throw and nobody sees its error [lost-task-error]",
          "A.swift:2:10: note: it may throw here",
          "A.swift:2:3: warning: \(Self.unowned) [unowned-task]",
        ])
      #expect(outcome.status == 1)
      #expect(try workspace.lint("B.swift") == .init(status: 0, output: "", errors: ""))
    }

    @Test func `JSON holds findings and problems`() throws {
      let workspace = try Workspace(["A.swift": Self.source, "bad.swift": "func (\n"])
      let outcome = try workspace.lint("--format", "json")
      let report = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
      let findings = try #require(report["findings"] as? [[String: Any]])
      #expect(findings.map { $0["rule"] as? String } == ["lost-task-error", "unowned-task"])
      #expect(findings[1]["line"] as? Int == 2 && findings[1]["file"] as? String == "A.swift")
      let problems = try #require(report["problems"] as? [[String: Any]])
      #expect(problems.map { $0["file"] as? String } == ["bad.swift"])
      #expect(outcome.status == 2)
    }

    @Test func `GitHub's annotations are escaped`() throws {
      let workspace = try Workspace(["a,b.swift": "func start() {\n  Task { await run() }\n}\n"])
      let outcome = try workspace.lint("--format", "github")
      #expect(
        outcome.lines == [
          "::warning file=a%2Cb.swift,line=2,endLine=2,col=3,endColumn=22,title=unowned-task::\(Self.unowned)"
        ])
    }

    @Test(.timeLimit(.minutes(5)))
    func `SARIF keeps to its schema`() throws {
      let workspace = try Workspace([
        "A b/ä.swift": Self.source, "bad.swift": "func (\n",
        "C.swift": "// martlet: owned by me it is\nlet x = 1\nfunc f() async { let a = 1; async let b = g() }\n",
      ])
      let outcome = try workspace.lint("--format", "sarif", ".", "missing.swift")
      #expect(outcome.status == 2)
      try workspace.write("report.sarif", outcome.output)
      #expect(outcome.output.contains("A%20b/%C3%A4.swift"))
      let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Scripts/validate-sarif").path
      let valid = try workspace.run("/usr/bin/env", ["bash", script, "report.sarif"])
      #expect(valid.status == 0, "\(valid.output)\(valid.errors)")
      // The check can fail.
      try workspace.write("wrong.sarif", outcome.output.replacing("unicodeCodePoints", with: "bytes"))
      #expect(try workspace.run("/usr/bin/env", ["bash", script, "wrong.sarif"]).status == 1)
    }

    @Test func `a rule is explained, rules are listed, and what is unknown is refused`() throws {
      let workspace = try Workspace()
      let page = try workspace.lint("--explain", "unowned-task")
      #expect(page.status == 0 && page.output.hasPrefix("# unowned-task\n"))
      let list = try workspace.lint("--list-rules")
      #expect(list.lines.contains { $0.hasPrefix("unowned-task ") })
      for arguments in [
        ["--explain", "no-such-rule"], ["--rule", "no-such-rule"], ["--format", "xml"], ["--jobs", "0"],
      ] {
        let outcome = try workspace.run(Workspace.executable.path, arguments)
        #expect(outcome.status == 2 && !outcome.errors.isEmpty)
      }
      #expect(try workspace.lint("--version").status == 0)
    }
  }
#endif
