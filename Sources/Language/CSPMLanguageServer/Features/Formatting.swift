import CSPMSyntax

extension DocumentView {
  /// What makes the document one in Martlet's style: one edit, of the lines that change; none for a text with mistakes,
  /// which the diagnostics tell of.
  func formatting() throws(ResponseError) -> [TextEdit] {
    let lines = lines
    switch ScriptFormatter.format(lines.bytes, path: analysis.loaded.files.files[Int(file)].path) {
    case .mistakes: return []
    case .defect: throw ResponseError(.internalError, "the document would change its meaning; please report it")
    case .formatted(let formatted):
      guard formatted != lines.bytes else { return [] }
      let (before, after) = (lines.bytes, formatted)
      let newline = UInt8(ascii: "\n")
      let same = zip(before, after).prefix { $0 == $1 }.count
      let start = before[..<same].lastIndex(of: newline).map { $0 + 1 } ?? 0
      let common = zip(before[start...].reversed(), after[start...].reversed()).prefix { $0 == $1 }.count
      // From the beginning of a line on, in both texts.
      func startsLine(_ text: [UInt8], _ offset: Int) -> Bool { offset == start || text[offset - 1] == newline }
      var kept = common
      while kept > 0, !startsLine(before, before.count - kept) || !startsLine(after, after.count - kept) { kept -= 1 }
      let text = String(decoding: after[start..<(after.count - kept)], as: UTF8.self)
      return [TextEdit(range: lines.range(start, before.count - kept, encoding), newText: text)]
    }
  }
}
