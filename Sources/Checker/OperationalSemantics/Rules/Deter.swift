import ProcessTerms

/// `deter(P)`: one deterministic behaviour of P. Choices within P are resolved for good: of τ, and of several
/// transitions with one event, the one with the smallest target is followed.
///
/// Where P does not diverge, `deter(P)` is deterministic and refines P, so that P is deterministic exactly if it refines
/// `deter(P)`. A loop of followed τ is a divergence, and stays one.
///
/// > Source: Roscoe, UCS chapter 10 (determinism); FDR manual, "deter".
extension FiringRules {
  /// With P* as in `chase`: `P* –a→ P′`, P′ the smallest for a ⊢ `deter(P) –a→ deter(P′)`; `P* –✓→ Ω` ⊢
  /// `deter(P) –✓→ Ω` and nothing else, since what can do ✓ may refuse the rest; without a P*, `deter(P) –τ→ deter(P)`.
  func fireDeter(_ p: Process, end: Process?) {
    guard let end else {
      emit(.tau, p)
      return
    }
    var last: Event?
    for k in store.range(end) where store[k].event != last {
      let step = store[k]
      if step.event == .tick {
        // The smallest event of a stable process.
        emit(.tick, table.omega)
        return
      }
      emit(step.event, table.replacing(p, 0, by: step.target))
      last = step.event
    }
  }
}
