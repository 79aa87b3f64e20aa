public import ProcessTerms

/// The operational semantics of CSP: which steps a process term can make, and what it becomes by each.
///
/// A rule for each operator, in `Rules/`, finds the steps of a term from those of its on operands. The steps of the
/// operands are kept; terms share their operands, so that a new state costs little more than its own rule.
///
/// Invariants:
/// - I1: every process that is handed out is canonical.
/// - I2: the transitions of a process are a set, ascending.
/// - I3: a rule reads transitions of on operands alone; they are known before it runs. `chase`, `deter` and the watchdogs
///   look further, and do so before they append anything.
///
/// Not `Sendable`, like its table.
///
/// > Source: Roscoe, *The Theory and Practice of Concurrency* (TPC), chapter 7; *Understanding Concurrent Systems*
/// > (UCS), chapter 9; where they are silent, the FDR manual. `Documentation/Semantics` shows all rules on one page.
public final class FiringRules {
  public let table: ProcessTable
  /// How many τ `chase`, `deter` and watchdogs follow before they give up with ``ChaseTooLong``.
  public var chaseLimit = 100_000
  /// How many combinations of steps one synchronisation may have before it is given up with ``TooManyTransitions``.
  public var transitionLimit = 10_000_000

  // SAFETY: unchecked exclusivity, whose checks took a third of the time of a search. Rules belong to one thread, and
  // nothing that is called during an access to one of these four reaches the same one again.
  @exclusivity(unchecked) var store = TransitionStore()
  /// Terms whose operands are being evaluated.
  @exclusivity(unchecked) private var pending: [Process] = []
  /// Scratch of `emitCombinations`.
  @exclusivity(unchecked) var participants: [Participant] = []
  @exclusivity(unchecked) var row: [Int32] = []
  var alphabets = AlphabetIndex()
  /// Where `chase` ended: see `Chase.swift`.
  var chaseEnds: [Process: Process?] = [:]
  /// Terms whose rules are looking further: see `LookingAhead.swift`.
  var lookingAhead: Set<Process> = []
  /// What was found to have no compression that priority, or `chase`, cannot stand over: see `Compression.swift`.
  var safeUnder: [Operator: Set<Process>] = [:]

  public init(_ table: ProcessTable) { self.table = table }

  /// The transitions of `process`, a set in ascending order, each target canonical. Kept for the next time.
  ///
  /// - Throws: what ``ProcessTable/resolve(_:)`` throws: an error of the evaluation, ``UnguardedRecursion`` or
  ///   ``TermTooDeep``; ``ChaseTooLong``; ``TooManyTransitions``; ``UnsafeCompression``. Then nothing is kept of `process`.
  /// - Complexity: that of the rule of its operator, where the operands are known.
  public func transitions(of process: Process) throws -> [Transition] {
    let range = try known(table.resolve(process))
    return Array(store.all[range])
  }

  /// Appends the transitions of `process` to `list`, and keeps those of its operands only: for searches, which ask once.
  public func appendTransitions(of process: Process, to list: inout [Transition]) throws {
    let p = try table.resolve(process)
    if store.isKnown(p) {
      list.append(contentsOf: store.all[store.range(p)])
      return
    }
    try evaluateOperands(of: p)
    let mark = try fire(p)
    list.append(contentsOf: store.all[mark...])
    store.discard(from: mark)
  }

  /// Where the transitions of the canonical `p` lie in the store, found first if need be.
  func known(_ p: Process) throws -> Range<Int> {
    if !store.isKnown(p) {
      try evaluateOperands(of: p)
      store.finish(p, from: try fire(p))
    }
    return store.range(p)
  }

  /// Makes I3 true for `p`. Recursion over the term on a stack of its own: a term may be deeper than the thread's stack.
  private func evaluateOperands(of p: Process) throws {
    if table.depth(p) > table.depthLimit { throw TermTooDeep(process: p, limit: table.depthLimit) }
    let base = pending.count
    pushUnknownOperands(of: p)
    do {
      while pending.count > base {
        let q = pending[pending.count - 1]
        if store.isKnown(q) || !pushUnknownOperands(of: q) {
          if !store.isKnown(q) { store.finish(q, from: try fire(q)) }
          pending.removeLast()
        }
      }
    } catch {
      pending.removeLast(pending.count - base)
      throw error
    }
  }

  /// Whether there were any.
  @discardableResult
  private func pushUnknownOperands(of p: Process) -> Bool {
    let before = pending.count
    for i in 0..<table.onOperandCount(p) {
      let operand = table.operand(p, i)
      if !store.isKnown(operand) { pending.append(operand) }
    }
    return pending.count > before
  }

  /// Runs the rule of `p` and answers where in the store its transitions begin; they end with the store.
  private func fire(_ p: Process) throws -> Int {
    let op = table.op(p)
    if table.hasCompressions { try requireSafeCompressions(under: p) }
    let end = op == .chase || op == .deter ? try endOfChase(p) : nil
    let watched = op == .traceWatchdog || op == .failureWatchdog ? try stepsOfWatchdog(p) : []
    let mark = store.count
    do {
      switch op {
      case .stop, .omega: break
      case .skip: emit(.tick, table.omega)
      case .div: emit(.tau, p)
      case .run: fireRun(p)
      case .chaos: fireChaos(p)
      case .prefix: try firePrefix(p)
      case .externalChoice: fireExternalChoice(p)
      case .internalChoice: try fireInternalChoice(p)
      case .sliding: try fireSliding(p)
      case .sequence: try fireSequence(p)
      case .interrupt: fireInterrupt(p)
      case .exception: try fireException(p)
      case .hide: fireHide(p)
      case .project: fireProject(p)
      case .rename: fireRename(p)
      case .parallel: try fireParallel(p)
      case .alphabetised: try fireAlphabetised(p)
      case .linked: try fireLinked(p)
      case .synchronisingChoice: try fireSynchronisingChoice(p)
      case .synchronisingInterrupt: try fireSynchronisingInterrupt(p)
      case .prioritise: firePrioritise(p)
      case .chase: fireChase(p, end: end)
      case .deter: fireDeter(p, end: end)
      case .traceWatchdog, .failureWatchdog: for step in watched { store.append(step) }
      case .compress: fireCompress(p)
      case .deferred: preconditionFailure("a canonical process is not deferred")
      }
    } catch {
      store.discard(from: mark)
      throw error
    }
    store.sort(from: mark)
    return mark
  }

  // MARK: For the rules

  /// Adds a transition of the process whose rule is running.
  func emit(_ event: Event, _ target: Process) { store.append(Transition(event, target)) }

  /// Where the transitions of on operand `i` of `p` lie in the store.
  func steps(_ p: Process, _ i: Int) -> Range<Int> { store.range(table.operand(p, i)) }
}
