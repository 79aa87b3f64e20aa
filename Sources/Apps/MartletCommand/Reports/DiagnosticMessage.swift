import CSPMSyntax

/// A diagnostic for programs: where, what, and which page explains it.
struct DiagnosticMessage: Encodable {
  var id: String, severity: String, message: String
  var file: String?, line: Int?, column: Int?
  var notes: [String]
  var text: String

  enum CodingKeys: CodingKey { case id, severity, message, file, line, column, notes }

  init(_ diagnostic: Diagnostic, _ files: SourceFiles) {
    id = diagnostic.id
    severity = diagnostic.severity.rawValue
    message = diagnostic.message
    var place = ""
    if let span = diagnostic.span {
      let at = files[span].position(of: span.lower)
      file = files[span].path
      line = at.line
      column = at.column
      place = files.location(span) + ": "
    }
    notes = diagnostic.notes.map { note in (note.span.map { files.location($0) + ": " } ?? "") + note.message }
    text = "\(place)\(diagnostic.message) [\(diagnostic.id)]"
  }
}
