/// How the loader reaches files. Tests read from a dictionary; the command-line tool reads from the disk.
public protocol SourceReader {
  /// The bytes of a file; throws what went wrong, as in `no such file`.
  func read(_ path: String) throws(SourceReadingFailure) -> [UInt8]

  /// The path that `path` means when it is written in the file `includer`: relative to the directory of that file.
  /// Standard input, `-`, lies in the current directory.
  func resolve(_ path: String, from includer: String) -> String

  /// The absolute path without symbolic links and `..`; nil if there is no such file. It identifies the file.
  func realPath(_ path: String) -> String?
}

/// Why a file cannot be read: one phrase in lower case, such as `no such file`.
public struct SourceReadingFailure: Error, Hashable, Sendable {
  public var reason: String
  public init(_ reason: String) { self.reason = reason }
}

/// Reads nothing: for texts that may include nothing.
public struct NoSourceReader: SourceReader {
  public init() {}
  public func read(_ path: String) throws(SourceReadingFailure) -> [UInt8] {
    throw SourceReadingFailure("files cannot be included here")
  }
  public func resolve(_ path: String, from includer: String) -> String { path }
  public func realPath(_ path: String) -> String? { nil }
}
