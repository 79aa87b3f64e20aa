// A nursery: the scope of tasks that are started one by one and waited for together.
//
// I1. withNursery returns when the body and every child have ended, and not before.
// I2. Every error of body and children is in `errors`, once; what is nothing but cancellation is not.
// I3. A child's task-locals are those of the nursery's opener.
import CSPChannels
internal import CSPScheduling
internal import CScheduling

/// Where tasks are started that nobody else has to wait for: the nursery does.
///
/// A nursery may be handed on, to its children or to anybody: whoever has it may start tasks in it as long as it is
/// open. It is open until its body and all its children have ended, or until ``close()``.
///
/// > Source: N. J. Smith, Notes on structured concurrency, or: Go statement considered harmful; Trio's `Nursery`.
public final class Nursery: _ScopeOwner, @unchecked Sendable {
  // SAFETY: @unchecked: as its superclass.

  /// The name given when it was opened.
  public var name: String? { nurseryName }

  @usableFromInline init(
    _ name: String?, _ policy: FailurePolicy, _ limit: Int?, _ file: StaticString, _ line: UInt
  ) {
    precondition(limit.map { $0 > 0 } ?? true, "a nursery's limit is at least 1, not \(limit ?? 0)")
    let core = martlet_scope_allocate(false, nil).unsafelyUnwrapped
    martlet_scope_describe(core, name, MartletSite(file, line))
    core.pointee.failed = childThrew
    if let limit { core.pointee.limit = UInt32(clamping: limit) }
    // Last: whatever is done with the object after it costs a retain.
    super.init(core, name, policy, Nursery.makeMaker())
  }

  /// The nursery's own scope: cancelling it cancels body and children.
  public var scope: CancelScope { CancelScope(owner: self) }

  private static func makeMaker() -> TaskMaker? {
    martlet_parking_decide()
    return martlet_pools_tasks() ? nil : TaskMaker()
  }

  /// The body threw.
  func bodyFailed(_ error: any Error) {
    // One that gave up will not look after its children any more.
    if !failed(error), policy == .cancel { cancel(because: .surrounding) }
  }

  // What withNursery, which is inlined, asks.

  @usableFromInline var succeeded: Bool { noted { $0.errors.isEmpty } ?? true }

  @usableFromInline var failure: NurseryError {
    let errors = noted { $0.errors } ?? []
    return NurseryError(errors: errors, cancellation: errors.isEmpty ? reason ?? .surrounding : reason, nursery: name)
  }
}

/// A child of a nursery threw, or, without a child, its body: called by the loop of its task. Without an error it was a
/// child's `CancellationError`.
private let childThrew:
  @convention(c) (UnsafeRawPointer?, UnsafeMutablePointer<MartletChild>?, UnsafeMutableRawPointer?) -> Void = {
    owner, child, error in
    // SAFETY: a nursery outlives its body and children; an error is one word, which the caller owns.
    Unmanaged<Nursery>.fromOpaque(owner.unsafelyUnwrapped)._withUnsafeGuaranteedRef { nursery in
      guard let error else { return nursery.childGaveUp(child.unsafelyUnwrapped) }
      let thrown = unsafeBitCast(error, to: (any Error).self)
      if let child { nursery.childFailed(child, thrown) } else { nursery.bodyFailed(thrown) }
    }
  }
