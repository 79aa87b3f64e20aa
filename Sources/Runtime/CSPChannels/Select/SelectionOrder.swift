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
  /// Sixty-four random bits; nil if the order is that of the cases.
  @inlinable @inline(always)
  func draw() -> UInt64? {
    switch self {
    case .inOrder: nil
    case .fair: martlet_random()
    case .seeded(let seed): martlet_random_step(&seed.state)
    }
  }

  /// A number from 0 up to, not including, `bound`.
  @inlinable @inline(always)
  func below(_ bound: Int) -> Int {
    guard let bits = draw() else { return 0 }
    // Lemire's multiplication in place of a division; its bias is below 2^-32 for a bound of a few.
    return Int(truncatingIfNeeded: ((bits >> 32) &* UInt64(truncatingIfNeeded: bound)) >> 32)
  }

  /// One of the bits that are set, each with the same probability; there are `count` at most, a constant.
  @inlinable @inline(always)
  func pick(from ready: UInt32, of count: Int) -> Int {
    // Most often one alone is ready, or all are.
    if ready & (ready &- 1) != 0, var bits = draw() {
      // Positions are drawn until one is ready, a few from each draw.
      let width = UInt64(truncatingIfNeeded: max(1, Int.bitWidth - (count - 1).leadingZeroBitCount))
      var left = 64 / width
      while true {
        let position = UInt32(truncatingIfNeeded: bits & ((1 << width) - 1))
        if ready &>> position & 1 != 0 { return Int(position) }
        bits &>>= width
        left &-= 1
        if left == 0 {
          left = 64 / width
          bits = draw() ?? 0
        }
      }
    }
    return ready.trailingZeroBitCount
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
