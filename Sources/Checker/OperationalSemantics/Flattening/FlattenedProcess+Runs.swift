import ProcessTerms
import TransitionSystems

/// From a run of a network with compressed components to one of the terms that it was made from.
///
/// Each compressed component is looked at alone: the labels with which it takes part make a word, and the system that it
/// stands for has a path over that word, since compressions keep traces, failures and divergences. A step of its own by
/// τ is a step of the whole in every context, so the paths are put together letter by letter, however large the whole
/// would be without compression.
extension FlattenedProcess {
  /// Whether every step of the network is one step of the terms.
  var isExact: Bool {
    components.allSatisfy { if case .compressed(let component) = $0 { component.isExact } else { true } }
  }

  /// A run of the terms with the trace of `run`, and with a loop where `run` has one.
  ///
  /// - Parameter endsStill: whether it also ends in a state that offers no more than the end of `run`, which is stable
  ///   or can do ✓.
  /// - Returns: nil where there is none, which is a defect of a compression.
  public func run(_ run: Run<[Int32]>, endsStill: Bool) -> TermRun? {
    var steps: [JointStep] = [], at = run.initial
    for step in run.steps + run.loop {
      guard let joint = jointStep(from: at, step) else { return nil }
      steps.append(joint)
      at = step.target
    }
    let head = steps[..<run.steps.count], tail = steps[run.steps.count...]
    var replay = Replay(self, initial: run.initial)
    let soloist = tail.isEmpty || tail.contains(where: { !isSilent($0) }) ? nil : tail.first?.premises.first?.component
    for (c, component) in components.enumerated() {
      guard case .compressed(let compressed) = component else { continue }
      let offer = endsStill ? Self.offer(of: compressed.system[Int(run.last[c])]) : nil
      let word = letters(of: c, compressed, in: head), loop = letters(of: c, compressed, in: tail)
      guard
        let part = compressed.run(word, loop: loop, diverges: soloist == Int32(c), offering: offer, endsStill: endsStill)
      else { return nil }
      replay.cursors[c] = Replay.Cursor(run: part)
    }
    return replay.replay(head, tail, soloist: soloist.map(Int.init), drains: endsStill)
  }

  /// A step of the network with what each component contributes.
  struct JointStep {
    var event: Event, premises: [Network.Premise], target: [Int32]
  }

  private func jointStep(from: [Int32], _ step: Run<[Int32]>.Step) -> JointStep? {
    let rule = network.rules.first { rule in
      guard rule.result == step.event.id else { return false }
      var moved = from
      for premise in rule.premises {
        let c = Int(premise.component)
        let edge = ExplicitSystem.Edge(label: premise.label, target: step.target[c])
        guard network.components[c][Int(from[c])].contains(edge) else { return false }
        moved[c] = step.target[c]
      }
      return moved == step.target
    }
    return rule.map { JointStep(event: step.event, premises: $0.premises, target: step.target) }
  }

  /// Whether it is a τ of a compressed component, which the terms may do without or do otherwise.
  func isSilent(_ step: JointStep) -> Bool {
    guard step.premises.count == 1, step.premises[0].label == Event.tau.id,
      case .compressed(let component) = components[Int(step.premises[0].component)]
    else { return false }
    return !component.isExact
  }

  private func letters(
    of c: Int, _ component: CompressedComponent, in steps: ArraySlice<JointStep>
  ) -> [Int32] {
    steps.compactMap { step in
      guard let label = step.premises.first(where: { $0.component == Int32(c) })?.label else { return nil }
      // To be Ω is no step.
      return label == Leaf.terminated || label == Event.tau.id && !component.isExact ? nil : label
    }
  }

  /// What a state that stands still offers: ✓ alone where it can do that (TPC, chapter 6); nil where it does not.
  static func offer(of edges: ArraySlice<ExplicitSystem.Edge>) -> Set<Int32>? {
    let labels = Set(edges.lazy.map(\.label))
    if labels.contains(Event.tick.id) { return [Event.tick.id] }
    return labels.contains(Event.tau.id) ? nil : labels
  }
}

extension CompressedComponent {
  /// A run of the terms that shows the word, and `loop` again and again; diverges behind the word, or ends still there
  /// and offers no more than `offer`, where that is wanted.
  fileprivate func run(
    _ word: [Int32], loop: [Int32], diverges: Bool, offering offer: Set<Int32>?, endsStill: Bool
  ) -> Run<Process>? {
    let reader = WordReader(system: original, word: word, loop: loop, tauIsLetter: isExact)
    var found: (stem: [ExplicitSystem.Edge], loop: [ExplicitSystem.Edge])?
    if diverges || !loop.isEmpty {
      found = reader.lasso()
    } else if let offer {
      found = reader.path { state in
        FlattenedProcess.offer(of: original[Int(state)]).map { $0.isSubset(of: offer) } ?? false
      }.map { ($0, []) }
    } else {
      found = reader.path { _ in true }.map { ($0, []) }
    }
    guard let (stem, cycle) = found else { return nil }
    switch states {
    case .terms(let terms):
      func step(_ edge: ExplicitSystem.Edge) -> Run<Process>.Step {
        .init(event: Event(id: edge.label), target: terms[Int(edge.target)])
      }
      return Run(initial: terms[Int(original.initial)], steps: stem.map(step), loop: cycle.map(step))
    case .network(let flat, let explored):
      func step(_ edge: ExplicitSystem.Edge) -> Run<[Int32]>.Step {
        .init(event: Event(id: edge.label), target: explored.components(at: edge.target))
      }
      let run = Run(
        initial: explored.components(at: original.initial), steps: stem.map(step), loop: cycle.map(step))
      return flat.run(run, endsStill: endsStill && offer != nil)?.run
    }
  }
}
