// Patterns of blocking bugs that real programs had, as a table: each is written after a line's description of its
// cause, with Martlet's channels, locks and nurseries, once with the bug and once mended.
//
// I1. A bug is forced by construction: by latches, by what a dump or a primitive says of who waits, and by a virtual
//     clock. Nothing sleeps and nothing hopes for an order.
// I2. Numbers are those of the 68 blocking kernels of GoKer, of which only odd ones stand here. None is a translation.
// I3. What holds a lock while it waits holds a permit of a Semaphore: the body of a Lock cannot suspend. A lock for
//     readers and writers whose holders may suspend is a semaphore of which a reader takes one permit and a writer all.
// Source: T. Yuan and others, GoBench: A Benchmark Suite of Real-World Go Concurrency Bugs, CGO 2021.
import CSP
public import ChannelScenarios

/// A bug that leaves tasks waiting for ever, with its mend.
public struct BlockingKernel: Sendable, CustomStringConvertible {
  public enum Cause: String, Sendable, CaseIterable {
    case missingUnlock = "a lock that is not given back"
    case doubleLocking = "a lock that its holder takes again"
    case lockOrder = "two locks in different orders"
    case readWriteRead = "a reader that reads again behind a writer"
    case channelUnderLock = "a channel operation under a lock"
    case channel = "a channel whose other end is gone"
    case context = "a signal to stop that nobody gives"
    case count = "a count that is never complete"
    case condition = "a condition that nobody signals"
  }

  /// What finds it.
  public enum Report: Sendable {
    /// ``Dump/stuck`` has a circle, or a knot.
    case circle
    /// ``Dump/stuck`` has the kernel's nursery: everybody in it waits.
    case rest
    /// `expectNoLeaks` finds tasks that are left behind.
    case leftBehind
  }

  /// In GoKer, and the name there.
  public var number: Int
  public var name: String
  public var cause: Cause
  /// What goes wrong, in a sentence.
  public var summary: String
  public var report: Report
  /// The tasks that the report has to name, and no others.
  public var stuck: Set<String>
  /// Whether it needs a lock that is taken and given back without a scope: with one it cannot be written.
  public var needsBareLock = false
  let body: @Sendable (Stage) async throws -> Void

  init(
    _ number: Int, _ name: String, _ cause: Cause, _ summary: String, _ report: Report, _ stuck: Set<String>,
    needsBareLock: Bool = false, _ body: @escaping @Sendable (Stage) async throws -> Void
  ) {
    self.number = number
    self.name = name
    self.cause = cause
    self.summary = summary
    self.report = report
    self.stuck = Set(stuck.map { "kernel \(number): \($0)" })
    self.needsBareLock = needsBareLock
    self.body = body
  }

  public var description: String { "kernel \(number), \(name): \(summary)" }

  /// All of them, by number.
  public static let all: [BlockingKernel] =
    (locks + readers + channelsUnderLocks + channels + conditions).sorted { $0.number < $1.number }
}

extension Scenario {
  /// Each kernel twice.
  public static let kernels: [Scenario] = BlockingKernel.all.flatMap { kernel in
    [
      Scenario("kernel", "\(kernel.number), \(kernel.name): the bug is reported with the right tasks") { _ in
        try await kernel.showBug()
      },
      Scenario("kernel", "\(kernel.number), \(kernel.name): the mend ends, and nothing is reported") { _ in
        try await kernel.showMend()
      },
    ]
  }
}
