// Where those stand who wait for one primitive: a channel's header without values. Parking, cancellation and inspection
// are those of channels.
//
// I1. Whoever waits holds the primitive, which holds the line: nobody waits in a line that is freed.
// I2. A wait that ends with `cancelled` was taken out of the line by the canceller, and nobody has told it anything:
//     what was meant for it is still there for the next. A wait that was told something does not end with `cancelled`.
import CSPChannels
import CSPScheduling
public import CScheduling

@usableFromInline struct WaiterLine: @unchecked Sendable {
  // SAFETY: @unchecked: headers are type-stable and everything in one is read and written under its lock or by the
  // atomics of MartletPrimitives.h.
  @usableFromInline let header: UnsafeMutablePointer<MartletChannel>

  init(_ resource: MartletResource, name: String?) {
    // The name is copied, and freed with the line.
    header = martlet_line_allocate(resource, name)
  }

  func free() { martlet_line_free(header) }

  // SAFETY: the lock is the header's first field.
  private var lock: UnsafeMutablePointer<MartletLock> {
    UnsafeMutableRawPointer(header).assumingMemoryBound(to: MartletLock.self)
  }

  /// Does something under the line's lock: nothing is resumed in it.
  @discardableResult
  func withLock<Result>(_ body: () -> Result) -> Result {
    martlet_lock(lock)
    defer { martlet_unlock(lock) }
    return body()
  }

  // SAFETY: waiters that were taken out of the line under its lock: nobody else resumes them.
  /// Takes waiters out of the line, under its lock, and resumes them after that.
  func resume(_ taken: () -> UnsafeMutablePointer<MartletWaiter>?) { martlet_resume_all(withLock(taken)) }

  /// The name given at creation.
  var name: String? { header.pointee.name.map { String(cString: $0) } }

  /// Those who wait, at this moment.
  ///
  /// - Complexity: linear in them.
  var count: Int { Int(martlet_line_length(header)) }

  /// How a wait ended.
  enum End {
    /// It was not necessary.
    case spared
    /// Somebody took it out of the line, and may have left a word in its wish.
    case told(MartletWish)
    /// The line was opened.
    case opened
    /// The task was cancelled.
    case cancelled
  }

  /// Waits in the line, unless `attempt`, which runs under its lock and may run twice, says that this is not necessary.
  nonisolated(nonsending) func wait(
    _ site: MartletSite, _ wish: MartletWish = MartletWish(), goesFirst: Bool = false, unless attempt: () -> Bool
  ) async -> End {
    martlet_lock(lock)
    if attempt() {
      martlet_unlock(lock)
      return .spared
    }
    let waiter = martlet_wait_begin(
      header, .receive, MemoryLayout<MartletWish>.size, MemoryLayout<MartletWish>.alignment, site,
      _isIsolated(#isolation)
    ).unsafelyUnwrapped
    martlet_wish(waiter).pointee = wish
    var isSpared = false
    if waiter.pointee.parking == .direct {
      martlet_line_join(waiter, goesFirst)
      await _parkDirectly(waiter, lock)
    } else {
      await _parkOtherwise(waiter, lock) { attemptAgain(waiter, goesFirst, attempt, &isSpared) }
    }
    martlet_wait_end(waiter)
    let outcome = martlet_outcome(waiter)
    let told = martlet_wish(waiter).pointee
    martlet_waiter_free(waiter, MemoryLayout<MartletWish>.alignment)
    switch outcome {
    case .done: return isSpared ? .spared : .told(told)
    case .closed: return .opened
    case .cancelled, .pending: return .cancelled
    }
  }

  // SAFETY: the waiter is the caller's, and not queued.
  private func attemptAgain(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ goesFirst: Bool, _ attempt: () -> Bool, _ isSpared: inout Bool
  ) -> Bool {
    if martlet_standing(waiter) == .toBeCancelled {
      martlet_outcome_set(waiter, .cancelled)
    } else if attempt() {
      isSpared = true
      martlet_outcome_set(waiter, .done)
    } else {
      martlet_line_join(waiter, goesFirst)
      return false
    }
    martlet_unlock(lock)
    return true
  }

  /// Blocks the thread in the line, unless `attempt`, under its lock, says that this is not necessary. Not cancellable.
  ///
  /// - Parameter inTask: The thread runs a task: see I4 of MartletPrimitives.h.
  func waitBlocking(
    _ site: MartletSite, _ wish: MartletWish, goesFirst: Bool, inTask: Bool, unless attempt: () -> Bool
  ) -> End {
    martlet_lock(lock)
    if attempt() {
      martlet_unlock(lock)
      return .spared
    }
    let waiter = martlet_waiter_allocate(MemoryLayout<MartletWish>.size, MemoryLayout<MartletWish>.alignment)
      .unsafelyUnwrapped
    martlet_waiter_aim(waiter, header, inTask ? .send : .receive)
    martlet_site_note(waiter, site)
    martlet_task_note(waiter)
    martlet_wish(waiter).pointee = wish
    martlet_line_join(waiter, goesFirst)
    martlet_thread_wait(waiter, lock)
    let told = martlet_wish(waiter).pointee
    martlet_waiter_free(waiter, MemoryLayout<MartletWish>.alignment)
    return .told(told)
  }
}
