import ProcessTerms
import TransitionSystems

/// Composes the rules of the static operators over explored leaves and compressed parts.
///
/// Invariants:
/// - I1: the moves of a part are exactly its steps: a move is possible in a state of the components when its premises
///   are, and then leads where the firing rules lead. Together with `FlattenedProcess.process(at:)` this makes the
///   network the same transition system as the term.
/// - I2: the premises of a move ascend by component, each component once; parts share no component.
/// - I3: the moves of a part ascend by result.
struct Composer {
  let rules: FiringRules
  let limits: FlatteningLimits
  var components: [FlattenedProcess.Component] = []
  var systems: [ExplicitSystem] = []
  private var leaves: [Process: Leaf] = [:]
  private var leafStates = 0
  /// Leaves and compressed parts that became smaller; nil for those that cannot.
  var compressed: [Process: CompressedComponent?] = [:]
  /// What was explored for compressions, in states, against the limit.
  var compressedStates = 0
  var reports: [CompressionReport] = []

  var table: ProcessTable { rules.table }

  init(rules: FiringRules, limits: FlatteningLimits) { (self.rules, self.limits) = (rules, limits) }

  typealias Move = Network.Rule
  typealias Shape = FlattenedProcess.Shape

  /// A process below the root, composed.
  struct Part {
    var shape: Shape
    var moves: [Move]
    /// What says that the part is Ω; nil if it can never be.
    var terminated: Network.Premise?
  }

  /// Composes `p`, canonical.
  mutating func part(_ p: Process, depth: Int = 0) throws -> Part {
    if depth > limits.nesting { throw LimitReached.size }
    switch table.op(p) {
    case .compress where limits.compresses:
      if let part = try compressedPart(p, depth: depth) { return part }
      fallthrough
    case .hide, .project, .rename, .compress:
      let inner = table.operand(p, 0)
      // An Ω that no ✓ led to would have an operator around it.
      if !Self.isStatic(table.op(inner)), try !leaf(inner).endsByTickAlone { return try leafPart(p) }
      return try relabelled(part(inner, depth: depth + 1), by: p)
    case .parallel, .alphabetised, .linked:
      var operands: [Part] = []
      for operand in table.onOperands(p) { operands.append(try part(operand, depth: depth + 1)) }
      return try parallel(p, operands)
    default: return try leafPart(p)
    }
  }

  static func isStatic(_ op: Operator) -> Bool {
    switch op {
    case .hide, .project, .rename, .parallel, .alphabetised, .linked, .compress: true
    default: false
    }
  }

  // MARK: Leaves

  /// Explored once for each process: leaves that are the same process share one system.
  mutating func leaf(_ p: Process) throws -> Leaf {
    if let known = leaves[p] { return known }
    let stateLimit = min(limits.leafStates, limits.allLeafStates - leafStates)
    guard let leaf = try Leaf(exploring: p, rules: rules, limits: limits, stateLimit: stateLimit) else {
      throw LimitReached.leaf
    }
    leafStates += leaf.states.count
    leaves[p] = leaf
    return leaf
  }

  private mutating func leafPart(_ p: Process) throws -> Part {
    let leaf = try leaf(p)
    if limits.compresses, let smaller = try bisimulated(leaf, of: p) {
      return part(smaller.system, .compressed(smaller))
    }
    return part(leaf.system, .leaf(states: leaf.states))
  }

  /// A part that is one component.
  mutating func part(_ system: ExplicitSystem, _ kind: FlattenedProcess.Component) -> Part {
    let component = add(system, kind)
    let labels = Set(system.edges.lazy.map(\.label))
    return Part(
      shape: .leaf(component: Int(component)),
      moves: labels.subtracting([Leaf.terminated]).sorted().map {
        Move(premises: [Network.Premise(component: component, label: $0)], result: $0)
      },
      terminated: labels.contains(Leaf.terminated)
        ? Network.Premise(component: component, label: Leaf.terminated) : nil)
  }

  private mutating func add(_ system: ExplicitSystem, _ component: FlattenedProcess.Component) -> Int32 {
    systems.append(system)
    components.append(component)
    return Int32(systems.count - 1)
  }

  // MARK: Relabelling

  /// Hiding, projection and renaming change the results of moves; a compression that is not carried out does not.
  private func relabelled(_ inner: Part, by p: Process) throws -> Part {
    if table.op(p) == .compress {
      return Part(shape: .relabelling(row: p, inner.shape), moves: inner.moves, terminated: inner.terminated)
    }
    let images = images(of: p)
    var moves: [Move] = []
    for move in inner.moves {
      let event = Event(id: move.result)
      for image in event.isVisible ? images(event) : [event] {
        moves.append(Move(premises: move.premises, result: image.id))
      }
      if moves.count > limits.rules { throw LimitReached.size }
    }
    // One move may have come to the same result twice.
    moves = Self.distinct(moves).sorted { $0.result < $1.result }
    return Part(shape: .relabelling(row: p, inner.shape), moves: moves, terminated: inner.terminated)
  }

  /// What the relabelling `p` makes of an event of Σ.
  private func images(of p: Process) -> (Event) -> [Event] {
    switch table.op(p) {
    case .hide:
      let set = table.contents(EventSet(id: table.parameter(p)))
      return { [set.contains($0) ? .tau : $0] }
    case .project:
      let set = table.contents(EventSet(id: table.parameter(p)))
      return { [set.contains($0) ? $0 : .tau] }
    default:
      let renaming = table.contents(Renaming(id: table.parameter(p)))
      return { renaming.images(of: $0) }
    }
  }

  // MARK: Parallel forms

  private mutating func parallel(_ p: Process, _ operands: [Part]) throws -> Part {
    var synchronised = Synchronisation(operands: operands.map(\.moves), limit: limits.rules)
    switch table.op(p) {
    case .parallel: try synchronised.addParallel(on: table.contents(EventSet(id: table.parameter(p))))
    case .alphabetised: try synchronised.addAlphabetised(table.alphabets(p).map { table.contents($0) })
    default: try synchronised.addLinked(table.contents(Linkage(id: table.parameter(p))))
    }
    var part = Part(
      shape: .parallel(row: p, operands.map(\.shape), termination: nil), moves: synchronised.moves, terminated: nil)
    let terminated = operands.compactMap(\.terminated)
    if terminated.count == operands.count {
      let termination = add(Self.terminationSystem, .termination(of: p))
      let done = Network.Premise(component: termination, label: Event.tick.id)
      part.moves.append(Move(premises: terminated + [done], result: Event.tick.id))
      part.shape = .parallel(row: p, operands.map(\.shape), termination: Int(termination))
      part.terminated = Network.Premise(component: termination, label: Leaf.terminated)
    }
    part.moves.sort { $0.result < $1.result }
    return part
  }

  /// Not yet, –✓→ done.
  private static let terminationSystem = ExplicitSystem(successors: [
    [ExplicitSystem.Edge(label: Event.tick.id, target: 1)],
    [ExplicitSystem.Edge(label: Leaf.terminated, target: 1)],
  ])

  /// Without repetitions, in the order in which they first stand.
  static func distinct(_ moves: [Move]) -> [Move] {
    var seen = Set<Move>(minimumCapacity: moves.count)
    return moves.filter { seen.insert($0).inserted }
  }
}
