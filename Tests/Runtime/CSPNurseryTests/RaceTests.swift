// One winner, whose ending is the call's; the losers have ended when the call returns; no error is lost.
import CSP
import ChannelScenarios
import Testing

@Suite("race and first success") struct RaceTests {
  /// A contestant as the random tests make them up.
  struct Contestant: Sendable {
    var place: Int
    var latency: Duration
    var succeeds: Bool

    func run(_ clock: ManualClock, _ attendance: Attendance) async throws -> Int {
      try await attendance.attend {
        try await clock.sleep(for: latency)
        if !succeeds { throw Refusal(number: place) }
        return place
      }
    }

    /// Contestants with different latencies, so that it is known who ends first.
    static func some(_ random: inout SplitMix) -> [Contestant] {
      let latencies = (1...Int.random(in: 1...8, using: &random)).shuffled(using: &random)
      return latencies.enumerated().map { place, latency in
        Contestant(place: place, latency: .milliseconds(latency), succeeds: Bool.random(using: &random))
      }
    }
  }

  enum Ending: Equatable {
    case value(Int)
    case refusal(Int)
    case refusals(Set<Int>)
    case cancelled, deadline
    case other(String)

    init(_ body: () async throws -> Int) async {
      do { self = .value(try await body()) } catch { self = Self(error) }
    }

    private init(_ error: any Error) {
      switch error {
      case let error as Refusal: self = .refusal(error.number)
      case let error as AllFailed:
        // Each error is its contestant's own.
        let numbers = error.errors.compactMap { ($0 as? Refusal)?.number }
        self = numbers == error.failures.map(\.contestant) ? .refusals(Set(numbers)) : .other("\(error)")
      case is CancellationError: self = .cancelled
      case is DeadlineExceeded: self = .deadline
      default: self = .other("\(error)")
      }
    }
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `the first to end wins, be it a value or an error`(_ seed: UInt64) async {
    var random = SplitMix(seed)
    let contestants = Contestant.some(&random)
    let clock = ManualClock(), attendance = Attendance()
    async let ending = Ending {
      try await race(among: contestants) { try await $0.run(clock, attendance) }
    }
    await clock.advance(by: .milliseconds(1), whenAlarms: contestants.count)
    let winner = contestants.first { $0.latency == .milliseconds(1) }!
    #expect(await ending == (winner.succeeds ? .value(winner.place) : .refusal(winner.place)), "seed \(seed)")
    #expect(attendance.inside == 0)
    #expect(attendance.entered == contestants.count)
    #expect(clock.pendingAlarms == 0)
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `the first value wins, and all errors are there if there is none`(_ seed: UInt64) async {
    var random = SplitMix(seed)
    let contestants = Contestant.some(&random)
    let clock = ManualClock(), attendance = Attendance()
    async let ending = Ending {
      try await firstSuccess(among: contestants) { try await $0.run(clock, attendance) }
    }
    let inOrder = contestants.sorted { $0.latency < $1.latency }
    for ended in inOrder.indices {
      await clock.advance(by: .milliseconds(1), whenAlarms: contestants.count - ended)
      if inOrder[ended].succeeds { break }
    }
    let expected =
      inOrder.first(where: \.succeeds).map { Ending.value($0.place) } ?? .refusals(Set(contestants.map(\.place)))
    #expect(await ending == expected, "seed \(seed)")
    #expect(attendance.inside == 0)
    #expect(clock.pendingAlarms == 0)
  }

  @Test func `contestants are written side by side`() async throws {
    let never = Channel<Int>(.rendezvous)
    #expect(try await race({ try await never.receive()! }, { 2 }) == 2)
    #expect(try await firstSuccess({ throw Refusal(number: 1) }, { try await never.receive()! }, { 3 }) == 3)
  }

  @Test func `contestants come in a list`() async throws {
    let contestants: [@Sendable () async throws -> Int] = (0..<3).map { number in { number } }
    let nonsending: [nonisolated(nonsending) @Sendable () async throws -> Int] = (0..<3).map { number in { number } }
    let winners = [
      try await race(contestants), try await firstSuccess(contestants), try await race(nonsending),
      try await firstSuccess(nonsending),
    ]
    #expect(winners.allSatisfy { 0..<3 ~= $0 })
  }

  @Test func `nobody cannot win`() async {
    let nobody: [@Sendable () async throws -> Int] = []
    await #expect(throws: NoContestants()) { try await race(nobody) }
    await #expect(throws: NoContestants()) { try await firstSuccess(nobody) }
    await #expect(throws: NoContestants()) { try await firstSuccess(among: [Int]()) { $0 } }
    await #expect(throws: NoContestants()) { () -> Int in try await race() }
  }

  @Test func `many that end at the same time have one winner`() async throws {
    for _ in 0..<200 {
      let gate = Channel<Void>(.rendezvous)
      async let first = race(among: 0..<8) { place in
        _ = try await gate.receive()
        return place
      }
      gate.close()
      let winner = try await first
      #expect(0..<8 ~= winner)
    }
  }

  @Test func `a loser that ignores cancellation is waited for`() async throws {
    let attendance = Attendance()
    let release = Channel<Void>(.rendezvous)
    let isStubborn = Channel<Void>(.rendezvous)
    async let winner = race(
      {
        // Wins when the other is known to be inside.
        await until { attendance.inside == 1 }
        return 1
      },
      {
        try await attendance.attend {
          try? await release.receive()
          isStubborn.close()
          try await withShield { _ = try await release.receive() }
          return 2
        }
      })
    _ = try await isStubborn.receive()
    #expect(attendance.inside == 1)
    release.close()
    #expect(try await winner == 1)
    #expect(attendance.inside == 0)
  }

  @Test func `a lone failure is told as all failures are`() async {
    let error = await #expect(throws: AllFailed.self) { () -> Int in
      try await firstSuccess({ throw Refusal(number: 7) })
    }
    #expect(error?.errors as? [Refusal] == [Refusal(number: 7)])
    #expect("\(error!)" == "all 1 failed: 0: Refusal(number: 7)")
  }

