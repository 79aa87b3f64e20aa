/// Assertions: what follows `assert`.
///
/// > Source: FDR manual 4.2, section 4.1.8.
extension Parser {
  func assertion() throws(Failure) -> Assertion {
    let isNegated = accept(.not)
    let left = try checkedExpression()
    if let model = refinementModel {
      advance()
      let right = try checkedExpression()
      return Assertion(.refinement(left, model, right), isNegated: isNegated, options: try options())
    }
    guard current.kind == .leftProperty else {
      throw unexpected("`[T=`, `[F=`, `[FD=`, `:[` or an operator", in: "in an assertion")
    }
    let (name, model) = try propertyHead()
    let property: Assertion.Property
    switch name.words {
    case "deadlock free": property = .deadlockFree
    case "divergence free", "livelock free": property = .divergenceFree
    case "deterministic": property = .deterministic
    case "has trace":
      skipNewlines()
      property = .hasTrace(try checkedExpression())
    default:
      throw fail(
        "unknown-property", "`\(name.words)` is no property of processes", at: name.span,
        notes: [
          Diagnostic.Note(
            "the properties are `deadlock free`, `divergence free`, `livelock free`, `deterministic` and `has trace`")
        ])
    }
    let decided = try model.map { (text) throws(Failure) in try self.model(text, of: property, name.words) }
    return Assertion(.property(left, property, decided), isNegated: isNegated, options: try options())
  }

  private var refinementModel: Assertion.Model? {
    switch current.kind {
    case .refinesT: .traces
    case .refinesF: .failures
    case .refinesFD: .failuresDivergences
    case .refinesV: .revivals
    case .refinesVD: .revivalsDivergences
    case .refinesR: .refusalTraces
    case .refinesRD: .refusalTracesDivergences
    default: nil
    }
  }

  private typealias Words = (words: String, span: Span)

  /// `:[words [words]]` or with a colon behind it.
  private func propertyHead() throws(Failure) -> (name: Words, argument: Words?) {
    let opened = current
    advance()
    let token = try expect(.property, in: "after `:[`")
    let name = normalised(token)
    var argument: Words?
    if current.kind == .model {
      argument = normalised(current)
      advance()
    }
    try expect(.rightProperty, opened: opened)
    return (name, argument)
  }

  /// The words of a token with one blank between them; the old spelling with hyphens draws a warning.
  private func normalised(_ token: Token) -> Words {
    let text = text(token)
    let words = text.split { $0 == " " || $0 == "\t" || $0 == "-" }.joined(separator: " ")
    if text.contains("-") {
      report("old-spelling", "`\(text)` is written `\(words)`", at: span(token), severity: .warning)
    }
    return (words, span(token))
  }

  /// The model in brackets, one of those in which the property means something.
  private func model(
    _ text: Words, of property: Assertion.Property, _ name: String
  ) throws(Failure) -> Assertion.Model {
    if let model = Assertion.Model(rawValue: text.words), property.models.contains(model) { return model }
    let expected = property.models.map { "`\($0.rawValue)`" }.joined(separator: " or ")
    throw fail("unknown-model", "`\(name)` has no model `\(text.words)`: expected \(expected)", at: text.span)
  }

  // MARK: Options

  /// `:[tau priority]: S`, `:[partial order reduce [mode]]`, each at most once.
  private func options() throws(Failure) -> [Assertion.Option] {
    var options: [Assertion.Option] = []
    var spans: [String: Span] = [:]
    while current.kind == .leftProperty {
      let opened = current
      let (name, mode) = try propertyHead()
      let place = span(opened).through(previousSpan)
      let option = name.words == "tau priority over" ? "tau priority" : name.words
      if let first = spans.updateValue(place, forKey: option) {
        throw fail(
          "duplicate-option", "`\(option)` is given twice", at: place,
          notes: [Diagnostic.Note("given before", at: first)])
      }
      switch option {
      case "tau priority":
        skipNewlines()
        options.append(.tauPriority(try checkedExpression()))
      case "partial order reduce":
        if let mode, !["precise", "hybrid", "fast"].contains(mode.words) {
          throw fail(
            "unknown-option", "`\(mode.words)` is no way to reduce: expected `precise`, `hybrid` or `fast`",
            at: mode.span)
        }
        options.append(.partialOrderReduce(mode?.words))
      default:
        throw fail(
          "unknown-option", "`\(name.words)` is no option of an assertion", at: name.span,
          notes: [Diagnostic.Note("the options are `tau priority` and `partial order reduce`")])
      }
    }
    return options
  }
}
