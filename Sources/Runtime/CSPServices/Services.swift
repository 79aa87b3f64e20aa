// Supervisors among the services of swift-service-lifecycle, and its services under a supervisor.
//
// Everything here stands behind the trait ServiceLifecycle: without it the module is empty, and its package not
// fetched.
//
// I1. Each start of a service has a service group of its own, so that a graceful shutdown can be told to one service
//     and not to all, in the supervisor's order.
// I2. A service group that ends has ended its services; nothing is left running when a start has ended.
#if ServiceLifecycle
public import CSPNursery
public import CSPScheduling
import Logging
public import ServiceLifecycle

/// A supervisor as a service of a `ServiceGroup`: the group's graceful shutdown asks the supervisor's services to end,
/// in its order; cancellation cancels them all.
///
/// Services made with ``CSPNursery/SupervisedService/init(_:restart:service:)`` hear of the surrounding group's
/// graceful shutdown all at the same time, since it is told to all tasks below the group. Where their order matters,
/// run the supervisor by itself, with ``CSPNursery/withServices(_:_:)``.
public struct ServiceNursery<C: AlarmClock>: Service {
  /// The supervisor that is run, once.
  public let supervisor: Supervisor<C>

  /// - Parameter supervisor: One that has not run.
  public init(_ supervisor: Supervisor<C>) { self.supervisor = supervisor }

  /// Runs the supervisor. Throws what it throws.
  ///
  /// > Cancellation: Cancels all services at once, and waits for them.
  public func run() async throws {
    try await withGracefulShutdownHandler {
      try await supervisor.run()
    } onGracefulShutdown: {
      supervisor.shutDown()
    }
  }
}

extension SupervisedService {
  /// A service of swift-service-lifecycle under a supervisor. The supervisor's wish that it end is told to it as a
  /// graceful shutdown.
  ///
  /// - Parameters:
  ///   - name: Shown by inspectors and in events.
  ///   - restart: When it is started again after it has ended; its `run()` is called once for each start.
  ///   - service: What is run. It must be able to run again, if it is to be restarted.
  public init(_ name: String, restart: RestartPolicy = .onFailure, service: some Service) {
    self.init(name, restart: restart) { shutdown in
      let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(
          services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
          logger: Logger(label: name)))
      try await withNursery(name: name) { nursery in
        let messenger = try nursery.start(name: "graceful shutdown") {
          try await shutdown.wait()
          await group.triggerGracefulShutdown()
        }
        defer { messenger.cancel() }
        try await group.run()
      }
    }
  }
}
#endif
