// Select of seven cases. Written by Scripts/generate-selects.
public import CSPScheduling
public import CScheduling

/// The result of a select of seven cases.
public enum Selection7<A, B, C, D, E, F, G> {
  case first(A)
  case second(B)
  case third(C)
  case fourth(D)
  case fifth(E)
  case sixth(F)
  case seventh(G)
}

extension Selection7: Equatable where A: Equatable, B: Equatable, C: Equatable, D: Equatable, E: Equatable, F: Equatable, G: Equatable {}
extension Selection7: Sendable where A: Sendable, B: Sendable, C: Sendable, D: Sendable, E: Sendable, F: Sendable, G: Sendable {}

/// Waits until one of seven cases happens, and says which, with its outcome. See ``select(_:_:)``.
@inline(always)
public nonisolated(nonsending) func select<A: Selectable, B: Selectable, C: Selectable, D: Selectable, E: Selectable, F: Selectable, G: Selectable>(
  _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, file: StaticString = #fileID, line: UInt = #line
) async throws -> Selection7<A.Outcome, B.Outcome, C.Outcome, D.Outcome, E.Outcome, F.Outcome, G.Outcome> {
  if martlet_is_cancelled() { throw CancellationError() }
  if let selection = trySelect(.fair, a, b, c, d, e, f, g) { return selection }
  return try await _wait(.fair, a, b, c, d, e, f, g, MartletSite(file, line), isolated: _isIsolated(#isolation))
}

/// Waits until one of seven cases happens, choosing among those that are ready in a given order.
@inline(always)
public nonisolated(nonsending) func select<A: Selectable, B: Selectable, C: Selectable, D: Selectable, E: Selectable, F: Selectable, G: Selectable>(
  _ order: SelectionOrder, _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, file: StaticString = #fileID, line: UInt = #line
) async throws -> Selection7<A.Outcome, B.Outcome, C.Outcome, D.Outcome, E.Outcome, F.Outcome, G.Outcome> {
  if martlet_is_cancelled() { throw CancellationError() }
  if let selection = trySelect(order, a, b, c, d, e, f, g) { return selection }
  return try await _wait(order, a, b, c, d, e, f, g, MartletSite(file, line), isolated: _isIsolated(#isolation))
}

/// One of seven cases that is ready now; nil if none is. Never suspends and is no cancellation checkpoint.
@inline(always)
public func trySelect<A: Selectable, B: Selectable, C: Selectable, D: Selectable, E: Selectable, F: Selectable, G: Selectable>(_ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G) -> Selection7<A.Outcome, B.Outcome, C.Outcome, D.Outcome, E.Outcome, F.Outcome, G.Outcome>? {
  trySelect(.fair, a, b, c, d, e, f, g)
}

/// One of seven cases that is ready now, in a given order; nil if none is.
@inline(always)
public func trySelect<A: Selectable, B: Selectable, C: Selectable, D: Selectable, E: Selectable, F: Selectable, G: Selectable>(
  _ order: SelectionOrder, _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G
) -> Selection7<A.Outcome, B.Outcome, C.Outcome, D.Outcome, E.Outcome, F.Outcome, G.Outcome>? {
  var ready: UInt32 = 0
  if a.isEnabled && a._mightHappen { ready |= 1 }
  if b.isEnabled && b._mightHappen { ready |= 2 }
  if c.isEnabled && c._mightHappen { ready |= 4 }
  if d.isEnabled && d._mightHappen { ready |= 8 }
  if e.isEnabled && e._mightHappen { ready |= 16 }
  if f.isEnabled && f._mightHappen { ready |= 32 }
  if g.isEnabled && g._mightHappen { ready |= 64 }
  while ready != 0 {
    let index = order.pick(from: ready)
    switch index {
    case 0: if let outcome = a._attempt() { return .first(outcome) }
    case 1: if let outcome = b._attempt() { return .second(outcome) }
    case 2: if let outcome = c._attempt() { return .third(outcome) }
    case 3: if let outcome = d._attempt() { return .fourth(outcome) }
    case 4: if let outcome = e._attempt() { return .fifth(outcome) }
    case 5: if let outcome = f._attempt() { return .sixth(outcome) }
    default: if let outcome = g._attempt() { return .seventh(outcome) }
    }
    ready &= ~(1 << UInt32(truncatingIfNeeded: index))
  }
  return nil
}

@inlinable @inline(never)
nonisolated(nonsending) func _wait<A: Selectable, B: Selectable, C: Selectable, D: Selectable, E: Selectable, F: Selectable, G: Selectable>(
  _ order: SelectionOrder, _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, _ site: MartletSite, isolated: Bool
) async throws -> Selection7<A.Outcome, B.Outcome, C.Outcome, D.Outcome, E.Outcome, F.Outcome, G.Outcome> {
  let frame = SelectFrame(site)
  let aPosition = frame.add(a)
  let bPosition = frame.add(b)
  let cPosition = frame.add(c)
  let dPosition = frame.add(d)
  let ePosition = frame.add(e)
  let fPosition = frame.add(f)
  let gPosition = frame.add(g)
  let count = Int(frame.pointer.pointee.count)
  if count == 0 {
    frame.free()
    throw SelectError.noEnabledCase
  }
  var outcome: Selection7<A.Outcome, B.Outcome, C.Outcome, D.Outcome, E.Outcome, F.Outcome, G.Outcome>?
  let start = UInt32(truncatingIfNeeded: order.below(count))
  var winner = martlet_select_settle(frame.pointer, start, isolated)
  let complete = { (position: Int32) in
    if position == aPosition {
      outcome = .first(frame.complete(a, position))
    } else if position == bPosition {
      outcome = .second(frame.complete(b, position))
    } else if position == cPosition {
      outcome = .third(frame.complete(c, position))
    } else if position == dPosition {
      outcome = .fourth(frame.complete(d, position))
    } else if position == ePosition {
      outcome = .fifth(frame.complete(e, position))
    } else if position == fPosition {
      outcome = .sixth(frame.complete(f, position))
    } else if position == gPosition {
      outcome = .seventh(frame.complete(g, position))
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
  frame.leave(d, dPosition, winner: winner)
  frame.leave(e, ePosition, winner: winner)
  frame.leave(f, fPosition, winner: winner)
  frame.leave(g, gPosition, winner: winner)
  frame.free()
  guard let outcome else { throw CancellationError() }
  return outcome
}
