// The version of the Go language that a file is written in: some rules hold up to one, or from one on.
//
// A `//go:build go1.N` line in the file goes before the `go` directive of its module; where there is neither, the
// newest version counts, in which timers and tickers that nobody refers to are collected.
#if Lint
  /// A language version, such as 1.23.
  package struct GoVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var major: Int, minor: Int

    package init(_ major: Int, _ minor: Int) {
      self.major = major
      self.minor = minor
    }

    /// Reads `1.23`, `1.23.4` and `1.23rc1`; nil is anything else.
    package init?(_ text: some StringProtocol) {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1].prefix(while: \.isNumber)),
        major > 0, minor >= 0
      else { return nil }
      self.init(major, minor)
    }

    package static let newest = GoVersion(1, 27)
    /// From here on timers and tickers are collected when nobody refers to them, stopped or not.
    static let collectedTimers = GoVersion(1, 23)

    package static func < (a: Self, b: Self) -> Bool { (a.major, a.minor) < (b.major, b.minor) }
    package var description: String { "\(major).\(minor)" }

    /// What the `go` directive of a `go.mod` says.
    package static func directive(ofModule text: String) -> GoVersion? {
      for line in text.split(whereSeparator: \.isNewline) {
        let words = line.split(whereSeparator: \.isWhitespace)
        if words.count >= 2, words[0] == "go", let version = GoVersion(words[1]) { return version }
      }
      return nil
    }

    /// The largest `go1.N` that a build constraint above the package clause asks for, where it is alone or one of
    /// several that must hold.
    static func constraint(in text: SourceText) -> GoVersion? {
      var number = 1
      while number <= text.lineCount {
        let line = text.line(number)
        number += 1
        if line.starts(with: "package ".utf8) { return nil }
        guard line.starts(with: "//go:build ".utf8) else { continue }
        let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace).dropFirst()
        guard !words.contains(where: { $0.contains("|") || $0.contains("!") || $0.contains("(") }) else { return nil }
        return words.compactMap { $0.hasPrefix("go1.") ? GoVersion($0.dropFirst(2)) : nil }.max()
      }
      return nil
    }
  }
#endif
