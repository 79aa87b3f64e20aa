import CSPMNames
import CSPMSyntax

/// One document of an analysed script, with places as the client counts them: what each feature looks at.
struct DocumentView {
  let analysis: Analysis
  let file: Int32
  let encoding: PositionEncoding
  let store: DocumentStore

  init(_ analysis: Analysis, file: Int32, in store: DocumentStore, _ encoding: PositionEncoding) {
    self.analysis = analysis
    self.file = file
    self.store = store
    self.encoding = encoding
  }

  var lines: LineTable { analysis.lines(file) }
  var tokens: [Token] { analysis.tokens(file) }

  func offset(_ position: Position) -> Int { lines.offset(of: position, encoding) }

  func range(_ span: Span) -> PositionRange {
    analysis.lines(span.file).range(Int(span.lower), Int(span.upper), encoding)
  }

  func location(_ span: Span) -> Location { Location(uri: uri(of: span.file), range: range(span)) }

  /// As the client calls the document, where it has opened it.
  func uri(of file: Int32) -> String { uri(of: analysis.identity(of: file)) }

  func uri(of identity: String) -> String { store[identity]?.uri ?? DocumentAddress.uri(of: identity) }

  func version(of file: Int32) -> Int? { store[analysis.identity(of: file)]?.version }

  /// The name at a place.
  func name(at position: Position) -> Occurrences.Occurrence? { analysis.occurrences.at(offset(position), in: file) }

  /// The token at a place, or the one that ends there.
  func token(at offset: Int) -> Token? {
    tokens.first { $0.lower <= offset && offset <= $0.upper && $0.lower < $0.upper }
  }
}
