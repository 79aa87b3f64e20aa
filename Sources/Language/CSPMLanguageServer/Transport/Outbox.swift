import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where messages go out, from any thread: each is written in one piece.
final class Outbox: Sendable {
  /// The lock protects nothing but the order of the bytes.
  private let send: Mutex<@Sendable ([UInt8]) -> Void>
  private let requests = Mutex(PendingRequests())

  /// Requests of ours that the client has not answered.
  private struct PendingRequests {
    var count = 0
    var whenAccepted: [RequestID: @Sendable () -> Void] = [:]
  }

  init(_ send: @escaping @Sendable ([UInt8]) -> Void) { self.send = Mutex(send) }

  func answer(_ id: RequestID, _ result: some Encodable) { write(OutgoingMessage.result(id, result)) }
  func refuse(_ id: RequestID?, _ error: ResponseError) { write(OutgoingMessage.failure(id, error)) }
  func notify(_ method: String, _ content: some Encodable) { write(OutgoingMessage.notification(method, content)) }

  /// Asks the client for something.
  func request(_ method: String, _ content: some Encodable, whenAccepted: @escaping @Sendable () -> Void = {}) {
    let id = requests.withLock { requests in
      requests.count += 1
      let id = RequestID.text("martlet-\(requests.count)")
      requests.whenAccepted[id] = whenAccepted
      return id
    }
    write(OutgoingMessage.request(id, method, content))
  }

  /// The client has answered a request of ours.
  func answered(_ id: RequestID, isError: Bool) {
    let action = requests.withLock { $0.whenAccepted.removeValue(forKey: id) }
    if !isError { action?() }
  }

  private func write(_ message: some Encodable) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Encoding these plain types cannot fail.
    guard let body = try? encoder.encode(message) else { return }
    let head = "Content-Length: \(body.count)\r\n\r\n"
    send.withLock { $0(Array(head.utf8) + body) }
  }
}
