import CSPM
import CSPMEvaluation
import CSPMNames
import CSPMSyntax
import CSPMTypes

/// A script as it is in the editor, with what it includes: parsed at once, its names and types when they are asked for.
///
/// Not `Sendable`: it belongs to the thread that made it. The phases recurse, so that thread needs a large stack.
final class Analysis {
  /// What identifies the file of the script.
  let identity: String
  let loaded: LoadedScript
  /// The open documents that it was read from, by identity, with their revisions; nil for files of the disk.
  private let used: [String: Int?]
  private let diskRevision: Int
  private let identities: [String]
  private let path: String
  private let disk: any SourceReader
  private let root: String?
  private var tables: [Int32: LineTable] = [:]
  private var lists: [Int32: [Token]] = [:]

  init(_ identity: String, path: String, in store: DocumentStore, disk: any SourceReader, root: String?) {
    self.identity = identity
    self.path = path
    self.disk = disk
    self.root = root
    let reader = OverlayReader(store, over: disk)
    loaded = ScriptLoader(reader: reader, root: root).load(path)
    used = reader.used
    diskRevision = store.diskRevision
    identities = loaded.files.files.map { OverlayReader.identity($0.path, disk) }
  }

  /// Whether it says what a new analysis would say.
  func isCurrent(in store: DocumentStore) -> Bool {
    diskRevision == store.diskRevision && used.allSatisfy { store[$0.key]?.revision == $0.value }
  }

  /// The same script with the documents of another store.
  func again(in store: DocumentStore) -> Analysis { Analysis(identity, path: path, in: store, disk: disk, root: root) }

  // MARK: Phases

  /// Nothing is evaluated; but some mistakes are found on the way to what can be.
  private lazy var evaluator = ScriptEvaluator(loaded.script, unreadable: loaded.unreadableNames)
  var names: NameResolver { evaluator.names }
  private(set) lazy var types = TypeChecker(names, recordsTypes: true)
  private(set) lazy var occurrences = Occurrences(names, files: loaded.files)
  private(set) lazy var assertions = ScriptAssertion.all(in: names.declarations)

  var diagnostics: [Diagnostic] { loaded.diagnostics + evaluator.diagnostics + types.diagnostics }

  /// Tells the contents of the files from all others.
  private(set) lazy var fingerprint = Fingerprint(loaded.files)

  // MARK: Files

  /// The files of the script, itself first.
  var includedIdentities: Set<String> { Set(identities.dropFirst()).subtracting([identity]) }

  /// The index of a file in spans; nil where the script does not include it.
  func file(_ identity: String) -> Int32? { identities.firstIndex(of: identity).map { Int32($0) } }

  func identity(of file: Int32) -> String { identities[Int(file)] }

  /// The identity of what an `include` in a file names.
  func identity(ofInclude path: String, in file: Int32) -> String {
    OverlayReader.identity(disk.resolve(path, from: loaded.files.files[Int(file)].path), disk)
  }

  func lines(_ file: Int32) -> LineTable {
    if let known = tables[file] { return known }
    let table = LineTable(loaded.files.files[Int(file)].bytes)
    tables[file] = table
    return table
  }

  func tokens(_ file: Int32) -> [Token] {
    if let known = lists[file] { return known }
    let tokens = Lexer.tokens(of: loaded.files.files[Int(file)], file: file).tokens
    lists[file] = tokens
    return tokens
  }

  func text(_ span: Span) -> String { loaded.files[span].text(span) }
}

/// A summary of contents: equal where they are equal, and hardly ever where they are not.
struct Fingerprint: Hashable, Sendable {
  private let value: Int

  init(_ files: SourceFiles) {
    var hasher = Hasher()
    for file in files.files {
      hasher.combine(file.path)
      file.bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
    value = hasher.finalize()
  }
}
