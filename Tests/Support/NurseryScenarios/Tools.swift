// What the scenarios are made of: errors with a number, gates to wait at, the error that a body throws, and delays.
import CSP
import ChannelScenarios

/// What a child or a body throws when it fails.
struct Broken: Error, Equatable, CustomStringConvertible {
  var number: Int
  init(_ number: Int) { self.number = number }
  var description: String { "Broken(\(number))" }
}

/// Shut until it is opened; then it stays open. Passing is a cancellation checkpoint.
struct Gate: Sendable {
  private let channel = Channel<Void>(.rendezvous)

  nonisolated(nonsending) func pass() async throws { _ = try await channel.receive() }
  func open() { channel.close() }
  /// Those that wait at it.
  var waiting: Int { channel.statistics.waitingReceivers }
}

/// Waits until it is cancelled: throws `CancellationError`.
nonisolated(nonsending) func forever() async throws { try await Gate().pass() }

/// The error that a body throws. That it throws none, or one of another type, is a failure.
nonisolated(nonsending) func thrown<Thrown: Error>(
  _ type: Thrown.Type = Thrown.self, _ what: @autoclosure () -> String = "", file: StaticString = #fileID,
  line: UInt = #line, _ body: nonisolated(nonsending) () async throws -> Void
) async throws -> Thrown {
  do { try await body() } catch {
    if let error = error as? Thrown { return error }
    throw Failure("\(what()) threw \(error), expected \(Thrown.self)", file: file, line: line)
  }
  throw Failure("\(what()) threw nothing, expected \(Thrown.self)", file: file, line: line)
}

extension NurseryError {
  /// The numbers of its errors, in their order; what is none of ours is thrown.
  func numbers() throws -> [Int] {
    try errors.map { error in
      guard let broken = error as? Broken else { throw error }
      return broken.number
    }
  }
}

/// Expects what a nursery threw, as a whole.
func expectError(
  _ found: NurseryError, _ numbers: [Int], _ reason: CancellationReason?, name: String? = nil,
  file: StaticString = #fileID, line: UInt = #line
) throws {
  try expectEqual(try found.numbers(), numbers, "errors", file: file, line: line)
  try expectEqual(found.cancellation, reason, "reason", file: file, line: line)
  try expectEqual(found.nursery, name, "name", file: file, line: line)
  try expectEqual(found.isCancellation, numbers.isEmpty, "isCancellation", file: file, line: line)
}

/// Whether the running task finds itself cancelled, by the flag and by every operation that waits.
nonisolated(nonsending) func expectCancelledHere(
  _ what: String, file: StaticString = #fileID, line: UInt = #line
) async throws {
  try expect(Task.isCancelled, "\(what): Task.isCancelled is false", file: file, line: line)
  let (full, clock) = (Channel<Int>(.buffered(1)), ManualClock())
  _ = full.trySend(1)
  // Ready, all but the first: cancellation is level-triggered.
  let operations: [(String, Action)] = [
    ("a wait", { try await forever() }), ("a receive", { _ = try await full.receive() }),
    ("a select", { _ = try await select(full.receiving, after(.zero, clock: clock)) }),
    ("a send", { try await Channel<Int>(.unbounded).send(1) }), ("a timer", { try await Timer(after: .zero).wait() }),
    ("a sleep", { try await clock.sleep(until: clock.now) }), ("a check", { try Task.checkCancellation() }),
  ]
  for (name, operation) in operations {
    _ = try await thrown(CancellationError.self, "\(what): \(name)", file: file, line: line) { try await operation() }
  }
}

/// Whether the running task finds itself not cancelled.
nonisolated(nonsending) func expectNotCancelledHere(
  _ what: String, file: StaticString = #fileID, line: UInt = #line
) async throws {
  try expect(!Task.isCancelled, "\(what): Task.isCancelled is true", file: file, line: line)
  let (full, clock) = (Channel<Int>(.buffered(1)), ManualClock())
  do {
    try await full.send(1)
    _ = try await select(full.receiving)
    try await clock.sleep(until: clock.now)
    await Task.yield()
    try Task.checkCancellation()
  } catch is CancellationError {
    throw Failure("\(what): an operation threw CancellationError", file: file, line: line)
  }
}

typealias Action = nonisolated(nonsending) () async throws -> Void

/// What happened, in order.
typealias Log = Locked<[String]>

extension Locked<[String]> {
  convenience init() { self.init([]) }
  func add(_ entry: String) { withLock { $0.append(entry) } }
}

/// Delays at marked points, decided by a seed: nothing, some yields, or some spinning.
struct Jitter: Sendable {
  var seed: UInt64
  init(_ seed: UInt64) { self.seed = seed }

  nonisolated(nonsending) func callAsFunction(_ point: UInt64) async {
    var random = SplitMix(seed &* 0x1_0001 &+ point)
    switch random.below(4) {
    case 0: break
    case 1: for _ in 0...random.below(3) { await Task.yield() }
    case 2: spin(random.below(30))
    default: spin(random.below(300))
    }
  }

  /// A reading of the clock cannot be optimized away.
  func spin(_ count: Int) { for _ in 0..<count { _ = ContinuousClock.now } }
}

/// Runs a race as often as the load says, divided; a failure names the seed of its round.
func rounds(
  _ load: Load, per: Int = 10, _ race: @Sendable (Jitter) async throws -> Void
) async throws {
  for round in 0..<max(20, load.operations / per) {
    let seed = load.seed &+ UInt64(round)
    do { try await race(Jitter(seed)) } catch {
      throw Failure("round \(round), seed \(seed): \(error)")
    }
  }
}
