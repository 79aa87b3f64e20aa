/// Finds the enabled steps of a packed state among all steps. The pointers belong to the arena of the machine.
@usableFromInline struct StepGenerator<Word: PackedWord>: @unchecked Sendable {
  // SAFETY: the tables are never written after `init`.
  @usableFromInline let stepCount: Int, enabled: ChunkSets<Word>
  @usableFromInline let deltas: UnsafePointer<Word>, events: UnsafePointer<Int32>, classes: UnsafePointer<UInt8>

  /// Nil when the tables would be too large.
  init?(_ steps: [Step<Word>], _ classes: [UInt8], _ layout: PackedLayout, _ arena: TableArena) {
    let enabled = ChunkSets<Word>(count: steps.count, layout, arena) { Self.sets(of: steps, $0) }
    guard let enabled else { return nil }
    (stepCount, self.enabled) = (steps.count, enabled)
    deltas = arena.copy(steps.map(\.delta))
    events = arena.copy(steps.map(\.event))
    self.classes = arena.copy(classes)
  }

  /// The generator of a machine that does not use it.
  static func none(_ arena: TableArena) -> StepGenerator { StepGenerator([], [], PackedLayout([]), arena)! }

  /// A step is in the set of every value that agrees with it on the bits it looks at.
  private static func sets(of steps: [Step<Word>], _ chunk: ChunkSets<Word>.Chunk) -> [UInt64] {
    let wordsPerSet = (steps.count + 63) / 64, bits = chunk.bits, ones = ((1 as Word) << Word(bits)) - 1
    var free = [UInt64](repeating: 0, count: wordsPerSet)
    var bound: [(step: Int, mask: Int, value: Int)] = []
    for (i, step) in steps.enumerated() {
      let mask = Int(truncatingIfNeeded: (step.mask >> Word(chunk.shift)) & ones)
      if mask == 0 {
        free[i >> 6] |= 1 << UInt64(i & 63)
      } else {
        bound.append((i, mask, Int(truncatingIfNeeded: (step.value >> Word(chunk.shift)) & ones)))
      }
    }
    var sets: [UInt64] = []
    sets.reserveCapacity(wordsPerSet << bits)
    for _ in 0..<(1 << bits) { sets += free }
    for (i, mask, value) in bound {
      // Every value is `value` plus a subset of the bits outside `mask`.
      let others = ~mask & ((1 << bits) - 1)
      var subset = 0
      repeat {
        sets[(value | subset) * wordsPerSet + (i >> 6)] |= 1 << UInt64(i & 63)
        subset = (subset - others) & others
      } while subset != 0
    }
    return sets
  }

  @inlinable @inline(__always)
  func successors(of state: Word, into outbox: inout Outbox<Word>) {
    outbox.reserve(stepCount)
    enabled.forEachWord(in: state) { append($0, $1, of: state, to: &outbox) }
  }

  /// The same but for the steps of a set, which are only counted, and compared with another set.
  ///
  /// SAFETY: both sets have `enabled.wordsPerSet` words.
  @inlinable @inline(__always)
  func successors(
    of state: Word, without set: UnsafePointer<UInt64>, noting noted: UnsafePointer<UInt64>,
    into outbox: inout Outbox<Word>
  ) -> OmittedSteps {
    outbox.reserve(stepCount)
    var omitted = OmittedSteps.none
    enabled.forEachWord(in: state) { all, w in
      append(all & ~omitted.take(all & set[w], noted: noted[w]), w, of: state, to: &outbox)
    }
    return omitted
  }

  /// Takes these steps, of those from 64 w on. There is room for them.
  @inlinable @inline(__always)
  func append(_ enabled: UInt64, _ w: Int, of state: Word, to outbox: inout Outbox<Word>) {
    // Held here: what is written through a pointer could lie anywhere, also in the outbox itself.
    let words = outbox.words, labels = outbox.events, numbers = outbox.classes
    var steps = enabled, count = outbox.count
    while steps != 0 {
      let i = (w &<< 6) | steps.trailingZeroBitCount
      words[count] = state ^ deltas[i]
      labels[count] = events[i]
      numbers[count] = classes[i]
      count &+= 1
      steps &= steps &- 1
    }
    outbox.count = count
  }
}

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
