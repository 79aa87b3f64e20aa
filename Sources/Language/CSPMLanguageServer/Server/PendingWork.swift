import Refinement
import Synchronization

/// The requests that are not answered yet, so that the client can cancel them from the thread that reads.
final class PendingWork: Sendable {
  private struct State {
    var requests: [RequestID: Cancellation] = [:]
    /// Those that run assertions.
    var checks: Set<RequestID> = []
    /// The progress tokens of running checks.
    var tokens: [RequestID: Cancellation] = [:]
    var latestRevision = 0
  }

  private let state = Mutex(State())

  /// A request has come. A second one of the same id, which no client should send, takes the place of the first.
  func begin(_ id: RequestID, isCheck: Bool = false) -> Cancellation {
    let cancellation = Cancellation()
    state.withLock {
      $0.requests[id] = cancellation
      if isCheck { $0.checks.insert(id) }
    }
    return cancellation
  }

  func end(_ id: RequestID) {
    state.withLock {
      $0.requests[id] = nil
      $0.checks.remove(id)
    }
  }

  func cancel(_ id: RequestID) { state.withLock { $0.requests[id] }?.cancel() }

  func cancelChecks() {
    let running = state.withLock { state in state.checks.compactMap { state.requests[$0] } }
    for cancellation in running { cancellation.cancel() }
  }

  func show(_ token: RequestID, for cancellation: Cancellation) { state.withLock { $0.tokens[token] = cancellation } }
  func hide(_ token: RequestID) { state.withLock { $0.tokens[token] = nil } }
  func cancel(progress token: RequestID) { state.withLock { $0.tokens[token] }?.cancel() }

  /// The documents have changed: work on what they were before need not be finished.
  func changed(to revision: Int) { state.withLock { $0.latestRevision = revision } }
  func isLatest(_ revision: Int) -> Bool { state.withLock { $0.latestRevision == revision } }
}
