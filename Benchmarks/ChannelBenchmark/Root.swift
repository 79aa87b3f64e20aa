// Where the rows start their tasks: children of one nursery, as a program's would be, or, on the default executor, plain
// tasks.
import BenchmarkHarness
import CSP

enum Root {
  // SAFETY: nonisolated(unsafe): written once, before the row begins and with it every task that reads it.
  nonisolated(unsafe) static var nursery: Nursery?
}

/// What `go` is in the Go program.
func go(_ operation: sending @escaping () async throws -> Void) {
  guard let nursery = Root.nursery else {
    Task { try await operation() }
    return
  }
  do { try nursery.start(operation) } catch { fatalError("the row's nursery is closed: \(error)") }
}

/// The row as a child of the nursery that its tasks are started in.
func inNursery(_ row: Row) -> Row {
  .figure { count in
    try await withNursery { nursery in
      Root.nursery = nursery
      let figure = try await nursery.start { try await row.measure(count) }.value
      // The filters of the sieve wait for numbers that do not come any more.
      nursery.cancel()
      return figure
    }
  }
}
