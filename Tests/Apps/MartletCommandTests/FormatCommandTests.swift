import Foundation
import Testing

@Suite struct FormatCommandTests {
  static let rough = "x=1 -- one\nP = a->P\n", smooth = "x = 1 -- one\nP = a -> P\n"

  private func contents(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  @Test func `a script is printed in one style, includes as they are written`() throws {
    let folder = try Folder(["a.csp": "include \"missing.csp\"\n" + Self.rough])
    let result = try Command("format", folder.path("a.csp"))
    #expect(result.status == 0)
    #expect(result.output == "include \"missing.csp\"\n" + Self.smooth)
    #expect(try Command("format", "-", input: Self.rough).output == Self.smooth)
    #expect(try contents(folder.path("a.csp")).hasSuffix(Self.rough))
  }

  @Test func `in place, the file is rewritten and keeps its permissions`() throws {
    let folder = try Folder(["a.csp": Self.rough, "b.csp": Self.smooth, "bad.csp": "x = )"])
    let path = folder.path("a.csp")
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    try FileManager.default.createSymbolicLink(atPath: folder.path("link.csp"), withDestinationPath: "a.csp")
    let result = try Command("format", "--in-place", folder.path("link.csp"), folder.path("b.csp"))
    #expect(result.status == 0)
    #expect(result.output + result.errors == "")
    #expect(try contents(path) == Self.smooth)
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 4)
    #expect(try Command("format", "--in-place", folder.path("bad.csp")).status == 2)
    #expect(try contents(folder.path("bad.csp")) == "x = )")
  }

  @Test func `a check names the files that would change`() throws {
    let folder = try Folder(["a.csp": Self.rough, "b.csp": Self.smooth, "bad.csp": "x = )"])
    let result = try Command("format", "--check", folder.path("a.csp"), folder.path("b.csp"))
    #expect(result.status == 1)
    #expect(result.output == folder.path("a.csp") + "\n")
    #expect(try contents(folder.path("a.csp")) == Self.rough)
    #expect(try Command("format", "--check", folder.path("b.csp")).status == 0)
    let broken = try Command("format", "--check", folder.path("a.csp"), folder.path("bad.csp"))
    #expect(broken.status == 2)
    #expect(broken.errors.contains("bad.csp:1:5: error:"))
  }

  static let usage: [[String]] = [
    ["format"], ["format", "--check", "--in-place", "a.csp"], ["format", "--in-place", "-"], ["format", "/nowhere"],
  ]

  @Test(arguments: usage)
  func `what makes no sense is refused`(_ arguments: [String]) throws {
    #expect(try Command(arguments).status == 2)
  }
}
