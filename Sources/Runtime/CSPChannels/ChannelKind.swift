// What a channel does with a value that nobody waits for.
internal import CScheduling

/// How many values a channel holds, and what a send does when it holds as many as it may.
///
/// There is no default: whether a sender waits for its receiver is a decision of the program's design. A capacity that
/// is negative, or zero where values are dropped, is a precondition failure when the channel is made.
public enum ChannelKind: Sendable, Equatable {
  /// No buffer: a send ends when a receiver has the value (Hoare, CSP, section 4.2: communication is one event).
  case rendezvous
  /// Up to this many values wait in the channel, in order; then senders wait. `buffered(0)` is a rendezvous.
  case buffered(Int)
  /// The last value sent, until it is received: a new value replaces it and a send never waits.
  case latest
  /// Up to `capacity` values; a send never waits, it drops a value instead. What is dropped is counted.
  case dropping(DropPolicy, capacity: Int)
  /// As many values as memory holds. A send never waits, so that nothing slows a producer down: prefer another kind.
  case unbounded
}

/// Which value a full channel of kind ``ChannelKind/dropping(_:capacity:)`` gives up.
public enum DropPolicy: Sendable, Equatable {
  /// The value that has waited longest makes room for the new one.
  case oldest
  /// The value being sent is dropped.
  case newest
}

extension ChannelKind {
  /// Slots of the ring, and what happens when they are taken.
  var storage: (slots: UInt32, overflow: MartletOverflow) {
    switch self {
    case .rendezvous: return (0, .wait)
    case .buffered(let capacity): return (Self.checked(capacity, least: 0), .wait)
    case .latest: return (1, .dropOldest)
    case .dropping(.oldest, let capacity): return (Self.checked(capacity, least: 1), .dropOldest)
    case .dropping(.newest, let capacity): return (Self.checked(capacity, least: 1), .dropNewest)
    case .unbounded: return (0, .grow)
    }
  }

  private static func checked(_ capacity: Int, least: Int) -> UInt32 {
    precondition(
      capacity >= least,
      "a channel's capacity is at least \(least)\(least == 0 ? "" : " where values are dropped"), not \(capacity)")
    precondition(capacity <= Int(Int32.max), "a channel's capacity is at most \(Int32.max), not \(capacity)")
    return UInt32(capacity)
  }
}
