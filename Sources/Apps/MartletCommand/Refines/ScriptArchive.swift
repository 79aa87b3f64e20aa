import CSPMSyntax

/// The files of a script in one tar file (POSIX.1-1988, "ustar"), below paths without `..` or a leading `/`.
struct ScriptArchive {
  let bytes: [UInt8]

  init(_ files: SourceFiles) {
    var bytes: [UInt8] = [], written: Set<String> = []
    for file in files.files {
      let path = Self.inside(file.path)
      // A file that is included twice is stored once.
      guard written.insert(path).inserted else { continue }
      bytes += Self.header(path, size: file.bytes.count) + file.bytes
      bytes += [UInt8](repeating: 0, count: (512 - file.bytes.count % 512) % 512)
    }
    self.bytes = bytes + [UInt8](repeating: 0, count: 1024)
  }

  /// A path that stays below the folder in which the archive is unpacked.
  private static func inside(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    let joined = parts.joined(separator: "/")
    return joined.isEmpty || joined == "-" ? "script.csp" : joined
  }

  private static func header(_ path: String, size: Int) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: some Sequence<UInt8>, at offset: Int, most: Int) {
      for (i, byte) in text.prefix(most).enumerated() { header[offset + i] = byte }
    }
    func octal(_ value: Int, digits: Int) -> [UInt8] {
      let text = String(value, radix: 8)
      return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
    }
    // A long path is split at a slash: 155 bytes before it, 100 behind.
    var name = Array(path.utf8), prefix: [UInt8] = []
    if name.count > 100,
      let slash = name.indices.first(where: { name[$0] == UInt8(ascii: "/") && name.count - $0 - 1 <= 100 })
    {
      prefix = Array(name[..<slash])
      name = Array(name[(slash + 1)...])
    }
    put(name, at: 0, most: 100)
    put(octal(0o644, digits: 7), at: 100, most: 7)
    put(octal(0, digits: 7), at: 108, most: 7)
    put(octal(0, digits: 7), at: 116, most: 7)
    put(octal(size, digits: 11), at: 124, most: 11)
    put(octal(0, digits: 11), at: 136, most: 11)
    put([UInt8](repeating: UInt8(ascii: " "), count: 8), at: 148, most: 8)
    header[156] = UInt8(ascii: "0")
    put("ustar".utf8, at: 257, most: 5)
    put("00".utf8, at: 263, most: 2)
    put(prefix, at: 345, most: 155)
    put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6), at: 148, most: 6)
    header[154] = 0
    return header
  }
}
