// The ways in: on demand, on a signal, over HTTP.
internal import CScheduling
import Synchronization

/// Looks at the running program: which task waits for what, where, and since when.
///
/// What every wait records is all that inspection needs; a program that is not looked at pays nothing for it. A look
/// stops nobody: it takes each lock for the copy of one record. It may be taken from any thread and any task.
public enum Inspection {
  /// What all tasks do now.
  ///
  /// Not the state of one instant: records are copied one after the other while the program goes on. A task that waits
  /// all the while is in it, with its wait; one that moves is seen somewhere on its way, and one that ends is left out.
  ///
  /// - Complexity: linear in the most tasks, waits and channels that there ever were at once: about two
  ///   microseconds each.
  ///
  /// > Cancellation: No checkpoint, and never suspends.
  ///
  /// > Source: Go's `runtime/pprof`, profile "goroutine".
  public static func dump() -> Dump { Collection.dump() }

  /// What channels, primitives and nurseries with a name have done since the process began, and how they stand.
  ///
  /// Each thing is read under its own lock, one after the other, while the program goes on. Collections that are asked
  /// for at the same time are made one after the other.
  ///
  /// - Complexity: linear in the most channels and scopes that there ever were at once, and n log n in the names.
  ///
  /// > Cancellation: No checkpoint, and never suspends.
  public static func metrics() -> InspectedMetrics { InspectedMetrics.collect() }

  /// Writes a dump as text whenever the process gets a signal.
  ///
  /// A thread of its own waits for the signal, so that the dump is also written while every worker is blocked. The
  /// process goes on afterwards. Call it early in `main`; it stays in force.
  ///
  /// - Parameters:
  ///   - signal: `SIGQUIT`, 3, by default: what Ctrl-\ sends.
  ///   - write: Gets the text, on that thread. Standard error by default. The latest for a signal counts.
  /// - Returns: Whether the signal can be caught.
  ///
  /// > Source: the Java virtual machine's thread dump on the same signal.
  @discardableResult
  public static func dumpOnSignal(
    _ signal: Int32 = 3, to write: @escaping @Sendable (String) -> Void = writeToStandardError
  ) -> Bool {
    writers.withLock { $0[signal] = write }
    return martlet_on_signal(signal) { signal in
      let write = writers.withLock { $0[signal] }
      write?(Inspection.dump().text)
    }
  }

  /// Writes all of a text to standard error.
  public static func writeToStandardError(_ text: String) {
    var text = text
    text.withUTF8 { martlet_write_error($0.baseAddress, $0.count) }
  }

  /// A page about the running program, for any HTTP server to answer a GET with.
  ///
  /// | path | |
  /// |---|---|
  /// | ends in `/json` | the dump as JSON |
  /// | ends in `/dot` | the dump as a graph for Graphviz |
  /// | ends in `/metrics` | ``metrics()`` for Prometheus to scrape |
  /// | any other | the dump as text |
  ///
  /// It names source files, tasks and channels: mount it where only operators come.
  ///
  /// - Parameter path: The path of the request, with or without a query, of which `format=json`,
  ///   `format=dot` and `format=metrics` count.
  public static func respond(to path: String) -> Page {
    let parts = path.split(separator: "?", maxSplits: 1)
    let last = parts.first?.split(separator: "/").last ?? ""
    let asked = parts.dropFirst().first?.split(separator: "&").first { $0.hasPrefix("format=") }
    switch asked?.dropFirst("format=".count) ?? last {
    case "json": return Page(contentType: "application/json", body: dump().json)
    case "metrics": return Page(contentType: InspectedMetrics.prometheusContentType, body: metrics().prometheusText)
    case "dot": return Page(contentType: "text/vnd.graphviz", body: dump().dot)
    default: return Page(contentType: "text/plain; charset=utf-8", body: dump().text)
    }
  }

  /// The answer to a request.
  public struct Page: Sendable {
    public var status = 200
    public var contentType: String
    public var body: String
  }
}

/// Who gets the dump, by signal.
private let writers = Mutex<[Int32: @Sendable (String) -> Void]>([:])
