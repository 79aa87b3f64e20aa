/// The patterns of known bugs of Go programs that the rules claim to find: kernels of GoKer (Yuan et al., CGO 2021) and
/// leaks of the study at Uber (arXiv 2312.12002), each in words of our own.
#if Lint
  import ConcurrencyLint
  import Foundation
  import Testing

  @Suite("known bugs of Go programs") struct KnownBugTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "GoKer")

    @Test(arguments: ["go-forgotten-sender", "go-lock-across-channel", "go-without-owner"])
    func `a rule finds every pattern that it claims, and nothing beside`(_ rule: String) throws {
      let text = try String(contentsOf: Self.folder.appending(path: rule + ".txt"), encoding: .utf8)
      let marked = MarkedSource(text, .go)
      #expect(marked.report(rules: []).problem == nil)
      #expect(marked.expected.count >= 7)
      #expect(marked.lines(of: rule) == marked.expected)
    }
  }
#endif
