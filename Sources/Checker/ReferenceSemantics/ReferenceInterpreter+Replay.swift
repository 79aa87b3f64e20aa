/// Replays a counterexample with nothing but the firing rules and the definitions: each step must be one, and what is
/// claimed about the end must be so. A counterexample that passes proves its verdict, whoever found it.
public import ProcessTerms

extension ReferenceInterpreter {
  /// Checks `counterexample`, whose path is one of `process`.
  ///
  /// - Parameter limit: how many processes silent steps may lead to from one place.
  /// - Returns: nil when all of it is so, else what is not.
  /// - Throws: what evaluation throws, and ``StateLimitReached``.
  public func replay(
    _ counterexample: Counterexample, of process: Process, limit: Int = 1_000_000
  ) throws -> Mismatch? {
    do {
      let path = counterexample.path
      try require(table.resolve(process) == table.resolve(path.start), "the path starts at another process")
      try requireSteps(path.steps, from: path.start, "step")
      try requireClaim(counterexample.claim, path, limit)
      return nil
    } catch let mismatch as Mismatch {
      return mismatch
    }
  }

  private func requireClaim(_ claim: Claim, _ path: Path, _ limit: Int) throws {
    switch claim {
    case .eventNotAllowed(let specification, let model):
      guard let last = path.steps.last, last.event != .tau else {
        throw Mismatch(description: "the path does not end with an event")
      }
      let before = Array(path.trace.dropLast())
      let allowed = try places(of: specification, after: before, strict: model.isStrict, limit)
      try require(
        after(last.event, from: allowed, limit: limit).isEmpty,
        "the specification allows \(text(last.event)) after \(text(before))")
    case .refusalNotAllowed(let specification, let model):
      try require(model != .traces, "traces say nothing about refusals")
      let acceptance = try requiredAcceptance(at: path.end)
      let allowed = try places(of: specification, after: path.trace, strict: model.isStrict, limit)
      try require(
        !acceptances(of: allowed).contains { $0.isSubset(of: acceptance) },
        "the specification may accept no more than \(text(acceptance.sorted())) after \(text(path.trace))")
    case .divergence(let specification, let loop):
      try requireLoop(loop, at: path.end)
      if let specification { _ = try places(of: specification, after: path.trace, strict: true, limit) }
    case .deadlock:
      try require(!isTerminated(path.end), "the end of the path has terminated")
      try require(steps(of: path.end).isEmpty, "the end of the path has a step")
    case .nondeterminism(let other):
      try requireNondeterminism(path, other)
    case .eventImpossible(let trace, let length):
      let event = try requireBeginning(path, trace, length)
      let places = try places(of: path.start, after: Array(trace[..<length]), strict: false, limit)
      try require(after(event, from: places, limit: limit).isEmpty, "\(text(event)) is possible")
    case .eventRefusable(let trace, let length):
      let event = try requireBeginning(path, trace, length)
      try require(!requiredAcceptance(at: path.end).contains(event), "\(text(event)) is not refused")
    case .divergenceAlongTrace(let trace, let length, let loop):
      try require(0...trace.count ~= length, "the trace is not that long")
      try require(path.trace == Array(trace[..<length]), "the path does not show the beginning of the trace")
      try requireLoop(loop, at: path.end)
    }
  }

  /// s⌢⟨a⟩ is a trace, shown by `path`, and (s, {a}) a failure, shown by `other`.
  private func requireNondeterminism(_ path: Path, _ other: Path) throws {
    guard let last = path.steps.last, last.event != .tau else {
      throw Mismatch(description: "the path does not end with an event")
    }
    try require(table.resolve(other.start) == table.resolve(path.start), "the other path starts elsewhere")
    try requireSteps(other.steps, from: other.start, "the other path's step")
    try require(other.trace == path.trace.dropLast(), "the two paths show different traces")
    try require(!requiredAcceptance(at: other.end).contains(last.event), "\(text(last.event)) is not refused")
  }

  // MARK: Requirements

  private func require(_ holds: @autoclosure () throws -> Bool, _ otherwise: @autoclosure () -> String) throws {
    guard try holds() else { throw Mismatch(description: otherwise()) }
  }

  private func requireSteps(_ path: [Step], from start: Process, _ what: String) throws {
    var at = try table.resolve(start)
    for (i, step) in path.enumerated() {
      try require(
        steps(of: at).contains(step),
        "\(what) \(i + 1): \(table.describe(at)) does not become \(table.describe(step.target)) by \(text(step.event))")
      at = step.target
    }
  }

  private func requireLoop(_ loop: [Step], at end: Process) throws {
    try require(!loop.isEmpty, "the loop is empty")
    try require(loop.allSatisfy { $0.event == .tau }, "the loop is not silent")
    try requireSteps(loop, from: end, "the loop's step")
    try require(loop.last?.target == table.resolve(end), "the loop does not come back")
  }

  /// What `p` accepts when it refuses all that it can.
  private func requiredAcceptance(at p: Process) throws -> Set<Event> {
    guard let acceptance = try acceptance(of: p) else {
      throw Mismatch(description: "\(table.describe(p)) is not stable, so that it refuses nothing")
    }
    return acceptance
  }

  /// The event of `trace` that is due after its first `length`, which the path shows.
  private func requireBeginning(_ path: Path, _ trace: [Event], _ length: Int) throws -> Event {
    try require(trace.indices.contains(length), "no event of the trace is due")
    try require(path.trace == Array(trace[..<length]), "the path does not show the beginning of the trace")
    return trace[length]
  }

  /// Where `p` may be after `trace`, which must be one of its traces, and where `strict`, without divergence before or
  /// after it: below a divergence of the specification nothing is a counterexample.
  private func places(of p: Process, after trace: [Event], strict: Bool, _ limit: Int) throws -> Set<Process> {
    var places = try silentClosure(of: [try table.resolve(p)], limit: limit)
    for i in 0...trace.count {
      let sofar = Array(trace[..<i])
      try require(!places.isEmpty, "the trace \(text(sofar)) is not possible")
      try require(!strict || divergent(among: places).isEmpty, "the specification diverges after \(text(sofar))")
      if i < trace.count { places = try after(trace[i], from: places, limit: limit) }
    }
    return places
  }

  private func text(_ event: Event) -> String { table.alphabet.name(event) }
  private func text(_ events: [Event]) -> String { "⟨\(events.map(text).joined(separator: ", "))⟩" }
}

extension ReferenceInterpreter.Model {
  /// Whether everything is allowed below a divergence.
  fileprivate var isStrict: Bool { self == .failuresDivergences }
}
