import TransitionSystems

/// Where a tag lies: in keys above all else, in the words of plies, which are sorted, below all else.
struct TagPlace<Word: PackedWord>: Sendable {
  /// Of a tag; 0: there are none.
  let bits: Int
  private let shift: Word
  /// Of a tag in a word of a ply, and of a key without its tag.
  private let ones: Word, rest: Word

  init(bits: Int) {
    self.bits = bits
    shift = Word(bits == 0 ? 0 : Word.bitWidth - bits)
    ones = ((1 as Word) << Word(bits)) - 1
    rest = bits == 0 ? ~0 : ((1 as Word) << shift) - 1
  }

  @inline(__always) func tag(inPly word: Word) -> Int { Int(truncatingIfNeeded: word & ones) }
  @inline(__always) func code(inPly word: Word) -> Word { word &>> Word(bits) }
  /// A code with the tag of a key.
  @inline(__always) func inPly(_ code: Word, tagOf key: Word) -> Word { code &<< Word(bits) | (key &>> shift) & ones }

  @inline(__always) func untagged(_ word: Word) -> Word { word & rest }
  /// A key with a tag; without, where there are none.
  @inline(__always) func key(_ key: Word, tag: UInt8) -> Word { key | (Word(truncatingIfNeeded: tag) & ones) &<< shift }

  /// The words of a stream with tags that say nothing, or without.
  func tagged(_ stream: WordStream<Word>) -> WordStream<Word> { stream.mapped { $0 << Word(bits) } }
  func untagged(_ stream: WordStream<Word>) -> WordStream<Word> { stream.mapped { code(inPly: $0) } }
}

/// 0: it is not known how the pair was met. Otherwise 1 + 2 · class, and 1 more where the step changed the node.
struct Tag {
  let value: Int
  @inline(__always) init(_ value: Int) { self.value = value }
  /// −1: it is not known.
  @inline(__always) var `class`: Int { (value &+ 1) / 2 &- 1 }
  @inline(__always) var changesNode: Bool { value & 1 == 0 && value != 0 }
}

/// What a word says beside a pair: by which class of steps the pair was first met, so that it need not be left by steps of
/// which ``Commutation`` knows that they lead nowhere new.
///
/// A step that is left out has to lead to the same *pair* in the other order, so that the node must not depend on the order:
/// it is τ, or neither of the two steps changes the node.
///
struct Tags<Word: PackedWord>: Sendable {
  let place: TagPlace<Word>
  private let commutation: Commutation

  /// For nodes that may become more than there are now, and should find room as without tags, or nearly so: tags are not
  /// worth a wider word. Beyond two machine words there is none (`Subject`).
  private static func spareBits(nodeBits: Int) -> Int { Word.bitWidth == 64 ? 12 : max(0, 32 - nodeBits) }

  /// How many there may be.
  var count: Int { 2 * commutation.classCount + 1 }

  /// - Parameters:
  ///   - width: of codes of states, in bits.
  ///   - nodeBits: of nodes, as it is now; nil: there are none.
  ///   - ply: some states of the machine.
  ///   - share: where a smaller part of their steps is needless than one in so many, there are no tags; nor without it.
  init(
    _ machine: PackedMachine<Word>, width: Int, nodeBits: Int?, ply: PlyReader<Word>, share: Int?
  ) {
    let commutation = machine.commutation
    self.commutation = commutation
    let bits = Int.bitWidth - (2 * commutation.classCount).leadingZeroBitCount
    let nodes = nodeBits.map { $0 + Self.spareBits(nodeBits: $0) } ?? 0
    let fits = width + nodes + bits <= Word.bitWidth
    let isPromising = share.map { commutation.isUseful && Self.arePromising(machine, ply, $0) } ?? false
    place = TagPlace(bits: fits && isPromising ? bits : 0)
  }

  /// Looks at a thousand states.
  ///
  /// - Complexity: linear in their steps and, a state, quadratic in the classes of its steps.
  private static func arePromising(_ machine: PackedMachine<Word>, _ ply: PlyReader<Word>, _ share: Int) -> Bool {
    if share == 0 { return true }
    var ply = ply, outbox = Outbox<Word>(), needless = 0, all = 0, states = 0
    let mask = ((1 as Word) << Word(machine.layout.width)) - 1
    var counts = [Int](repeating: 0, count: machine.commutation.classCount)
    while states < 1024, all < 1 << 20, let pair = ply.read() {
      outbox.count = 0
      machine.successors(of: pair & mask, into: &outbox)
      for i in 0..<outbox.count { counts[Int(outbox.classes[i])] += 1 }
      let present = counts.indices.filter { counts[$0] > 0 }
      for one in present where present.contains(where: { machine.commutation.needless(after: $0)[one] != 0 }) {
        needless += counts[one]
      }
      for one in present { counts[one] = 0 }
      all += outbox.count
      states += 1
    }
    return needless * share >= all
  }

  /// Leaves out of the successors of pairs those that are needless, and puts tags in the place of the classes of the others.
  ///
  /// - Parameters:
  ///   - tags: of `pairs[..<n]` themselves.
  ///   - spans: where in the outbox the successors of each are.
  ///
  /// SAFETY: all have n entries, and the spans are the outbox's.
  @inline(__always)
  func apply(
    _ tags: UnsafePointer<UInt8>, of pairs: UnsafePointer<Word>, _ n: Int, _ spans: UnsafePointer<StepSpan>,
    nodeShift: Word, in outbox: inout Outbox<Word>
  ) {
    var start = 0, kept = 0
    for k in 0..<n {
      kept = move(start..<spans[k].end, of: pairs[k], Tag(Int(tags[k])), nodeShift, to: kept, in: outbox)
      start = spans[k].end
    }
    outbox.count = kept
  }

  /// Tags all of the outbox, the successors of a pair of which it is not known how it was met.
  func apply(to pair: Word, nodeShift: Word, in outbox: inout Outbox<Word>) {
    outbox.count = move(0..<outbox.count, of: pair, Tag(0), nodeShift, to: 0, in: outbox)
  }

  /// Returns how many are kept when these have been moved behind the first `kept`.
  @inline(__always)
  private func move(
    _ range: Range<Int>, of pair: Word, _ tag: Tag, _ nodeShift: Word, to kept: Int, in outbox: borrowing Outbox<Word>
  ) -> Int {
    // Without branches, which nobody could foresee.
    let words = outbox.words, events = outbox.events, classes = outbox.classes
    let node = pair &>> nodeShift, needless = commutation.needless(after: tag.class)
    let changed = tag.changesNode ? 1 : 0
    var kept = kept, i = range.lowerBound
    while i < range.upperBound {
      let word = words[i], `class` = Int(classes[i])
      let changes = word &>> nodeShift == node ? 0 : 1, isVisible = events[i] == EventID.tau ? 0 : 1
      words[kept] = word
      classes[kept] = UInt8(truncatingIfNeeded: 1 &+ 2 &* `class` &+ changes)
      kept &+= 1 &- Int(needless[`class`]) & ~(changes | isVisible & changed)
      i &+= 1
    }
    return kept
  }
}
