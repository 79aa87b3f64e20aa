import CIntrinsics

/// What a check has spent, against its limits; and the reports on the way.
///
/// One budget serves all parts of a check: searching, normalising the specification, looking for divergence.
final class Budget {
  let limits: Limits
  private let report: ((Progress) -> Void)?
  private let start = ContinuousClock.now
  private var lastReport: ContinuousClock.Instant, lastMemoryLook: ContinuousClock.Instant
  private(set) var terms = 0
  private var calls = 0

  private let reportInterval: Duration
  private static let memoryInterval = Duration.milliseconds(4)

  init(_ limits: Limits, report: ((Progress) -> Void)? = nil, every reportInterval: Duration = .milliseconds(250)) {
    self.limits = limits
    self.report = report
    self.reportInterval = reportInterval
    lastReport = start
    lastMemoryLook = start - Self.memoryInterval
  }

  var elapsed: Duration { ContinuousClock.now - start }

  /// Counts states explored one by one; looks at the clock now and then.
  func spendTerms(_ n: Int = 1) throws(LimitReached) {
    terms += n
    if terms > limits.terms { throw .terms(limits.terms) }
    try tick()
  }

  /// Takes back what an attempt that was given up has counted since there were `earlier`.
  func returnTerms(to earlier: Int) { terms = earlier }

  /// To be called in every loop whose length is not known; does something every 1024th time.
  func tick() throws(LimitReached) {
    calls &+= 1
    if calls & 1023 == 0 { try look() }
  }

  /// Throws when it is time to stop. Cheap enough for every ply: the resident size, a matter of system calls, is asked
  /// for once in a few milliseconds.
  func look() throws(LimitReached) {
    try limits.lookAtClock()
    guard let memory = limits.memory else { return }
    let now = ContinuousClock.now
    if now - lastMemoryLook < Self.memoryInterval { return }
    lastMemoryLook = now
    if csp_resident_bytes() > memory { throw .memory(memory) }
  }

  /// Throws when `bytes` more would be too much memory.
  func reserve(bytes: Int) throws(LimitReached) {
    if let memory = limits.memory, Int(csp_resident_bytes()) + bytes > memory { throw .memory(memory) }
  }

  /// Whether half of the memory is used.
  var isMemoryTight: Bool { limits.memory.map { csp_resident_bytes() > $0 / 2 } ?? false }

  /// What to throw when the system has no `bytes` more.
  func outOfMemory(_ bytes: Int) -> LimitReached { .memory(Int(csp_resident_bytes()) + bytes) }

  func reportIfDue(states: Int, transitions: Int, ply: Int, waiting: Int) {
    guard let report else { return }
    let now = ContinuousClock.now
    if now - lastReport < reportInterval { return }
    lastReport = now
    report(
      Progress(
        states: states, transitions: transitions, ply: ply, waiting: waiting, elapsed: now - start,
        memory: Int(csp_resident_bytes())))
  }
}

extension Limits {
  /// Throws when the time is over, or the check is cancelled.
  func lookAtClock() throws(LimitReached) {
    if let cancellation, cancellation.isCancelled { throw .cancelled }
    if let deadline, ContinuousClock.now >= deadline { throw .deadline }
  }
}
