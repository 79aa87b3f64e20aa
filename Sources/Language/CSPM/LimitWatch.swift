import CIntrinsics
public import CSPMSyntax
public import Refinement

/// Sees that work keeps within the limits of a check; asked every few thousand steps.
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

extension WorkLimit {
  /// The time and memory of `limits`, for all that comes before evaluation.
  public convenience init(_ limits: Limits) {
    let watch = LimitWatch(limits)
    self.init({ try watch.check() }, words: { ($0 as? LimitReached)?.words ?? "\($0)" })
  }
}

extension LoadedScript {
  /// The script, or nothing where loading was cut off: what came before that means something else without the rest.
  func toResolve(_ limit: WorkLimit?) -> Script { limit?.reached == nil ? script : Script(declarations: []) }

  /// The limit that ended the work on the script after it was loaded.
  func unsaid(_ limit: WorkLimit?) -> [Diagnostic] {
    guard let ended = limit?.diagnostic, !diagnostics.contains(where: { $0.id == ended.id }) else { return [] }
    return [ended]
  }
}
