import ArgumentParser
import Refinement

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How many threads search together.
struct WorkerCount: ExpressibleByArgument {
  let value: Int

  init?(argument: String) {
    guard let number = Int(argument), (1...Limits.mostWorkers).contains(number) else { return nil }
    value = number
  }

  /// One a core that this process may use.
  static var usual: Int { min(max(1, ProcessInfo.processInfo.activeProcessorCount), Limits.mostWorkers) }
}
