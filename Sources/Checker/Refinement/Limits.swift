import Synchronization

/// How far a check may go before it answers `undecided`.
public struct Limits: Sendable {
  /// Distinct pairs of an implementation state and a specification node.
  public var states: Int?
  /// Resident bytes of the whole process.
  public var memory: Int?
  public var deadline: ContinuousClock.Instant?
  /// States explored as terms and members of specification nodes, so that a process without a finite state space
  /// ends as `undecided` instead of filling memory.
  public var terms = 10_000_000
  /// Threads that search together, 1 to ``mostWorkers``. The answer does not depend on it, and is the same down to the
  /// counterexample; but how far a search came that a limit ended may, and so whether it met a violation before.
  public var workers = 1
  /// More threads than this have too little of a ply to take.
  public static let mostWorkers = 256
  /// From so many states on, a search takes all workers and its large storage: before, that would cost more than it
  /// gains. The smaller of two equal searches is the faster.
  package var narrowStates = 1 << 16
  /// Transitions, about, after which such a search reports how far it came and asks its specification what it lacks; bytes
  /// of successors from which on they are looked up, if not before; and as many words as are worth waking a worker.
  package var roundTransitions = 1 << 20, candidateBytes = 1 << 23, sharedWords = 1 << 13
  /// A directory to which the storage of a search moves when `memory` would not be enough for it. Half of `memory` should
  /// do for what stays: what the search has found and not looked up yet, an eighth of it, what it has not moved yet, a
  /// sixteenth, 20 megabytes and a hundredth of the set a worker, and the program itself. Of an antichain, and of a
  /// process that is explored term by term, nothing is moved.
  public var spill: String?
  /// Whether it moves at once.
  package var spillsAtOnce = false
  /// Bits that numbering the states must save for that large storage to use it; nil: four, and it must make large tables
  /// smaller by a tenth, or room for tags.
  package var codingGain: Int?
  /// In its large storage a search leaves out steps that commute where they are one in so many, or more; 0: wherever they
  /// can be left out, nil: nowhere.
  package var needlessShare: Int? = 12
  /// Whether the components of a network are asked first where it could diverge.
  package var judgesComponents = true
  /// States of a network wider than this, in bits, are numbered. At most 96.
  package var widestWord = NetworkStorage().widestWord
  /// Nodes of a specification's normal form beyond which a refinement check starts again with an antichain, if they are
  /// also four times as many as the states of the specification that were met: sets of states then combine without end,
  /// and hardly a node is met twice. With fewer nodes it does so if they are that many and `states` or `terms` ends the
  /// search. 0: with an antichain from the start; nil: never.
  ///
  /// Both ways give the same verdict and a counterexample of the same length. An antichain leaves out pairs of the same
  /// state whose nodes allow more; where it leaves out few it only costs time and 40 bytes a state.
  public var normalFormNodes: Int? = 4096
  /// Ends the check when it is set.
  public var cancellation: Cancellation?

  public init() {}
}

/// A flag that another thread sets to end a check.
public final class Cancellation: Sendable {
  // ORDERING: relaxed; the flag publishes nothing but itself, and a late look only delays the end.
  private let flag = Atomic<Bool>(false)

  public init() {}

  public func cancel() { flag.store(true, ordering: .relaxed) }
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}

/// How far a running check has got; reported a few times a second.
public struct Progress: Hashable, Sendable {
  public enum Activity: Hashable, Sendable {
    case searching
    /// Another interpreter goes over what was found to hold. It knows its states and nothing of plies.
    case certifying
  }

  public var activity: Activity
  public var states: Int
  public var transitions: Int
  /// The ply that is being expanded, the initial state being ply 0.
  public var ply: Int
  /// States still to be expanded in this ply.
  public var waiting: Int
  public var elapsed: Duration
  /// Resident bytes of the whole process.
  public var memory: Int

  public init(
    _ activity: Activity = .searching, states: Int, transitions: Int = 0, ply: Int = 0, waiting: Int = 0,
    elapsed: Duration, memory: Int
  ) {
    self.activity = activity
    self.states = states
    self.transitions = transitions
    self.ply = ply
    self.waiting = waiting
    self.elapsed = elapsed
    self.memory = memory
  }

  /// States a second since the start.
  public var rate: Double {
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    return seconds > 0 ? Double(states) / seconds : 0
  }
}
