import Foundation
import Testing

@Suite struct ParseCommandTests {
  @Test func `a script in order draws no word, a broken one its mistakes with their places`() throws {
    let folder = try Folder(["a.csp": "P = STOP\ninclude \"b.csp\"", "b.csp": "Q = missing + 1", "bad.csp": "P = (1\nQ = )"])
    let good = try Command("parse", folder.path("a.csp"))
    #expect(good.status == 0)
    #expect(good.output + good.errors == "")
    let bad = try Command("parse", folder.path("a.csp"), folder.path("bad.csp"))
    #expect(bad.status == 2)
    #expect(bad.errors.contains("bad.csp:1:7: error:"))
    #expect(bad.errors.contains("bad.csp:2:5: error:"))
    #expect(try Command("parse", folder.path("none.csp")).status == 2)
  }

  @Test func `the tree has kinds, details and places`() throws {
    let folder = try Folder(["a.csp": "include \"b.csp\"\nP(n) = c!n -> P(1)\n", "b.csp": "channel c : {0..1}"])
    let result = try Command("parse", "--tree", folder.path("a.csp"))
    let library = folder.path("b.csp"), script = folder.path("a.csp")
    #expect(
      result.output == """
        script
          include "b.csp"  1:1-1:16
          channel c  \(library):1:1-1:19
            set range  1:13-1:19
              integer 0  1:14-1:15
              integer 1  1:17-1:18
          clause P  \(script):2:1-2:19
            parameters
              pattern-name n  2:3-2:4
            prefix  2:8-2:19
              name c  2:8-2:9
              field !  2:9-2:11
                name n  2:10-2:11
              application  2:15-2:19
                name P  2:15-2:16
                arguments
                  integer 1  2:17-2:18

        """)
  }

  @Test func `JSON has the tree or what is wrong`() throws {
    func object(_ input: String) throws -> [String: Any] {
      let result = try Command("parse", "--tree", "--format", "json", "-", input: input)
      return try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    }
    let tree = try #require(try object("x = \"a\\\"\"")["tree"] as? [String: Any])
    let binding = try #require((tree["children"] as? [[String: Any]])?.first)
    #expect(binding["kind"] as? String == "binding")
    #expect(binding["end"] as? [Int] == [1, 10])
    let text = try #require((binding["children"] as? [[String: Any]])?.last)
    #expect(text["detail"] as? String == "\"a\\\"\"")
    let diagnostics = try #require(try object("x = )")["diagnostics"] as? [[String: Any]])
    #expect(diagnostics.map { $0["id"] as? String } == ["unexpected-token"])
  }

  @Test func `a tree as high as the parser allows is printed`() throws {
    let links = 9_000
    let chain = "P =\n" + String(repeating: "a ->\n", count: links) + "STOP\n"
    let result = try Command("parse", "--tree", "--format", "json", "-", input: chain)
    #expect(result.status == 0)
    #expect(result.output.components(separatedBy: "\"prefix\"").count == links + 1)
  }
}
