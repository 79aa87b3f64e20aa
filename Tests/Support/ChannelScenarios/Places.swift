// Where tasks come from: every executor on which a channel operation may be called, each with a synchronous stretch in
// which no other task of the same place can run where the place is serial.
import CSP
import Foundation

/// A closure that runs where its caller runs.
package typealias Nearby<Result> = nonisolated(nonsending) @Sendable () async throws -> Result

package enum Place: String, CaseIterable, Sendable, CustomStringConvertible {
  case defaultExecutor = "on the default executor"
  case actor = "on an actor"
  case mainActor = "on the main actor"
  case eventLoop = "on an actor with an event loop of its own"
  case executorPreference = "with an executor preference"
  case bothPreference = "with a preference for a serial executor"
  case group = "in a task group"
  case immediate = "in an immediate task"

  package var description: String { rawValue }

  /// Starts a task of this place.
  package func start<Result: Sendable>(_ body: @escaping Nearby<Result>) -> Task<Result, any Error> {
    switch self {
    case .defaultExecutor: return Task { try await body() }
    case .actor:
      let desk = Desk()
      return Task { try await desk.run(body) }
    case .mainActor: return Task { @MainActor in try await runOnMain(body) }
    case .eventLoop:
      let loop = LoopActor(EventLoop(.serial))
      return Task { try await loop.run(body) }
    case .executorPreference:
      return Task(executorPreference: EventLoop(.preferred)) { try await body() }
    case .bothPreference:
      return Task(executorPreference: EventLoop(.both)) { try await body() }
    case .group:
      return Task {
        try await withThrowingTaskGroup(of: Result.self) { group in
          group.addTask { try await body() }
          return try await group.next()!
        }
      }
    case .immediate:
      if #available(macOS 26, *) { return Task.immediate { try await body() } }
      return Task { try await body() }
    }
  }
}

actor Desk {
  func run<Result: Sendable>(_ body: Nearby<Result>) async throws -> Result {
    let result = try await body()
    preconditionIsolated()
    return result
  }
}

actor LoopActor {
  let loop: EventLoop
  init(_ loop: EventLoop) { self.loop = loop }

  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  func run<Result: Sendable>(_ body: Nearby<Result>) async throws -> Result {
    let result = try await body()
    try expect(loop.isCurrent, "the task went on outside of its event loop")
    return result
  }
}

@MainActor func runOnMain<Result: Sendable>(_ body: Nearby<Result>) async throws -> Result {
  let result = try await body()
  try expect(onMainQueue(), "the task went on outside of the main queue")
  return result
}

/// Whether the caller runs on the main queue. (Its thread may be any: on Linux an async `main` gives its own up.)
package func onMainQueue() -> Bool { DispatchQueue.getSpecific(key: mainQueueKey) == true }

private let mainQueueKey: DispatchSpecificKey<Bool> = {
  let key = DispatchSpecificKey<Bool>()
  DispatchQueue.main.setSpecific(key: key, value: true)
  return key
}()

/// One queue that runs jobs in order: as an actor's executor, as a task's preferred one, or as both at once.
package final class EventLoop: SerialExecutor, TaskExecutor {
  private static let key = DispatchSpecificKey<ObjectIdentifier>()
  private let queue: DispatchQueue
  private let role: Role

  package enum Role { case serial, preferred, both }

  package init(_ role: Role) {
    self.role = role
    queue = DispatchQueue(label: "event loop")
    queue.setSpecific(key: Self.key, value: ObjectIdentifier(self))
  }

  /// Whether the caller runs on this loop.
  package var isCurrent: Bool { DispatchQueue.getSpecific(key: Self.key) == ObjectIdentifier(self) }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { [self] in
      switch role {
      case .serial: job.runSynchronously(on: asUnownedSerialExecutor())
      case .preferred: job.runSynchronously(on: asUnownedTaskExecutor())
      case .both: job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
      }
    }
  }

  package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}
