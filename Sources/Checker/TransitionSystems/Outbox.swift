/// Where a machine writes the successors of states: parallel buffers, kept by the caller from state to state.
///
/// Room is asked for once a state or once a rule, so that the innermost loop writes without a check.
public struct Outbox<Word: PackedWord>: ~Copyable {
  // SAFETY: owned, freed in deinit; the first `count` of `capacity` are initialised in all.
  public var words: UnsafeMutablePointer<Word>
  /// The event of each word's transition.
  public var events: UnsafeMutablePointer<Int32>
  /// Which class of a machine's ``Commutation`` it is of; 0 where there is none.
  // SAFETY: as above.
  public var classes: UnsafeMutablePointer<UInt8>
  public var count = 0
  @usableFromInline var capacity: Int

  public init(capacity: Int = 1024) {
    self.capacity = max(1, capacity)
    words = .allocate(capacity: self.capacity)
    events = .allocate(capacity: self.capacity)
    classes = .allocate(capacity: self.capacity)
  }

  deinit {
    words.deallocate()
    events.deallocate()
    classes.deallocate()
  }

  /// Makes room for `more` beyond `count`.
  @inlinable @inline(__always)
  public mutating func reserve(_ more: Int) {
    if count &+ more > capacity { grow(count + more) }
  }

  /// SAFETY: the caller has reserved room for it.
  @inlinable @inline(__always)
  public mutating func append(_ word: Word, _ event: Int32, _ class: UInt8 = 0) {
    words[count] = word
    events[count] = event
    classes[count] = `class`
    count &+= 1
  }

  @usableFromInline @inline(never)
  mutating func grow(_ need: Int) {
    let larger = max(need, capacity * 2)
    let newWords = UnsafeMutablePointer<Word>.allocate(capacity: larger)
    let newEvents = UnsafeMutablePointer<Int32>.allocate(capacity: larger)
    let newClasses = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    newWords.moveInitialize(from: words, count: count)
    newEvents.moveInitialize(from: events, count: count)
    newClasses.moveInitialize(from: classes, count: count)
    words.deallocate()
    events.deallocate()
    classes.deallocate()
    (words, events, classes, capacity) = (newWords, newEvents, newClasses, larger)
  }

  /// Drops repeated (word, event) pairs from `start` on; the first of each stays, in order, and has the greatest of their
  /// classes: any of them may be the step by which a state is met all the same (``Commutation``).
  ///
  /// - Complexity: O(k²) for up to 24 pairs, O(k log k) beyond (and then in ascending order).
  @inlinable
  public mutating func removeRepeats(from start: Int) {
    let k = count - start
    if k < 2 { return }
    if k <= 24 { removeFewRepeats(from: start) } else { removeManyRepeats(from: start) }
  }

  @inlinable
  mutating func removeFewRepeats(from start: Int) {
    var end = start + 1
    outer: for i in start + 1..<count {
      for j in start..<end where words[j] == words[i] && events[j] == events[i] {
        classes[j] = max(classes[j], classes[i])
        continue outer
      }
      words[end] = words[i]
      events[end] = events[i]
      classes[end] = classes[i]
      end += 1
    }
    count = end
  }

  @inlinable
  mutating func removeManyRepeats(from start: Int) {
    var all = (start..<count).map { (event: events[$0], word: words[$0], class: classes[$0]) }
    all.sort { ($0.event, $0.word, $1.class) < ($1.event, $1.word, $0.class) }
    count = start
    for (i, one) in all.enumerated() where i == 0 || (one.event, one.word) != (all[i - 1].event, all[i - 1].word) {
      append(one.word, one.event, one.class)
    }
  }
}
