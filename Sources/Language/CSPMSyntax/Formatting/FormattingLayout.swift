/// Where every token goes: on which line, how far from the left.
///
/// A line of a declaration that goes on is indented by one step from the line on which the innermost open bracket
/// stands, or from the declaration where none is open. What closes a bracket stands as far left as that line. `if` and
/// `let` work like brackets, one step further right where they begin behind `=`.
///
/// Declarations are set one by one. Each is set, its lines of more than `width` columns get breaks, and it is set again
/// until no line can be broken that should be.
struct FormattingLayout {
  private static let step = 2

  private let structure: FormattingStructure
  /// Whether a line breaks before each token, where it stands before no comment.
  private var breaks: [Bool]
  private var output: [UInt8] = []
  /// Where trailing comments begin in `output`, for those to be put under one another.
  private var trailing: [TrailingComment] = []

  // For each token what the last setting gave.
  private var lower: [Int], upper: [Int]
  private var base: [Int]

  private struct TrailingComment {
    /// In `output`, of the blank before the comment.
    var offset: Int
    var line: Int
    /// Columns of the text before it.
    var width: Int
    var sourceColumn: Int
  }

  /// The text of a whole script, unless `limit` is reached; `end` is what stands behind its last token.
  static func text(of structure: FormattingStructure, end: FormattedToken.Gap, limit: WorkLimit?) -> [UInt8] {
    let scriptStart = Span(file: 0, lower: 0, upper: 0)
    var layout = FormattingLayout(structure)
    var start = 0
    while start < structure.tokens.count {
      var end = start + 1
      while end < structure.tokens.count, !layout.beginsOuterDeclaration(end) { end += 1 }
      repeat {
        if let limit, limit.isReached(while: "this script was formatted", at: scriptStart) { return [] }
      } while layout.breakLongLines(layout.set(start..<end))
      start = end
    }
    layout.write(end)
    return layout.aligned()
  }

  private init(_ structure: FormattingStructure) {
    self.structure = structure
    let count = structure.tokens.count
    breaks = structure.tokens.indices.map { index in
      let gap = structure.tokens[index].gap
      return gap.newlines > 0 || structure.places[index].isForced || index == 0 && gap.comments.isEmpty
    }
    lower = Array(repeating: 0, count: count)
    upper = lower
    base = lower
  }

  private func beginsOuterDeclaration(_ index: Int) -> Bool {
    let place = structure.places[index]
    return place.declaration == index && place.list == nil && place.closes == nil
  }

  // MARK: Setting lines

  /// A line as it was set: its tokens.
  private typealias Line = Range<Int>

  /// Sets the tokens of a declaration.
  private mutating func set(_ range: Range<Int>) -> [Line] {
    var lines: [Line] = []
    var lineStart = range.lowerBound, column = 0, indentation = 0
    for index in range {
      let token = structure.tokens[index], place = structure.places[index]
      if index == range.lowerBound || breaks[index] {
        if index > lineStart { lines.append(lineStart..<index) }
        lineStart = index
        indentation = self.indentation(of: index)
        column = indentation
      } else if !token.gap.comments.isEmpty {
        for comment in token.gap.comments {
          let width = columns(comment.text)
          column = comment.newlines > 0 || comment.text.contains(UInt8(ascii: "\n")) ? width : column + 1 + width
        }
        column += 1
      } else if place.hasBlank {
        column += 1
      }
      lower[index] = column
      column += columns(token.text)
      upper[index] = column
      setBase(index, place, lineStart: lineStart, indentation: indentation)
    }
    lines.append(lineStart..<range.upperBound)
    return lines
  }

  private mutating func setBase(
    _ index: Int, _ place: FormattingStructure.Place, lineStart: Int, indentation: Int
  ) {
    switch place.opening {
    case .none: break
    case .bracket, .block: base[index] = indentation
    case .word:
      let begins = index == lineStart || structure.tokens[index - 1].kind == .else
      base[index] = begins ? indentation : indentation + Self.step
    }
  }

  /// Columns before a token that begins a line.
  private func indentation(of index: Int) -> Int {
    let place = structure.places[index]
    if let opener = place.closes { return base[opener] }
    if place.declaration == index { return place.list.map { base[$0] + Self.step } ?? 0 }
    return contentIndentation(of: place) + (continuesOperand(index) ? Self.step : 0)
  }

  /// Columns before the lines of what a token lies in.
  private func contentIndentation(of place: FormattingStructure.Place) -> Int {
    guard let opener = place.inside else { return start(of: place.declaration) + Self.step }
    // Behind `let x = 1 within` at the end of a line the body stands below `let`.
    let isBody = structure.tokens[opener].kind == .let
    if isBody, let within = structure.places[opener].goesOn, !breaks[within] { return base[opener] }
    return base[opener] + Self.step
  }

  /// Whether what begins a line belongs to what stands at the end of the line above, as the process behind `a ->`.
  private func continuesOperand(_ index: Int) -> Bool {
    switch structure.tokens[index - 1].kind {
    case .arrow, .ampersand, .at: true
    default: false
    }
  }

