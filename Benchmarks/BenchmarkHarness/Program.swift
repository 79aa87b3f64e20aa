// The outside of a program with rows: arguments, the root task, the way out.
import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Prints the figure of `row` and ends the process. The row runs in a detached task, so that no actor and no task-local
/// value of the caller takes part.
public func run(_ row: Row, count: Int) -> Never {
  Task.detached {
    do {
      let figure = try await row.measure(count)
      print((figure * 1000).rounded() / 1000)
    } catch {
      fail("\(error)")
    }
    finish(0)
  }
  // The first thread is nobody's worker.
  while true { DispatchSemaphore(value: 0).wait() }
}

/// A positive count, or nil.
public func count(_ argument: String) -> Int? { Int(argument).flatMap { $0 > 0 ? $0 : nil } }

public func fail(_ message: String, code: Int32 = 1) -> Never {
  var line = message + "\n"
  line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
  finish(code)
}

/// Leaves at once: other threads may be in the middle of a row that nothing ends, such as the sieve's.
private func finish(_ code: Int32) -> Never {
  fflush(nil)
  _exit(code)
}
