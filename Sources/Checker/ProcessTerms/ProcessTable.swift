/// Hash-consed process terms: the meeting point of the language, the engine and the reference interpreter.
///
/// A process is a dense number. Terms are rows of a flat arena, found again by content, so that two processes built in
/// the same way are the same number, and a state of an explicit machine is four bytes.
///
/// Invariants:
/// - I1: a row never changes once made; equal operator, parameter and operands mean equal id.
/// - I2: a *canonical* process is not deferred, and neither is any of its on operands, to any depth.
/// - I3: `resolve` maps every process that has a meaning to one canonical process, always the same.
/// - I4: resolving p while p is being resolved means that p is its own on operand: unguarded recursion.
///
/// Not `Sendable`: one thread builds a table; searches read machines that were compiled from it.
public final class ProcessTable {
  public var alphabet = Alphabet()
  /// Evaluates deferred processes; set by the language before the first `resolve`.
  public weak var source: (any DeferredProcesses)?

  // Rows: operator, parameter, and operands as a range of `operands`.
  private var operators: [Operator] = []
  private var parameters: [Int32] = []
  private var starts: [Int32] = [0]
  private var operands: [Int32] = []
  /// Canonical id of each process; `unresolved` or `inProgress` before.
  private var resolutions: [Int32] = []
  /// A deferred process that resolved to this one, for names; −1 where there is none.
  private var origins: [Int32] = []
  private var index = OpenIndex()

  private var sets = Interner<EventSetContents>()
  private var renamings = Interner<RenamingContents>()
  private var linkages = Interner<LinkageContents>()
  private var priorities = Interner<PriorityContents>()

  private static let unresolved: Int32 = -1, inProgress: Int32 = -2

  public let stop: Process, skip: Process, omega: Process, div: Process

  public init() {
    stop = Process(id: 0)
    skip = Process(id: 1)
    omega = Process(id: 2)
    div = Process(id: 3)
    for op in [Operator.stop, .skip, .omega, .div] { _ = make(op) }
  }

  /// How many rows there are.
  public var count: Int { operators.count }

  // MARK: Rows

  public func op(_ p: Process) -> Operator { operators[Int(p.id)] }
  public func parameter(_ p: Process) -> Int32 { parameters[Int(p.id)] }

  /// The raw operands: see each case of ``Operator``.
  public func rawOperands(_ p: Process) -> ArraySlice<Int32> {
    operands[Int(starts[Int(p.id)])..<Int(starts[Int(p.id) + 1])]
  }

  public func operandCount(_ p: Process) -> Int { Int(starts[Int(p.id) + 1] - starts[Int(p.id)]) }

  /// Operand `i` read as a process.
  public func operand(_ p: Process, _ i: Int) -> Process { Process(id: operands[Int(starts[Int(p.id)]) + i]) }

  /// The on operands, as processes.
  public func onOperands(_ p: Process) -> [Process] {
    op(p).onOperands(count: operandCount(p)).map { operand(p, $0) }
  }

  /// Finds or makes a row. O(operands) on average.
  public func make(_ op: Operator, parameter: Int32 = 0, operands list: [Int32] = []) -> Process {
    precondition(op != .deferred, "deferred processes are made by `deferred()`")
    var hash = UInt64(op.rawValue) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(UInt32(bitPattern: parameter))
    for x in list {
      hash = (hash ^ UInt64(UInt32(bitPattern: x))) &* 0xD6E8_FEB8_6659_FD93
      hash ^= hash >> 29
    }
    hash ^= hash >> 32
    if let found = index.find(hash, where: { isRow($0, op, parameter, list) }) { return Process(id: found) }
    let id = append(op, parameter, list)
    index.insert(hash, id)
    return Process(id: id)
  }

  private func isRow(_ id: Int32, _ op: Operator, _ parameter: Int32, _ list: [Int32]) -> Bool {
    guard operators[Int(id)] == op, parameters[Int(id)] == parameter else { return false }
    let start = Int(starts[Int(id)])
    guard Int(starts[Int(id) + 1]) - start == list.count else { return false }
    for i in 0..<list.count where operands[start + i] != list[i] { return false }
    return true
  }

  private func append(_ op: Operator, _ parameter: Int32, _ list: [Int32]) -> Int32 {
    operators.append(op)
    parameters.append(parameter)
    operands.append(contentsOf: list)
    starts.append(Int32(operands.count))
    resolutions.append(Self.unresolved)
    origins.append(-1)
    return Int32(operators.count - 1)
  }

