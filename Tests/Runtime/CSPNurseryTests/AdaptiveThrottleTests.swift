// The throttle of the SRE book: its formula by hand, its window, its random bits.
import CSP
import ChannelScenarios
import Testing

@testable import CSPNursery

@Suite("adaptive throttle") struct AdaptiveThrottleTests {
  static func close(_ left: Double, _ right: Double) -> Bool { abs(left - right) < 1e-12 }

  @Test(
    arguments: [
      (0, 0, 2.0, 0.0), (1, 0, 2, 1.0 / 2), (10, 10, 2, 0), (10, 5, 2, 0), (10, 4, 2, 2.0 / 11), (10, 0, 2, 10.0 / 11),
      (100, 25, 2, 50.0 / 101), (1000, 0, 2, 1000.0 / 1001), (10, 5, 1, 5.0 / 11), (100, 80, 1.1, 12.0 / 101),
    ] as [(Int, Int, Double, Double)])
  func `the probability is the book's`(_ requests: Int, _ accepts: Int, _ multiplier: Double, _ expected: Double) {
    var machine = ThrottleMachine(multiplier: multiplier, window: 120 * second)
    for i in 0..<requests {
      #expect(machine.callArrived(at: 0, bits: .max) == nil)
      machine.callEnded(i < accepts ? .accepted : .rejected, at: 0)
    }
    #expect(Self.close(machine.rejectionProbability(at: 0), expected))
  }

  /// Three requests and one accepted: (3 − 2) / 4, so that the bits below a quarter of 2^64 are turned away.
  @Test(arguments: [(UInt64.zero, true), ((1 << 62) - 1, true), (1 << 62, false), (.max, false)])
  func `random bits decide`(_ bits: UInt64, _ isRejected: Bool) {
    var machine = ThrottleMachine(multiplier: 2, window: 120 * second)
    for i in 0..<3 {
      _ = machine.callArrived(at: 0, bits: .max)
      machine.callEnded(i == 0 ? .accepted : .rejected, at: 0)
    }
    #expect(machine.callArrived(at: 0, bits: bits) == (isRejected ? 0.25 : nil))
    // Counted, whether or not it was turned away: (4 − 2) / 5.
    #expect(Self.close(machine.rejectionProbability(at: 0), 0.4))
  }

  @Test func `a call counts for two minutes`() {
    var machine = ThrottleMachine(multiplier: 2, window: 120 * second)
    _ = machine.callArrived(at: 0, bits: .max)
    _ = machine.callArrived(at: 60 * second, bits: .max)
    let expected: [(Int64, Double)] = [
      (60 * second, 2.0 / 3), (120 * second - 1, 2.0 / 3), (120 * second, 1.0 / 2), (180 * second - 1, 1.0 / 2),
      (180 * second, 0),
    ]
    for (now, probability) in expected { #expect(Self.close(machine.rejectionProbability(at: now), probability)) }
  }

  @Test func `a call that says nothing is as if it had not been made`() {
    var machine = ThrottleMachine(multiplier: 2, window: 120 * second)
    for _ in 0..<5 {
      _ = machine.callArrived(at: 0, bits: .max)
      machine.callEnded(.ignored, at: second)
    }
    #expect(machine.rejectionProbability(at: second) == 0)
    // What was counted has left the window, what was taken back has not: still no probability below 0.
    #expect(machine.rejectionProbability(at: 120 * second) == 0)
  }

  @Test func `a throttle is what its definition says, call by call`() {
    let seed: UInt64 = 0x7407713
    var bits = SplitMix(seed)
    for multiplier in [1, 1.5, 2] {
      var machine = ThrottleMachine(multiplier: multiplier, window: 240)
      var calls: [(slice: Int64, requests: Int, accepts: Int)] = []
      var now: Int64 = 0
      for _ in 0..<2000 {
        now += Int64.random(in: 0...4, using: &bits)
        let random = bits.next()
        let recent = calls.filter { $0.slice > now / 2 - 120 }
        let (requests, accepts) = recent.reduce((0, 0)) { ($0.0 + $1.requests, $0.1 + $1.accepts) }
        let probability = max(0, (Double(requests) - multiplier * Double(accepts)) / Double(requests + 1))
        let isRejected = Double(random >> 11) / 0x1p53 < probability
        #expect(machine.callArrived(at: now, bits: random) == (isRejected ? probability : nil), "seed \(seed)")
        calls.append((now / 2, 1, 0))
        if isRejected { continue }
        let outcome = [AdaptiveThrottle.Outcome.accepted, .rejected, .ignored][Int.random(in: 0..<3, using: &bits)]
        machine.callEnded(outcome, at: now)
        switch outcome {
        case .accepted: calls.append((now / 2, 0, 1))
        case .ignored: calls.append((now / 2, -1, 0))
        case .rejected: break
        }
      }
    }
  }

  @Test func `a seeded throttle repeats itself, and lets about K times through what is accepted`() async {
    func made(_ seed: UInt64) async -> [Bool] {
      let throttle = AdaptiveThrottle(clock: ManualClock(), seed: seed)
      var made: [Bool] = []
      var capacity = 0  // the service can take a call for every ten that the program wants to make
      for _ in 0..<4000 {
        capacity = min(50, capacity + 1)
        do {
          try await throttle.call {
            if capacity < 10 { throw Failed() }
            capacity -= 10
          }
          made.append(true)
        } catch {
          made.append(!(error is Throttled))
        }
      }
      return made
    }
    let first = await made(42)
    #expect(await made(42) == first)
    #expect(await made(43) != first)
    #expect((450...750).contains(first.dropFirst(1000).count { $0 }))  // twice 300
  }

  @Test func `calls are judged`() async throws {
    let clock = ManualClock()
    func probability(_ body: () async throws -> Void) async -> Double {
      let throttle = AdaptiveThrottle(clock: clock)
      try? await throttle.call(judging: { $0 as? Failed == Failed(404) ? .accepted : .rejected }, body)
      return throttle.rejectionProbability
    }
    #expect(await probability {} == 0)
    #expect(await probability { throw Failed(404) } == 0)
    #expect(await probability { throw Failed(503) } == 0.5)
    #expect(await probability { throw CancellationError() } == 0)
    let throttle = AdaptiveThrottle(clock: clock)
    do { _ = try throttle.tryEnter() }
    #expect(throttle.rejectionProbability == 0)  // a ticket that is dropped is ignored
    try throttle.tryEnter().rejected()
    #expect(throttle.rejectionProbability == 0.5)
    #expect("\(Throttled(probability: 0.5))".contains("50 %"))
  }

  @Test func `a call that the deadline cut off was not accepted`() async throws {
    let clock = ManualClock()
    let throttle = AdaptiveThrottle(clock: clock)
    let never = Channel<Void>(.rendezvous)
    let task = Task {
      try await withDeadline(in: .seconds(1), clock: clock) {
        try await throttle.call { _ = try await never.receive() }
      }
    }
    await until { never.statistics.waitingReceivers == 1 && clock.pendingAlarms == 1 }
    clock.advance(by: .seconds(1))
    await #expect(throws: DeadlineExceeded.self) { try await task.value }
    #expect(throttle.rejectionProbability == 0.5)
  }
}
