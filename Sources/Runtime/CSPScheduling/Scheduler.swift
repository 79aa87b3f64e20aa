// The scheduler's Swift face: how tasks park here, on how many workers, and the choice to run every task on them.
internal import CScheduling

/// How the tasks of this process wait.
public enum Parking: Sendable, Equatable, CustomStringConvertible {
  /// A waiting task stores its continuation itself and the worker jumps into the next task.
  case direct
  /// A waiting task uses the continuations of the Swift runtime, for this reason.
  case portable(reason: String)

  public var description: String {
    switch self {
    case .direct: "direct"
    case .portable(let reason): "portable: \(reason)"
    }
  }
}

/// Martlet's workers: the threads on which tasks that have waited for a channel go on.
///
/// They start with the first wait, or when they adopt the global executor. `MARTLET_WORKERS` sets their number, which
/// is otherwise that of the cores; `MARTLET_PARKING=portable` asks for the continuations of the Swift runtime.
public enum Scheduler {
  /// How tasks wait in this process. The first call, or the first wait, decides it, which starts the workers: see
  /// ``Parking``. A single wait may still be portable where the process parks directly: on actors, and for tasks with
  /// an executor preference.
  public static var parking: Parking {
    martlet_parking_direct() ? .direct : .portable(reason: String(cString: martlet_parking_reason()))
  }

  /// The workers that run, or would run.
  public static var workerCount: Int { Int(martlet_scheduler_workers()) }

  /// Makes every task of the process that names no executor of its own start and go on on Martlet's workers.
  ///
  /// Call it once, early in `main`: a `Task { }` then costs no Dispatch queue, and portable parking is as fast as the
  /// runtime lets it be. A task that blocks its thread blocks a worker. It cannot be taken back, so leave it to
  /// programs. `MARTLET_WORKERS` counts where `workers` is nil.
  ///
  /// - Parameter workers: Their number, if they have not started yet; nil: a worker a core.
  public static func adoptGlobalExecutor(workers: Int? = nil) {
    if let workers {
      precondition(workers > 0, "a scheduler has at least one worker, not \(workers)")
      martlet_scheduler_start(UInt32(workers))
    }
    _ = martlet_scheduler_adopt()
  }
}
