import CSPMSyntax
import Testing

/// Files in memory. Paths are taken from the directory of the including file; links stand for symbolic links.
struct DictionaryReader: SourceReader {
  var files: [String: [UInt8]]
  var links: [String: String] = [:]

  init(_ files: [String: String], links: [String: String] = [:]) {
    self.files = files.mapValues { Array($0.utf8) }
    self.links = links
  }

  func read(_ path: String) throws(SourceReadingFailure) -> [UInt8] {
    guard let real = realPath(path), let bytes = files[real] else { throw SourceReadingFailure("no such file") }
    return bytes
  }

  func resolve(_ path: String, from includer: String) -> String {
    if path.hasPrefix("/") { return path }
    let directory = includer.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    return (directory + [Substring(path)]).joined(separator: "/")
  }

  func realPath(_ path: String) -> String? {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", parts.last != nil { parts.removeLast() } else { parts.append(part) }
    }
    let real = (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    if let target = links[real] { return realPath(target) }
    let isDirectory = real.isEmpty || files.keys.contains { $0.hasPrefix(real + "/") }
    return files[real] != nil || isDirectory ? real : nil
  }
}

@Suite struct LoaderTests {
  func load(_ files: [String: String], links: [String: String] = [:], root: String? = nil) -> LoadedScript {
    ScriptLoader(reader: DictionaryReader(files, links: links), root: root).load("a.csp")
  }

  @Test func `what is included stands behind its include line`() {
    let loaded = load([
      "a.csp": "x = 1\ninclude \"lib/b.csp\" -- why\ny = 2", "lib/b.csp": "include \"c.csp\"\nb = 1",
      "lib/c.csp": "c = 1",
    ])
    #expect(shape(loaded.script) == "(= x 1)\n(include lib/b.csp)\n(include c.csp)\n(= c 1)\n(= b 1)\n(= y 2)")
    #expect(loaded.diagnostics.isEmpty)
    #expect(loaded.files.files.map(\.path) == ["a.csp", "lib/b.csp", "lib/c.csp"])
    #expect(loaded.files.location(loaded.script.declarations[3].span) == "lib/c.csp:1:1")
  }

