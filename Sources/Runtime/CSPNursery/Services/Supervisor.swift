// A supervisor: services in named children, started again when they fail, ended in order.
//
// I1. A service is one child of the supervisor's nursery, however often it is started again; it runs once at a time.
// I2. Shutting down goes in reverse order of the list, one after the other: ask, wait for the grace period, cancel,
//     wait. Nobody is abandoned: a service that ignores cancellation keeps the supervisor waiting.
// I3. Errors that a restart has cured are told to the observer; all others are in what `run` throws.
import CSPChannels
public import CSPScheduling
import Synchronization

/// Runs services until they have ended or are asked to: one for one, as Erlang/OTP says. What fails is started again,
/// and the others are not disturbed.
///
/// ```
/// let supervisor = Supervisor(
///   [SupervisedService("feed", restart: .always) { shutdown in … }, SupervisedService("web") { shutdown in … }],
///   intensity: RestartIntensity(restarts: 3, within: .seconds(5)))
/// try await supervisor.run()  // elsewhere: supervisor.shutDown()
/// ```
///
/// Put a service after those that it needs: services are started in the order of the list, and shut down in reverse.
///
/// > Source: Erlang/OTP Design Principles, "Supervisor Behaviour": `one_for_one`, restart intensity, shutdown in
/// > reverse order of start with a time-out after which a child is killed. Differs: there is a pause before a restart,
/// > and a child is cancelled and awaited, not killed.
public final class Supervisor<C: AlarmClock>: Sendable {
  private let name: String?
  private let services: [SupervisedService]
  private let grace: Duration
  private let clock: C
  private let observe: @Sendable (SupervisorEvent) -> Void
  private let intensity: RestartIntensity
  private let backoff: RestartBackoff
  private let state: Mutex<SupervisorState>
  private let shutdown = Shutdown()

  /// - Parameters:
  ///   - services: In the order in which they are started. None may need one that comes after it.
  ///   - name: That of the nursery.
  ///   - intensity: How often services may be started again before everything ends.
  ///   - backoff: The pauses before restarts.
  ///   - grace: What a service gets to end after it was asked to, before it is cancelled.
  ///   - clock: Whose time is meant; a ``ManualClock`` in tests.
  ///   - observe: Told of what happens, from the child in which it happens.
  public init(
    _ services: [SupervisedService], name: String? = nil, intensity: RestartIntensity = RestartIntensity(),
    backoff: RestartBackoff = RestartBackoff(), grace: Duration = .seconds(5), clock: C = ContinuousClock(),
    observe: @escaping @Sendable (SupervisorEvent) -> Void = { _ in }
  ) {
    (self.services, self.name, self.grace, self.clock, self.observe) = (services, name, grace, clock, observe)
    (self.intensity, self.backoff) = (intensity, backoff)
    state = Mutex(SupervisorState(services: services.count, intensity: intensity, backoff: backoff))
  }

  /// Asks all services to end, last one first. Returns at once; it is `run` that waits. Asking again does nothing;
  /// asked before `run`, the services are started and asked to end.
  public func shutDown() {
    state.withLock { $0.shutdownRequested() }
    shutdown.request()
  }

  /// Starts the services and returns when all have ended: by themselves, or because they were asked to.
  ///
  /// Throws, after all have ended, the errors that no restart has cured: those of services that are not to be started
  /// again, those thrown while shutting down, and ``RestartsExhausted`` if they were started again too often. To be
  /// called once.
  ///
  /// - Complexity: linear in the services; a child of a nursery each.
  ///
  /// > Cancellation: Cancels all services at once, without asking first, and waits for them.
  public nonisolated(nonsending) func run() async throws(NurseryError) {
    try await withNursery(name: name, onFailure: .collect) { nursery in
      var started: [(child: Child<Void>, shutdown: Shutdown)] = []
      for (place, service) in services.enumerated() {
        let shutdown = Shutdown()
        let child = try nursery.start(name: service.name) { [self] () async throws -> Void in
          try await supervise(place, service, shutdown)
        }
        started.append((child, shutdown))
      }
      for (child, _) in started where !shutdown.isRequested {
        _ = try await select(child.completion, shutdown.requested)
      }
      guard shutdown.isRequested else { return }
      for (place, service) in started.enumerated().reversed() {
        if service.child.hasEnded { continue }
        observe(.askedToEnd(services[place].name))
        service.shutdown.request()
        switch try await select(.inOrder, service.child.completion, after(grace, clock: clock)) {
        case .first: continue
        case .second:
          observe(.cancelled(services[place].name))
          service.child.cancel("its grace period is over")
          _ = try await select(service.child.completion)
        }
      }
    }
  }

  /// The life of one service: starts it as often as it has to be.
  private nonisolated(nonsending) func supervise(
    _ place: Int, _ service: SupervisedService, _ shutdown: Shutdown
  ) async throws {
    while true {
      state.withLock { $0.serviceStarted(place, at: clock.alarms.now) }
      observe(.started(service.name))
      var failure: (any Error)?
      do { try await service.run(shutdown) } catch { failure = error }
      if Task.isCancelled {
        if let failure, !failure.isMereCancellation {
          observe(.failed(service.name, failure, restartIn: nil))
          throw failure
        }
        return observe(.ended(service.name))
      }
      let order = state.withLock {
        $0.serviceEnded(place, failure == nil ? .returned : .failed, service.restart, at: clock.alarms.now)
      }
      switch order {
      case .retire:
        return observe(.ended(service.name))
      case .report:
        observe(.failed(service.name, failure, restartIn: nil))
        if let failure { throw failure }
        return
      case .giveUp:
        observe(.gaveUp(service.name, failure))
        self.shutdown.request()
        throw RestartsExhausted(service: service.name, intensity: intensity, lastError: failure)
      case .restart(let pause, _):
        observe(.failed(service.name, failure, restartIn: pause))
        do {
          if case .second = try await select(.inOrder, self.shutdown.requested, after(pause, clock: clock)) { continue }
        } catch {}
        // Asked to end, or cancelled: no restart has cured the failure, and none will.
        if let failure { throw failure }
        return
      }
    }
  }
}

/// Runs services for the time of a body; when it ends, however it ends, they are asked to end, and have ended when the
/// call returns.
///
/// If the supervisor gives up, or a service fails that is not to be started again, the body is cancelled once the
/// supervisor has ended.
///
/// - Parameters:
///   - supervisor: One that has not run.
///   - body: Gets the supervisor, to shut it down earlier.
///
/// > Cancellation: Cancels the body and all services at once, and waits for them.
public nonisolated(nonsending) func withServices<C: AlarmClock, Result>(
  _ supervisor: Supervisor<C>, _ body: nonisolated(nonsending) (Supervisor<C>) async throws -> Result
) async throws(NurseryError) -> Result {
  try await withNursery(name: "services") { nursery in
    let services = try nursery.start(name: "supervisor") { () async throws -> Void in try await supervisor.run() }
    do {
      let result = try await body(supervisor)
      supervisor.shutDown()
      _ = try await select(services.completion)
      return result
    } catch {
      // Thrown only when the services have ended: the nursery would cancel them, and they are to be asked first.
      supervisor.shutDown()
      _ = try? await select(services.completion)
      throw error
    }
  }
}
