// Several at once, one of them wins: the first to end, or the first to succeed.
//
// The others are cancelled and have ended when the call returns: a loser that is merely forgotten still holds its
// connection, and its place in somebody's queue.
//
// Lists of closures come in two forms, since Swift 6.3 converts an array of functions by a cast that traps when one
// kind of async function is to become the other; each kind of list finds its own form.

/// Runs all contestants at once and gives what the first to *end* gives: its value, or its error.
///
/// ```
/// let line = try await race({ try await console.readLine() }, { try await socket.readLine() })
/// ```
///
/// The others are cancelled, and have ended when the call returns; what they give or throw is released. A contestant
/// that has not begun when another has ended is not begun. One that ignores cancellation keeps the call waiting.
///
/// - Parameter contestants: At least one; otherwise ``NoContestants`` is thrown.
/// - Complexity: linear in the contestants; a child of a nursery each.
///
/// > Cancellation: A checkpoint. Cancels all contestants and waits for them; a value that has won is returned all the
/// > same, otherwise `CancellationError` is thrown.
///
/// > Ordering: Everything that a contestant did happens before the call returns.
///
/// > Source: Hoare's external choice, of whole computations; `race` of JavaScript's promises, which abandons losers.
public nonisolated(nonsending) func race<Value: Sendable>(
  _ contestants: (@Sendable () async throws -> Value)...
) async throws -> Value { try await decide(.firstToEnd, name: "race", contestants) { try await $0() } }

/// Runs all contestants of a list at once and gives what the first to *end* gives. See ``race(_:)``.
///
/// - Parameter contestants: At least one; otherwise ``NoContestants`` is thrown.
public nonisolated(nonsending) func race<Value: Sendable>(
  _ contestants: [@concurrent @Sendable () async throws -> Value]
) async throws -> Value { try await decide(.firstToEnd, name: "race", contestants) { try await $0() } }

/// Runs all contestants of a list at once and gives what ``race(_:)`` gives: for modules in which a function type is
/// `nonisolated(nonsending)` unless it says otherwise.
///
/// - Parameters:
///   - contestants: At least one; otherwise ``NoContestants`` is thrown.
///   - file: Not used: it tells the two forms apart.
public nonisolated(nonsending) func race<Value: Sendable>(
  _ contestants: [nonisolated(nonsending) @Sendable () async throws -> Value], file: StaticString = #fileID
) async throws -> Value { try await decide(.firstToEnd, name: "race", contestants) { try await $0() } }

/// Does the same with each of several things at once and gives what the first to *end* gives. See ``race(_:)``.
///
/// - Parameters:
///   - things: At least one; otherwise ``NoContestants`` is thrown.
///   - operation: What is done with each, in a child of its own.
public nonisolated(nonsending) func race<Thing: Sendable, Value: Sendable>(
  among things: some Sequence<Thing>, _ operation: @escaping @Sendable (Thing) async throws -> Value
) async throws -> Value { try await decide(.firstToEnd, name: "race", Array(things), operation) }

/// Runs all contestants at once and gives the first *value*; those that fail before it are out.
///
/// ```
/// let quote = try await firstSuccess(among: backends) { backend in try await backend.quote(for: item) }
/// ```
///
/// The others are cancelled, and have ended when the call returns. If all fail, ``AllFailed`` has every error, in the
/// order in which they happened, and whose it is: also when there was one contestant only.
///
/// - Parameter contestants: At least one; otherwise ``NoContestants`` is thrown.
/// - Complexity: linear in the contestants; a child of a nursery each.
///
/// > Cancellation: A checkpoint. Cancels all contestants and waits for them; a value that has won is returned all the
/// > same. If a contestant ended because the task was cancelled, the call was cancelled and has not failed:
/// > `CancellationError`, so that a deadline around it is told as a deadline. A contestant that throws
/// > `CancellationError` where nobody was cancelled has failed like any other.
///
/// > Ordering: Everything that a contestant did happens before the call returns.
///
/// > Source: `anySuccessfulResultOrThrow` of Java's StructuredTaskScope (JEP 505); `any` of JavaScript's promises.
public nonisolated(nonsending) func firstSuccess<Value: Sendable>(
  _ contestants: (@Sendable () async throws -> Value)...
) async throws -> Value { try await decide(.firstSuccess, name: "first success", contestants) { try await $0() } }

/// Runs all contestants of a list at once and gives the first *value*. See ``firstSuccess(_:)``.
///
/// - Parameter contestants: At least one; otherwise ``NoContestants`` is thrown.
public nonisolated(nonsending) func firstSuccess<Value: Sendable>(
  _ contestants: [@concurrent @Sendable () async throws -> Value]
) async throws -> Value { try await decide(.firstSuccess, name: "first success", contestants) { try await $0() } }

/// Runs all contestants of a list at once and gives what ``firstSuccess(_:)`` gives: for modules in which a function
/// type is `nonisolated(nonsending)` unless it says otherwise.
///
/// - Parameters:
///   - contestants: At least one; otherwise ``NoContestants`` is thrown.
///   - file: Not used: it tells the two forms apart.
public nonisolated(nonsending) func firstSuccess<Value: Sendable>(
  _ contestants: [nonisolated(nonsending) @Sendable () async throws -> Value], file: StaticString = #fileID
) async throws -> Value { try await decide(.firstSuccess, name: "first success", contestants) { try await $0() } }

/// Does the same with each of several things at once and gives the first *value*. See ``firstSuccess(_:)``.
///
/// - Parameters:
///   - things: At least one; otherwise ``NoContestants`` is thrown.
///   - operation: What is done with each, in a child of its own.
public nonisolated(nonsending) func firstSuccess<Thing: Sendable, Value: Sendable>(
  among things: some Sequence<Thing>, _ operation: @escaping @Sendable (Thing) async throws -> Value
) async throws -> Value { try await decide(.firstSuccess, name: "first success", Array(things), operation) }

extension Contest.Rule {
  static var firstSuccess: Self { .firstSuccess { _ in false } }
}

private nonisolated(nonsending) func decide<Thing: Sendable, Value: Sendable>(
  _ rule: Contest<Value>.Rule, name: String, _ things: [Thing],
  _ operation: @escaping @Sendable (Thing) async throws -> Value
) async throws -> Value {
  if things.isEmpty { throw NoContestants() }
  let contest = Contest<Value>(rule)
  return try await contest.run(name: name) { nursery in
    for (place, thing) in things.enumerated() where !contest.isDecided {
      try contest.enter(place, in: nursery) { try await operation(thing) }
    }
  }
}
