import CSPMSyntax
import Foundation
import Testing

/// `ScriptFormatter`: the same script, no comment lost, and nothing left to change.
@Suite struct FormatterTests {
  private func formatted(_ text: String) throws -> String {
    guard case .formatted(let bytes) = ScriptFormatter.format(Array(text.utf8), path: "script") else {
      throw Refused(text: text)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private struct Refused: Error { let text: String }

  static let cases: [(written: String, formatted: String)] = [
    ("P=a->P", "P = a -> P\n"), ("P  =  a?x:{0..1}->b!x  -> P", "P = a?x:{0..1} -> b!x -> P\n"),
    ("f( x,y )=x+y*  2", "f(x, y) = x+y * 2\n"), ("channel a,b:{0..1}.Bool", "channel a, b : {0..1}.Bool\n"),
    ("x=1\n\n\n\ny=2", "x = 1\n\ny = 2\n"), ("x = 1 -- one\ny = 2", "x = 1 -- one\ny = 2\n"),
    ("-- first\nx = 1", "-- first\nx = 1\n"), ("x = {- in {- nested -} -} 1", "x = {- in {- nested -} -} 1\n"),
    ("P = a ->\n b ->\n   STOP", "P = a ->\n    b ->\n    STOP\n"), ("include \"other.csp\"", "include \"other.csp\"\n"),
    ("assert P[T=Q", "assert P [T= Q\n"), ("assert not P:[deadlock free[F]]", "assert not P :[deadlock free [F]]\n"),
    ("x=<1,2>^<3>", "x = <1, 2>^<3>\n"), ("f ::(a)->a\nf(x)=x", "f :: (a) -> a\nf(x) = x\n"),
    ("x = -1", "x = -1\n"), ("x = < -1>", "x = < -1 >\n"), ("P=Q[[a<-b]]\\{a}", "P = Q[[a <- b]] \\ {a}\n"), ("", ""),
  ]

  @Test(arguments: cases)
  func `a script is set in one style`(written: String, expected: String) throws {
    #expect(try formatted(written) == expected)
  }

  @Test func `a script with mistakes is not touched`() {
    guard case .mistakes(let diagnostics, _) = ScriptFormatter.format(Array("P = (".utf8), path: "script") else {
      Issue.record("it was formatted")
      return
    }
    #expect(diagnostics.map(\.id) == ["unexpected-token"])
  }

  /// Comments put at random into the blanks of a script: blocks anywhere, the others where a line ends.
  private func withComments(_ text: String, _ random: inout SplitMix64) -> (text: String, comments: [String]) {
    var result = "", comments: [String] = [], isInText = false
    for character in text {
      // Neither into characters and strings, nor into `include "…"`.
      if character == "\"" || character == "'" && !(result.last?.isLetter ?? false) && result.last != "'" {
        isInText.toggle()
      }
      let isPlace = character == " " && !isInText && random.next() % 6 == 0
      let isEnd = character == "\n" && random.next() % 3 == 0
      if isPlace || isEnd {
        let comment = isEnd ? "-- c\(comments.count)" : "{- c\(comments.count) -}"
        comments.append(comment)
        result += " " + comment
      }
      result.append(character)
    }
    return (result, comments)
  }

  @Test func `random scripts with comments keep their tree and every comment`() throws {
    let seed: UInt64 = 20_261_129
    var trees = RandomTrees(seed: seed), random = SplitMix64(seed: seed)
    var tried = 0
    for index in 0..<400 {
      let script = Script(declarations: (0..<4).map { _ in trees.declaration(1 << (index % 6)) })
      let (text, comments) = withComments(script.description + "\n", &random)
      // A comment may have come into a literal that the rule above does not see.
      guard !load(text).hasErrors else { continue }
      tried += 1
      let once = try formatted(text)
      #expect(shape(load(once).script) == shape(load(text).script), "seed \(seed), script \(index): \(text)")
      var rest = once[...]
      for comment in comments {
        guard let place = rest.range(of: comment) else {
          Issue.record("seed \(seed), script \(index): \(comment) is lost in\n\(once)")
          break
        }
        rest = rest[place.upperBound...]
      }
      #expect(try formatted(once) == once, "seed \(seed), script \(index): formatting twice changes something")
    }
    #expect(tried > 200)
  }

  @Test func `long lines are broken where the tree stays the same`() throws {
    let branch = (1...12).map { "channel\($0)?value\($0) -> PROCESS\($0)(value\($0) + \($0))" }
    let text = "SYSTEM(x) = " + branch.joined(separator: " [] ")
    let once = try formatted(text)
    #expect(shape(load(once).script) == shape(load(text).script))
    #expect(once.split(separator: "\n").allSatisfy { $0.count <= ScriptFormatter.width })
    #expect(try formatted(once) == once)
  }

  @Test func `our own scripts keep their trees`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardizedFileURL
    var count = 0
    for folder in ["Examples", "Specifications"] {
      let files = FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil)
      for case let file as URL in files?.compactMap({ $0 as? URL }) ?? [] where file.pathExtension == "csp" {
        let text = try String(contentsOf: file, encoding: .utf8)
        let loader = ScriptLoader(followsIncludes: false)
        let once = try formatted(text)
        #expect(shape(loader.load(text: once).script) == shape(loader.load(text: text).script), "\(file.path)")
        #expect(try formatted(once) == once, "\(file.path)")
        count += 1
      }
    }
    #expect(count > 30)
  }
}
