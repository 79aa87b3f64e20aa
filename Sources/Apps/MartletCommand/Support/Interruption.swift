import Refinement

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Ctrl-C while assertions are checked: the first asks the running check to end and say how far it came, the second
/// ends the process at once. At other times there is nothing to say, and one ends the process.
enum Interruption {
  /// Set by the first, for the rest of the command.
  static let cancellation = Cancellation()

  static func heeded<R>(_ body: () throws -> R) rethrows -> R {
    // Made here: a signal handler may not allocate.
    guard !cancellation.isCancelled else { return try body() }
    let usual = signal(SIGINT) { _ in
      signal(SIGINT, SIG_DFL)
      Interruption.cancellation.cancel()
    }
    // Who starts a command in the background, or by `nohup`, has Ctrl-C ignored.
    // SAFETY: handlers are pointers or none, of the size of Int, compared and not called.
    let isIgnored = unsafeBitCast(usual, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    if isIgnored { signal(SIGINT, SIG_IGN) } else { unblock() }
    defer { if !cancellation.isCancelled { signal(SIGINT, usual) } }
    return try body()
  }

  /// A process begins with the signals blocked that the thread which started it had blocked: all of them, if that was
  /// one of libdispatch's, on which Swift's tasks run. The signal would then never come.
  private static func unblock() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
