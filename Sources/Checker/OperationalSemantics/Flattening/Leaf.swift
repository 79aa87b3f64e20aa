import ProcessTerms
import TransitionSystems

/// A process explored alone and in full.
struct Leaf {
  /// Labels are event ids; a state that is Ω has a loop with ``terminated``.
  let system: ExplicitSystem
  /// By local state; the first is the leaf itself.
  let states: [Process]
  /// Whether Ω is entered by ✓ alone, as in every process of the language: then an operator above that does nothing to
  /// ✓ is Ω exactly when the leaf is.
  let endsByTickAlone: Bool

  static let terminated: Int32 = -1

  /// Breadth first. Nil beyond the limits, and where evaluation fails.
  ///
  /// - Throws: what the checkpoint of `limits` throws.
  init?(exploring root: Process, rules: FiringRules, limits: FlatteningLimits, stateLimit: Int) throws {
    let omega = rules.table.omega
    var states = [root], numbers = [root: Int32(0)]
    var successors: [[ExplicitSystem.Edge]] = []
    var steps: [Transition] = []
    var transitionCount = 0
    var endsByTickAlone = root != omega
    while successors.count < states.count {
      let state = states[successors.count]
      if successors.count % 256 == 0 { try limits.checkpoint?() }
      steps.removeAll(keepingCapacity: true)
      do { try rules.appendTransitions(of: state, to: &steps) } catch { return nil }
      transitionCount += steps.count
      if transitionCount > limits.leafTransitions { return nil }
      var edges: [ExplicitSystem.Edge] = []
      edges.reserveCapacity(steps.count)
      for step in steps {
        if step.target == omega, step.event != .tick { endsByTickAlone = false }
        let next = Int32(states.count)
        let number = numbers[step.target] ?? next
        if number == next {
          if states.count >= stateLimit { return nil }
          numbers[step.target] = next
          states.append(step.target)
        }
        edges.append(ExplicitSystem.Edge(label: step.event.id, target: number))
      }
      if state == omega {
        edges.append(ExplicitSystem.Edge(label: Self.terminated, target: Int32(successors.count)))
      }
      successors.append(edges)
    }
    system = ExplicitSystem(successors: successors)
    self.states = states
    self.endsByTickAlone = endsByTickAlone
  }
}
