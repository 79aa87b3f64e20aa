// What a nursery and its handles throw.

/// What a nursery does when one of its children, or its body, fails.
public enum FailurePolicy: Sendable {
  /// The first failure cancels the body and all children (Trio, errgroup with a context).
  case cancel
  /// A failure touches nobody else (Kotlin's supervisor): all run to their end, and all errors are thrown together.
  case collect
}

/// Why a scope was cancelled.
public enum CancellationReason: Sendable, Equatable {
  /// Somebody called `cancel`, with these words.
  case requested(String?)
  /// A child or the body failed.
  case failure
  /// The scope's own deadline passed.
  case deadline
  /// The task around was cancelled, or a scope around.
  case surrounding
}

extension CancellationReason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .requested(nil): "cancelled on request"
    case .requested(let words?): "cancelled on request: \(words)"
    case .failure: "cancelled because a child failed"
    case .deadline: "cancelled because its deadline passed"
    case .surrounding: "cancelled from outside"
    }
  }
}

/// What ``withNursery(name:onFailure:limit:file:line:_:)`` throws, always in this one shape, whether one child failed or
/// many: code that handles one error handles two.
///
/// > Source: Trio's strict exception groups; Python's PEP 654, "Rationale".
public struct NurseryError: Error {
  /// What children and body threw, in the order in which it happened. Cancellations are not among them.
  public let errors: [any Error]
  /// Why the nursery was cancelled, if it was.
  public let cancellation: CancellationReason?
  /// The nursery's name.
  public let nursery: String?

  /// Nobody failed: the nursery was cancelled, and its body gave up.
  public var isCancellation: Bool { errors.isEmpty }

  /// The errors, with those of nested nurseries in the place of theirs.
  public var flattened: [any Error] { errors.flatMap { ($0 as? NurseryError)?.flattened ?? [$0] } }
}

extension NurseryError: CustomStringConvertible {
  public var description: String {
    let name = nursery.map { "nursery \"\($0)\"" } ?? "nursery"
    switch errors.count {
    case 0: return "\(name): \(cancellation ?? .surrounding)"
    case 1: return "\(name): \(errors[0])"
    default: return "\(name): \(errors.count) errors: " + errors.map { "\($0)" }.joined(separator: "; ")
    }
  }
}

/// A child was to be started in a nursery that is closed: its body and all children have ended, or it was closed.
public struct NurseryClosed: Error, Equatable, CustomStringConvertible {
  /// The nursery's name.
  public let nursery: String?

  init(_ nursery: String?) { self.nursery = nursery }

  public var description: String {
    "the nursery\(nursery.map { " \"\($0)\"" } ?? "") is closed: the child was not started"
  }
}

/// The child whose value was asked for has failed. Its nursery has the error already and does not count this one again.
public struct ChildFailure: Error, CustomStringConvertible {
  /// What the child threw.
  public let error: any Error
  let nursery: ObjectIdentifier

  public var description: String { "the child failed: \(error)" }
}

/// The child whose value was asked for was cancelled, and ended without one.
public struct ChildCancelled: Error, Equatable, CustomStringConvertible {
  /// What whoever cancelled this child alone said.
  public let words: String?

  public var description: String { "the child was cancelled\(words.map { ": \($0)" } ?? "")" }
}

/// A child that was waited for until it is ready has ended without saying so.
public struct ChildEndedBeforeReady: Error, Equatable, CustomStringConvertible {
  public var description: String { "the child ended before it was ready" }
}

/// A deadline passed and the body gave up.
public struct DeadlineExceeded: Error, Equatable, CustomStringConvertible {
  public var description: String { "the deadline passed" }
}

extension Error {
  /// Whether this says that somebody was cancelled, and nothing else. By the type itself: a cast takes ten times as long,
  /// and a nursery of a hundred thousand children may be cancelled.
  var isMereCancellation: Bool {
    let type = type(of: self as any Error)
    if type == CancellationError.self { return true }
    return type == NurseryError.self && (self as? NurseryError)?.isCancellation == true
  }
}
