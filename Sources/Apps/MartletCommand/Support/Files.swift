import CSPMSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads scripts from the disk, and `-` from standard input.
struct DiskReader: SourceReader {
  func read(_ path: String) throws(SourceReadingFailure) -> [UInt8] {
    if path == "-" { return try contents(of: 0) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SourceReadingFailure(reason(errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SourceReadingFailure(reason(errno)) }
    if status.st_mode & S_IFMT == S_IFDIR { throw SourceReadingFailure("it is a directory") }
    return try contents(of: descriptor)
  }

  func resolve(_ path: String, from includer: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let slash = includer.lastIndex(of: "/") else { return path }
    return includer[...slash] + path
  }

  func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private func contents(of descriptor: Int32) throws(SourceReadingFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { systemRead(descriptor, $0) }
      if count < 0 {
        if errno == EINTR { continue }
        throw SourceReadingFailure(reason(errno))
      }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
      if bytes.count > Self.largest { throw SourceReadingFailure("it has more than \(Self.largest >> 20) MiB") }
    }
  }

  private static let largest = 1 << 28

  fileprivate func reason(_ code: Int32) -> String {
    code == ENOENT ? "no such file" : String(cString: strerror(code)).lowercased()
  }
}

extension DiskReader {
  /// Replaces the contents of a file at once: whoever reads it sees the old ones or the new ones.
  func replace(_ path: String, by bytes: [UInt8]) throws(SourceReadingFailure) {
    guard let target = realPath(path) else { throw SourceReadingFailure(reason(errno)) }
    var status = stat()
    guard stat(target, &status) == 0 else { throw SourceReadingFailure(reason(errno)) }
    var name = Array((target + ".XXXXXX").utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw SourceReadingFailure(reason(errno)) }
    var failure = writeAll(bytes, to: descriptor)
    if failure == 0, fchmod(descriptor, status.st_mode & 0o7777) != 0 { failure = errno }
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure == 0, rename(name, target) != 0 { failure = errno }
    guard failure == 0 else {
      unlink(name)
      throw SourceReadingFailure(reason(failure))
    }
  }
}

extension DiskReader {
  /// Writes a new file, or a file anew.
  func create(_ path: String, _ bytes: [UInt8]) throws(SourceReadingFailure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw SourceReadingFailure(reason(errno)) }
    var failure = writeAll(bytes, to: descriptor)
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure != 0 { throw SourceReadingFailure(reason(failure)) }
  }
}

/// Writes everything; the number of an error, or 0.
private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { systemWrite(descriptor, $0) }
    if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return errno }
  }
  return 0
}

private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
  write(descriptor, buffer.baseAddress, buffer.count)
}

/// `read`, which inside `DiskReader` would mean its own method.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
  read(descriptor, buffer.baseAddress, buffer.count)
}
