/// Diagnostics as text for people and as records for programs.
///
/// Text has the form that compilers made usual, which editors and CI systems find places in:
///
///     buffer.csp:3:15: error: expected `)` or an operator, found the end of the line [unexpected-token]
///       3 | P = (a -> STOP
///         |               ^
///     buffer.csp:3:5: note: `(` opened here
///       3 | P = (a -> STOP
///         |     ^
///
/// Nothing of the source reaches a terminal that could steer it: see `visible`.
public struct DiagnosticRenderer: Sendable {
  public var files: SourceFiles
  /// Whether to colour with ANSI escapes.
  public var usesColour: Bool
  /// The most columns of a source line that are shown; longer ones are cut around the caret.
  public var columnLimit: Int

  public init(files: SourceFiles, usesColour: Bool = false, columnLimit: Int = 100) {
    self.files = files
    self.usesColour = usesColour
    self.columnLimit = max(columnLimit, 20)
  }

  /// The diagnostic with its source line and its notes; ends with a line break.
  public func text(_ diagnostic: Diagnostic) -> String {
    let (label, style): (String, Style) =
      switch diagnostic.severity {
      case .error: ("error", .red)
      case .warning: ("warning", .magenta)
      }
    var text = heading(label, style, diagnostic.message + " [\(diagnostic.id)]", at: diagnostic.span)
    for note in diagnostic.notes { text += heading("note", .cyan, note.message, at: note.span) }
    return text
  }

  /// The diagnostic as plain data.
  public func record(_ diagnostic: Diagnostic) -> DiagnosticRecord {
    DiagnosticRecord(
      severity: diagnostic.severity.rawValue, id: diagnostic.id, message: diagnostic.message,
      place: diagnostic.span.flatMap(place),
      notes: diagnostic.notes.map { DiagnosticRecord.Note(message: $0.message, place: $0.span.flatMap(place)) })
  }

  private func place(_ span: Span) -> DiagnosticRecord.Place? {
    guard files.files.indices.contains(Int(span.file)) else { return nil }
    let file = files[span]
    let start = file.position(of: span.lower), end = file.position(of: max(span.lower, span.upper))
    return DiagnosticRecord.Place(
      file: file.path, line: start.line, column: start.column, endLine: end.line, endColumn: end.column)
  }

  // MARK: Text

  private enum Style: String { case bold = "1", red = "1;31", magenta = "1;35", cyan = "1;36" }

  private func styled(_ text: String, _ style: Style) -> String {
    usesColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// One place: `path:line:column: label: message`, and the source line under it.
  private func heading(_ label: String, _ style: Style, _ message: String, at span: Span?) -> String {
    let body = styled("\(label):", style) + " " + visible(message) + "\n"
    guard let span, let place = place(span) else { return body }
    let location = styled("\(visible(place.file)):\(place.line):\(place.column):", .bold)
    let number = "  \(place.line) | "
    let margin = String(repeating: " ", count: number.count - 2) + "| "
    let excerpt = Excerpt(of: files[span], span, columnLimit: columnLimit)
    let caret = String(repeating: " ", count: excerpt.caretColumn) + styled(excerpt.caret, style)
    return location + " " + body + number + excerpt.line + "\n" + margin + caret + "\n"
  }
}

/// A diagnostic as plain data, to be written as JSON.
public struct DiagnosticRecord: Codable, Hashable, Sendable {
  /// `error` or `warning`.
  public var severity: String
  public var id: String
  public var message: String
  public var place: Place?
  public var notes: [Note]

  /// Lines and columns count from 1; the end is the first position behind the piece.
  public struct Place: Codable, Hashable, Sendable {
    public var file: String
    public var line: Int, column: Int, endLine: Int, endColumn: Int

    public init(file: String, line: Int, column: Int, endLine: Int, endColumn: Int) {
      self.file = file
      self.line = line
      self.column = column
      self.endLine = endLine
      self.endColumn = endColumn
    }
  }

  public struct Note: Codable, Hashable, Sendable {
    public var message: String
    public var place: Place?

    public init(message: String, place: Place?) {
      self.message = message
      self.place = place
    }
  }
}
