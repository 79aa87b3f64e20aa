import ProcessTerms

/// Operators by which one process takes over from another.
///
/// > Source: TPC 7.3 (`;`); UCS chapter 9 (`/\`, `[|A|>`); FDR manual, "Synchronising Interrupt".
extension FiringRules {
  /// `P ; Q`:
  /// - `P –✓→ Ω` ⊢ `P ; Q –τ→ Q`
  /// - `P –x→ P′` ⊢ `P ; Q –x→ P′ ; Q` for any other x
  func fireSequence(_ p: Process) throws {
    for k in steps(p, 0) {
      let step = store[k]
      if step.event == .tick {
        emit(.tau, try table.resolve(table.operand(p, 1)))
      } else {
        emit(step.event, table.replacing(p, 0, by: step.target))
      }
    }
  }

  /// `P /\ Q`:
  /// - `P –x→ P′` ⊢ `P /\ Q –x→ P′ /\ Q` for x in Σ or τ
  /// - `Q –τ→ Q′` ⊢ `P /\ Q –τ→ P /\ Q′`
  /// - `Q –a→ Q′` ⊢ `P /\ Q –a→ Q′`
  /// - ✓ of either ends the whole.
  func fireInterrupt(_ p: Process) {
    for k in steps(p, 0) {
      let step = store[k]
      emit(step.event, step.event == .tick ? table.omega : table.replacing(p, 0, by: step.target))
    }
    for k in steps(p, 1) {
      let step = store[k]
      emit(step.event, step.event == .tau ? table.replacing(p, 1, by: step.target) : resolved(step))
    }
  }

  /// `P [|A|> Q`:
  /// - `P –a→ P′` ⊢ `P [|A|> Q –a→ Q` for a in A
  /// - `P –x→ P′` ⊢ `P [|A|> Q –x→ P′ [|A|> Q` for other x, but
  /// - ✓ of P ends the whole.
  func fireException(_ p: Process) throws {
    let set = EventSet(id: table.parameter(p))
    for k in steps(p, 0) {
      let step = store[k]
      if step.event == .tick {
        emit(.tick, table.omega)
      } else if table.contains(set, step.event) {
        emit(step.event, try table.resolve(table.operand(p, 1)))
      } else {
        emit(step.event, table.replacing(p, 0, by: step.target))
      }
    }
  }

  /// `P /+A+\ Q`: as `/\`, but an event of A needs both and interrupts nothing:
  /// - `P –a→ P′`, `Q –a→ Q′` ⊢ `P /+A+\ Q –a→ P′ /+A+\ Q′` for a in A
  func fireSynchronisingInterrupt(_ p: Process) throws {
    let set = EventSet(id: table.parameter(p))
    for k in steps(p, 0) {
      let step = store[k]
      if step.event == .tick {
        emit(.tick, table.omega)
      } else if !table.contains(set, step.event) {
        emit(step.event, table.replacing(p, 0, by: step.target))
      }
    }
    for k in steps(p, 1) {
      let step = store[k]
      if step.event == .tau {
        emit(.tau, table.replacing(p, 1, by: step.target))
      } else if !table.contains(set, step.event) {
        emit(step.event, resolved(step))
      }
    }
    try emitSynchronised(p, count: 2, on: set)
  }
}
