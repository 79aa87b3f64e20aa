// The last resort: a thread whose stack ends says so, and the process ends with the code for internal errors.
//
// What nests too deeply is refused before (`NestingGuard`, `SwiftFile.deepest`); this is for what they do not know.
#if Lint
  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #else
    import Darwin
  #endif

  enum StackEnd {
    private static let bytes = 64 << 10

    /// Has the calling thread report the end of its stack, on a small stack of its own.
    ///
    /// The small stack is not given back: threads are few and live as long as the run.
    static func handle() {
      // SAFETY: the stack is never freed, so that it outlives the thread that uses it; the handler calls nothing but
      // `write` and `_exit`, which may be called from a signal handler.
      var stack = stack_t()
      stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
      stack.ss_size = bytes
      sigaltstack(&stack, nil)
      var action = sigaction()
      action.sa_flags = SA_ONSTACK
      #if os(Linux)
        action.__sigaction_handler.sa_handler = Self.report
      #else
        action.__sigaction_u.__sa_handler = Self.report
      #endif
      sigaction(SIGSEGV, &action, nil)
      sigaction(SIGBUS, &action, nil)
    }

    private static let report: @convention(c) (CInt) -> Void = { _ in
      let message: StaticString =
        "internal error: the stack ended: a file nests too deeply; find it with --jobs 1, exclude it, and report it\n"
      _ = write(2, message.utf8Start, message.utf8CodeUnitCount)
      _exit(4)
    }
  }
#endif
