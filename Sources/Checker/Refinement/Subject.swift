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
  /// A network. `decode` says what a state of the components is called.
  init(_ network: Network, storage: NetworkStorage = NetworkStorage(), decode: @escaping ([Int32]) -> State) {
    if PackedLayout(network.components).width > storage.widestWord {
      self.init(numbered: network, decode: decode)
    } else if let order = network.arrangement() {
      self.init(packed: network.arranged(by: order), storage) { states in
        var original = states
        for (state, component) in zip(states, order) { original[component] = state }
        return decode(original)
      }
    } else {
      self.init(packed: network, storage, decode: decode)
    }
  }

  private init(packed network: Network, _ storage: NetworkStorage, decode: @escaping ([Int32]) -> State) {
    let layout = PackedLayout(network.components)
    if layout.width < 64, let narrow = PackedMachine<UInt64>(network, generator: storage.generator) {
      let graph = PackedGraph(narrow)
      self.init(
        graph: graph, state: { decode(graph.components($0)) },
        search: { question, budget in
          let question = question.judged(by: network, budget.limits)
          // Where the nodes do not fit beside the state, in two words.
          return try Self.search(narrow, question, budget, layout, decode)
            ?? Self.search(Self.wide(network, storage), question, budget, layout, decode)!
        })
    } else {
      let machine = Self.wide(network, storage), graph = PackedGraph(machine)
      self.init(
        graph: graph, state: { decode(graph.components($0)) },
        search: { try Self.search(machine, $0.judged(by: network, $1.limits), $1, layout, decode)! })
    }
  }

  private static func wide(_ network: Network, _ storage: NetworkStorage) -> PackedMachine<UInt128> {
    PackedMachine(network, generator: storage.generator)!
  }

  private static func search<Word>(
    _ machine: PackedMachine<Word>, _ question: Question, _ budget: Budget, _ layout: PackedLayout,
    _ decode: ([Int32]) -> State
  ) throws -> Outcome<State>? {
    try search(machine, question, budget) { decode(layout.unpack($0)) }
  }

  private init(numbered network: Network, decode: @escaping ([Int32]) -> State) {
    let numbered = NumberedNetwork(network), machine = NumberedMachine(network: numbered)
    graph = NumberedGraph(numbered)
    state = { decode(numbered.components(of: UInt32($0))) }
    search = { question, budget in
      try Self.search(machine, question.judged(by: network, budget.limits), budget) {
        decode(numbered.components(of: UInt32($0)))
      }!
    }
  }
}

/// How the states of a network are held while it is searched. Answers do not depend on it, but for which one of the
/// shortest counterexamples is found.
struct NetworkStorage {
  var generator = PackedGenerator.steps
  /// States of up to so many bits are packed words, of 64 bits where that is enough, else of 128; wider ones are numbered.
  /// At most 96, which leaves 32 of a word for the node.
  var widestWord = 96
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
