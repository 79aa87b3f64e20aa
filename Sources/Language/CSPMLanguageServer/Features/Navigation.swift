import CSPMNames
import CSPMSyntax

/// From a name to where it is declared and used.
extension DocumentView {
  /// Where the name at a place is declared; for the path of an `include`, the file.
  func definition(at position: Position) -> [Location] {
    let offset = offset(position)
    if let token = token(at: offset), token.kind == .path {
      let span = Span(file: file, lower: token.lower, upper: token.upper)
      return [Location(uri: uri(of: analysis.identity(ofInclude: analysis.text(span), in: file)), range: .beginning)]
    }
    guard let name = analysis.occurrences.at(offset, in: file), let span = analysis.names.symbols[name.symbol].span
    else { return [] }
    return [location(span)]
  }

  func references(at position: Position, includesDeclaration: Bool) -> [Location] {
    guard let name = name(at: position) else { return [] }
    return analysis.occurrences.same(as: name.symbol)
      .filter { includesDeclaration || !$0.isDeclaration }.map { location($0.span) }
  }

  /// The same name in this document.
  func highlights(at position: Position) -> [Highlight] {
    guard let name = name(at: position) else { return [] }
    return analysis.occurrences.same(as: name.symbol).filter { $0.span.file == file }
      .map { Highlight(range: range($0.span), kind: $0.isDeclaration ? .write : .read) }
  }

  struct Highlight: Encodable, Hashable {
    enum Kind: Int, Encodable { case read = 2, write }
    var range: PositionRange
    var kind: Kind
  }
}
