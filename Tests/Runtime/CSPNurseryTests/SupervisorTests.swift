// What is started again, when the supervisor gives up, in which order services end, and that nobody is left.
import CSP
import Synchronization
import Testing

@testable import CSPNursery

@Suite("supervisor") struct SupervisorTests {
  /// The events of a supervisor, as text, with their times on the virtual clock.
  final class Log: Sendable {
    private let events = Mutex<[String]>([])
    let clock: ManualClock
    init(_ clock: ManualClock) { self.clock = clock }
    var all: [String] { events.withLock { $0 } }
    func add(_ event: SupervisorEvent) {
      let time = Int(clock.now.sinceStart / .seconds(1))
      events.withLock { $0.append("\(time) \(event)") }
    }
  }

  private func service(_ name: String, _ restart: RestartPolicy = .onFailure) -> SupervisedService {
    SupervisedService(name, restart: restart) { shutdown in try await shutdown.wait() }
  }

  @Test func `services end in reverse order, each after the one before has ended`() async throws {
    let clock = ManualClock(), log = Log(clock)
    let supervisor = Supervisor(
      ["store", "feed", "web"].map { service($0) }, clock: clock, observe: { log.add($0) })
    async let run: Void = supervisor.run()
    await until { log.all.count == 3 }
    supervisor.shutDown()
    try await run
    #expect(Set(log.all.prefix(3)) == ["0 store started", "0 feed started", "0 web started"])
    #expect(
      log.all.dropFirst(3) == [
        "0 web asked to end", "0 web ended", "0 feed asked to end", "0 feed ended", "0 store asked to end",
        "0 store ended",
      ])
    #expect(clock.pendingAlarms == 0)
  }

  @Test func `one that does not end in its grace period is cancelled and waited for`() async throws {
    let clock = ManualClock(), log = Log(clock), attendance = Attendance()
    let deaf = SupervisedService("deaf") { _ in
      try await attendance.attend { _ = try await Channel<Void>(.rendezvous).receive() }
    }
    let supervisor = Supervisor([service("base"), deaf], grace: .seconds(5), clock: clock, observe: { log.add($0) })
    async let run: Void = supervisor.run()
    await until { log.all.count == 2 && attendance.inside == 1 }
    supervisor.shutDown()
    await clock.advance(by: .seconds(4), whenAlarms: 1)
    #expect(attendance.inside == 1)
    await clock.advance(by: .seconds(1), whenAlarms: 1)
    try await run
    #expect(attendance.inside == 0)
    #expect(
      log.all.dropFirst(2) == [
        "0 deaf asked to end", "5 deaf cancelled", "5 deaf ended", "5 base asked to end", "5 base ended",
      ])
  }

  @Test func `what fails is started again after a pause that doubles, and the others go on`() async throws {
    let clock = ManualClock(), log = Log(clock)
    let attempts = Attendance()
    let flaky = SupervisedService("flaky") { shutdown in
      try await attempts.attend {
        if attempts.entered <= 3 { throw Refusal(number: attempts.entered) }
        try await shutdown.wait()
      }
    }
    let supervisor = Supervisor(
      [flaky, service("calm")], intensity: RestartIntensity(restarts: 3, within: .seconds(60)),
      backoff: RestartBackoff(first: .seconds(1), limit: .seconds(3)), clock: clock, observe: { log.add($0) })
    async let run: Void = supervisor.run()
    for pause in [1, 2, 3] { await clock.advance(by: .seconds(pause), whenAlarms: 1) }
    await until { attempts.inside == 1 }
    supervisor.shutDown()
    try await run
    #expect(
      log.all.filter { $0.contains("flaky") } == [
        "0 flaky started", "0 flaky failed: Refusal(number: 1), restart in 1.0 seconds",
        "1 flaky started", "1 flaky failed: Refusal(number: 2), restart in 2.0 seconds",
        "3 flaky started", "3 flaky failed: Refusal(number: 3), restart in 3.0 seconds",
        "6 flaky started", "6 flaky asked to end", "6 flaky ended",
      ])
    #expect(log.all.filter { $0.contains("calm started") }.count == 1)
  }

  @Test func `too many restarts end everything, in order, and the error says why`() async {
    let clock = ManualClock(), log = Log(clock)
    let broken = SupervisedService("broken", restart: .always) { _ in throw Refusal(number: 1) }
    let supervisor = Supervisor(
      [service("base"), broken], intensity: RestartIntensity(restarts: 2, within: .seconds(5)),
      backoff: RestartBackoff(first: .zero), clock: clock, observe: { log.add($0) })
    let error = await #expect(throws: NurseryError.self) { try await supervisor.run() }
    let reason = error?.errors.first as? RestartsExhausted
    #expect(error?.errors.count == 1)
    #expect(reason?.service == "broken" && reason?.lastError as? Refusal == Refusal(number: 1))
    #expect(log.all.filter { $0.contains("broken started") }.count == 3)
    // Whether it had begun before it was asked to end is open: services start concurrently.
    #expect(log.all.last == "0 base ended")
  }

  @Test func `one that is never to be restarted fails alone, and its error is told at the end`() async {
    let clock = ManualClock(), log = Log(clock)
    let once = SupervisedService("once", restart: .never) { _ in throw Refusal(number: 4) }
    let supervisor = Supervisor([once, service("calm")], clock: clock, observe: { log.add($0) })
    async let failure = #expect(throws: NurseryError.self) { try await supervisor.run() }
    await until { log.all.contains("0 calm started") && log.all.contains { $0.contains("once failed") } }
    #expect(!log.all.contains { $0.contains("asked") })
    supervisor.shutDown()
    #expect(await failure?.errors as? [Refusal] == [Refusal(number: 4)])
  }

  @Test func `when all have ended by themselves, the run has`() async throws {
    try await Supervisor([]).run()
    try await Supervisor((0..<3).map { SupervisedService("\($0)") { _ in } }).run()
  }

  @Test func `a shutdown in the pause before a restart starts nothing, and tells the failure`() async {
    let clock = ManualClock(), log = Log(clock)
    let broken = SupervisedService("broken") { _ in throw Refusal(number: 9) }
    let supervisor = Supervisor(
      [broken], backoff: RestartBackoff(first: .seconds(10)), clock: clock, observe: { log.add($0) })
    async let failure = #expect(throws: NurseryError.self) { try await supervisor.run() }
    await until { clock.pendingAlarms == 1 }
    supervisor.shutDown()
    #expect(await failure?.errors as? [Refusal] == [Refusal(number: 9)])
    #expect(log.all.filter { $0.contains("started") }.count == 1)
    #expect(clock.pendingAlarms == 0)
  }

  /// When the task around is cancelled.
  enum Moment: CaseIterable { case before, whileRunning, inThePause, inTheGracePeriod }

  @Test(arguments: Moment.allCases)
  func `an outer cancellation ends all at once`(_ moment: Moment) async {
    let clock = ManualClock(), attendance = Attendance()
    let services = (0..<3).map { number in
      SupervisedService("\(number)") { shutdown in
        if moment == .inThePause, number == 0 { throw Refusal(number: 0) }
        try await attendance.attend { _ = try await Channel<Void>(.rendezvous).receive() }
      }
    }
    let supervisor = Supervisor(
      services, backoff: RestartBackoff(first: .seconds(1)), grace: .seconds(1), clock: clock)
    let run = Task {
      if moment == .before { withUnsafeCurrentTask { $0?.cancel() } }
      try await supervisor.run()
    }
    switch moment {
    case .before: break
    case .whileRunning: await until { attendance.inside == 3 }
    case .inThePause: await until { attendance.inside == 2 && clock.pendingAlarms == 1 }
    case .inTheGracePeriod:
      await until { attendance.inside == 3 }
      supervisor.shutDown()
      await until { clock.pendingAlarms == 1 }
    }
    run.cancel()
    let result = await run.result
    if moment == .inThePause {
      // The failure that no restart has cured.
      let error = #expect(throws: NurseryError.self) { try result.get() }
      #expect(error?.errors as? [Refusal] == [Refusal(number: 0)])
    }
    #expect(attendance.inside == 0)
    #expect(clock.pendingAlarms == 0)
  }

  // MARK: For the time of a body

  @Test func `services last as long as the body, and end before the call returns`() async throws {
    let clock = ManualClock(), log = Log(clock)
    let supervisor = Supervisor([service("a"), service("b")], clock: clock, observe: { log.add($0) })
    let value = try await withServices(supervisor) { _ in
      await until { log.all.count == 2 }
      return 42
    }
    #expect(value == 42)
    #expect(log.all.suffix(4) == ["0 b asked to end", "0 b ended", "0 a asked to end", "0 a ended"])
  }

  @Test func `a body that fails lets the services end gracefully too`() async {
    let clock = ManualClock(), log = Log(clock)
    let supervisor = Supervisor([service("a")], clock: clock, observe: { log.add($0) })
    let error = await #expect(throws: NurseryError.self) {
      try await withServices(supervisor) { _ in
        await until { log.all.count == 1 }
        throw Refusal(number: 3)
      }
    }
    #expect(error?.errors as? [Refusal] == [Refusal(number: 3)])
    #expect(log.all.suffix(2) == ["0 a asked to end", "0 a ended"])
  }

  @Test func `a supervisor that gives up cancels the body`() async {
    let broken = SupervisedService("broken") { _ in throw Refusal(number: 1) }
    let supervisor = Supervisor([broken], intensity: RestartIntensity(restarts: 0))
    let error = await #expect(throws: NurseryError.self) {
      try await withServices(supervisor) { _ in _ = try await Channel<Void>(.rendezvous).receive() }
    }
    #expect(error?.flattened.first is RestartsExhausted)
  }

  // MARK: The decisions, by hand

  @Test func `restarts are counted over a window that moves`() {
    var state = SupervisorState(
      services: 2, intensity: RestartIntensity(restarts: 2, within: .nanoseconds(10)),
      backoff: RestartBackoff(first: .seconds(1), limit: .seconds(4)))
    var orders: [SupervisorState.Order] = []
    for (service, time) in [(0, 0), (1, 5), (0, 10), (1, 15), (0, 19), (0, 30)] as [(Int, Int64)] {
      orders.append(state.serviceEnded(service, .failed, .onFailure, at: time))
      state.serviceStarted(service, at: time)
    }
    #expect(
      orders == [
        .restart(after: .seconds(1), number: 1), .restart(after: .seconds(1), number: 1),
        // Up for a window of 10: first in a row again. The restart at 0 has left the window at 10.
        .restart(after: .seconds(1), number: 1), .restart(after: .seconds(1), number: 1),
        .giveUp, .report,
      ])
  }

  @Test(arguments: [
    (RestartPolicy.never, SupervisorState.Order.retire, SupervisorState.Order.report),
    (.onFailure, .retire, .restart(after: .seconds(1), number: 1)),
    (.always, .restart(after: .seconds(1), number: 1), .restart(after: .seconds(1), number: 1)),
  ])
  func `a policy says what is started again`(
    _ policy: RestartPolicy, _ returned: SupervisorState.Order, _ failed: SupervisorState.Order
  ) {
    let fresh = SupervisorState(
      services: 1, intensity: RestartIntensity(), backoff: RestartBackoff(first: .seconds(1)))
    var state = fresh
    #expect(state.serviceEnded(0, .returned, policy, at: 0) == returned)
    state = fresh
    #expect(state.serviceEnded(0, .failed, policy, at: 0) == failed)
    state = fresh
    state.shutdownRequested()
    #expect(state.serviceEnded(0, .returned, policy, at: 0) == .retire)
    #expect(state.serviceEnded(0, .failed, policy, at: 0) == .report)
  }

  @Test func `pauses double up to their limit, and do not overflow`() {
    let backoff = RestartBackoff(first: .milliseconds(100), limit: .seconds(1))
    #expect((1...6).map { backoff.pause(before: $0) } == [100, 200, 400, 800, 1_000, 1_000].map { .milliseconds($0) })
    #expect(RestartBackoff(first: .zero).pause(before: .max) == .zero)
    let long = RestartBackoff(first: .seconds(Int64.max / 4), limit: .seconds(Int64.max))
    #expect(long.pause(before: 3) > .seconds(Int64.max / 2))
  }
}
