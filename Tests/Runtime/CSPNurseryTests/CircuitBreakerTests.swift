// The breaker's machine against sequences computed by hand and a naive one; the breaker itself on a clock that tests
// move.
import CSP
import ChannelScenarios
import Testing

@testable import CSPNursery

@Suite("circuit breaker") struct CircuitBreakerTests {
  typealias Rules = CircuitMachine.Rules

  /// One letter a call that arrives and ends at once: `.` success, `x` failure, `s` slow success, `z` slow failure, `i`
  /// ignored, `r` one that is refused, `>` a second passes. Slow is above a second, an open time is ten.
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    var rules = Rules()
    let calls: String
    let state: CircuitMachine.State
    var testDescription: String { name }
  }

  static let small = Rules(window: 4, minimumCalls: 4, slowCall: second, openTime: 10 * second, probes: 2)
  static func rules(_ change: (inout Rules) -> Void) -> Rules {
    var rules = small
    change(&rules)
    return rules
  }

  static let rows: [Row] = [
    Row(name: "by default 99 failures are too few", calls: String(repeating: "x", count: 99), state: .closed),
    Row(
      name: "and 100 open it for 60 s", calls: String(repeating: "x", count: 100), state: .open(until: 60 * second)),
    Row(
      name: "49 of 100 do not", calls: String(repeating: "x", count: 49) + String(repeating: ".", count: 51),
      state: .closed),
    Row(
      name: "50 of 100 do", calls: String(repeating: "x", count: 50) + String(repeating: ".", count: 50),
      state: .open(until: 60 * second)),
    Row(name: "half of four", rules: small, calls: "x.x.", state: .open(until: 10 * second)),
    Row(name: "a quarter of four", rules: small, calls: "x...", state: .closed),
    Row(name: "the window slides", rules: small, calls: "x...x...x...x", state: .closed),
    Row(name: "until half of it is bad", rules: small, calls: "x...x..x", state: .open(until: 10 * second)),
    Row(name: "ignored calls do not count", rules: small, calls: "xxxiiiiii", state: .closed),
    Row(
      name: "a minimum below the window", rules: rules { $0.minimumCalls = 2 }, calls: ".x",
      state: .open(until: 10 * second)),
    Row(
      name: "a minimum above the window means the window", rules: rules { $0.minimumCalls = 1000 }, calls: "xxxx",
      state: .open(until: 10 * second)),
    Row(
      name: "7 of 100 at 7 %, which no rounding may spoil",
      rules: rules { ($0.window, $0.minimumCalls, $0.failurePercentage) = (100, 100, 7) },
      calls: String(repeating: ".", count: 93) + "xxxxxxx", state: .open(until: 10 * second)),
    Row(name: "all slow", rules: small, calls: "ssss", state: .open(until: 14 * second)),
    Row(name: "all but one slow", rules: small, calls: "sss.", state: .closed),
    Row(
      name: "slow from a half on", rules: rules { $0.slowPercentage = 50 }, calls: "s..s",
      state: .open(until: 12 * second)),
    Row(name: "slow failures are failures", rules: small, calls: "zz..", state: .open(until: 12 * second)),
    Row(name: "open, it refuses", rules: small, calls: "xxxxrr>>>>>>>>>r", state: .open(until: 10 * second)),
    Row(name: "at its end it probes", rules: small, calls: "xxxx>>>>>>>>>>.", state: .halfOpen(probesLeft: 1)),
    Row(name: "good probes close it", rules: small, calls: "xxxx>>>>>>>>>>..", state: .closed),
    Row(name: "and what was before is forgotten", rules: small, calls: "xxxx>>>>>>>>>>..x.", state: .closed),
    Row(name: "a bad half of them opens it", rules: small, calls: "xxxx>>>>>>>>>>.x", state: .open(until: 20 * second)),
    Row(name: "slow probes open it", rules: small, calls: "xxxx>>>>>>>>>>ss", state: .open(until: 22 * second)),
    Row(
      name: "an ignored probe gives its place back", rules: small, calls: "xxxx>>>>>>>>>>.iiiii",
      state: .halfOpen(probesLeft: 1)),
    Row(
      name: "a single probe decides", rules: rules { $0.probes = 1 }, calls: "xxxx>>>>>>>>>>.", state: .closed),
    Row(
      name: "a minimum below the probes decides early", rules: rules { ($0.minimumCalls, $0.probes) = (1, 5) },
      calls: "x>>>>>>>>>>.", state: .closed),
  ]

  @Test(arguments: rows)
  func `states follow calls as computed by hand`(_ row: Row) {
    var machine = CircuitMachine(row.rules)
    var now: Int64 = 0
    for (i, call) in row.calls.enumerated() {
      if call == ">" {
        now += second
        continue
      }
      switch machine.callArrived(at: now) {
      case .refused:
        #expect(call == "r", "call \(i)")
      case .admitted(let turn):
        let slow = call == "s" || call == "z"
        if slow { now += second }
        let outcome: CircuitBreaker.Outcome = call == "i" ? .ignored : call == "x" || call == "z" ? .failure : .success
        machine.callEnded(outcome, after: slow ? second + 1 : second, turn: turn, at: now)
        #expect(call != "r", "call \(i)")
      }
    }
    #expect(machine.state == row.state)
  }

  @Test func `a refusal says until when, and nothing while probes are under way`() {
    var machine = CircuitMachine(Self.small)
    for _ in 0..<4 {
      guard case .admitted(let turn) = machine.callArrived(at: 5) else { return }
      machine.callEnded(.failure, after: 0, turn: turn, at: 5)
    }
    #expect(machine.callArrived(at: 6) == .refused(until: 10 * second + 5))
    #expect(machine.callArrived(at: 10 * second + 4) == .refused(until: 10 * second + 5))
    #expect(machine.callArrived(at: 10 * second + 5) == .admitted(turn: 2))
    #expect(machine.callArrived(at: 10 * second + 5) == .admitted(turn: 2))
    #expect(machine.callArrived(at: 10 * second + 5) == .refused(until: nil))
  }

  @Test func `calls of an earlier turn are not heard`() {
    var machine = CircuitMachine(Self.small)
    func admit(_ now: Int64) -> Int {
      guard case .admitted(let turn) = machine.callArrived(at: now) else { return -1 }
      return turn
    }
    let early = (0..<10).map { _ in admit(0) }
    for turn in early.prefix(4) { machine.callEnded(.failure, after: 0, turn: turn, at: 0) }
    #expect(machine.state == .open(until: 10 * second))
    machine.callEnded(.failure, after: 0, turn: early[4], at: 5 * second)
    #expect(machine.state == .open(until: 10 * second))  // not put off
    let probe = admit(10 * second)
    machine.callEnded(.failure, after: 0, turn: early[5], at: 10 * second)
    machine.callEnded(.success, after: 0, turn: early[6], at: 10 * second)
    machine.callEnded(.ignored, after: 0, turn: early[7], at: 10 * second)
    #expect(machine.state == .halfOpen(probesLeft: 1) && machine.outcomes.count == 0)
    machine.callEnded(.success, after: 0, turn: probe, at: 10 * second)
    machine.callEnded(.success, after: 0, turn: admit(10 * second), at: 10 * second)
    #expect(machine.state == .closed)
    machine.callEnded(.failure, after: 0, turn: early[8], at: 10 * second)
    machine.callEnded(.failure, after: 0, turn: probe, at: 10 * second)
    #expect(machine.outcomes.count == 0)
  }

  /// The whole history of a turn, and counts made anew each time, are the definition.
  @Test func `the machine is what a naive one is`() {
    let seed: UInt64 = 0xC19C
    var bits = SplitMix(seed)
    for _ in 0..<200 {
      let rules = Rules(
        window: Int.random(in: 1...6, using: &bits), minimumCalls: Int.random(in: 1...6, using: &bits),
        failurePercentage: Double(Int.random(in: 1...100, using: &bits)),
        slowPercentage: Double(Int.random(in: 1...100, using: &bits)), slowCall: 5, openTime: 10,
        probes: Int.random(in: 1...4, using: &bits))
      var machine = CircuitMachine(rules)
      var history: [(failed: Bool, slow: Bool)] = []
      enum Phase: Equatable { case closed, open(Int64), halfOpen }
      var phase = Phase.closed
      var probesOut = 0
      var turn = 0
      var now: Int64 = 0
      var underWay: [Int] = []

      for _ in 0..<200 {
        now += Int64.random(in: 0...3, using: &bits)
        if Bool.random(using: &bits) || underWay.isEmpty {
          if case .open(let until) = phase, now >= until {
            (phase, history, probesOut, turn) = (.halfOpen, [], 0, turn + 1)
          }
          let expected: CircuitMachine.Admission
          switch phase {
          case .closed: expected = .admitted(turn: turn)
          case .open(let until): expected = .refused(until: until)
          case .halfOpen:
            expected = probesOut + history.count < rules.probes ? .admitted(turn: turn) : .refused(until: nil)
          }
          if phase == .halfOpen, case .admitted = expected { probesOut += 1 }
          #expect(machine.callArrived(at: now) == expected, "seed \(seed)")
          if case .admitted(let turn) = expected { underWay.append(turn) }
        } else {
          let ended = underWay.remove(at: Int.random(in: 0..<underWay.count, using: &bits))
          let outcome = [CircuitBreaker.Outcome.success, .failure, .ignored][Int.random(in: 0..<3, using: &bits)]
          let duration = Int64.random(in: 4...6, using: &bits)
          machine.callEnded(outcome, after: duration, turn: ended, at: now)
          guard ended == turn else { continue }
          if phase == .halfOpen { probesOut -= 1 }
          guard outcome != .ignored else { continue }
          history.append((outcome == .failure, duration > 5))
          let size = phase == .closed ? rules.window : rules.probes
          let last = history.suffix(size)
          if last.count >= min(rules.minimumCalls, size) {
            let failed = 100 * last.count { $0.failed } >= Int(rules.failurePercentage) * last.count
            let slow = 100 * last.count { $0.slow } >= Int(rules.slowPercentage) * last.count
            if failed || slow {
              (phase, history, turn) = (.open(now + 10), [], turn + 1)
            } else if phase == .halfOpen {
              (phase, history, turn) = (.closed, [], turn + 1)
            }
          }
        }
        switch (machine.state, phase) {
        case (.closed, .closed): break
        case (.open(let until), .open(let expected)): #expect(until == expected, "seed \(seed)")
        case (.halfOpen(let left), .halfOpen):
          #expect(left == rules.probes - probesOut - history.count, "seed \(seed)")
        default: Issue.record("seed \(seed): \(machine.state), not \(phase)")
        }
      }
    }
  }

  // MARK: The breaker

  static func breaker(_ clock: ManualClock, probes: Int = 2) -> CircuitBreaker {
    CircuitBreaker(name: "test", window: 2, minimumCalls: 2, openTime: .seconds(10), probes: probes, clock: clock)
  }

  @Test func `calls open it, time lets probes in, probes close it`() async throws {
    let clock = ManualClock()
    let breaker = Self.breaker(clock)
    #expect(try await breaker.call { 7 } == 7)
    await #expect(throws: Failed(1)) { try await breaker.call { throw Failed(1) } }
    #expect(breaker.state == .open(for: .seconds(10)))
    clock.advance(by: .seconds(4))
    let error = await #expect(throws: CircuitOpen.self) { try await breaker.call { Issue.record("was called") } }
    #expect(error == CircuitOpen(breaker: "test", retryAfter: .seconds(6)))
    #expect(
      "\(error!)" == "the circuit breaker \"test\" is open: the call was not made; come back in 6.0 seconds")
    clock.advance(by: .seconds(6))
    #expect(breaker.state == .open(for: .zero))
    try await breaker.call {}
    #expect(breaker.state == .halfOpen)
    try await breaker.call {}
    #expect(breaker.state == .closed)
  }

  @Test func `slow calls open it`() async throws {
    let clock = ManualClock()
    let breaker = CircuitBreaker(window: 2, minimumCalls: 2, slowCall: .seconds(1), clock: clock)
    for _ in 0..<2 { try await breaker.call { clock.advance(by: .milliseconds(1001)) } }
    #expect(breaker.state == .open(for: .seconds(60)))
  }

  @Test func `errors are judged, cancellation is not counted`() async {
    let breaker = Self.breaker(ManualClock())
    for _ in 0..<10 {
      try? await breaker.call { throw CancellationError() }
      try? await breaker.call(judging: { $0 is Failed ? .success : .failure }) { throw Failed() }
      try? await breaker.call(judging: { _ in .ignored }) { throw Failed() }
    }
    #expect(breaker.state == .closed)
  }

  @Test func `a call that the deadline cut off has failed`() async throws {
    let clock = ManualClock()
    let breaker = CircuitBreaker(window: 1, clock: clock)
    let never = Channel<Void>(.rendezvous)
    let task = Task {
      try await withDeadline(in: .seconds(1), clock: clock) {
        try await breaker.call { _ = try await never.receive() }
      }
    }
    await until { never.statistics.waitingReceivers == 1 && clock.pendingAlarms == 1 }
    clock.advance(by: .seconds(1))
    await #expect(throws: DeadlineExceeded.self) { try await task.value }
    #expect(breaker.state == .open(for: .seconds(60)))
  }

  @Test func `a ticket that is dropped is ignored, and its place is free again`() throws {
    let clock = ManualClock()
    let breaker = Self.breaker(clock, probes: 1)
    for _ in 0..<2 { try breaker.tryEnter().failure() }
    clock.advance(by: .seconds(10))
    for _ in 0..<3 {
      let ticket = try breaker.tryEnter()
      let error = #expect(throws: CircuitOpen.self) { try breaker.tryEnter().ignored() }
      #expect(error?.retryAfter == nil)
      _ = consume ticket
    }
    try breaker.tryEnter().success()
    #expect(breaker.state == .closed)
  }

  @Test(arguments: [1, 3]) func `of many that find the open time over, only the probes go through`(_ probes: Int) async
  {
    for _ in 0..<50 {
      let clock = ManualClock()
      let breaker = Self.breaker(clock, probes: probes)
      for _ in 0..<2 { try? breaker.tryEnter().failure() }
      clock.advance(by: .seconds(10))
      let gate = Channel<Void>(.rendezvous)
      let asked = Channel<Bool>(.unbounded)
      await withTaskGroup { group in
        for _ in 0..<16 {
          group.addTask {
            do {
              try await breaker.call {
                _ = asked.trySend(true)
                _ = try await gate.receive()
              }
            } catch {
              _ = asked.trySend(false)
            }
          }
        }
        await until { asked.count == 16 }
        gate.close()
      }
      asked.close()
      var admitted = 0
      for await wasAdmitted in asked where wasAdmitted { admitted += 1 }
      #expect(admitted == probes)
      #expect(breaker.state == .closed)
    }
  }
}
