import Foundation
import Testing

@Suite struct CheckCommandTests {
  static let buffer = """
    channel left, right : {0..1}
    BUFFER = left?x -> right!x -> BUFFER
    BROKEN = left?x -> right!0 -> BROKEN
    assert BUFFER [T= BROKEN
    assert BUFFER [FD= BUFFER
    assert not BUFFER [T= BROKEN
    COUNT(n) = left.0 -> COUNT(n + 1)
    assert COUNT(0) :[deadlock free]
    assert STOP [T= missing
    print 1 + 1
    """

  static let exits: [(arguments: [String], status: Int32)] = [
    (["--assert", "2"], 0), (["--assert", "1"], 1), (["--assert", "3"], 0), (["--assert", "4", "--max-states", "100"], 3),
    (["--assert", "5"], 2), (["--assert", "1", "--assert", "4", "--max-states", "100"], 1), ([], 2),
    (["--assert", "9"], 2), (["--assert", "0"], 2), (["--max-states", "none"], 2), (["--nonsense"], 2),
    (["--timeout", "1xs"], 2), (["--compress", "some"], 2), (["--assert", "2", "--compress", "none"], 0),
    (["--max-memory", "-4"], 2), (["--spec", "other"], 2), (["--workers", "0"], 2), (["--workers", "257"], 2),
    (["--assert", "2", "--workers", "3"], 0), (["--assert", "2", "--spec", "normal"], 0),
    (["--spill", "no/such/directory"], 2), (["--assert", "2", "--spill", "."], 0),
    (["--assert", "1", "--spec", "antichain"], 1),
  ]

  @Test(arguments: exits)
  func `the exit code says how it went`(_ arguments: [String], _ status: Int32) throws {
    // The mistake of assertion 5 is in the assertion, so that the others are not touched by it.
    let folder = try Folder(["a.csp": Self.buffer])
    var arguments = arguments
    if arguments.isEmpty { arguments = ["--max-states", "100"] }
    #expect(try Command(["check", folder.path("a.csp")] + arguments).status == status)
  }

  @Test func `text shows verdicts, traces and what the specification allows`() throws {
    let result = try Command("check", "-", "--assert", "1", input: Self.buffer)
    #expect(result.status == 1)
    #expect(result.output.contains("fails      1  BUFFER [T= BROKEN"))
    #expect(result.output.contains("event right.0 is not allowed after ⟨left.1⟩"))
    #expect(result.output.contains("trace: ⟨left.1, right.0⟩"))
    #expect(result.output.contains("the specification allows: {right.1}"))
    #expect(!result.output.contains("\u{1B}"), "no colours outside a terminal")
  }

