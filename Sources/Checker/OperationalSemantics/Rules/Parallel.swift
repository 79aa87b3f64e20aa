import ProcessTerms

/// The parallel forms, which differ only in who must agree to an event.
///
/// Termination is distributed: each operand ends by itself, which nobody sees, and the whole ends when all have.
/// - `P –✓→ Ω` ⊢ `P || Q –τ→ Ω || Q`, and the same for Q
/// - `Ω || Ω –✓→ Ω`
///
/// > Source: TPC 7.3 (all but linked parallel), and chapter 6 for ✓; UCS chapter 9; for linked parallel UCS chapter 5
/// > and the FDR manual, "Linked Parallel".
extension FiringRules {
  /// `P [|A|] Q`, and `|||` with the empty A:
  /// - `P –x→ P′` ⊢ `P [|A|] Q –x→ P′ [|A|] Q` for x outside A or τ
  /// - `P –a→ P′`, `Q –a→ Q′` ⊢ `P [|A|] Q –a→ P′ [|A|] Q′` for a in A
  func fireParallel(_ p: Process) throws {
    let mark = store.count
    let count = table.operandCount(p), set = EventSet(id: table.parameter(p))
    for i in 0..<count {
      for k in steps(p, i) {
        let step = store[k]
        if !emitAlone(p, i, step), !table.contains(set, step.event) {
          emit(step.event, table.replacing(p, i, by: step.target))
        }
      }
    }
    try emitSynchronised(p, count: count, on: set)
    if store.count == mark { emitTermination(p, count: count) }
  }

  /// `P [A||B] Q`: a in A and B needs both, a in A alone needs P alone, and P can do nothing else.
  func fireAlphabetised(_ p: Process) throws {
    let mark = store.count
    let count = table.onOperandCount(p)
    alphabets.update(table, p)
    for i in 0..<count {
      let steps = steps(p, i)
      var k = steps.lowerBound
      events: while k < steps.upperBound {
        let step = store[k]
        if emitAlone(p, i, step) {
          k += 1
          continue
        }
        let run = store.run(of: step.event, in: k..<steps.upperBound)
        k = run.upperBound
        let places = alphabets.places(of: step.event)
        // The first participant finds the combinations for all; one outside its alphabet finds none.
        guard !places.isEmpty, alphabets.place(places.lowerBound) == i else { continue }
        participants.removeAll(keepingCapacity: true)
        participants.append(Participant(place: i, steps: run))
        for place in places.dropFirst() {
          let j = alphabets.place(place), run = store.run(of: step.event, in: self.steps(p, j))
          if run.isEmpty { continue events }
          participants.append(Participant(place: j, steps: run))
        }
        try emitCombinations(in: p, as: step.event)
      }
    }
    if store.count == mark { emitTermination(p, count: count) }
  }

  /// `P [a <-> b, …] Q`: for tied a and b
  /// - `P –a→ P′`, `Q –b→ Q′` ⊢ `P [a <-> b] Q –τ→ P′ [a <-> b] Q′`, the only way to a of P or b of Q;
  /// - all other events happen alone, under their own names.
  func fireLinked(_ p: Process) throws {
    let mark = store.count
    let linkage = table.contents(Linkage(id: table.parameter(p)))
    let left = steps(p, 0), right = steps(p, 1)
    for k in left {
      let step = store[k]
      if !emitAlone(p, 0, step), !linkage.isTiedOnLeft(step.event) {
        emit(step.event, table.replacing(p, 0, by: step.target))
      }
    }
    for k in right {
      let step = store[k]
      if !emitAlone(p, 1, step), !linkage.isTiedOnRight(step.event) {
        emit(step.event, table.replacing(p, 1, by: step.target))
      }
    }
    for link in linkage.pairs {
      let mine = store.run(of: link.left, in: left), yours = store.run(of: link.right, in: right)
      if mine.isEmpty || yours.isEmpty { continue }
      participants.removeAll(keepingCapacity: true)
      participants.append(Participant(place: 0, steps: mine))
      participants.append(Participant(place: 1, steps: yours))
      try emitCombinations(in: p, as: .tau)
    }
    if store.count == mark { emitTermination(p, count: 2) }
  }

  /// τ and ✓ of operand `i`, in which no other takes part. Whether `step` was one of them.
  private func emitAlone(_ p: Process, _ i: Int, _ step: Transition) -> Bool {
    if step.event.isVisible { return false }
    emit(.tau, table.replacing(p, i, by: step.event == .tick ? table.omega : step.target))
    return true
  }

  /// The ✓ of the whole. Ω has no steps, so only a row without any asks.
  private func emitTermination(_ p: Process, count: Int) {
    for i in 0..<count where table.operand(p, i) != table.omega { return }
    emit(.tick, table.omega)
  }
}
