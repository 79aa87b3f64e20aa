import Testing

/// Time and memory end every command that reads scripts, with a message that says where it was and exit code 3.
@Suite struct LimitOptionsTests {
  /// Long enough that every phase asks for its limits on the way.
  static let script = (0..<20_000).map { "f\($0)(x) = if x > \($0) then <x, \($0)> else <x + 1>\n" }.joined()

  static let commands: [[String]] = [
    ["parse", "-"], ["typecheck", "-"], ["format", "-"], ["eval", "-", "f1(2)"], ["check", "-"],
    ["graph", "-", "--process", "STOP"], ["compare", "-", "STOP", "SKIP"],
  ]

  @Test(arguments: commands, [["--max-memory", "1k"], ["--timeout", "1ms"]])
  func `a limit ends the command where it was`(_ command: [String], _ limit: [String]) throws {
    let result = try Command(command + limit, input: Self.script)
    let text = result.output + result.errors
    #expect(result.status == 3, "\(text.prefix(300))")
    #expect(text.contains(limit[0] == "--timeout" ? "the time was over while" : "more than 1.0 KiB of memory while"))
    #expect(text.contains("[limit-reached]"))
    #expect(text.contains(#/:[0-9]+:[0-9]+: error: /#))
  }

  @Test func `types that double at each step end without any limit being given`() throws {
    let script = "f0(x) = (x, x)\n" + (1...40).map { "f\($0)(x) = (f\($0 - 1)(x), f\($0 - 1)(x))\n" }.joined()
    let result = try Command("typecheck", "-", input: script)
    #expect(result.status == 2)
    #expect(result.errors.contains("[type-too-large]"))
  }

  @Test func `a script within its limits is not disturbed`() throws {
    let limits = ["--timeout", "10m", "--max-memory", "64G"]
    #expect(try Command(["eval", "-", "f1(2)"] + limits, input: Self.script).output == "<2, 1>\n")
  }
}
