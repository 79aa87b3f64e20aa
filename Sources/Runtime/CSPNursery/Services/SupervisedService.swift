// What a supervisor runs, and when it runs it again.

/// A service: a name, what it does, and when it is started again.
public struct SupervisedService: Sendable {
  /// The name of its child, shown by inspectors and in events.
  public var name: String
  /// When it is started again after it has ended.
  public var restart: RestartPolicy
  /// What it does. It returns when it is asked to shut down; it may return or fail before.
  public var run: @Sendable (Shutdown) async throws -> Void

  /// - Parameters:
  ///   - name: Shown by inspectors and in events.
  ///   - restart: When it is started again after it has ended.
  ///   - run: What it does, once for each start. It returns soon after `shutdown` is requested.
  public init(
    _ name: String, restart: RestartPolicy = .onFailure,
    run: @escaping @Sendable (_ shutdown: Shutdown) async throws -> Void
  ) {
    (self.name, self.restart, self.run) = (name, restart, run)
  }
}

/// When a service that has ended is started again.
///
/// > Source: the `restart` key of Erlang/OTP's child specifications: temporary, transient, permanent.
public enum RestartPolicy: Sendable, Equatable {
  /// Never; a failure is an error of the supervisor's run, and the other services go on. OTP: temporary.
  case never
  /// When it fails, not when it returns. OTP: transient.
  case onFailure
  /// However it ends. OTP: permanent.
  case always
}

/// How often services may be started again before the supervisor gives up.
///
/// The count is over all services of a supervisor: more than `restarts` within any span of `window`, and what is wrong
/// is not cured by starting again.
///
/// > Source: Erlang/OTP, "Maximum Restart Intensity": `intensity` and `period`, 1 and 5 s there if they are not given.
public struct RestartIntensity: Sendable, Equatable {
  /// Restarts that are tolerated within the window, not negative.
  public var restarts: Int
  /// The span over which they are counted.
  public var window: Duration

  /// - Parameters:
  ///   - restarts: Restarts that are tolerated within the window, not negative.
  ///   - window: The span over which they are counted, positive.
  public init(restarts: Int = 1, within window: Duration = .seconds(5)) {
    precondition(restarts >= 0, "the tolerated restarts are not negative: \(restarts)")
    precondition(window > .zero, "the window of restarts is positive, not \(window)")
    (self.restarts, self.window) = (restarts, window)
  }
}

/// How long a service is left alone before it is started again: twice as long each time, up to a limit.
///
/// There is no jitter: the services of one process are no herd.
public struct RestartBackoff: Sendable, Equatable {
  /// Before the first restart in a row.
  public var first: Duration
  /// The longest.
  public var limit: Duration

  /// - Parameters:
  ///   - first: Before the first restart in a row, not negative. Zero restarts at once, always.
  ///   - limit: The longest, at least `first`.
  public init(first: Duration = .milliseconds(100), limit: Duration = .seconds(30)) {
    precondition(
      first >= .zero && limit >= first, "a backoff goes from 0 or more to its limit, not \(first) to \(limit)")
    (self.first, self.limit) = (first, limit)
  }

  /// The pause before restart number `number` in a row, from 1: `min(limit, first × 2^(number − 1))`.
  public func pause(before number: Int) -> Duration {
    var pause = first
    for _ in 1..<max(number, 1) {
      // Doubled no further than necessary: durations overflow.
      if pause >= limit || pause == .zero { break }
      pause = pause + pause
    }
    return min(pause, limit)
  }
}
