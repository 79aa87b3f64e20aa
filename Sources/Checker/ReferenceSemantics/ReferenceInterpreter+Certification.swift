/// Certificates: what somebody else has decided to hold, looked at again from the definitions.
///
/// A certificate *in full* visits every pair of a process and what its trace allows. Beyond a limit there are random
/// walks over the same pairs, which can refute and never prove. Either way a fault that is found is a fault: the
/// statement is wrong, or this interpreter is.
public import ProcessTerms

extension ReferenceInterpreter {
  /// What is said to hold.
  public enum Statement: Hashable, Sendable {
    case refinement(specification: Process, implementation: Process, Model)
    /// In T the same as in F.
    case deadlockFree(Process, Model)
    case divergenceFree(Process)
    /// In T the same as in F.
    case deterministic(Process, Model)
    case hasTrace(Process, [Event], Model)
  }

  public struct CertificationLimits: Hashable, Sendable {
    /// Pairs, processes, and members of sets that are visited in full.
    public var states = 10_000_000
    /// Beyond, so many walks from the start, each of so many steps at most.
    public var walks = 1_000, walkLength = 200
    /// The same seed, the same walks.
    public var seed: UInt64 = 1

    public init() {}
  }

  public enum Certificate: Hashable, Sendable {
    /// Every pair was visited; there are so many.
    case inFull(states: Int)
    /// There are too many; so many walks from the start, each of so many steps at most, found no fault.
    case byWalks(count: Int, length: Int, seed: UInt64)
  }

  /// A statement does not hold.
  public struct Refutation: Error, Hashable, Sendable, CustomStringConvertible {
    /// What leads to the fault; visible events alone.
    public let trace: [Event]
    /// What is wrong there.
    public let fault: String
    public let description: String
  }

  /// Certifies a statement.
  ///
  /// - Parameters:
  ///   - known: as many states as are known to be there, at least: where these are too many, walks are taken at once.
  ///   - checkpoint: called now and then with how many processes were met; what it throws ends the work.
  /// - Throws: ``Refutation``; what evaluation throws; ``StateLimitReached`` where not even walks are possible, since
  ///   one set of processes is too large.
  public func certify(
    _ statement: Statement, limits: CertificationLimits = CertificationLimits(), atLeast known: Int = 0,
    checkpoint: @escaping (Int) throws -> Void = { _ in }
  ) throws -> Certificate {
    if case .hasTrace(let p, let trace, let model) = statement {
      let numbered = NumberedProcesses(self, limit: limits.states, checkpoint)
      try follow(trace, in: model, TraceSets(p, numbered, limit: limits.states))
      return .inFull(states: numbered.count)
    }
    if known <= limits.states {
      do {
        return .inFull(states: try CertifyingWalk(statement, self, limit: limits.states, checkpoint).everything())
      } catch is StateLimitReached {}
    }
    let limit = max(limits.states, limits.walks * limits.walkLength)
    try CertifyingWalk(statement, self, limit: limit, checkpoint).atRandom(limits)
    return .byWalks(count: limits.walks, length: limits.walkLength, seed: limits.seed)
  }

  /// Requires that the process whose sets these are has the trace.
  private func follow(_ trace: [Event], in model: Model, _ sets: TraceSets) throws {
    var node = sets.start
    for i in 0...trace.count {
      func refute(_ fault: String) -> Refutation { refutation(after: Array(trace[..<i]), fault) }
      if model == .failuresDivergences, try sets.diverges(at: node) { throw refute(Fault.divergence.text) }
      guard i < trace.count else { return }
      let event = trace[i], name = table.alphabet.name(event)
      guard let next = try sets.after(event, from: node) else { throw refute("\(name) is not possible") }
      if model != .traces, try sets.canRefuse(event, at: node) { throw refute("\(name) can be refused") }
      node = next
    }
  }

