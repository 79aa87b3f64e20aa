// The wish that a service end: said before it is cancelled, so that it can end what it has begun.
//
// I1. Requested once and for ever; the channel is closed when it is.
public import CSPChannels

/// A request to shut down gracefully, as a service hears of it.
///
/// A service that has heard of it takes nothing new, ends what it has begun, and returns. One that has not returned
/// when its grace period is over is cancelled.
///
/// > Source: swift-service-lifecycle's graceful shutdown; Erlang/OTP's `shutdown` exit signal, followed by `kill`.
public final class Shutdown: Sendable {
  private let channel = Channel<Void>(.rendezvous, name: "shutdown")

  /// A request that has not been made.
  public init() {}

  /// Whether the service has been asked to end.
  public var isRequested: Bool { channel.isClosed }

  /// Asks for it. Asking again does nothing.
  public func request() { channel.close() }

  /// A case of a select that happens when the service is asked to end, and is ready from then on.
  public var requested: Receiving<Void> { channel.receiving }

  /// Waits until the service is asked to end.
  ///
  /// > Cancellation: A checkpoint.
  public nonisolated(nonsending) func wait() async throws { _ = try await channel.receive() }
}
