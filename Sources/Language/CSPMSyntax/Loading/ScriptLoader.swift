/// A script with all it includes.
///
/// Inclusion is textual, as in FDR: a file included twice brings its declarations twice, and whether that is an error
/// is decided where names are bound. A file that includes itself, by any way round, is an error here.
///
/// I1. A file outside `root` is never read, whether a path leads there by `..` or by a symbolic link.
/// I2. At most `SyntaxLimits.inclusions` files of together `SyntaxLimits.bytes` bytes are read, so that every script
///     loads in bounded time.
public struct ScriptLoader {
  private let reader: any SourceReader
  private let root: String?
  private let followsIncludes: Bool
  private let limit: WorkLimit?

  /// - Parameters:
  ///   - reader: how files are reached.
  ///   - root: a directory which no `include` may leave; nil permits every file.
  ///   - followsIncludes: false leaves `include` lines as they are, for tools that look at one file.
  ///   - limit: where it is reached, the script ends there, with an error.
  public init(
    reader: any SourceReader = NoSourceReader(), root: String? = nil, followsIncludes: Bool = true,
    limit: WorkLimit? = nil
  ) {
    self.limit = limit
    self.reader = reader
    self.root = root
    self.followsIncludes = followsIncludes
  }

  private var loading: Loading {
    Loading(reader: reader, root: root, followsIncludes: followsIncludes, limit: limit)
  }

  /// Loads the script in a file.
  public func load(_ path: String) -> LoadedScript {
    let loading = loading
    do throws(SourceReadingFailure) {
      return loading.run(try reader.read(path), path: path)
    } catch {
      loading.report("unreadable-file", "cannot read `\(path)`: \(error.reason)", at: nil)
      return loading.finish([])
    }
  }

  /// Loads a script whose bytes are at hand, such as those of standard input, whose path is `-`.
  public func load(bytes: [UInt8], path: String = "-") -> LoadedScript {
    loading.run(bytes, path: path)
  }

  /// Loads a script whose text is at hand.
  public func load(text: String, path: String = "-") -> LoadedScript { load(bytes: Array(text.utf8), path: path) }
}

/// What loading gave. The script holds all that could be read, also when there are errors.
public struct LoadedScript: Sendable {
  public var script: Script
  public var files: SourceFiles
  /// The errors, then the warnings, each in the order of the text and file by file as they were met.
  public var diagnostics: [Diagnostic]
  /// Names whose declarations could not be read: that they are unknown later is no second mistake.
  public var unreadableNames: Set<String>
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  public init(
    script: Script, files: SourceFiles, diagnostics: [Diagnostic] = [], unreadableNames: Set<String> = []
  ) {
    self.script = script
    self.files = files
    self.diagnostics = diagnostics
    self.unreadableNames = unreadableNames
  }
}