  @Test func `modules, timed sections and let may include`() {
    let loaded = load([
      "a.csp":
        "module M\ninclude \"b.csp\"\nexports\ninclude \"b.csp\"\nendmodule\nP = let\n  include \"b.csp\"\nwithin b",
      "b.csp": "b = 1",
    ])
    #expect(
      shape(loaded.script)
        == "(module M() {(include b.csp); (= b 1)} {(include b.csp); (= b 1)})\n(= P (let (include b.csp) (= b 1) b))")
  }

  @Test func `what may not stand in let may not be included there`() {
    let loaded = load(["a.csp": "P = let\n  include \"b.csp\"\n  x = 1\nwithin x", "b.csp": "channel c"])
    #expect(marks(loaded) == ["misplaced-declaration 1:1"])
  }

  @Test func `an expression cannot go on in an included file`() {
    #expect(marks(load(["a.csp": "x =\ninclude \"b.csp\"", "b.csp": "2"])) == ["unexpected-token 2:1"])
    #expect(marks(load(["a.csp": "include \"b.csp\"\n+ 1", "b.csp": "x = 2"])) == ["unexpected-token 2:1"])
  }

  @Test func `a missing file is reported where it is included`() {
    let loaded = load(["a.csp": "x = 1\n  include \"b.csp\"\ny = 2"])
    #expect(marks(loaded) == ["unreadable-file 2:3"])
    #expect(loaded.diagnostics[0].message == "cannot read `b.csp`: no such file")
    #expect(shape(loaded.script) == "(= x 1)\n(include b.csp)\n(= y 2)")
  }

  @Test func `a script that cannot be read has no place`() {
    let loaded = ScriptLoader(reader: DictionaryReader([:])).load("none.csp")
    #expect(marks(loaded) == ["unreadable-file"])
  }

  @Test func `an include cycle names its chain`() {
    let loaded = load([
      "a.csp": "include \"b.csp\"\nx = 1", "b.csp": "include \"./c.csp\"", "c.csp": "include \"b.csp\"",
    ])
    #expect(marks(loaded) == ["include-cycle 1:1"])
    let diagnostic = loaded.diagnostics[0]
    #expect(diagnostic.span.map(loaded.files.location) == "./c.csp:1:1")
    #expect(diagnostic.notes.map(\.message) == ["`b.csp` includes `./c.csp` here"])
    #expect(shape(loaded.script).hasSuffix("(= x 1)"))
  }

  @Test func `a file that includes itself is a cycle under any name`() {
    #expect(marks(load(["a.csp": "include \"./d/../a.csp\"", "d/x": ""])) == ["include-cycle 1:1"])
    #expect(marks(load(["a.csp": "include \"l.csp\""], links: ["l.csp": "a.csp"])) == ["include-cycle 1:1"])
  }

  @Test func `a file included twice comes twice`() {
    let loaded = load(["a.csp": "include \"b.csp\"\ninclude \"b.csp\"", "b.csp": "b = 1"])
    #expect(shape(loaded.script) == "(include b.csp)\n(= b 1)\n(include b.csp)\n(= b 1)")
  }

  @Test func `an annotation may speak of what is included`() {
    #expect(load(["a.csp": "b :: Int\ninclude \"b.csp\"", "b.csp": "b = 1"]).diagnostics.isEmpty)
    #expect(marks(load(["a.csp": "include \"b.csp\"", "b.csp": "b :: Int"])) == ["unused-annotation 1:1"])
  }

  static let escapes: [(String, String?)] = [
    ("../secret.csp", "include-outside-root"),
    ("../base/b.csp", nil),
    ("sub/../b.csp", nil),
    ("sub/../../secret.csp", "include-outside-root"),
    ("/secret.csp", "include-outside-root"),
    ("/base/b.csp", nil),
    ("link.csp", "include-outside-root"),
    ("inner.csp", nil),
    ("../none.csp", "include-outside-root"),
    ("none.csp", "unreadable-file"),
    ("/base-more/x.csp", "include-outside-root"),
  ]

  @Test(arguments: escapes)
  func `no include leaves the root directory`(_ path: String, _ id: String?) {
    let reader = DictionaryReader(
      [
        "/base/a.csp": "include \"\(path)\"", "/base/b.csp": "b = 1", "/base/sub/c.csp": "c = 1",
        "/secret.csp": "s = 1",
        "/base-more/x.csp": "x = 1",
      ],
      links: ["/base/link.csp": "/secret.csp", "/base/inner.csp": "/base/b.csp"])
    let loaded = ScriptLoader(reader: reader, root: "/base").load("/base/a.csp")
    #expect(loaded.diagnostics.map(\.id) == (id.map { [$0] } ?? []))
  }

  @Test func `a relative root holds relative and absolute paths`() {
    let reader = DictionaryReader(["d/a.csp": "include \"b.csp\"\ninclude \"../c.csp\"", "d/b.csp": "", "c.csp": ""])
    let loaded = ScriptLoader(reader: reader, root: "d").load("d/a.csp")
    #expect(marks(loaded) == ["include-outside-root 2:1"])
  }

  @Test func `includes that double at each level end`() {
    var files = ["a.csp": "include \"f0\"\ninclude \"f0\""]
    for level in 0..<40 { files["f\(level)"] = "include \"f\(level + 1)\"\ninclude \"f\(level + 1)\"" }
    files["f40"] = ""
    #expect(load(files).diagnostics.map(\.id) == ["too-many-inclusions"])
  }

  @Test func `a long chain of includes ends`() {
    var files = ["a.csp": "include \"f0\""]
    for level in 0..<900 { files["f\(level)"] = "include \"f\(level + 1)\"" }
    files["f900"] = ""
    #expect(load(files).diagnostics.map(\.id) == ["nesting-too-deep"])
  }

  @Test func `rich text is refused by name`() {
    #expect(marks(load(["a.csp": "{\\rtf1 x = 1}"])) == ["rich-text"])
    #expect(marks(load(["a.csp": "include \"b.csp\"", "b.csp": "{\\rtf1}"])) == ["rich-text 1:1"])
  }

  @Test func `include lines may be left alone`() {
    let loader = ScriptLoader(
      reader: DictionaryReader(["a.csp": "include \"b.csp\"\nb :: Int"]), followsIncludes: false)
    let loaded = loader.load("a.csp")
    #expect(loaded.diagnostics.isEmpty)
    #expect(loaded.script.description == "include \"b.csp\"\nb :: Int\n")
  }

  @Test func `a text without a reader includes nothing`() {
    #expect(
      CSPMSyntaxTests.load("include \"b.csp\"").diagnostics.map(\.message) == [
        "cannot read `b.csp`: files cannot be included here"
      ])
  }
}
