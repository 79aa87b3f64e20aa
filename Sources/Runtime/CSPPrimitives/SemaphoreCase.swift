// A select's case that takes a permit.
public import CSPChannels
public import CScheduling

/// A permit that a select took. Give it back by ``release()``, in a `defer`; one that is forgotten is given back when
/// the last reference to it is gone, which may be earlier than its scope ends.
public final class SemaphorePermit: Sendable {
  private let semaphore: Semaphore
  private let released = Lock(false)

  init(_ semaphore: Semaphore) { self.semaphore = semaphore }

  deinit { release() }

  /// Gives the permit back. Again: does nothing.
  public func release() {
    let isFirst = released.withLockBlocking { released in
      defer { released = true }
      return !released
    }
    if isFirst { semaphore.release() }
  }
}

/// A case that takes one permit of a semaphore. It waits in the semaphore's line like everybody else.
public struct Acquiring: Selectable, Sendable {
  let semaphore: Semaphore

  // SAFETY: the case keeps the semaphore, which keeps its header.
  private var header: UnsafeMutablePointer<MartletChannel> { semaphore.waiters.header }

  // A permit that a newcomer may take; none while somebody waits.
  public var _mightHappen: Bool { martlet_peek_count(header) > 0 }
  public var _versionBefore: UInt64 { martlet_version_before(lock) }
  public var _versionAfter: UInt64 { martlet_version_after(lock) }

  // SAFETY: the lock is the header's first field.
  private var lock: UnsafeMutablePointer<MartletLock> {
    UnsafeMutableRawPointer(header).assumingMemoryBound(to: MartletLock.self)
  }

  public func _attempt() -> SemaphorePermit? { semaphore.tryAcquire() ? SemaphorePermit(semaphore) : nil }

  public func _makeWaiter(_ site: MartletSite) -> UnsafeMutablePointer<MartletWaiter> {
    let waiter = martlet_waiter_allocate(MemoryLayout<MartletWish>.size, MemoryLayout<MartletWish>.alignment)
      .unsafelyUnwrapped
    martlet_waiter_aim(waiter, header, .receive)
    waiter.pointee.generation = header.pointee.generation
    martlet_site_note(waiter, site)
    martlet_wish(waiter).pointee = MartletWish(ticket: 0, amount: 1, losses: 0)
    return waiter
  }

  public func _complete(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ partner: UnsafeMutablePointer<MartletWaiter>?
  ) -> SemaphorePermit {
    if martlet_outcome(waiter) == .pending {
      // Seen under the lock, which is still held.
      let isTaken = martlet_permits_take(header, 1)
      precondition(isTaken, "internal error: a select saw a permit that was not there")
      martlet_unlock(lock)
    }
    return SemaphorePermit(semaphore)
  }

  public func _withdraw(_ waiter: UnsafeMutablePointer<MartletWaiter>) {
    // It stood in the line, perhaps; those behind it look.
    semaphore.waiters.resume { martlet_permits_give(header, 0) }
  }

  public func _free(_ waiter: UnsafeMutablePointer<MartletWaiter>) {
    martlet_waiter_free(waiter, MemoryLayout<MartletWish>.alignment)
  }
}

extension Semaphore {
  /// A case of a select that takes one permit. If another case happens, no permit was taken.
  public var acquiring: Acquiring { Acquiring(semaphore: self) }
}
