/// The firing rules, one function an operator, each with its source.
///
/// Sources: TPC 7.3 and UCS 9.2 for the operators of CSP, UCS 20.1 for priority, the FDR manual for what CSPm adds.
/// Written P –e→ P′: P takes the step e and is then P′; a is an event of Σ, that is neither τ nor ✓.
///
/// Invariants:
/// - R1: the target of ✓ is Ω itself, never a row around it.
/// - R2: an operand that is not *on* (`Operator.onOperands`) is not evaluated before it starts.
import ProcessTerms

extension ReferenceInterpreter {
  /// Every instance of the rules of `p`'s operator; the steps of the on operands are derived already.
  func applyRules(to p: Process) throws -> [Inference] {
    switch table.op(p) {
    case .stop, .omega: []
    case .skip: [axiom(.tick, table.omega)]
    case .div: [axiom(.tau, p)]
    case .run: table.contents(EventSet(id: table.parameter(p))).events.map { axiom($0, p) }
    case .chaos: chaos(p)
    case .prefix: try prefix(p)
    case .externalChoice: externalChoice(p)
    case .internalChoice: try internalChoice(p)
    case .sliding: try sliding(p)
    case .interrupt: interrupt(p)
    case .sequence: try sequence(p)
    case .hide: relabelled(p) { set(p).contains($0) ? [.tau] : [$0] }
    case .project: relabelled(p) { $0.isVisible && !set(p).contains($0) ? [.tau] : [$0] }
    case .rename: relabelled(p) { $0.isVisible ? renaming(p).images(of: $0) : [$0] }
    case .exception: try exception(p)
    case .parallel: parallel(p)
    case .alphabetised: alphabetised(p)
    case .linked: linked(p)
    case .synchronisingChoice: synchronisingChoice(p)
    case .synchronisingInterrupt: synchronisingInterrupt(p)
    case .prioritise: prioritise(p)
    case .chase: try chase(p)
    case .deter: try deter(p)
    case .traceWatchdog, .failureWatchdog: try watchdog(p)
    case .compress: compress(p)
    case .deferred: preconditionFailure("a canonical process is not deferred")
    }
  }

  // MARK: Processes that stand alone

  /// CHAOS(A) = STOP |~| (?a:A → CHAOS(A)) (UCS 1.3). The menu over no event is STOP.
  private func chaos(_ p: Process) -> [Inference] {
    let menu = table.prefix(set(p).events.map { ($0, p) })
    return [axiom(.tau, table.stop), axiom(.tau, menu)]
  }

  /// (a → P) –a→ P (TPC 7.3).
  private func prefix(_ p: Process) throws -> [Inference] {
    try table.branches(p).map { axiom($0.event, try table.resolve($0.after)) }
  }

  // MARK: Choice

  /// P –τ→ P′ ⟹ P □ Q –τ→ P′ □ Q;  P –a→ P′ ⟹ P □ Q –a→ P′, and ✓ likewise (TPC 7.3).
  private func externalChoice(_ p: Process) -> [Inference] {
    operandSteps(p).map { i, step in
      step.event == .tau ? alone(p, i, step) : resolved(p, i, step)
    }
  }

  /// P ⊓ Q –τ→ P;  P ⊓ Q –τ→ Q (TPC 7.3).
  private func internalChoice(_ p: Process) throws -> [Inference] {
    try (0..<table.operandCount(p)).map { axiom(.tau, try table.resolve(table.operand(p, $0))) }
  }

  /// P –τ→ P′ ⟹ P ▷ Q –τ→ P′ ▷ Q;  P –a→ P′ ⟹ P ▷ Q –a→ P′, and ✓ likewise;  P ▷ Q –τ→ Q (UCS 9.2).
  private func sliding(_ p: Process) throws -> [Inference] {
    operandSteps(p).map { i, step in
      step.event == .tau ? alone(p, i, step) : resolved(p, i, step)
    } + [axiom(.tau, try table.resolve(table.operand(p, 1)))]
  }

