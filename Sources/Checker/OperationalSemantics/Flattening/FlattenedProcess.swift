public import ProcessTerms
public import TransitionSystems

/// A process as a network, and the way back from a state of the network to the term that it stands for.
///
/// Labels of components and results of rules are event ids. −1 is the loop of a terminated component, a premise of the
/// ✓ of the whole.
///
/// Two rules may lead from a state to the same state with the same event, as with `RUN({a}) ||| RUN({a})`; they are one
/// transition of the process.
public struct FlattenedProcess {
  public let network: Network
  /// In the order of the components of the network.
  public let components: [Component]
  /// What was compressed, in the order in which it was.
  public let compressions: [CompressionReport]
  let table: ProcessTable
  private let shape: Shape

  /// What a component of the network is.
  public enum Component {
    /// A process under the static operators, explored; `states[s]` is the term of its local state s.
    case leaf(states: [Process])
    /// A process explored and made smaller.
    case compressed(CompressedComponent)
    /// Whether the parallel form `of` has done its ✓: state 0 no, 1 yes.
    case termination(of: Process)
  }

  /// The static operators above the leaves.
  indirect enum Shape {
    case leaf(component: Int)
    /// Hiding, projection, renaming or compression; `row` has the operand replaced.
    case relabelling(row: Process, Shape)
    /// A parallel form, and its `termination` component if it can terminate.
    case parallel(row: Process, [Shape], termination: Int?)
  }

  init(
    table: ProcessTable, shape: Shape, components: [Component], network: Network, compressions: [CompressionReport]
  ) {
    (self.table, self.shape, self.components, self.network) = (table, shape, components, network)
    self.compressions = compressions
  }

  /// Whether a component was compressed: then a path of the network becomes one of the terms by `run(_:endsStill:)`.
  public var isCompressed: Bool {
    components.contains { if case .compressed = $0 { true } else { false } }
  }

  /// The canonical term that a state of the network stands for: the one that the firing rules reach. Of a compressed
  /// network, a term that is reached by the same trace.
  public func process(at componentStates: [Int32]) -> Process {
    process(composedOf: components.indices.map { process(of: $0, at: componentStates[$0]) })
  }

  /// The term whose components are these terms.
  func process(composedOf terms: [Process]) -> Process { process(shape, terms) }

  private func process(_ shape: Shape, _ terms: [Process]) -> Process {
    switch shape {
    case .leaf(let component): terms[component]
    case .relabelling(let row, let inner):
      switch process(inner, terms) {
      // The ✓ of the operand was that of the whole.
      case table.omega: table.omega
      case let operand where table.op(row) == .compress: table.compressing(row, operand)
      case let operand: table.replacing(row, 0, by: operand)
      }
    case .parallel(_, _, let termination?) where terms[termination] == table.omega: table.omega
    case .parallel(let row, let operands, _):
      table.make(
        table.op(row), parameter: table.parameter(row),
        operands: operands.map { process($0, terms).id } + table.rawOperands(row).dropFirst(operands.count))
    }
  }

  /// The term of a local state. For a termination component: Ω when terminated, and before that the form as it began.
  public func process(of component: Int, at state: Int32) -> Process {
    switch components[component] {
    case .leaf(let states): states[Int(state)]
    case .compressed(let compressed): compressed.term(at: compressed.representatives[Int(state)])
    case .termination(let form): state == 1 ? table.omega : form
    }
  }

  /// What to call a component when talking to a person, such as `PHIL(1)`; nil for one that only keeps track of
  /// termination.
  public func name(of component: Int) -> String? {
    if case .termination = components[component] { return nil }
    return table.describe(process(of: component, at: network.components[component].initial))
  }
}
