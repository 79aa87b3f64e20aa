/// The shape of source files.

extension Gate {
  /// Lines of a Swift file; above this it has more than one topic.
  static let longestFile = 600

  static let fileLength = Gate(name: "no file has more than \(longestFile) lines") { tree, _ in
    tree.files("swift").filter { $0.lines.count > longestFile }.map { "\($0.path): \($0.lines.count) lines" }
  }

  /// How far from an escape hatch its SAFETY line may stand, in lines: the properties of a type share one above them,
  /// and a type may have its own as the first thing inside.
  static let safetyReach = (above: 20, below: 2)

  /// Whoever suspends a rule of the language says which invariant stands in for it.
  static let escapeHatches = Gate(name: "every escape hatch says why it is safe") { tree, _ in
    tree.files("swift").filter { !$0.path.hasPrefix("Tests/Architecture/") }.flatMap { file in
      file.lines.enumerated().compactMap { number, line -> String? in
        guard let hatch = escapeHatch(line) else { return nil }
        let near = max(0, number - safetyReach.above)..<min(file.lines.count, number + safetyReach.below + 1)
        let isExplained = file.lines[near].contains { $0.contains("SAFETY:") }
        return isExplained ? nil : "\(file.path):\(number + 1): \(hatch) without SAFETY"
      }
    }
  }

  private static func escapeHatch(_ line: String) -> String? {
    let code = line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false)[0]
    for hatch in [
      "@unchecked Sendable", "nonisolated(unsafe)", "@exclusivity(unchecked)", "unsafeBitCast", "unsafeDowncast",
    ]
    where code.contains(hatch) { return hatch }
    guard code.contains("Unsafe") else { return nil }
    // A stored property; arguments and local variables live no longer than their scope.
    let property =
      #/\s{2,6}(?:@\w+\s+|(?:public|package|internal|fileprivate|private)(?:\(set\))?\s+)*(?:let|var)\s.*:\s*(Unsafe\w*Pointer)\b.*/#
    return code.wholeMatch(of: property).map { String($0.1) }
  }
}
