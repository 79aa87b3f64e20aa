import CSPMSyntax

/// A language server for CSPm: bytes of the protocol in, bytes of the protocol out.
///
/// Three threads: this one reads, keeps the documents and answers what needs no thought; one analyses, request by
/// request, each on the documents as they were when it came; one runs assertions. No two of them share anything that
/// changes but what a lock protects.
///
/// Invariants: I1 whatever comes in, nothing traps, and every request gets one answer; I2 reading never waits for
/// analyses or checks; I3 a request sees all changes that came before it and none that came after it.
///
/// > Source: Language Server Protocol 3.17.
public struct LanguageServer {
  private let configuration: Configuration
  private let outbox: Outbox

  /// - Parameter send: writes bytes to the client; called by several threads, never by two at a time.
  public init(_ configuration: Configuration, send: @escaping @Sendable ([UInt8]) -> Void) {
    self.configuration = configuration
    outbox = Outbox(send)
  }

  /// Serves until the client says `exit` or the input ends.
  ///
  /// - Parameter receive: the next bytes from the client; empty at the end of the input.
  /// - Returns: whether the client took its leave with `shutdown` and `exit`.
  /// - Throws: `Stack.NoThread`.
  public func run(receive: () -> [UInt8]) throws -> Bool {
    var framing = MessageFraming()
    var connection = try Connection(configuration, outbox)
    defer { connection.close() }
    while true {
      let bytes = receive()
      if bytes.isEmpty { return false }
      for piece in framing.add(bytes) {
        switch piece {
        case .malformed: outbox.refuse(nil, ResponseError(.parseError, "expected `Content-Length: ` and a length"))
        case .body(let body): connection.receive(body)
        }
        if let isPolite = connection.ending { return isPolite }
      }
    }
  }
}
