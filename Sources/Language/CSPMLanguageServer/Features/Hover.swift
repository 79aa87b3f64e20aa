import CSPMNames
import CSPMSyntax
import CSPMTypes

/// What is shown about the name or the expression under the pointer.
struct Hover: Encodable, Hashable {
  struct Contents: Encodable, Hashable {
    var kind: String
    var value: String
  }

  var contents: Contents
  var range: PositionRange
}

extension DocumentView {
  func hover(at position: Position, usesMarkdown: Bool) -> Hover? {
    let offset = offset(position)
    if let name = analysis.occurrences.at(offset, in: file) {
      return Hover(contents: contents(about: name, usesMarkdown), range: range(name.span))
    }
    guard let token = token(at: offset), let (span, type) = expression(around: token) else { return nil }
    return Hover(contents: text([type], nil, nil, usesMarkdown), range: range(span))
  }

  private func contents(about name: Occurrences.Occurrence, _ usesMarkdown: Bool) -> Hover.Contents {
    let symbol = analysis.names.symbols[name.symbol]
    let type = analysis.types.type(of: name.symbol)
    var code = [symbol.name + (type.map { " :: " + $0 } ?? "")]
    if let here = analysis.types.recorded.first(where: { endsLike($0.span, name.span) }) {
      let text = analysis.types.text(here.type)
      if text != type { code.append("-- here: \(text)") }
    }
    var about = symbol.kind.description
    if let span = symbol.span, span.file != file { about += ", declared in \(analysis.loaded.files[span].path)" }
    return text(code, about, symbol.span.flatMap(comment), usesMarkdown)
  }

  /// Whether an expression is the name at `name`, perhaps with modules in front.
  private func endsLike(_ expression: Span, _ name: Span) -> Bool {
    expression.file == name.file && expression.upper == name.upper
      && (expression.lower == name.lower || analysis.text(expression).hasSuffix("::" + analysis.text(name)))
  }

  /// The smallest expression around a token, and its type.
  private func expression(around token: Token) -> (Span, String)? {
    let around = analysis.types.recorded.filter {
      $0.span.file == file && $0.span.lower <= token.lower && $0.span.upper >= token.upper
    }
    guard let smallest = around.min(by: { $0.span.upper - $0.span.lower < $1.span.upper - $1.span.lower }) else {
      return nil
    }
    return (smallest.span, analysis.types.text(smallest.type))
  }

  private func text(_ code: [String], _ about: String?, _ comment: String?, _ usesMarkdown: Bool) -> Hover.Contents {
    let code = code.joined(separator: "\n")
    let parts = [usesMarkdown ? "```cspm\n\(code)\n```" : code, about, comment]
    return .init(
      kind: usesMarkdown ? "markdown" : "plaintext", value: parts.compactMap { $0 }.joined(separator: "\n\n"))
  }

  /// The lines of comment that stand right above the line of a declaration, or at its end.
  private func comment(above span: Span) -> String? {
    let lines = analysis.lines(span.file)
    func comment(ofLine line: Int) -> String? {
      let text = lines.text(lines.range(ofLine: line)).drop { $0 == " " || $0 == "\t" }
      return text.hasPrefix("--") ? String(text.drop { $0 == "-" }.drop { $0 == " " }) : nil
    }
    var line = lines.line(of: Int(span.lower)) - 1
    var found: [String] = []
    while line >= 0, found.count < 20, let text = comment(ofLine: line) {
      found.append(text)
      line -= 1
    }
    return found.isEmpty ? nil : found.reversed().joined(separator: "\n")
  }
}

extension Symbol.Kind {
  /// As one says it.
  var description: String {
    switch self {
    case .builtIn: "built-in function"
    case .constant: "built in"
    case .atomicType: "type"
    case .channel: "channel"
    case .constructor: "constructor"
    case .datatype: "datatype"
    case .subtype: "subtype"
    case .nametype: "nametype"
    case .function: "function"
    case .value: "definition"
    case .variable: "variable"
    case .module: "module"
    case .instance: "instance of a module"
    case .typeVariable: "type variable"
    }
  }
}
