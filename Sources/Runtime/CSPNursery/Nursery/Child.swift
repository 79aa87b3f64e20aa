// Handles of children.
public import CSPChannels
public import CSPScheduling
public import CScheduling

/// One life of a child's block.
@usableFromInline struct ChildKey: Hashable, @unchecked Sendable {
  // SAFETY: @unchecked: the block is type-stable, used under its lock and after comparing the generation.
  @usableFromInline let child: UnsafeMutablePointer<MartletChild>
  @usableFromInline let generation: UInt32

  init(_ child: UnsafeMutablePointer<MartletChild>) {
    self.child = child
    generation = martlet_child_generation(child)
  }

  var hasEnded: Bool { martlet_child_generation(child) != generation }
}

/// Where a child puts its value.
@usableFromInline final class ValueBox<Value>: @unchecked Sendable {
  // SAFETY: @unchecked: written by the child, read after it has ended.
  @usableFromInline var value: Value?
}

/// A handle of a child: to wait for it, to see its value, to cancel it alone. The child is the nursery's all the same,
/// which waits for it and takes its error, whether or not somebody has a handle.
public struct Child<Value>: Sendable {
  @usableFromInline let key: ChildKey
  @usableFromInline let nursery: Nursery
  /// The name given when it was started.
  public let name: String?
  @usableFromInline let box: ValueBox<Value>?

  @inlinable init(_ key: ChildKey, _ nursery: Nursery, _ name: String?, _ box: ValueBox<Value>? = nil) {
    self.key = key
    self.nursery = nursery
    self.name = name
    self.box = box
  }

  /// Whether the child has ended.
  public var hasEnded: Bool { key.hasEnded }

  /// A case of a select that happens once the child has ended, and from then on.
  public var completion: Completion { Completion(key: key) }

  /// Cancels this child, and nothing else in its nursery. It counts as cancelled only if it ends by throwing
  /// `CancellationError`.
  ///
  /// - Parameter words: Why, for whoever catches ``ChildCancelled``. The first count.
  public func cancel(_ words: String? = nil) {
    if let words, !hasEnded { nursery.note { if $0.wordsToChildren[key] == nil { $0.wordsToChildren[key] = words } } }
    martlet_child_cancel(key.child, key.generation)
  }

  /// Waits for the child to end, and for whatever it came to.
  ///
  /// - Throws: ``ChildFailure`` with what the child threw; ``ChildCancelled`` if it gave up because it was cancelled;
  ///   `CancellationError` if the waiting task is cancelled, whatever the child does.
  ///
  /// > Cancellation: A checkpoint, also when the child has ended.
  @inlinable public var value: Value {
    @inline(__always) get async throws {
      if let waiter = try key.beginWait(isolated: _isIsolated(#isolation)) {
        if waiter.pointee.parking == .direct {
          await _parkDirectly(waiter, key.lock)
        } else {
          await key.parkOtherwise(waiter)
        }
        try key.endWait(waiter)
      }
      return try outcome()
    }
  }

  /// What it came to; it has ended.
  @inlinable func outcome() throws -> Value {
    if let error = nursery.error(of: key) { throw error }
    if let box { return box.value.unsafelyUnwrapped }
    // SAFETY: without a box the value is Void, which has no bytes.
    return unsafeBitCast((), to: Value.self)
  }
}

extension Nursery {
  /// What waiting for a child that has ended throws.
  @usableFromInline func error(of key: ChildKey) -> (any Error)? {
    // What takes long, as a cast does, not under the lock.
    guard let found = noted({ ($0.thrown[key], $0.wasCancelled(key), $0.wordsToChildren[key]) }) else { return nil }
    let (error, wasCancelled, words) = found
    if wasCancelled || error is ChildCancelled { return ChildCancelled(words: words) }
    return error.map { ChildFailure(error: $0, nursery: ObjectIdentifier(self)) }
  }
}

// A wait for one child's end, which is a line in its block: see WaiterLine.swift.
extension ChildKey {
  // SAFETY: the header is the block's first field, the lock the header's, both as type-stable as the block.
  @usableFromInline var lock: UnsafeMutablePointer<MartletLock> {
    UnsafeMutableRawPointer(child).assumingMemoryBound(to: MartletLock.self)
  }
  fileprivate var header: UnsafeMutablePointer<MartletChannel> {
    UnsafeMutableRawPointer(child).assumingMemoryBound(to: MartletChannel.self)
  }

  /// A waiter, with the lock held where it parks directly; nil: the child has ended.
  // SAFETY: a waiter of the pool, this task's own until `endWait` gives it back.
  @usableFromInline func beginWait(
    isolated: Bool
  ) throws(CancellationError) -> UnsafeMutablePointer<MartletWaiter>? {
    if martlet_is_cancelled() { throw CancellationError() }
    if hasEnded { return nil }
    martlet_lock(lock)
    if hasEnded {
      martlet_unlock(lock)
      return nil
    }
    // A property's getter is not told where it is called.
    return martlet_wait_begin(header, .receive, 0, 1, MartletSite(file: nil, line: 0, fileLength: 0), isolated)
  }

  // SAFETY: the waiter is the one of `beginWait`.
  @usableFromInline nonisolated(nonsending) func parkOtherwise(_ waiter: UnsafeMutablePointer<MartletWaiter>) async {
    await _parkOtherwise(waiter, lock) { attemptAgain(waiter) }
  }

  // SAFETY: as above; under the lock, which is released where the wait is over.
  private func attemptAgain(_ waiter: UnsafeMutablePointer<MartletWaiter>) -> Bool {
    if martlet_standing(waiter) == .toBeCancelled {
      martlet_outcome_set(waiter, .cancelled)
    } else if hasEnded {
      martlet_outcome_set(waiter, .closed)
    } else {
      martlet_enqueue_receiver(waiter)
      return false
    }
    martlet_unlock(lock)
    return true
  }

  // SAFETY: as above; nobody else has it any more.
  @usableFromInline func endWait(_ waiter: UnsafeMutablePointer<MartletWaiter>) throws(CancellationError) {
    martlet_wait_end(waiter)
    let outcome = martlet_outcome(waiter)
    martlet_waiter_free(waiter, 1)
    if outcome == .cancelled { throw CancellationError() }
  }
}

/// A case of a select that happens once a child has ended: see ``Child/completion``.
public struct Completion: Selectable, Sendable {
  let key: ChildKey

  private var base: Receiving<Void> { Receiving(header: key.header, generation: key.generation) }

  public var _mightHappen: Bool { key.hasEnded }
  public var _versionBefore: UInt64 { base._versionBefore }
  public var _versionAfter: UInt64 { base._versionAfter }
  public func _attempt() -> Void? { key.hasEnded ? () : nil }
  public func _makeWaiter(_ site: MartletSite) -> UnsafeMutablePointer<MartletWaiter> { base._makeWaiter(site) }
  public func _complete(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ partner: UnsafeMutablePointer<MartletWaiter>?
  ) { _ = base._complete(waiter, partner) }
  public func _free(_ waiter: UnsafeMutablePointer<MartletWaiter>) { base._free(waiter) }
}
