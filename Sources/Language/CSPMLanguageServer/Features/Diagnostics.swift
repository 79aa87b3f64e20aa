import CSPMSyntax

/// A diagnostic as the protocol has it.
struct PublishedDiagnostic: Encodable, Hashable, Sendable {
  enum Severity: Int, Encodable, Sendable { case error = 1, warning, information }

  struct Related: Encodable, Hashable, Sendable {
    var location: Location
    var message: String
  }

  var range: PositionRange
  var severity: Severity
  /// The id, which names a page of the documentation.
  var code: String?
  var source = "martlet"
  var message: String
  var relatedInformation: [Related]?
}

extension DocumentView {
  /// The mistakes in the script and in what it includes, by document; a document without mistakes has an empty list.
  ///
  /// - Parameter showsRelated: whether the client shows places that belong to a diagnostic.
  func diagnostics(showsRelated: Bool) -> [String: [PublishedDiagnostic]] {
    var published: [String: [PublishedDiagnostic]] = [:]
    for index in analysis.loaded.files.files.indices { published[uri(of: Int32(index))] = [] }
    for diagnostic in analysis.diagnostics {
      published[uri(of: diagnostic.span?.file ?? file), default: []].append(
        self.published(diagnostic, showsRelated: showsRelated))
    }
    return published
  }

  private func published(_ diagnostic: Diagnostic, showsRelated: Bool) -> PublishedDiagnostic {
    var message = diagnostic.message
    var related: [PublishedDiagnostic.Related] = []
    for note in diagnostic.notes {
      if let span = note.span, showsRelated {
        related.append(.init(location: location(span), message: note.message))
      } else {
        message += "\n" + note.message + (note.span.map { " (\(analysis.loaded.files.location($0)))" } ?? "")
      }
    }
    return PublishedDiagnostic(
      range: diagnostic.span.map(range) ?? .beginning, severity: diagnostic.severity == .error ? .error : .warning,
      code: diagnostic.id, message: message, relatedInformation: related.isEmpty ? nil : related)
  }
}
