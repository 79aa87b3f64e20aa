/// The parameters of requests and notifications, as far as they are looked at.
struct DocumentIdentifier: Decodable, Sendable { var uri: String }

/// Of requests about a whole document.
struct DocumentParameters: Decodable, Sendable { var textDocument: DocumentIdentifier }

/// Of requests about a place in a document.
struct PlaceParameters: Decodable, Sendable {
  var textDocument: DocumentIdentifier
  var position: Position
}

struct RangeParameters: Decodable, Sendable {
  var textDocument: DocumentIdentifier
  var range: PositionRange
}

struct ReferenceParameters: Decodable, Sendable {
  struct Context: Decodable, Sendable { var includeDeclaration: Bool }
  var textDocument: DocumentIdentifier
  var position: Position
  var context: Context
}

struct RenameParameters: Decodable, Sendable {
  var textDocument: DocumentIdentifier
  var position: Position
  var newName: String
}

struct OpenParameters: Decodable, Sendable {
  struct Item: Decodable, Sendable {
    var uri: String
    var version: Int
    var text: String
  }
  var textDocument: Item
}

struct ChangeParameters: Decodable, Sendable {
  struct Identifier: Decodable, Sendable {
    var uri: String
    var version: Int?
  }
  var textDocument: Identifier
  var contentChanges: [Document.Change]
}

struct CommandParameters: Decodable, Sendable {
  var command: String
  var arguments: [AssertionReference]?
  var workDoneToken: RequestID?
}

struct CancelParameters: Decodable, Sendable { var id: RequestID }
struct ProgressCancelParameters: Decodable, Sendable { var token: RequestID }

/// A message that an editor shows.
struct ShownMessage: Encodable {
  enum Kind: Int, Encodable { case error = 1, warning, information }
  var type: Kind
  var message: String
}

struct PublishParameters: Encodable {
  var uri: String
  var version: Int?
  var diagnostics: [PublishedDiagnostic]
}

/// How a task of the server gets on.
struct ProgressParameters: Encodable {
  struct Value: Encodable {
    enum Kind: String, Encodable { case begin, report, end }
    var kind: Kind
    var title: String?
    var message: String?
    var cancellable: Bool?
  }
  var token: RequestID
  var value: Value
}

struct ProgressToken: Encodable { var token: RequestID }
