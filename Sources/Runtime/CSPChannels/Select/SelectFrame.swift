// A select that waits: the frame in which its waiters stand, whatever their number and types.
//
// I1. A case that happens at once does so under the lock that settled it, before anything else is touched.
// I2. Every waiter is completed or withdrawn exactly once, then freed, after the frame has let go of all queues.
import CSPScheduling
public import CScheduling

@usableFromInline struct SelectFrame {
  // SAFETY: allocated here, freed by `free`; shared with counterparts only through its waiters and its claim word.
  @usableFromInline let pointer: UnsafeMutablePointer<MartletSelect>
  @usableFromInline let site: MartletSite

  @inlinable init(_ site: MartletSite) {
    pointer = martlet_select_allocate().unsafelyUnwrapped
    self.site = site
  }

  /// A frame that somebody else keeps.
  init(_ pointer: UnsafeMutablePointer<MartletSelect>, _ site: MartletSite) {
    self.pointer = pointer
    self.site = site
  }

  @inlinable func free() { martlet_select_free(pointer) }

  /// Adds a case and returns its position, or -1 if it is not enabled.
  @inlinable func add<Case: Selectable>(_ item: Case) -> Int32 {
    guard item.isEnabled else { return -1 }
    let position = Int32(pointer.pointee.count)
    let waiter = item._makeWaiter(site)
    item._load(waiter)
    martlet_select_add(pointer, waiter)
    return position
  }

  @inlinable func waiter(_ position: Int32) -> UnsafeMutablePointer<MartletWaiter> {
    pointer.pointee.cases[Int(position)].unsafelyUnwrapped
  }

  @inlinable var record: UnsafeMutablePointer<MartletRecord> {
    // SAFETY: a field of the frame, which outlives its use.
    @inline(__always) get { martlet_select_record(pointer).unsafelyUnwrapped }
  }

  /// Ends the case at `position`, which happened.
  @inlinable func complete<Case: Selectable>(_ item: Case, _ position: Int32) -> Case.Outcome {
    item._complete(waiter(position), pointer.pointee.partner)
  }

  /// Lets go of a case once the select has ended with `winner`.
  @inlinable func leave<Case: Selectable>(_ item: Case, _ position: Int32, winner: Int32) {
    if position < 0 { return }
    let waiter = waiter(position)
    if position != winner { item._withdraw(waiter) }
    item._free(waiter)
  }

  /// Waits in any way but directly. `complete` is called with the case that happened, if one did.
  @usableFromInline nonisolated(nonsending) func waitOtherwise(
    _ settled: Int32, start: UInt32, _ complete: (Int32) -> Void
  ) async -> Int32 {
    if settled == MartletSelectPark.int32 {
      let select = pointer
      await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
        martlet_select_parked(select, _token(continuation))
      }
      martlet_cancellation_end(record)
      let winner = martlet_select_finish(pointer)
      if winner >= 0 { complete(winner) }
      return winner
    }
    // The first wait of the process comes here, and decides how the later ones park.
    _ = martlet_parking_direct()
    martlet_select_order(pointer)
    var result: Int32 = 0
    let shared = _Shared(pointer)
    await withTaskCancellationHandler {
      await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
        result = martlet_select_settle_registered(shared.pointer, start)
        if result == MartletSelectPark.int32 {
          martlet_select_parked(shared.pointer, _token(continuation))
        } else {
          if result >= 0 { complete(result) }
          continuation.resume()
        }
      }
    } onCancel: {
      martlet_select_cancel(shared.pointer)
    }
    guard result == MartletSelectPark.int32 else { return result }
    let winner = martlet_select_finish(pointer)
    if winner >= 0 { complete(winner) }
    return winner
  }
}

extension Int {
  /// The C enumeration's constants are Int, what the functions return is int32_t.
  @inlinable var int32: Int32 { @inline(__always) get { Int32(truncatingIfNeeded: self) } }
}

/// Whether the caller runs on an actor. Not inlined: the optimiser of Swift 6.3 fails on a comparison of the isolation
/// in an async function that is itself inlined early.
@inline(never) public func _isIsolated(_ isolation: (any Actor)?) -> Bool { isolation != nil }
