// Waiting for nothing but a waiter: what the operations of every module of the runtime suspend on.
//
// Three ways, told apart by the waiter's `parking` (see MartletParking.h):
// - direct: registration with the task, queueing and parking follow each other under one hold of the lock;
// - registered and portable: the task is registered first, with no lock held, because the way to suspension may change
//   executors and a handler may run at once; the attempt is then made again under the lock, once it has suspended
//   (Suspension.swift).
public import CScheduling

extension MartletSite {
  /// Where an operation stands in the source, for inspectors.
  @inlinable @inline(__always) public init(_ file: StaticString, _ line: UInt) {
    // SAFETY: #fileID literals live as long as the program.
    self.init(
      file: UnsafeRawPointer(file.utf8Start).assumingMemoryBound(to: CChar.self),
      line: UInt32(truncatingIfNeeded: line), fileLength: UInt16(clamping: file.utf8CodeUnitCount))
  }
}

// SAFETY: implemented in Parking.c with the calling convention of an async function of two arguments; it stores the
// continuation of the calling task and returns only through it.
#if os(Linux) && arch(x86_64)
  @_silgen_name("martlet_park")
  public nonisolated(nonsending) func _parkDirectly(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ lock: UnsafeMutablePointer<MartletLock>
  ) async
  @_silgen_name("martlet_park_select")
  public nonisolated(nonsending) func _parkDirectly(_ select: UnsafeMutablePointer<MartletSelect>, _ unused: Int) async
#else
  public nonisolated(nonsending) func _parkDirectly(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ lock: UnsafeMutablePointer<MartletLock>
  ) async {
    preconditionFailure("internal error: direct parking does not exist on this platform")
  }
  public nonisolated(nonsending) func _parkDirectly(_ select: UnsafeMutablePointer<MartletSelect>, _ unused: Int) async {
    preconditionFailure("internal error: direct parking does not exist on this platform")
  }
#endif

/// A pointer that a concurrently running handler needs.
public struct _Shared<Pointee>: @unchecked Sendable {
  // SAFETY: @unchecked: handed to a cancellation handler only, which uses it under the locks of what it cancels.
  public let pointer: UnsafeMutablePointer<Pointee>
  public init(_ pointer: UnsafeMutablePointer<Pointee>) { self.pointer = pointer }
}

/// Waits, not directly, for a waiter that is registered with its task. `attempt` runs under the waiter's lock: true if
/// the operation ended, with the lock released; false if the waiter was queued, with the lock held.
@inlinable @inline(__always)
public nonisolated(nonsending) func _parkRegistered(
  _ waiter: UnsafeMutablePointer<MartletWaiter>, _ lock: UnsafeMutablePointer<MartletLock>, _ attempt: () -> Bool
) async {
  await _suspend { token in
    martlet_lock(lock)
    if attempt() {
      martlet_resume(token)
    } else {
      waiter.pointee.token = token
      martlet_unlock(lock)
    }
  }
}

/// As ``_parkRegistered``, for a waiter that is not registered, with a cancellation handler around.
public nonisolated(nonsending) func _parkPortably(
  _ waiter: UnsafeMutablePointer<MartletWaiter>, _ lock: UnsafeMutablePointer<MartletLock>, _ attempt: () -> Bool
) async {
  // The first wait of the process comes here, and decides how the later ones park.
  _ = martlet_parking_direct()
  let shared = _Shared(waiter)
  await withTaskCancellationHandler {
    await _parkRegistered(waiter, lock, attempt)
  } onCancel: {
    martlet_waiter_cancel(shared.pointer)
  }
}

/// Parks a waiter in any way but directly, as its `parking` says, or not at all where it ended before it parked.
@inlinable @inline(__always)
public nonisolated(nonsending) func _parkOtherwise(
  _ waiter: UnsafeMutablePointer<MartletWaiter>, _ lock: UnsafeMutablePointer<MartletLock>, _ attempt: () -> Bool
) async {
  switch waiter.pointee.parking {
  case .registered: await _parkRegistered(waiter, lock, attempt)
  case .portable: await _parkPortably(waiter, lock, attempt)
  case .direct, .thread, .notParked: break
  }
}

/// Waits for a time on a queue of alarms.
package nonisolated(nonsending) func waitForAlarm(_ queue: AlarmQueue, at deadline: Int64) async throws {
  if martlet_is_cancelled() { throw CancellationError() }
  let waiter = martlet_alarm_allocate(queue._queue, deadline).unsafelyUnwrapped
  // Clock's requirement has no place for the caller's.
  martlet_site_note(waiter, MartletSite(file: nil, line: 0, fileLength: 0))
  martlet_task_note(waiter)
  waiter.pointee.parking = .portable
  let lock = martlet_lock_of(waiter).unsafelyUnwrapped
  await _parkPortably(waiter, lock) {
    if martlet_standing(waiter) == .toBeCancelled || martlet_alarm_due(waiter) {
      martlet_outcome_set(waiter, martlet_standing(waiter) == .toBeCancelled ? .cancelled : .done)
      martlet_unlock(lock)
      return true
    }
    martlet_alarm_enqueue(waiter)
    return false
  }
  let outcome = martlet_outcome(waiter)
  martlet_waiter_free(waiter, 8)
  if outcome == .cancelled { throw CancellationError() }
}
