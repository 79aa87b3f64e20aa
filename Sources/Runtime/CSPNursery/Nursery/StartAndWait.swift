// Starting a child and waiting until it says that it is ready.
import CSPChannels
internal import CScheduling

/// What a child that is waited for calls when it is ready. Calling it again fails a precondition.
public struct Ready<Value: Sendable>: Sendable {
  let channel: Channel<Value>

  /// Tells whoever waits that the child is ready, and this value, such as the port that it listens on.
  public func callAsFunction(_ value: Value) {
    guard case .sent = channel.trySend(value) else { preconditionFailure("a child tells once that it is ready") }
  }
}

extension Ready where Value == Void {
  /// Tells whoever waits that the child is ready.
  public func callAsFunction() { callAsFunction(()) }
}

extension Nursery {
  /// Starts a child and waits until it says that it is ready: until a server listens, say.
  ///
  /// Until then the child's errors are the caller's: what it throws is thrown here, and is no failure of the nursery.
  /// Afterwards it is a child like any other.
  ///
  /// - Returns: The value that the child called `ready` with.
  /// - Throws: What the child threw before it was ready; ``ChildEndedBeforeReady``; ``NurseryClosed``, also if the
  ///   nursery is closed while this waits, with the child cancelled; `CancellationError` if the caller is cancelled. In
  ///   each case the child has ended.
  ///
  /// > Cancellation: A checkpoint. Cancels the child, and waits for it to end.
  ///
  /// > Source: Trio's `Nursery.start`.
  public nonisolated(nonsending) func startAndWaitUntilReady<Value: Sendable>(
    name: String? = nil, file: StaticString = #fileID, line: UInt = #line,
    _ operation: sending @escaping (Ready<Value>) async throws -> Void
  ) async throws -> Value {
    let ready = Ready(channel: Channel<Value>(.buffered(1), name: "ready"))
    let early = ValueBox<any Error>()
    let crossing = Crossing(operation)
    let key = try begin(name, file, line) {
      do {
        try await crossing.value(ready)
      } catch {
        // Ready, and nobody is there any more to take the error: it is the nursery's.
        if ready.channel.statistics.sent > 0 { throw error }
        early.value = error
      }
    }
    let child = Child<Void>(key, self, name)
    note { $0.unready[key] = child }
    defer { note { $0.unready[key] = nil } }
    // Closed before it was in the list of those that a close ends.
    if isClosed { child.cancel() }
    do {
      switch try await select(.inOrder, ready.channel.receiving, child.completion, file: file, line: line) {
      case .first(let value?): return value
      case .first(nil), .second: break
      }
    } catch {
      child.cancel()
      await child.waitForEnd()
      throw error
    }
    // It may have become ready in its last moment.
    if case .received(let value) = ready.channel.tryReceive() { return value }
    let error: (any Error)? = early.value
    if isClosed, error?.isMereCancellation ?? true { throw NurseryClosed(self.name) }
    throw error ?? ChildEndedBeforeReady()
  }
}

extension Child {
  /// Waits for the child to end, whether or not the task is cancelled.
  nonisolated(nonsending) func waitForEnd() async {
    // A shield's body is not cancelled from outside, and nothing else ends this wait early.
    try? await withShield { _ = try await select(completion) }
  }
}
