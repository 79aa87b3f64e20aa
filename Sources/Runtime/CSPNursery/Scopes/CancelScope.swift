// Cancel scopes: what can be cancelled as a whole, from anywhere.
public import CScheduling

/// Everything that runs within a scope can be cancelled together, and nothing else is.
///
/// Cancellation is level-triggered: once a scope is cancelled, `Task.isCancelled` is true in it and every further
/// checkpoint throws, until the scope is left. Scopes nest: cancelling one cancels those within, up to a shield.
///
/// > Source: N. J. Smith, Timeouts and cancellation for humans; Trio's `CancelScope`.
public struct CancelScope: Sendable {
  let owner: _ScopeOwner

  @usableFromInline init(owner: _ScopeOwner) { self.owner = owner }

  /// Cancels everything in the scope. The first call counts, later ones do nothing; a scope that has ended only remembers
  /// that it was asked for. Returns when everything in it has been told, which need not have ended.
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

/// What is worth remembering of a scope: made when there is something, so that a scope without trouble costs one object.
final class ScopeNotes {
  /// Whether `cancel` was called, and with which words; those of the first call count.
  var isRequested = false
  var words: String?
  /// Why it was cancelled, once it has ended.
  var reason = MartletReason.notCancelled

  // Of a nursery:
  var errors: [any Error] = []
  /// What children threw, and who gave up because it was cancelled, for handles. The latter are many, and in order only
  /// once somebody asks.
  var thrown: [ChildKey: any Error] = [:]
  var cancelled: [ChildKey] = []
  private var ordered: Set<ChildKey> = []
  /// Why children were cancelled alone, where somebody said it.
  var wordsToChildren: [ChildKey: String] = [:]
  /// Those that somebody waits for to be ready.
  var unready: [ChildKey: Child<Void>] = [:]

  func wasCancelled(_ key: ChildKey) -> Bool {
    if !cancelled.isEmpty {
      ordered.formUnion(cancelled)
      cancelled = []
    }
    return ordered.contains(key)
  }
}

/// What stands for one life of a scope in Swift: outlives it, and answers for it afterwards.
public class _ScopeOwner: @unchecked Sendable {
  // SAFETY: @unchecked: the scope is type-stable, used under its lock and after comparing the generation; the notes are
  // reached under the lock alone.
  public final let _core: UnsafeMutablePointer<MartletScope>
  final let generation: UInt32
  // Under the scope's own lock, which outlives the scope: Synchronization's Mutex is invisible to the thread sanitizer.
  private final var notes: ScopeNotes?

  // Of a nursery; here, since fields of a subclass cost a retain of the object that is being destroyed.
  final let nurseryName: String?
  final let policy: FailurePolicy
  final let maker: TaskMaker?

  @usableFromInline convenience init() { self.init(martlet_scope_allocate(false, nil), nil, .cancel, nil) }

  // SAFETY: a scope that has just been allocated, and is this object's from now on.
  init(_ core: UnsafeMutablePointer<MartletScope>, _ name: String?, _ policy: FailurePolicy, _ maker: TaskMaker?) {
    (nurseryName, self.policy, self.maker) = (name, policy, maker)
    _core = core
    generation = core.pointee.generation
    core.pointee.owner = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
  }

  private final func locked<Result>(_ body: () -> Result) -> Result {
    let lock = martlet_scope_lock(_core)
    martlet_lock(lock)
    defer { martlet_unlock(lock) }
    return body()
  }

  /// Writes to the notes, under the lock: no code of a user's may run in there.
  final func note(_ body: (ScopeNotes) -> Void) {
    locked {
      if notes == nil { notes = ScopeNotes() }
      // SAFETY: nobody else changes the field while the lock is held.
      Unmanaged.passUnretained(notes.unsafelyUnwrapped)._withUnsafeGuaranteedRef(body)
    }
  }

  /// Reads the notes, if there are any.
  final func noted<Result>(_ body: (ScopeNotes) -> Result) -> Result? { locked { notes.map(body) } }

  final func cancel(words: String?) {
    // Words come first: whoever sees the reason sees them. A scope that has ended remembers that it was asked for.
    note { notes in
      if !notes.isRequested { (notes.isRequested, notes.words) = (true, words) }
    }
    martlet_scope_cancel(_core, generation, .requested)
  }

  final func cancel(because reason: MartletReason) { martlet_scope_cancel(_core, generation, reason) }

  final var reason: CancellationReason? {
    let now = martlet_scope_reason(_core)
    let isAlive = martlet_scope_is(_core, generation)
    let words = noted { $0.words } ?? nil
    let ended = noted { $0.reason == .notCancelled && $0.isRequested ? .requested : $0.reason } ?? .notCancelled
    switch isAlive ? now : ended {
    case .notCancelled: return nil
    case .requested: return .requested(words)
    case .failure: return .failure
    case .deadline: return .deadline
    case .surrounding: return .surrounding
    }
  }

  /// Everything in the scope has ended and the opener goes on.
  @usableFromInline final func ended() {
    let reason = martlet_scope_reason(_core)
    if reason != .notCancelled { note { $0.reason = reason } }
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
  defer { owner.ended() }
  return try await _runInScope(owner._core, aim: { _aim($0, body) }) { try await body(CancelScope(owner: owner)) }
}
