import Foundation
import Testing

@Suite struct RefinesCommandTests {
  static let script = """
    channel a, b
    P = a -> b -> P
    Q = a -> (b -> Q |~| STOP)
    SYSTEM = Q [| {b} |] RUN({b})
    assert P [T= SYSTEM
    assert P [F= SYSTEM
    assert not STOP [T= P
    print 1 + 1
    """

  static let exits: [(arguments: [String], status: Int32)] = [
    ([], 0), (["--strict"], 1), (["--quiet", "--brief"], 0), (["-f", "json", "--strict"], 1),
  ]

  @Test(arguments: exits)
  func `it ends with 0 once the report is written, and with --strict as check does`(
    _ arguments: [String], _ status: Int32
  ) throws {
    #expect(try Command(["refines", "-"] + arguments, input: Self.script).status == status)
  }

  @Test func `the text has the layout of refines`() throws {
    let result = try Command("refines", "-", "--format", "plain", "--divide", input: Self.script)
    #expect(
      result.output.hasPrefix(
        """
        1 + 1 = 2
        P [T= SYSTEM:
            Log:
            Result: Passed
            Visited States: \

        """))
    for line in [
      "P [F= SYSTEM:", "    Result: Failed", "    Counterexample (Minimal Acceptance Counterexample)",
      "        Specification Debug:", "                Available Events: {b}", "        Implementation Debug:",
      "            SYSTEM:", "                Trace: <a>", "                Min Acceptance: {}",
      "                    Trace: <a>", "                    Min Acceptance: {b}",
    ] {
      #expect(result.output.contains("\n\(line)\n"), "\(line) in\n\(result.output)")
    }
    #expect(!result.output.contains("τ"))
  }

  @Test func `--reveal-taus shows internal events, and --brief one line an assertion`() throws {
    let revealed = try Command("refines", "-", "--reveal-taus", input: Self.script)
    #expect(revealed.output.contains("                Trace: <a, τ>\n"))
    let brief = try Command("refines", "-", "-b", "-q", input: Self.script)
    #expect(brief.output == "1 + 1 = 2\nP [T= SYSTEM: Passed\nP [F= SYSTEM: Failed\nnot STOP [T= P: Passed\n")
  }

  private func object(_ text: some StringProtocol) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `JSON has the fields of refines`() throws {
    let file = try object(try Command("refines", "-", "--format", "json", input: Self.script).output)
    #expect(file["file_name"] as? String == "-")
    for key in ["errors", "warnings", "event_map", "results", "print_statement_results"] { #expect(file[key] != nil) }
    let results = try #require(file["results"] as? [[String: Any]])
    #expect(results.map { $0["result"] as? Int } == [1, 0, 1])
    let counterexample = try #require((results[1]["counterexamples"] as? [[String: Any]])?.first)
    let behaviour = try #require(counterexample["implementation_behaviour"] as? [String: Any])
    for key in ["type", "machine_name", "trace", "child_behaviours"] { #expect(behaviour[key] != nil) }
  }

  @Test func `framed JSON has one object an assertion, then what is left to say`() throws {
    let lines = try Command("refines", "-", "--format", "framed_json", input: Self.script).output.split(separator: "\n")
    #expect(lines.count == 4)
    for line in lines.prefix(3) { #expect(try object(line)["result"] is [String: Any]) }
    #expect((try object(lines[3])["print_statement_results"] as? [Any])?.count == 1)
  }

  @Test func `XML and YAML carry the same`() throws {
    let xml = try Command("refines", "-", "--format", "xml", input: Self.script).output
    #expect(xml.contains("<assertion_string>P [T= SYSTEM</assertion_string>"))
    #expect(xml.components(separatedBy: "<item>").count == xml.components(separatedBy: "</item>").count)
    #expect(xml.contains("<entry key=\""))
    let yaml = try Command("refines", "-", "--format", "yaml", input: Self.script).output
    #expect(yaml.hasPrefix("---\n"))
    #expect(yaml.contains("\n    \"assertion_string\": \"P [T= SYSTEM\"\n"))
  }

  @Test func `options of FDR's engine are taken, and named where they mean nothing here`() throws {
    let result = try Command(
      "refines", "-", "-b", "--refinement-storage-compressor", "Zip", "--cspm-evaluator-heap-size", "2G",
      input: Self.script)
    #expect(result.status == 0)
    #expect(result.errors == "note: `--refinement-storage-compressor` has no meaning here\n")
    let quiet = try Command("refines", "-", "-q", "--refinement-track-history", "true", input: Self.script)
    #expect(quiet.errors == "")
  }

  @Test func `--typecheck checks types alone`() throws {
    #expect(try Command("refines", "-", "--typecheck", input: Self.script).output == "-: no type errors\n")
    let wrong = try Command("refines", "-", "-t", input: "x = 1 + true")
    #expect(wrong.status == 2)
    #expect(wrong.errors.contains("type-mismatch"))
  }

  @Test func `--archive stores the script with what it includes`() throws {
    let folder = try Folder(["main.csp": "include \"part.csp\"\nx = y\n", "part.csp": "y = 1\n"])
    #expect(try Command("refines", "--archive", folder.path("all.tar"), folder.path("main.csp")).status == 0)
    let bytes = try Data(contentsOf: URL(filePath: folder.path("all.tar")))
    #expect(bytes.count == 512 * 6)
    #expect(bytes[257..<262].elementsEqual("ustar".utf8))
    #expect(bytes[512..<(512 + 18)].elementsEqual("include \"part.csp\"".utf8))
    #expect(bytes[(3 * 512)...].starts(with: "y = 1\n".utf8))
  }

  @Test(arguments: [
    ["refines"], ["refines", "/nowhere.csp"], ["refines", "--remote", "host", "x"], ["refines", "--nonsense", "x"],
    ["refines", "--format", "html", "x"], ["refines", "--archive", "a.tar", "x", "y"],
  ])
  func `bad usage ends with 2`(_ arguments: [String]) throws { #expect(try Command(arguments).status == 2) }
}
