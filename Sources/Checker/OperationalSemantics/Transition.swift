public import ProcessTerms

/// One step of a process. Ordered by event, so that τ comes first and ✓ second, then by target.
public struct Transition: Hashable, Comparable, Sendable {
  public let event: Event, target: Process

  public init(_ event: Event, _ target: Process) { (self.event, self.target) = (event, target) }

  public static func < (a: Transition, b: Transition) -> Bool { a.rank < b.rank }

  /// Both ids are at least 0, so the pair compares as one number.
  private var rank: UInt64 { UInt64(UInt32(event.id)) << 32 | UInt64(UInt32(target.id)) }
}
