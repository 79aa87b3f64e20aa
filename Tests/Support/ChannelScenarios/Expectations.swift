// How scenarios check and wait. No sleeping: `eventually` yields until a state is there.
import Foundation

/// Something was not as it must be.
public struct Failure: Error, CustomStringConvertible {
  public var message: String
  public var file: StaticString
  public var line: UInt

  package init(_ message: String, file: StaticString = #fileID, line: UInt = #line) {
    self.message = message
    self.file = file
    self.line = line
  }

  public var description: String { "\(file):\(line): \(message)" }
}

package func expect(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) throws {
  if !condition { throw Failure(message(), file: file, line: line) }
}

package func expectEqual<Value: Equatable>(
  _ found: Value, _ expected: Value, _ what: @autoclosure () -> String = "", file: StaticString = #fileID,
  line: UInt = #line
) throws {
  if found != expected {
    throw Failure("\(what()): found \(found), expected \(expected)", file: file, line: line)
  }
}

/// How long a state may take to come, however loaded the machine is.
package let patience = Duration.seconds(40)

/// Waits until a state is there, without sleeping: others run in between.
package func eventually(
  _ what: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line, _ condition: () -> Bool
) async throws {
  let clock = ContinuousClock()
  let deadline = clock.now + patience
  var rounds = 0
  while !condition() {
    rounds += 1
    if rounds.isMultiple(of: 64), clock.now > deadline {
      throw Failure("still not so after \(patience): \(what())", file: file, line: line)
    }
    await Task.yield()
  }
}

/// Expects that the body throws `CancellationError`.
package func expectCancelled<Result>(
  _ what: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line,
  _ result: @autoclosure () async -> Swift.Result<Result, any Error>
) async throws {
  switch await result() {
  case .success(let value):
    throw Failure("\(what()): returned \(value), expected CancellationError", file: file, line: line)
  case .failure(let error):
    try expect(
      error is CancellationError, "\(what()): threw \(error), expected CancellationError", file: file, line: line)
  }
}

package typealias Job = @Sendable () async throws -> Void

/// Runs jobs beside each other, as many tasks, until all have ended. The first error cancels the others.
package func together(_ jobs: [Job]) async throws {
  try await withThrowingTaskGroup(of: Void.self) { group in
    for job in jobs { group.addTask { try await job() } }
    // Not waitForAll, which would leave the others waiting for the one that failed.
    for try await _ in group {}
  }
}

package func together(_ jobs: Job...) async throws { try await together(jobs) }

/// Cancels the task that runs this.
package func cancelCurrentTask() { withUnsafeCurrentTask { $0?.cancel() } }

/// A value behind a lock. No channel operation that waits is made under it.
package final class Locked<Value>: @unchecked Sendable {
  // SAFETY: @unchecked: the value is reached under the lock alone.
  private let lock = NSLock()
  private var value: Value

  package init(_ value: sending Value) { self.value = value }

  package func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body(&value)
  }
}

extension Locked where Value: Sendable {
  package var current: Value { withLock { $0 } }
}

extension Locked where Value == Int {
  package convenience init() { self.init(0) }
  package func add(_ amount: Int = 1) { withLock { $0 += amount } }
}

/// splitmix64 (Steele, Lea, Flood, OOPSLA 2014).
package struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  package init(_ seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
