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
  private let table: ProcessTable
  private let shape: Shape

  /// What a component of the network is.
  public enum Component: Sendable {
    /// A process under the static operators, explored; `states[s]` is the term of its local state s.
    case leaf(states: [Process])
    /// Whether the parallel form `of` has done its ✓: state 0 no, 1 yes.
    case termination(of: Process)
  }

  /// The static operators above the leaves.
  indirect enum Shape {
    case leaf(component: Int)
    /// Hiding, projection or renaming; `row` has the operand replaced.
    case relabelling(row: Process, Shape)
    /// A parallel form, and its `termination` component if it can terminate.
    case parallel(row: Process, [Shape], termination: Int?)
  }

  init(table: ProcessTable, shape: Shape, components: [Component], network: Network) {
    (self.table, self.shape, self.components, self.network) = (table, shape, components, network)
  }

  /// The canonical term that a state of the network stands for: the one that the firing rules reach.
  public func process(at componentStates: [Int32]) -> Process { process(shape, componentStates) }

  private func process(_ shape: Shape, _ states: [Int32]) -> Process {
    switch shape {
    case .leaf(let component): process(of: component, at: states[component])
    case .relabelling(let row, let inner):
      switch process(inner, states) {
      // The ✓ of the operand was that of the whole.
      case table.omega: table.omega
      case let operand: table.replacing(row, 0, by: operand)
      }
    case .parallel(_, _, let termination?) where states[termination] == 1: table.omega
    case .parallel(let row, let operands, _):
      table.make(
        table.op(row), parameter: table.parameter(row),
        operands: operands.map { process($0, states).id } + table.rawOperands(row).dropFirst(operands.count))
    }
  }

  /// The term of a local state. For a termination component: Ω when terminated, and before that the form as it began.
  public func process(of component: Int, at state: Int32) -> Process {
    switch components[component] {
    case .leaf(let states): states[Int(state)]
    case .termination(let form): state == 1 ? table.omega : form
    }
  }

  /// What to call a component when talking to a person, such as `PHIL(1)`; nil for one that only keeps track of
  /// termination.
  public func name(of component: Int) -> String? {
    guard case .leaf(let states) = components[component] else { return nil }
    return table.describe(states[Int(network.components[component].initial)])
  }
}
