// A barrier: nobody passes before all have arrived.
//
// I1. A generation ends once, passed or broken, under the lock; its gate is closed after that.
// I2. The present generation has not ended, or it is broken and stays so until the barrier is reset.
// I3. A party that was counted in a generation which passed has passed, even if its task was cancelled a moment later.
import CSPChannels
import Synchronization

/// Lets a fixed number of parties wait for one another, again and again.
///
/// The party that arrives last lets all pass, and the next generation begins. A party that is cancelled while it waits
/// breaks the barrier: the others would wait for it for ever. They throw ``BarrierBroken``, and so does everybody who
/// arrives until ``reset()``, as with Java's CyclicBarrier.
///
/// > Source: `java.util.concurrent.CyclicBarrier`.
public final class Barrier: Sendable {
  private final class Generation: Sendable {
    enum End { case passed, broken }
    struct State {
      var arrived = 0
      var end: End?
    }

    let state = Mutex(State())
    /// Closed when the generation has ended.
    let gate = Channel<Void>(.rendezvous, name: "barrier")

    /// Ends the generation, if it has not ended, and says how it has.
    func end(_ end: End) -> End {
      let (final, isNew) = state.withLock { state in
        defer { state.end = state.end ?? end }
        return (state.end ?? end, state.end == nil)
      }
      if isNew { gate.close() }
      return final
    }
  }

  /// How many wait for one another.
  public let parties: Int
  /// Locked before a generation's state, where both are.
  private let present = Mutex(Generation())

  /// - Parameter parties: At least 1.
  public init(parties: Int) {
    precondition(parties >= 1, "a barrier has at least 1 party, not \(parties)")
    self.parties = parties
  }

  /// Waits until all parties have arrived.
  ///
  /// Throws ``BarrierBroken`` if the barrier is broken, or breaks while this party waits.
  ///
  /// - Returns: How many arrived before this one in its generation, from 0; the last has `parties - 1`.
  /// - Complexity: constant; for the last, linear in the parties.
  ///
  /// > Cancellation: A checkpoint, also for the last to arrive. A party that is cancelled breaks the barrier; once all
  /// > have arrived, it has passed and returns.
  ///
  /// > Ordering: What each party did before it arrived happens before any of them passes.
  @discardableResult
  public nonisolated(nonsending) func arrive() async throws -> Int {
    let isCancelled = Task.isCancelled
    let (generation, place, isLast) = present.withLock { present in
      let generation = present
      let (place, isLast) = generation.state.withLock { state -> (Int, Bool) in
        if isCancelled || state.end != nil { return (0, false) }
        state.arrived += 1
        if state.arrived == parties { state.end = .passed }
        return (state.arrived - 1, state.arrived == parties)
      }
      if isLast { present = Generation() }
      return (generation, place, isLast)
    }
    if isLast {
      generation.gate.close()
      return place
    }
    do {
      if isCancelled { throw CancellationError() }
      _ = try await generation.gate.receive()
    } catch {
      // One that was counted has passed if all had arrived before the cancellation came.
      if generation.end(.broken) == .passed, !isCancelled { return place }
      throw error
    }
    if generation.state.withLock({ $0.end }) == .broken { throw BarrierBroken() }
    return place
  }

  /// Parties that wait.
  public var waiting: Int {
    present.withLock { $0.state.withLock { $0.end == nil ? $0.arrived : 0 } }
  }

  /// Whether the barrier is broken: nobody passes until it is reset.
  public var isBroken: Bool { present.withLock { $0.state.withLock { $0.end == .broken } } }

  /// Begins a new generation. Parties that wait in the present one throw ``BarrierBroken``.
  ///
  /// - Complexity: linear in the parties that wait.
  public func reset() {
    let old = present.withLock { present in
      defer { present = Generation() }
      return present
    }
    _ = old.end(.broken)
  }
}

/// A party of the barrier was cancelled, or the barrier was reset while others waited.
public struct BarrierBroken: Error, Equatable, CustomStringConvertible {
  public init() {}
  public var description: String { "the barrier is broken: a party was cancelled, or it was reset" }
}
