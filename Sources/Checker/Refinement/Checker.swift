import OperationalSemantics
public import ProcessTerms
public import TransitionSystems

/// Decides ``Check``s about the processes of one table.
///
/// Parallel compositions are flattened to a network and searched as packed words; everything else is explored as terms.
/// The verdict and the counts do not depend on which.
///
/// Not `Sendable`: it evaluates processes of its table as it goes, and so belongs to the thread of the table.
public final class Checker {
  public let table: ProcessTable
  public var limits: Limits
  /// Called a few times a second, on the thread that checks.
  public var progress: ((Progress) -> Void)?
  /// Whether parallel compositions are flattened; without, everything is explored as terms, which is slower.
  public var flattens = true

  private let rules: FiringRules

  public init(_ table: ProcessTable, limits: Limits = Limits()) {
    self.table = table
    self.limits = limits
    rules = FiringRules(table)
  }

  /// Decides `check`.
  ///
  /// - Throws: what the evaluation of a process throws: an error of the script, ``UnguardedRecursion``. A violation
  ///   that is found before wins over an error.
  public func run(_ check: Check) throws -> Outcome<Process> {
    let budget = Budget(limits, report: progress)
    do {
      return try decide(check, budget)
    } catch let limit as LimitReached {
      var statistics = Statistics()
      statistics.duration = budget.elapsed
      return Outcome(verdict: .undecided(limit), statistics: statistics)
    }
  }

  private func decide(_ check: Check, _ budget: Budget) throws -> Outcome<Process> {
    switch check {
    case .refinement(let specification, let implementation, let model):
      let spec = try subject(specification), subject = try subject(implementation)
      return try decider(budget).refinement(spec, subject, model)
    case .deadlockFree(let p, let model):
      let subject = try subject(p)
      return try decider(budget).deadlockFree(subject, model)
    case .divergenceFree(let p):
      let subject = try subject(p)
      return try decider(budget).divergenceFree(subject)
    case .deterministic(let p, let model):
      let subject = try subject(p)
      return try decider(budget).deterministic(subject, model)
    case .hasTrace(let p, let trace, let model):
      let subject = Subject(terms: try table.resolve(p), rules: rules)
      return try decider(budget).hasTrace(subject, trace, model)
    }
  }

  private func decider(_ budget: Budget) -> Decider { Decider(budget: budget, eventCount: table.alphabet.count) }

  private func subject(_ p: Process) throws -> Subject<Process> {
    let root = try table.resolve(p)
    guard flattens, isComposition(root) else { return Subject(terms: root, rules: rules) }
    return try flattened(root) ?? Subject(terms: root, rules: rules)
  }

  /// Whether there is a parallel form under operators that a network absorbs.
  private func isComposition(_ root: Process) -> Bool {
    var p = root
    while true {
      switch table.op(p) {
      case .parallel, .alphabetised, .linked: return true
      case .hide, .project, .rename: p = table.operand(p, 0)
      default: return false
      }
    }
  }

  private func flattened(_ root: Process) throws -> Subject<Process>? {
    var flattening = FlatteningLimits()
    flattening.checkpoint = { [limits] in try limits.lookAtClock() }
    guard let flat = try flatten(root, rules: rules, limits: flattening) else { return nil }
    return Subject(flat.network, decode: { flat.process(at: $0) })
  }

  /// Compares both ways: equivalent in `model` if both hold.
  public func compare(_ p: Process, _ q: Process, _ model: SemanticModel) throws -> Comparison {
    Comparison(
      secondRefinesFirst: try run(.refinement(specification: p, implementation: q, model)),
      firstRefinesSecond: try run(.refinement(specification: q, implementation: p, model)))
  }

  public struct Comparison: Sendable {
    /// `p [M= q`
    public var secondRefinesFirst: Outcome<Process>
    /// `q [M= p`
    public var firstRefinesSecond: Outcome<Process>
  }

  /// Every state that `process` can reach, numbered breadth first, as a transition system labelled with event ids.
  ///
  /// - Throws: what evaluation throws, and ``LimitReached``.
  public func explore(_ process: Process) throws -> ExploredSystem {
    let budget = Budget(limits, report: progress)
    var states = [try table.resolve(process)], numbers = [states[0]: Int32(0)]
    var successors: [[ExplicitSystem.Edge]] = [], steps: [Transition] = [], transitions = 0
    while successors.count < states.count {
      try budget.spendTerms()
      if let limit = limits.states, states.count > limit { throw LimitReached.states(limit) }
      steps.removeAll(keepingCapacity: true)
      try rules.appendTransitions(of: states[successors.count], to: &steps)
      transitions += steps.count
      successors.append(
        steps.map { step in
          let number = numbers[step.target] ?? Int32(states.count)
          if Int(number) == states.count {
            numbers[step.target] = number
            states.append(step.target)
          }
          return ExplicitSystem.Edge(label: step.event.id, target: number)
        })
      if successors.count % 1024 == 0 {
        budget.reportIfDue(
          states: states.count, transitions: transitions, ply: 0, waiting: states.count - successors.count)
      }
    }
    return ExploredSystem(system: ExplicitSystem(successors: successors), states: states)
  }
}

/// A transition system with the process that each state stands for.
public struct ExploredSystem: Sendable {
  public var system: ExplicitSystem
  public var states: [Process]
}
