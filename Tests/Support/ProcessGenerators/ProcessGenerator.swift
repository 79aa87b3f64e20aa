/// Random closed processes over a few events, with every operator and with recursion, for tests of many kinds.
///
/// A process is a tree of about `size` operators over names X1, X2 …, each with a tree of its own. So that most of them
/// have few states, recursion happens only where all that is around a name is gone when it is reached (*tail*
/// recursion); anywhere else a name refers to later ones. `wildness` breaks this rule now and then, which gives
/// processes with very many states or infinitely many.
///
/// Invariants:
/// - G1: the same seed and the same calls give the same processes.
/// - G2: without wildness, recursion is guarded: below an operand that is off (`Operator.onOperands`).
public import ProcessTerms

public struct ProcessGenerator {
  public let table: ProcessTable
  public let equations: Equations
  public let events: [Event]
  public var random: SplitMix64
  /// Operators that are not made, such as those that a law does not speak of.
  public var excluded: Set<Operator> = []
  /// The probability of a name where it is not in tail position.
  public var wildness = 0.0
  /// Whether subterms are compressed now and then.
  public var compresses = false
  private var made = 0

  public init(table: ProcessTable = ProcessTable(), seed: UInt64, eventCount: Int = 3) {
    self.table = table
    equations = Equations(table)
    random = SplitMix64(seed: seed)
    events = (0..<eventCount).map { i in
      let name = String(Unicode.Scalar(UInt8(ascii: "a") + UInt8(i)))
      let known = table.alphabet.names.firstIndex(of: name)
      return known.map { Event(id: Int32($0)) } ?? table.alphabet.append(name)
    }
  }

  /// A new process of about `size` operators.
  public mutating func process(size: Int) -> Process {
    let nameCount = size < 3 ? 0 : min(2, Int.random(in: 0...3, using: &random))
    let areMutual = Bool.random(using: &random)
    let names = (0..<nameCount).map { _ in
      made += 1
      return equations.declare("X\(made)")
    }
    for (i, name) in names.enumerated().reversed() {
      // Either all call each other in tail position, or each calls itself there and later ones anywhere.
      let scope =
        areMutual
        ? Scope(tail: names, anywhere: []) : Scope(tail: [name], anywhere: Array(names[(i + 1)...]))
      equations.define(name, as: term(max(1, size / (nameCount + 1)), scope, .atRoot))
    }
    return term(max(1, size / (nameCount + 1)), Scope(tail: [], anywhere: names), .atRoot)
  }

  // MARK: Parts that laws need too

  public mutating func event() -> Event { events.randomElement(using: &random)! }

  public mutating func set() -> EventSet {
    table.set(events.filter { _ in Bool.random(using: &random) })
  }

  public mutating func renaming() -> Renaming {
    table.renaming((0..<Int.random(in: 1...3, using: &random)).map { _ in (event(), event()) })
  }

  /// Ties each event at most once on each side.
  public mutating func linkage() -> Linkage {
    let count = Int.random(in: 0...2, using: &random)
    let pairs = zip(events.shuffled(using: &random), events.shuffled(using: &random)).prefix(count)
    return table.linkage(pairs.map { LinkageContents.Link(left: $0, right: $1) })
  }

  /// An order of the form `<A0, A1, …>`: the events of a set are beaten by those of earlier ones; τ and ✓ rank with A0.
  public mutating func priority() -> Priority {
    var winners: [Event: Set<Event>] = [:]
    var above: Set<Event> = [.tau, .tick]
    for rank in 0..<3 {
      let members = events.filter { winners[$0] == nil && !above.contains($0) && Bool.random(using: &random) }
      if rank > 0 { for event in members { winners[event] = above } }
      above.formUnion(members)
    }
    return table.priority(winners)
  }

  public mutating func compression() -> CompressionFunction {
    CompressionFunction.allCases.randomElement(using: &random)!
  }

  // MARK: Terms

  private struct Scope {
    /// May be used in tail position alone.
    let tail: [Process]
    let anywhere: [Process]
  }

  /// What stands around a subterm.
  private enum Place {
    /// The body of a definition: a name here might be unguarded.
    case atRoot
    /// Nothing: everything around it is gone when it is reached.
    case tail
    /// A choice, which is gone after the next visible event.
    case inChoice
    /// Something that stays.
    case inside

    /// Below a prefix.
    var afterEvent: Place { self == .inside ? .inside : .tail }
    /// An operand that starts by a silent step, and takes the place of the whole.
    var afterSilence: Place { self == .atRoot ? .tail : self }
    /// An operand of a choice.
    var operandOfChoice: Place { self == .inside ? .inside : .inChoice }
  }

