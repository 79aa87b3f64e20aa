// How a task suspends that does not park directly: by a hop, or by a continuation.
//
// A task that switches to an executor which runs nothing has suspended, and whoever holds its job may have it run
// wherever it came from. That is what a continuation does, at two thirds of the price: on Martlet's own workers it
// takes the place of one. Documentation/Decisions 0011 tells the whole story.
public import CScheduling

/// Suspends the current task until what `body` is called with is resumed, which may be at once.
///
/// `body` may be called when the task is not the current one any more. From the moment at which somebody else can
/// resume the task, it touches nothing that it has captured: the task may be running.
// Inlined: each frame of an async function less is a twentieth of such a wait.
@inlinable @inline(__always)
public nonisolated(nonsending) func _suspend(_ body: (MartletToken) -> Void) async {
  #if os(Linux) && arch(x86_64)
    let may = martlet_may_hop(_isIsolated(#isolation))
    if may != .mayNotHop, may == .mayHop || _hasNoPreference(), _isHaltReady {
      await _hop(body)
      return
    }
  #endif
  await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
    // SAFETY: one pointer, aligned to 16 bytes, which resumption hands to the runtime unchanged.
    body(unsafeBitCast(continuation, to: UInt.self) | UInt(MartletContinuationTag))
  }
}

/// Whether the caller runs on an actor. Not inlined: the optimiser of Swift 6.3 fails on a comparison of the isolation
/// in an async function that is itself inlined early.
@inline(never) public func _isIsolated(_ isolation: (any Actor)?) -> Bool { isolation != nil }

/// Whether the current task has no preference for an executor.
@usableFromInline func _hasNoPreference() -> Bool { withUnsafeCurrentTask { $0?.unownedTaskExecutor == nil } }

#if os(Linux) && arch(x86_64)
  /// The executor of tasks that wait. What the runtime hands to it goes to whoever the task waits for, who gives it to
  /// a worker; there the task runs as on the global executor, where it had been, so that nothing is switched back.
  private final class Halt: SerialExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
      // SAFETY: an UnownedJob is the pointer that swift_job_run takes.
      martlet_hopped(unsafeBitCast(UnownedJob(job), to: UnsafeMutableRawPointer.self))
    }
    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
  }

  private let halt = Halt()

  @usableFromInline let _isHaltReady: Bool = {
    // SAFETY: an UnownedSerialExecutor is the runtime's SerialExecutorRef, two words; the executor lives for ever.
    martlet_halt_set(unsafeBitCast(halt.asUnownedSerialExecutor(), to: MartletExecutorReference.self))
    return true
  }()

  // SAFETY: implemented in Parking.c with the calling convention of an async function of one closure; it switches the
  // calling task to the executor above, which calls the closure, and returns only when the task is resumed.
  @_silgen_name("martlet_hop") public nonisolated(nonsending) func _hop(_ body: (MartletToken) -> Void) async
#endif
