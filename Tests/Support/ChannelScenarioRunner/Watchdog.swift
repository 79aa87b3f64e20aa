// Ends the process when one scenario takes too long: a lost wake-up is a failure with a name, not a hang.
import CSPScheduling
import ChannelScenarios
import Foundation

final class Watchdog: Sendable {
  /// Seconds that one scenario may take: most take none, those about memory half a minute on a busy machine.
  static let limit = 240.0

  private let current = Locked<(name: String, start: Date)?>(nil)

  init() {
    // The only thread in this project that sleeps: nothing else could notice that nothing happens.
    Thread.detachNewThread { [current] in
      while true {
        Thread.sleep(forTimeInterval: 1)
        guard let (name, start) = current.withLock({ $0 }), -start.timeIntervalSinceNow > Self.limit else { continue }
        report("FAILED  more than \(Int(Self.limit)) s  \(name)")
        // Beside this thread: a lock that was never released would keep the list from being made.
        Thread.detachNewThread { for wait in currentWaits().prefix(20) { report("        \(wait)") } }
        Thread.sleep(forTimeInterval: 1)
        _exit(1)
      }
    }
  }

  func begin(_ name: String) { current.withLock { $0 = (name, Date()) } }
  func end() { current.withLock { $0 = nil } }
}
