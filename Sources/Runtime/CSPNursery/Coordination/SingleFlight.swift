// Many ask for the same at once, one fetches it.
//
// The execution is a child of a nursery given at creation. It cannot be run by one of the callers: a running async
// function cannot be handed over to another task, so a caller that runs it could not leave before it ends.
//
// I1. At most one execution for a key at any time: a flight stays in the table until its execution has ended.
// I2. A flight has as many callers as wait for it. When the last leaves, it is abandoned, for good, and cancelled;
//     whoever comes then waits for its end and begins anew.
// I3. The landing channel is closed, once, after the result has been set and the flight has left the table.
// I4. The nursery is not called, and nothing is resumed, while the lock is held.
import CSPChannels
import Synchronization

/// Concurrent calls for the same key share one execution.
///
/// ```
/// try await withNursery { nursery in
///   let lookups = SingleFlight<String, Address>(in: nursery)
///   …
///   let address = try await lookups.value(for: host) { try await resolve(host) }
/// }
/// ```
///
/// Nothing is cached: a call that comes after the execution has ended begins another. What the execution throws, each
/// of its callers gets; the nursery does not count it as a failure.
///
/// Executions are children of the nursery that was given: it waits for them, and cancels them when it is cancelled;
/// they have its task-locals and deadline, not those of any caller. Give it a nursery without a `limit:` that its
/// callers count against: they would wait for a place that they hold themselves.
///
/// > Source: Go, `golang.org/x/sync/singleflight`; there, callers cannot leave and the execution cannot be cancelled.
public final class SingleFlight<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private final class Flight: Sendable {
    struct State {
      var callers = 1
      var isAbandoned = false
      var child: Child<Void>?
      var result: Result<Value, any Error>?
    }

    let state = Mutex(State())
    /// Closed when the execution has ended.
    let landing = Channel<Void>(.rendezvous, name: "landing")
  }

  private let nursery: Nursery
  private let flights = Mutex<[Key: Flight]>([:])

  /// - Parameter nursery: Where executions live. Calls must end before it does, as those of its children do.
  public init(in nursery: Nursery) { self.nursery = nursery }

  /// Executions that have not ended.
  public var executionCount: Int { flights.withLock { $0.count } }

  /// The value for a key: that of the execution which is under way, or else of `operation`, which is begun.
  ///
  /// Throws what the execution threw; ``FlightCancelled`` if the execution was cancelled and this caller was not, as
  /// when the nursery was; ``NurseryClosed`` if a new execution would have to begin in a nursery that has closed. An
  /// execution must not ask for its own key: it would wait for itself.
  ///
  /// - Parameters:
  ///   - key: What is asked for. The operation must depend on nothing else.
  ///   - operation: Run in a child of the nursery, unless one is under way.
  /// - Complexity: constant, but for the execution.
  ///
  /// > Cancellation: A checkpoint. A caller that is cancelled leaves at once and does not disturb the others. If it is
  /// > the last, the execution is cancelled, and has ended when the call throws.
  ///
  /// > Ordering: What the execution did happens before each of its calls returns.
  public nonisolated(nonsending) func value(
    for key: Key, _ operation: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    while true {
      try Task.checkCancellation()
      let (flight, isNew, isAbandoned) = board(key)
      if isNew { try begin(flight, key, operation) }
      if isAbandoned {
        _ = try await flight.landing.receive()
        continue
      }
      do { _ = try await flight.landing.receive() } catch {
        await leave(flight)
        throw error
      }
      guard let result = flight.state.withLock({ $0.result }) else { preconditionFailure("internal error: no result") }
      if case .failure(let error) = result, error.isMereCancellation { throw FlightCancelled() }
      return try result.get()
    }
  }

  /// Joins the flight for a key, or opens one.
  private func board(_ key: Key) -> (flight: Flight, isNew: Bool, isAbandoned: Bool) {
    flights.withLock { flights in
      guard let flight = flights[key] else {
        let flight = Flight()
        flights[key] = flight
        return (flight, true, false)
      }
      let isAbandoned = flight.state.withLock { state in
        if !state.isAbandoned { state.callers += 1 }
        return state.isAbandoned
      }
      return (flight, false, isAbandoned)
    }
  }

  private func begin(
    _ flight: Flight, _ key: Key, _ operation: @escaping @Sendable () async throws -> Value
  ) throws(NurseryClosed) {
    do {
      let child = try nursery.start(name: "flight") { () async -> Void in
        let result: Result<Value, any Error>
        do { result = .success(try await operation()) } catch { result = .failure(error) }
        self.land(flight, key, result)
      }
      // The beginner is one of the callers, so that the flight cannot have been abandoned before this.
      flight.state.withLock { state in if state.result == nil { state.child = child } }
    } catch {
      // Those who joined meanwhile are told the same.
      land(flight, key, .failure(error))
      throw error
    }
  }

  private func land(_ flight: Flight, _ key: Key, _ result: Result<Value, any Error>) {
    flight.state.withLock { state in
      state.result = result
      state.child = nil
    }
    flights.withLock { _ = $0.removeValue(forKey: key) }
    flight.landing.close()
  }

  /// A cancelled caller leaves; the last one cancels the execution and waits for its end.
  private nonisolated(nonsending) func leave(_ flight: Flight) async {
    let (isLast, child) = flight.state.withLock { state in
      state.callers -= 1
      let isLast = state.callers == 0 && state.result == nil
      if isLast { state.isAbandoned = true }
      return (isLast, state.child)
    }
    guard isLast else { return }
    child?.cancel("nobody waits for it")
    _ = try? await withShield { try await flight.landing.receive() }
  }
}

/// The execution that a caller of ``SingleFlight`` waited for was cancelled, and the caller was not: its nursery was
/// cancelled, or it threw `CancellationError` by itself.
public struct FlightCancelled: Error, Equatable, CustomStringConvertible {
  public init() {}
  public var description: String { "the shared execution was cancelled before it had a value" }
}
