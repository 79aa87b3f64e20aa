import CSPMSyntax

/// Reads files as they are in the editor where they are open, and from the disk otherwise; remembers what was read.
final class OverlayReader: SourceReader {
  private let disk: any SourceReader
  private let store: DocumentStore
  /// The revision of each open document that was asked for, by identity; nil for files that are not open.
  private(set) var used: [String: Int?] = [:]

  init(_ store: DocumentStore, over disk: any SourceReader) {
    self.store = store
    self.disk = disk
  }

  /// What tells a file from others, whether it is on the disk yet or not.
  static func identity(_ path: String, _ disk: any SourceReader) -> String {
    disk.realPath(path) ?? DocumentAddress.normalized(path)
  }

  func read(_ path: String) throws(SourceReadingFailure) -> [UInt8] {
    let identity = Self.identity(path, disk)
    let document = store[identity]
    used[identity] = .some(document?.revision)
    if let document { return document.lines.bytes }
    guard path != "-" else { throw SourceReadingFailure("there is no standard input for scripts here") }
    return try disk.read(path)
  }

  func resolve(_ path: String, from includer: String) -> String { disk.resolve(path, from: includer) }

  func realPath(_ path: String) -> String? {
    if let real = disk.realPath(path) { return real }
    let path = DocumentAddress.normalized(path)
    return store[path] == nil ? nil : path
  }
}