  /// `P [+A+] Q` (FDR manual): events of A need every operand and resolve nothing; everything else is as in □.
  private func synchronisingChoice(_ p: Process) -> [Inference] {
    let shared = set(p)
    let single = operandSteps(p).filter { !shared.contains($0.step.event) }.map { i, step in
      step.event == .tau ? alone(p, i, step) : resolved(p, i, step)
    }
    return single + shared.events.flatMap { allTogether(p, $0) }
  }

  // MARK: What follows what

  /// P –e→ P′, e ≠ ✓ ⟹ P;Q –e→ P′;Q.  P –✓→ Ω ⟹ P;Q –τ→ Q (TPC 7.3).
  private func sequence(_ p: Process) throws -> [Inference] {
    try operandSteps(p).map { i, step in
      step.event == .tick ? try startsAnew(p, i, step, as: .tau, table.operand(p, 1)) : alone(p, i, step)
    }
  }

  /// P –e→ P′, e ≠ ✓ ⟹ P △ Q –e→ P′ △ Q.  Q –τ→ Q′ ⟹ P △ Q –τ→ P △ Q′.  Q –a→ Q′ ⟹ P △ Q –a→ Q′.  ✓ of
  /// either ends the whole (UCS 9.2).
  private func interrupt(_ p: Process) -> [Inference] {
    operandSteps(p).map { i, step in
      let takesOver = i == 1 && step.event != .tau
      return takesOver || step.event == .tick ? resolved(p, i, step) : alone(p, i, step)
    }
  }

  /// `P /+A+\ Q` (FDR manual): events of A need both and interrupt nothing; everything else is as in △.
  private func synchronisingInterrupt(_ p: Process) -> [Inference] {
    let shared = set(p)
    let single = operandSteps(p).filter { !shared.contains($0.step.event) }.map { i, step in
      let takesOver = i == 1 && step.event != .tau
      return takesOver || step.event == .tick ? resolved(p, i, step) : alone(p, i, step)
    }
    return single + shared.events.flatMap { allTogether(p, $0) }
  }

  /// P –a→ P′, a ∈ A ⟹ P Θ_A Q –a→ Q.  P –e→ P′, e ∉ A ⟹ P Θ_A Q –e→ P′ Θ_A Q.  ✓ ends the whole (UCS 9.2).
  private func exception(_ p: Process) throws -> [Inference] {
    try operandSteps(p).map { i, step in
      if set(p).contains(step.event) { return try startsAnew(p, i, step, as: step.event, table.operand(p, 1)) }
      return step.event == .tick ? resolved(p, i, step) : alone(p, i, step)
    }
  }

  // MARK: Relabelling

  /// P –e→ P′ ⟹ f(P) –e′→ f(P′) for each e′ that f makes of e; ✓ stays and ends the whole (TPC 7.3: hiding makes τ of
  /// a ∈ A, renaming makes each b with a R b of a).
  private func relabelled(_ p: Process, _ images: (Event) -> [Event]) -> [Inference] {
    operandSteps(p).flatMap { i, step in
      step.event == .tick
        ? [resolved(p, i, step)] : images(step.event).map { inPlace(p, $0, [premise(p, i, step)]) }
    }
  }

  // MARK: Parallel composition

  /// P –e→ P′, e ∉ A ⟹ P ∥_A Q –e→ P′ ∥_A Q, and the same for Q.  P –a→ P′ and Q –a→ Q′, a ∈ A ⟹ both together
  /// (TPC 7.3; interleaving is A = ∅).
  private func parallel(_ p: Process) -> [Inference] {
    let shared = set(p)
    let events = Set(derivedSteps(table.operand(p, 0)).map(\.event)).filter(shared.contains)
    return steps(of: p, byOneOperandWhere: { _, event in !shared.contains(event) })
      + events.sorted().flatMap { allTogether(p, $0) } + distributedTermination(p)
  }

