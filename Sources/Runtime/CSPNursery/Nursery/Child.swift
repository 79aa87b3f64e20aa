// Handles of children.
public import CSPChannels
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
  var value: Value?
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
  public var value: Value {
    get async throws {
      _ = try await select(completion)
      return try outcome()
    }
  }

  /// What it came to; it has ended.
  func outcome() throws -> Value {
    let error = nursery.noted { $0.thrown[key] } ?? nil
    if error is ChildCancelled || nursery.noted({ $0.wasCancelled(key) }) ?? false {
      throw ChildCancelled(words: nursery.noted { $0.wordsToChildren[key] } ?? nil)
    }
    if let error { throw ChildFailure(error: error, nursery: ObjectIdentifier(nursery)) }
    if let box { return box.value.unsafelyUnwrapped }
    // SAFETY: without a box the value is Void, which has no bytes.
    return unsafeBitCast((), to: Value.self)
  }
}

/// A case of a select that happens once a child has ended: see ``Child/completion``.
public struct Completion: Selectable, Sendable {
  let key: ChildKey

  private var base: Receiving<Void> {
    // SAFETY: the header is the block's first field and as type-stable as the block.
    Receiving(
      header: UnsafeMutableRawPointer(key.child).assumingMemoryBound(to: MartletChannel.self),
      generation: key.generation)
  }

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
