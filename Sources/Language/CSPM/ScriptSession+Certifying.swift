import CIntrinsics
import CSPMSyntax
import ReferenceSemantics
import Refinement

/// Certificates: the reference interpreter decides again what the engine says to hold.
extension ScriptSession {
  /// Certifies that `check` holds, as an outcome with these statistics says.
  ///
  /// The processes are those of the check as they were evaluated, compressions included, which the reference
  /// interpreter reads as nothing at all: what it confirms, it confirms of the uncompressed processes.
  ///
  /// - Throws: an internal error where the reference interpreter finds that it does not hold.
  func certificate(
    for check: Check, found statistics: Statistics, _ certification: CertificationLimits, _ limits: Limits,
    at span: Span, progress: ((Progress) -> Void)?
  ) throws -> Certificate {
    // An interpreter of its own, so that what it keeps goes with it.
    let interpreter = ReferenceInterpreter(table), watch = LimitWatch(limits), report = self.report(to: progress)
    do {
      let found = try interpreter.certify(
        statement(of: check), limits: certification, atLeast: statistics.states
      ) { states in
        try watch.check()
        report(states)
      }
      return switch found {
      case .inFull(let states): .inFull(states: states)
      case .byWalks(let count, let length, let seed): .byWalks(count: count, length: length, seed: seed)
      }
    } catch let refutation as ReferenceInterpreter.Refutation {
      throw Diagnostic(
        id: "internal",
        "internal error: the reference interpreter contradicts that this holds: \(refutation); please report it with "
          + "the script",
        at: span)
    } catch let reached as ReferenceInterpreter.StateLimitReached {
      return .unfinished(.states(reached.limit))
    } catch let limit as LimitReached {
      return .unfinished(limit)
    }
  }

  /// Passes on how many states were met, a few times a second.
  private func report(to progress: ((Progress) -> Void)?) -> (Int) -> Void {
    guard let progress else { return { _ in } }
    let start = ContinuousClock.now
    var last = start
    return { states in
      let now = ContinuousClock.now
      if now - last < .milliseconds(250) { return }
      last = now
      progress(Progress(.certifying, states: states, elapsed: now - start, memory: Int(csp_resident_bytes())))
    }
  }

  private func statement(of check: Check) -> ReferenceInterpreter.Statement {
    switch check {
    case .refinement(let specification, let implementation, let model):
      .refinement(specification: specification, implementation: implementation, self.model(model))
    case .deadlockFree(let p, let model): .deadlockFree(p, self.model(model))
    case .divergenceFree(let p): .divergenceFree(p)
    case .deterministic(let p, let model): .deterministic(p, self.model(model))
    case .hasTrace(let p, let trace, let model): .hasTrace(p, trace, self.model(model))
    }
  }
}
