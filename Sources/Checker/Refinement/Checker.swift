import OperationalSemantics
public import ProcessTerms
public import TransitionSystems

/// Decides ``Check``s about the processes of one table.
///
/// Parallel compositions are flattened to a network and searched as packed words; everything else is explored as terms.
/// The verdict does not depend on which, nor do the counts where nothing is compressed.
///
/// Not `Sendable`: it evaluates processes of its table as it goes, and so belongs to the thread of the table.
public final class Checker {
  public let table: ProcessTable
  public var limits: Limits
  /// Called a few times a second, on the thread that checks.
  public var progress: ((Progress) -> Void)?
  /// The time between two of its calls, at least.
  package var progressInterval = Duration.milliseconds(250)
  /// Whether parallel compositions are flattened; without, everything is explored as terms, which is slower.
  public var flattens = true
  /// Whether compressions are carried out in what is flattened: those that processes ask for, and strong bisimulation of
  /// the leaves. Without, verdicts are the same, and a counterexample is a shortest one of the processes themselves.
  public var compresses = true

  private let rules: FiringRules
  /// Of the check that runs.
  private var compilation = Compilation()

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
    let budget = Budget(limits, report: progress, every: progressInterval)
    compilation = Compilation()
    var outcome: Outcome<Process>
    do {
      outcome = try decide(check, budget)
    } catch let limit as LimitReached {
      var statistics = Statistics()
      statistics.duration = budget.elapsed
      outcome = Outcome(verdict: .undecided(limit), statistics: statistics)
    }
    outcome.statistics.compilation = compilation
    return outcome
  }

  private func decide(_ check: Check, _ budget: Budget) throws -> Outcome<Process> {
    switch check {
    case .refinement(let specification, let implementation, let model):
      let spec = try compiled(specification), subject = try compiled(implementation)
      switch spec {
      case .terms(let spec):
        return try decide(subject) { try decider(budget).refinement(spec, $0, model) } components: {
          try decider(budget).refinement(spec, $0, model)
        }
      case .components(let spec, _):
        return try decide(subject) { try decider(budget).refinement(spec, $0, model) } components: {
          try decider(budget).refinement(spec, $0, model)
        }
      }
    case .deadlockFree(let p, let model):
      return try decide(compiled(p)) { try decider(budget).deadlockFree($0, model) } components: {
        try decider(budget).deadlockFree($0, model)
      }
    case .divergenceFree(let p):
      return try decide(compiled(p)) { try decider(budget).divergenceFree($0) } components: {
        try decider(budget).divergenceFree($0)
      }
    case .deterministic(let p, let model):
      return try decide(compiled(p)) { try decider(budget).deterministic($0, model) } components: {
        try decider(budget).deterministic($0, model)
      }
    case .hasTrace(let p, let trace, let model):
      let subject = Subject(terms: try table.resolve(p), rules: rules)
      return try decider(budget).hasTrace(subject, trace, model)
    }
  }

  private func decider(_ budget: Budget) -> Decider { Decider(budget: budget, eventCount: table.alphabet.count) }

  // MARK: Compiling

  /// A process made ready.
  private enum Compiled {
    case terms(Subject<Process>)
    /// With compressed components: what is found out about them has still to be said of the process.
    case components(Subject<[Int32]>, FlattenedProcess)
  }

  private func decide(
    _ compiled: Compiled, _ terms: (Subject<Process>) throws -> Outcome<Process>,
    components: (Subject<[Int32]>) throws -> Outcome<[Int32]>
  ) throws -> Outcome<Process> {
    switch compiled {
    case .terms(let subject): return try terms(subject)
    case .components(let subject, let flat): return try flat.outcome(components(subject), rules: rules)
    }
  }

  private func compiled(_ p: Process) throws -> Compiled {
    let start = ContinuousClock.now
    defer { compilation.duration += .now - start }
    let root = try table.resolve(p)
    guard flattens, isComposition(root), let flat = try flattened(root) else {
      return .terms(Subject(terms: root, rules: rules))
    }
    compilation.components += flat.components.count
    compilation.compressions += flat.compressions
    let storage = NetworkStorage(widestWord: limits.widestWord)
    if flat.isCompressed { return .components(Subject(flat.network, storage: storage, decode: { $0 }), flat) }
    return .terms(Subject(flat.network, storage: storage, decode: { flat.process(at: $0) }))
  }

  /// Whether there is a parallel form or a compression under operators that a network absorbs.
  private func isComposition(_ root: Process) -> Bool {
    var p = root
    while true {
      switch table.op(p) {
      case .parallel, .alphabetised, .linked: return true
      case .compress where compresses: return true
      case .hide, .project, .rename, .compress: p = table.operand(p, 0)
      default: return false
      }
    }
  }

  private func flattened(_ root: Process) throws -> FlattenedProcess? {
    var flattening = FlatteningLimits()
    flattening.checkpoint = { [limits] in try limits.lookAtClock() }
    flattening.compresses = compresses
    return try flatten(root, rules: rules, limits: flattening)
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
    let budget = Budget(limits, report: progress, every: progressInterval)
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