  @Test func `cancellation that nobody asked for is a failure`() async {
    let error = await #expect(throws: AllFailed.self) { () -> Int in
      try await firstSuccess({ throw CancellationError() }, { throw Refusal(number: 1) })
    }
    #expect(error?.errors.count == 2)
  }

  /// When the task around is cancelled, and what the call then does.
  enum Moment: CaseIterable {
    case before, whileAllWait, afterAFailure, afterAllFailures, onTheWinnersLastStep
  }

  @Test(arguments: Moment.allCases)
  func `an outer cancellation ends all`(_ moment: Moment) async {
    let clock = ManualClock(), attendance = Attendance()
    let task = Task {
      if moment == .before { withUnsafeCurrentTask { $0?.cancel() } }
      return await Ending {
        try await firstSuccess(among: 0..<3) { place in
          try await attendance.attend {
            switch moment {
            case .afterAllFailures: throw Refusal(number: place)
            case .afterAFailure where place == 1: throw Refusal(number: place)
            case .onTheWinnersLastStep where place == 2:
              try? await clock.sleep(for: .seconds(1))
              return 2
            default: try await clock.sleep(for: .seconds(1))
            }
            return place
          }
        }
      }
    }
    switch moment {
    case .before, .afterAllFailures: break
    case .whileAllWait, .onTheWinnersLastStep: await until { clock.pendingAlarms == 3 }
    case .afterAFailure: await until { clock.pendingAlarms == 2 && attendance.inside == 2 && attendance.entered == 3 }
    }
    if moment == .afterAllFailures { _ = await task.value }
    task.cancel()
    let expected: Ending =
      switch moment {
      case .before, .whileAllWait, .afterAFailure: .cancelled
      case .afterAllFailures: .refusals([0, 1, 2])
      case .onTheWinnersLastStep: .value(2)
      }
    #expect(await task.value == expected)
    #expect(attendance.inside == 0)
    #expect(clock.pendingAlarms == 0)
    if moment == .before { #expect(attendance.entered == 0) }
  }

  @Test func `a deadline around is told as a deadline, also after a failure`() async {
    let clock = ManualClock()
    async let ending = Ending {
      try await withDeadline(in: .seconds(1), clock: clock) {
        try await firstSuccess(
          { throw Refusal(number: 0) },
          {
            try await clock.sleep(for: .seconds(60))
            return 1
          })
      }
    }
    await clock.advance(by: .seconds(1), whenAlarms: 2)
    #expect(await ending == .deadline)
  }
}
