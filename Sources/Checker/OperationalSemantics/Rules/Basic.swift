import ProcessTerms

/// Processes without on operands, but for `STOP`, `SKIP`, Ω and `DIV`, whose rules are one line each in `fire`.
///
/// > Source: TPC 7.3 (prefix, `SKIP`, Ω, internal choice); UCS chapter 9; for `CHAOS` and `RUN` the definitions in TPC
/// > 1.1, with τ as the internal choice.
extension FiringRules {
  /// `RUN(A) –a→ RUN(A)` for a in A.
  func fireRun(_ p: Process) {
    for event in table.contents(EventSet(id: table.parameter(p))).events { emit(event, p) }
  }

  /// `CHAOS(A) –τ→ STOP` and `CHAOS(A) –τ→ ?a:A → CHAOS(A)`: it may refuse anything, and offers any part of A.
  func fireChaos(_ p: Process) {
    let events = table.contents(EventSet(id: table.parameter(p))).events
    emit(.tau, table.stop)
    emit(.tau, table.prefix(events.lazy.map { ($0, p) }))
  }

  /// `(a → P) –a→ P`.
  func firePrefix(_ p: Process) throws {
    for i in stride(from: 0, to: table.operandCount(p), by: 2) {
      emit(Event(id: table.rawOperand(p, i)), try table.resolve(table.operand(p, i + 1)))
    }
  }

  /// `P |~| Q –τ→ P` and `P |~| Q –τ→ Q`.
  func fireInternalChoice(_ p: Process) throws {
    for i in 0..<table.operandCount(p) { emit(.tau, try table.resolve(table.operand(p, i))) }
  }
}
