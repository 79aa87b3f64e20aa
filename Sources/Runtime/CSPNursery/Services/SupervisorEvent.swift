// What a supervisor tells its observer, and what it throws when it has given up.

/// Something that happened to a service.
public enum SupervisorEvent: Sendable, CustomStringConvertible {
  /// It runs, for the first time or again.
  case started(String)
  /// It has ended for good, as it may.
  case ended(String)
  /// It has failed, or, where the error is nil, returned although it is always to run; if it is started again, after
  /// which pause.
  case failed(String, (any Error)?, restartIn: Duration?)
  /// It would have had to be started again once too often: everything is to end.
  case gaveUp(String, (any Error)?)
  /// It was asked to shut down.
  case askedToEnd(String)
  /// Its grace period was over, and it was cancelled.
  case cancelled(String)

  public var description: String {
    switch self {
    case .started(let name): "\(name) started"
    case .ended(let name): "\(name) ended"
    case .failed(let name, let error, let pause):
      "\(name) \(Self.describe(error))" + (pause.map { ", restart in \($0)" } ?? "")
    case .gaveUp(let name, let error): "\(name) \(Self.describe(error)), given up"
    case .askedToEnd(let name): "\(name) asked to end"
    case .cancelled(let name): "\(name) cancelled"
    }
  }

  private static func describe(_ error: (any Error)?) -> String { error.map { "failed: \($0)" } ?? "returned" }
}

/// A service had to be started again more often than is tolerated, and the supervisor has ended all others.
public struct RestartsExhausted: Error, CustomStringConvertible {
  /// The service that ended once too often.
  public let service: String
  /// What was tolerated, over all services.
  public let intensity: RestartIntensity
  /// How it ended the last time; nil if it returned.
  public let lastError: (any Error)?

  public var description: String {
    "\(service) ended\(lastError.map { " (\($0))" } ?? ""), and more than \(intensity.restarts) restarts within "
      + "\(intensity.window) are not tolerated"
  }
}
