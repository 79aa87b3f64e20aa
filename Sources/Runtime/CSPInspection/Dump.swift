// What a program's tasks do, as it was a moment ago: a value, to be looked at, printed, compared.
//
// I1. Indices in `scopes`, `tasks` and `channels` stay valid within one dump and mean nothing in another.
// I2. Each record was right when it was taken, under its own lock; they were taken one after the other, within
//     milliseconds, while the program went on. A task that ended meanwhile is left out.
public import CSPScheduling

/// All that Martlet knows of the running tasks: the tree of nurseries and tasks, what each task does, and the channels.
///
/// Made by ``Inspection/dump()``. The tables are flat, since nurseries may be nested deeper than a stack: a task names
/// the scope that it is in, a scope the task that opened it.
public struct Dump: Sendable {
  /// How tasks wait in this process.
  public var parking: Parking
  /// Martlet's workers.
  public var workerCount: Int
  /// Scopes that are open: nurseries, and scopes with a deadline, a shield or a handle to cancel them.
  public var scopes: [InspectedScope] = []
  /// Children and bodies of the scopes, and those tasks and threads that Martlet did not start, but knows of because they
  /// wait for something of its.
  public var tasks: [InspectedTask] = []
  /// Channels and other things that tasks can wait for.
  public var channels: [InspectedChannel] = []
  /// Tasks that wait for nothing that can come, as far as that can be known.
  public var stuck: [Stuck] = []
}

/// A place in a source file.
public struct SourcePlace: Sendable, Hashable, CustomStringConvertible {
  /// Module and file, as in `#fileID`.
  public var file: String
  public var line: Int

  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }

  public var description: String { "\(file):\(line)" }
}

/// A scope that is open.
public struct InspectedScope: Sendable {
  public enum Kind: String, Sendable { case nursery, deadline, shield, scope }

  public var kind: Kind
  public var name: String?
  /// Where it was opened; nil for scopes that are no nurseries.
  public var place: SourcePlace?
  /// The task that opened it and waits for it: an index in ``Dump/tasks``.
  public var opener: Int
  /// Body and children, as indices in ``Dump/tasks``.
  public var tasks: [Int] = []
  /// How many children run at once; nil: all.
  public var limit: Int?
  public var isCancelled: Bool
  /// Time from the dump to its deadline; negative if that has passed. Nil: it has none.
  public var timeLeft: Duration?
  /// Whether no child can be started any more.
  public var isClosed: Bool

  var look: StableLook
  /// Somebody is cancelling it at this moment.
  var isTelling: Bool
  /// Everything in it has ended, and its opener is about to go on.
  var isOver: Bool
  /// Children that have not ended. Some may not be among the tasks: they were started and have no task yet.
  var childCount: Int
}

/// A task, or a thread that is blocked.
public struct InspectedTask: Sendable {
  public enum Origin: Sendable, Equatable {
    /// Started in a nursery.
    case child
    /// The body of a scope, which runs for the task that opened it.
    case body
    /// Not started by Martlet.
    case other
    /// No task: a thread that waits in `sendBlocking` or the like.
    case thread
  }

  public enum Activity: Sendable, Equatable {
    /// Runs, on one of Martlet's workers or, as the task that made the dump, on another thread.
    case running(worker: Int?)
    /// Waits for a worker.
    case runnable
    /// Waits for a channel or another thing of Martlet's.
    case waiting(InspectedWait)
    /// Opened this scope and waits for it: an index in ``Dump/scopes``.
    case insideScope(Int)
    /// Waits in line for its nursery's limit; it has not begun.
    case inLine
    /// Awaits what is not Martlet's, or runs on a thread that is none of its workers.
    case elsewhere
  }

  /// The task's name.
  public var name: String?
  public var origin: Origin
  /// Where it was started; for a body, where its scope was opened.
  public var place: SourcePlace?
  /// The scope that it is in: an index in ``Dump/scopes``. Nil for tasks that Martlet did not start.
  public var scope: Int?
  public var activity: Activity
  /// Identifies the task as long as it lives; 0 for a thread.
  public var identifier: UInt
  /// Whose check it belongs to; 0: none.
  var mark: UInt = 0
  /// At its scope, when this task was seen in it.
  var look: StableLook?