  @Test func `JSON has the fields of refines and our own`() throws {
    let result = try Command("check", "-", "--format", "json", "--max-states", "100", input: Self.buffer)
    let file = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(result.output.split(separator: "\n").count == 1)
    #expect(file["file_name"] as? String == "-")
    for key in ["errors", "warnings", "event_map", "results", "print_statement_results"] { #expect(file[key] != nil) }
    let results = try #require(file["results"] as? [[String: Any]])
    #expect(results.map { $0["verdict"] as? String } == ["fails", "holds", "holds", "undecided", "error"])
    #expect(results.map { $0["is_negated"] as? Int } == [0, 0, 1, 0, 0])
    #expect(results[0]["result"] as? Int == 0)
    #expect(results[0]["trace"] as? [String] == ["left.1", "right.0"])
    #expect(results[0]["visited_states"] as? Int == 3)
    #expect(results[2]["trace"] as? [String] == ["left.1", "right.0"])
    #expect((results[4]["errors"] as? [String])?.first?.contains("-:9:17: `missing` is not defined") == true)
    let counterexample = try #require((results[0]["counterexamples"] as? [[String: Any]])?.first)
    #expect(counterexample["type"] as? String == "trace")
    let behaviour = try #require(counterexample["implementation_behaviour"] as? [String: Any])
    let events = try #require(file["event_map"] as? [String: String])
    let trace = try #require(behaviour["trace"] as? [Int])
    #expect(trace.map { events[String($0)] } == ["left.1"])
    #expect(events[String(try #require(behaviour["error_event"] as? Int))] == "right.0")
    let prints = try #require(file["print_statement_results"] as? [[String: Any]])
    #expect(prints.map { $0["result"] as? String } == ["2"])
  }

  @Test func `several files give one line of JSON each, and the worst exit code`() throws {
    let folder = try Folder(["a.csp": "assert STOP :[divergence free]", "b.csp": "assert STOP :[deadlock free]"])
    let result = try Command("check", "--format", "json", folder.path("a.csp"), folder.path("b.csp"))
    #expect(result.output.split(separator: "\n").count == 2)
    #expect(result.status == 1)
  }

  static let badInput: [(files: [String: String], place: String, id: String)] = [
    (["a.csp": "P = ("], "a.csp:1:6", "unexpected-token"),
    (["a.csp": "include \"b.csp\""], "a.csp:1:1", "unreadable-file"),
    (["a.csp": "include \"b.csp\"", "b.csp": "include \"a.csp\""], "b.csp:1:1", "include-cycle"),
    (["a.csp": "include \"../outside.csp\""], "a.csp:1:1", "include-outside-root"),
    (["a.csp": "P = P [] STOP\nassert P :[deadlock free]"], "a.csp:", "unguarded-recursion"),
    (["a.csp": "P = STOP ||| P\nassert P :[deadlock free]"], "a.csp:", "unguarded-recursion"),
    (["a.csp": "channel c : {0..1}\nP = c.2 -> STOP\nassert P :[deadlock free]"], "a.csp:2:5", "outside-type"),
    (["a.csp": "channel c : {0..1}\nP = c -> STOP\nassert P :[deadlock free]"], "a.csp:2:5", "incomplete-event"),
    (["a.csp": "channel c : Int\nP = c?x -> STOP\nassert P :[deadlock free]"], "a.csp:2:", "infinite-set"),
    (["a.csp": "f(0) = STOP\nassert f(1) :[deadlock free]"], "a.csp:2:8", "no-matching-clause"),
    (["a.csp": "assert RUN({c | 1 / 0 == 1}) :[deadlock free]\nchannel c"], "a.csp:1:17", "division-by-zero"),
    (["a.csp": "assert 1 :[deadlock free]"], "a.csp:1:8", "type-mismatch"),
    (["a.csp": "P(n) = P(n + 1) [] STOP\nassert P(0) :[deadlock free]"], "a.csp:2:1", "process-too-deep"),
    (["a.csp": "assert |~| x : {} @ STOP :[deadlock free]"], "a.csp:1:8", "empty-choice"),
  ]

  @Test(arguments: badInput)
  func `bad input is answered with its place and exit code 2`(
    _ files: [String: String], _ place: String, _ id: String
  ) throws {
    let folder = try Folder(files)
    let result = try Command("check", "--root", folder.url.path, folder.path("a.csp"))
    #expect(result.status == 2)
    #expect(result.errors.contains(folder.url.path + "/" + place), "\(result.errors)")
    #expect(result.errors.contains("[\(id)]"), "\(result.errors)")
  }

  @Test func `what is wrong in one assertion leaves the others alone`() throws {
    let script = "P = P [] STOP\nassert P :[deadlock free]\nassert SKIP :[deadlock free]\nassert STOP [T= nothing"
    let result = try Command("check", "-", input: script)
    #expect(result.status == 2)
    #expect(result.output.contains("holds      2  SKIP :[deadlock free]"))
  }

  /// Whatever a declaration would have defined has no meaning where another of its names has one already.
  @Test(arguments: [
    ("channel a : {0}\nk = 1\na.k.n = 2\nassert n -> STOP [T= STOP\nassert STOP [T= STOP", 3),
    ("channel a\ndatatype a = B\nassert B -> STOP [T= STOP\nassert STOP [T= STOP", 2),
  ])
  func `a mistake in a declaration is told once, and assertions that it spoils name its line`(
    _ script: String, _ line: Int
  ) throws {
    let result = try Command("check", "-", input: script)
    #expect(result.status == 2)
    #expect(result.output.contains("because of the error in line \(line)"), "\(result.output)")
    #expect((result.output + result.errors).components(separatedBy: "[duplicate-definition]").count == 2)
    #expect(!(result.output + result.errors).contains("[internal]"))
  }

  @Test func `a file that is missing, a directory or not UTF-8 is named`() throws {
    let folder = try Folder(["bad.csp": ""])
    try Data([0x50, 0x20, 0xFF]).write(to: folder.url.appending(path: "bad.csp"))
    let missing = try Command("check", folder.path("none.csp"))
    #expect(missing.status == 2)
    #expect(missing.errors.contains("no such file"))
    #expect(try Command("check", folder.url.path).status == 2)
    let bad = try Command("check", folder.path("bad.csp"))
    #expect(bad.status == 2)
    #expect(bad.errors.contains("bad.csp:1:3"))
  }

  static let deep: [String] = [
    String(repeating: "(", count: 100_000), String(repeating: "<", count: 100_000),
    "x = " + String(repeating: "let y = ", count: 100_000), "P = " + String(repeating: "a -> ", count: 100_000) + "STOP",
    "x = " + String(repeating: "not ", count: 100_000) + "true", "x = " + String(repeating: "1 ^ ", count: 100_000) + "1",
    "x = " + String(repeating: "if ", count: 100_000), "x = " + String(repeating: "- ", count: 100_000) + "1",
    String(repeating: "{-", count: 100_000), "x = " + String(repeating: "\\ x @ ", count: 100_000) + "1",
  ]

  @Test(arguments: deep.indices)
  func `nesting a hundred thousand deep ends in a message`(_ index: Int) throws {
    let result = try Command("check", "-", input: Self.deep[index] + "\n")
    #expect(result.status == 2)
    #expect(result.errors.contains("-:"))
  }

  @Test func `growth without end is undecided`() throws {
    let script = """
      channel a
      COUNT(n) = a -> COUNT(n + 1)
      assert COUNT(0) :[deadlock free]
      TREE = a -> (TREE ||| TREE)
      assert TREE :[deadlock free [F]]
      """
    for arguments in [["--max-states", "1000"], ["--timeout", "200ms"], ["--max-memory", "1M"]] {
      let result = try Command(["check", "-"] + arguments, input: script)
      #expect(result.status == 3, "\(arguments) \(result.output) \(result.errors)")
    }
  }

  @Test(arguments: [("auto", 0), ("antichain", 0), ("normal", 3)] as [(String, Int32)])
  func `a specification whose normal form explodes is decided with an antichain`(
    _ form: String, _ status: Int32
  ) throws {
    let script = """
      channel a, b, stop
      SPEC = a -> SPEC [] b -> SPEC [] a -> WAIT(1)
      WAIT(n) = if n == 20 then stop -> SPEC else a -> WAIT(n + 1) [] b -> WAIT(n + 1)
      assert SPEC [FD= SPEC
      """
    let result = try Command("check", "-", "--spec", form, "--max-states", "20000", input: script)
    #expect(result.status == status, "\(result.output) \(result.errors)")
    #expect(result.output.contains(status == 0 ? "(21 states, 42 transitions" : "more than 20,000 states"))
    let comparison = try Command(
      ["compare", "-", "SPEC", "SPEC", "--spec", form, "--max-states", "20000"], input: script)
    #expect(comparison.status == status, "\(comparison.output) \(comparison.errors)")
  }

  /// Two places in a row, the inner channel hidden, and a third by itself with two states that are the same.
  static let compressed = """
    transparent normal
    channel a, b, c
    PLACE(x, y) = x -> y -> PLACE(x, y)
    TWICE = a -> a -> TWICE
    assert normal((PLACE(a, b) [|{b}|] PLACE(b, c)) \\ {b}) ||| TWICE :[deadlock free]
    """

  @Test func `statistics show each compression with the states before and after`() throws {
    let result = try Command("check", "-", "--stats", input: Self.compressed)
    #expect(result.status == 0)
    #expect(result.output.contains(", 2 components\n"))
    #expect(result.output.contains("search "))
    #expect(result.output.contains("sbisim of every leaf                      6 → 5 states\n"))
    #expect(result.output.contains("normal((PLACE(a, b) [|{b}|] PLACE(b, c)…  4 → 3 states\n"))
    let without = try Command("check", "-", "--stats", "--compress", "none", input: Self.compressed)
    #expect(without.status == 0)
    #expect(without.output.contains(", 3 components\n"))
    #expect(!without.output.contains("→"))
    #expect(!(try Command("check", "-", input: Self.compressed).output.contains("compile")))
  }

  @Test func `statistics are fields of an assertion in JSON`() throws {
    let result = try Command("check", "-", "--stats", "--format", "json", input: Self.compressed)
    let file = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let assertion = try #require((file["results"] as? [[String: Any]])?.first)
    let statistics = try #require(assertion["statistics"] as? [String: Any])
    #expect(statistics["components"] as? Int == 2)
    #expect(try #require(statistics["bytes"] as? Int) > 0)
    #expect(try #require(statistics["compile_seconds"] as? Double) > 0)
    let compressions = try #require(statistics["compressions"] as? [[String: Any]])
    #expect(compressions.map { $0["functions"] as? [String] } == [["sbisim"], ["normal"]])
    #expect(compressions.map { $0["states_before"] as? Int } == [6, 4])
    #expect(compressions.map { $0["states_after"] as? Int } == [5, 3])
    #expect(try !Command("check", "-", "--format", "json", input: Self.compressed).output.contains("statistics"))
  }

  static let certificates: [(arguments: [String], text: String, json: String)] = [
    (["--certify"], "certified in full: 4 states", #""certificate":{"kind":"full","states":4}"#),
    (["--certify-states", "5"], "certified in full: 4 states", #""certificate":{"kind":"full","states":4}"#),
    (
      ["--certify-seed", "9", "--certify-states", "2"],
      "certified by 1,000 random walks of up to 200 steps, seed 9",
      #""certificate":{"kind":"walks","seed":9,"walk_length":200,"walks":1000}"#
    ),
  ]

  @Test(arguments: certificates.indices)
  func `a certificate is said in text and in JSON`(_ index: Int) throws {
    let (arguments, text, fields) = Self.certificates[index]
    let script = "channel a, b\nassert RUN({a, b}) [T= a -> STOP ||| b -> STOP\nassert STOP [T= a -> STOP"
    let result = try Command(["check", "-"] + arguments, input: script)
    #expect(result.status == 1)
    let lines = result.output.split(separator: "\n")
    #expect(lines[1] == String(repeating: " ", count: 11) + text, "\(result.output)")
    #expect(lines.filter { $0.contains("certified") }.count == 1)
    let json = try Command(["check", "-", "--format", "json"] + arguments, input: script)
    #expect(json.output.components(separatedBy: fields).count == 2, "\(json.output)")
    #expect(json.output.components(separatedBy: "certificate").count == 2)
  }

  @Test func `a print that is not done in time is undecided`() throws {
    let result = try Command("check", "-", "--timeout", "50ms", input: "f(n) = f(n + 1)\nprint f(0) + 1")
    #expect(result.status == 3, "\(result)")
  }

  @Test func `a model that is not there is an error of its assertion`() throws {
    let script = "assert STOP [T= STOP :[partial order reduce]\nassert STOP [V= STOP"
    let result = try Command("check", "-", "--format", "json", input: script)
    #expect(result.status == 2)
    #expect(result.output.contains("the model V"))
    // The other one is decided.
    #expect(!result.output.contains("the option"))
  }
}
