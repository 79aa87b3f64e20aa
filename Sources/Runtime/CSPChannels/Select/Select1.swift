// Select of one case. Written by Scripts/generate-selects.
public import CSPScheduling
public import CScheduling

/// The result of a select of one case.
public enum Selection1<A> {
  case first(A)
}

extension Selection1: Equatable where A: Equatable {}
extension Selection1: Sendable where A: Sendable {}

/// Waits until one of one case happens, and says which, with its outcome. See ``select(_:_:)``.
@inline(always)
public nonisolated(nonsending) func select<A: Selectable>(
  _ a: A, file: StaticString = #fileID, line: UInt = #line
) async throws -> Selection1<A.Outcome> {
  if martlet_is_cancelled() { throw CancellationError() }
  if let selection = trySelect(.fair, a) { return selection }
  return try await _wait(.fair, a, MartletSite(file, line), isolated: _isIsolated(#isolation))
}

/// Waits until one of one case happens, choosing among those that are ready in a given order.
@inline(always)
public nonisolated(nonsending) func select<A: Selectable>(
  _ order: SelectionOrder, _ a: A, file: StaticString = #fileID, line: UInt = #line
) async throws -> Selection1<A.Outcome> {
  if martlet_is_cancelled() { throw CancellationError() }
  if let selection = trySelect(order, a) { return selection }
  return try await _wait(order, a, MartletSite(file, line), isolated: _isIsolated(#isolation))
}

/// One of one case that is ready now; nil if none is. Never suspends and is no cancellation checkpoint.
@inline(always)
public func trySelect<A: Selectable>(_ a: A) -> Selection1<A.Outcome>? {
  trySelect(.fair, a)
}

/// One of one case that is ready now, in a given order; nil if none is.
@inline(always)
public func trySelect<A: Selectable>(
  _ order: SelectionOrder, _ a: A
) -> Selection1<A.Outcome>? {
  var ready: UInt32 = 0
  if a.isEnabled && a._mightHappen { ready |= 1 }
  while ready != 0 {
    let index = order.pick(from: ready)
    switch index {
    default: if let outcome = a._attempt() { return .first(outcome) }
    }
    ready &= ~(1 << UInt32(truncatingIfNeeded: index))
  }
  return nil
}

@inlinable @inline(never)
nonisolated(nonsending) func _wait<A: Selectable>(
  _ order: SelectionOrder, _ a: A, _ site: MartletSite, isolated: Bool
) async throws -> Selection1<A.Outcome> {
  let frame = SelectFrame(site)
  let aPosition = frame.add(a)
  let count = Int(frame.pointer.pointee.count)
  if count == 0 {
    frame.free()
    throw SelectError.noEnabledCase
  }
  var outcome: Selection1<A.Outcome>?
  let start = UInt32(truncatingIfNeeded: order.below(count))
  var winner = martlet_select_settle(frame.pointer, start, isolated)
  let complete = { (position: Int32) in
    if position == aPosition {
      outcome = .first(frame.complete(a, position))
    }
  }
  if winner >= 0 {
    complete(winner)
  } else if winner == MartletSelectPark.int32 && frame.pointer.pointee.parking == .direct {
    await _parkDirectly(frame.pointer, 0)
    martlet_cancellation_end(frame.record)
    winner = martlet_select_finish(frame.pointer)
    if winner >= 0 { complete(winner) }
  } else if winner != MartletSelectCancelled.int32 {
    winner = await frame.waitOtherwise(winner, start: start, complete)
  }
  frame.leave(a, aPosition, winner: winner)
  frame.free()
  guard let outcome else { throw CancellationError() }
  return outcome
}
