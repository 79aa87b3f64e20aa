// Cancel scopes: what can be cancelled as a whole, from anywhere.
public import CScheduling
import Synchronization

/// Everything that runs within a scope can be cancelled together, and nothing else is.
///
/// Cancellation is level-triggered: once a scope is cancelled, `Task.isCancelled` is true in it and every further
/// checkpoint throws, until the scope is left. Scopes nest: cancelling one cancels those within, up to a shield.
///
/// > Source: N. J. Smith, Timeouts and cancellation for humans; Trio's `CancelScope`.
public struct CancelScope: Sendable {
  let owner: _ScopeOwner

  @usableFromInline init(owner: _ScopeOwner) { self.owner = owner }

  /// Cancels everything in the scope. The first call counts; later ones, and calls after the scope has ended, do
  /// nothing. Returns when everything in it has been told, which need not have ended.
  ///
  /// - Parameter words: Why, for whoever reads ``reason``.
  /// - Complexity: linear in the tasks of the scope and of those within. Cancellation handlers run on the caller.
  public func cancel(_ words: String? = nil) { owner.cancel(words: words) }

  /// Why it was cancelled; nil if it was not.
  public var reason: CancellationReason? { owner.reason }

  /// Whether it was cancelled.
  public var isCancelled: Bool { reason != nil }
}

extension CancelScope: Equatable {
  /// Whether both are the same scope.
  public static func == (left: CancelScope, right: CancelScope) -> Bool { left.owner === right.owner }
}

/// What stands for one life of a scope in Swift: outlives it, and answers for it afterwards.
public class _ScopeOwner: @unchecked Sendable {
  // SAFETY: @unchecked: the scope is type-stable, used under its lock and after comparing the generation.
  public final let _core: UnsafeMutablePointer<MartletScope>
  final let generation: UInt32
  /// Whether `cancel` was called, with which words, and, once the scope has ended, why it was cancelled.
  private struct Last {
    var isRequested = false
    var words: String?
    var reason = MartletReason.notCancelled
  }
  private let last = Mutex(Last())

  @usableFromInline init() {
    _core = martlet_scope_allocate(false, nil)
    generation = _core.pointee.generation
    _core.pointee.owner = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
  }

  final func cancel(words: String?) {
    // Words come first: whoever sees the reason sees them. Those of a call that comes second are dropped.
    last.withLock { last in
      if !last.isRequested { (last.isRequested, last.words) = (true, words) }
    }
    if !martlet_scope_cancel(_core, generation, .requested), !martlet_scope_is(_core, generation) {
      // It has ended: nothing is left to cancel, and the scope says all the same that it was asked for.
      last.withLock { if $0.reason == .notCancelled { $0.reason = .requested } }
    }
  }

  final func cancel(because reason: MartletReason) { martlet_scope_cancel(_core, generation, reason) }

  final var reason: CancellationReason? {
    let now = martlet_scope_reason(_core)
    let isAlive = martlet_scope_is(_core, generation)
    let last = last.withLock { $0 }
    switch isAlive ? now : last.reason {
    case .notCancelled: return nil
    case .requested: return .requested(last.words)
    case .failure: return .failure
    case .deadline: return .deadline
    case .surrounding: return .surrounding
    }
  }

  /// Everything in the scope has ended and the opener goes on.
  @usableFromInline final func ended() {
    let reason = martlet_scope_reason(_core)
    last.withLock { last in
      // A cancellation that came while the last child ended found nobody to tell.
      last.reason = reason == .notCancelled && last.isRequested ? .requested : reason
    }
    martlet_scope_free(_core)
  }
}

/// Runs a body that can be cancelled by itself, through the scope that it gets.
///
/// Returns what the body returns and throws what it throws, also when it was cancelled: a body that ends by itself in
/// spite of a cancellation has its value.
///
/// - Complexity: constant: the body runs in a pooled task while the caller waits.
///
/// > Cancellation: The body's own. Waits for the body, however long it takes to end.
@inline(always)
public nonisolated(nonsending) func withCancelScope<Result>(
  _ body: nonisolated(nonsending) (CancelScope) async throws -> Result
) async throws -> Result {
  let owner = _ScopeOwner()
  var result: Swift.Result<Result, any Error>?
  await _runInScope(owner._core) {
    do { result = .success(try await body(CancelScope(owner: owner))) } catch { result = .failure(error) }
  }
  owner.ended()
  return try result.unsafelyUnwrapped.get()
}
