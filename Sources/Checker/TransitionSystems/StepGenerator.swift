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
    var count = outbox.count
    take(state, outbox.words, outbox.events, outbox.classes, &count) { steps, _ in steps }
    outbox.count = count
  }

  /// The successors of each of `states[..<n]`, as long as the outbox has fewer than `most`.
  ///
  /// - Returns: of how many states.
  ///
  /// SAFETY: see `PackedMachine.successors(ofAll:_:mask:atMost:spans:into:)`.
  @inlinable @inline(__always)
  func successors(
    ofAll states: UnsafePointer<Word>, _ n: Int, mask: Word, atMost most: Int,
    spans: UnsafeMutablePointer<StepSpan>, into outbox: inout Outbox<Word>
  ) -> Int {
    outbox.reserve(min(n &* stepCount, most) &+ stepCount)
    let generator = self, words = outbox.words, events = outbox.events, classes = outbox.classes
    var count = outbox.count, done = 0
    while done < n, count < most {
      generator.take(states[done] & mask, words, events, classes, &count) { steps, _ in steps }
      spans[done] = StepSpan(end: count)
      done &+= 1
    }
    outbox.count = count
    return done
  }

  /// The same but for the steps of the set in the span of each, which are only counted, and compared with another set.
  ///
  /// - Parameter wholly: a state of which steps were left out, but none of `noted`, is given all its steps after all.
  ///
  /// SAFETY: as above; sets have `enabled.wordsPerSet` words.
  @inlinable @inline(__always)
  func successors(
    ofAll states: UnsafePointer<Word>, _ n: Int, mask: Word, atMost most: Int,
    noting noted: UnsafePointer<UInt64>, wholly: Bool, spans: UnsafeMutablePointer<StepSpan>,
    into outbox: inout Outbox<Word>
  ) -> Int {
    outbox.reserve(min(n &* stepCount, most) &+ stepCount)
    let generator = self, words = outbox.words, events = outbox.events, classes = outbox.classes
    var count = outbox.count, done = 0
    while done < n, count < most {
      let state = states[done] & mask, set = spans[done].set.unsafelyUnwrapped, start = count
      var omitted = OmittedSteps.none
      generator.take(state, words, events, classes, &count) { all, w in
        all & ~omitted.take(all & set[w], noted: noted[w])
      }
      if wholly, omitted.count > 0, !omitted.isNoted {
        (count, omitted) = (start, .none)
        generator.take(state, words, events, classes, &count) { steps, _ in steps }
      }
      spans[done] = StepSpan(end: count, omitted)
      done &+= 1
    }
    outbox.count = count
    return done
  }

  /// Writes the successors of `state` by those enabled steps, 64 at a time, that `choose` returns.
  ///
  /// SAFETY: there is room for all steps behind `count`, in all three. They are given, as what is written through a pointer
  /// could lie anywhere, also in the outbox itself.
  @inlinable @inline(__always)
  func take(
    _ state: Word, _ words: UnsafeMutablePointer<Word>, _ labels: UnsafeMutablePointer<Int32>,
    _ numbers: UnsafeMutablePointer<UInt8>, _ count: inout Int, _ choose: (UInt64, Int) -> UInt64
  ) {
    enabled.forEachWord(in: state) { all, w in
      var steps = choose(all, w)
      while steps != 0 {
        let i = (w &<< 6) | steps.trailingZeroBitCount
        words[count] = state ^ deltas[i]
        labels[count] = events[i]
        numbers[count] = classes[i]
        count &+= 1
        steps &= steps &- 1
      }
    }
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
