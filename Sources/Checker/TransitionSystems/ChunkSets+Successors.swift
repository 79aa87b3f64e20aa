/// Successors of many states, by steps or rules that have one result each where they are enabled.
extension ChunkSets {
  /// The successors of each of `states[..<n]`, as long as the outbox has fewer than `most`; `result` says to which word the step
  /// of a number leads from a state, and its event and class.
  ///
  /// - Returns: of how many states.
  ///
  /// SAFETY: see `PackedMachine.successors(ofAll:_:mask:atMost:spans:into:)`.
  @inlinable @inline(__always)
  func successors(
    ofAll states: UnsafePointer<Word>, _ n: Int, mask: Word, atMost most: Int,
    spans: UnsafeMutablePointer<StepSpan>, into outbox: inout Outbox<Word>,
    result: (Int, Word) -> (Word, Int32, UInt8)
  ) -> Int {
    outbox.reserve(min(n &* count, most) &+ count)
    let sets = self, words = outbox.words, events = outbox.events, classes = outbox.classes
    var made = outbox.count, done = 0
    while done < n, made < most {
      let state = states[done] & mask
      sets.take(state, words, events, classes, &made) { steps, _ in
        steps
      } result: {
        result($0, state)
      }
      spans[done] = StepSpan(end: made)
      done &+= 1
    }
    outbox.count = made
    return done
  }

  /// The same but for the steps of the set in the span of each, which are only counted, and compared with another set.
  ///
  /// - Parameter wholly: a state of which steps were left out, but none of `noted`, is given all its steps after all.
  ///
  /// SAFETY: as above; sets have `wordsPerSet` words.
  @inlinable @inline(__always)
  func successors(
    ofAll states: UnsafePointer<Word>, _ n: Int, mask: Word, atMost most: Int,
    noting noted: UnsafePointer<UInt64>, wholly: Bool, spans: UnsafeMutablePointer<StepSpan>,
    into outbox: inout Outbox<Word>, result: (Int, Word) -> (Word, Int32, UInt8)
  ) -> Int {
    outbox.reserve(min(n &* count, most) &+ count)
    let sets = self, words = outbox.words, events = outbox.events, classes = outbox.classes
    var made = outbox.count, done = 0
    while done < n, made < most {
      let state = states[done] & mask, set = spans[done].set.unsafelyUnwrapped, start = made
      var omitted = OmittedSteps.none
      sets.take(state, words, events, classes, &made) { all, w in
        all & ~omitted.take(all & set[w], noted: noted[w])
      } result: {
        result($0, state)
      }
      if wholly, omitted.count > 0, !omitted.isNoted {
        (made, omitted) = (start, .none)
        sets.take(state, words, events, classes, &made) { steps, _ in
          steps
        } result: {
          result($0, state)
        }
      }
      spans[done] = StepSpan(end: made, omitted)
      done &+= 1
    }
    outbox.count = made
    return done
  }

  /// Writes the results in `state` of those enabled steps, 64 at a time, that `choose` returns.
  ///
  /// SAFETY: there is room for all steps behind `made`, in all three. They are given, as what is written through a pointer could
  /// lie anywhere, also in the outbox itself.
  @inlinable @inline(__always)
  func take(
    _ state: Word, _ words: UnsafeMutablePointer<Word>, _ labels: UnsafeMutablePointer<Int32>,
    _ numbers: UnsafeMutablePointer<UInt8>, _ made: inout Int, _ choose: (UInt64, Int) -> UInt64,
    result: (Int) -> (Word, Int32, UInt8)
  ) {
    forEachWord(in: state) { all, w in
      var steps = choose(all, w)
      while steps != 0 {
        (words[made], labels[made], numbers[made]) = result((w &<< 6) | steps.trailingZeroBitCount)
        made &+= 1
        steps &= steps &- 1
      }
    }
  }
}
