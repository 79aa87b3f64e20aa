// Ends the process when one scenario takes too long: a lost wake-up is a failure with a name, not a hang.
import CSPScheduling
import ChannelScenarios
import Foundation

final class Watchdog: Sendable {
  /// Seconds that one scenario may take.
  static let limit = 60.0

  private let current = Locked<(name: String, start: Date)?>(nil)

  init() {
    // The only thread in this project that sleeps: nothing else could notice that nothing happens.
    Thread.detachNewThread { [current] in
      while true {
        Thread.sleep(forTimeInterval: 1)
        guard let (name, start) = current.withLock({ $0 }), -start.timeIntervalSinceNow > Self.limit else { continue }
        report("FAILED  more than \(Int(Self.limit)) s  \(name)")
        for wait in currentWaits().prefix(20) { report("        \(wait)") }
        exit(1)
      }
    }
  }

  func begin(_ name: String) { current.withLock { $0 = (name, Date()) } }
  func end() { current.withLock { $0 = nil } }
}
