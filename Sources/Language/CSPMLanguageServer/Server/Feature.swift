import CSPMSyntax

/// The requests about documents: what each takes, and how it is answered.
enum Feature {
  /// Answers a request whose parameters are read.
  typealias Answer = @Sendable (RequestID, FeatureContext) -> Void
  /// Reads the parameters of a request.
  typealias Reading = @Sendable (IncomingMessage) throws(ResponseError) -> Answer

  /// By method.
  static let all: [String: Reading] = [
    "textDocument/hover": feature { (p: PlaceParameters, view, context) in
      view.hover(at: p.position, usesMarkdown: context.agreement.usesMarkdown)
    },
    "textDocument/definition": feature { (p: PlaceParameters, view, _) in view.definition(at: p.position) },
    "textDocument/references": feature { (p: ReferenceParameters, view, _) in
      view.references(at: p.position, includesDeclaration: p.context.includeDeclaration)
    },
    "textDocument/documentHighlight": feature { (p: PlaceParameters, view, _) in view.highlights(at: p.position) },
    "textDocument/prepareRename": feature { (p: PlaceParameters, view, _) throws(ResponseError) in
      try view.renameable(at: p.position)
    },
    "textDocument/rename": feature { (p: RenameParameters, view, _) throws(ResponseError) in
      try view.rename(at: p.position, to: p.newName)
    },
    "textDocument/documentSymbol": feature { (_: DocumentParameters, view, context) in
      context.agreement.nestsSymbols ? Either.first(view.outline) : .second(view.flatOutline)
    },
    "textDocument/foldingRange": feature { (_: DocumentParameters, view, _) in view.foldingRanges },
    "textDocument/semanticTokens/full": feature { (_: DocumentParameters, view, _) in view.semanticTokens() },
    "textDocument/semanticTokens/range": feature { (p: RangeParameters, view, _) in view.semanticTokens(in: p.range) },
    "textDocument/formatting": feature { (_: DocumentParameters, view, _) throws(ResponseError) in
      try view.formatting()
    },
    "textDocument/completion": feature { (p: PlaceParameters, view, _) in view.completions(at: p.position) },
    "textDocument/codeLens": feature { (_: DocumentParameters, view, context) in context.workspace.codeLenses(view) },
  ]

  /// A request about an open document, whose answer is null where there is nothing to say.
  private static func feature<Parameters: Decodable & Sendable & AboutDocument, Result: Encodable & SendableMetatype>(
    _ result: @escaping @Sendable (Parameters, DocumentView, FeatureContext) throws(ResponseError) -> Result
  ) -> Reading {
    { (message) throws(ResponseError) in
      let parameters = try message.parameters(Parameters.self)
      return { id, context in
        do throws(ResponseError) {
          guard let view = context.workspace.view(of: parameters.textDocument.uri, in: context.store) else {
            throw ResponseError(.requestFailed, "`\(parameters.textDocument.uri)` is not open")
          }
          context.outbox.answer(id, try result(parameters, view, context))
        } catch {
          context.outbox.refuse(id, error)
        }
      }
    }
  }
}

/// What a request is answered with.
struct FeatureContext {
  let workspace: Workspace
  /// The documents as they were when the request came.
  let store: DocumentStore
  let agreement: Agreement
  let outbox: Outbox
}

protocol AboutDocument {
  var textDocument: DocumentIdentifier { get }
}

extension DocumentParameters: AboutDocument {}
extension PlaceParameters: AboutDocument {}
extension RangeParameters: AboutDocument {}
extension ReferenceParameters: AboutDocument {}
extension RenameParameters: AboutDocument {}

/// One of two forms of an answer.
enum Either<First: Encodable, Second: Encodable>: Encodable {
  case first(First)
  case second(Second)

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .first(let value): try value.encode(to: encoder)
    case .second(let value): try value.encode(to: encoder)
    }
  }
}
