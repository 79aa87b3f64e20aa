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
    let (deltas, events, classes) = (deltas, events, classes)
    var count = outbox.count
    enabled.take(state, outbox.words, outbox.events, outbox.classes, &count) { steps, _ in
      steps
    } result: {
      (state ^ deltas[$0], events[$0], classes[$0])
    }
    outbox.count = count
  }

  /// See `ChunkSets.successors(ofAll:_:mask:atMost:spans:into:result:)`.
  @inlinable @inline(__always)
  func successors(
    ofAll states: UnsafePointer<Word>, _ n: Int, mask: Word, atMost most: Int,
    spans: UnsafeMutablePointer<StepSpan>, into outbox: inout Outbox<Word>
  ) -> Int {
    let (deltas, events, classes) = (deltas, events, classes)
    return enabled.successors(ofAll: states, n, mask: mask, atMost: most, spans: spans, into: &outbox) {
      ($1 ^ deltas[$0], events[$0], classes[$0])
    }
  }

  /// See `ChunkSets.successors(ofAll:_:mask:atMost:noting:wholly:spans:into:result:)`.
  @inlinable @inline(__always)
  func successors(
    ofAll states: UnsafePointer<Word>, _ n: Int, mask: Word, atMost most: Int,
    noting noted: UnsafePointer<UInt64>, wholly: Bool, spans: UnsafeMutablePointer<StepSpan>,
    into outbox: inout Outbox<Word>
  ) -> Int {
    let (deltas, events, classes) = (deltas, events, classes)
    return enabled.successors(
      ofAll: states, n, mask: mask, atMost: most, noting: noted, wholly: wholly, spans: spans, into: &outbox
    ) {
      ($1 ^ deltas[$0], events[$0], classes[$0])
    }
  }
}
