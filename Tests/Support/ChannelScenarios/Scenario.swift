// What channels must do, as a table of named runs. One table serves the tests, which run it in their own process, and
// ChannelScenarioRunner, which runs it under other ways to park, other numbers of workers and the thread sanitizer.
// NurseryScenarios adds a table of its own.
//
// I1. A scenario throws a located error when something is not as it must be; it never traps and never prints.
// I2. A scenario leaves no task behind: those that it starts have ended when it returns.
// I3. Nothing sleeps: a scenario waits for a state, bounded by `patience`.
// I4. Random choices come from seeds that stand in the source or in the load, and an error names its seed.

/// How much a scenario shall do.
public struct Load: Sendable {
  /// Operations of the scenarios that have a number of them to choose.
  public var operations: Int
  /// Where random choices start.
  public var seed: UInt64

  public init(operations: Int = 10_000, seed: UInt64 = 20_260_901) {
    self.operations = operations
    self.seed = seed
  }
}

/// A behaviour that channels must show.
public struct Scenario: Sendable, CustomStringConvertible {
  public var topic: String
  /// A sentence: what must hold.
  public var name: String
  /// Whether it measures the whole process, so that nothing else may run beside it.
  public var needsProcess: Bool
  public var run: @Sendable (Load) async throws -> Void

  package init(
    _ topic: String, _ name: String, needsProcess: Bool = false, _ run: @escaping @Sendable (Load) async throws -> Void
  ) {
    self.topic = topic
    self.name = name
    self.needsProcess = needsProcess
    self.run = run
  }

  public var description: String { "\(topic): \(name)" }

  /// All of them.
  public static let all: [Scenario] =
    goChannels + goSelects + goRaces + fairness + cancellationMoments + cancellationRaces + kinds + halves + moveOnly
    + timers
    + tasks + threads + leaning + regressions + traps + bothEnds + stress + memory
}
