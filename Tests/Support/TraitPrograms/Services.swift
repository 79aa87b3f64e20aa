// A service of swift-service-lifecycle that fails once, below a supervisor; and the supervisor as a service of a group,
// which is shut down gracefully.
import CSPNursery
import CSPServices
import Logging
import ServiceLifecycle
import Synchronization

final class Flaky: Service {
  let starts = Mutex(0)
  struct Down: Error {}
  func run() async throws {
    let start = starts.withLock {
      $0 += 1
      return $0
    }
    print("start \(start)")
    if start == 1 { throw Down() }
    try await gracefulShutdown()
    print("graceful")
  }
}

func services() async throws {
  let flaky = Flaky()
  let alone = Supervisor([SupervisedService("flaky", service: flaky)], backoff: RestartBackoff(first: .zero))
  try await withServices(alone) { _ in while flaky.starts.withLock({ $0 }) < 2 { await Task.yield() } }
  let waits = SupervisedService("waits") { shutdown in
    try await shutdown.wait()
    print("asked")
  }
  let group = ServiceGroup(
    configuration: .init(
      services: [
        .init(service: ServiceNursery(Supervisor([waits])), successTerminationBehavior: .gracefullyShutdownGroup)
      ], logger: Logger(label: "user")))
  await withThrowingTaskGroup { tasks in
    tasks.addTask { try await group.run() }
    await group.triggerGracefulShutdown()
  }
  print("services end")
}
