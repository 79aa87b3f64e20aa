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
  /// How deep on operands may nest, at most 65,534. Deeper terms end in ``TermTooDeep``: they come from recursion
  /// through an on operand, and every step of one costs time in its depth.
  public var depthLimit = 4_000

  /// What is looked at together lies together: one cache line a row, but for its operands.
  @usableFromInline struct Row {
    /// Where the operands begin in `operands`; they end where the next row's begin.
    @usableFromInline var start: UInt32
    @usableFromInline var parameter: Int32
    /// The canonical process, or `unresolved` or `inProgress`.
    @usableFromInline var resolution: Int32
    /// On operands below this one; saturates at 65,535.
    @usableFromInline var depth: UInt16
    @usableFromInline var op: Operator
    /// The sum of its `RowHash`.
    var hash: UInt64
  }

  // SAFETY: unchecked exclusivity, whose checks took a third of the time of a search. A table belongs to one thread, and
  // nothing that is called during an access to one of these three reaches the same one again.
  @exclusivity(unchecked) @usableFromInline private(set) var rows: [Row] = []
  @exclusivity(unchecked) @usableFromInline private(set) var operands: [Int32] = []
  @exclusivity(unchecked) private var index = OpenIndex()
  /// Canonical process → the first deferred process with a name that resolved to it.
  private var origins: [Int32: Int32] = [:]
  /// Whether a row was ever made that compresses: what must look for them need not where there is none.
  public internal(set) var hasCompressions = false
  /// Of `resolve`; kept for its storage.
  private var tasks: [Task] = []

  private var sets = Interner<EventSetContents>()
  private var renamings = Interner<RenamingContents>()
  // SAFETY: as above, for `contains`, which is asked for every step.
  @exclusivity(unchecked) private var members = EventSetMembers()
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
  public var count: Int { rows.count }

  // MARK: Rows

  @inlinable public func op(_ p: Process) -> Operator { rows[Int(p.id)].op }
  @inlinable public func parameter(_ p: Process) -> Int32 { rows[Int(p.id)].parameter }

  @inlinable func operandRange(_ id: Int32) -> Range<Int> {
    let next = Int(id) + 1
    return Int(rows[Int(id)].start)..<(next < rows.count ? Int(rows[next].start) : operands.count)
  }

  /// The raw operands: see each case of ``Operator``.
  public func rawOperands(_ p: Process) -> ArraySlice<Int32> { operands[operandRange(p.id)] }

  @inlinable public func operandCount(_ p: Process) -> Int { operandRange(p.id).count }

  /// Raw operand `i`.
  @inlinable public func rawOperand(_ p: Process, _ i: Int) -> Int32 { operands[Int(rows[Int(p.id)].start) + i] }

  /// Operand `i` read as a process.
  @inlinable public func operand(_ p: Process, _ i: Int) -> Process { Process(id: rawOperand(p, i)) }

  /// How many of the first operands are on; the others are off, or no processes.
  public func onOperandCount(_ p: Process) -> Int { op(p).onOperands(count: operandCount(p)).count }

  /// The on operands, as processes.
  public func onOperands(_ p: Process) -> [Process] { (0..<onOperandCount(p)).map { operand(p, $0) } }

  /// How many on operands lie below one another in `p`, a canonical process; 1 for one without.
  @inlinable public func depth(_ p: Process) -> Int { Int(rows[Int(p.id)].depth) }

  /// Finds or makes a row. O(operands) on average.
  public func make(_ op: Operator, parameter: Int32 = 0, operands list: [Int32] = []) -> Process {
    precondition(op != .deferred, "deferred processes are made by `deferred()`")
    var hash = RowHash(op, parameter)
    for i in list.indices { hash.add(list[i], at: i) }
    let found = index.find(hash.value) { id in
      guard rows[Int(id)].op == op, rows[Int(id)].parameter == parameter else { return false }
      let range = operandRange(id)
      guard range.count == list.count else { return false }
      for i in list.indices where operands[range.lowerBound + i] != list[i] { return false }
      return true
    }
    if let found { return Process(id: found) }
    let start = operands.count
    operands.append(contentsOf: list)
    return append(op, parameter, start, hash)
  }

  /// The row of `p` with operand `i` replaced by `q`: what most steps of an operator lead to. O(operands) on average.
  public func replacing(_ p: Process, _ i: Int, by q: Process) -> Process {
    let model = rows[Int(p.id)], from = operandRange(p.id), place = from.lowerBound + i
    if operands[place] == q.id { return p }
    var hash = RowHash(sum: model.hash)
    hash.replace(operands[place], by: q.id, at: i)
    let found = index.find(hash.value) { id in
      guard rows[Int(id)].op == model.op, rows[Int(id)].parameter == model.parameter else { return false }
      let range = operandRange(id), shift = range.lowerBound - from.lowerBound
      guard range.count == from.count, operands[place + shift] == q.id else { return false }
      for k in from where operands[k + shift] != operands[k] && k != place { return false }
      return true
    }
    if let found { return Process(id: found) }
    let start = operands.count
    for k in from { operands.append(operands[k]) }
    operands[start + i] = q.id
    return append(model.op, model.parameter, start, hash)
  }

  /// Completes the row whose operands were appended at `start`. It is canonical if its on operands are.
  private func append(_ op: Operator, _ parameter: Int32, _ start: Int, _ hash: RowHash) -> Process {
    let id = Int32(rows.count)
    var depth: UInt16 = 0, isCanonical = true
    for k in op.onOperands(count: operands.count - start) {
      let operand = operands[start + k], row = rows[Int(operand)]
      depth = max(depth, row.depth)
      isCanonical = isCanonical && row.resolution == operand
    }
    rows.append(
      Row(
        start: UInt32(start), parameter: parameter, resolution: isCanonical ? id : Self.unresolved,
        depth: depth == .max ? depth : depth + 1, op: op, hash: hash.sum))
    index.insert(hash.value, id) { RowHash(sum: rows[Int($0)].hash).value }
    return Process(id: id)
  }

  // MARK: Deferred processes

  /// A new process that `source` will evaluate when it is first resolved. Every call makes a new one.
  public func deferred() -> Process {
    rows.append(
      Row(start: UInt32(operands.count), parameter: 0, resolution: Self.unresolved, depth: 0, op: .deferred, hash: 0))
    return Process(id: Int32(rows.count - 1))
  }

  /// The canonical form of `p` (I2, I3): deferred operands evaluated, all through the on operands.
  ///
  /// - Throws: what the source throws, ``UnguardedRecursion`` by I4, and ``TermTooDeep``.
  public func resolve(_ p: Process) throws -> Process {
    let known = rows[Int(p.id)].resolution
    return known >= 0 ? Process(id: known) : try resolveByTasks(p)
  }

  /// `id` is to be resolved, or, when all below it is, finished with the `value` of a deferred process.
  private enum Task {
    case resolve(id: Int32)
    case finish(id: Int32, value: Int32)
  }

  /// The recursion of `resolve` on a stack of its own, so that no term is too deep for the thread's.
  private func resolveByTasks(_ p: Process) throws -> Process {
    // The source may resolve other processes while it evaluates: each call has its own part of the stack.
    let base = tasks.count
    var depth = 0
    tasks.append(.resolve(id: p.id))
    do {
      while tasks.count > base {
        switch tasks.removeLast() {
        case .resolve(let id):
          if rows[Int(id)].resolution >= 0 { continue }
          if rows[Int(id)].resolution == Self.inProgress { throw UnguardedRecursion(process: Process(id: id)) }
          // Half of the tasks may be names, which `depth(_:)` does not count.
          if depth >= 2 * depthLimit { throw TermTooDeep(process: p, limit: depthLimit) }
          depth += 1
          rows[Int(id)].resolution = Self.inProgress
          if rows[Int(id)].op == .deferred {
            // On the stack before the evaluation, so that an error of it is cleaned up like any other.
            tasks.append(.finish(id: id, value: -1))
            guard let source else { preconditionFailure("a deferred process needs `source`") }
            let value = try source.evaluate(Process(id: id)).id
            tasks[tasks.count - 1] = .finish(id: id, value: value)
            tasks.append(.resolve(id: value))
          } else {
            tasks.append(.finish(id: id, value: -1))
            let start = Int(rows[Int(id)].start)
            for i in rows[Int(id)].op.onOperands(count: operandRange(id).count).reversed() {
              tasks.append(.resolve(id: operands[start + i]))
            }
          }
        case .finish(let id, let value):
          depth -= 1
          let canonical = value >= 0 ? rows[Int(value)].resolution : canonicalRow(id)
          rows[Int(id)].resolution = canonical
          if value >= 0, origins[canonical] == nil, let source, source.isNamed(Process(id: id)) {
            origins[canonical] = id
          }
        }
      }
    } catch {
      while tasks.count > base {
        if case .finish(let id, _) = tasks.removeLast() { rows[Int(id)].resolution = Self.unresolved }
      }
      throw error
    }
    return Process(id: rows[Int(p.id)].resolution)
  }

  /// The row `id` with its on operands, all resolved, in their canonical forms.
  private func canonicalRow(_ id: Int32) -> Int32 {
    let p = Process(id: id), op = op(p)
    var list = Array(rawOperands(p))
    for i in op.onOperands(count: list.count) { list[i] = rows[Int(list[i])].resolution }
    if op == .compress { return compress(Process(id: list[0]), by: compressions(p)).id }
    return make(op, parameter: parameter(p), operands: list).id
  }

  /// A deferred process with a name that resolved to the canonical `p`; the name says where `p` comes from.
  public func origin(_ p: Process) -> Process? { origins[p.id].map { Process(id: $0) } }

  // MARK: Parameters

  /// Interns a set of events of Σ, given in any order.
  public func set(_ events: some Sequence<Event>) -> EventSet {
    let contents = EventSetContents(sorted: Array(Set(events)).sorted())
    let id = sets.intern(contents)
    if id == members.count { members.append(contents) }
    return EventSet(id: id)
  }
  public func contents(_ set: EventSet) -> EventSetContents { sets[set.id] }
  /// Constant time.
  public func contains(_ set: EventSet, _ event: Event) -> Bool { members.contains(set, event) }

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
  /// What to call `deferred` when talking to a person, such as `PHIL(1)`; empty when it has no name of its own.
  func name(of deferred: Process) -> String
  /// Whether that is not empty. Asked for each deferred process that is resolved, so not to be answered by the name.
  func isNamed(_ deferred: Process) -> Bool
}

extension DeferredProcesses {
  public func isNamed(_ deferred: Process) -> Bool { !name(of: deferred).isEmpty }
}

/// A process that is its own on operand, such as `P = P [] Q`: it has no first step.
public struct UnguardedRecursion: Error {
  public let process: Process
  public init(process: Process) { self.process = process }
}

/// A process whose on operands nest deeper than ``ProcessTable/depthLimit``, such as what `P = a -> (P ||| P)` becomes.
public struct TermTooDeep: Error {
  public let process: Process
  public let limit: Int
  public init(process: Process, limit: Int) { (self.process, self.limit) = (process, limit) }
}
