public import ProcessTerms
public import TransitionSystems

/// Decides checks about networks that are not the work of a ``Checker``: states are the states of the components.
///
/// Labels of rules are event ids: 0 τ, 1 ✓, 2 and above visible. ✓ must lead to a state without transitions.
public struct NetworkChecker {
  public var limits: Limits
  /// Called a few times a second, on the thread that checks.
  public var progress: ((Progress) -> Void)?
  /// See ``PackedMachine``: the answers do not depend on it.
  public var generator = PackedGenerator.steps

  public init(limits: Limits = Limits()) { self.limits = limits }

  public func refinement(
    specification: Network, implementation: Network, _ model: SemanticModel
  ) throws -> Outcome<[Int32]> {
    try run { try $0.refinement(subject(specification), subject(implementation), model) }
  }

  public func deadlockFree(_ network: Network, _ model: SemanticModel) throws -> Outcome<[Int32]> {
    try run { try $0.deadlockFree(subject(network), model) }
  }

  public func divergenceFree(_ network: Network) throws -> Outcome<[Int32]> {
    try run { try $0.divergenceFree(subject(network)) }
  }

  public func deterministic(_ network: Network, _ model: SemanticModel) throws -> Outcome<[Int32]> {
    try run { try $0.deterministic(subject(network), model) }
  }

  public func hasTrace(
    _ network: Network, _ trace: [Event], _ model: SemanticModel
  ) throws -> Outcome<[Int32]> {
    try run { try $0.hasTrace(subject(network), trace, model) }
  }

  private func subject(_ network: Network) -> Subject<[Int32]> {
    Subject(network, storage: NetworkStorage(generator: generator, widestWord: limits.widestWord), decode: { $0 })
  }

  private func run(_ decide: (Decider) throws -> Outcome<[Int32]>) throws -> Outcome<[Int32]> {
    let budget = Budget(limits, report: progress)
    do {
      return try decide(Decider(budget: budget, eventCount: 64))
    } catch let limit as LimitReached {
      var statistics = Statistics()
      statistics.duration = budget.elapsed
      return Outcome(verdict: .undecided(limit), statistics: statistics)
    }
  }
}

extension Network {
  /// A transition system as a network of one component; its labels are event ids.
  public init(_ system: ExplicitSystem) {
    let labels = Set(system.edges.map(\.label)).sorted()
    self.init(
      components: [system],
      rules: labels.map { Rule(premises: [Premise(component: 0, label: $0)], result: $0) })
  }
}