  fileprivate func refutation(after trace: [Event], _ fault: String) -> Refutation {
    let names = trace.map(table.alphabet.name).joined(separator: ", ")
    return Refutation(trace: trace, fault: fault, description: "after ⟨\(names)⟩: \(fault)")
  }
}

/// What is wrong at a pair.
private struct Fault: Error {
  let text: String
  static let divergence = Fault(text: "it can diverge")
}

/// Pairs of a process and a node of what is allowed, and what must be so at each.
private final class CertifyingWalk {
  private let interpreter: ReferenceInterpreter
  private let numbered: NumberedProcesses
  private let start: Int32
  /// nil where nothing is compared.
  private let allowance: (any Allowance)?
  private let looksAtRefusals: Bool
  private let forbidsDivergence: Bool
  private let forbidsDeadlock: Bool
  private let limit: Int

  private struct Pair: Hashable {
    let process: Int32, node: Int32
  }

  init(
    _ statement: ReferenceInterpreter.Statement, _ interpreter: ReferenceInterpreter, limit: Int,
    _ checkpoint: @escaping (Int) throws -> Void
  ) throws {
    let numbered = NumberedProcesses(interpreter, limit: limit, checkpoint)
    let process: Process
    var allowance: (any Allowance)?
    switch statement {
    case .refinement(let specification, let implementation, let model):
      process = implementation
      allowance = try TraceSets(specification, numbered, limit: limit)
      (looksAtRefusals, forbidsDivergence) = (model != .traces, model == .failuresDivergences)
      forbidsDeadlock = false
    case .deadlockFree(let p, let model):
      process = p
      (looksAtRefusals, forbidsDivergence, forbidsDeadlock) = (false, model == .failuresDivergences, true)
    case .divergenceFree(let p):
      process = p
      (looksAtRefusals, forbidsDivergence, forbidsDeadlock) = (false, true, false)
    case .deterministic(let p, let model):
      process = p
      if model == .failuresDivergences {
        do { allowance = try Resolution(p, numbered) } catch is Resolution.Loops {
          throw interpreter.refutation(after: [], Fault.divergence.text)
        }
      } else {
        allowance = try TraceSets(p, numbered, limit: limit, demandsEverything: true)
      }
      (looksAtRefusals, forbidsDivergence, forbidsDeadlock) = (true, model == .failuresDivergences, false)
    case .hasTrace: preconditionFailure("a trace needs no walk")
    }
    (self.interpreter, self.numbered, self.allowance, self.limit) = (interpreter, numbered, allowance, limit)
    start = try numbered.number(of: process)
  }

  private var startPair: Pair { Pair(process: start, node: Int32(allowance?.start ?? 0)) }

  /// Visits every pair that can be reached, breadth first, and says how many there are.
  func everything() throws -> Int {
    var met: Set<Pair> = [startPair]
    var reached = [Reached(pair: startPair, from: -1, event: .tau)]
    // Processes whose divergence is not allowed. Where one of them goes by τ is also one.
    var calm: Set<Int32> = []
    var next = 0
    while next < reached.count {
      if met.count > limit { throw ReferenceInterpreter.StateLimitReached(limit: limit) }
      let pair = reached[next].pair
      if try !allowsEverything(pair) {
        if forbidsDivergence { calm.insert(pair.process) }
        for (event, target) in try successors(of: pair, after: { trace(to: next, reached) })
        where met.insert(target).inserted { reached.append(Reached(pair: target, from: Int32(next), event: event)) }
      }
      next += 1
    }
    if forbidsDivergence, try !numbered.isDivergenceFree(calm) { throw try divergence(of: calm, reached) }
    return met.count
  }

  /// A pair, with the way to it.
  private struct Reached {
    let pair: Pair
    /// Its number among those that were reached; −1 for the start.
    let from: Int32
    let event: Event
  }

  private func trace(to index: Int, _ reached: [Reached]) -> [Event] {
    var trace: [Event] = [], at = index
    while reached[at].from >= 0 {
      if reached[at].event != .tau { trace.append(reached[at].event) }
      at = Int(reached[at].from)
    }
    return trace.reversed()
  }

