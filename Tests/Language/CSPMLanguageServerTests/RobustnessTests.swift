import Testing

@testable import CSPMLanguageServer

/// Scripts as they are while somebody types: nothing traps, and what is said has a place in the text.
@Suite struct RobustnessTests {
  /// xorshift64*, so that the scripts are the same in every run.
  private struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return state &* 2_685_821_657_736_338_717
    }
  }

  private static let pieces = [
    "(", ")", "{-", "--", "\n", "let ", " within ", "M::", "::", "<", ">", "{|", "|}", "\"", "é", "𝒳", "include \"",
    "@@",
    "module ", "exports\n", "endmodule\n", "instance I = ", " = ", "->", "\u{FEFF}", "\r", "\0", "assert ", ":[", "'",
  ]

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `every feature has an answer for a script in any state`(_ seed: UInt64) throws {
    var random = Random(state: seed &* 7_919)
    for _ in 0..<60 {
      var text = Array((OutlineTests.text + "\n" + FeatureTests.modules).unicodeScalars)
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        let at = Int.random(in: 0...text.count, using: &random)
        let end = min(text.count, at + Int.random(in: 0...20, using: &random))
        text.replaceSubrange(at..<end, with: Self.pieces.randomElement(using: &random)!.unicodeScalars)
      }
      var script = ""
      script.unicodeScalars += text
      try Editing(script).ask { view, _ in
        let end = view.lines.position(of: view.lines.bytes.count, .utf16)
        _ = view.outline
        _ = view.foldingRanges
        _ = try view.formatting()
        _ = view.codeLenses([:])
        #expect(view.semanticTokens().data.allSatisfy { $0 >= 0 })
        for diagnostic in view.diagnostics(showsRelated: true).values.joined() {
          #expect(
            diagnostic.range.start <= diagnostic.range.end && diagnostic.range.end <= end, "seed \(seed): \(script)")
        }
        for _ in 0..<10 {
          let place = view.lines.position(of: Int.random(in: 0...view.lines.bytes.count, using: &random), .utf16)
          _ = view.hover(at: place, usesMarkdown: true)
          _ = view.definition(at: place)
          _ = view.highlights(at: place)
          _ = view.completions(at: place)
          _ = try? view.rename(at: place, to: "fresh")
        }
      }
    }
  }
}
