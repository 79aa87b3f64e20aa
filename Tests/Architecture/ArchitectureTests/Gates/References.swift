/// What is written about the repository speaks of things that are there.

/// A line of a Markdown file, with whether it stands in a fenced block.
private struct MarkdownLine {
  var text: String
  var number: Int
  var isCode: Bool

  static func all(_ lines: [String]) -> [MarkdownLine] {
    var isCode = false
    return lines.enumerated().map { number, text in
      let isFence = text.trimmingPrefix(while: \.isWhitespace).hasPrefix("```")
      defer { if isFence { isCode.toggle() } }
      return MarkdownLine(text: text, number: number + 1, isCode: isCode || isFence)
    }
  }
}

/// The words of a line that name a file or a folder from the root on, such as `Sources/Checker`.
///
/// Outside code only back-quoted words count; in code every word does. Words with a gap to fill in (`<name>`, `*`, `…`,
/// `NNNN`) name nothing.
private func pathWords(_ line: String, isCode: Bool) -> [String] {
  // Most lines are ruled out before the slow look.
  guard line.utf8.contains(UInt8(ascii: "/")), isCode || line.utf8.contains(UInt8(ascii: "`")) else { return [] }
  let pieces = line.split(separator: "`", omittingEmptySubsequences: false)
  let words =
    isCode
    ? line.split(whereSeparator: \.isWhitespace)
    : pieces.enumerated().filter { !$0.offset.isMultiple(of: 2) }.flatMap { $0.element.split(separator: " ") }
  return words.compactMap { word in
    guard
      let match = word.wholeMatch(
        of:
          #/((?:Sources|Tests|Examples|Documentation|Scripts|Benchmarks|Fuzz|Specifications)(?:/[\w.+\-]+)+)/?(?::\d+)?/#
      ),
      !match.1.contains("NNNN")
    else { return nil }
    return String(match.1)
  }
}

extension Gate {
  /// Paths in Markdown, and back-quoted ones in the comments of sources and examples.
  static let paths = Gate(name: "paths that are written down exist") { tree, _ in
    let documents = tree.files("md").map { ($0.path, MarkdownLine.all($0.lines)) }
    let sources = tree.files("swift", "csp", "c", "h").filter { !$0.path.hasPrefix("Tests/Architecture/") }.map {
      ($0.path, $0.lines.enumerated().map { MarkdownLine(text: $0.element, number: $0.offset + 1, isCode: false) })
    }
    return (documents + sources).flatMap { path, lines in
      lines.flatMap { line in
        pathWords(line.text, isCode: line.isCode).filter { !tree.contains($0) }
          .map { "\(path):\(line.number): there is no \($0)" }
      }
    }
  }

  /// `[text](target)`: the file, and the heading where one is named.
  static let links = Gate(name: "links lead somewhere") { tree, _ in
    tree.files("md").flatMap { file in
      MarkdownLine.all(file.lines).filter { !$0.isCode }.flatMap { line in
        line.text.matches(of: #/\]\(([^)\s]+)\)/#).map { String($0.1) }
          .filter { !isReachable($0, from: file.path, in: tree) }
          .map { "\(file.path):\(line.number): nothing at \($0)" }
      }
    }
  }

  private static func isReachable(_ target: String, from file: String, in tree: SourceTree) -> Bool {
    if target.contains("://") || target.hasPrefix("mailto:") { return true }
    let halves = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    var parts = halves[0].isEmpty ? [] : file.split(separator: "/").dropLast().map(String.init)
    for part in halves[0].split(separator: "/") where part != "." {
      if part != ".." {
        parts.append(String(part))
      } else if parts.popLast() == nil {
        return false
      }
    }
    let path = halves[0].isEmpty ? file : parts.joined(separator: "/")
    guard tree.contains(path) else { return false }
    guard halves.count == 2, let lines = tree.lines[path] else { return true }
    return MarkdownLine.all(lines).contains { !$0.isCode && $0.text.hasPrefix("#") && anchor($0.text) == halves[1] }
  }

  /// The anchor that a heading gets: lower case, blanks to hyphens, no punctuation.
  private static func anchor(_ heading: String) -> String {
    String(
      heading.drop { $0 == "#" || $0 == " " }.lowercased()
        .filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
        .map { $0 == " " ? "-" : $0 })
  }

  /// Documentation/Decisions/NNNN-title.md, from 0001 on without a gap, and the number stands in the heading.
  static let decisionNumbers = Gate(name: "decisions are numbered in a row") { tree, _ in
    let pages = tree.files("md").compactMap { file in
      file.path.wholeMatch(of: #/Documentation/Decisions/(\d{4})-[a-z0-9\-]+\.md/#)
        .map { (number: String($0.1), file: file) }
    }
    let strangers = tree.files("md").map(\.path).filter { path in
      path.hasPrefix("Documentation/Decisions/") && !pages.contains { $0.file.path == path }
    }
    return strangers.map { "\($0): the name is not NNNN-title.md" }
      + pages.enumerated().flatMap { index, page -> [String] in
        let expected = String(String(10_001 + index).dropFirst())
        return (page.number == expected ? [] : ["\(page.file.path): expected number \(expected)"])
          + (page.file.lines.first?.hasPrefix("# \(page.number). ") == true
            ? [] : ["\(page.file.path):1: the heading does not begin with `# \(page.number). `"])
      }
  }
}
