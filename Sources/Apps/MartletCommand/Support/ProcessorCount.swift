#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The cores that this process may use.
enum ProcessorCount {
  static var now: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
}
