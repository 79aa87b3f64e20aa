/// The operators of process terms, the untimed ones of CSPm (FDR manual, section "CSPM, processes").
///
/// An operand is **on** when its steps are steps of the whole, so that it must be known to find them, and **off** when
/// it only starts later (Roscoe, *Understanding Concurrent Systems*, section 9.4). Off operands stay deferred.
public enum Operator: UInt8, Sendable {
  /// No step at all.
  case stop
  /// ✓ to Ω.
  case skip
  /// Ω: terminated, no step at all; not a deadlock.
  case omega
  /// τ to itself, for ever.
  case div
  /// `CHAOS(A)`, parameter an `EventSet`: τ to `STOP` and τ to the menu `a → CHAOS(A)`, a of A.
  case chaos
  /// `RUN(A)`, parameter an `EventSet`: every a of A to itself.
  case run
  /// A menu `a1 → P1 [] a2 → P2 …`. Operands: e1, P1 (off), e2, P2 (off) …, e being an event id; pairs ascending,
  /// without duplicates. A single prefix is a menu of one.
  case prefix
  /// `P [] Q …`, all on.
  case externalChoice
  /// `P |~| Q …`, all off; at least one.
  case internalChoice
  /// `P [> Q`: P on, Q off.
  case sliding
  /// `P /\ Q`: both on.
  case interrupt
  /// `P ; Q`: P on, Q off.
  case sequence
  /// `P \ A`, parameter an `EventSet`.
  case hide
  /// `P |\ A`: everything outside A hidden; parameter an `EventSet`.
  case project
  /// `P[[R]]`, parameter a `Renaming`.
  case rename
  /// `P [|A|> Q`: P on, Q off; parameter an `EventSet`.
  case exception
  /// `P [|A|] Q …`, parameter an `EventSet`, all on. An event of A needs all; with the empty set it is `|||`.
  case parallel
  /// `P [A||B] Q …`: operands P1 … Pn (on), then the `EventSet` ids A1 … An. An event needs each Pi with the event
  /// in Ai, and Pi can do nothing outside Ai.
  case alphabetised
  /// `P [a <-> b, …] Q`, parameter a `Linkage`: tied events happen together and become τ. Both on.
  case linked
  /// `P [+A+] Q …`, parameter an `EventSet`, all on: events of A need all and resolve nothing.
  case synchronisingChoice
  /// `P /+A+\ Q`, parameter an `EventSet`, both on.
  case synchronisingInterrupt
  /// `prioritise(P, …)` and `prioritisepo(P, …)`, parameter a `Priority`.
  case prioritise
  /// `chase(P)`: where P has a τ, follow one until there is none.
  case chase
  /// `deter(P)`: P with its choices resolved, one τ and one transition an event followed.
  case deter
  /// `trace_watchdog(P, A, bark)`, parameter the `EventSet` A. Operands: where P may be, ascending (on), then the id of
  /// bark. What P allows leads on; an event of A that it does not allow leads to `bark → STOP`.
  case traceWatchdog
  /// `failure_watchdog(P, A, bark)`: as `traceWatchdog`, and τ to menus that a process like P cannot refuse.
  case failureWatchdog
  /// `sbisim(P)`, `normal(P)` and their like, parameter a `CompressionList`: P, to be explored as one machine and made
  /// smaller. The operand of a canonical row is none itself: see `ProcessTable.compress`.
  case compress
  /// Not evaluated yet; `ProcessTable.resolve` turns it into another.
  case deferred

  /// Which of `operandCount` raw operands are on processes, as a half-open range.
  func onOperands(count operandCount: Int) -> Range<Int> {
    switch self {
    case .stop, .skip, .omega, .div, .chaos, .run, .prefix, .internalChoice, .deferred: 0..<0
    case .sliding, .sequence, .exception: 0..<1
    case .hide, .project, .rename, .prioritise, .chase, .deter, .compress: 0..<1
    case .interrupt, .linked, .synchronisingInterrupt: 0..<2
    case .externalChoice, .parallel, .synchronisingChoice: 0..<operandCount
    case .alphabetised: 0..<(operandCount / 2)
    case .traceWatchdog, .failureWatchdog: 0..<(operandCount - 1)
    }
  }
}
