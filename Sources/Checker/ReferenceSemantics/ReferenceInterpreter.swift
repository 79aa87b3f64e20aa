/// The slow, obviously right reading of process terms: a process is what its firing rules derive.
///
/// It decides and replays everything with code of its own, so that an error of the engine cannot hide itself: apart
/// from the terms (`ProcessTerms`) nothing is shared, and nothing here is clever. Sources: Roscoe, *The Theory and
/// Practice of Concurrency* (TPC), chapters 7 and 8; *Understanding Concurrent Systems* (UCS), chapters 9 and 11.
///
/// Invariants:
/// - I1: every process handed out is canonical (`ProcessTable.resolve`).
/// - I2: the steps of a process are a set, given ascending by event, then by target.
/// - I3: the inferences of a process are always the same, in the same order.
/// - I4: what is kept is only what was derived; forgetting all of it changes no answer.
public import ProcessTerms

public final class ReferenceInterpreter {
  public let table: ProcessTable

  /// How many silent steps `chase`, `deter` and watchdogs follow before they give up.
  public var chaseLimit = 100_000

  /// What was derived so far, keyed by canonical process.
  private var derived: [Process: (inferences: [Inference], steps: [Step])] = [:]
  /// How far silent steps were followed from operands of `chase`, while the next steps are being derived.
  private var unfinished: [Process: (at: Process, met: Set<Process>)] = [:]

  /// Called for every process whose silent steps are followed; what it throws ends a replay or a decision.
  public var checkpoint: (() throws -> Void)?

  public init(_ table: ProcessTable) { self.table = table }

  /// What a process can do next, and what it then is.
  public struct Step: Hashable, Comparable, Sendable {
    public let event: Event
    public let target: Process

    public init(_ event: Event, _ target: Process) {
      self.event = event
      self.target = target
    }

    public static func < (a: Step, b: Step) -> Bool { (a.event, a.target) < (b.event, b.target) }
  }

  /// More states were met than the caller allowed.
  public struct StateLimitReached: Error, Equatable {
    public let limit: Int
  }

  /// The steps of `p`, ascending, without duplicates.
  ///
  /// - Throws: what `ProcessTable.resolve` throws; ``StateLimitReached`` where `chase` finds no end.
  public func steps(of p: Process) throws -> [Step] {
    let p = try table.resolve(p)
    try derive(p)
    return derivedSteps(p)
  }

  /// Like ``steps(of:)``, for those who ask once: what is derived of `p` itself is not kept.
  func stepsOnce(of p: Process) throws -> [Step] {
    let p = try table.resolve(p)
    if isDerived(p) { return derivedSteps(p) }
    while case let needed = try processesNeeded(by: p), !needed.isEmpty {
      for process in needed { try derive(process) }
    }
    return Set(try applyRules(to: p).map(\.conclusion)).sorted()
  }

  /// Every way in which a firing rule derives a step of `p`.
  func inferences(of p: Process) throws -> [Inference] {
    let p = try table.resolve(p)
    try derive(p)
    return derived[p]!.inferences
  }

  /// The events that `p` can do next, τ and ✓ included.
  public func initials(of p: Process) throws -> Set<Event> { Set(try steps(of: p).map(\.event)) }

  /// Whether `p` is Ω, which has nothing left to do.
  public func isTerminated(_ p: Process) throws -> Bool { try table.resolve(p) == table.omega }

  /// The steps of a process that ``derive(_:)`` has been through.
  func derivedSteps(_ p: Process) -> [Step] { derived[p]!.steps }
  func isDerived(_ p: Process) -> Bool { derived[p] != nil }

  /// Derives the steps of a canonical `p`, and before them those that its rules look at. A list of what is still to do
  /// stands in for recursion, because terms may be deeper than the stack.
  private func derive(_ p: Process) throws {
    var waiting = [p]
    // Those that wait for what lies above them.
    var begun: Set<Process> = []
    while let next = waiting.last {
      guard derived[next] == nil else {
        waiting.removeLast()
        continue
      }
      let needed = try processesNeeded(by: next)
      if needed.isEmpty {
        let inferences = try applyRules(to: next)
        derived[next] = (inferences, Set(inferences.map(\.conclusion)).sorted())
        waiting.removeLast()
      } else {
        begun.insert(next)
        if let again = needed.first(where: begun.contains) { throw UnguardedRecursion(process: again) }
        waiting += needed
      }
    }
  }

  /// Those whose steps the rules of `p` have as premises and which were not derived yet.
  private func processesNeeded(by p: Process) throws -> [Process] {
    switch table.op(p) {
    case .chase, .deter:
      guard case .needs(let next) = try followSilently(table.operand(p, 0)) else { return [] }
      return [next]
    case .traceWatchdog, .failureWatchdog: return try placesNeeded(byWatchdog: p)
    default: return table.onOperands(p).filter { derived[$0] == nil }
    }
  }

  // MARK: Chase

  /// Where following silent steps leads, each time the one to the smallest process.
  enum SilentWay {
    case ends(Process)
    case loops
    /// The steps of this one must be derived before it is known.
    case needs(Process)
  }

  func followSilently(_ start: Process) throws -> SilentWay {
    var way = unfinished.removeValue(forKey: start) ?? (at: start, met: [])
    while let steps = derived[way.at]?.steps {
      guard let silent = steps.first(where: { $0.event == .tau }) else { return .ends(way.at) }
      guard way.met.insert(way.at).inserted else { return .loops }
      if way.met.count > chaseLimit { throw StateLimitReached(limit: chaseLimit) }
      way.at = silent.target
    }
    unfinished[start] = way
    return .needs(way.at)
  }
}