  /// P1 A1∥A2 P2 (TPC 7.3): Pi does nothing visible outside Ai, and an event needs each Pi with the event in Ai.
  private func alphabetised(_ p: Process) -> [Inference] {
    let alphabets = table.alphabets(p).map { table.contents($0) }
    let events = Set(operandSteps(p).map(\.step.event)).sorted()
    let visible = events.flatMap { event in
      let places = alphabets.indices.filter { alphabets[$0].contains(event) }
      return places.isEmpty ? [] : together(p, event, places)
    }
    return steps(of: p, byOneOperandWhere: { _, _ in false }) + visible + distributedTermination(p)
  }

  /// `P [a <-> b, …] Q` (UCS 5.4, FDR manual): a tied pair happens together and is silent; a tied event does nothing
  /// else; everything else happens alone.
  private func linked(_ p: Process) -> [Inference] {
    let links = table.contents(Linkage(id: table.parameter(p)))
    let single = steps(of: p, byOneOperandWhere: { i, event in
      !(i == 0 ? links.isTiedOnLeft(event) : links.isTiedOnRight(event))
    })
    let tied = links.pairs.flatMap { pair in
      combinations([premises(p, 0, pair.left), premises(p, 1, pair.right)]).map { inPlace(p, .tau, $0) }
    }
    return single + tied + distributedTermination(p)
  }

  /// The steps that one operand takes alone: τ; ✓, which is silent in a composition (TPC 7.3: P –✓→ P′ ⟹
  /// P ∥ Q –τ→ Ω ∥ Q); and the events of Σ that `mayAlone` allows.
  private func steps(of p: Process, byOneOperandWhere mayAlone: (Int, Event) -> Bool) -> [Inference] {
    operandSteps(p).compactMap { i, step in
      if step.event == .tick { return inPlace(p, .tau, [premise(p, i, step)]) }
      return step.event == .tau || mayAlone(i, step.event) ? alone(p, i, step) : nil
    }
  }

  /// Ω ∥ Ω –✓→ Ω (TPC 7.3): the whole terminates when all of it has.
  private func distributedTermination(_ p: Process) -> [Inference] {
    table.onOperands(p).allSatisfy { $0 == table.omega } ? [axiom(.tick, table.omega)] : []
  }

  // MARK: Priority and chase

  /// P –e→ P′, and nothing that P offers beats e ⟹ pri(P) –e→ pri(P′) (UCS 20.1).
  private func prioritise(_ p: Process) -> [Inference] {
    let order = table.contents(Priority(id: table.parameter(p)))
    let offered = Set(operandSteps(p).map(\.step.event)).sorted()
    return operandSteps(p).filter { !order.suppresses($0.step.event, among: offered) }.map { i, step in
      step.event == .tick ? resolved(p, i, step) : alone(p, i, step)
    }
  }

  /// `chase(P)` (FDR manual): the steps of what P becomes by following silent steps, each time the one to the smallest
  /// process; a loop of them diverges.
  private func chase(_ p: Process) throws -> [Inference] {
    guard case .ends(let stable) = try followSilently(table.operand(p, 0)) else { return [axiom(.tau, p)] }
    return derivedSteps(stable).map { step in
      let premises = [Premise(operand: 0, process: stable, step: step)]
      let target = step.event == .tick ? table.omega : row(p, with: premises)
      let effect: Effect = step.event == .tick ? .leavesOperand(0) : .staysInPlace
      return Inference(conclusion: Step(step.event, target), premises: premises, effect: effect)
    }
  }

  /// `deter(P)` (UCS 10, FDR manual): as `chase`, but of each event the one step to the smallest process, and nothing
  /// beside ✓.
  private func deter(_ p: Process) throws -> [Inference] {
    guard case .ends(let stable) = try followSilently(table.operand(p, 0)) else { return [axiom(.tau, p)] }
    if derivedSteps(stable).contains(where: { $0.event == .tick }) { return [axiom(.tick, table.omega)] }
    let choices = Dictionary(grouping: derivedSteps(stable), by: \.event).values.map { $0.min()! }
    return choices.sorted().map { step in
      let premises = [Premise(operand: 0, process: stable, step: step)]
      return Inference(
        conclusion: Step(step.event, row(p, with: premises)), premises: premises, effect: .staysInPlace)
    }
  }

