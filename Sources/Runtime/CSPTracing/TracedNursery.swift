// Nurseries whose course is told to swift-distributed-tracing.
//
// Everything here stands behind the trait Tracing: without it the module is empty, and its package not fetched.
//
// I1. A child's span is one of the nursery's, and ends before it: withNursery waits for the children.
// I2. Body and children run with the context of their span, so that what they trace is below it.
#if Tracing
public import CSPNursery
public import Tracing

/// A nursery that makes a span for each of its children. Given by ``withTracedNursery(_:onFailure:limit:file:line:_:)``.
public struct TracedNursery: Sendable {
  /// The nursery. A child that is started by it directly has no span of its own, and runs in the nursery's.
  public let nursery: Nursery
  /// The nursery's span, for attributes and events.
  public let span: any Span

  /// Starts a child with a span, as ``CSPNursery/Nursery/start(name:file:line:_:)`` does.
  ///
  /// The span begins when the child does: time in line for the nursery's limit is not in it. It ends with the child. What
  /// the child throws is recorded as an error; a cancellation is told by the attribute `martlet.cancelled`. Either gives
  /// it the status `error`.
  ///
  /// - Parameter name: Of the child, and of its span, which is "child" where there is none.
  /// - Throws: ``CSPNursery/NurseryClosed``; then nothing was started, and no span.
  @discardableResult
  public func start<Value: Sendable>(
    name: String? = nil, file: StaticString = #fileID, line: UInt = #line,
    _ operation: sending @escaping () async throws -> Value
  ) throws(NurseryClosed) -> Child<Value> {
    let crossing = Crossing(value: operation)
    return try nursery.start(name: name, file: file, line: line) {
      let span = makeSpan(name ?? "child", file, line)
      defer { span.end() }
      do {
        return try await ServiceContext.withValue(span.context) { try await crossing.value() }
      } catch {
        span.note([error])
        throw error
      }
    }
  }
}

/// Opens a nursery with a span, as ``CSPNursery/withNursery(name:onFailure:limit:file:line:_:)`` does.
///
/// The span is one of the caller's, begins with the nursery and ends when everything in it has ended. The errors that the
/// nursery throws are recorded in it; one that was only cancelled has the attribute `martlet.cancelled`. Either gives it
/// the status `error`.
///
/// - Parameters:
///   - name: Of the nursery, and of its span.
///   - body: Gets the nursery; children that are started by it get spans below the nursery's.
///
/// The spans are those of the tracer that is current, as `startSpan` finds it.
public nonisolated(nonsending) func withTracedNursery<Result>(
  _ name: String, onFailure: FailurePolicy = .cancel, limit: Int? = nil, file: StaticString = #fileID,
  line: UInt = #line, _ body: nonisolated(nonsending) (TracedNursery) async throws -> Result
) async throws(NurseryError) -> Result {
  let span = makeSpan(name, file, line)
  defer { span.end() }
  // Outside of the nursery: its children have the task-locals of its opener.
  let result = await ServiceContext.withValue(span.context) { () async -> Swift.Result<Result, NurseryError> in
    do throws(NurseryError) {
      return .success(
        try await withNursery(name: name, onFailure: onFailure, limit: limit, file: file, line: line) { nursery in
          try await body(TracedNursery(nursery: nursery, span: span))
        })
    } catch {
      return .failure(error)
    }
  }
  if case .failure(let failure) = result { span.note(failure.isCancellation ? [failure] : failure.errors) }
  return try result.get()
}

/// Crosses to the child's task.
private struct Crossing<Value>: @unchecked Sendable {
  // SAFETY: @unchecked: what crosses was `sending`.
  let value: Value
}

private func makeSpan(_ name: String, _ file: StaticString, _ line: UInt) -> any Span {
  let span = startSpan(name, ofKind: .internal, file: "\(file)", line: line)
  span.attributes["code.file.path"] = "\(file)"
  span.attributes["code.line.number"] = Int(line)
  return span
}

extension Span {
  /// Takes in what was thrown: at least one error.
  fileprivate func note(_ errors: [any Error]) {
    let failures = errors.filter { !$0.isCancellation }
    for error in failures { recordError(error) }
    if failures.isEmpty { attributes["martlet.cancelled"] = true }
    setStatus(SpanStatus(code: .error, message: failures.isEmpty ? "cancelled" : "\(failures[0])"))
  }
}

extension Error {
  fileprivate var isCancellation: Bool {
    self is CancellationError || (self as? NurseryError)?.isCancellation ?? false
  }
}
#endif