  /// The first of the pairs that were reached whose process is in `calm` and diverges: there is one.
  private func divergence(of calm: Set<Int32>, _ reached: [Reached]) throws -> ReferenceInterpreter.Refutation {
    let divergent = try interpreter.divergent(among: Set(calm.map { numbered.processes[Int($0)] }))
    let place = try reached.firstIndex { entry in
      try divergent.contains(numbered.processes[Int(entry.pair.process)]) && !allowsEverything(entry.pair)
    }
    return interpreter.refutation(after: trace(to: place!, reached), Fault.divergence.text)
  }

  /// Walks from the start to where there is no way on, or as far as `limits` say.
  func atRandom(_ limits: ReferenceInterpreter.CertificationLimits) throws {
    var random = Randomness(state: limits.seed)
    for _ in 0..<limits.walks {
      var pair = startPair, trace: [Event] = []
      // Passed since the last event: one that comes twice is on a loop of τ.
      var silent: Set<Int32> = [pair.process]
      for _ in 0..<limits.walkLength {
        guard try !allowsEverything(pair), case let ways = try successors(of: pair, after: { trace }), !ways.isEmpty
        else { break }
        let (event, next) = ways[random.below(ways.count)]
        if event != .tau {
          silent = []
          trace.append(event)
        }
        if !silent.insert(next.process).inserted, forbidsDivergence {
          throw interpreter.refutation(after: trace, Fault.divergence.text)
        }
        pair = next
      }
    }
  }

  /// Below a divergence of the specification everything is allowed.
  private func allowsEverything(_ pair: Pair) throws -> Bool {
    guard forbidsDivergence, let allowance else { return false }
    return try allowance.diverges(at: Int(pair.node))
  }

  // MARK: What must be so

  /// Where a pair leads, after what must be so at it.
  private func successors(of pair: Pair, after trace: () -> [Event]) throws -> [(Event, Pair)] {
    do { return try successors(of: pair) } catch let fault as Fault {
      throw interpreter.refutation(after: trace(), fault.text)
    }
  }

  private func successors(of pair: Pair) throws -> [(Event, Pair)] {
    let steps = try numbered.steps(pair.process)
    if forbidsDeadlock, steps.isEmpty, !numbered.isTerminated(pair.process) {
      throw Fault(text: "\(name(pair.process)) is a deadlock")
    }
    guard let allowance else { return steps.map { ($0.event, Pair(process: $0.target, node: 0)) } }
    if looksAtRefusals, let acceptance = try numbered.acceptance(pair.process) {
      let allowed = try allowance.acceptances(at: Int(pair.node))
      guard allowed.contains(where: { Set($0).isSubset(of: acceptance) }) else {
        throw Fault(text: "\(name(pair.process)) refuses more than is allowed")
      }
    }
    return try steps.map { step in
      if step.event == .tau { return (step.event, Pair(process: step.target, node: pair.node)) }
      func event() -> String { numbered.table.alphabet.name(step.event) }
      do {
        guard let node = try allowance.after(step.event, from: Int(pair.node)) else {
          throw Fault(text: "\(name(pair.process)) can do \(event()), which is not allowed")
        }
        return (step.event, Pair(process: step.target, node: Int32(node)))
      } catch is Resolution.Loops {
        throw Fault(text: "it can diverge after \(event())")
      }
    }
  }

  private func name(_ process: Int32) -> String { numbered.table.describe(numbered.processes[Int(process)]) }
}

/// A generator of its own, so that a seed means the same walks everywhere (Steele, Lea, Flood: SplitMix64).
private struct Randomness {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var x = state
    x = (x ^ x >> 30) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ x >> 27) &* 0x94D0_49BB_1331_11EB
    return Int((x ^ x >> 31).multipliedFullWidth(by: UInt64(bound)).high)
  }
}
