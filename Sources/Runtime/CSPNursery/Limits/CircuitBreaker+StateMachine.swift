// The breaker as a pure state machine: calls arrive and end, time comes in as nanoseconds.
//
// closed ── enough of the last calls failed or were slow ──▶ open ── its time is over and a call arrives ──▶ half open
// half open ── the probes went well ──▶ closed; ── they did not ──▶ open
//
// I1. A call belongs to the `turn`, the time between two changes of state, in which it was let in. What it says after
//     that turn has ended is not heard: a call let in before the breaker opened cannot close it, nor open it again.
// I2. In a half-open turn at most `probes` calls are let in, of which `probesLeft` still may be. One that is ignored
//     gives its place back. Exactly one arrival finds the open time over and begins the turn: all others of that moment
//     are in it, or refused.
// I3. `outcomes` holds those of this turn, the newest `window` of them while closed.
// Resilience4j hears late calls of earlier turns; and there an open time ends after its last instant, here with it.

/// > Source: resilience4j, CircuitBreakerStateMachine and CircuitBreakerMetrics.
struct CircuitMachine: Sendable {
  struct Rules: Sendable, Equatable {
    var window = 100
    var minimumCalls = 100
    /// Of the calls in the window: from so many per cent on the breaker opens.
    var failurePercentage = 50.0
    var slowPercentage = 100.0
    /// Nanoseconds: a call that took longer is slow.
    var slowCall: Int64 = 60_000_000_000
    var openTime: Int64 = 60_000_000_000
    var probes = 10
  }

  enum State: Sendable, Equatable {
    case closed
    case open(until: Int64)
    case halfOpen(probesLeft: Int)
  }

  enum Admission: Sendable, Equatable {
    case admitted(turn: Int)
    /// Until when, if that is known: nil while probes are under way.
    case refused(until: Int64?)
  }

  let rules: Rules
  private(set) var state = State.closed
  private(set) var turn = 0
  private(set) var outcomes: OutcomeWindow

  init(_ rules: Rules) {
    self.rules = rules
    outcomes = OutcomeWindow(capacity: max(rules.window, rules.probes))
    outcomes.begin(limit: rules.window)
  }

  mutating func callArrived(at now: Int64) -> Admission {
    switch state {
    case .closed:
      return .admitted(turn: turn)
    case .open(let until):
      guard now >= until else { return .refused(until: until) }
      begin(.halfOpen(probesLeft: rules.probes - 1), limit: rules.probes)
      return .admitted(turn: turn)
    case .halfOpen(let probesLeft):
      guard probesLeft > 0 else { return .refused(until: nil) }
      state = .halfOpen(probesLeft: probesLeft - 1)
      return .admitted(turn: turn)
    }
  }

  /// - Parameters:
  ///   - outcome: What it says.
  ///   - duration: Nanoseconds from its admission.
  ///   - turn: Of its admission.
  mutating func callEnded(_ outcome: CircuitBreaker.Outcome, after duration: Int64, turn: Int, at now: Int64) {
    guard turn == self.turn else { return }
    switch state {
    case .closed:
      if outcome == .ignored { return }
      outcomes.add(failed: outcome == .failure, slow: duration > rules.slowCall)
      guard outcomes.count >= min(rules.minimumCalls, rules.window) else { return }
      if isBad { open(at: now) }
    case .halfOpen(let probesLeft):
      if outcome == .ignored {
        state = .halfOpen(probesLeft: probesLeft + 1)
        return
      }
      outcomes.add(failed: outcome == .failure, slow: duration > rules.slowCall)
      guard outcomes.count >= min(rules.minimumCalls, rules.probes) else { return }
      if isBad { open(at: now) } else { begin(.closed, limit: rules.window) }
    case .open:
      preconditionFailure("internal error: a call was let in by an open breaker")
    }
  }

  private var isBad: Bool {
    let count = Double(outcomes.count)
    return Double(outcomes.failures) * 100 >= rules.failurePercentage * count
      || Double(outcomes.slow) * 100 >= rules.slowPercentage * count
  }

  private mutating func open(at now: Int64) {
    begin(.open(until: now.addingClamped(rules.openTime)), limit: rules.window)
  }

  private mutating func begin(_ next: State, limit: Int) {
    state = next
    turn += 1
    outcomes.begin(limit: limit)
  }
}

/// The newest outcomes, and how many of them were bad. Allocated once.
struct OutcomeWindow: Sendable {
  private var ring: [UInt8]
  private var limit = 0
  private var next = 0
  private(set) var count = 0
  private(set) var failures = 0
  private(set) var slow = 0

  init(capacity: Int) { ring = [UInt8](repeating: 0, count: capacity) }

  /// Forgets all; from now on the newest `limit` are kept.
  mutating func begin(limit: Int) { (self.limit, next, count, failures, slow) = (limit, 0, 0, 0, 0) }

  mutating func add(failed: Bool, slow isSlow: Bool) {
    if count == limit {
      failures -= Int(ring[next] & 1)
      slow -= Int(ring[next] >> 1)
    } else {
      count += 1
    }
    ring[next] = (failed ? 1 : 0) | (isSlow ? 2 : 0)
    failures += failed ? 1 : 0
    slow += isSlow ? 1 : 0
    next = next + 1 == limit ? 0 : next + 1
  }
}
