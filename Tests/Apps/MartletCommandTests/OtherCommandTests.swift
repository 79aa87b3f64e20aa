import Testing

@Suite struct OtherCommandTests {
  static let script = """
    channel a, b
    P = a -> b -> P
    Q = a -> STOP [] b -> STOP
    double(x) = 2 * x
    """

  @Test func `the version and help end well`() throws {
    let version = try Command("--version")
    #expect(version.status == 0)
    #expect(version.output.hasPrefix("martlet "))
    for arguments in [["--help"], ["check", "--help"], ["help", "eval"]] {
      let help = try Command(arguments)
      #expect(help.status == 0)
      #expect(help.output.contains("USAGE: martlet"))
    }
  }

  static let usage: [[String]] = [["nonsense"], ["check"], ["eval"], ["graph", "-"], ["compare", "-", "P"], ["--nonsense"]]

  @Test(arguments: usage)
  func `bad usage has exit code 2 and says so on standard error`(_ arguments: [String]) throws {
    let result = try Command(arguments)
    #expect(result.status == 2)
    #expect(result.errors.contains("Error:") || result.errors.contains("USAGE"))
  }

  @Test func `eval prints values, one a line`() throws {
    let result = try Command("eval", "-", "double(21)", "{| a |}", input: Self.script)
    #expect(result.output == "42\n{a}\n")
    #expect(result.status == 0)
  }

  @Test func `eval shows a mistake in the expression with its place`() throws {
    let result = try Command("eval", "-", "double(true)", input: Self.script)
    #expect(result.status == 2)
    #expect(result.errors.contains("type-mismatch"))
    #expect(result.errors.contains("<expression>:1:8"))
    #expect(result.errors.contains("-:4:1: note: "), "and where the function is that expects something else")
  }

  @Test func `graph prints DOT and AUT`() throws {
    let dot = try Command("graph", "-", "--process", "P", input: Self.script)
    #expect(dot.output.hasPrefix("digraph"))
    #expect(dot.output.contains("\"a\""))
    let aut = try Command("graph", "-", "--process", "P", "--format", "aut", input: Self.script)
    #expect(aut.output.split(separator: "\n").first == "des (0, 2, 2)")
  }

  @Test func `compare says equivalent, or which way refinement fails`() throws {
    let same = try Command("compare", "-", "P", "a -> b -> P", "--model", "FD", input: Self.script)
    #expect(same.status == 0)
    #expect(same.output.contains("equivalent"))
    let different = try Command("compare", "-", "Q", "a -> STOP", "--model", "T", input: Self.script)
    #expect(different.status == 1)
    #expect(different.output.contains("holds      Q [T= a -> STOP"))
    #expect(different.output.contains("fails      a -> STOP [T= Q"))
    #expect(different.output.contains("trace: ⟨b⟩"))
  }
}
