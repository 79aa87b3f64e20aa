import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Threads that wait for a piece of work, do it together, and wait again; the caller is worker 0.
///
/// Invariants: I1 `run` returns when every worker has returned; I2 what a worker wrote before is seen by the caller after,
/// and what the caller wrote before is seen by every worker (both by the lock); I3 all threads are joined in deinit.
final class WorkerTeam {
  let count: Int
  private let shared: Shared
  private var threads: [pthread_t] = []

  /// A team of fewer workers where the system gives no more threads.
  init(count wanted: Int) {
    let shared = Shared()
    self.shared = shared
    for worker in 1..<max(1, wanted) {
      let start = Unmanaged.passRetained(Start(shared, worker))
      #if canImport(Darwin)
        var thread: pthread_t?
      #else
        var thread = pthread_t()
      #endif
      let failed = pthread_create(&thread, nil, threadBody, start.toOpaque()) != 0
      if failed {
        start.release()
        break
      }
      #if canImport(Darwin)
        threads.append(thread!)
      #else
        threads.append(thread)
      #endif
    }
    count = threads.count + 1
  }

  deinit {
    shared.begin(nil, workers: threads.count)
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Calls `body` with every worker's number, on its thread, and waits for all.
  func run(_ body: @Sendable (Int) -> Void) {
    if threads.isEmpty { return body(0) }
    withoutActuallyEscaping(body) { body in
      shared.begin(body, workers: threads.count)
      body(0)
      shared.waitForAll()
    }
  }

  private final class Start: Sendable {
    let shared: Shared, worker: Int
    init(_ shared: Shared, _ worker: Int) { (self.shared, self.worker) = (shared, worker) }
  }

  /// What the threads share. `work` and the counters are guarded by the lock.
  fileprivate final class Shared: @unchecked Sendable {
    // SAFETY: both are initialised here, never moved, and destroyed in deinit, when no thread is left (I3).
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var work: (@Sendable (Int) -> Void)?
    private var generation = 0, busy = 0

    init() {
      lock.initialize(to: pthread_mutex_t())
      changed.initialize(to: pthread_cond_t())
      pthread_mutex_init(lock, nil)
      pthread_cond_init(changed, nil)
    }

    deinit {
      pthread_cond_destroy(changed)
      pthread_mutex_destroy(lock)
      changed.deallocate()
      lock.deallocate()
    }

    /// Nil ends the threads.
    func begin(_ work: (@Sendable (Int) -> Void)?, workers: Int) {
      pthread_mutex_lock(lock)
      self.work = work
      generation += 1
      busy = workers
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(lock)
    }

    func waitForAll() {
      pthread_mutex_lock(lock)
      while busy > 0 { pthread_cond_wait(changed, lock) }
      work = nil
      pthread_mutex_unlock(lock)
    }

    func serve(_ worker: Int) {
      var seen = 0
      while takePart(worker, &seen) {
        pthread_mutex_lock(lock)
        busy -= 1
        if busy == 0 { pthread_cond_broadcast(changed) }
        pthread_mutex_unlock(lock)
      }
    }

    /// A function of its own, so that the work is let go before anybody hears that it is done. False at the end.
    @inline(never)
    private func takePart(_ worker: Int, _ seen: inout Int) -> Bool {
      pthread_mutex_lock(lock)
      while generation == seen { pthread_cond_wait(changed, lock) }
      seen = generation
      let work = work
      pthread_mutex_unlock(lock)
      work?(worker)
      return work != nil
    }
  }

  fileprivate static func serve(_ argument: UnsafeMutableRawPointer) {
    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    start.shared.serve(start.worker)
  }
}

#if canImport(Darwin)
  private func threadBody(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    WorkerTeam.serve(argument)
    return nil
  }
#else
  private func threadBody(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    WorkerTeam.serve(argument!)
    return nil
  }
#endif

/// Numbers below a bound, each handed out once, to whoever asks.
final class WorkQueue: Sendable {
  // ORDERING: relaxed; a number is all that is taken, and the team's lock orders the rest.
  private let next: Atomic<Int>
  private let end: Int

  init(_ range: Range<Int>) {
    next = Atomic(range.lowerBound)
    end = range.upperBound
  }

  func take() -> Int? {
    let taken = next.add(1, ordering: .relaxed).oldValue
    return taken < end ? taken : nil
  }
}
