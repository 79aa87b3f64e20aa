import CSPMSyntax
import Testing

/// Printing and parsing are each other's inverse.
@Suite struct RoundTripTests {
  static let seed: UInt64 = 20_240_613

  /// A shape without the brackets that the printer may have had to add: `[x]` is a bracketed `x`.
  private func withoutBrackets(_ shape: String) -> String { shape.filter { $0 != "[" && $0 != "]" } }

  @Test func `random expressions come back as they were`() throws {
    var trees = RandomTrees(seed: Self.seed)
    for index in 0..<1_500 {
      let tree = trees.expression(1 << (index % 6))
      let text = tree.description
      let parsed = parseExpression(text)
      let again = try #require(parsed.tree, "seed \(Self.seed), tree \(index): \(text)\n\(parsed.diagnostics)")
      #expect(
        withoutBrackets(shape(again)) == withoutBrackets(shape(tree)), "seed \(Self.seed), tree \(index): \(text)")
      #expect(again.description == text, "seed \(Self.seed), tree \(index)")
    }
  }

  @Test func `random scripts come back as they were`() {
    var trees = RandomTrees(seed: Self.seed + 1)
    for index in 0..<500 {
      let script = Script(declarations: (0..<3).map { _ in trees.declaration(1 << (index % 6)) })
      let text = script.description
      let loaded = load(text)
      #expect(!loaded.hasErrors, "seed \(Self.seed + 1), script \(index): \(text)\n\(loaded.diagnostics)")
      #expect(
        withoutBrackets(shape(loaded.script)) == withoutBrackets(shape(script)),
        "seed \(Self.seed + 1), script \(index): \(text)")
      #expect(loaded.script.description == text, "seed \(Self.seed + 1), script \(index)")
    }
  }

  @Test func `random types come back as they were`() {
    var trees = RandomTrees(seed: Self.seed + 2)
    for index in 0..<500 {
      let type = trees.type(1 << (index % 6))
      let script = load("x :: \(type)\nx = 1").script
      guard case .annotation(_, let scheme)? = script.declarations.first?.kind else {
        Issue.record("seed \(Self.seed + 2), type \(index): \(type)")
        continue
      }
      #expect(shape(scheme) == shape(type), "seed \(Self.seed + 2), type \(index): \(type)")
    }
  }

  @Test func `no brackets are added to what was parsed`() {
    // Texts that are printed as they stand are pinned form by form elsewhere; here brackets in odd places.
    for text in [
      "(P \\ A) & Q", "(a -> P) -> Q", "(if a then b else c) + 1", "(not a) == b", "P \\ (A ||| B)", "(-1) ^ s",
      "c!(a -> b) -> P",
    ] {
      #expect(parseExpression(text).tree?.description == text)
    }
  }

  @Test func `a negative integer is printed as a minus and a number`() {
    let place = Span(file: 0, lower: 0, upper: 0)
    let minus = Expression(.integer(-5), at: place)
    #expect(Expression(.binary(.dot, minus, minus), at: place).description == "-5.-5")
    #expect(Expression(.binary(.concatenate, minus, minus), at: place).description == "(-5) ^ -5")
    #expect(Expression(.sequence(.elements([minus])), at: place).description == "< -5>")
    #expect(Expression(.set(.elements([minus])), at: place).description == "{ -5}")
  }

  @Test func `the least integer is printed as what it equals`() {
    let least = Expression(.integer(.min), at: Span(file: 0, lower: 0, upper: 0))
    #expect(shape(ofExpression: least.description) == "[(- (neg 9223372036854775807) 1)]")
  }
}
