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
  /// A network; nil where its states and a node number do not fit 128 bits.
  ///
  /// - Parameter decode: what a state of the components is called.
  init?(
    _ network: Network, generator: PackedMachine<UInt64>.Generator = .steps, decode: @escaping ([Int32]) -> State
  ) {
    let narrow = PackedMachine<UInt64>(network, generator: generator)
    let wideGenerator: PackedMachine<UInt128>.Generator = generator == .steps ? .steps : .rules
    guard let wide = PackedMachine<UInt128>(network, generator: wideGenerator) else { return nil }
    // A node number of 32 bits always fits then.
    if wide.stateBits > UInt128.bitWidth - 32 { return nil }
    if let narrow {
      let graph = PackedGraph(narrow)
      self.graph = graph
      state = { decode(narrow.layout.unpack(graph.word($0))) }
    } else {
      let graph = PackedGraph(wide)
      self.graph = graph
      state = { decode(wide.layout.unpack(graph.word($0))) }
    }
    search = { question, budget in
      if let narrow, narrow.stateBits < UInt64.bitWidth,
        let outcome = try Self.search(narrow, question, budget, decode: { decode(narrow.layout.unpack($0)) })
      {
        return outcome
      }
      return try Self.search(wide, question, budget, decode: { decode(wide.layout.unpack($0)) })!
    }
  }
}

extension Subject where State == Process {
  /// A process, explored term by term.
  ///
  /// - Parameter root: canonical.
  init(terms root: Process, rules: FiringRules) {
    graph = TermGraph(root, rules: rules)
    state = { Process(id: $0) }
    search = { question, budget in
      let machine = TermMachine(root, rules: rules)
      return try Self.search(machine, question, budget, decode: { Process(id: Int32($0)) })!
    }
  }
}
