import CSPMEvaluation
import Dispatch
import Synchronization

/// A thread with a large stack that runs jobs one after another, in the order in which they were given.
///
/// `Context` is made on that thread and never leaves it, so that it need not be `Sendable`.
final class Worker<Context>: Sendable {
  typealias Job = @Sendable (Context) -> Void

  private let jobs = Mutex<[Job]>([])
  /// Signalled once for each job and once for the closing.
  private let arrivals = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  /// - Throws: ``NoThread``.
  init(_ makeContext: @escaping @Sendable () -> Context) throws {
    try Stack.start { [self] in
      let context = makeContext()
      while let job = next() { job(context) }
      ended.signal()
    }
  }

  func add(_ job: @escaping Job) {
    jobs.withLock { $0.append(job) }
    arrivals.signal()
  }

  /// Lets the thread end once all jobs are done.
  func close() { arrivals.signal() }

  /// Waits for the thread to end; called once, after `close`.
  func join() { ended.wait() }

  private func next() -> Job? {
    arrivals.wait()
    // Signalled without a job: the closing, behind which no job is left.
    return jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
  }
}
