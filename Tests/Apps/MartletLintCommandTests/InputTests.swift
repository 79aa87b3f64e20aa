/// Files and folders, good and bad; configuration, baselines, changed lines, the cache, and mending.
#if Lint
  import Foundation
  import Testing

  @Suite("input") struct InputTests {
    static let task = "func start() {\n  Task { await run() }\n}\n"
    static func line(_ path: String, _ line: Int = 2, severity: String = "warning") -> String {
      "\(path):\(line):3: \(severity): \(ReportTests.unowned) [unowned-task]"
    }

    @Test func `folders are searched in order, hidden ones and other files left out`() throws {
      let workspace = try Workspace([
        "b/B.swift": Self.task, "a/A.swift": Self.task, ".build/C.swift": Self.task, "a/.D.swift": Self.task,
        "a/readme.md": "Task {}",
      ])
      #expect(try workspace.lint().lines == [Self.line("a/A.swift"), Self.line("b/B.swift")])
      #expect(try workspace.lint("./b/", "b/B.swift").lines == [Self.line("b/B.swift")])
      #expect(try workspace.lint(".build").lines == [Self.line(".build/C.swift")])
    }

    @Test func `what cannot be checked is said, and the rest is checked`() throws {
      let workspace = try Workspace([
        "A.swift": Self.task, "large.swift": String(repeating: " ", count: 5_000), "readme.md": "",
      ])
      try workspace.write("bytes.swift", Data([0x66, 0xff, 0xfe]))
      try FileManager.default.createSymbolicLink(atPath: workspace.path("loop"), withDestinationPath: ".")
      try FileManager.default.createSymbolicLink(
        atPath: workspace.path("self.swift"), withDestinationPath: "self.swift")
      try workspace.run("/usr/bin/env", ["mkfifo", "pipe.swift"])
      let outcome = try workspace.lint(".", "readme.md", "missing.swift", "--largest", "4000")
      #expect(
        outcome.lines == [
          "pipe.swift: error: not checked: it is no ordinary file",
          "readme.md: error: not checked: it is not a source that is checked",
          "missing.swift: error: not checked: there is no such file",
          "bytes.swift: error: not checked: it is not UTF-8",
          "large.swift: error: not checked: it has more than 4000 bytes",
          Self.line("A.swift"),
        ])
      #expect(outcome.errors.contains("`loop` leads to a folder that was checked already"))
      #expect(outcome.errors.contains("`self.swift` leads nowhere"))
      #expect(outcome.status == 2)
    }

    @Test func `the configuration sets severities, excludes, and differs by path`() throws {
      let workspace = try Workspace([
        "Sources/A.swift": Self.task, "Tests/B.swift": Self.task, "Generated/C.swift": Self.task,
        "more.yml": "rules: { unowned-task: note }\n",
        ".martlet-lint.yml": """
        rules:
          unowned-task: error
        exclude: [Generated]
        paths:
          - match: Tests/**
            rules: { unowned-task: off }
        """,
      ])
      #expect(try workspace.lint().lines == [Self.line("Sources/A.swift", severity: "error")])
      let notes = try workspace.lint("--config", "more.yml", "Tests")
      #expect(notes.lines == [Self.line("Tests/B.swift", severity: "note")])
      #expect(notes.status == 0)
    }

    @Test(arguments: [
      ("rules: { no-such-rule: off }", "there is no rule `no-such-rule`"),
      ("rules: { unowned-task: loud }", "and not `loud`"), ("rule: {}", "there is no key `rule`"),
      ("paths: [{ rules: {} }]", "has no `match`"), ("rules: [", ""), ("- a", "is a mapping"),
      ("exclude: &a [*a]", ""),
    ])
    func `a configuration with a mistake is refused`(_ text: String, _ message: String) throws {
      let workspace = try Workspace(["A.swift": Self.task, "c.yml": text])
      let outcome = try workspace.lint("--config", "c.yml")
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains("c.yml: " + message) || outcome.errors.contains(message) && !message.isEmpty)
    }

    @Test func `a baseline hides what it holds, though lines move`() throws {
      let workspace = try Workspace(["A.swift": Self.task])
      let written = try workspace.lint("--write-baseline", "base.json")
      #expect(written == .init(status: 0, output: "", errors: ""))
      try workspace.write("A.swift", "// above\n\n" + Self.task + "func other() {\n  Task { await other() }\n}\n")
      let outcome = try workspace.lint("--baseline", "base.json")
      #expect(outcome.lines == [Self.line("A.swift", 7)])
      #expect(try workspace.lint("--baseline", "none.json").status == 2)
      #expect(try workspace.names() == ["A.swift", "base.json"])
    }

    @Test func `since a commit, changed lines and new files are reported`() throws {
      let workspace = try Workspace(["a/A.swift": Self.task])
      try workspace.git("init", "-q")
      try workspace.git("add", ".")
      try workspace.git("commit", "-qm", "first")
      #expect(try workspace.lint("--since", "HEAD").status == 0)
      try workspace.write("a/A.swift", Self.task + "func other() {\n  Task { await other() }\n}\n")
      try workspace.write("B.swift", Self.task)
      #expect(try workspace.lint("--since", "HEAD").lines == [Self.line("B.swift"), Self.line("a/A.swift", 5)])
      #expect(try workspace.lint("--since", "no-such-commit").status == 2)
      #expect(try workspace.lint("--since=--output=x").status == 2)
    }

    @Test func `the cache gives the same report, and nothing of other contents or rules`() throws {
      let workspace = try Workspace(["A.swift": Self.task, "B.swift": "let x = 1\n"])
      let first = try workspace.lint("--cache", "cache.json")
      #expect(first.lines == [Self.line("A.swift")])
      #expect(try workspace.lint("--cache", "cache.json") == first)
      // What is read is what was kept: a message that was changed there is reported.
      try workspace.write(
        "cache.json", try workspace.read("cache.json").replacing("nobody owns", with: "somebody owns"))
      #expect(try workspace.lint("--cache", "cache.json").output.contains("somebody owns"))
      #expect(try workspace.lint("--cache", "cache.json", "--rule", "async-let-never-awaited").status == 0)
      try workspace.write("A.swift", "\n" + Self.task)
      #expect(try workspace.lint("--cache", "cache.json").lines == [Self.line("A.swift", 3)])
      try workspace.write("cache.json", "no JSON")
      #expect(try workspace.lint("--cache", "cache.json").lines == [Self.line("A.swift", 3)])
    }

    @Test func `mending changes what can be mended, keeps permissions, and reports the rest`() throws {
      let workspace = try Workspace([
        "A.swift": "// martlet: owned by me it is\nfunc f() async throws {\n  Thread.sleep(forTimeInterval: 1)\n}\n",
        "B.swift": Self.task,
      ])
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: workspace.path("A.swift"))
      try FileManager.default.createSymbolicLink(atPath: workspace.path("link.swift"), withDestinationPath: "A.swift")
      let outcome = try workspace.lint("--fix", "link.swift", "B.swift")
      #expect(outcome.lines == [Self.line("B.swift")])
      #expect(outcome.errors == "mended 2 findings\n")
      #expect(
        try workspace.read("A.swift") == "func f() async throws {\n  try await Task.sleep(for: .seconds(1))\n}\n")
      let attributes = try FileManager.default.attributesOfItem(atPath: workspace.path("A.swift"))
      #expect(attributes[.posixPermissions] as? Int == 0o640)
      #expect(try workspace.names() == ["A.swift", "B.swift", "link.swift"])
    }

    @Test func `reading alone writes nothing`() throws {
      let workspace = try Workspace(["A.swift": Self.task])
      _ = try workspace.lint()
      #expect(try workspace.names() == ["A.swift"])
    }

    private static let ticker = """
      package p
      import "time"
      func f(stop chan bool) {
      \tticker := time.NewTicker(1)
      \tselect {
      \tcase <-ticker.C:
      \tcase <-stop:
      \t}
      }

      """

    private static func unstopped(_ path: String) -> String {
      "\(path):4:12: warning: nobody stops this ticker: it ticks for ever [go-unstopped-ticker]"
    }

    @Test func `a Go file has the version of the nearest go.mod, or the one that is asked for`() throws {
      let workspace = try Workspace([
        "go.mod": "module a\n\ngo 1.22\n", "a.go": Self.ticker, "b/c/d.go": Self.ticker,
        "new/go.mod": "module b\n\ngo 1.24\n", "new/e.go": Self.ticker, "bad/go.mod": "module c\n",
        "bad/f.go": Self.ticker,
      ])
      #expect(try workspace.lint().lines == [Self.unstopped("a.go"), Self.unstopped("b/c/d.go")])
      #expect(try workspace.lint("new", "--go", "1.20").lines == [Self.unstopped("new/e.go")])
      #expect(try workspace.lint("--go", "1.24").lines == [])
      #expect(try workspace.lint("--go", "new").status == 2)
    }

    @Test func `the cache tells language versions apart`() throws {
      let workspace = try Workspace(["go.mod": "module a\n\ngo 1.24\n", "a.go": Self.ticker])
      let cache = workspace.path("cache.json")
      #expect(try workspace.lint("--cache", cache).lines == [])
      try workspace.write("go.mod", "module a\n\ngo 1.22\n")
      #expect(try workspace.lint("--cache", cache).lines == [Self.unstopped("a.go")])
    }

    @Test func `bad Go files are named and skipped`() throws {
      let workspace = try Workspace([
        "a.go": "package p\nfunc f( {\n", "b.go": "package p\nvar x = " + String(repeating: "[", count: 9_000),
        "d.go": "package p\nfunc f() { for { select { case <-c: default: } } }\n",
      ])
      try workspace.write("c.go", Data([0x70, 0xff, 0xfe]))
      let outcome = try workspace.lint()
      #expect(
        outcome.lines == [
          "a.go:2:9: error: not checked: expected a type",
          "b.go:2:1009: error: not checked: it nests too deeply",
          "c.go: error: not checked: it is not UTF-8",
          "d.go:2:18: warning: the loop spins while no case is ready: its `default` does not wait [go-spinning-select]",
          "d.go:2:37: note: the empty `default`",
        ])
      #expect(outcome.status == 2)
    }
  }
#endif
