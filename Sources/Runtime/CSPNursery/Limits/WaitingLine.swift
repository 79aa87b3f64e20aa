// Tasks that wait for permits, in the order in which they came; the part that a rate limiter and an adaptive limit
// share. It knows nothing of permits: its owner grants the first one's wish, or does not.
//
// I1. Everything here is under the lock of the owner. Nothing is resumed under it: whoever took waiters out of the line
//     resumes them once the lock is released (`Granted.resume`).
// I2. A waiter is resumed exactly once: by whoever takes it out of the line, or by its own arrival if it was cancelled
//     before. Granted and cancelled exclude each other: a wish that was granted cannot be cancelled any more, so that
//     what was granted is never lost.
// I3. A waiter's links are nil unless it stands in the line or in a list to resume, so that no cycle outlives it.

/// One task's place in a line.
final class WaitingTask: @unchecked Sendable {
  // SAFETY: @unchecked: all but `permits`, which never changes, is read and written under the owner's lock (I1); the
  // task itself reads `wasGranted` and `note` after it was resumed, when nobody writes them any more (I2).
  enum State { case arriving, waiting, granted, cancelled }

  let permits: Int
  /// For the owner: when it came, in nanoseconds of the owner's clock.
  var since: Int64 = 0
  /// For the owner: what it wants to tell the task with its grant.
  var note = 0
  fileprivate(set) var state = State.arriving
  fileprivate var continuation: UnsafeContinuation<Void, Never>?
  fileprivate var next: WaitingTask?
  fileprivate var previous: WaitingTask?

  init(permits: Int) { self.permits = permits }

  var wasGranted: Bool { state == .granted }
}

struct WaitingLine {
  private(set) var first: WaitingTask?
  private var last: WaitingTask?
  private(set) var count = 0

  var isEmpty: Bool { first == nil }

  /// The task has suspended and wants to stand in the line. If it was cancelled meanwhile, it is resumed instead.
  mutating func taskSuspended(
    _ task: WaitingTask, _ continuation: UnsafeContinuation<Void, Never>, _ resumable: inout Granted
  ) {
    task.continuation = continuation
    switch task.state {
    case .cancelled:
      resumable.append(task)
    case .arriving:
      task.state = .waiting
      task.previous = last
      if let last { last.next = task } else { first = task }
      last = task
      count += 1
    case .waiting, .granted:
      preconditionFailure("internal error: a task stands in a line twice")
    }
  }

  /// The task was cancelled: it leaves the line, unless its wish has been granted.
  mutating func taskCancelled(_ task: WaitingTask, _ resumable: inout Granted) {
    switch task.state {
    case .arriving:
      task.state = .cancelled
    case .waiting:
      unlink(task)
      task.state = .cancelled
      resumable.append(task)
    case .granted, .cancelled:
      break
    }
  }

  /// Grants the wish of the first one.
  mutating func grantFirst(_ resumable: inout Granted) {
    guard let task = first else { return }
    unlink(task)
    task.state = .granted
    resumable.append(task)
  }

  private mutating func unlink(_ task: WaitingTask) {
    if let previous = task.previous { previous.next = task.next } else { first = task.next }
    if let next = task.next { next.previous = task.previous } else { last = task.previous }
    task.next = nil
    task.previous = nil
    count -= 1
  }

  /// Tasks to resume once the lock is released, in order.
  struct Granted {
    private var first: WaitingTask?
    private var last: WaitingTask?

    fileprivate mutating func append(_ task: WaitingTask) {
      if let last { last.next = task } else { first = task }
      last = task
    }

    /// No lock is held.
    consuming func resume() {
      var rest = first
      while let task = rest {
        // Read before it is resumed: from then on the task is nobody's but its own.
        rest = task.next
        task.next = nil
        let continuation = task.continuation
        task.continuation = nil
        continuation?.resume()
      }
    }
  }
}

/// Suspends the task until its wish is granted or the task is cancelled.
///
/// - Parameters:
///   - join: Called without a lock; calls `taskSuspended` under it and resumes what is resumable.
///   - leave: Likewise, with `taskCancelled`; from any thread, also before `join` and after the grant.
nonisolated(nonsending) func waitInLine(
  _ task: WaitingTask, join: (UnsafeContinuation<Void, Never>) -> Void, leave: @Sendable () -> Void
) async {
  await withTaskCancellationHandler {
    await withUnsafeContinuation { join($0) }
  } onCancel: {
    leave()
  }
}