  /// What it waits for, if it does.
  public var wait: InspectedWait? { if case .waiting(let wait) = activity { wait } else { nil } }
}

/// A wait: of one operation, or of a select with several cases.
public struct InspectedWait: Sendable, Equatable {
  /// Where the operation stands; nil where that is not recorded, as for a clock's `sleep`.
  public var place: SourcePlace?
  /// How long it has waited, to within two milliseconds while a worker is idle; else since the workers' last look at
  /// the clock, which may be earlier.
  public var duration: Duration
  public var isSelect: Bool
  public var cases: [Case]

  /// What would end the wait.
  public struct Case: Sendable, Equatable {
    public enum Operation: String, Sendable {
      /// To a channel.
      case send
      /// From a channel.
      case receive
      /// Of a task that is awaited: the end.
      case end
      /// A time has come: of a clock, or of a timer or ticker.
      case time
      /// Of a lock, a semaphore, a condition or the like: one's turn.
      case turn
    }

    public var operation: Operation
    /// What it waits for; nil for the time of a clock.
    public var resource: Resource?
    /// The task that is awaited: an index in ``Dump/tasks``.
    public var awaited: Int?
    /// From the dump until the time of a clock comes.
    public var timeLeft: Duration?
    /// Of a semaphore: the permits that it wants.
    public var permits: Int?
    /// What it waits for, in ``Dump/channels``.
    var channel: Int?
    /// It is the first in the semaphore's line.
    var isFirst = false
  }

  // Nearly every wait has one: an array of its own for each would be most of what a dump allocates.
  var firstLook: StableLook
  var furtherLooks: [StableLook] = []
  var looks: [StableLook] { [firstLook] + furtherLooks }

  /// Whether it waits for nothing but the time of a clock. Who waits for a ticker may do so for ever.
  public var isSleep: Bool { cases.allSatisfy { $0.operation == .time && $0.resource == nil } }
}

/// What tasks wait for.
public struct Resource: Sendable, Hashable {
  public enum Kind: String, Sendable {
    case channel, lock, readWriteLock = "read-write lock", condition, semaphore, latch, once, task, timer
  }

  public var kind: Kind
  public var name: String?
  /// Where it was made, if it is a channel, or a timer or ticker.
  public var place: SourcePlace?
  /// Identifies it as long as it lives.
  public var identifier: UInt
}

/// A channel, or another thing that tasks wait for.
public struct InspectedChannel: Sendable {
  public var resource: Resource
  /// Values in the buffer; of a semaphore, permits that nobody holds.
  public var count: Int
  /// What the buffer holds at most: 0 for a rendezvous, nil where it is unbounded. Of a semaphore, permits in all.
  public var capacity: Int?
  public var isClosed: Bool
  /// Whether it was made by `makeChannel`: while it is open, a copy of either half lives.
  public var isHalved: Bool
  public var sent: Int
  public var dropped: Int
  /// Tasks and threads that wait to send, selects included: indices in ``Dump/tasks``.
  public var senders: [Int] = []
  /// Those that wait to receive.
  public var receivers: [Int] = []
  /// Of a semaphore: who holds permits, by `withPermit` and `withPermits`. Permits that were taken by `acquire`,
  /// `tryAcquire` or a select belong to nobody that is known.
  public var holders: [Holder] = []

  /// A task that holds permits of a semaphore.
  public struct Holder: Sendable, Equatable {
    /// Index in ``Dump/tasks``.
    public var task: Int
    public var permits: Int
    /// Where it took them.
    public var place: SourcePlace?
    /// For how long it has had them; as exact as ``InspectedWait/duration``.
    public var duration: Duration
    var look: StableLook
  }

  var look: StableLook
  /// Of a semaphore: permits that the first in line wants.
  var firstWish = 0
  /// Of a semaphore: permits were given back that nobody had taken, so anybody may make more.
  var isSupplied = false

  /// Permits that somebody has taken of whom nothing is known.
  var unaccounted: Int { max(0, (capacity ?? 0) - count - holders.reduce(0) { $0 + $1.permits }) }
}
