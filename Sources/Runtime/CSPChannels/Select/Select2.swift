// Select of two cases. Written by Scripts/generate-selects.
public import CSPScheduling
public import CScheduling

/// The result of a select of two cases.
public enum Selection2<A, B> {
  case first(A)
  case second(B)
}

extension Selection2: Equatable where A: Equatable, B: Equatable {}
extension Selection2: Sendable where A: Sendable, B: Sendable {}

/// Waits until one of two cases happens, and says which, with its outcome. See ``select(_:_:)``.
@inline(always)
public nonisolated(nonsending) func select<A: Selectable, B: Selectable>(
  _ a: A, _ b: B, file: StaticString = #fileID, line: UInt = #line
) async throws -> Selection2<A.Outcome, B.Outcome> {
  if martlet_is_cancelled() { throw CancellationError() }
  if let selection = trySelect(.fair, a, b) { return selection }
  return try await _wait(.fair, a, b, MartletSite(file, line), isolated: _isIsolated(#isolation))
}

/// Waits until one of two cases happens, choosing among those that are ready in a given order.
@inline(always)
public nonisolated(nonsending) func select<A: Selectable, B: Selectable>(
  _ order: SelectionOrder, _ a: A, _ b: B, file: StaticString = #fileID, line: UInt = #line
) async throws -> Selection2<A.Outcome, B.Outcome> {
  if martlet_is_cancelled() { throw CancellationError() }
  if let selection = trySelect(order, a, b) { return selection }
  return try await _wait(order, a, b, MartletSite(file, line), isolated: _isIsolated(#isolation))
}

/// One of two cases that is ready now; nil if none is. Never suspends and is no cancellation checkpoint.
@inline(always)
public func trySelect<A: Selectable, B: Selectable>(_ a: A, _ b: B) -> Selection2<A.Outcome, B.Outcome>? {
  trySelect(.fair, a, b)
}

/// One of two cases that is ready now, in a given order; nil if none is.
@inline(always)
public func trySelect<A: Selectable, B: Selectable>(
  _ order: SelectionOrder, _ a: A, _ b: B
) -> Selection2<A.Outcome, B.Outcome>? {
  var ready: UInt32 = 0
  if a.isEnabled && a._mightHappen { ready |= 1 }
  if b.isEnabled && b._mightHappen { ready |= 2 }
  while ready != 0 {
    let index = order.pick(from: ready)
    switch index {
    case 0: if let outcome = a._attempt() { return .first(outcome) }
    default: if let outcome = b._attempt() { return .second(outcome) }
    }
    ready &= ~(1 << UInt32(truncatingIfNeeded: index))
  }
  return nil
}

@inlinable @inline(never)
nonisolated(nonsending) func _wait<A: Selectable, B: Selectable>(
  _ order: SelectionOrder, _ a: A, _ b: B, _ site: MartletSite, isolated: Bool
) async throws -> Selection2<A.Outcome, B.Outcome> {
  let frame = SelectFrame(site)
  let aPosition = frame.add(a)
  let bPosition = frame.add(b)
  let count = Int(frame.pointer.pointee.count)
  if count == 0 {
    frame.free()
    throw SelectError.noEnabledCase
  }
  var outcome: Selection2<A.Outcome, B.Outcome>?
  let start = UInt32(truncatingIfNeeded: order.below(count))
  var winner = martlet_select_settle(frame.pointer, start, isolated)
  let complete = { (position: Int32) in
    if position == aPosition {
      outcome = .first(frame.complete(a, position))
    } else if position == bPosition {
      outcome = .second(frame.complete(b, position))
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
  frame.free()
  guard let outcome else { throw CancellationError() }
  return outcome
}