  // MARK: Deferred processes

  /// A new process that `source` will evaluate when it is first resolved. Every call makes a new one.
  public func deferred() -> Process { Process(id: append(.deferred, 0, [])) }

  /// The canonical form of `p` (I2, I3): deferred operands evaluated, all through the on operands.
  ///
  /// - Throws: what the source throws, and ``UnguardedRecursion`` by I4.
  public func resolve(_ p: Process) throws -> Process {
    let known = resolutions[Int(p.id)]
    if known >= 0 { return Process(id: known) }
    if known == Self.inProgress { throw UnguardedRecursion(process: p) }
    resolutions[Int(p.id)] = Self.inProgress
    do {
      let canonical = try resolveRow(p)
      resolutions[Int(p.id)] = canonical.id
      resolutions[Int(canonical.id)] = canonical.id
      if op(p) == .deferred, origins[Int(canonical.id)] < 0 { origins[Int(canonical.id)] = p.id }
      return canonical
    } catch {
      resolutions[Int(p.id)] = Self.unresolved
      throw error
    }
  }

  private func resolveRow(_ p: Process) throws -> Process {
    let op = op(p)
    if op == .deferred {
      guard let source else { preconditionFailure("a deferred process needs `source`") }
      return try resolve(try source.evaluate(p))
    }
    let on = op.onOperands(count: operandCount(p))
    guard !on.isEmpty else { return p }
    var list = Array(rawOperands(p))
    var changed = false
    for i in on {
      let canonical = try resolve(Process(id: list[i])).id
      if canonical != list[i] {
        list[i] = canonical
        changed = true
      }
    }
    return changed ? make(op, parameter: parameter(p), operands: list) : p
  }

  /// A deferred process that resolved to the canonical `p`, whose name says where `p` comes from.
  public func origin(_ p: Process) -> Process? {
    let origin = origins[Int(p.id)]
    return origin < 0 ? nil : Process(id: origin)
  }

  // MARK: Parameters

  /// Interns a set of events of Σ, given in any order.
  public func set(_ events: some Sequence<Event>) -> EventSet {
    EventSet(id: sets.intern(EventSetContents(sorted: Array(Set(events)).sorted())))
  }
  public func contents(_ set: EventSet) -> EventSetContents { sets[set.id] }

  /// Interns a relation given as (from, to) pairs.
  public func renaming(_ pairs: some Sequence<(Event, Event)>) -> Renaming {
    var images: [Event: Set<Event>] = [:]
    for (from, to) in pairs { images[from, default: []].insert(to) }
    return Renaming(id: renamings.intern(RenamingContents(images: images.mapValues { $0.sorted() })))
  }
  public func contents(_ renaming: Renaming) -> RenamingContents { renamings[renaming.id] }

  public func linkage(_ pairs: some Sequence<LinkageContents.Link>) -> Linkage {
    Linkage(id: linkages.intern(LinkageContents(pairs: Array(Set(pairs)).sorted())))
  }
  public func contents(_ linkage: Linkage) -> LinkageContents { linkages[linkage.id] }

  /// Interns an order given as loser → winners, already transitively closed.
  public func priority(_ winners: [Event: Set<Event>]) -> Priority {
    Priority(id: priorities.intern(PriorityContents(winners: winners.mapValues { $0.sorted() })))
  }
  public func contents(_ priority: Priority) -> PriorityContents { priorities[priority.id] }
}

/// A process: a row of a ``ProcessTable``.
public struct Process: Hashable, Comparable, Sendable {
  public let id: Int32
  public init(id: Int32) { self.id = id }
  public static func < (a: Process, b: Process) -> Bool { a.id < b.id }
}

/// Evaluates deferred processes: the functional half of a language.
public protocol DeferredProcesses: AnyObject {
  /// What `deferred` stands for; may itself be deferred, and is called once for each.
  func evaluate(_ deferred: Process) throws -> Process
  /// What to call `deferred` when talking to a person, such as `PHIL(1)`.
  func name(of deferred: Process) -> String
}

/// A process that is its own on operand, such as `P = P [] Q`: it has no first step.
public struct UnguardedRecursion: Error {
  public let process: Process
  public init(process: Process) { self.process = process }
}
