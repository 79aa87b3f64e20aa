// What locks, conditions, semaphores, latches and once must do, as a table beside those of channels and nurseries: the
// same runner and the same tests take all. The invariants of Scenario.swift hold here too.
//
// P1. A lock is held for a while by a thread of its own, which gives it back when it is told to (`Holder`).
// P2. What is expected of small cases comes from a model beside them, or from an order that all of them must keep.
public import ChannelScenarios

extension Scenario {
  /// All of them.
  public static let primitives: [Scenario] =
    locks + readWriteLocks + conditions + semaphores + latches + onces + primitiveCancellation + primitiveStress
}
