/// Go through the engine: directives, language versions, fingerprints, and input that is bad.
#if Lint
  import ConcurrencyLint
  import Testing

  @Suite("Go in the engine") struct GoEngineTests {
    private static let start = "go http.ListenAndServe(\":80\", nil)"

    private static func report(_ lines: String, rules: [String] = Linter.allRules.map(\.id)) -> FileReport {
      lint("package p\n\nimport (\n\t\"net/http\"\n\t\"time\"\n)\n\nfunc f() {\n\(lines)\n}\n", as: .go, rules: rules)
    }

    @Test(arguments: [
      "// martlet: owned by main it runs as long as the process\n\t\(start)",
      "\(start) // martlet: owned by main it runs as long as the process",
      "// martlet:disable:next go-without-owner it runs as long as the process\n\t\(start)",
      "\(start) // martlet:disable:this go-without-owner it runs as long as the process",
    ])
    func `a directive ends the finding of its line`(_ lines: String) {
      #expect(Self.report(lines).findings == [])
    }

    @Test(arguments: [
      ("// martlet: owned by main\n\(start)", ["malformed-directive", "go-without-owner"]),
      ("// martlet:disable:next no-such-rule for fun\n\(start)", ["malformed-directive", "go-without-owner"]),
      ("// martlet: owned by main it ends with it\nprintln()", ["unused-contract"]),
      (
        "// martlet:disable:next go-without-owner it ends\nprintln()\n\(start)",
        ["unused-suppression", "go-without-owner"]
      ),
      ("x := \"// martlet: owned by main it ends\"\n_ = x\n\(start)", ["go-without-owner"]),
      ("/* martlet: owned by main it ends */ \(start)", ["go-without-owner"]),
    ])
    func `a directive that is wrong or idle is reported`(_ lines: String, _ rules: [String]) {
      #expect(Self.report(lines).findings.map(\.rule) == rules)
    }

    @Test func `a contract is idle only where a rule of the same language ran`() {
      let contract = "// martlet: owned by main it ends with it"
      #expect(Self.report("\(contract)\nprintln()", rules: ["unowned-task"]).findings == [])
      #expect(lint("\(contract)\nrun()", rules: ["go-without-owner"]).findings == [])
    }

    @Test func `a finding has a place, an end and notes`() throws {
      let report = Self.report("\tä := make(chan int)\n\tclose(ä)\n\tä <- 1", rules: ["go-send-after-close"])
      let finding = try #require(report.findings.first)
      #expect(finding.start == Position(line: 11, column: 2))
      #expect(finding.end == Position(line: 11, column: 8))
      #expect(finding.notes.map(\.start) == [Position(line: 10, column: 2)])
    }

    @Test func `what has several lines is shown by its first`() throws {
      let report = Self.report("\tgo func() {\n\t\ttime.Sleep(1)\n\t}()", rules: ["go-without-owner"])
      let finding = try #require(report.findings.first)
      #expect(finding.start == Position(line: 9, column: 2))
      #expect(finding.end == Position(line: 9, column: 13))
    }

    private static let ticker = """
      package p
      import "time"
      func f(stop chan bool) {
        ticker := time.NewTicker(1)
        select {
        case <-ticker.C:
        case <-stop:
        }
      }
      """

    @Test(arguments: [
      ("", nil, 0), ("", GoVersion(1, 23), 0), ("", GoVersion(1, 22), 1),
      ("//go:build go1.20\n", nil, 1), ("//go:build go1.20\n", GoVersion(1, 25), 1),
      ("//go:build go1.24\n", GoVersion(1, 22), 0), ("//go:build linux && go1.21\n", nil, 1),
      ("//go:build linux || go1.21\n", GoVersion(1, 25), 0), ("//go:build !go1.21\n", GoVersion(1, 25), 0),
      ("// go1.20\n", GoVersion(1, 25), 0),
    ])
    func `the language version decides about tickers`(_ head: String, _ version: GoVersion?, _ count: Int) {
      let text = SourceText(path: "a.go", text: head + Self.ticker)
      let report = Linter(rules: ["go-unstopped-ticker": .warning]).lint(text, as: .go, version: version)
      #expect(report.findings.count == count)
    }

    @Test(arguments: [
      ("module a\n\ngo 1.21\n", GoVersion(1, 21)), ("module a\ngo 1.22.3 // why\ntoolchain go1.24\n", GoVersion(1, 22)),
      ("module a\r\ngo 1.23rc1\r\n", GoVersion(1, 23)), ("module a\n", nil), ("// go 1.20\nmodule a\ngo one\n", nil),
    ])
    func `the go directive of a module is its version`(_ module: String, _ version: GoVersion?) {
      #expect(GoVersion.directive(ofModule: module) == version)
    }

    @Test(arguments: [
      ("", "expected the package clause", 1), ("package p\nfunc f() {\n\tif {}\n}\n", "expected an expression", 3),
      ("package p\nvar x = \"a\n", "a string has no end", 2),
      ("package p\nvar x = " + String(repeating: "(", count: 100_000), "it nests too deeply", 2),
      ("package p\nfunc f() " + String(repeating: "{", count: 100_000), "it nests too deeply", 2),
    ])
    func `what cannot be read ends in a message`(_ source: String, _ message: String, _ line: Int) {
      let report = lint(source, as: .go)
      #expect(report.problem == message)
      #expect(report.problemStart?.line == line)
      #expect(report.findings == [])
    }

    @Test(arguments: [".a", "()", "[0]", " + <-c", ".(T)"])
    func `long lines and deep chains are no trouble`(_ link: String) {
      let chain = "x" + String(repeating: link, count: 20_000)
      let source = "package p\nvar x, c = 1, make(chan int)\nfunc f() { go g(\(chain)); c <- 1; close(\(chain)) }\n"
      #expect(lint(source, as: .go).problem == nil)
    }

    @Test func `names that lead in circles end in silence`() {
      let source = """
        package p
        type A struct { B }
        type B struct { A; c C }
        type C D
        type D C
        var a = b
        var b = a
        func f() { g() }
        func g() { go f(); go g(); a.c.d <- 1; close(b.c); f := f; f() }
        func h(c chan int) { h(c); go h(c); close(c); c <- 1 }
        """
      #expect(lint(source, as: .go).problem == nil)
    }
  }
#endif