  private static let leaves: [Operator] = [.stop, .skip, .div, .chaos, .run]
  /// Prefix and the basic choices are likelier than the rest.
  private static let inner: [Operator] =
    Array(repeating: .prefix, count: 9) + [
      .externalChoice, .externalChoice, .internalChoice, .internalChoice, .sliding, .interrupt, .sequence, .sequence,
      .hide, .hide, .project, .rename, .exception, .parallel, .parallel, .parallel, .alphabetised, .linked,
      .synchronisingChoice, .synchronisingInterrupt, .prioritise, .chase, .deter,
      .traceWatchdog, .failureWatchdog,
    ]

  private mutating func term(_ size: Int, _ scope: Scope, _ place: Place) -> Process {
    if let name = name(scope, place, wanted: size <= 1 ? 0.5 : 0.05) { return name }
    if size <= 1 { return leaf() }
    if compresses, Int.random(in: 0..<6, using: &random) == 0 {
      return table.compress(term(size - 1, scope, .inside), compression())
    }
    var op: Operator
    repeat { op = Self.inner.randomElement(using: &random)! } while excluded.contains(op)
    switch op {
    case .prefix:
      let count = Int.random(in: 1...2, using: &random)
      let branches = split(size - 1, count).map { (event(), term($0, scope, place.afterEvent)) }
      return table.prefix(branches)
    case .externalChoice: return table.externalChoice(terms(size, scope, place.operandOfChoice))
    case .internalChoice: return table.internalChoice(terms(size, scope, place.afterSilence))
    case .sliding:
      let sizes = split(size - 1, 2)
      return table.sliding(term(sizes[0], scope, place.operandOfChoice), term(sizes[1], scope, place.afterSilence))
    case .interrupt:
      let sizes = split(size - 1, 2)
      return table.interrupt(term(sizes[0], scope, .inside), term(sizes[1], scope, place.operandOfChoice))
    case .sequence:
      let sizes = split(size - 1, 2)
      return table.sequence(term(sizes[0], scope, .inside), term(sizes[1], scope, place.afterSilence))
    case .exception:
      let sizes = split(size - 1, 2)
      let handler = term(sizes[1], scope, place.afterEvent)
      return table.exception(term(sizes[0], scope, .inside), set(), handler)
    case .hide: return table.hide(term(size - 1, scope, .inside), set())
    case .project: return table.project(term(size - 1, scope, .inside), set())
    case .rename: return table.rename(term(size - 1, scope, .inside), renaming())
    case .parallel: return table.parallel(terms(size, scope, .inside), set())
    case .alphabetised: return table.alphabetised(terms(size, scope, .inside).map { ($0, set()) })
    case .linked:
      let sizes = split(size - 1, 2)
      let left = term(sizes[0], scope, .inside)
      return table.linked(left, linkage(), term(sizes[1], scope, .inside))
    case .synchronisingChoice: return table.synchronisingChoice(terms(size, scope, .inside), set())
    case .synchronisingInterrupt:
      let sizes = split(size - 1, 2)
      let left = term(sizes[0], scope, .inside)
      return table.synchronisingInterrupt(left, set(), term(sizes[1], scope, .inside))
    case .prioritise: return table.prioritise(term(size - 1, scope, .inside), priority())
    case .chase: return table.chase(term(size - 1, scope, .inside))
    case .deter: return table.deter(term(size - 1, scope, .inside))
    case .traceWatchdog, .failureWatchdog:
      return table.watchdog(op, of: [term(size - 1, scope, .inside)], over: set(), bark: event())
    case .stop, .skip, .omega, .div, .chaos, .run, .compress, .deferred: return leaf()
    }
  }

  /// Two or three operands.
  private mutating func terms(_ size: Int, _ scope: Scope, _ place: Place) -> [Process] {
    let count = size > 3 && Int.random(in: 0..<4, using: &random) == 0 ? 3 : 2
    return split(size - 1, count).map { term($0, scope, place) }
  }

  private mutating func leaf() -> Process {
    // STOP and SKIP are likelier than the rest.
    guard Int.random(in: 0..<3, using: &random) == 0 else {
      return Bool.random(using: &random) ? table.stop : table.skip
    }
    switch Self.leaves.filter({ !excluded.contains($0) }).randomElement(using: &random) {
    case .skip: return table.skip
    case .div: return table.div
    case .chaos: return table.chaos(set())
    case .run: return table.run(set())
    default: return table.stop
    }
  }

  /// A name, with probability `wanted` where there is one that may stand here.
  private mutating func name(_ scope: Scope, _ place: Place, wanted: Double) -> Process? {
    let roll = Double.random(in: 0..<1, using: &random)
    var candidates = scope.anywhere
    if place == .tail || (place != .atRoot && roll < wildness) { candidates += scope.tail }
    guard roll < wanted else { return nil }
    return candidates.randomElement(using: &random)
  }

  /// `size` in `count` parts of at least 1.
  private mutating func split(_ size: Int, _ count: Int) -> [Int] {
    var parts = Array(repeating: 1, count: count)
    for _ in 0..<max(0, size - count) { parts[Int.random(in: 0..<count, using: &random)] += 1 }
    return parts
  }
}
