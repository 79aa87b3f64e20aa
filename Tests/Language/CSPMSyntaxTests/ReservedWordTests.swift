import CSPMSyntax
import Testing

/// The words that are no names, and names that only look like them.
///
/// > Source: FDR manual 4.2, section 4.1.
@Suite struct ReservedWordTests {
  static let words = [
    "and", "or", "not", "if", "then", "else", "let", "within", "channel", "assert", "datatype", "subtype", "external",
    "transparent", "nametype", "module", "exports", "endmodule", "instance", "Timed", "include", "true", "false",
  ]

  @Test(arguments: words)
  func `a reserved word is the name of nothing`(_ word: String) {
    // A declaration, a parameter, a channel, a constructor, and a module.
    for text in ["\(word) = 1", "f(\(word)) = 1", "channel \(word)", "datatype T = \(word)", "instance \(word) = M"] {
      // `true` and `false` are patterns.
      let isPattern = (word == "true" || word == "false") && text.contains(" = 1")
      #expect(load(text).hasErrors == !isPattern, "\(text)")
    }
  }

  @Test(arguments: words)
  func `a word that begins or goes on like a reserved one is a name`(_ word: String) {
    for name in ["\(word)_", "\(word)1", "\(word)'", "x\(word)", "\(word)x"] {
      #expect(shape(ofScript: "\(name) = 1") == "(= \(name) 1)")
    }
  }

  @Test func `print is reserved where something follows it, and other words of FDR are not`() {
    #expect(shape(ofScript: "print 1") == "(print 1)")
    for name in ["print", "type", "True", "False", "STOP", "tau", "free"] {
      #expect(shape(ofScript: "f(\(name)) = \(name)") == "(= f(\(name)) \(name))")
    }
  }

  static let places: [(String, String)] = [
    ("if = 1", "unexpected-token 1:4"), ("x = then", "unexpected-token 1:5"), ("x = 1 within", "unexpected-token 1:7"),
    ("f(let) = 1", "unexpected-token 1:6"), ("channel module", "unexpected-token 1:9"),
    ("exports = 1", "unexpected-token 1:1"), ("x = endmodule", "unexpected-token 1:5"),
    ("instance channel = M", "unexpected-token 1:10"), ("and = 1", "unexpected-token 1:1"),
  ]

  @Test(arguments: places)
  func `the message stands where the word does, or where it lacks something`(_ text: String, _ mark: String) {
    #expect(marks(load(text)) == [mark])
  }
}
