// Where the layout of a task is not proved, its task-locals cannot be set: there a nursery has one more task, which has the
// opener's task-locals and makes the tasks of the children, which copy them.
//
// I1. It ends before withNursery returns: the opener stops it once everything in the nursery has ended, and waits.
// I2. A child that was handed to it counts in its scope already, so that nothing is left to make when it is stopped.
import CSPChannels
internal import CScheduling

final class TaskMaker: @unchecked Sendable {
  // SAFETY: @unchecked: a child on the channel belongs to nobody else until it is started.
  private let unborn = Channel<Crossing<UnsafeMutablePointer<MartletChild>>>(.unbounded, name: "children to start")

  func start(_ child: UnsafeMutablePointer<MartletChild>) { _ = unborn.trySend(Crossing(child)) }

  /// Makes tasks until it is stopped. A cancellation does not stop it: children that count have to begin, and find
  /// themselves cancelled.
  nonisolated(nonsending) func run(in scope: Crossing<UnsafeMutablePointer<MartletScope>>) async {
    while let child = try? await withShield({ try await unborn.receive() }) {
      makeTask(for: child.value)
      martlet_child_start_reserved(child.value, scope.value)
    }
  }

  func stop() { unborn.close() }
}

/// Runs a nursery's body, with the maker beside it.
public nonisolated(nonsending) func _runWithMaker<Result>(
  _ nursery: Nursery, _ body: nonisolated(nonsending) (Nursery) async throws -> Result
) async throws -> Result {
  guard let maker = nursery.maker else { return try await run(body, in: nursery) }
  let scope = Crossing(nursery._core)
  async let made: Void = maker.run(in: scope)
  let result: Swift.Result<Result, any Error>
  do { result = .success(try await run(body, in: nursery)) } catch { result = .failure(error) }
  maker.stop()
  await made
  return try result.get()
}

private nonisolated(nonsending) func run<Result>(
  _ body: nonisolated(nonsending) (Nursery) async throws -> Result, in nursery: Nursery
) async throws -> Result {
  try await _runInScope(nursery._core, aim: { _aim($0, body) }) { try await body(nursery) }
}
