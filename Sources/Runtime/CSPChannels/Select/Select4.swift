// Select of four cases. Written by Scripts/generate-selects.
public import CSPScheduling
public import CScheduling

/// The result of a select of four cases.
public enum Selection4<A, B, C, D> {
  case first(A)
  case second(B)
  case third(C)
  case fourth(D)
}

extension Selection4: Equatable where A: Equatable, B: Equatable, C: Equatable, D: Equatable {}
extension Selection4: Sendable where A: Sendable, B: Sendable, C: Sendable, D: Sendable {}

/// Waits until one of four cases happens, and says which, with its outcome.
///
/// Of several that are ready, each is taken with the same probability. The cases have been evaluated, in the order in
/// which they are written, before any is looked at; one that is not enabled never happens. A case does not keep its
/// channel alive: one whose channel is gone is as good as closed.
///
/// Throws `CancellationError` if the task is cancelled, and ``SelectError/noEnabledCase`` if nothing is ready and no
/// case is enabled.
///
/// - Complexity: linear in the cases. Allocates nothing where a case is ready.
///
/// > Cancellation: A checkpoint, also when a case is ready. If it throws, no case happened: values in slots are there
/// > again.
///
/// > Source: Hoare's external choice; the Go specification, "Select statements".
@inline(always)
public nonisolated(nonsending) func select<A: Selectable, B: Selectable, C: Selectable, D: Selectable>(
  _ a: A, _ b: B, _ c: C, _ d: D, file: StaticString = #fileID, line: UInt = #line
) async throws -> Selection4<A.Outcome, B.Outcome, C.Outcome, D.Outcome> {
  if martlet_is_cancelled() { throw CancellationError() }
  if let selection = _look(.fair, a, b, c, d) { return selection }
  let frame = _begin(.fair, a, b, c, d, MartletSite(file, line), _isIsolated(#isolation))
  if frame.parksDirectly { await _parkDirectly(frame.pointer, 0) }
  if frame.parksDirectly || frame.happens { return try _finish(frame, a, b, c, d) }
  return try await _waitOtherwise(.fair, frame, a, b, c, d)
}

/// Waits until one of four cases happens, choosing among those that are ready in a given order.
///
/// As the form without an order, but for the choice: see ``SelectionOrder``. A select that has to wait takes what
/// happens first, whatever the order.
@inline(always)
public nonisolated(nonsending) func select<A: Selectable, B: Selectable, C: Selectable, D: Selectable>(
  _ order: SelectionOrder, _ a: A, _ b: B, _ c: C, _ d: D, file: StaticString = #fileID, line: UInt = #line
) async throws -> Selection4<A.Outcome, B.Outcome, C.Outcome, D.Outcome> {
  if martlet_is_cancelled() { throw CancellationError() }
  if let selection = _look(order, a, b, c, d) { return selection }
  let frame = _begin(order, a, b, c, d, MartletSite(file, line), _isIsolated(#isolation))
  if frame.parksDirectly { await _parkDirectly(frame.pointer, 0) }
  if frame.parksDirectly || frame.happens { return try _finish(frame, a, b, c, d) }
  return try await _waitOtherwise(order, frame, a, b, c, d)
}

/// One of four cases that is ready now; nil if none is. Never suspends and is no cancellation checkpoint.
///
/// - Complexity: linear in the cases. Locks only channels that look ready, and allocates nothing.
@inline(always)
public func trySelect<A: Selectable, B: Selectable, C: Selectable, D: Selectable>(_ a: A, _ b: B, _ c: C,
  _ d: D) -> Selection4<A.Outcome, B.Outcome, C.Outcome, D.Outcome>? {
  trySelect(.fair, a, b, c, d)
}

/// One of four cases that is ready now, in a given order; nil if none is. Never suspends and is no cancellation
/// checkpoint.
///
/// Nil means that there was an instant at which no case was ready.
@inline(always)
public func trySelect<A: Selectable, B: Selectable, C: Selectable, D: Selectable>(
  _ order: SelectionOrder, _ a: A, _ b: B, _ c: C, _ d: D
) -> Selection4<A.Outcome, B.Outcome, C.Outcome, D.Outcome>? {
  while true {
    var before: UInt64 = 0
    if a.isEnabled { before &+= a._versionBefore }
    if b.isEnabled { before &+= b._versionBefore }
    if c.isEnabled { before &+= c._versionBefore }
    if d.isEnabled { before &+= d._versionBefore }
    if let selection = _look(order, a, b, c, d) { return selection }
    var after: UInt64 = 0
    if a.isEnabled { after &+= a._versionAfter }
    if b.isEnabled { after &+= b._versionAfter }
    if c.isEnabled { after &+= c._versionAfter }
    if d.isEnabled { after &+= d._versionAfter }
    if before == after && before < _heldVersion { return nil }
  }
}

/// One of the cases that look ready one after the other; nil if none did when it was looked at.
@inlinable @inline(always)
func _look<A: Selectable, B: Selectable, C: Selectable, D: Selectable>(
  _ order: SelectionOrder, _ a: A, _ b: B, _ c: C, _ d: D
) -> Selection4<A.Outcome, B.Outcome, C.Outcome, D.Outcome>? {
  var ready: UInt32 = 0
  if a.isEnabled && a._mightHappen { ready |= 1 }
  if b.isEnabled && b._mightHappen { ready |= 2 }
  if c.isEnabled && c._mightHappen { ready |= 4 }
  if d.isEnabled && d._mightHappen { ready |= 8 }
  while ready != 0 {
    let index = order.pick(from: ready, of: 4)
    switch index {
    case 0: if let outcome = a._attempt() { return .first(outcome) }
    case 1: if let outcome = b._attempt() { return .second(outcome) }
    case 2: if let outcome = c._attempt() { return .third(outcome) }
    default: if let outcome = d._attempt() { return .fourth(outcome) }
    }
    ready &= ~(1 << UInt32(truncatingIfNeeded: index))
  }
  return nil
}

@inlinable @inline(never)
func _begin<A: Selectable, B: Selectable, C: Selectable, D: Selectable>(
  _ order: SelectionOrder, _ a: A, _ b: B, _ c: C, _ d: D, _ site: MartletSite, _ isolated: Bool
) -> SelectFrame {
  let frame = SelectFrame(site)
  frame.add(a, 0)
  frame.add(b, 1)
  frame.add(c, 2)
  frame.add(d, 3)
  frame.settle(order, isolated)
  return frame
}

@inlinable @inline(never)
func _finish<A: Selectable, B: Selectable, C: Selectable, D: Selectable>(_ frame: SelectFrame, _ a: A, _ b: B, _ c: C,
  _ d: D) throws -> Selection4<A.Outcome, B.Outcome, C.Outcome, D.Outcome> {
  let winner = frame.finish()
  let outcome = winner < 0 ? nil : _complete(frame, winner, a, b, c, d)
  _leave(frame, winner, a, b, c, d)
  guard let outcome else { throw CancellationError() }
  return outcome
}

@inlinable @inline(never)
nonisolated(nonsending) func _waitOtherwise<A: Selectable, B: Selectable, C: Selectable, D: Selectable>(
  _ order: SelectionOrder, _ frame: SelectFrame, _ a: A, _ b: B, _ c: C, _ d: D
) async throws -> Selection4<A.Outcome, B.Outcome, C.Outcome, D.Outcome> {
  var outcome: Selection4<A.Outcome, B.Outcome, C.Outcome, D.Outcome>?
  let winner = try await frame.waitOtherwise(order) { outcome = _complete(frame, $0, a, b, c, d) }
  _leave(frame, winner, a, b, c, d)
  guard let outcome else { throw CancellationError() }
  return outcome
}

@inlinable
func _complete<A: Selectable, B: Selectable, C: Selectable, D: Selectable>(_ frame: SelectFrame, _ winner: Int32,
  _ a: A, _ b: B, _ c: C, _ d: D) -> Selection4<A.Outcome, B.Outcome, C.Outcome, D.Outcome> {
  switch frame.ordinal(winner) {
  case 0: return .first(frame.complete(a, winner))
  case 1: return .second(frame.complete(b, winner))
  case 2: return .third(frame.complete(c, winner))
  default: return .fourth(frame.complete(d, winner))
  }
}

@inlinable
func _leave<A: Selectable, B: Selectable, C: Selectable, D: Selectable>(_ frame: SelectFrame, _ winner: Int32, _ a: A,
  _ b: B, _ c: C, _ d: D) {
  frame.leave(a, 0, winner)
  frame.leave(b, 1, winner)
  frame.leave(c, 2, winner)
  frame.leave(d, 3, winner)
  frame.free()
}
