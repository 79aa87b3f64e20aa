import ProcessTerms

/// `prioritise` and `prioritisepo`: `P –x→ P′`, and P offers nothing that beats x ⊢ `prioritise(P) –x→ prioritise(P′)`.
///
/// The rule has a negative premise, which is why priority respects fewer equivalences than the operators of CSP.
///
/// > Source: UCS chapter 20; FDR manual, "prioritise" and "prioritisepo".
extension FiringRules {
  func firePrioritise(_ p: Process) {
    let priority = table.contents(Priority(id: table.parameter(p)))
    let steps = steps(p, 0)
    let offered = steps.map { store[$0].event }
    for k in steps {
      let step = store[k]
      if priority.suppresses(step.event, among: offered) { continue }
      emit(step.event, step.event == .tick ? table.omega : table.replacing(p, 0, by: step.target))
    }
  }
}
