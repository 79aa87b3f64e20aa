#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Messages of JSON-RPC 2.0, as the Language Server Protocol uses it.
enum RequestID: Hashable, Codable, Sendable {
  case number(Int)
  case text(String)

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Int.self) {
      self = .number(number)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    }
  }
}

/// What went wrong with a request.
struct ResponseError: Error, Codable, Hashable, Sendable {
  var code: Int
  var message: String

  init(_ code: Code, _ message: String) {
    self.code = code.rawValue
    self.message = message
  }

  enum Code: Int {
    case parseError = -32700, invalidRequest = -32600, methodNotFound = -32601, invalidParams = -32602
    case internalError = -32603
    case serverNotInitialized = -32002, requestFailed = -32803, requestCancelled = -32800
  }
}

/// A message that came in, as far as one can tell without knowing its method.
struct IncomingMessage: Sendable {
  enum Kind: Sendable {
    case request(RequestID, method: String)
    case notification(method: String)
    /// An answer to a request of ours, and whether that went well.
    case response(RequestID?, isError: Bool)
  }

  let kind: Kind
  private let body: Data

  /// - Throws: what to answer to a body that is no message.
  init(_ bytes: [UInt8]) throws(ResponseError) {
    body = Data(bytes)
    let head: Head
    do {
      head = try JSONDecoder().decode(Head.self, from: body)
    } catch DecodingError.dataCorrupted {
      throw ResponseError(.parseError, "this is not JSON")
    } catch {
      throw ResponseError(.invalidRequest, "this is no request, notification or response")
    }
    switch (head.method, head.id) {
    case (let method?, let id?): kind = .request(id, method: method)
    case (let method?, nil): kind = .notification(method: method)
    case (nil, let id): kind = .response(id, isError: head.error != nil)
    }
  }

  /// - Throws: what to answer where the parameters have another form.
  func parameters<Parameters: Decodable>(_ type: Parameters.Type = Parameters.self) throws(ResponseError) -> Parameters
  {
    do {
      return try JSONDecoder().decode(Body<Parameters>.self, from: body).params
    } catch {
      throw ResponseError(.invalidParams, "the parameters have not the form that the protocol gives them")
    }
  }

  private struct Head: Decodable {
    var id: RequestID?
    var method: String?
    var error: Anything?
  }

  /// What is not looked at.
  private struct Anything: Decodable {
    init(from decoder: any Decoder) {}
  }

  private struct Body<Parameters: Decodable>: Decodable {
    var params: Parameters
  }
}

/// A message that goes out.
struct OutgoingMessage<Content: Encodable>: Encodable {
  private enum Kind {
    case result(RequestID, Content)
    case failure(RequestID?, ResponseError)
    case notification(method: String, Content)
    case request(RequestID, method: String, Content)
  }

  private let kind: Kind

  static func result(_ id: RequestID, _ content: Content) -> Self { Self(kind: .result(id, content)) }
  static func notification(_ method: String, _ content: Content) -> Self {
    Self(kind: .notification(method: method, content))
  }
  static func request(_ id: RequestID, _ method: String, _ content: Content) -> Self {
    Self(kind: .request(id, method: method, content))
  }

  private enum CodingKeys: CodingKey { case jsonrpc, id, method, params, result, error }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("2.0", forKey: .jsonrpc)
    switch kind {
    case .result(let id, let content):
      try container.encode(id, forKey: .id)
      try container.encode(content, forKey: .result)
    case .failure(let id, let error):
      // Null where nobody knows which request it was, as JSON-RPC wants.
      try container.encode(id, forKey: .id)
      try container.encode(error, forKey: .error)
    case .notification(let method, let content):
      try container.encode(method, forKey: .method)
      try container.encode(content, forKey: .params)
    case .request(let id, let method, let content):
      try container.encode(id, forKey: .id)
      try container.encode(method, forKey: .method)
      try container.encode(content, forKey: .params)
    }
  }
}

extension OutgoingMessage<Empty> {
  static func failure(_ id: RequestID?, _ error: ResponseError) -> Self { Self(kind: .failure(id, error)) }
}

/// `{}`
struct Empty: Codable, Hashable, Sendable {}

/// `null`, the answer to a request that has nothing to say.
struct Null: Encodable, Hashable, Sendable {
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encodeNil()
  }
}