  /// The indentation of the line on which a declaration begins, or would if it had one of its own.
  private func start(of declaration: Int) -> Int {
    structure.places[declaration].list.map { base[$0] + Self.step } ?? 0
  }

  /// Columns before a comment that has a line of its own before a token.
  private func commentIndentation(before index: Int) -> Int {
    structure.places[index].closes.map { base[$0] + Self.step } ?? indentation(of: index)
  }

  private func columns(_ text: [UInt8]) -> Int {
    let last = text.lastIndex(of: UInt8(ascii: "\n")).map { text[($0 + 1)...] } ?? text[...]
    return last.reduce(0) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) }
  }

  // MARK: Breaking lines

  /// Breaks lines that are too long; false if there is none that can be broken.
  ///
  /// Where there is nothing left to do, the declaration is written.
  private mutating func breakLongLines(_ lines: [Line]) -> Bool {
    var changed = false
    for line in lines where upper[line.upperBound - 1] > ScriptFormatter.width {
      let chances = line.dropFirst().compactMap { index in structure.places[index].breakable.map { (index, $0) } }
      guard let best = chances.map(\.1).min() else { continue }
      let group = chances.filter { !(best < $0.1) }.map(\.0)
      changed = true
      if best.fills { fill(line, group) } else { for index in group { breaks[index] = true } }
    }
    if !changed { for line in lines { write(line) } }
    return changed
  }

  /// Breaks a line at as few places as it takes.
  private mutating func fill(_ line: Line, _ places: [Int]) {
    let indentation = indentation(of: places[0])
    var shift = 0, broken = false
    for (number, index) in places.enumerated() {
      let end = number + 1 < places.count ? places[number + 1] : line.upperBound
      guard upper[end - 1] - shift > ScriptFormatter.width else { continue }
      breaks[index] = true
      broken = true
      shift = lower[index] - indentation
    }
    // What makes the line too long stands before the first place.
    if !broken { breaks[places[places.count - 1]] = true }
  }

  // MARK: Writing

  private mutating func write(_ line: Line) {
    for index in line {
      let token = structure.tokens[index], place = structure.places[index]
      let hasComments = !token.gap.comments.isEmpty
      write(comments: token.gap, indentation: commentIndentation(before: index), isTight: isTight(index))
      if breaks[index] {
        newLine(max(token.gap.newlines, 1), indentation(of: index))
      } else if hasComments ? !isTight(index) : place.hasBlank {
        output.append(UInt8(ascii: " "))
      }
      output += token.text
    }
  }

  /// Whether comments before a token keep their distance: `M::x` has no blanks.
  private func isTight(_ index: Int) -> Bool {
    if structure.tokens[index].kind == .scope { return true }
    guard index > 0 else { return false }
    return structure.tokens[index - 1].kind == .scope || structure.tokens[index - 1].isNameOnlyBeforeText
  }

  private mutating func write(comments gap: FormattedToken.Gap, indentation: Int, isTight: Bool = false) {
    for comment in gap.comments {
      if comment.newlines > 0 || output.isEmpty {
        newLine(comment.newlines, indentation)
      } else if !isTight {
        if comment.takesLine {
          let start = output.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
          trailing.append(
            TrailingComment(
              offset: output.count, line: lineCount, width: columns(Array(output[start...])),
              sourceColumn: comment.column))
        }
        output.append(UInt8(ascii: " "))
      }
      output += comment.text
      lineCount += comment.text.count { $0 == UInt8(ascii: "\n") }
    }
  }

  private var lineCount = 0

  /// Ends the line, with one empty line behind it if more than one were written, and indents the next.
  private mutating func newLine(_ count: Int, _ indentation: Int) {
    if !output.isEmpty {
      let count = min(count, 2)
      output += repeatElement(UInt8(ascii: "\n"), count: count)
      lineCount += count
    }
    output += repeatElement(UInt8(ascii: " "), count: indentation)
  }

  private mutating func write(_ end: FormattedToken.Gap) {
    write(comments: end, indentation: 0, isTight: structure.tokens.last?.isNameOnlyBeforeText == true)
    if !output.isEmpty { output.append(UInt8(ascii: "\n")) }
  }

  // MARK: Trailing comments

  /// The text with comments under one another that were so on lines that follow one another.
  private func aligned() -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(output.count)
    var copied = 0, index = 0
    while index < trailing.count {
      var end = index + 1
      while end < trailing.count, trailing[end].line == trailing[end - 1].line + 1,
        trailing[end].sourceColumn == trailing[index].sourceColumn
      { end += 1 }
      let column = trailing[index..<end].map(\.width).max() ?? 0
      for comment in trailing[index..<end] {
        text += output[copied..<comment.offset]
        text += repeatElement(UInt8(ascii: " "), count: column - comment.width)
        copied = comment.offset
      }
      index = end
    }
    return text + output[copied...]
  }
}
