/// One run of the loader: the files that are open, those that were met, and what was said about them.
final class Loading {
  private let reader: any SourceReader
  private let root: String?
  private let followsIncludes: Bool
  private let limit: WorkLimit?
  private var files = SourceFiles()
  private var diagnostics: [Diagnostic] = []
  private var unreadableNames: Set<String> = []
  /// The files being read, from the script named to the innermost inclusion.
  private var open: [OpenFile] = []
  private var inclusionCount = 0
  private var byteCount = 0

  private struct OpenFile {
    var path: String
    /// What tells it from other files, whatever path led to it.
    var identity: String
    /// Where it is included; nil for the script named.
    var includedAt: Span?
  }

  init(reader: any SourceReader, root: String?, followsIncludes: Bool, limit: WorkLimit?) {
    self.limit = limit
    self.reader = reader
    self.root = root
    self.followsIncludes = followsIncludes
  }

  func run(_ bytes: [UInt8], path: String) -> LoadedScript {
    let file = OpenFile(path: path, identity: reader.realPath(path) ?? path, includedAt: nil)
    return finish(parse(bytes, file, depth: 0))
  }

  func report(_ id: String, _ message: String, at span: Span?, notes: [Diagnostic.Note] = []) {
    diagnostics.append(Diagnostic(id: id, message, at: span, notes: notes))
  }

  func finish(_ declarations: [Declaration]) -> LoadedScript {
    if let ended = limit?.diagnostic { diagnostics.append(ended) }
    // Where something is missing already, a declaration that its annotation misses is no news.
    if followsIncludes, !diagnostics.contains(where: { $0.severity == .error }) {
      var annotations = AnnotationCheck()
      annotations.check(declarations)
      diagnostics += annotations.diagnostics
    }
    return LoadedScript(
      script: Script(declarations: declarations), files: files,
      diagnostics: limited(.error) + limited(.warning), unreadableNames: unreadableNames)
  }

  /// The first diagnostics of a severity, in the order of the text; at the end, how many more there are.
  private func limited(_ severity: Diagnostic.Severity) -> [Diagnostic] {
    let all = diagnostics.enumerated().filter { $0.element.severity == severity }.sorted { a, b in
      let (x, y) = (a.element.span, b.element.span)
      return (x?.file ?? -1, x?.lower ?? -1, a.offset) < (y?.file ?? -1, y?.lower ?? -1, b.offset)
    }
    let shown = all.prefix(SyntaxLimits.errors).map(\.element)
    guard all.count > shown.count else { return shown }
    return shown + [
      Diagnostic(severity, id: "too-many-errors", "\(all.count - shown.count) more messages are left out", at: nil)
    ]
  }

  private func parse(_ bytes: [UInt8], _ file: OpenFile, depth: Int) -> [Declaration] {
    byteCount += bytes.count
    guard byteCount <= SyntaxLimits.bytes else {
      report(
        "script-too-large", "the script and its inclusions have more than \(SyntaxLimits.bytes) bytes",
        at: file.includedAt)
      return []
    }
    guard !bytes.starts(with: Array("{\\rtf".utf8)) else {
      report(
        "rich-text", "expected plain text, found rich text (RTF) in `\(file.path)`", at: file.includedAt,
        notes: [Diagnostic.Note("save the script as plain text, in UTF-8")])
      return []
    }
    let source = SourceFile(path: file.path, bytes: bytes)
    let index = Int32(files.files.count)
    files.files.append(source)
    open.append(file)
    defer { open.removeLast() }
    let parser = Parser(source, file: index, depth: depth, limit: limit) { path, span, depth in
      self.include(path, at: span, depth: depth)
    }
    let declarations = parser.script()
    diagnostics += parser.diagnostics
    unreadableNames.formUnion(parser.unreadableNames)
    return declarations
  }

  // MARK: Inclusion

  private func include(_ path: String, at span: Span, depth: Int) -> [Declaration] {
    guard followsIncludes else { return [] }
    inclusionCount += 1
    guard inclusionCount <= SyntaxLimits.inclusions else {
      // Said once: the limit is passed a single time.
      if inclusionCount == SyntaxLimits.inclusions + 1 {
        report("too-many-inclusions", "a script may include at most \(SyntaxLimits.inclusions) files", at: span)
      }
      return []
    }
    let resolved = reader.resolve(path, from: open.last?.path ?? "-")
    guard let readable = permitted(resolved, at: span) else { return [] }
    let file = OpenFile(path: resolved, identity: reader.realPath(resolved) ?? resolved, includedAt: span)
    guard !closesCycle(file) else { return [] }
    do throws(SourceReadingFailure) {
      return parse(try reader.read(readable), file, depth: depth + SyntaxLimits.inclusionDepth)
    } catch {
      report("unreadable-file", "cannot read `\(resolved)`: \(error.reason)", at: span)
      return []
    }
  }

  /// The path to read for a path under the root directory; nil, and a diagnostic, for one that leaves it.
  ///
  /// The text of the path is judged first, so that the existence of files outside is not betrayed.
  private func permitted(_ path: String, at span: Span) -> String? {
    guard let root else { return path }
    let lexicalRoot = PathComponents(root), lexicalPath = PathComponents(path)
    let leaves = lexicalRoot.isAbsolute == lexicalPath.isAbsolute && !lexicalRoot.contains(lexicalPath)
    if !leaves {
      guard let real = reader.realPath(path) else {
        report("unreadable-file", "cannot read `\(path)`: no such file", at: span)
        return nil
      }
      if PathComponents(reader.realPath(root) ?? root).contains(PathComponents(real)) { return real }
    }
    report(
      "include-outside-root", "`\(path)` lies outside `\(root)`, the directory that may be included from", at: span)
    return nil
  }

  private func closesCycle(_ file: OpenFile) -> Bool {
    guard let first = open.firstIndex(where: { $0.identity == file.identity }) else { return false }
    let chain = open[first...]
    let notes = zip(chain, chain.dropFirst()).map { includer, included in
      Diagnostic.Note("`\(includer.path)` includes `\(included.path)` here", at: included.includedAt)
    }
    report("include-cycle", "`\(file.path)` includes itself", at: file.includedAt, notes: notes)
    return true
  }
}

/// A path taken apart, with `.` and `..` resolved by their text alone.
struct PathComponents {
  var isAbsolute: Bool
  var components: [Substring]

  init(_ path: String) {
    isAbsolute = path.hasPrefix("/")
    components = []
    for component in path.split(separator: "/") where component != "." {
      if component == "..", let last = components.last, last != ".." {
        components.removeLast()
      } else if component != ".." || !isAbsolute {
        components.append(component)
      }
    }
  }

  func contains(_ other: PathComponents) -> Bool {
    isAbsolute == other.isAbsolute && other.components.starts(with: components)
      && !other.components.dropFirst(components.count).contains("..")
  }
}
