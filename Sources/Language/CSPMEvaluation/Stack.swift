import CStack

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The machine stack of the current thread.
public enum Stack {
  /// What is kept free for the code that reports the end of the stack.
  private static let margin: UInt = 192 * 1024

  /// An address near the top of the stack in use.
  @inline(__always)
  static func here() -> UInt {
    var marker: UInt8 = 0
    return withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
  }

  /// The lowest address that this thread's stack may grow down to, and a margin above it.
  static func limit() -> UInt {
    let base = martlet_stack_base()
    // Where the system does not say: what every thread has.
    return base == 0 ? here() - 256 * 1024 : base + margin
  }

  /// Runs `body` on a thread of its own with a large stack, and waits for it.
  ///
  /// - Parameter bytes: address space for the stack; only what is used becomes memory.
  public static func run<R>(bytes: Int = 1 << 30, _ body: () throws -> R) throws -> R {
    try withoutActuallyEscaping(body) { body -> Result<R, any Error> in
      let job = Job { Result { try body() } }
      if let thread = spawn(job, stack: bytes) {
        pthread_join(thread, nil)
      } else {
        // No second thread to be had: the stack that is here has to do, and its limit is respected.
        job.run()
      }
      return job.result!
    }.get()
  }

  /// Runs `body` on a thread of its own with a large stack, and does not wait for it.
  ///
  /// - Parameter bytes: address space for the stack; only what is used becomes memory.
  /// - Throws: ``NoThread``.
  public static func start(bytes: Int = 1 << 30, _ body: @escaping @Sendable () -> Void) throws {
    guard let thread = spawn(Job { Result { body() } }, stack: bytes) else { throw NoThread() }
    pthread_detach(thread)
  }

  /// The system has no thread to give.
  public struct NoThread: Error {}

  private static func spawn(_ job: AnyJob, stack bytes: Int) -> pthread_t? {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    guard pthread_attr_setstacksize(&attributes, bytes) == 0 else { return nil }
    #if os(Linux)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    let argument = Unmanaged.passRetained(job).toOpaque()
    let created = pthread_create(&thread, &attributes, { argument in
      #if os(Linux)
        let job = Unmanaged<AnyJob>.fromOpaque(argument!).takeRetainedValue()
      #else
        let job = Unmanaged<AnyJob>.fromOpaque(argument).takeRetainedValue()
      #endif
      job.run()
      return nil
    }, argument)
    guard created == 0 else {
      Unmanaged<AnyJob>.fromOpaque(argument).release()
      return nil
    }
    return thread
  }

  private class AnyJob {
    func run() {}
  }

  private final class Job<R>: AnyJob {
    let body: () -> Result<R, any Error>
    var result: Result<R, any Error>?
    init(_ body: @escaping () -> Result<R, any Error>) { self.body = body }
    override func run() { result = body() }
  }
}
