import CSPMSyntax

/// A range that an editor can fold, by its lines.
struct FoldingRange: Encodable, Hashable {
  var startLine: Int
  var endLine: Int
  /// `comment` for comments.
  var kind: String?
}

extension DocumentView {
  /// Declarations of more than one line, modules and timed sections with what is in them, and comments.
  var foldingRanges: [FoldingRange] {
    var ranges: [FoldingRange] = []
    func fold(_ entries: [OutlineEntry]) {
      for entry in entries {
        if entry.range.start.line < entry.range.end.line {
          ranges.append(.init(startLine: entry.range.start.line, endLine: entry.range.end.line))
        }
        fold(entry.children)
      }
    }
    fold(outline)
    return (ranges + commentFolds).sorted { ($0.startLine, $0.endLine) < ($1.startLine, $1.endLine) }
  }

  /// Comments of more than one line; comments on neighbouring lines are one.
  private var commentFolds: [FoldingRange] {
    var folds: [FoldingRange] = []
    for comment in comments {
      let first = lines.line(of: comment.lowerBound), last = lines.line(of: comment.upperBound)
      // One behind other text begins nothing that could be folded.
      guard startsLine(comment.lowerBound, first) else { continue }
      if let before = folds.last, before.endLine + 1 == first {
        folds[folds.count - 1].endLine = last
      } else {
        folds.append(.init(startLine: first, endLine: last, kind: "comment"))
      }
    }
    return folds.filter { $0.startLine < $0.endLine }
  }

  private func startsLine(_ offset: Int, _ line: Int) -> Bool {
    lines.bytes[lines.range(ofLine: line).lowerBound..<offset].allSatisfy {
      $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
    }
  }
}
