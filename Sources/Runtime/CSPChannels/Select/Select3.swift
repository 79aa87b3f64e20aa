// Select of three cases. Written by Scripts/generate-selects.
public import CSPScheduling
public import CScheduling

/// The result of a select of three cases.
public enum Selection3<A, B, C> {
  case first(A)
  case second(B)
  case third(C)
}

extension Selection3: Equatable where A: Equatable, B: Equatable, C: Equatable {}
extension Selection3: Sendable where A: Sendable, B: Sendable, C: Sendable {}

/// Waits until one of three cases happens, and says which, with its outcome. See ``select(_:_:)``.
@inline(always)
public nonisolated(nonsending) func select<A: Selectable, B: Selectable, C: Selectable>(
  _ a: A, _ b: B, _ c: C, file: StaticString = #fileID, line: UInt = #line
) async throws -> Selection3<A.Outcome, B.Outcome, C.Outcome> {
  if martlet_is_cancelled() { throw CancellationError() }
  if let selection = trySelect(.fair, a, b, c) { return selection }
  return try await _wait(.fair, a, b, c, MartletSite(file, line), isolated: _isIsolated(#isolation))
}

/// Waits until one of three cases happens, choosing among those that are ready in a given order.
@inline(always)
public nonisolated(nonsending) func select<A: Selectable, B: Selectable, C: Selectable>(
  _ order: SelectionOrder, _ a: A, _ b: B, _ c: C, file: StaticString = #fileID, line: UInt = #line
) async throws -> Selection3<A.Outcome, B.Outcome, C.Outcome> {
  if martlet_is_cancelled() { throw CancellationError() }
  if let selection = trySelect(order, a, b, c) { return selection }
  return try await _wait(order, a, b, c, MartletSite(file, line), isolated: _isIsolated(#isolation))
}

/// One of three cases that is ready now; nil if none is. Never suspends and is no cancellation checkpoint.
@inline(always)
public func trySelect<A: Selectable, B: Selectable, C: Selectable>(_ a: A, _ b: B, _ c: C) -> Selection3<A.Outcome, B.Outcome, C.Outcome>? {
  trySelect(.fair, a, b, c)
}

/// One of three cases that is ready now, in a given order; nil if none is.
@inline(always)
public func trySelect<A: Selectable, B: Selectable, C: Selectable>(
  _ order: SelectionOrder, _ a: A, _ b: B, _ c: C
) -> Selection3<A.Outcome, B.Outcome, C.Outcome>? {
  var ready: UInt32 = 0
  if a.isEnabled && a._mightHappen { ready |= 1 }
  if b.isEnabled && b._mightHappen { ready |= 2 }
  if c.isEnabled && c._mightHappen { ready |= 4 }
  while ready != 0 {
    let index = order.pick(from: ready)
    switch index {
    case 0: if let outcome = a._attempt() { return .first(outcome) }
    case 1: if let outcome = b._attempt() { return .second(outcome) }
    default: if let outcome = c._attempt() { return .third(outcome) }
    }
    ready &= ~(1 << UInt32(truncatingIfNeeded: index))
  }
  return nil
}

@inlinable @inline(never)
nonisolated(nonsending) func _wait<A: Selectable, B: Selectable, C: Selectable>(
  _ order: SelectionOrder, _ a: A, _ b: B, _ c: C, _ site: MartletSite, isolated: Bool
) async throws -> Selection3<A.Outcome, B.Outcome, C.Outcome> {
  let frame = SelectFrame(site)
  let aPosition = frame.add(a)
  let bPosition = frame.add(b)
  let cPosition = frame.add(c)
  let count = Int(frame.pointer.pointee.count)
  if count == 0 {
    frame.free()
    throw SelectError.noEnabledCase
  }
  var outcome: Selection3<A.Outcome, B.Outcome, C.Outcome>?
  let start = UInt32(truncatingIfNeeded: order.below(count))
  var winner = martlet_select_settle(frame.pointer, start, isolated)
  let complete = { (position: Int32) in
    if position == aPosition {
      outcome = .first(frame.complete(a, position))
    } else if position == bPosition {
      outcome = .second(frame.complete(b, position))
    } else if position == cPosition {
      outcome = .third(frame.complete(c, position))
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
  frame.leave(b, bPosition, winner: winner)
  frame.leave(c, cPosition, winner: winner)
  frame.free()
  guard let outcome else { throw CancellationError() }
  return outcome
}
