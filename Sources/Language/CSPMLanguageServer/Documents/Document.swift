/// A text that is open in an editor.
struct Document: Sendable {
  /// As the client wrote it.
  let uri: String
  var version: Int
  private(set) var lines: LineTable
  /// Differs for every content that a document of this store ever had.
  fileprivate(set) var revision: Int

  /// What a client says has changed: a range and what stands there now, or the whole text.
  struct Change: Decodable, Sendable {
    var range: PositionRange?
    var text: String
  }

  init(uri: String, version: Int, text: String, revision: Int) {
    self.uri = uri
    self.version = version
    lines = LineTable(Array(text.utf8))
    self.revision = revision
  }

  mutating func apply(_ change: Change, _ encoding: PositionEncoding) {
    guard let range = change.range else {
      lines = LineTable(Array(change.text.utf8))
      return
    }
    let lower = lines.offset(of: range.start, encoding)
    let upper = max(lower, lines.offset(of: range.end, encoding))
    var bytes = lines.bytes
    bytes.replaceSubrange(lower..<upper, with: change.text.utf8)
    lines = LineTable(bytes)
  }
}

/// The open documents, and how often anything has changed. A copy is what a request sees.
struct DocumentStore: Sendable {
  /// By what identifies their file, in the order in which they were opened.
  private(set) var documents: [(identity: String, document: Document)] = []
  /// Counts the changes, those of files on the disk included.
  private(set) var revision = 0
  /// Counts the changes of files on the disk.
  private(set) var diskRevision = 0

  subscript(identity: String) -> Document? { documents.first { $0.identity == identity }?.document }

  func identity(ofURI uri: String) -> String? { documents.first { $0.document.uri == uri }?.identity }

  mutating func open(_ uri: String, identity: String, version: Int, text: String) {
    revision += 1
    documents.removeAll { $0.identity == identity }
    documents.append((identity, Document(uri: uri, version: version, text: text, revision: revision)))
  }

  /// Applies changes in their order; those of a document that is not open have no effect.
  mutating func change(_ uri: String, version: Int, _ changes: [Document.Change], _ encoding: PositionEncoding) {
    guard let index = documents.firstIndex(where: { $0.document.uri == uri }) else { return }
    revision += 1
    for change in changes { documents[index].document.apply(change, encoding) }
    documents[index].document.version = version
    documents[index].document.revision = revision
  }

  mutating func close(_ uri: String) {
    revision += 1
    documents.removeAll { $0.document.uri == uri }
  }

  mutating func diskChanged() {
    revision += 1
    diskRevision += 1
  }
}
