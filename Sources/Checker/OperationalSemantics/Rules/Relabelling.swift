import ProcessTerms

/// Operators that change what an event is called, and nothing else. None of them touches ✓.
///
/// > Source: TPC 7.3 (hiding, renaming); FDR manual, "Project".
extension FiringRules {
  /// `P \ A`: `P –a→ P′` ⊢ `P \ A –τ→ P′ \ A` for a in A.
  func fireHide(_ p: Process) {
    let set = EventSet(id: table.parameter(p))
    for k in steps(p, 0) {
      let step = store[k]
      if step.event == .tick {
        emit(.tick, table.omega)
      } else {
        emit(table.contains(set, step.event) ? .tau : step.event, table.replacing(p, 0, by: step.target))
      }
    }
  }

  /// `P |\ A`: `P –a→ P′` ⊢ `P |\ A –τ→ P′ |\ A` for a outside A.
  func fireProject(_ p: Process) {
    let set = EventSet(id: table.parameter(p))
    for k in steps(p, 0) {
      let step = store[k]
      if step.event == .tick {
        emit(.tick, table.omega)
      } else {
        emit(table.contains(set, step.event) ? step.event : .tau, table.replacing(p, 0, by: step.target))
      }
    }
  }

  /// `P[[R]]`: `P –a→ P′`, `a R b` ⊢ `P[[R]] –b→ P′[[R]]`; an event that R does not speak of keeps its name.
  func fireRename(_ p: Process) {
    let renaming = table.contents(Renaming(id: table.parameter(p)))
    for k in steps(p, 0) {
      let step = store[k]
      if step.event == .tick {
        emit(.tick, table.omega)
        continue
      }
      let target = table.replacing(p, 0, by: step.target)
      if step.event.isVisible, let images = renaming.images[step.event] {
        for image in images { emit(image, target) }
      } else {
        emit(step.event, target)
      }
    }
  }
}
