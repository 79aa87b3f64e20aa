/// Enabled steps of which no successor was made.
public struct OmittedSteps {
  @usableFromInline var omitted = 0, noted: UInt64 = 0
  @inlinable init() {}

  @inlinable public static var none: OmittedSteps { OmittedSteps() }

  /// How many.
  @inlinable public var count: Int { omitted }
  /// Whether one of them was of the other set.
  @inlinable public var isNoted: Bool { noted != 0 }

  /// Counts these, and compares them; returns them.
  @inlinable @inline(__always)
  mutating func take(_ steps: UInt64, noted other: UInt64) -> UInt64 {
    omitted &+= steps.nonzeroBitCount
    noted |= steps & other
    return steps
  }
}

/// What became of one of many states: its successors are those in an outbox before `end`, from where those of the state before
/// it end.
public struct StepSpan: BitwiseCopyable {
  /// What need not be done; nil where nothing is left out, and when its successors were made.
  // SAFETY: whoever asks for successors sets it, and says how long it is.
  public var set: UnsafePointer<UInt64>?
  public var end: Int
  @usableFromInline var left: UInt16, noted: Bool

  @inlinable public init(end: Int, _ omitted: OmittedSteps = .none) {
    set = nil
    self.end = end
    left = UInt16(truncatingIfNeeded: omitted.count)
    noted = omitted.isNoted
  }

  /// Of a state whose successors are still to be made, but for some steps.
  @inlinable public init(without set: UnsafePointer<UInt64>) {
    self.init(end: 0)
    self.set = set
  }

  /// How many steps were left out.
  @inlinable public var omitted: Int { Int(left) }
  /// Whether one of them was to be noted.
  @inlinable public var isNoted: Bool { noted }
}
