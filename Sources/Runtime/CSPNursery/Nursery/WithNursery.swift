// Opening a nursery.
public import CScheduling

/// Opens a nursery, runs a body that may start tasks in it, and returns when the body and all those tasks have ended.
///
/// ```swift
/// try await withNursery { nursery in
///   for address in addresses {
///     try nursery.start { try await download(address) }
///   }
/// }
/// ```
///
/// The first failure, of a child or of the body, cancels everything else in the nursery; with `onFailure: .collect` it
/// touches nobody else. All errors are thrown together, once all have ended.
///
/// - Parameters:
///   - name: Shown by inspectors and in errors.
///   - limit: How many children run at once, at least 1; others wait in line. Nil: all.
///   - file: With `line`, where inspectors show the nursery.
///   - body: Runs where the caller runs, on the caller's actor if there is one, in a scope of its own.
/// - Returns: What the body returned, also if the nursery was cancelled meanwhile, unless anybody failed.
/// - Throws: ``NurseryError``, always; without errors in it if the body did no more than give up because it was cancelled.
/// - Complexity: constant, and constant for each child.
///
/// > Cancellation: Reaches body and children, which are waited for, however long they take to end.
///
/// > Ordering: What a child did happens before what follows `withNursery`.
///
/// > Source: N. J. Smith, Notes on structured concurrency, or: Go statement considered harmful; Trio's `open_nursery`.
@inline(always) @discardableResult
public nonisolated(nonsending) func withNursery<Result>(
  name: String? = nil, onFailure: FailurePolicy = .cancel, limit: Int? = nil, file: StaticString = #fileID,
  line: UInt = #line, _ body: nonisolated(nonsending) (Nursery) async throws -> Result
) async throws(NurseryError) -> Result {
  let nursery = Nursery(name, onFailure, limit, file, line)
  do {
    let result =
      if martlet_pools_tasks() {
        try await _runInScope(nursery._core, aim: { _aim($0, body) }) { try await body(nursery) }
      } else {
        try await _runWithMaker(nursery, body)
      }
    nursery.ended()
    if nursery.succeeded { return result }
  } catch {
    // The nursery has been told of it already.
    nursery.ended()
  }
  throw nursery.failure
}
