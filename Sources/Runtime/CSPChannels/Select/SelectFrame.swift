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

  /// Adds the case that is the `ordinal`th as written, if it is enabled.
  @inlinable @inline(__always) func add<Case: Selectable>(_ item: Case, _ ordinal: UInt32) {
    guard item.isEnabled else { return }
    let waiter = item._makeWaiter(site)
    item._load(waiter)
    pointer.pointee.enabled |= 1 << ordinal
    martlet_select_add(pointer, waiter)
  }

  /// Which case, as written, stands at a position among the enabled ones.
  @inlinable func ordinal(_ position: Int32) -> Int {
    var rest = pointer.pointee.enabled
    for _ in 0..<position { rest &= rest &- 1 }
    return rest.trailingZeroBitCount
  }

  /// Takes all locks and looks again: `settled` and, where the task has to park, `parking` tell the result.
  @inlinable @inline(__always) func settle(_ order: SelectionOrder, _ isolated: Bool) {
    let count = Int(pointer.pointee.count)
    pointer.pointee.settled =
      count == 0 ? noCase : martlet_select_settle(pointer, UInt32(truncatingIfNeeded: order.below(count)), isolated)
  }

  /// Every lock is held until the task has parked.
  @inlinable var parksDirectly: Bool { pointer.pointee.settled == MartletSelectPark.int32 }

  /// A case happens now, under the lock of its channel, which is held.
  @inlinable var happens: Bool { pointer.pointee.settled >= 0 }

  /// The position of the case that happens or, after a direct park, happened; or a negative number.
  @inlinable func finish() -> Int32 {
    if happens { return pointer.pointee.settled }
    martlet_cancellation_end(martlet_select_record(pointer))
    return martlet_select_finish(pointer)
  }

  @inlinable func waiter(_ position: Int32) -> UnsafeMutablePointer<MartletWaiter> {
    pointer.pointee.cases[Int(position)].unsafelyUnwrapped
  }

  /// Ends the case at `position`, which happened.
  @inlinable func complete<Case: Selectable>(_ item: Case, _ position: Int32) -> Case.Outcome {
    item._complete(waiter(position), pointer.pointee.partner)
  }

  /// Lets go of a case, if it was enabled, once the select has ended with `winner`.
  @inlinable @inline(__always) func leave<Case: Selectable>(_ item: Case, _ ordinal: UInt32, _ winner: Int32) {
    let enabled = pointer.pointee.enabled
    guard enabled & (1 << ordinal) != 0 else { return }
    let position = Int32((enabled & ((1 << ordinal) - 1)).nonzeroBitCount)
    let waiter = waiter(position)
    if position != winner { item._withdraw(waiter) }
    item._free(waiter)
  }

  /// What remains where the task does not park directly and no case happens at once. No lock is held on entry.
  /// `complete` is called with the case that happened, if one did.
  @usableFromInline nonisolated(nonsending) func waitOtherwise(
    _ order: SelectionOrder, _ complete: (Int32) -> Void
  ) async throws -> Int32 {
    switch pointer.pointee.settled {
    case noCase:
      free()
      throw SelectError.noEnabledCase
    case MartletSelectCancelled.int32:
      return MartletSelectCancelled.int32
    case MartletSelectRegistered.int32:
      let winner = await waitRegistered(order, complete)
      martlet_cancellation_end(martlet_select_record(pointer))
      return winner
    default:
      // The first wait of the process comes here, and decides how the later ones park.
      _ = martlet_parking_direct()
      pointer.pointee.parking = .portable
      let shared = _Shared(pointer)
      return await withTaskCancellationHandler {
        await waitRegistered(order, complete)
      } onCancel: {
        martlet_select_cancel(shared.pointer)
      }
    }
  }

  private nonisolated(nonsending) func waitRegistered(
    _ order: SelectionOrder, _ complete: (Int32) -> Void
  ) async -> Int32 {
    let start = UInt32(truncatingIfNeeded: order.below(Int(pointer.pointee.count)))
    let select = pointer
    var result: Int32 = 0
    await _suspend { token in
      let settled = martlet_select_settle_registered(select, start)
      result = settled
      if settled == MartletSelectPark.int32 {
        martlet_select_parked(select, token)
      } else {
        if settled >= 0 { complete(settled) }
        martlet_resume(token)
      }
    }
    return result == MartletSelectPark.int32 ? ended(complete) : result
  }

  private func ended(_ complete: (Int32) -> Void) -> Int32 {
    let winner = martlet_select_finish(pointer)
    if winner >= 0 { complete(winner) }
    return winner
  }
}

/// No case was enabled.
@usableFromInline let noCase: Int32 = -5

extension Int {
  /// The C enumeration's constants are Int, what the functions return is int32_t.
  @inlinable var int32: Int32 { @inline(__always) get { Int32(truncatingIfNeeded: self) } }
}
