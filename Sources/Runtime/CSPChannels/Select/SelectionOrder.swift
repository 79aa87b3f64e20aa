// Which of several ready cases a select takes.
public import CScheduling

/// How a select chooses among the cases that are ready.
public enum SelectionOrder {
  /// Each with the same probability, from the thread's pseudo-random numbers (Go).
  case fair
  /// The first in the order in which they are written (occam's PRI ALT).
  case inOrder
  /// Each with the same probability, from a generator of one's own: the same seed, the same choices.
  case seeded(SelectionSeed)
}

/// A source of choices that can be repeated. Belongs to one task.
public final class SelectionSeed {
  @usableFromInline var state: UInt64

  /// - Parameter seed: The same seed, the same choices, given the same cases in the same states.
  public init(_ seed: UInt64) { state = seed }
}

extension SelectionOrder {
  /// A number from 0 up to, not including, `bound`.
  @inlinable @inline(always)
  func below(_ bound: Int) -> Int {
    let bits: UInt64
    switch self {
    case .inOrder: return 0
    case .fair: bits = martlet_random()
    case .seeded(let seed): bits = martlet_random_step(&seed.state)
    }
    // Lemire's multiplication in place of a division; its bias is below 2^-32 for a bound of a few.
    return Int(truncatingIfNeeded: ((bits >> 32) &* UInt64(truncatingIfNeeded: bound)) >> 32)
  }

  /// One of the bits that are set.
  @inlinable @inline(always)
  func pick(from ready: UInt32) -> Int {
    var rest = ready
    var skip = below(ready.nonzeroBitCount)
    while skip > 0 {
      rest &= rest &- 1
      skip &-= 1
    }
    return rest.trailingZeroBitCount
  }
}

/// A select that could not have ended.
public enum SelectError: Error, Equatable, CustomStringConvertible {
  /// No case is enabled, so that nothing would ever end the wait.
  case noEnabledCase

  public var description: String {
    "no case of the select is enabled: it would wait for ever. Enable one, or add after(_:)"
  }
}

/// Above every sum of versions of which none is held: bit 40, see martlet_version_before.
@inlinable var _heldVersion: UInt64 { @inline(always) get { 1 << 40 } }
