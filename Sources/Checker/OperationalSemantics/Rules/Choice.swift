import ProcessTerms

/// Choices that the environment resolves.
///
/// τ never resolves them; an event of Σ does, and so does ✓, which leaves Ω and not a choice around it.
///
/// > Source: TPC 7.3 (`[]`); UCS chapter 9 (`[]`, `[>`); FDR manual, "Synchronising External Choice".
extension FiringRules {
  /// `P [] Q`:
  /// - `P –τ→ P′` ⊢ `P [] Q –τ→ P′ [] Q`
  /// - `P –x→ P′` ⊢ `P [] Q –x→ P′` for x in Σ or ✓
  /// - and the same for Q.
  func fireExternalChoice(_ p: Process) {
    for i in 0..<table.operandCount(p) {
      for k in steps(p, i) {
        let step = store[k]
        emit(step.event, step.event == .tau ? table.replacing(p, i, by: step.target) : resolved(step))
      }
    }
  }

  /// `P [> Q`: as `[]` for P, and `P [> Q –τ→ Q` at any time.
  func fireSliding(_ p: Process) throws {
    emit(.tau, try table.resolve(table.operand(p, 1)))
    for k in steps(p, 0) {
      let step = store[k]
      emit(step.event, step.event == .tau ? table.replacing(p, 0, by: step.target) : resolved(step))
    }
  }

  /// `P [+A+] Q`: as `[]`, but an event of A needs all operands and resolves nothing:
  /// - `P –a→ P′`, `Q –a→ Q′` ⊢ `P [+A+] Q –a→ P′ [+A+] Q′` for a in A
  func fireSynchronisingChoice(_ p: Process) throws {
    let count = table.operandCount(p), set = EventSet(id: table.parameter(p))
    for i in 0..<count {
      for k in steps(p, i) {
        let step = store[k]
        if step.event == .tau {
          emit(.tau, table.replacing(p, i, by: step.target))
        } else if !table.contains(set, step.event) {
          emit(step.event, resolved(step))
        }
      }
    }
    try emitSynchronised(p, count: count, on: set)
  }

  /// What a choice becomes by `step` of an operand, which is not τ.
  func resolved(_ step: Transition) -> Process { step.event == .tick ? table.omega : step.target }
}
