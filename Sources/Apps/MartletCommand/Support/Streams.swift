#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Standard input.
enum StandardInput {
  /// The next bytes, as many as there are at once; empty at the end.
  static func next() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
      var received: Int
      repeat { received = read(0, buffer.baseAddress, buffer.count) } while received < 0 && errno == EINTR
      count = max(received, 0)
    }
  }
}

/// Standard output.
enum StandardOutput {
  static func write(_ text: String) { emit(text, to: 1) }
  static func write(_ bytes: [UInt8]) { bytes.withUnsafeBytes { emit($0, to: 1) } }
  static var isTerminal: Bool { isatty(1) == 1 }
}

/// Standard error: messages and progress.
enum StandardError {
  static func write(_ text: String) { emit(text, to: 2) }
  static var isTerminal: Bool { isatty(2) == 1 }

  /// Columns of the terminal; 80 where it does not say.
  static var width: Int {
    var size = winsize()
    return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }
}

/// Writes everything, in as many pieces as the system takes; a reader that went away ends the writing.
private func emit(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
  var rest = bytes
  while !rest.isEmpty {
    let count = write(descriptor, rest.baseAddress, rest.count)
    if count < 0 && errno == EINTR { continue }
    if count <= 0 { return }
    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
  }
}

private func emit(_ text: String, to descriptor: Int32) {
  var text = text
  text.withUTF8 { emit(UnsafeRawBufferPointer($0), to: descriptor) }
}
