/// A source line as a terminal shows it, with the place of a caret under it.
///
/// Widths are counted in terminal columns: a tab reaches to the next multiple of four, East Asian characters and most
/// emoji are two wide, combining marks none. A line that is too long is cut around the caret.
struct Excerpt {
  private(set) var line = ""
  /// Columns before the caret.
  private(set) var caretColumn = 0
  /// One `^` for each column of the piece that lies on this line, at least one.
  private(set) var caret = "^"

  /// Bytes on either side of the caret that are looked at, so that a line of megabytes costs no more than another.
  private static let reach = 2_048
  private static let tabWidth = 4

  init(of file: SourceFile, _ span: Span, columnLimit: Int) {
    let full = file.lineRange(file.lineIndex(of: span.lower))
    let lower = min(max(Int(span.lower), full.lowerBound), full.upperBound)
    let upper = min(max(Int(span.upper), lower), full.upperBound)
    let start = Self.scalarStart(file.bytes, max(full.lowerBound, lower - Self.reach), full.lowerBound)
    let cells = Self.cells(file.bytes, start..<min(full.upperBound, lower + Self.reach))
    let first = cells.firstIndex { $0.offset >= lower } ?? cells.count
    let last = cells.firstIndex { $0.offset >= upper } ?? cells.count

    // Half of the room before the caret, if there is that much, and what is left behind it.
    var begin = first, width = 0
    while begin > 0, width + cells[begin - 1].width <= columnLimit / 2 {
      begin -= 1
      width += cells[begin].width
    }
    var end = begin
    width = 0
    while end < cells.count, width + cells[end].width <= columnLimit {
      width += cells[end].width
      end += 1
    }
    let isCutBefore = begin > 0 || start > full.lowerBound
    let isCutBehind = end < cells.count || lower + Self.reach < full.upperBound
    line = (isCutBefore ? "…" : "") + cells[begin..<end].map(\.text).joined() + (isCutBehind ? "…" : "")
    caretColumn = (isCutBefore ? 1 : 0) + cells[begin..<max(begin, min(first, end))].reduce(0) { $0 + $1.width }
    let marked = cells[min(first, end)..<max(min(first, end), min(last, end))].reduce(0) { $0 + $1.width }
    caret = String(repeating: "^", count: max(marked, 1))
  }

  /// What is shown for one scalar and the marks that combine with it.
  private struct Cell {
    var text: String
    var width: Int
    var offset: Int
  }

  private static func cells(_ bytes: [UInt8], _ range: Range<Int>) -> [Cell] {
    var cells: [Cell] = []
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes[range].makeIterator()
    var offset = range.lowerBound, column = 0
    while true {
      let cell: Cell
      switch parser.parseScalar(from: &iterator) {
      case .valid(let encoded):
        cell = self.cell(Unicode.UTF8.decode(encoded), at: offset, column: column)
        offset += encoded.count
      case .error(let length):
        cell = Cell(text: "\u{FFFD}", width: 1, offset: offset)
        offset += length
      case .emptyInput: return cells
      }
      if cell.width == 0, !cells.isEmpty {
        cells[cells.count - 1].text += cell.text
      } else {
        cells.append(cell)
        column += cell.width
      }
    }
  }

  private static func cell(_ scalar: Unicode.Scalar, at offset: Int, column: Int) -> Cell {
    if scalar == "\t" {
      let width = tabWidth - column % tabWidth
      return Cell(text: String(repeating: " ", count: width), width: width, offset: offset)
    }
    return Cell(text: visible(String(scalar)), width: width(of: scalar), offset: offset)
  }

  /// The start of the scalar that a byte belongs to.
  private static func scalarStart(_ bytes: [UInt8], _ offset: Int, _ limit: Int) -> Int {
    var offset = offset
    while offset > limit, offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
    return offset
  }
}

/// The columns that a terminal gives to a scalar.
///
/// > Source: Unicode Standard Annex 11, East Asian Width: the ranges of W and F, joined where the gaps are unassigned.
private func width(of scalar: Unicode.Scalar) -> Int {
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark: return 0
  case .format: return scalar.value == 0x200D || scalar.value == 0x200C ? 0 : 1
  default: break
  }
  switch scalar.value {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
    return 2
  default: return scalar.properties.isEmojiPresentation ? 2 : 1
  }
}

/// Text without what would steer a terminal or reverse the direction of writing: control characters become their
/// pictures, the rest `�`.
func visible(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0..<0x20: result.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
    case 0x7F: result.append("\u{2421}")
    case 0x80..<0xA0, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: result.append("\u{FFFD}")
    default: result.append(scalar)
    }
  }
  return String(result)
}
