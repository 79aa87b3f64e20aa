// The programs that measure Martlet run their tasks on its workers, in the way to park that the runner names.
import BenchmarkHarness
import CSP

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Takes over the global executor. A figure under the name of a way to park that was not taken would be a lie: where
/// MARTLET_PARKING asks for `direct` and it cannot be had, the process fails.
public func adoptWorkers() {
  Scheduler.adoptGlobalExecutor()
  guard let wanted = getenv("MARTLET_PARKING"), String(cString: wanted) == "direct" else { return }
  if case .portable(let reason) = Scheduler.parking { fail("parking is portable: \(reason)") }
}
