import CIntrinsics
import Refinement

/// Sees that evaluation keeps within the limits of a check; asked every few thousand steps.
final class LimitWatch {
  private let limits: Limits
  private var asked = 0

  init(_ limits: Limits) { self.limits = limits }

  func check() throws {
    if let cancellation = limits.cancellation, cancellation.isCancelled { throw LimitReached.cancelled }
    if let deadline = limits.deadline, ContinuousClock.now >= deadline { throw LimitReached.deadline }
    asked += 1
    // Reading the resident size is a system call, so less often.
    if asked % 16 == 0, let memory = limits.memory, Int(csp_resident_bytes()) > memory {
      throw LimitReached.memory(memory)
    }
  }
}
