// Select of one case. Written by Scripts/generate-selects.
public import CSPScheduling
public import CScheduling

/// The result of a select of one case.
public enum Selection1<A> {
  case first(A)
}

extension Selection1: Equatable where A: Equatable {}
extension Selection1: Sendable where A: Sendable {}

/// Waits until one of one case happens, and says which, with its outcome.
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
public nonisolated(nonsending) func select<A: Selectable>(
  _ a: A, file: StaticString = #fileID, line: UInt = #line
) async throws -> Selection1<A.Outcome> {
  if martlet_is_cancelled() { throw CancellationError() }
  if let selection = _look(.fair, a) { return selection }
  let frame = _begin(.fair, a, MartletSite(file, line), _isIsolated(#isolation))
  if frame.parksDirectly { await _parkDirectly(frame.pointer, 0) }
  if frame.parksDirectly || frame.happens { return try _finish(frame, a) }
  return try await _waitOtherwise(.fair, frame, a)
}

/// Waits until one of one case happens, choosing among those that are ready in a given order.
///
/// As the form without an order, but for the choice: see ``SelectionOrder``. A select that has to wait takes what
/// happens first, whatever the order.
@inline(always)
public nonisolated(nonsending) func select<A: Selectable>(
  _ order: SelectionOrder, _ a: A, file: StaticString = #fileID, line: UInt = #line
) async throws -> Selection1<A.Outcome> {
  if martlet_is_cancelled() { throw CancellationError() }
  if let selection = _look(order, a) { return selection }
  let frame = _begin(order, a, MartletSite(file, line), _isIsolated(#isolation))
  if frame.parksDirectly { await _parkDirectly(frame.pointer, 0) }
  if frame.parksDirectly || frame.happens { return try _finish(frame, a) }
  return try await _waitOtherwise(order, frame, a)
}

/// One of one case that is ready now; nil if none is. Never suspends and is no cancellation checkpoint.
///
/// - Complexity: linear in the cases. Locks only channels that look ready, and allocates nothing.
@inline(always)
public func trySelect<A: Selectable>(_ a: A) -> Selection1<A.Outcome>? {
  trySelect(.fair, a)
}

/// One of one case that is ready now, in a given order; nil if none is. Never suspends and is no cancellation
/// checkpoint.
///
/// Nil means that there was an instant at which no case was ready.
@inline(always)
public func trySelect<A: Selectable>(
  _ order: SelectionOrder, _ a: A
) -> Selection1<A.Outcome>? {
  while true {
    var before: UInt64 = 0
    if a.isEnabled { before &+= a._versionBefore }
    if let selection = _look(order, a) { return selection }
    var after: UInt64 = 0
    if a.isEnabled { after &+= a._versionAfter }
    if before == after && before < _heldVersion { return nil }
  }
}

/// One of the cases that look ready one after the other; nil if none did when it was looked at.
@inlinable @inline(always)
func _look<A: Selectable>(
  _ order: SelectionOrder, _ a: A
) -> Selection1<A.Outcome>? {
  var ready: UInt32 = 0
  if a.isEnabled && a._mightHappen { ready |= 1 }
  while ready != 0 {
    let index = order.pick(from: ready, of: 1)
    switch index {
    default: if let outcome = a._attempt() { return .first(outcome) }
    }
    ready &= ~(1 << UInt32(truncatingIfNeeded: index))
  }
  return nil
}

@inlinable @inline(never)
func _begin<A: Selectable>(
  _ order: SelectionOrder, _ a: A, _ site: MartletSite, _ isolated: Bool
) -> SelectFrame {
  let frame = SelectFrame(site)
  frame.add(a, 0)
  frame.settle(order, isolated)
  return frame
}

@inlinable @inline(never)
func _finish<A: Selectable>(_ frame: SelectFrame, _ a: A) throws -> Selection1<A.Outcome> {
  let winner = frame.finish()
  let outcome = winner < 0 ? nil : _complete(frame, winner, a)
  _leave(frame, winner, a)
  guard let outcome else { throw CancellationError() }
  return outcome
}

@inlinable @inline(never)
nonisolated(nonsending) func _waitOtherwise<A: Selectable>(
  _ order: SelectionOrder, _ frame: SelectFrame, _ a: A
) async throws -> Selection1<A.Outcome> {
  var outcome: Selection1<A.Outcome>?
  let winner = try await frame.waitOtherwise(order) { outcome = _complete(frame, $0, a) }
  _leave(frame, winner, a)
  guard let outcome else { throw CancellationError() }
  return outcome
}

@inlinable
func _complete<A: Selectable>(_ frame: SelectFrame, _ winner: Int32, _ a: A) -> Selection1<A.Outcome> {
  switch frame.ordinal(winner) {
  default: return .first(frame.complete(a, winner))
  }
}

@inlinable
func _leave<A: Selectable>(_ frame: SelectFrame, _ winner: Int32, _ a: A) {
  frame.leave(a, 0, winner)
  frame.free()
}
