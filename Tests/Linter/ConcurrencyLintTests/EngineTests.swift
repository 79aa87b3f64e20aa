/// Directives, fingerprints, fixes, and input that is bad.
#if Lint
  import ConcurrencyLint
  import Testing

  @Suite("the engine") struct EngineTests {
    private static let task = "Task { await run() }"

    @Test(arguments: [
      "// martlet: owned by Server it is cancelled in stop()\n  \(task)",
      "\(task) // martlet: owned by Server it is cancelled in stop()",
      "// martlet: owned by Server it is cancelled\n  // in stop(), always\n\n  \(task)",
      "// martlet:disable:next unowned-task the process ends with it\n  \(task)",
      "\(task) // martlet:disable:this unowned-task the process ends with it",
    ])
    func `a directive ends the finding of its line`(_ lines: String) {
      #expect(lint("func start() {\n  \(lines)\n}").findings == [])
    }

    @Test(arguments: [
      ("// martlet: owned by Server\n\(task)", ["malformed-directive", "unowned-task"]),
      ("// martlet:disable:next unowned-task\n\(task)", ["malformed-directive", "unowned-task"]),
      ("// martlet:disable:next no-such-rule for fun\n\(task)", ["malformed-directive", "unowned-task"]),
      ("// martlet:disable:all unowned-task for fun\n\(task)", ["malformed-directive", "unowned-task"]),
      ("// martlet:disable:next lost-task-error it logs\n\(task)", ["unused-suppression", "unowned-task"]),
      ("// martlet: owned by Server it is cancelled\nrun()", ["unused-contract"]),
      ("// martlet:disable:next unowned-task it ends\nrun()\n\(task)", ["unused-suppression", "unowned-task"]),
      ("// see martlet: owned by nobody\n\(task)", ["unowned-task"]),
      ("let text = \"// martlet: owned by Server it is\"\n\(task)", ["unowned-task"]),
    ])
    func `a directive that is wrong or idle is reported`(_ source: String, _ rules: [String]) {
      #expect(lint("func start() {\n\(source)\n}").findings.map(\.rule) == rules)
    }

    @Test func `a suppression of a rule that did not run is not idle`() {
      let source = "// martlet:disable:next busy-receive it is a test\nrun()"
      #expect(lint(source, rules: ["unowned-task"]).findings == [])
    }

    @Test func `a finding has a place, an end and notes`() throws {
      let report = lint("func f() {\n  let ä = 1; Task { try await run() }\n}", rules: ["lost-task-error"])
      let finding = try #require(report.findings.first)
      #expect(finding.start == Position(line: 2, column: 14))
      #expect(finding.end == Position(line: 2, column: 38))
      #expect(finding.notes.map(\.start) == [Position(line: 2, column: 21)])
      #expect(finding.severity == .warning)
    }

    @Test func `a fingerprint survives lines above and tells equal lines apart`() {
      func prints(_ source: String) -> [String] { lint(source, rules: ["unowned-task"]).findings.map(\.fingerprint) }
      let one = prints("func f() {\n  \(Self.task)\n  \(Self.task)\n}")
      #expect(Set(one).count == 2)
      #expect(prints("// more\n\nfunc g() {\n    \(Self.task)\n\(Self.task)\n}") == one)
    }

    @Test func `fixes of directives remove the line or what stands behind it`() {
      let source = "// martlet: owned by Server it is cancelled\nrun() // martlet:disable:this unowned-task it ends\n"
      let fixes = lint(source).findings.compactMap(\.fix)
      let result = Fix.apply(fixes, to: Array(source.utf8))
      #expect(String(decoding: result.bytes, as: UTF8.self) == "run()\n")
      #expect(result.count == 2)
    }

    @Test func `a sleeping thread is mended where cancellation may be thrown`() {
      let source = "func f() async throws {\n  Thread.sleep(forTimeInterval: 2 * pause)\n}"
      let fixes = lint(source).findings.compactMap(\.fix)
      #expect(
        String(decoding: Fix.apply(fixes, to: Array(source.utf8)).bytes, as: UTF8.self)
          == "func f() async throws {\n  try await Task.sleep(for: .seconds(2 * pause))\n}")
    }

    @Test func `a file that nests 300 deep is read, and one that nests 3,000 deep is not`() {
      func nested(_ depth: Int) -> String {
        "func f() {\n" + String(repeating: "if a {\n", count: depth) + Self.task
          + String(repeating: "}\n", count: depth + 1)
      }
      let report = lint(nested(300), rules: ["unowned-task"])
      #expect(report.problem == nil)
      #expect(report.findings.map(\.start.line) == [302])
      #expect(lint(nested(3_000)).problem == "it nests too deeply")
      let brackets = String(repeating: "(", count: 300) + "1" + String(repeating: ")", count: 300)
      #expect(lint("let x = " + brackets) == FileReport())
    }

    @Test(arguments: [
      "// Generated using Sourcery 2.2\n// DO NOT EDIT", "/*\n @generated\n*/", "// Made by us. DO NOT EDIT",
    ])
    func `a file that a program wrote is passed over`(_ header: String) {
      let code = "func f() {\n  \(Self.task)\n}"
      #expect(lint("\n\(header)\n\(code)") == FileReport())
      #expect(lint("import A\n\(header)\n\(code)").findings.map(\.rule) == ["unowned-task"])
    }

    @Test(arguments: [
      ("let y = 1\nlet x = \n", "it is not Swift that the parser understands", 2),
      ("func f( {\n}\n", "it is not Swift that the parser understands", 1),
      (String(repeating: "(", count: 10_000), "it nests too deeply", 1),
      (
        "let x = " + String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000),
        "it nests too deeply", 1
      ),
      ("let x = a" + String(repeating: ".b", count: 10_000), "it nests deeper than \(2_000) levels", 1),
      ("let x = a" + String(repeating: "!", count: 10_000), "", 1),
      ("let x: A" + String(repeating: "?", count: 10_000) + " = nil", "", 1),
      ("let x = [" + String(repeating: " [A: [", count: 10) + "]", "it nests too deeply", 1),
      ("let x = a" + String(repeating: "()", count: 10_000), "", 1),
      ("let x = a" + String(repeating: "[0]", count: 10_000), "", 1),
      ("let x: A" + String(repeating: ".B", count: 10_000), "", 1),
      ("let x: " + String(repeating: "A<", count: 10_000), "it nests too deeply", 1),
      ("let x: " + String(repeating: "A -> ", count: 10_000) + "A", "it nests too deeply", 1),
      ("if case " + String(repeating: "let ", count: 10_000) + "= a {}", "it nests too deeply", 1),
      (String(repeating: "#if a\n", count: 10_000), "it nests too deeply", 101),
      ("if a {} " + String(repeating: "else if a {} ", count: 20_000), "", 1),
      ("let x = " + String(repeating: "await ", count: 20_000) + "a", "", 1),
    ])
    func `what cannot be read ends in a message`(_ source: String, _ message: String, _ line: Int) {
      let report = lint(source)
      #expect(report.problem != nil)
      if !message.isEmpty {
        #expect(report.problem == message)
        #expect(report.problemStart?.line == line)
      }
      #expect(report.findings == [])
    }

    @Test func `long lines, empty files and other bytes are no trouble`() {
      let sum = "let x = " + Array(repeating: "1", count: 100_000).joined(separator: " + ")
      #expect(lint(sum) == FileReport())
      #expect(lint("") == FileReport())
      #expect(SourceText(path: "a.swift", bytes: [0x66, 0xff, 0xfe]) == nil)
      #expect(lint("\u{feff}let x = 1\r\nlet y = 2\r") == FileReport())
    }

    @Test func `digests are those of SipHash with 128 bits and tell contents apart`() {
      let inputs = (0..<64).map { length in Array(repeating: UInt8(7), count: length) }
      #expect(Set(inputs.map { Digest.hexadecimal($0) }).count == inputs.count)
      #expect(Digest.hexadecimal("").count == 32)
    }
  }
#endif
