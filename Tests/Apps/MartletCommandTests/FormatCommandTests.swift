import Foundation
import Testing

@Suite struct FormatCommandTests {
  @Test func `a script goes to standard output in one style`() throws {
    let result = try Command("format", "-", input: "P=a->P -- again\n")
    #expect(result.status == 0)
    #expect(result.output == "P = a -> P -- again\n")
  }

  @Test func `--check names what would change and writes nothing`() throws {
    let folder = try Folder(["good.csp": "x = 1\n", "bad.csp": "x=1\n"])
    let result = try Command("format", "--check", folder.path("good.csp"), folder.path("bad.csp"))
    #expect(result.status == 1)
    #expect((result.output + result.errors).contains("bad.csp"))
    #expect(!(result.output + result.errors).contains("good.csp"))
    #expect(try String(contentsOfFile: folder.path("bad.csp"), encoding: .utf8) == "x=1\n")
    #expect(try Command("format", "--check", folder.path("good.csp")).status == 0)
  }

  @Test func `--in-place writes the file, unless it has mistakes`() throws {
    let folder = try Folder(["a.csp": "x=1\n", "wrong.csp": "x=(\n"])
    #expect(try Command("format", "--in-place", folder.path("a.csp"), folder.path("wrong.csp")).status == 2)
    #expect(try String(contentsOfFile: folder.path("a.csp"), encoding: .utf8) == "x = 1\n")
    #expect(try String(contentsOfFile: folder.path("wrong.csp"), encoding: .utf8) == "x=(\n")
  }

  @Test(arguments: [["format"], ["format", "--check", "--in-place", "x"], ["format", "--in-place", "-"], ["format", "/nowhere"]])
  func `bad usage ends with 2`(_ arguments: [String]) throws {
    #expect(try Command(arguments).status == 2)
  }
}
