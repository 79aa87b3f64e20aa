import OperationalSemantics
import ProcessTerms
import TransitionSystems

/// Something that can be checked: as a machine for the search, and as a graph for the normal form.
///
/// `State` is what its states are called outside.
struct Subject<State: Hashable & Sendable> {
  let graph: any StateGraph
  /// What a state of the graph is called.
  let state: (Int32) throws -> State
  /// Searches the machine.
  let search: (Question, Budget) throws -> Outcome<State>

  /// Runs `machine`; nil when the nodes of the specification do not fit its word.
  fileprivate static func search<M: Machine>(
    _ machine: M, _ question: Question, _ budget: Budget, decode: (M.Word) throws -> State
  ) throws -> Outcome<State>? {
    var search = try PairSearch(machine, question, budget)
    let verdict: Verdict<State>
    switch try search.run() {
    case .nothing: verdict = .holds
    case .violation(let violation): verdict = .fails(try search.counterexample(violation, decode: decode))
    case .limit(let limit): verdict = .undecided(limit)
    case .tooManyNodes: return nil
    }
    return Outcome(verdict: verdict, statistics: search.statistics)
  }
}

extension Subject {
  /// A network as packed words, of 64 bits where that is enough, else of 128; nil where a state has more than 96 bits,
  /// which leaves 32 for the node. `decode` says what a state of the components is called.
  init?(_ network: Network, generator: PackedGenerator = .steps, decode: @escaping ([Int32]) -> State) {
    let layout = PackedLayout(network.components)
    if layout.width > 96 { return nil }
    func wide() -> PackedMachine<UInt128> { PackedMachine(network, generator: generator)! }
    func search<Word>(
      _ machine: PackedMachine<Word>, _ question: Question, _ budget: Budget
    ) throws -> Outcome<State>? {
      try Self.search(machine, question, budget) { decode(layout.unpack($0)) }
    }
    if layout.width < 64, let narrow = PackedMachine<UInt64>(network, generator: generator) {
      let graph = PackedGraph(narrow)
      self.init(
        graph: graph, state: { decode(graph.components($0)) },
        search: { try search(narrow, $0, $1) ?? search(wide(), $0, $1)! })
    } else {
      let machine = wide(), graph = PackedGraph(machine)
      self.init(
        graph: graph, state: { decode(graph.components($0)) }, search: { try search(machine, $0, $1)! })
    }
  }
}

extension Subject where State == Process {
  /// A process, explored term by term; `root` must be canonical.
  init(terms root: Process, rules: FiringRules) {
    graph = TermGraph(root, rules: rules)
    state = { Process(id: $0) }
    search = { question, budget in
      let machine = TermMachine(root, rules: rules)
      return try Self.search(machine, question, budget, decode: { Process(id: Int32($0)) })!
    }
  }
}
