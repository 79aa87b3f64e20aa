// Waits for a number of tasks, where the Go program has a sync.WaitGroup.
import CSP
import Synchronization

final class WaitGroup: Sendable {
  private let remaining: Atomic<Int>
  private let ended = Channel<Int>(.buffered(1))

  init(_ count: Int) { remaining = Atomic(count) }

  func done() {
    // ORDERING: releases what the task did, and the last one acquires what all the others did before it says so.
    if remaining.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0 { _ = ended.trySend(0) }
  }

  func wait() async throws { _ = try await ended.receive() }
}