  // MARK: Compression

  /// P –e→ P′ ⟹ compress(P) –e→ compress(P′), and Ω stays Ω: compressions change no meaning (FDR manual). Where P′ is
  /// compressed itself, once is enough.
  private func compress(_ p: Process) -> [Inference] {
    operandSteps(p).map { i, step in
      step.event == .tick || table.op(step.target) == .compress ? resolved(p, i, step) : alone(p, i, step)
    }
  }

  // MARK: Instances of rules

  private func set(_ p: Process) -> EventSetContents { table.contents(EventSet(id: table.parameter(p))) }
  private func renaming(_ p: Process) -> RenamingContents { table.contents(Renaming(id: table.parameter(p))) }

  /// Each step of each on operand, with the operand's position.
  private func operandSteps(_ p: Process) -> [(operand: Int, step: Step)] {
    table.onOperands(p).enumerated().flatMap { i, operand in derivedSteps(operand).map { (i, $0) } }
  }

  private func premise(_ p: Process, _ i: Int, _ step: Step) -> Premise {
    Premise(operand: i, process: table.operand(p, i), step: step)
  }

  /// The steps of operand `i` with this event.
  private func premises(_ p: Process, _ i: Int, _ event: Event) -> [Premise] {
    derivedSteps(table.operand(p, i)).filter { $0.event == event }.map { premise(p, i, $0) }
  }

  /// The row with the targets of the premises in their places.
  private func row(_ p: Process, with premises: [Premise]) -> Process {
    var operands = Array(table.rawOperands(p))
    for premise in premises { operands[premise.operand] = premise.step.target.id }
    return table.make(table.op(p), parameter: table.parameter(p), operands: operands)
  }

  /// Needs no premise.
  func axiom(_ event: Event, _ target: Process) -> Inference {
    Inference(conclusion: Step(event, target), premises: [], effect: .startsAnew)
  }

  /// The operands of the premises move, and the row stays.
  private func inPlace(_ p: Process, _ event: Event, _ premises: [Premise]) -> Inference {
    Inference(conclusion: Step(event, row(p, with: premises)), premises: premises, effect: .staysInPlace)
  }

  /// Operand `i` moves, under its own event, and the row stays.
  private func alone(_ p: Process, _ i: Int, _ step: Step) -> Inference {
    inPlace(p, step.event, [premise(p, i, step)])
  }

  /// Operand `i` moves, and only what it becomes is left.
  private func resolved(_ p: Process, _ i: Int, _ step: Step) -> Inference {
    Inference(conclusion: step, premises: [premise(p, i, step)], effect: .leavesOperand(i))
  }

  /// Operand `i` moves, and `next` starts, which is not evaluated before.
  private func startsAnew(
    _ p: Process, _ i: Int, _ step: Step, as event: Event, _ next: Process
  ) throws -> Inference {
    Inference(
      conclusion: Step(event, try table.resolve(next)), premises: [premise(p, i, step)], effect: .startsAnew)
  }

  /// Every way in which the operands at these positions do `event` together.
  private func together(_ p: Process, _ event: Event, _ positions: [Int]) -> [Inference] {
    combinations(positions.map { premises(p, $0, event) }).map { inPlace(p, event, $0) }
  }

  private func allTogether(_ p: Process, _ event: Event) -> [Inference] {
    together(p, event, Array(table.onOperands(p).indices))
  }

  /// One of each list, in every way; the first list varies slowest.
  private func combinations(_ lists: [[Premise]]) -> [[Premise]] {
    lists.reduce([[]]) { chosen, list in chosen.flatMap { start in list.map { start + [$0] } } }
  }
}
